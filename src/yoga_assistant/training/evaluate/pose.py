"""Does a picture show the right pose? Joints are found in it and held against facts.

Joints are the 17 of COCO: (17, 3) with x and y in pixels, y downwards, and visibility, 0 to 1.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from ...errors import MissingExtraError
from ..joints import JOINTS
from .score import Score, bootstrap

if TYPE_CHECKING:
    from PIL.Image import Image

_OF_MEDIAPIPE: Final = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
_LIMBS: Final = {
    "elbow": ("shoulder", "elbow", "wrist"),
    "shoulder": ("elbow", "shoulder", "hip"),
    "hip": ("shoulder", "hip", "knee"),
    "knee": ("hip", "knee", "ankle"),
}
PIP_LINE: Final = (
    "pip install --no-deps mediapipe==0.10.21 && "
    "pip install absl-py attrs flatbuffers matplotlib opencv-python-headless 'protobuf<5'"
)


class Fact(Protocol):
    """Something that is true of a picture of an asana from a certain side."""

    def holds(self, joints: np.ndarray) -> bool: ...


@dataclass(frozen=True)
class Angle:
    """The angle of a joint in the picture, such as "left knee", in degrees: 180 is straight."""

    joint: str
    low: float = 0.0
    high: float = 180.0

    def holds(self, joints: np.ndarray) -> bool:
        return self.low <= self.degrees(joints) <= self.high

    def degrees(self, joints: np.ndarray) -> float:
        """What the angle is, 0 to 180."""
        side, name = self.joint.split(" ", 1)
        before, here, after = (_at(joints, f"{side} {part}") for part in _LIMBS[name])
        return _angle(before - here, after - here)


@dataclass(frozen=True)
class Above:
    """One joint is higher in the picture than another, by a share of the torso's length."""

    joint: str
    other: str
    by: float = 0.0

    def holds(self, joints: np.ndarray) -> bool:
        rise = _at(joints, self.other)[1] - _at(joints, self.joint)[1]
        return bool(rise > self.by * torso(joints))


@dataclass(frozen=True)
class Near:
    """Two joints are within a share of the torso's length of each other."""

    joint: str
    other: str
    within: float = 0.5

    def holds(self, joints: np.ndarray) -> bool:
        apart = np.linalg.norm(_at(joints, self.joint) - _at(joints, self.other))
        return bool(apart <= self.within * torso(joints))


def joints_of(images: Sequence[Image]) -> list[np.ndarray | None]:
    """The joints of the person in each picture, None where nobody is found.

    Raises:
        MissingExtraError: MediaPipe is not installed.

    Source:
        MediaPipe's pose landmarks (BlazePose), an independent judge.
    """
    try:
        import mediapipe
    except ImportError as error:
        raise MissingExtraError("finding joints needs MediaPipe", hint=PIP_LINE) from error
    options = {"static_image_mode": True, "model_complexity": 1}
    with mediapipe.solutions.pose.Pose(**options) as pose:
        return [_found(pose, image.convert("RGB")) for image in images]


def pose_accuracy(
    joints: Sequence[np.ndarray | None],
    facts: Sequence[Sequence[Fact]],
    groups: Sequence[Hashable] | None = None,
) -> Score:
    """The share of pictures of which all facts hold; a picture without a person is wrong.

    Args:
        joints: of n pictures, see `joints_of`.
        facts: of each picture's asana.

    Raises:
        ValueError: there are not as many lists of facts as pictures, or a list is empty.
    """
    if len(joints) != len(facts):
        raise ValueError(f"{len(joints)} pictures, {len(facts)} lists of facts")
    if not all(facts):
        raise ValueError("a picture without facts would always be right")
    right = [
        float(found is not None and all(fact.holds(found) for fact in of))
        for found, of in zip(joints, facts, strict=True)
    ]
    return bootstrap("pose accuracy (all facts, MediaPipe)", right, groups)


def pck(
    found: Sequence[np.ndarray | None],
    truth: Sequence[np.ndarray],
    *,
    alpha: float = 0.2,
    groups: Sequence[Hashable] | None = None,
) -> Score:
    """The share of visible joints that are found within `alpha` of the true torso's length.

    Args:
        truth: the true joints; only those with a visibility of at least 0.5 count.

    Raises:
        ValueError: there are not as many true as found pictures, or alpha is not above 0.
    """
    if len(found) != len(truth):
        raise ValueError(f"{len(found)} pictures, {len(truth)} of them true")
    if not alpha > 0:
        raise ValueError(f"alpha is above 0, not {alpha!r}")
    values = [_share(one, real, alpha) for one, real in zip(found, truth, strict=True)]
    return bootstrap(f"PCK@{alpha:g} (of the torso, MediaPipe)", values, groups)


def torso(joints: np.ndarray) -> float:
    """From the middle of the shoulders to that of the hips, in pixels."""
    shoulders = (_at(joints, "left shoulder") + _at(joints, "right shoulder")) / 2
    hips = (_at(joints, "left hip") + _at(joints, "right hip")) / 2
    return float(np.linalg.norm(shoulders - hips))


def _share(found: np.ndarray | None, truth: np.ndarray, alpha: float) -> float:
    if found is None:
        return 0.0
    seen = truth[:, 2] >= 0.5
    apart = np.linalg.norm(found[seen, :2] - truth[seen, :2], axis=1)
    return float((apart <= alpha * torso(truth)).mean())


def _found(pose: Any, image: Image) -> np.ndarray | None:
    landmarks = pose.process(np.asarray(image)).pose_landmarks
    if landmarks is None:
        return None
    width, height = image.size
    every = landmarks.landmark
    return np.array([[every[n].x * width, every[n].y * height, every[n].visibility]
                     for n in _OF_MEDIAPIPE])  # fmt: skip


def _at(joints: np.ndarray, name: str) -> np.ndarray:
    if name not in JOINTS:
        raise ValueError(f"there is no joint {name!r}; known: {', '.join(JOINTS)}")
    return joints[JOINTS.index(name), :2]


def _angle(one: np.ndarray, other: np.ndarray) -> float:
    lengths = max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-9)
    return float(np.degrees(np.arccos(np.clip(one @ other / lengths, -1, 1))))
