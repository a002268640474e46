"""What people look like and wear: skin, hair and clothes, cut from the skin at rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import torch

from .body import INDEX, Body
from .meshes import Mesh, Piece, ball, cut, normals_of
from .solver import standard

Colour = tuple[float, float, float]
Field = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]

COLOURS: Final[dict[str, Colour]] = {
    "black": (0.07, 0.07, 0.08), "white": (0.93, 0.93, 0.91), "grey": (0.48, 0.49, 0.51),
    "red": (0.78, 0.13, 0.15), "orange": (0.91, 0.47, 0.13), "yellow": (0.93, 0.78, 0.20),
    "green": (0.18, 0.52, 0.27), "teal": (0.08, 0.48, 0.48), "blue": (0.14, 0.32, 0.72),
    "purple": (0.43, 0.22, 0.60), "pink": (0.90, 0.48, 0.60), "brown": (0.40, 0.26, 0.17),
}  # fmt: skip
SKINS: Final[tuple[Colour, ...]] = (
    (0.95, 0.80, 0.70), (0.90, 0.71, 0.58), (0.80, 0.60, 0.46), (0.66, 0.46, 0.33),
    (0.50, 0.34, 0.24), (0.36, 0.24, 0.17),
)  # fmt: skip
HAIR_COLOURS: Final[dict[str, Colour]] = {
    "black": (0.06, 0.05, 0.05), "brown": (0.26, 0.16, 0.10), "blond": (0.80, 0.64, 0.38),
    "red": (0.52, 0.21, 0.10), "grey": (0.62, 0.61, 0.60),
}  # fmt: skip

_BOTTOMS: Final = {
    "leggings": (-0.83, 0.004),
    "capri leggings": (-0.62, 0.004),
    "shorts": (-0.24, 0.006),
}
_TOPS: Final = {  # lower hem, where sleeves end, how thick
    "tank top": (0.02, "shoulder", 0.010), "T-shirt": (0.0, "arm", 0.013),
    "long-sleeved top": (0.0, "wrist", 0.011), "crop top": (0.24, "shoulder", 0.005),
}  # fmt: skip
BOTTOMS: Final = tuple(_BOTTOMS)
TOPS: Final = (*_TOPS, "bare chest")
HAIRSTYLES: Final = ("short hair", "a high bun", "a low bun", "a bob", "no hair")


@dataclass(frozen=True)
class Look:
    """Skin, hair and clothes; colours are as screens show them, 0 to 1."""

    skin: Colour
    hair: str  # one of HAIRSTYLES
    hair_colour: Colour
    top: str  # one of TOPS
    top_colour: Colour
    bottom: str  # one of BOTTOMS
    bottom_colour: Colour


def dressed(
    body: Body, look: Look, skin: np.ndarray, head: tuple[np.ndarray, np.ndarray]
) -> list[Mesh]:
    """The meshes of a person.

    Args:
        skin: (v, 3), the posed vertices of the body.
        head: how the head is turned (3, 3) and where it begins (3,).
    """
    faces = body.faces.numpy()
    normals = normals_of(skin, faces)

    def worn(piece: Piece, thick: float, colour: Colour, gloss: float = 0.1) -> Mesh:
        return Mesh(piece.on(skin, normals, thick), piece.faces, colour, gloss)

    parts = [Mesh(skin, faces, look.skin, 0.3)]
    dark = _mixed(look.hair_colour, (0.0, 0.0, 0.0), 0.65)
    parts.append(worn(_cut("lips"), 0.0008, _mixed(look.skin, (0.62, 0.22, 0.22), 0.45)))
    parts.append(worn(_cut("brows"), 0.0012, _mixed(look.hair_colour, look.skin, 0.25)))
    parts.append(worn(_cut("eyes"), 0.0004, (0.92, 0.92, 0.90), 0.6))
    parts.append(worn(_cut("irises"), 0.0010, _mixed(dark, (0.16, 0.10, 0.06), 0.5), 0.6))
    parts.append(worn(_cut(look.bottom), _BOTTOMS[look.bottom][1], look.bottom_colour))
    if look.top in _TOPS:
        parts.append(worn(_cut(look.top), _TOPS[look.top][2], look.top_colour))
    if look.hair != "no hair":
        bob = look.hair == "a bob"
        thick = {"short hair": 0.011, "a bob": 0.024}.get(look.hair, 0.009)
        parts.append(worn(_cut("bob" if bob else "scalp"), thick, look.hair_colour, 0.35))
    if look.hair in _BUNS:
        turned, at = head
        place, size = _BUNS[look.hair]
        bun, bun_faces = ball(np.array(place), (size, size, size * 0.85))
        moved = (bun - standard().heads[INDEX["head"]].numpy()) @ turned.T + at
        parts.append(Mesh(moved, bun_faces, look.hair_colour, 0.35))
    return parts


_BUNS: Final = {"a high bun": ((0.0, 0.055, 0.83), 0.048), "a low bun": ((0.0, 0.085, 0.70), 0.045)}


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (a * (1 - share) + b * share for a, b in zip(one, other, strict=True))
    return red, green, blue


@cache
def _cut(name: str) -> Piece:
    body = standard()
    rest = body.rest.numpy()
    field = _field(name, body)(*rest.T)
    head = body.weights[:, INDEX["head"]].numpy()
    if name in ("scalp", "bob"):
        field = np.minimum(field, head - 0.4)
    return cut(body.faces.numpy(), field)


def _field(name: str, body: Body) -> Field:
    """Above 0 where a piece of clothing is, from the place of a vertex at rest."""
    if name in _BOTTOMS:
        hem = _BOTTOMS[name][0]
        return lambda x, y, z: np.minimum.reduce([0.09 + 0.1 * y - z, z - hem, 0.36 - abs(x)])
    if name in _TOPS:
        hem, sleeve, _ = _TOPS[name]
        return lambda x, y, z: np.minimum.reduce(
            [
                z - hem,
                0.565 - z,
                np.hypot(np.hypot(x / 1.15, y - 0.02), z - 0.60) - 0.115,
                _sleeve(sleeve, body, x, y, z),
            ]
        )
    eyes = np.array([_eye(body, "L"), _eye(body, "R")])
    if name == "eyes":
        return lambda x, y, z: 0.0165 - _nearest(eyes, x, y, z)
    if name == "irises":
        return lambda x, y, z: np.minimum(
            0.0060 - np.min([np.hypot(x - e[0], z - e[2]) for e in eyes], 0),
            np.minimum(0.0165 - _nearest(eyes, x, y, z), eyes[0][1] - 0.004 - y),
        )
    return {
        "brows": lambda x, y, z: np.minimum.reduce(
            [0.0045 - abs(z - 0.7545 + 6 * (abs(x) - 0.031) ** 2), abs(x) - 0.013, 0.051 - abs(x),
             -y - 0.085]
        ),
        "lips": lambda x, y, z: np.minimum(
            1 - (x / 0.025) ** 2 - ((z - 0.6515) / 0.0095) ** 2, (-y - 0.125) * 50
        ),
        "scalp": lambda x, y, z: z - (0.7035 - 0.62 * y) - 0.10 * (0.085 - abs(x)) * (y < 0),
        "bob": lambda _, y, z: z - np.where(y < -0.05, 0.7035 - 0.62 * y, 0.645),
    }[name]  # fmt: skip


def _sleeve(end: str, body: Body, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    side = np.stack([abs(x), y, z], -1)
    trunk = (abs(x) < 0.22) & (z < 0.33)
    if end == "wrist":
        start, stop = (body.marks[f"{name}.L"].numpy() for name in ("lowerarm01", "wrist"))
        length = float(np.linalg.norm(stop - start)) - 0.01
        out = length - (side - start) @ ((stop - start) / np.linalg.norm(stop - start))
        return np.where(abs(x) < 0.30, 1.0, out)
    along = np.array((0.66, 0.0, -0.75))
    shoulder = body.marks["upperarm01.L"].numpy()
    reach = {"shoulder": 0.005, "arm": 0.145}[end]
    if end == "shoulder":
        return np.where(trunk, 1.0, 0.185 + 0.35 * np.maximum(0.40 - z, 0) - abs(x))
    return np.where(trunk, 1.0, reach - (side - shoulder) @ along)


def _eye(body: Body, side: str) -> np.ndarray:
    return np.asarray(body.marks[f"eye.{side}"])


def _nearest(centres: np.ndarray, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    place = np.stack([x, y, z], -1)
    away: np.ndarray = np.linalg.norm(place[None] - centres[:, None], axis=-1)
    return np.asarray(away.min(axis=0))


def as_numpy(tensor: torch.Tensor) -> np.ndarray:
    """A tensor's numbers, double precision."""
    return np.asarray(tensor.detach(), dtype=np.float64)
