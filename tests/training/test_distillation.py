"""A pruned student learns from its teacher: measured on noise and captions that it never saw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from torch import Tensor

from yoga_assistant.testing.tiny import tiny_pipeline, tiny_unet
from yoga_assistant.training import (
    Lesson,
    Recipe,
    Teaching,
    distill,
    finetune_diffusion,
    load_pipeline,
    prune,
)
from yoga_assistant.training.latents import weights_hash
from yoga_assistant.training.pipeline import Words
from yoga_assistant.training.pruning import Cut, build, plan

RECIPE = Recipe(steps=150, batch=8, lr=3e-3, ema=0.9, save_every=150, schedule="cosine")
HELD_OUT = ["a cat in lotus pose", "crow", "somebody in a forest, side view", ""]


@pytest.fixture(scope="module")
def teacher(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> StableDiffusionPipeline:
    """One that has learned something, so that there is something to teach."""
    run = finetune_diffusion(
        tiny_pipeline(),
        pictures,
        out=tmp_path_factory.mktemp("teacher") / "run",
        recipe=Recipe(steps=60, batch=6, lr=2e-3, ema=0.9, save_every=60),
        teaching=Teaching(size=16),
    )
    return load_pipeline(run.model)


@pytest.fixture(scope="module")
def student(teacher: StableDiffusionPipeline) -> UNet2DConditionModel:
    return prune(teacher.unet, preset="bk-base")


@pytest.fixture(scope="module")
def captions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("captions") / "captions.txt"
    path.write_text("".join(f"pose {n}, left foot forward\n" for n in range(12)))
    return path


def held_out() -> tuple[Tensor, Tensor]:
    chance = torch.Generator().manual_seed(99)
    noisy = torch.randn(64, 4, 8, 8, generator=chance)
    return noisy, torch.randint(1000, (64,), generator=chance)


def said(unet: Any, pipeline: Any, texts: list[str] | None = None) -> Tensor:
    noisy, times = held_out()
    with torch.no_grad():
        words = Words(pipeline)((texts or HELD_OUT) * (64 // len(texts or HELD_OUT)))
        found: Tensor = unet.eval()(noisy, times, words).sample
    return found


def error(unet: Any, teacher: Any) -> float:
    return float((said(unet, teacher) - said(teacher.unet, teacher)).square().mean())


def test_a_distilled_student_is_closer_to_its_teacher_than_the_pruned_one(
    teacher: Any, student: Any, pictures: Path, tmp_path: Path
) -> None:
    run = distill(
        teacher, student, pictures, out=tmp_path / "run", recipe=RECIPE, lesson=Lesson(size=16)
    )
    taught = error(load_pipeline(run.model).unet, teacher)
    torch.manual_seed(1)
    random = UNet2DConditionModel.from_config(student.config)
    assert taught < 0.5 * error(student, teacher)
    assert taught < 0.5 * error(random, teacher)


def test_captions_alone_teach_as_well(
    teacher: Any, student: Any, captions: Path, tmp_path: Path
) -> None:
    lesson = Lesson(size=16, dream_steps=3)
    run = distill(teacher, student, captions, out=tmp_path / "run", recipe=RECIPE, lesson=lesson)
    assert error(load_pipeline(run.model).unet, teacher) < 0.5 * error(student, teacher)


def test_a_narrower_student_learns_too(teacher: Any, pictures: Path, tmp_path: Path) -> None:
    narrow = build(teacher.unet, plan(teacher.unet, Cut(widths=0.5)))
    assert narrow.config["block_out_channels"][0] < 16
    lesson = Lesson(size=16, task=0)
    run = distill(teacher, narrow, pictures, out=tmp_path / "run", recipe=RECIPE, lesson=lesson)
    assert error(load_pipeline(run.model).unet, teacher) < 0.7 * error(narrow, teacher)


def test_folded_guidance_is_drawn_in_one_pass(teacher: Any, captions: Path, tmp_path: Path) -> None:
    lesson = Lesson(size=16, dream_steps=3, guidance=3.0, features=0.0)
    run = distill(
        teacher, teacher.unet, captions, out=tmp_path / "run", recipe=RECIPE, lesson=lesson
    )
    taught = load_pipeline(run.model)
    texts = ["pose 3, left foot forward", "pose 5, left foot forward"]
    plain, without = said(teacher.unet, teacher, texts), said(teacher.unet, teacher, [""])
    guided = without + 3.0 * (plain - without)
    now = said(taught.unet, teacher, texts)
    assert (now - guided).square().mean() < 0.8 * (plain - guided).square().mean()
    assert (run.model / "drawing.json").read_text() == '{"guidance": 1.0}\n'


def test_teacher_and_student_stay_as_they_are(
    teacher: Any, student: Any, pictures: Path, tmp_path: Path
) -> None:
    before = weights_hash(teacher.unet), weights_hash(student)
    distill(
        teacher,
        student,
        pictures,
        out=tmp_path / "run",
        recipe=Recipe(steps=2),
        lesson=Lesson(size=16),
    )
    assert (weights_hash(teacher.unet), weights_hash(student)) == before


def test_a_checkpoint_is_opened_by_plain_diffusers_and_draws(
    teacher: Any, student: Any, pictures: Path, tmp_path: Path
) -> None:
    run = distill(
        teacher,
        student,
        pictures,
        out=tmp_path / "run",
        recipe=Recipe(steps=1),
        lesson=Lesson(size=16),
    )
    pipeline = StableDiffusionPipeline.from_pretrained(run.model)
    pipeline.set_progress_bar_config(disable=True)
    assert pipeline.unet.config["layers_per_block"] == 1
    assert pipeline("tree pose", num_inference_steps=2).images[0].size == (16, 16)


def test_each_terms_share_of_the_gradient_is_logged(
    teacher: Any, student: Any, pictures: Path, tmp_path: Path
) -> None:
    recipe = Recipe(steps=3, shares_every=2)
    run = distill(
        teacher, student, pictures, out=tmp_path / "run", recipe=recipe, lesson=Lesson(size=16)
    )
    assert ["shares" in line for line in run.log] == [True, False, True]
    shares = run.log[0]["shares"]
    assert shares.keys() == {"task", "output", "features"}
    assert sum(shares.values()) == pytest.approx(1, abs=1e-3)


def losses(teacher: Any, student: Any, lesson: Lesson, time: int) -> tuple[list[str], Tensor]:
    """The captions of a step at a time, and which of them are the pictures' own."""
    from yoga_assistant.training.distillation import Distillation
    from yoga_assistant.training.process import Dice

    task = Distillation(teacher, student, lesson, ["unrelated"])
    return task._texts(["own"] * 500, torch.full((500,), time), Dice(torch.arange(500)))


