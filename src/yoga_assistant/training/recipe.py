"""How long, how fast and in what precision a model is trained."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

Precision = Literal["fp32", "fp16", "bf16"]
Schedule = Literal["constant", "cosine"]

# What may change between two parts of one run: none of it touches the result.
FREE: Final = {"save_every", "keep", "workers", "shares_every"}


@dataclass(frozen=True)
class Recipe:
    """The settings of `training.loop.fit`; every field is part of what makes a run repeatable.

    Args:
        steps: of the optimiser.
        batch: pictures that one process takes at a time.
        accumulate: batches whose gradients are summed into one step.
        lr: learning rate after the warm-up.
        schedule: what the learning rate does after the warm-up; "cosine" ends at zero.
        warmup: steps in which the learning rate rises from zero.
        clip: largest norm of the gradient; longer ones are scaled down.
        ema: decay of the moving average that is saved, 0 to 1; None saves the last weights.
        precision: of the computation; the trained weights are always kept in fp32.
        patience: steps in a row that may be skipped because their gradient is not finite.
        save_every: steps between two checkpoints.
        keep: checkpoints that stay on the disk.
        workers: processes that read the data ahead.
        shares_every: steps between two logs of how much of the gradient each loss makes.

    Raises:
        ValueError: a setting is out of its range; the error names it.
    """

    steps: int = 1000
    batch: int = 1
    accumulate: int = 1
    lr: float = 1e-4
    schedule: Schedule = "constant"
    warmup: int = 0
    weight_decay: float = 1e-2
    clip: float = 1.0
    ema: float | None = 0.999
    precision: Precision = "fp32"
    seed: int = 0
    patience: int = 20
    save_every: int = 500
    keep: int = 2
    workers: int = 0
    shares_every: int = 50

    def __post_init__(self) -> None:
        for name in ("steps", "batch", "accumulate", "patience", "save_every", "keep"):
            _require(getattr(self, name) >= 1, name, getattr(self, name), "at least 1")
        for name in ("warmup", "workers", "shares_every", "weight_decay", "seed"):
            _require(getattr(self, name) >= 0, name, getattr(self, name), "not negative")
        for name in ("lr", "clip"):
            _require(0 < getattr(self, name) < math.inf, name, getattr(self, name), "above 0")
        _require(self.ema is None or 0 <= self.ema < 1, "ema", self.ema, "from 0 to below 1")
        for name, kind in (("precision", Precision), ("schedule", Schedule)):
            known = get_args(kind)
            _require(getattr(self, name) in known, name, getattr(self, name), f"one of {known}")

    def lr_at(self, step: int) -> float:
        """The learning rate of a step, counted from 0: it depends on nothing but the step."""
        if step < self.warmup:
            return self.lr * (step + 1) / self.warmup
        if self.schedule == "constant":
            return self.lr
        done = (step - self.warmup) / max(self.steps - self.warmup, 1)
        return self.lr * (1 + math.cos(math.pi * min(done, 1.0))) / 2

    def differences(self, other: dict[str, Any]) -> list[str]:
        """The settings that keep a run of `other` from being continued with these."""
        free = FREE | ({"steps"} if self.schedule == "constant" else set())
        mine = {key: value for key, value in asdict(self).items() if key not in free}
        return [f"{key} was {other.get(key)!r}, is {v!r}" for key, v in mine.items()
                if other.get(key) != v]  # fmt: skip


def _require(holds: bool, name: str, value: object, expected: str) -> None:
    if not holds:
        raise ValueError(f"{name} is {expected}, not {value!r}")
