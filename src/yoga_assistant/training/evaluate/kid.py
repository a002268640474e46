"""How far drawn pictures are from real ones as a crowd: the kernel distance of their features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from .score import Score

if TYPE_CHECKING:
    from PIL.Image import Image

LEAST: Final = 10  # pictures on each side
_SUBSETS: Final = 100
_SUBSET: Final = 1000  # pictures, at most
_SHARES: Final = (2.5, 97.5)  # per cent


class Encoder(Protocol):
    """What turns pictures into features, such as `Clip`."""

    name: str

    def pictures(self, images: Sequence[Image]) -> Any: ...


def kid(
    images: Sequence[Image], real: Sequence[Image], encoder: Encoder, *, seed: int = 0
) -> Score:
    """The kernel inception distance, times 1000; its encoder is part of its name.

    Unlike FID it is not biased for few pictures. The interval is that of subsets of the pictures.

    Raises:
        ValueError: there are fewer than ten pictures on a side.

    Source:
        Binkowski et al. 2018, "Demystifying MMD GANs", arXiv 1801.01401.
    """
    if min(len(images), len(real)) < LEAST:
        raise ValueError(
            f"KID wants at least {LEAST} pictures on each side, not {len(images)} and {len(real)}"
        )
    ours, theirs = (np.asarray(encoder.pictures(side), float) for side in (images, real))
    chance = np.random.default_rng(seed)
    size = min(len(ours), len(theirs), _SUBSET)
    part = max(size // 2, LEAST // 2)
    drawn = [
        1000 * squared_mmd(_some(ours, part, chance), _some(theirs, part, chance))
        for _ in range(_SUBSETS)
    ]
    # A half's distance spreads about sqrt(2) as much as that of the whole.
    mean = 1000 * squared_mmd(ours, theirs)
    low, high = np.percentile(drawn, _SHARES)
    middle = float(np.mean(drawn))
    return Score(
        f"KID x 1000 ({encoder.name})",
        mean,
        mean + (float(low) - middle) / 2**0.5,
        mean + (float(high) - middle) / 2**0.5,
        len(images),
        higher_is_better=False,
    )


def squared_mmd(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The unbiased squared distance of two sets of features, (n, d) and (m, d).

    k(x, y) = (x y / d + 1)^3
    """
    within = [_off_diagonal(_kernel(side, side)) for side in (ours, theirs)]
    return float(sum(within) - 2 * _kernel(ours, theirs).mean())


def _kernel(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    found: np.ndarray = (left @ right.T / left.shape[1] + 1) ** 3
    return found


def _off_diagonal(kernel: np.ndarray) -> float:
    n = len(kernel)
    return float((kernel.sum() - np.trace(kernel)) / (n * (n - 1)))


def _some(features: np.ndarray, size: int, chance: np.random.Generator) -> np.ndarray:
    return features[chance.choice(len(features), size, replace=False)]
