"""Who is in a picture: a person is a number, and the same number is always the same person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from .body import Body, Build, make_body
from .wardrobe import BOTTOMS, COLOURS, HAIR_COLOURS, HAIRSTYLES, SKINS, TOPS, Look

PEOPLE: Final = 400
"""So many different people there are."""
_MENS_HAIR: Final = ("short hair", "short hair", "short hair", "no hair", "a high bun")


@dataclass(frozen=True)
class Person:
    """A person and what they wear; the words are those that a caption may use."""

    number: int
    word: str  # "woman" or "man"
    build: Build
    look: Look
    words: dict[str, str]  # hair, hair colour, top, top colour, bottom, bottom colour

    def body(self) -> Body:
        return _body(self.build)


def somebody(number: int, clothes: int = 0) -> Person:
    """The person of this number, 0 to `PEOPLE` - 1, in one of endless sets of clothes.

    Raises:
        ValueError: there is no such person.
    """
    if not 0 <= number < PEOPLE:
        raise ValueError(f"people are numbered 0 to {PEOPLE - 1}, not {number!r}")
    dice = np.random.default_rng((number, 0))
    woman = bool(dice.random() < 0.55)
    build = Build(
        gender=float(dice.uniform(0.85, 1.0) if woman else dice.uniform(0.0, 0.15)),
        age=float(dice.uniform(0.62, 0.86)),
        muscle=float(dice.uniform(0.35, 0.75)),
        weight=float(dice.uniform(0.28, 0.62)),
        height=float(dice.uniform(0.35, 0.68)),
        proportions=float(dice.uniform(0.4, 0.8)),
    )
    skin = SKINS[dice.integers(len(SKINS))]
    tint = dice.uniform(-0.03, 0.03, 3)
    styles = HAIRSTYLES[:4] if woman else _MENS_HAIR
    hair = styles[dice.integers(len(styles))]
    shades = list(HAIR_COLOURS) if skin in SKINS[:3] else ["black", "black", "brown", "grey"]
    if build.age < 0.72:
        shades.remove("grey")
    hair_colour = shades[dice.integers(len(shades))]
    wear = np.random.default_rng((number, 1, clothes))
    tops = TOPS[:4] if woman else (*TOPS[:3], "bare chest")
    top, bottom = tops[wear.integers(len(tops))], BOTTOMS[wear.integers(len(BOTTOMS))]
    names = [name for name, colour in COLOURS.items() if _apart(colour, skin) > 0.35]
    first, second = (names[k] for k in wear.choice(len(names), 2, replace=False))
    red, green, blue = np.clip(np.array(skin) + tint, 0.05, 0.98)
    look = Look(
        skin=(float(red), float(green), float(blue)), hair=hair,
        hair_colour=HAIR_COLOURS[hair_colour],
        top=top, top_colour=COLOURS[first], bottom=bottom, bottom_colour=COLOURS[second],
    )  # fmt: skip
    words = {"hair": hair, "hair colour": hair_colour, "top": top, "top colour": first,
             "bottom": bottom, "bottom colour": second}  # fmt: skip
    return Person(number, "woman" if woman else "man", build, look, words)


def _apart(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return float(np.linalg.norm(np.subtract(one, other)))


@lru_cache(maxsize=64)
def _body(build: Build) -> Body:
    return make_body(build)
