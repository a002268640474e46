"""Models that draw, side by side: the same prompts and seeds, and what the pictures are worth."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ...errors import TrainingError
from ...progress import progress
from ...protocols import Diffusion
from ...types import ImagePrompt
from .clip import Clip, clip_score
from .kid import Encoder, kid
from .memory import peak_memory
from .nearest import originality
from .pose import Fact, joints_of, pose_accuracy
from .score import Score
from .speed import speed

if TYPE_CHECKING:
    from PIL.Image import Image

FILE: Final = "evaluation.json"
SEEDS: Final = tuple(range(8))
PROMPTS: Final = (
    "a person in tree pose, front view",
    "a person in warrior two, front view",
    "a person in triangle pose, front view",
    "a person in chair pose, side view",
    "a person in downward-facing dog, side view",
    "a person in cobra pose, side view",
    "a person in bridge pose, side view",
    "a person in seated forward bend, side view",
    "a person in lotus pose, front view",
    "a person in boat pose, side view",
    "a person in camel pose, side view",
    "a person in dancer pose, side view",
)


@dataclass(frozen=True)
class Evaluation:
    """What came of `evaluate`: `print(evaluation)`, or `report(evaluation, "out.html")`."""

    folder: Path
    prompts: tuple[str, ...]
    seeds: tuple[int, ...]
    scores: Mapping[str, tuple[Score, ...]]  # by model
    notes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by model

    def picture(self, model: str, prompt: int, seed: int) -> bytes:
        """The PNG of a prompt, by its place, and a seed."""
        return _path(self.folder, model, prompt, seed).read_bytes()

    def __str__(self) -> str:
        lines = []
        for model, scores in self.scores.items():
            lines += [model, *(f"  {score}" for score in scores)]
            lines += [f"  {name}: {told}" for name, told in self.notes.get(model, {}).items()]
        return "\n".join(lines)


def evaluate(
    models: Mapping[str, Diffusion],
    out: str | Path,
    *,
    prompts: Sequence[str] = PROMPTS,
    seeds: Sequence[int] = SEEDS,
    clip: Clip | None = None,
    real: Sequence[Image] = (),
    learned: Sequence[Image] = (),
    facts: Mapping[str, Sequence[Fact]] | None = None,
    notes: Mapping[str, Mapping[str, str]] | None = None,
) -> Evaluation:
    """Draws every prompt with every seed by each model, and measures what can be measured.

    The pictures are kept in `out`; a call that was interrupted is taken up by making it once more.

    Args:
        models: what draws, by the name that the report shall show.
        clip: for the CLIP score and, as an encoder, for the next two.
        real: pictures for the kernel distance.
        learned: pictures that the models learned from, to see what is copied.
        facts: of a prompt's asana, for the pose accuracy; prompts without facts do not count.
        notes: further lines for a model, such as its size.

    Raises:
        ValueError: there is no model, prompt or seed, or `real` or `learned` without `clip`.
        TrainingError: the folder holds an evaluation of other settings.
    """
    if not (models and prompts and seeds):
        raise ValueError("an evaluation wants a model, a prompt and a seed at least")
    if (real or learned) and clip is None:
        raise ValueError("comparing pictures wants an encoder: pass clip")
    folder = Path(out)
    _begin(folder, models, prompts, seeds)
    _draw_all(models, folder, prompts, seeds)
    scores: dict[str, tuple[Score, ...]] = {}
    told: dict[str, Mapping[str, str]] = {}
    first = ImagePrompt(prompts[0], prompts[0], seed=seeds[0])
    for model, drawer in models.items():
        images = _images(folder, model, prompts, seeds)
        texts = [prompt for prompt in prompts for _ in seeds]
        found = _quality(images, texts, clip, real, learned, facts or {})
        draw = functools.partial(drawer.draw, first)
        scores[model] = (*found, speed(draw))
        peak = f"{peak_memory(draw) / 2**20:,.0f} MiB"
        told[model] = {**(notes or {}).get(model, {}), "peak memory": peak}
    return Evaluation(folder, tuple(prompts), tuple(seeds), scores, told)


def _quality(
    images: Sequence[Image],
    texts: Sequence[str],
    clip: Clip | None,
    real: Sequence[Image],
    learned: Sequence[Image],
    facts: Mapping[str, Sequence[Fact]],
) -> list[Score]:
    scores = []
    if clip:
        scores.append(clip_score(images, texts, clip))
        encoder: Encoder = clip
        if real:
            scores.append(kid(images, real, encoder))
        if learned:
            scores.append(originality(images, learned, encoder))
    judged = [(image, text) for image, text in zip(images, texts, strict=True) if text in facts]
    if judged:
        joints = joints_of([image for image, _ in judged])
        of = [text for _, text in judged]
        scores.append(pose_accuracy(joints, [facts[text] for text in of], of))
    return scores


def _begin(
    folder: Path, models: Mapping[str, Any], prompts: Sequence[str], seeds: Sequence[int]
) -> None:
    known = {name: str(getattr(model, "model", type(model).__name__))
             for name, model in models.items()}  # fmt: skip
    settings = {"models": known, "prompts": list(prompts), "seeds": list(seeds)}
    path = folder / FILE
    if path.is_file():
        if json.loads(path.read_text()) != settings:
            raise TrainingError(
                f"{folder} holds an evaluation of other models, prompts or seeds",
                hint="choose another folder",
            )
        return
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings, indent=1))


def _draw_all(
    models: Mapping[str, Diffusion], folder: Path, prompts: Sequence[str], seeds: Sequence[int]
) -> None:
    with progress("drawing", len(models) * len(prompts) * len(seeds)) as tick:
        for name, model in models.items():
            for number, prompt in enumerate(prompts):
                for seed in seeds:
                    path = _path(folder, name, number, seed)
                    if not path.is_file():
                        _write(path, model.draw(ImagePrompt(prompt, prompt, seed=seed)))
                    tick(f"{name}: {prompt}")


def _write(path: Path, png: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(png)
    part.replace(path)


def _path(folder: Path, model: str, prompt: int, seed: int) -> Path:
    plain = re.sub(r"[^\w.-]+", "-", model)[:40]
    digest = hashlib.sha256(model.encode()).hexdigest()[:6]
    return folder / f"{plain}-{digest}" / f"{prompt:03d}-{seed}.png"


def _images(folder: Path, model: str, prompts: Sequence[str], seeds: Sequence[int]) -> list[Image]:
    from PIL import Image

    paths = [_path(folder, model, n, seed) for n in range(len(prompts)) for seed in seeds]
    return [Image.open(io.BytesIO(path.read_bytes())).convert("RGB") for path in paths]
