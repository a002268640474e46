"""A small model learns from a large one: what it should say, and what its blocks should see.

    loss = task (the noise itself) + output (the teacher's words) + features (the teacher's blocks)

Sources: Kim et al. 2024, "BK-SDM", arXiv 2305.15798 (the three terms); Kim et al. 2025, "Random
Conditioning with Distillation for Data-Efficient Diffusion Model Compression" (unrelated captions);
Meng et al. 2023, arXiv 2210.03142 (guidance); Fang et al. 2025, "TinyFusion" (masked features).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from torch import Tensor, nn

from .data import Captions
from .features import Features
from .finetuning import sampled, squared_error, with_dropout
from .latents import Latents, dreamt, encoded, weights_hash
from .lessons import BK_SDM, Lesson
from .loop import Batch, fit
from .pipeline import Words, load_pipeline, save_with
from .process import Dice, Process
from .recipe import Recipe
from .run import Run

_STEEPNESS: Final = 5.0  # of random conditioning: exp(-5 (1 - t / T))


def distill(
    teacher: str | Path | StableDiffusionPipeline,
    student: UNet2DConditionModel,
    captions: Captions | str | Path,
    *,
    out: str | Path,
    recipe: Recipe = BK_SDM,
    lesson: Lesson | None = None,
) -> Run:
    """Teaches a student, such as `prune` makes, to draw as its teacher does.

    Teacher and student stay as they are; the run holds the taught one, as a whole pipeline.

    Args:
        captions: with pictures; of captions alone the teacher draws the latents first.

    Raises:
        ValueError: the student's input or output does not fit the teacher's.
        TrainingError: see `load_pipeline`, `Captions.read` and `loop.fit`.
    """
    lesson = lesson or Lesson()
    captions = captions if isinstance(captions, Captions) else Captions.read(captions)
    pipeline = load_pipeline(teacher)
    task = Distillation(pipeline, student, lesson, [item.text for item in captions])
    examples = latents_of(pipeline, captions, lesson, recipe.seed, Path(out))
    return fit(task, examples, recipe, out, data={"hash": captions.hash})


class Distillation:
    """The task: say what the teacher says."""

    name = "distill"

    def __init__(
        self,
        pipeline: StableDiffusionPipeline,
        student: UNet2DConditionModel,
        lesson: Lesson,
        captions: list[str],
    ) -> None:
        _check_fit(pipeline.unet, student)
        self.pipeline, self.lesson, self.captions = pipeline, lesson, captions
        self.process, self.words = Process(pipeline.scheduler), Words(pipeline)
        self.teacher = copy.deepcopy(pipeline.unet).requires_grad_(False).eval()
        self.model: nn.Module = copy.deepcopy(student).requires_grad_(True)
        self.seen = Features(self.teacher, self.model) if lesson.features else None
        self.details: Mapping[str, Any] = {
            "teacher": weights_hash(pipeline.unet),
            "student": weights_hash(student),
            "widths": list(student.config["block_out_channels"]),
            **vars(lesson),
        }

    def to(self, device: torch.device) -> None:
        self.words.encoder.to(device)
        self.teacher.to(device)

    def losses(self, model: nn.Module, batch: Batch) -> dict[str, Tensor]:
        dice = Dice(batch["seed"])
        clean = sampled(batch, dice)
        times = dice.below(self.process.steps)
        noise = dice.normal(clean.shape[1:])
        noisy = self.process.noisy(clean, noise, times)
        texts, own = self._texts(batch["text"], times, dice)
        words = self.words(texts)
        target = self._target(noisy, times, words)
        said = model(noisy, times, words).sample
        terms = {"output": squared_error(said, target).mean()}
        if self.lesson.guidance is None:
            error = squared_error(said, self.process.target(clean, noise, times))
            terms["task"] = (error * own).sum() / own.sum().clamp(min=1)
        if self.seen:
            terms["features"] = self.seen.loss()
        weights = vars(self.lesson)
        return {name: weights[name] * term for name, term in terms.items() if weights[name]}

    def save(self, folder: Path) -> None:
        folded = {} if self.lesson.guidance is None else {"guidance": 1.0}
        save_with(self.pipeline, self.model, folder, **folded)

    def _texts(self, texts: list[str], times: Tensor, dice: Dice) -> tuple[list[str], Tensor]:
        """The captions of this step, and which of them are the pictures' own."""
        own = torch.ones(len(texts), device=times.device)
        if self.lesson.random_conditioning:
            likely = torch.exp(-_STEEPNESS * (1 - times / self.process.steps))
            own = (dice.uniform() >= likely).float()
            others = dice.below(len(self.captions)).tolist()
            drawn = zip(texts, own.tolist(), others, strict=True)
            texts = [text if mine else self.captions[other] for text, mine, other in drawn]
        if self.lesson.guidance is None:
            texts = with_dropout(texts, dice, self.lesson.caption_dropout)
        return texts, own

    def _target(self, noisy: Tensor, times: Tensor, words: Tensor) -> Tensor:
        """What the teacher says, with guidance if the student shall learn it; features noted."""
        with torch.no_grad():
            if self.lesson.guidance is None:
                said: Tensor = self.teacher(noisy, times, words).sample
                return said
            without = self.teacher(noisy, times, self.words([""] * len(words))).sample
            said = self.teacher(noisy, times, words).sample
            return without + self.lesson.guidance * (said - without)


def latents_of(
    pipeline: StableDiffusionPipeline, captions: Captions, lesson: Lesson, seed: int, out: Path
) -> Latents:
    """Of the captions' pictures, or of those that the teacher draws for them."""
    keep_in = out.with_name(out.name + ".cache")
    if all(item.image is None for item in captions):
        return dreamt(
            captions,
            pipeline,
            steps=lesson.dream_steps,
            guidance=lesson.dream_guidance,
            seed=seed,
            keep_in=keep_in,
        )
    return encoded(captions, pipeline.vae, size=lesson.size, flip=lesson.flip, keep_in=keep_in)


def _check_fit(teacher: UNet2DConditionModel, student: UNet2DConditionModel) -> None:
    for key in ("in_channels", "out_channels", "cross_attention_dim"):
        ours, theirs = student.config[key], teacher.config[key]
        if ours != theirs:
            raise ValueError(f"the student's {key} is {ours}, its teacher's {theirs}")
