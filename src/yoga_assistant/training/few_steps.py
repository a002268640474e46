"""Fewer steps: a model learns to jump to the end of a stretch of time from anywhere within it.

    noise ──────── stretch 1 ────────┤──────── stretch 2 ────────┤ ... ──> picture
             x_t ── teacher ──> x_s ── student ──> end      what the student should say of x_t

As many stretches as steps. The teacher makes one short step towards the picture, and the student,
asked from both places, shall come to the same end.

Source: Wang et al. 2024, "Phased Consistency Models", arXiv 2405.18407 (segments); the loss is the
pseudo-Huber one of Song and Dhariwal 2024, arXiv 2310.14189.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline
from torch import Tensor, nn

from .data import Captions
from .distillation import latents_of
from .finetuning import sampled
from .latents import weights_hash
from .lessons import FEW_STEPS, Shortening
from .loop import Batch, fit
from .pipeline import Words, load_pipeline, save_with
from .process import Dice, Process
from .recipe import Recipe
from .run import Run

_HUBER: Final = 0.00054  # times the root of a latent's size; Song and Dhariwal 2024


def shorten(
    model: str | Path | StableDiffusionPipeline,
    captions: Captions | str | Path,
    *,
    out: str | Path,
    recipe: Recipe = FEW_STEPS,
    shortening: Shortening | None = None,
) -> Run:
    """Teaches a model to draw in few steps, without guidance; the one that is given stays.

    The run holds a whole pipeline whose scheduler is set for as many steps.

    Raises:
        TrainingError: see `load_pipeline`, `Captions.read` and `loop.fit`.
    """
    shortening = shortening or Shortening()
    captions = captions if isinstance(captions, Captions) else Captions.read(captions)
    pipeline = load_pipeline(model)
    examples = latents_of(pipeline, captions, shortening.lesson, recipe.seed, Path(out))
    task = FewSteps(pipeline, shortening)
    return fit(task, examples, recipe, out, data={"hash": captions.hash})


class FewSteps:
    """The task: from anywhere in a stretch of time, say what leads to its end."""

    name = "few steps"

    def __init__(self, pipeline: StableDiffusionPipeline, shortening: Shortening) -> None:
        self.pipeline, self.shortening = set_for_few_steps(pipeline), shortening
        self.process, self.words = Process(pipeline.scheduler), Words(pipeline)
        self.teacher = copy.deepcopy(pipeline.unet).requires_grad_(False).eval()
        self.model: nn.Module = copy.deepcopy(pipeline.unet).requires_grad_(True)
        facts = {**vars(shortening), "lesson": vars(shortening.lesson)}
        self.details: Mapping[str, Any] = {"unet": weights_hash(pipeline.unet), **facts}

    def to(self, device: torch.device) -> None:
        self.words.encoder.to(device)
        self.teacher.to(device)

    def losses(self, model: nn.Module, batch: Batch) -> dict[str, Tensor]:
        dice = Dice(batch["seed"])
        clean, words = sampled(batch, dice), self.words(batch["text"])
        here, next_, end = self._times(dice)
        noisy = self.process.noisy(clean, dice.normal(clean.shape[1:]), here)
        said = model(noisy, here, words).sample
        reached = self.process.jump(said, noisy, here, end)
        with torch.no_grad():
            nearer = self.process.jump(self._taught(noisy, here, words), noisy, here, next_)
            # Where the teacher has come to the end already, that is the end.
            again = model(nearer, next_.clamp(min=0), words).sample
            target = self.process.jump(again, nearer, next_, end)
            target = torch.where((next_ <= end).view(-1, 1, 1, 1), nearer, target)
        return {"consistency": _pseudo_huber(reached, target)}

    def save(self, folder: Path) -> None:
        steps = self.shortening.draw_steps
        save_with(self.pipeline, self.model, folder, steps=steps, guidance=1.0)

    def _times(self, dice: Dice) -> tuple[Tensor, Tensor, Tensor]:
        """Of the place, of the teacher's next one, and of the stretch's end: -1 is the picture."""
        grid, short = self.shortening.grid, self.shortening.grid // self.shortening.draw_steps
        place = dice.below(grid)  # 0 is the one nearest to the picture
        times = torch.arange(grid, device=place.device) + 1
        times = (times * self.process.steps / grid).round().long() - 1
        before = torch.cat([times.new_full((1,), -1), times])
        return times[place], before[place], before[place // short * short]

    def _taught(self, noisy: Tensor, times: Tensor, words: Tensor) -> Tensor:
        said: Tensor = self.teacher(noisy, times, words).sample
        if self.shortening.guidance == 1:
            return said
        without = self.teacher(noisy, times, self.words([""] * len(words))).sample
        return without + self.shortening.guidance * (said - without)


def _pseudo_huber(reached: Tensor, target: Tensor) -> Tensor:
    size = reached[0].numel()
    constant = _HUBER * size**0.5
    squares = (reached.float() - target.float()).square().flatten(1).sum(1)
    return ((squares + constant**2).sqrt() - constant).mean() / size**0.5


def set_for_few_steps(pipeline: StableDiffusionPipeline) -> StableDiffusionPipeline:
    """The same pipeline with DDIM's times spread from the very end, as the stretches are."""
    scheduler = DDIMScheduler.from_config(
        pipeline.scheduler.config, timestep_spacing="trailing", set_alpha_to_one=True
    )
    parts = {**pipeline.components, "scheduler": scheduler}
    return StableDiffusionPipeline(**parts, requires_safety_checker=False)
