"""Coloured triangles, and pieces of skin cut along clean lines: clothes, hair, eyebrows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Mesh:
    """Triangles of one colour.

    Attributes:
        vertices: (v, 3) in metres, z up.
        faces: (f, 3) indices, seen from where they run against the clock.
        colour: red, green and blue, 0 to 1, as a screen shows them (sRGB).
        gloss: 0 is chalk, 1 is wet.
        smooth: whether edges are shaded away.
        glow: shines by itself, such as the sky in a window.
    """

    vertices: np.ndarray
    faces: np.ndarray
    colour: tuple[float, float, float]
    gloss: float = 0.2
    smooth: bool = True
    glow: bool = False


@dataclass(frozen=True)
class Piece:
    """A piece of a skin: each vertex lies between two of the skin's, so it moves with them.

    Attributes:
        one, other: (p,) indices of the skin's vertices.
        share: (p,) how far a vertex is on the way to the other, 0 to 1.
        faces: (f, 3) indices of the piece's own vertices.
    """

    one: np.ndarray
    other: np.ndarray
    share: np.ndarray
    faces: np.ndarray

    def on(self, skin: np.ndarray, normals: np.ndarray, thick: float = 0.0) -> np.ndarray:
        """Its vertices, (p, 3), on a posed skin, lifted from it by `thick` metres."""
        share = self.share[:, None]
        lifted = skin + thick * normals
        return np.asarray(lifted[self.one] * (1 - share) + lifted[self.other] * share)


def cut(faces: np.ndarray, field: np.ndarray) -> Piece:
    """The part of a skin where `field`, a number a vertex, is above 0, cut exactly along 0."""
    inside = field > 0
    count = inside[faces].sum(1)
    whole = faces[count == 3]
    # turned so that the vertex that stands alone comes first
    lone = _lone_first(faces[count == 1], inside, alone=True)
    pair = _lone_first(faces[count == 2], inside, alone=False)
    edges = [np.stack([whole.ravel(), whole.ravel()], 1)]
    edges += [lone[:, [0, 0]], lone[:, [0, 1]], lone[:, [0, 2]]]
    edges += [pair[:, [1, 1]], pair[:, [2, 2]], pair[:, [0, 1]], pair[:, [0, 2]]]
    every = np.sort(np.concatenate(edges), 1)
    unique, index = np.unique(every, axis=0, return_inverse=True)
    index = index.ravel()
    start = whole.size
    of_whole, rest = index[:start].reshape(-1, 3), index[start:]
    of_lone = rest[: 3 * len(lone)].reshape(3, -1).T
    first, second, near_first, near_second = rest[3 * len(lone) :].reshape(4, -1)
    of_pair = [
        np.stack([near_first, first, second], 1),
        np.stack([near_first, second, near_second], 1),
    ]
    one, other = unique.T
    span = np.where(one == other, 1.0, field[one] - field[other])
    share = np.where(one == other, 0.0, field[one] / span)
    return Piece(one, other, share, np.concatenate([of_whole, of_lone, *of_pair]))


def normals_of(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Unit normals at the vertices, (v, 3): the mean of those of the faces around."""
    a, b, c = vertices[faces].transpose(1, 0, 2)
    of_faces = np.cross(b - a, c - a)
    sums = np.stack(
        [np.bincount(faces.ravel(), np.repeat(of_faces[:, k], 3), len(vertices)) for k in range(3)],
        1,
    )
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12))


def box(low: tuple[float, ...], high: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and faces of an upright box."""
    corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1])
                        for z in (low[2], high[2])], float)  # fmt: skip
    sides = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    return corners[np.array(sides).ravel()], _quads(6)


def ball(
    centre: np.ndarray, radii: tuple[float, float, float], round_: int = 20
) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and faces of an ellipsoid."""
    rows = round_ // 2
    down, around = np.meshgrid(
        np.linspace(0, np.pi, rows + 1), np.linspace(0, 2 * np.pi, round_ + 1), indexing="ij"
    )
    unit = np.stack(
        [np.sin(down) * np.cos(around), np.sin(down) * np.sin(around), np.cos(down)], -1
    )
    corner = np.arange(rows)[:, None] * (round_ + 1) + np.arange(round_)
    right, below = corner + 1, corner + round_ + 1
    above = np.stack([corner, below, right], -1)
    faces = np.concatenate([above, np.stack([right, below, below + 1], -1)]).reshape(-1, 3)
    # the seam and the poles are sewn up: a place is one vertex
    welded, index = np.unique(unit.reshape(-1, 3).round(9), axis=0, return_inverse=True)
    sewn = index.ravel()[faces]
    open_ = (sewn != np.roll(sewn, 1, axis=1)).all(1)
    return welded * radii + centre, sewn[open_]


def quad(corners: list[tuple[float, float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and faces of a flat four-cornered plate, told against the clock."""
    return np.array(corners, float), _quads(1)


def _quads(count: int) -> np.ndarray:
    return (np.array([[0, 1, 2], [0, 2, 3]])[None] + 4 * np.arange(count)[:, None, None]).reshape(
        -1, 3
    )


def _lone_first(faces: np.ndarray, inside: np.ndarray, *, alone: bool) -> np.ndarray:
    start = (inside[faces] == alone).argmax(1)
    return np.take_along_axis(faces, (start[:, None] + np.arange(3)) % 3, axis=1)
