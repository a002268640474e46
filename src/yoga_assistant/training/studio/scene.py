"""Rooms and outdoors, with their light: a set behind the person, facing the camera."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from .meshes import Mesh, ball, box, quad

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Light:
    """How a scene is lit; colours are linear, 1 is white paper in the sun.

    Attributes:
        background: where nothing is, as screens show it.
        sun: unit vector towards the main light.
        sunlight: its colour and strength; sky and ground: of the light from above and below.
        casters: so many meshes, from the first, throw shadows.
    """

    background: Colour
    sun: tuple[float, float, float]
    sunlight: Colour
    sky: Colour
    ground: Colour
    casters: int = 0


@dataclass(frozen=True)
class Set:
    """What stands around a person, and the light."""

    meshes: tuple[Mesh, ...]
    light: Light


def build(place: str, dice: np.random.Generator, facing: float, centre: np.ndarray) -> Set:
    """A set behind a person.

    Args:
        place: one of `PLACES`.
        facing: radians by which the camera stands around the person from the room's front (-y).
        centre: (3,) the person's middle; the set stands around it.

    Raises:
        ValueError: there is no such place.
    """
    if place not in PLACES:
        raise ValueError(f"there is no place {place!r}; known: {', '.join(PLACES)}")
    meshes, light = PLACES[place](dice)
    turn = facing + dice.uniform(-0.25, 0.25)
    cosine, sine = float(np.cos(turn)), float(np.sin(turn))
    rotate = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1.0]])
    move = np.array((centre[0], centre[1], 0.0))
    placed = tuple(
        Mesh(m.vertices @ rotate.T + move, m.faces, m.colour, m.gloss, m.smooth, m.glow)
        for m in meshes
    )
    sun = np.array(light.sun) @ rotate.T
    sun /= np.linalg.norm(sun)
    return Set(placed, Light(light.background, tuple(sun), light.sunlight, light.sky, light.ground))


FLOOR: Final = -0.007
"""The floor lies under the mat, whose top is at 0."""


def mat(colour: Colour, low: np.ndarray, high: np.ndarray) -> Mesh:
    """A yoga mat under what touches the floor from `low` to `high`, (2,) each."""
    middle, size = (low + high) / 2, high - low
    along = int(size[1] >= size[0])
    half = np.empty(2)
    half[along], half[1 - along] = (
        max(0.915, size[along] / 2 + 0.08),
        max(0.33, size[1 - along] / 2 + 0.08),
    )
    start, end = middle - half, middle + half
    return Mesh(*box((*start, FLOOR), (*end, 0.0)), colour, 0.05, smooth=False)


def _studio(dice: np.random.Generator) -> tuple[list[Mesh], Light]:
    wall = _near(dice, (0.90, 0.88, 0.84), 0.05)
    back = dice.uniform(1.9, 2.8)
    meshes = _planks(dice, _near(dice, (0.66, 0.48, 0.32), 0.06), back) + _wall(wall, back)
    for x in (-2.2, 0.2, 2.6):
        if dice.random() < 0.75:
            meshes += _window(x + dice.uniform(-0.3, 0.3), back)
    if dice.random() < 0.6:
        meshes += _plant(dice, dice.choice((-1, 1)) * dice.uniform(1.5, 2.2), back - 0.4)
    return meshes, _indoors(dice)


_SOFA: Final = (  # seat, back and arms: corners, in metres
    ((-0.95, -0.85, FLOOR), (0.95, -0.05, 0.40)), ((-0.95, -0.30, 0.40), (0.95, -0.05, 0.80)),
    ((-1.12, -0.85, FLOOR), (-0.95, -0.05, 0.58)), ((0.95, -0.85, FLOOR), (1.12, -0.05, 0.58)),
)  # fmt: skip


def _living_room(dice: np.random.Generator) -> tuple[list[Mesh], Light]:
    wall = _near(
        dice, _one(dice, [(0.80, 0.84, 0.80), (0.86, 0.80, 0.72), (0.72, 0.78, 0.84)]), 0.04
    )
    back = dice.uniform(2.2, 3.0)
    meshes = _planks(dice, _near(dice, (0.52, 0.38, 0.27), 0.05), back) + _wall(wall, back)
    rug = _near(
        dice, _one(dice, [(0.70, 0.62, 0.55), (0.45, 0.50, 0.58), (0.62, 0.45, 0.42)]), 0.04
    )
    meshes.append(
        Mesh(*box((-1.9, -1.5, FLOOR - 0.01), (1.9, 1.5, FLOOR - 0.001)), rug, 0, smooth=False)
    )
    side = dice.choice((-1, 1))
    sofa = _near(
        dice, _one(dice, [(0.45, 0.47, 0.50), (0.36, 0.42, 0.38), (0.60, 0.50, 0.42)]), 0.04
    )
    x = side * dice.uniform(1.3, 1.9)
    for low, high in _SOFA:
        meshes.append(
            Mesh(
                *box((low[0] + x, low[1] + back, low[2]), (high[0] + x, high[1] + back, high[2])),
                sofa,
                0.05,
                smooth=False,
            )
        )
    frame = -x + dice.uniform(-0.3, 0.3)
    art = _near(dice, (0.55, 0.60, 0.55), 0.2)
    meshes.append(
        Mesh(
            *box((frame - 0.42, back - 0.03, 1.25), (frame + 0.42, back, 1.85)),
            (0.2, 0.17, 0.14),
            smooth=False,
        )
    )
    meshes.append(
        Mesh(
            *box((frame - 0.37, back - 0.04, 1.30), (frame + 0.37, back - 0.01, 1.80)),
            art,
            smooth=False,
        )
    )
    meshes += _plant(dice, -side * dice.uniform(1.8, 2.4), back - 0.4)
    return meshes, _indoors(dice)


def _backdrop(dice: np.random.Generator) -> tuple[list[Mesh], Light]:
    tone = _near(
        dice,
        _one(
            dice, [(0.80, 0.80, 0.79), (0.72, 0.78, 0.82), (0.84, 0.77, 0.70), (0.70, 0.74, 0.68)]
        ),
        0.04,
    )
    bend = np.linspace(0, np.pi / 2, 12)
    profile = np.concatenate(
        [
            [(-9.0, 0.0)],
            np.stack([2.2 + 0.9 * np.sin(bend), 0.9 - 0.9 * np.cos(bend)], 1),
            [(3.1, 6.0)],
        ]
    )
    rows = np.concatenate(
        [
            np.stack([np.full(len(profile), x), profile[:, 0], profile[:, 1] + FLOOR - 0.002], 1)
            for x in (-9.0, 9.0)
        ]
    )
    count = len(profile)
    faces = np.array(
        [
            f
            for k in range(count - 1)
            for f in ((k, k + count, k + count + 1), (k, k + count + 1, k + 1))
        ]
    )
    return [Mesh(rows, faces, tone, 0.0)], _indoors(dice, background=tone)


def _garden(dice: np.random.Generator) -> tuple[list[Mesh], Light]:
    grass = _near(dice, (0.36, 0.50, 0.22), 0.04)
    meshes = [_ground(grass)]
    for x in np.arange(-9, 9.1, 1.5):
        tone = _near(dice, (0.20, 0.38, 0.18), 0.05)
        size = dice.uniform(0.9, 1.5)
        meshes.append(
            Mesh(
                *ball(np.array((x, dice.uniform(6.5, 8), size * 0.6)), (1.1 * size, size, size)),
                tone,
                0,
            )
        )
    for _ in range(dice.integers(1, 4)):
        x, y = dice.uniform(-4.5, 4.5), dice.uniform(4.0, 6.0)
        meshes.append(
            Mesh(*box((x - 0.12, y - 0.12, 0), (x + 0.12, y + 0.12, 1.8)), (0.35, 0.25, 0.18), 0)
        )
        for _ in range(4):
            tone = _near(dice, (0.26, 0.44, 0.20), 0.05)
            middle = np.array((x, y, 2.4)) + dice.uniform(-0.6, 0.6, 3)
            meshes.append(Mesh(*ball(middle, (0.9, 0.9, 0.8)), tone, 0))
    return meshes, _outdoors(dice)


def _beach(dice: np.random.Generator) -> tuple[list[Mesh], Light]:
    sand, sea = _near(dice, (0.84, 0.75, 0.58), 0.04), _near(dice, (0.18, 0.45, 0.58), 0.05)
    wet = _scaled(sand, 0.8)
    shore = dice.uniform(4.0, 6.0)
    meshes = [_ground(sand)]
    strips = (
        (shore - 0.8, shore + 0.4, wet, 0.004),
        (shore, 59.0, sea, 0.008),
        (shore - 0.12, shore + 0.15, (0.95, 0.96, 0.96), 0.012),
    )
    for start, end, colour, height in strips:
        z = FLOOR + height
        meshes.append(
            Mesh(
                *quad([(-59, start, z), (59, start, z), (59, end, z), (-59, end, z)]),
                colour,
                0.5,
                smooth=False,
            )
        )
    return meshes, _outdoors(dice)


def _terrace(dice: np.random.Generator) -> tuple[list[Mesh], Light]:
    meshes = [_ground(_near(dice, (0.38, 0.45, 0.30), 0.04), -0.6)]
    meshes += _planks(dice, _near(dice, (0.58, 0.45, 0.34), 0.06), 3.0, gap=True)
    for layer in range(3):
        for x in np.arange(-42, 43, 9):
            tone = np.array((0.36, 0.46, 0.52)) + 0.10 * layer
            size = dice.uniform(4.5, 8) + 2 * layer
            at = np.array((x + dice.uniform(-3, 3), 26 + 9 * layer, -1.0))
            meshes.append(
                Mesh(*ball(at, (1.5 * size, 4, size * 0.55)), _near(dice, tuple(tone), 0.01), 0)
            )
    for post in np.arange(-6, 6.1, 1.5):
        meshes.append(
            Mesh(
                *box((post - 0.03, 2.9, 0), (post + 0.03, 2.96, 0.95)),
                (0.30, 0.23, 0.18),
                smooth=False,
            )
        )
    for z in (0.45, 0.93):
        meshes.append(
            Mesh(*box((-6, 2.9, z), (6, 2.96, z + 0.05)), (0.32, 0.25, 0.19), smooth=False)
        )
    return meshes, _outdoors(dice)


PLACES: Final[dict[str, Callable[[np.random.Generator], tuple[list[Mesh], Light]]]] = {
    "yoga studio": _studio, "living room": _living_room, "photo studio": _backdrop,
    "garden": _garden, "beach": _beach, "wooden terrace": _terrace,
}  # fmt: skip


def _near(dice: np.random.Generator, colour: Colour, by: float) -> Colour:
    red, green, blue = np.clip(
        np.array(colour) + dice.uniform(-by, by) + dice.uniform(-by, by, 3) / 3, 0.02, 0.98
    )
    return float(red), float(green), float(blue)


def _scaled(colour: Colour, by: float) -> Colour:
    red, green, blue = (min(1.0, by * part) for part in colour)
    return red, green, blue


def _one(dice: np.random.Generator, colours: list[Colour]) -> Colour:
    return colours[dice.integers(len(colours))]


def _ground(colour: Colour, z: float = 0.0) -> Mesh:
    z += FLOOR
    return Mesh(
        *quad([(-59, -59, z), (59, -59, z), (59, 59, z), (-59, 59, z)]), colour, 0.0, smooth=False
    )


def _planks(
    dice: np.random.Generator, colour: Colour, back: float, *, gap: bool = False
) -> list[Mesh]:
    dark = _scaled(colour, 0.55)
    z = FLOOR - 0.012
    meshes = [
        Mesh(*quad([(-7, -8, z), (7, -8, z), (7, back, z), (-7, back, z)]), dark, 0.1, smooth=False)
    ]
    width, split = (0.14, 0.008) if gap else (0.12, 0.003)
    tones = [_near(dice, colour, 0.03) for _ in range(6)]
    strips: dict[int, list[np.ndarray]] = {}
    for x in np.arange(-7, 7, width):
        z = FLOOR - 0.011
        corners = quad(
            [(x, -8, z), (x + width - split, -8, z), (x + width - split, back, z), (x, back, z)]
        )[0]
        strips.setdefault(int(dice.integers(6)), []).append(corners)
    for tone, plates in strips.items():
        corners = np.concatenate(plates)
        faces = np.arange(len(corners)).reshape(-1, 4)[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)
        meshes.append(Mesh(corners, faces, tones[tone], 0.25, smooth=False))
    return meshes


def _wall(colour: Colour, back: float) -> list[Mesh]:
    lighter = _scaled(colour, 1.08)
    wall = quad(
        [(-7, back, FLOOR - 0.02), (7, back, FLOOR - 0.02), (7, back, 4.2), (-7, back, 4.2)]
    )
    skirting = box((-7, back - 0.025, FLOOR - 0.02), (7, back, 0.11))
    return [Mesh(*wall, colour, 0.02, smooth=False), Mesh(*skirting, lighter, 0.1, smooth=False)]


def _window(x: float, back: float) -> list[Mesh]:
    def plate(
        left: float, right: float, low: float, high: float, off: float
    ) -> tuple[np.ndarray, np.ndarray]:
        y = back - off
        return quad(
            [(x + left, y, low), (x + right, y, low), (x + right, y, high), (x + left, y, high)]
        )

    frame = (0.97, 0.97, 0.96)
    return [
        Mesh(*plate(-0.66, 0.66, 0.64, 2.26, 0.012), frame, 0.1, smooth=False),
        Mesh(*plate(-0.60, -0.02, 0.70, 2.20, 0.016), (0.83, 0.91, 0.97), smooth=False, glow=True),
        Mesh(*plate(0.02, 0.60, 0.70, 2.20, 0.016), (0.85, 0.92, 0.97), smooth=False, glow=True),
    ]


def _plant(dice: np.random.Generator, x: float, y: float) -> list[Mesh]:
    pot = _near(
        dice, _one(dice, [(0.72, 0.45, 0.33), (0.86, 0.85, 0.82), (0.30, 0.31, 0.33)]), 0.04
    )
    meshes = [Mesh(*ball(np.array((x, y, 0.18)), (0.17, 0.17, 0.20)), pot, 0.2)]
    for _ in range(14):
        tone = _near(dice, (0.20, 0.42, 0.22), 0.06)
        away, angle, height = (
            dice.uniform(0.05, 0.30),
            dice.uniform(0, 2 * np.pi),
            dice.uniform(0.45, 1.1),
        )
        middle = np.array((x + away * np.cos(angle), y + away * np.sin(angle), height))
        meshes.append(Mesh(*ball(middle, (0.10, 0.10, 0.16), 10), tone, 0.3))
    return meshes


def _indoors(dice: np.random.Generator, background: Colour = (0.8, 0.8, 0.8)) -> Light:
    warm = dice.uniform(0.86, 1.0)
    strength = dice.uniform(0.55, 0.85)
    sun = (
        dice.choice((-1, 1)) * dice.uniform(0.4, 1.0),
        -dice.uniform(0.5, 1.0),
        dice.uniform(0.9, 1.5),
    )
    return Light(background, sun, (strength, strength * (0.94 + 0.06 * warm), strength * warm),
                 (0.74, 0.75, 0.78), (0.46, 0.42, 0.38))  # fmt: skip


def _outdoors(dice: np.random.Generator) -> Light:
    evening = dice.random() < 0.35
    strength = dice.uniform(0.9, 1.2)
    sun = (
        dice.choice((-1, 1)) * dice.uniform(0.4, 1.1),
        -dice.uniform(0.2, 1.0),
        dice.uniform(0.5, 0.8) if evening else dice.uniform(0.9, 1.6),
    )
    if evening:
        return Light((0.95, 0.80, 0.68), sun, (strength, 0.78 * strength, 0.55 * strength),
                     (0.60, 0.56, 0.60), (0.40, 0.34, 0.29))  # fmt: skip
    blue = _near(dice, (0.66, 0.82, 0.94), 0.04)
    return Light(blue, sun, (strength, 0.97 * strength, 0.90 * strength),
                 (0.60, 0.68, 0.78), (0.42, 0.41, 0.33))  # fmt: skip
