"""Pieces of skin are cut along clean lines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yoga_assistant.training.studio.meshes import ball, box, cut, normals_of


def area(vertices: np.ndarray, faces: np.ndarray) -> float:
    a, b, c = vertices[faces].transpose(1, 0, 2)
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


@given(tilt=st.floats(0, 3), offset=st.floats(-0.8, 0.8))
def test_two_halves_make_the_whole_and_meet_exactly_on_the_line(tilt: float, offset: float) -> None:
    vertices, faces = ball(np.zeros(3), (1.0, 1.0, 1.0))
    field = np.cos(tilt) * vertices[:, 0] + np.sin(tilt) * vertices[:, 2] - offset
    normals = normals_of(vertices, faces)
    both = [cut(faces, field), cut(faces, -field)]
    halves = [piece.on(vertices, normals) for piece in both]

    total = sum(area(half, piece.faces) for half, piece in zip(halves, both, strict=True))
    assert total == pytest.approx(area(vertices, faces), rel=1e-6)
    for half, piece, sign in zip(halves, both, (1, -1), strict=True):
        height = np.cos(tilt) * half[:, 0] + np.sin(tilt) * half[:, 2] - offset
        assert (sign * height > -1e-9).all()
        assert np.abs(height[piece.one != piece.other]).max() < 1e-9


def test_a_piece_moves_with_its_skin_and_is_lifted_from_it() -> None:
    vertices, faces = ball(np.zeros(3), (1.0, 1.0, 1.0), 40)
    piece = cut(faces, vertices[:, 2])
    lifted = piece.on(2 * vertices, normals_of(vertices, faces), 0.1)

    assert np.linalg.norm(lifted, axis=1) == pytest.approx(2.1, abs=0.01)


def test_boxes_and_balls_face_outwards() -> None:
    for vertices, faces in (box((-1, -1, -1), (1, 1, 1)), ball(np.zeros(3), (1.0, 2.0, 1.0))):
        a, b, c = vertices[faces].transpose(1, 0, 2)
        outwards = (np.cross(b - a, c - a) * (a + b + c)).sum(1)
        assert (outwards > -1e-9).all()
