"""What is taught in each way of training, and the recipes that each begins with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from .recipe import Recipe

# Stable Diffusion v1-4 on a GPU of 24 GB, as the project began.
ORIGINAL: Final = Recipe(
    steps=3000, batch=1, accumulate=4, lr=1e-5, ema=0.9999, precision="fp16", save_every=500
)
# Kim et al. 2024, for one GPU: their batch is 256.
BK_SDM: Final = Recipe(steps=50_000, batch=8, accumulate=32, lr=5e-5, precision="bf16")
FEW_STEPS: Final = Recipe(steps=10_000, batch=16, accumulate=16, lr=1e-4, ema=0.9993, warmup=100)
AUTOENCODER: Final = Recipe(
    steps=20_000, batch=8, lr=1e-4, ema=0.999, warmup=200, schedule="cosine"
)


@dataclass(frozen=True)
class Teaching:
    """What is taught, beside the recipe of the loop.

    Args:
        size: of the pictures' sides, in pixels.
        caption_dropout: share of captions that are left out, so that guidance works.
        min_snr: gamma of the Min-SNR weights; None weighs all times alike.
        flip: whether mirrored pictures are learned too, their captions' sides exchanged.
        lora_rank: of an adapter that is trained in place of the UNet.

    Raises:
        ValueError: a setting is out of its range; the error names it.
    """

    size: int = 512
    caption_dropout: float = 0.1
    min_snr: float | None = None
    flip: bool = False
    lora_rank: int | None = None

    def __post_init__(self) -> None:
        if self.size < 8:
            raise ValueError(f"size is at least 8 pixels, not {self.size!r}")
        if not 0 <= self.caption_dropout < 1:
            raise ValueError(f"caption_dropout is 0 to below 1, not {self.caption_dropout!r}")
        if self.min_snr is not None and not self.min_snr > 0:
            raise ValueError(f"min_snr is above 0, not {self.min_snr!r}; None is without it")
        if self.lora_rank is not None and self.lora_rank < 1:
            raise ValueError(f"lora_rank is at least 1, not {self.lora_rank!r}")


@dataclass(frozen=True)
class Lesson:
    """How a student is taught, beside the recipe of the loop.

    Args:
        task, output, features: weights of the three terms; 0 leaves one out.
        guidance: scale of guidance that the student learns to give in one pass; None teaches both
            passes apart.
        random_conditioning: whether captions are exchanged for unrelated ones, the more often the
            more noise there is.
        caption_dropout: share of captions that are left out; not with `guidance`.
        size: of the pictures' sides, in pixels.
        flip: whether mirrored pictures are learned too.
        dream_steps, dream_guidance: how the teacher draws latents for captions without pictures.

    Raises:
        ValueError: a setting is out of its range, or all terms are left out.
    """

    task: float = 1.0
    output: float = 1.0
    features: float = 1.0
    guidance: float | None = None
    random_conditioning: bool = True
    caption_dropout: float = 0.1
    size: int = 512
    flip: bool = False
    dream_steps: int = 25
    dream_guidance: float = 7.5

    def __post_init__(self) -> None:
        weights = {"task": self.task, "output": self.output, "features": self.features}
        for name, weight in weights.items():
            if not 0 <= weight < float("inf"):
                raise ValueError(f"{name} is a weight of 0 or more, not {weight!r}")
        if not any(weights.values()):
            raise ValueError("one of task, output and features is above 0")
        if self.guidance is not None and self.guidance < 1:
            raise ValueError(f"guidance is 1 or more, not {self.guidance!r}")
        if not 0 <= self.caption_dropout < 1:
            raise ValueError(f"caption_dropout is 0 to below 1, not {self.caption_dropout!r}")


@dataclass(frozen=True)
class Shortening:
    """How a model learns to draw in few steps.

    Args:
        draw_steps: that it shall draw in; one stretch of time each.
        grid: short steps of the teacher from noise to picture.
        guidance: scale of guidance that is folded in; 1 for a model that has it folded in already.
        lesson: where the latents come from, see `distill`.

    Raises:
        ValueError: a setting is out of its range.
    """

    draw_steps: int = 4
    grid: int = 48
    guidance: float = 1.0
    lesson: Lesson = field(default_factory=Lesson)

    def __post_init__(self) -> None:
        if not 1 <= self.draw_steps <= self.grid:
            raise ValueError(f"draw_steps is 1 to grid ({self.grid}), not {self.draw_steps!r}")
        if self.grid % self.draw_steps:
            raise ValueError(f"grid is a multiple of {self.draw_steps}, not {self.grid!r}")
        if self.guidance < 1:
            raise ValueError(f"guidance is 1 or more, not {self.guidance!r}")


@dataclass(frozen=True)
class Coding:
    """What an autoencoder is taught, beside the recipe of the loop.

    Args:
        size: of the pictures' sides, in pixels.
        flip: whether every other picture is mirrored.
        pixels, edges, kl: weights of the three terms: the difference of pixels, that of
            neighbouring pixels' differences, which keeps limbs sharp, and the distance of the
            latents from standard normal ones.

    Raises:
        ValueError: a setting is out of its range; the error names it.
    """

    size: int = 256
    flip: bool = True
    pixels: float = 1.0
    edges: float = 1.0
    kl: float = 1e-6

    def __post_init__(self) -> None:
        if self.size < 8:
            raise ValueError(f"size is at least 8 pixels, not {self.size!r}")
        for name in ("pixels", "edges", "kl"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name} is a weight of 0 or more, not {getattr(self, name)!r}")
        if not self.pixels + self.edges:
            raise ValueError("one of pixels and edges is above 0")
