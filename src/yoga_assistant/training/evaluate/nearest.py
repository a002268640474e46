"""Is a drawn picture new, or one of those that the model learned from?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from .kid import Encoder
from .score import Score, bootstrap

if TYPE_CHECKING:
    from PIL.Image import Image


def nearest(
    images: Sequence[Image], learned: Sequence[Image], encoder: Encoder
) -> list[tuple[int, float]]:
    """For each picture the place of the learned one that is most like it, and their cosine.

    Raises:
        ValueError: there is nothing to compare.
    """
    if not images or not learned:
        raise ValueError("there are no pictures to compare")
    cosines: Tensor = (
        torch.as_tensor(encoder.pictures(images)) @ torch.as_tensor(encoder.pictures(learned)).T
    )
    best = cosines.max(dim=1)
    return list(zip(best.indices.tolist(), best.values.tolist(), strict=True))


def originality(images: Sequence[Image], learned: Sequence[Image], encoder: Encoder) -> Score:
    """The mean cosine of each picture to the learned one that is most like it; 1 is a copy.

    Raises:
        ValueError: there is nothing to compare.
    """
    found = [cosine for _, cosine in nearest(images, learned, encoder)]
    name = f"cosine to the nearest of {len(learned)} learned ({encoder.name})"
    return bootstrap(name, found, higher_is_better=False)
