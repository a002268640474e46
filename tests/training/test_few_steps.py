"""A model learns to draw in two steps what takes it many."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline
from torch import Tensor

from yoga_assistant.testing.tiny import tiny_pipeline
from yoga_assistant.training import (
    Lesson,
    Recipe,
    Shortening,
    Teaching,
    finetune_diffusion,
    load_pipeline,
    shorten,
)
from yoga_assistant.training.few_steps import FewSteps, set_for_few_steps
from yoga_assistant.training.latents import weights_hash
from yoga_assistant.training.process import Dice

TEXTS = ["pose 1, left foot forward", "pose 4, left foot forward"] * 8
SHORT = Shortening(draw_steps=2, grid=40, lesson=Lesson(size=16))


@pytest.fixture(scope="module")
def teacher(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> StableDiffusionPipeline:
    run = finetune_diffusion(
        tiny_pipeline(),
        pictures,
        out=tmp_path_factory.mktemp("teacher") / "run",
        recipe=Recipe(steps=150, batch=6, lr=3e-3, ema=0.9, save_every=150, schedule="cosine"),
        teaching=Teaching(size=16, caption_dropout=0.0),
    )
    return load_pipeline(run.model)


def drawn(pipeline: Any, steps: int) -> Tensor:
    pipeline.set_progress_bar_config(disable=True)
    chance = [torch.Generator().manual_seed(500 + n) for n in range(len(TEXTS))]
    images: Tensor = pipeline(
        TEXTS,
        num_inference_steps=steps,
        guidance_scale=1.0,
        generator=chance,
        output_type="latent",
    ).images
    return images


def test_two_taught_steps_come_closer_than_two_naive_ones(
    teacher: Any, pictures: Path, tmp_path: Path
) -> None:
    recipe = Recipe(steps=150, batch=12, lr=2e-3, ema=0.95, save_every=150, schedule="cosine")
    run = shorten(teacher, pictures, out=tmp_path / "run", recipe=recipe, shortening=SHORT)
    slow = drawn(set_for_few_steps(teacher), 40)
    naive = drawn(set_for_few_steps(teacher), 2)
    taught = drawn(load_pipeline(run.model), 2)
    assert (taught - slow).square().mean() < 0.5 * (naive - slow).square().mean()


def test_the_given_model_stays_as_it_is(teacher: Any, pictures: Path, tmp_path: Path) -> None:
    before = weights_hash(teacher.unet), dict(teacher.scheduler.config)
    shorten(teacher, pictures, out=tmp_path / "run", recipe=Recipe(steps=1), shortening=SHORT)
    assert (weights_hash(teacher.unet), dict(teacher.scheduler.config)) == before


def test_a_checkpoint_is_set_for_its_steps(teacher: Any, pictures: Path, tmp_path: Path) -> None:
    run = shorten(teacher, pictures, out=tmp_path / "run", recipe=Recipe(steps=1), shortening=SHORT)
    pipeline = StableDiffusionPipeline.from_pretrained(run.model)
    pipeline.set_progress_bar_config(disable=True)
    assert isinstance(pipeline.scheduler, DDIMScheduler)
    assert pipeline.scheduler.config.timestep_spacing == "trailing"
    assert json.loads((run.model / "drawing.json").read_text()) == {"steps": 2, "guidance": 1.0}
    assert pipeline("tree", num_inference_steps=2).images[0].size == (16, 16)


def test_every_stretch_ends_where_a_step_of_drawing_does(teacher: Any) -> None:
    """Else the model would be asked from places that it was never taught."""
    task = FewSteps(teacher, SHORT)
    here, before, end = task._times(Dice(torch.arange(3000)))
    scheduler = task.pipeline.scheduler
    scheduler.set_timesteps(2)
    starts = scheduler.timesteps.tolist()
    assert set(end.tolist()) == {-1, starts[1]}
    assert max(here.tolist()) == starts[0]
    assert (end <= before).all()
    assert (before < here).all()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"draw_steps": 0}, "draw_steps"),
        ({"draw_steps": 50}, "draw_steps"),
        ({"draw_steps": 5}, "grid is a multiple of 5"),
        ({"guidance": 0.9}, "guidance"),
    ],
)
def test_a_setting_out_of_its_range_is_named(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Shortening(**wrong)
