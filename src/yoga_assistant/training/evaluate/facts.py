"""What must be true of a picture of an asana from a certain side, so that it can be judged.

The facts were derived from pictures whose joints are known (`training.studio.judging`): ranges that
all of an asana's own pictures keep to, by their true joints and by those that MediaPipe finds, and
of these the few that tell it best from other asanas.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..joints import JOINTS
from .pose import Above, Angle, Fact, Near, torso

FACTS: Final = Path(__file__).parent / "facts.json"
_KINDS: Final = {"angle": Angle, "above": Above, "near": Near}
_MOST: Final = 8
_TWICE: Final = 2
_SLACK: Final = {"angle": 16.0, "above": 0.2, "near": 0.25}
_PARTS: Final = tuple(n for n, name in enumerate(JOINTS) if "eye" not in name and "ear" not in name)
_BENDS: Final = tuple(
    f"{s} {j}" for j in ("elbow", "shoulder", "hip", "knee") for s in ("left", "right")
)


def pose_facts(asana: str, view: str, side: str | None = None) -> tuple[Fact, ...]:
    """The facts of an asana from a side.

    Args:
        asana: an id, such as "tree-pose".
        view: "front", "three-quarter", "side", "back" or "above".
        side: the "left" or "right" form, where they differ.

    Raises:
        ValueError: nothing is known of such an asana or view.
    """
    known = _read()
    if asana not in known or view not in known[asana]:
        raise ValueError(f"no facts are known of {asana!r}, view {view!r}")
    return tuple(_fact(told, mirrored=side == "right") for told in known[asana][view])


def derive(
    samples: Mapping[tuple[str, str], Sequence[np.ndarray]],
) -> dict[str, dict[str, list[list[Any]]]]:
    """Facts for each (asana, view), left side, from joints (17, 3) of pictures of it.

    All samples of a view are needed at once: what tells an asana from others depends on them.
    """
    found: dict[str, dict[str, list[list[Any]]]] = {}
    for view in sorted({view for _, view in samples}):
        values = {
            asana: np.stack([_values(joints) for joints in of])
            for (asana, seen), of in samples.items()
            if seen == view
        }
        for asana, own in values.items():
            others = np.concatenate([of for other, of in values.items() if other != asana])
            found.setdefault(asana, {})[view] = _telling(own, others)
    return found


def _telling(own: np.ndarray, others: np.ndarray) -> list[list[Any]]:
    """The few facts that all of `own` keep to; two of them break most of `others`."""
    low, high = own.min(0), own.max(0)
    candidates: list[tuple[list[Any], np.ndarray]] = []
    for place, name in enumerate(_BENDS):
        slack = _SLACK["angle"]
        least, most = max(0.0, low[place] - slack), min(180.0, high[place] + slack)
        broken = (others[:, place] < least) | (others[:, place] > most)
        candidates.append((["angle", name, round(least), round(most)], broken))
    for offset, (one, other) in enumerate(_PAIRS):
        rise, away = len(_BENDS) + offset, len(_BENDS) + len(_PAIRS) + offset
        names = JOINTS[one], JOINTS[other]
        if (by := low[rise] - _SLACK["above"]) > 0:
            candidates.append((["above", *names, round(by, 2)], others[:, rise] <= by))
        if (by := -high[rise] - _SLACK["above"]) > 0:
            candidates.append((["above", *names[::-1], round(by, 2)], -others[:, rise] <= by))
        if (within := high[away] + _SLACK["near"]) < 0.8:
            candidates.append((["near", *names, round(within, 2)], others[:, away] > within))
    chosen: list[list[Any]] = []
    needed = np.full(len(others), _TWICE)  # so many facts are still to break each of the others
    for _ in range(_MOST):
        place = max(range(len(candidates)), key=lambda n: int((candidates[n][1] * needed).sum()))
        fact, broken = candidates.pop(place)
        if chosen and not (broken & (needed > 0)).any():
            break
        chosen.append(fact)
        needed = np.maximum(needed - broken, 0)
    return chosen


_PAIRS: Final = tuple((a, b) for k, a in enumerate(_PARTS) for b in _PARTS[k + 1 :])


def _values(joints: np.ndarray) -> np.ndarray:
    """All that facts may speak of: angles, then rises and distances of pairs, in torsos."""
    places = joints[:, :2]
    one, other = np.array(_PAIRS).T
    length = max(torso(joints), 1e-6)
    rises = (places[other, 1] - places[one, 1]) / length
    away = np.linalg.norm(places[one] - places[other], axis=1) / length
    return np.concatenate([[Angle(name).degrees(joints) for name in _BENDS], rises, away])


def _fact(told: Sequence[Any], *, mirrored: bool) -> Fact:
    kind, *rest = told
    swap = {"left": "right", "right": "left"} if mirrored else {}
    words = [
        " ".join(swap.get(word, word) for word in part.split()) if isinstance(part, str) else part
        for part in rest
    ]
    fact: Fact = _KINDS[kind](*words)
    return fact


@cache
def _read() -> dict[str, dict[str, list[list[Any]]]]:
    found: dict[str, dict[str, list[list[Any]]]] = json.loads(FACTS.read_text(encoding="utf-8"))
    return found
