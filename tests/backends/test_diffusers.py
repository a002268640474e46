"""Drawing with a tiny real model: the settings, the seeds, and what can go wrong."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from yoga_assistant import YogaAssistant
from yoga_assistant.backends.diffusers import StableDiffusion
from yoga_assistant.errors import DiffusionError, SettingsError
from yoga_assistant.protocols import Diffusion
from yoga_assistant.testing.contracts import DiffusionContract
from yoga_assistant.testing.tiny import tiny_pipeline
from yoga_assistant.types import ImagePrompt

PROMPT = ImagePrompt("draw tree pose", "tree pose", seed=7)
OTHER = ImagePrompt("draw crow pose", "crow pose", seed=8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "tiny"
    tiny_pipeline().save_pretrained(path)
    return path


@pytest.fixture
def model(folder: Path) -> StableDiffusion:
    return StableDiffusion(folder, steps=2)


def image(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


class TestStableDiffusion(DiffusionContract):
    @pytest.fixture(autouse=True)
    def _opened(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> Diffusion:
        return StableDiffusion(self.folder, steps=2)


def test_nothing_is_opened_before_the_first_picture() -> None:
    assert StableDiffusion("/nowhere").model == "/nowhere"


def test_another_seed_another_picture(model: StableDiffusion) -> None:
    assert model.draw(PROMPT) != model.draw(ImagePrompt("", "tree pose", seed=8))


def test_other_words_another_picture(model: StableDiffusion) -> None:
    assert model.draw(PROMPT) != model.draw(ImagePrompt("", "a red chair", seed=7))


@pytest.mark.parametrize(
    "setting", [{"steps": 3}, {"guidance": 2.0}, {"negative": "a red chair"}, {"size": 32}]
)
def test_every_setting_changes_the_picture(
    model: StableDiffusion, folder: Path, setting: dict[str, Any]
) -> None:
    assert StableDiffusion(folder, **{"steps": 2, **setting}).draw(PROMPT) != model.draw(PROMPT)


def test_width_comes_before_height(folder: Path) -> None:
    assert image(StableDiffusion(folder, steps=1, size=(24, 16)).draw(PROMPT)).size == (24, 16)


def test_a_picture_of_a_batch_is_the_one_that_is_drawn_alone(folder: Path) -> None:
    drawn = StableDiffusion(folder, steps=2, batch=2).draw_many([PROMPT, OTHER, PROMPT])
    alone = [StableDiffusion(folder, steps=2).draw(prompt) for prompt in (PROMPT, OTHER, PROMPT)]
    for one, other in zip(drawn, alone, strict=True):
        pair = (torch.tensor(list(image(png).tobytes())).float() for png in (one, other))
        assert torch.dist(*pair, p=float("inf")) <= 2


def test_no_prompt_is_no_picture(model: StableDiffusion) -> None:
    assert model.draw_many([]) == []


def test_a_picture_without_a_seed_is_another_one_each_time(model: StableDiffusion) -> None:
    unseeded = ImagePrompt("draw tree pose", "tree pose")
    assert model.draw(unseeded) != model.draw(unseeded)


def test_bf16_draws_nearly_the_same(folder: Path, model: StableDiffusion) -> None:
    coarse = image(StableDiffusion(folder, steps=2, dtype="bf16").draw(PROMPT)).tobytes()
    fine = image(model.draw(PROMPT)).tobytes()
    assert coarse != fine
    assert sum(abs(a - b) for a, b in zip(coarse, fine, strict=True)) / len(fine) < 8


def test_the_threads_are_those_that_were_asked_for_and_then_those_of_before(folder: Path) -> None:
    before, seen = torch.get_num_threads(), []

    def note(*_: int) -> None:
        seen.append(torch.get_num_threads())

    StableDiffusion(folder, steps=1, threads=before + 1, on_step=note).draw(PROMPT)
    assert seen == [before + 1]
    assert torch.get_num_threads() == before


def test_each_step_is_told(folder: Path) -> None:
    told = []
    StableDiffusion(folder, steps=3, on_step=lambda done, all_: told.append((done, all_))).draw(
        PROMPT
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_what_a_callback_raises_ends_the_drawing(folder: Path) -> None:
    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    model = StableDiffusion(folder, steps=3, on_step=stop)
    with pytest.raises(KeyboardInterrupt):
        model.draw(PROMPT)
    model.on_step = None
    assert image(model.draw(PROMPT)).size == (16, 16)


def test_a_drawing_is_cancelled_from_another_thread(folder: Path) -> None:
    model, steps = StableDiffusion(folder, steps=500), []

    def note(*_: int) -> None:
        steps.append(1)
        threading.Thread(target=model.cancel).run()

    model.on_step = note
    with pytest.raises(DiffusionError, match="cancelled"):
        model.draw(PROMPT)
    assert len(steps) == 1


def test_whoever_gives_up_waiting_ends_the_drawing(folder: Path) -> None:
    model, ended = StableDiffusion(folder, steps=900), threading.Event()
    begun = threading.Event()
    model.on_step = lambda *_: begun.set()

    async def give_up() -> None:
        task = asyncio.create_task(model.adraw(PROMPT))
        assert await asyncio.to_thread(begun.wait, 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.to_thread(model.close)  # waits for the drawing to end
        ended.set()

    asyncio.run(asyncio.wait_for(give_up(), 60))
    assert ended.is_set()


def test_a_run_is_drawn_with_by_its_newest_checkpoint_and_its_wishes(tmp_path: Path) -> None:
    for step in (1, 2):
        checkpoint = tmp_path / f"step-{step:08d}"
        tiny_pipeline(seed=step).save_pretrained(checkpoint)
        (checkpoint / "drawing.json").write_text(json.dumps({"steps": 2, "guidance": 1.0}))
        (checkpoint / "done.json").write_text(json.dumps({"step": step, "files": {}}))
    expected = StableDiffusion(checkpoint, steps=2, guidance=1.0).draw(PROMPT)
    assert StableDiffusion(tmp_path).draw(PROMPT) == expected


def test_a_closed_model_opens_again(model: StableDiffusion) -> None:
    model.warm_up()
    before = model.draw(PROMPT)
    model.close()
    assert model.draw(PROMPT) == before


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ({"steps": 0}, "steps"),
        ({"batch": 0}, "batch"),
        ({"threads": 0}, "threads"),
        ({"dtype": "int8"}, "dtype"),
        ({"size": 4}, "size"),
        ({"size": (64, 0)}, "size"),
    ],
)
def test_a_setting_out_of_its_range_is_named(setting: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        StableDiffusion("tiny", **setting)


def test_a_seed_out_of_its_range_is_named(model: StableDiffusion) -> None:
    with pytest.raises(ValueError, match="seed is 0 to"):
        model.draw(ImagePrompt("", "tree", seed=-1))


@pytest.mark.parametrize("name", ["/nowhere/at-all", "nobody/no-such-model", ""])
def test_a_model_that_is_not_there_is_named_with_what_to_do(name: str) -> None:
    with pytest.raises(DiffusionError, match="cannot be opened") as caught:
        StableDiffusion(name).draw(PROMPT)
    assert "folder" in str(caught.value.hint)


def test_a_checkpoint_without_its_weights_is_named(folder: Path, tmp_path: Path) -> None:
    tiny_pipeline().save_pretrained(tmp_path / "broken")
    for file in (tmp_path / "broken" / "unet").glob("*.safetensors"):
        file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(DiffusionError, match="broken"):
        StableDiffusion(tmp_path / "broken").draw(PROMPT)


def test_a_size_that_the_model_cannot_draw_is_told(folder: Path) -> None:
    with pytest.raises(DiffusionError, match="divisible by 8"):
        StableDiffusion(folder, steps=1, size=17).draw(PROMPT)


def test_too_little_memory_says_what_helps(
    model: StableDiffusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB")

    model.warm_up()
    monkeypatch.setattr(model._pipeline.unet, "forward", exhausted)
    with pytest.raises(DiffusionError, match="memory does not suffice") as caught:
        model.draw(PROMPT)
    assert "size" in str(caught.value.hint)


class Strict(torch.nn.Module):  # type: ignore[misc]
    """A safety checker that likes nothing."""

    device, dtype = torch.device("cpu"), torch.float32

    def forward(self, images: Any, clip_input: Any) -> Any:
        return images, [True] * len(images)


def test_a_picture_that_the_safety_checker_refuses_is_an_error(model: StableDiffusion) -> None:
    model.warm_up()

    def extractor(images: Any, return_tensors: str) -> Any:
        class Features:
            pixel_values = torch.zeros(len(images), 3, 8, 8)

            def to(self, *_: Any) -> Features:
                return self

        return Features()

    model._pipeline.safety_checker = Strict()
    model._pipeline.feature_extractor = extractor
    with pytest.raises(DiffusionError, match="safety checker refused"):
        model.draw(PROMPT)


def test_diffusers_without_a_model_says_how_to_name_one() -> None:
    with pytest.raises(SettingsError, match="needs a model"):
        YogaAssistant(diffusion="diffusers")


class TestInTheJourney:
    @pytest.fixture
    def yoga(self, folder: Path) -> YogaAssistant:
        return YogaAssistant(diffusion=StableDiffusion(folder, steps=1))

    def test_a_question_for_a_picture_is_drawn(self, yoga: YogaAssistant) -> None:
        answer = yoga.ask("Show me a picture of tree pose", route="image")
        assert answer.image.size == (16, 16)
        assert answer.asana == "Tree Pose"
        assert answer.timings["total"] >= answer.timings["draw"] > 0

    def test_the_seed_of_an_answer_draws_it_again(self, yoga: YogaAssistant) -> None:
        answer = yoga.draw("tree pose")
        assert yoga.draw("tree pose", seed=answer.seed).png == answer.png

    def test_two_questions_are_two_pictures(self, yoga: YogaAssistant) -> None:
        assert yoga.draw("tree pose").png != yoga.draw("tree pose").png

    def test_adraw_draws_what_draw_does(self, yoga: YogaAssistant) -> None:
        assert (
            asyncio.run(yoga.adraw("tree pose", seed=3)).png == yoga.draw("tree pose", seed=3).png
        )

    def test_a_seed_out_of_its_range_is_named(self, yoga: YogaAssistant) -> None:
        with pytest.raises(ValueError, match="seed is 0 to"):
            yoga.draw("tree pose", seed=-1)

    @pytest.mark.parametrize(
        ("suffix", "kind"), [("png", "PNG"), ("jpg", "JPEG"), ("webp", "WEBP")]
    )
    def test_the_suffix_decides_the_format(
        self, yoga: YogaAssistant, tmp_path: Path, suffix: str, kind: str
    ) -> None:
        path = tmp_path / f"tree.{suffix}"
        yoga.draw("tree pose").save(path)
        with Image.open(path) as opened:
            assert opened.format == kind

    def test_an_unknown_suffix_is_named_and_nothing_written(
        self, yoga: YogaAssistant, tmp_path: Path
    ) -> None:
        with pytest.raises(ValueError, match=r"\.docx"):
            yoga.draw("tree pose").save(tmp_path / "tree.docx")
        assert not list(tmp_path.iterdir())

    def test_nothing_but_our_own_bar_is_shown(
        self, folder: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        StableDiffusion(folder, steps=1).draw(PROMPT)
        assert capfd.readouterr() == ("", "")
