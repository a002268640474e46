"""Where a picture is taken from, and where a point of the room is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

_NEAR, _FAR = 0.2, 60.0
UPWARDS: Final = np.array((0.0, 0.0, 1.0))


def point(place: np.ndarray) -> tuple[float, float, float]:
    """A place of the room, (3,), as plain numbers."""
    x, y, z = place.tolist()
    return x, y, z


@dataclass(frozen=True)
class Camera:
    """A pinhole camera; `field` is the angle that a square picture takes in, in radians."""

    eye: tuple[float, float, float]
    target: tuple[float, float, float]
    field: float

    def axes(self) -> np.ndarray:
        """To the right, up and forwards, as rows, (3, 3)."""
        forward = np.subtract(self.target, self.eye)
        forward = forward / np.linalg.norm(forward)
        right = np.cross(forward, UPWARDS)
        right /= np.linalg.norm(right)
        return np.stack([right, np.cross(right, forward), forward])

    def projection(self) -> np.ndarray:
        """OpenGL's matrix (4, 4) from the room to the picture."""
        right, up, forward = self.axes()
        view = np.eye(4)
        view[:3, :3] = right, up, -forward
        view[:3, 3] = -view[:3, :3] @ np.array(self.eye)
        lens = np.zeros((4, 4))
        lens[0, 0] = lens[1, 1] = 1 / np.tan(self.field / 2)
        lens[2, 2] = (_FAR + _NEAR) / (_NEAR - _FAR)
        lens[2, 3] = 2 * _FAR * _NEAR / (_NEAR - _FAR)
        lens[3, 2] = -1
        return np.asarray(lens @ view)

    def seen(self, places: np.ndarray, size: int) -> np.ndarray:
        """Where points (n, 3) are in a picture: x and y in pixels, y downwards, and metres away."""
        local = (places - np.array(self.eye)) @ self.axes().T
        scale = size / 2 / np.tan(self.field / 2)
        x = size / 2 + scale * local[:, 0] / local[:, 2]
        y = size / 2 - scale * local[:, 1] / local[:, 2]
        return np.stack([x, y, local[:, 2]], 1)

    def metres(self, depth: np.ndarray) -> np.ndarray:
        """Distances along the camera's axis from OpenGL's depth, 0 to 1."""
        return (
            2 * _FAR * _NEAR / (_FAR + _NEAR - (2 * depth.astype(np.float64) - 1) * (_FAR - _NEAR))
        )