def test_captions_are_exchanged_the_more_often_the_more_noise_there_is(
    teacher: Any, student: Any
) -> None:
    lesson = Lesson(caption_dropout=0.0)
    noisy, own = losses(teacher, student, lesson, 999)
    assert noisy.count("unrelated") > 480
    assert [text == "own" for text in noisy] == own.bool().tolist()
    middle, _ = losses(teacher, student, lesson, 800)
    expected = 500 * torch.exp(torch.tensor(-5 * 0.2))  # exp(-5 (1 - t / T))
    assert abs(middle.count("unrelated") - float(expected)) < 45
    clean, _ = losses(teacher, student, lesson, 10)
    assert clean.count("unrelated") < 15
    kept, _ = losses(teacher, student, Lesson(random_conditioning=False, caption_dropout=0), 999)
    assert kept == ["own"] * 500


def test_a_term_that_weighs_nothing_is_left_out(
    teacher: Any, student: Any, pictures: Path, tmp_path: Path
) -> None:
    lesson = Lesson(size=16, task=0.0, features=0.0)
    run = distill(
        teacher, student, pictures, out=tmp_path / "run", recipe=Recipe(steps=1), lesson=lesson
    )
    assert run.log[0]["terms"].keys() == {"output"}


def test_a_student_of_other_words_or_pictures_is_refused(
    teacher: Any, pictures: Path, tmp_path: Path
) -> None:
    config = {key: value for key, value in tiny_unet().config.items() if key[0] != "_"}
    other = UNet2DConditionModel(**{**config, "in_channels": 8})
    with pytest.raises(ValueError, match="in_channels is 8, its teacher's 4"):
        distill(teacher, other, pictures, out=tmp_path / "run", lesson=Lesson(size=16))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"task": -1}, "task"),
        ({"features": float("inf")}, "features"),
        ({"task": 0, "output": 0, "features": 0}, "above 0"),
        ({"guidance": 0.5}, "guidance"),
        ({"caption_dropout": 1}, "caption_dropout"),
    ],
)
def test_a_setting_out_of_its_range_is_named(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Lesson(**wrong)


def test_an_extreme_activation_of_the_teacher_is_left_out() -> None:
    from yoga_assistant.training.features import _term

    theirs = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    wild = theirs.clone()
    wild[0, 0, 0, 0] = 1e4
    ours = torch.zeros_like(theirs)
    assert _term("b", ours, wild) == pytest.approx(float(_term("b", ours, theirs)), rel=0.1)
