"""The joints that are known of a person, in COCO's order."""

from __future__ import annotations

from typing import Final

JOINTS: Final = (
    "nose", "left eye", "right eye", "left ear", "right ear", "left shoulder", "right shoulder",
    "left elbow", "right elbow", "left wrist", "right wrist", "left hip", "right hip",
    "left knee", "right knee", "left ankle", "right ankle",
)  # fmt: skip
