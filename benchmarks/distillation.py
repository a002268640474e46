"""Does a student become its teacher, and do few steps draw what many do? On tiny real models.

    python benchmarks/distillation.py

A tiny Stable Diffusion (283,284 weights in its UNet) is taught on pictures of noise; then it is
pruned, distilled, and taught to draw in 2 and 4 steps. Each stage is measured on noise and captions
that it never saw, and everything is repeated with three seeds.

- `error`: mean squared difference of what student and teacher say of the same noisy latents, over
  the mean square of what the teacher says; random: a student of the same shape with fresh weights.
- `distance`: mean squared difference of the latents drawn in few steps and in 40 from the same
  noise, over the variance of those drawn in 40; naive: the same model, not taught to.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from table import show
from yoga_assistant.testing.tiny import tiny_pipeline
from yoga_assistant.training import (
    Lesson,
    Recipe,
    Shortening,
    Teaching,
    distill,
    finetune_diffusion,
    load_pipeline,
    prune,
    shorten,
)
from yoga_assistant.training.few_steps import set_for_few_steps
from yoga_assistant.training.pipeline import Words

SEEDS = (0, 1, 2)
HELD_OUT = ["a cat in lotus pose", "crow", "somebody in a forest, side view", ""]
SIZE = 16


def main() -> None:
    torch.set_num_threads(1)  # models this small are slower on more
    found: dict[str, list[float]] = {}
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            for name, value in _stages(Path(folder), seed).items():
                found.setdefault(name, []).append(value)
    rows = [(name, f"{np.mean(v):.3f}", f"{min(v):.3f} to {max(v):.3f}", len(v))
            for name, v in found.items()]  # fmt: skip
    show("Student and teacher, few steps and many", ("what", "mean", "range", "n"), rows)


def _stages(folder: Path, seed: int) -> dict[str, float]:
    pictures = _pictures(folder / "pictures", seed)
    recipe = Recipe(steps=150, batch=8, lr=3e-3, ema=0.9, save_every=150, schedule="cosine",
                    seed=seed)  # fmt: skip
    run = finetune_diffusion(
        tiny_pipeline(seed), pictures, out=folder / "teacher", recipe=recipe,
        teaching=Teaching(size=SIZE),
    )  # fmt: skip
    teacher = load_pipeline(run.model)
    pruned = prune(teacher.unet, preset="bk-base")
    torch.manual_seed(seed)
    random = type(pruned).from_config(pruned.config)
    run = distill(
        teacher, pruned, pictures, out=folder / "student", recipe=recipe, lesson=Lesson(size=SIZE)
    )
    students = {"random": random, "pruned": pruned, "distilled": load_pipeline(run.model).unet}
    found = {f"error, {name}": _error(unet, teacher) for name, unet in students.items()}
    slow = _drawn(set_for_few_steps(teacher), 40)
    for steps in (4, 2):
        run = shorten(
            teacher, pictures, out=folder / f"short-{steps}", recipe=recipe,
            shortening=Shortening(draw_steps=steps, grid=40, lesson=Lesson(size=SIZE)),
        )  # fmt: skip
        for name, model in (
            ("naive", set_for_few_steps(teacher)),
            ("taught", load_pipeline(run.model)),
        ):
            distance = (_drawn(model, steps) - slow).square().mean() / slow.var()
            found[f"distance, {steps} steps, {name}"] = float(distance)
    return found


def _error(unet: Any, teacher: Any) -> float:
    said, taught = _said(unet, teacher), _said(teacher.unet, teacher)
    return float((said - taught).square().mean() / taught.square().mean())


def _said(unet: Any, pipeline: Any) -> Tensor:
    chance = torch.Generator().manual_seed(99)
    noisy = torch.randn(256, 4, 8, 8, generator=chance)
    times = torch.randint(1000, (256,), generator=chance)
    with torch.no_grad():
        found: Tensor = unet.eval()(noisy, times, Words(pipeline)(HELD_OUT * 64)).sample
    return found


def _drawn(pipeline: Any, steps: int) -> Tensor:
    pipeline.set_progress_bar_config(disable=True)
    texts: Sequence[str] = [f"pose {n % 6}, left foot forward" for n in range(48)]
    chance = [torch.Generator().manual_seed(500 + n) for n in range(len(texts))]
    images: Tensor = pipeline(
        list(texts),
        num_inference_steps=steps,
        guidance_scale=1.0,
        generator=chance,
        output_type="latent",
    ).images
    return images


def _pictures(folder: Path, seed: int) -> Path:
    folder.mkdir()
    chance, lines = np.random.default_rng(seed), []
    for number in range(6):
        pixels = chance.integers(0, 255, (SIZE, SIZE, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
        row = {"file_name": f"{number}.png", "text": f"pose {number}, left foot forward"}
        lines.append(json.dumps(row) + "\n")
    (folder / "metadata.jsonl").write_text("".join(lines))
    return folder


if __name__ == "__main__":
    main()
