"""Fine-tuning of a tiny real Stable Diffusion: it learns, keeps what it was given, and opens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionPipeline
from torch import Tensor

from yoga_assistant.errors import TrainingError
from yoga_assistant.testing.tiny import tiny_pipeline
from yoga_assistant.training import Captions, Recipe, Teaching, finetune_diffusion, load_pipeline
from yoga_assistant.training.finetuning import FineTuning, with_dropout
from yoga_assistant.training.latents import encoded, weights_hash
from yoga_assistant.training.process import Dice

SMALL = Teaching(size=16)
RECIPE = Recipe(steps=60, batch=6, lr=2e-3, ema=0.9, save_every=60)


def loss(pipeline: Any, pictures: Path, tmp_path: Path, teaching: Teaching = SMALL) -> float:
    """The mean error over the pictures and a fixed noise that no training has seen."""
    captions = Captions.read(pictures)
    kept = encoded(captions, pipeline.vae, size=16, flip=False, keep_in=tmp_path)
    rows = [kept[n, 0] for n in range(len(kept))] * 20
    batch: dict[str, Any] = {
        "mean": torch.stack([row["mean"] for row in rows]),
        "std": torch.stack([row["std"] for row in rows]),
        "text": [row["text"] for row in rows],
        "seed": torch.arange(len(rows)) + 10**9,
    }
    task = FineTuning(pipeline, teaching)
    with torch.no_grad():
        return float(task.losses(task.model, batch)["task"])


def test_it_learns_to_say_which_noise_was_added(pictures: Path, tmp_path: Path) -> None:
    given = tiny_pipeline()
    before = loss(given, pictures, tmp_path)
    run = finetune_diffusion(given, pictures, out=tmp_path / "run", recipe=RECIPE, teaching=SMALL)
    assert loss(load_pipeline(run.model), pictures, tmp_path) < 0.97 * before


def test_the_given_model_stays_as_it_is(pictures: Path, tmp_path: Path) -> None:
    given = tiny_pipeline()
    before = [weights_hash(part) for part in (given.unet, given.vae, given.text_encoder)]
    run = finetune_diffusion(
        given, pictures, out=tmp_path / "run", recipe=Recipe(steps=2), teaching=SMALL
    )
    assert [weights_hash(part) for part in (given.unet, given.vae, given.text_encoder)] == before
    taught = load_pipeline(run.model)
    assert weights_hash(taught.unet) != before[0]
    assert [weights_hash(taught.vae), weights_hash(taught.text_encoder)] == before[1:]


def test_a_checkpoint_is_opened_by_plain_diffusers_and_draws(
    pictures: Path, tmp_path: Path
) -> None:
    run = finetune_diffusion(
        tiny_pipeline(), pictures, out=tmp_path / "run", recipe=Recipe(steps=2), teaching=SMALL
    )
    pipeline = StableDiffusionPipeline.from_pretrained(run.model)
    pipeline.set_progress_bar_config(disable=True)
    assert pipeline("tree pose", num_inference_steps=2).images[0].size == (16, 16)


def test_an_adapter_is_trained_alone_and_loaded_by_plain_diffusers(
    pictures: Path, tmp_path: Path
) -> None:
    given = tiny_pipeline()
    task = FineTuning(given, Teaching(size=16, lora_rank=2))
    trained = {n for n, p in task.model.named_parameters() if p.requires_grad}
    assert trained
    assert all("lora" in name for name in trained)
    run = finetune_diffusion(
        given,
        pictures,
        out=tmp_path / "run",
        recipe=Recipe(steps=10, lr=1e-2, ema=None),
        teaching=Teaching(size=16, lora_rank=2),
    )
    plain, with_adapter = tiny_pipeline(), tiny_pipeline()
    with_adapter.load_lora_weights(run.model)
    assert drawn(plain).equal(drawn(given))
    assert not drawn(with_adapter).allclose(drawn(given), atol=1e-4)


def drawn(pipeline: Any) -> Tensor:
    images: Tensor = pipeline(
        "tree pose",
        num_inference_steps=2,
        generator=torch.Generator().manual_seed(0),
        output_type="latent",
    ).images
    return images


def test_captions_are_left_out_as_often_as_was_asked() -> None:
    texts = ["tree pose"] * 2000
    left = with_dropout(texts, Dice(torch.arange(2000)), 0.25)
    assert set(left) == {"", "tree pose"}
    assert 0.21 < left.count("") / 2000 < 0.29
    assert with_dropout(texts, Dice(torch.arange(2000)), 0.0) == texts


def test_min_snr_lowers_the_loss_of_times_with_little_noise(pictures: Path, tmp_path: Path) -> None:
    weighted = loss(tiny_pipeline(), pictures, tmp_path, Teaching(size=16, min_snr=5))
    assert 0 < weighted < loss(tiny_pipeline(), pictures, tmp_path)


def test_a_run_goes_on_where_it_stopped_and_refuses_other_settings(
    pictures: Path, tmp_path: Path
) -> None:
    def train(steps: int, teaching: Teaching = SMALL) -> Any:
        return finetune_diffusion(
            tiny_pipeline(), pictures, out=tmp_path / "run", recipe=Recipe(steps=steps),
            teaching=teaching,
        )  # fmt: skip

    train(2)
    assert len(train(5).log) == 5
    with pytest.raises(TrainingError, match="caption_dropout"):
        train(5, Teaching(size=16, caption_dropout=0.5))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"size": 4}, "size"),
        ({"caption_dropout": 1.0}, "caption_dropout"),
        ({"min_snr": 0}, "min_snr"),
        ({"lora_rank": 0}, "lora_rank"),
    ],
)
def test_a_setting_out_of_its_range_is_named(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Teaching(**wrong)


def test_a_size_that_the_autoencoder_cannot_halve_is_refused(
    pictures: Path, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="multiple of 2"):
        finetune_diffusion(
            tiny_pipeline(), pictures, out=tmp_path / "run", teaching=Teaching(size=17)
        )


def test_captions_without_pictures_cannot_be_learned_from(tmp_path: Path) -> None:
    (tmp_path / "captions.txt").write_text("tree pose\n")
    with pytest.raises(TrainingError, match="has no picture"):
        finetune_diffusion(
            tiny_pipeline(),
            tmp_path / "captions.txt",
            out=tmp_path / "run",
            recipe=Recipe(steps=1),
            teaching=SMALL,
        )


@pytest.mark.parametrize("name", ["/nowhere/at-all", "nobody/no-such-model"])
def test_a_model_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(TrainingError, match=name) as caught:
        load_pipeline(name)
    assert "folder" in str(caught.value.hint)


def test_training_shows_nothing_but_its_own_bar(
    pictures: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    tiny_pipeline().save_pretrained(tmp_path / "model")
    capfd.readouterr()
    finetune_diffusion(
        tmp_path / "model", pictures, out=tmp_path / "run", recipe=Recipe(steps=1), teaching=SMALL
    )
    assert capfd.readouterr() == ("", "")
