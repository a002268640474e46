"""Where a part of the body points, in words: "front 30 down" is 30 degrees down from the front.

Words are the person's own: left and right are theirs, front is where the room's front is, z is up.
"""

from __future__ import annotations

import math
from typing import Final

import torch

_WORDS: Final = {
    "left": (1.0, 0.0, 0.0), "right": (-1.0, 0.0, 0.0), "front": (0.0, -1.0, 0.0),
    "back": (0.0, 1.0, 0.0), "up": (0.0, 0.0, 1.0), "down": (0.0, 0.0, -1.0),
}  # fmt: skip
FRONT, UP = torch.tensor(_WORDS["front"]), torch.tensor(_WORDS["up"])


def direction(words: str) -> torch.Tensor:
    """A unit vector, (3,): a first word, then turns of so many degrees towards another.

    >>> direction("front 90 up").round().tolist()
    [-0.0, -0.0, 1.0]

    Raises:
        ValueError: the words are not of this form.
    """
    first, *turns = words.split()
    if first not in _WORDS or len(turns) % 2:
        raise ValueError(f'a direction is like "front 30 down", not {words!r}')
    points = torch.tensor(_WORDS[first])
    for degrees, towards in zip(turns[::2], turns[1::2], strict=True):
        if towards not in _WORDS or not degrees.replace(".", "", 1).isdigit():
            raise ValueError(f'a direction is like "front 30 down", not {words!r}')
        angle, other = math.radians(float(degrees)), torch.tensor(_WORDS[towards])
        if abs(float(points @ other)) > 0.99:
            raise ValueError(f"{words!r} turns towards where it points, or away from it")
        points = math.cos(angle) * points + math.sin(angle) * other
        points = points / points.norm()
    return points


def mirrored(words: str) -> str:
    """The same with left and right exchanged."""
    other = {"left": "right", "right": "left"}
    return " ".join(other.get(word, word) for word in words.split())
