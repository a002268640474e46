"""Does an independent judge find the true joints, and do an asana's facts tell it from others?

    pip install --no-deps mediapipe==0.10.21 &&
    pip install absl-py attrs flatbuffers matplotlib opencv-python-headless 'protobuf<5'
    python benchmarks/studio.py [pictures of each asana and view, by default 2]

Pictures show people and come through cameras that no fact was derived from. PCK@0.2: the share of
visible joints that MediaPipe finds within a fifth of the torso. "Facts, true" holds them to the
true joints, "facts, found" against MediaPipe's; "passed by others" is the share of other asanas'
pictures of the same view that pass too, by their true joints.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict

import numpy as np

from table import show, wilson
from yoga_assistant.training.evaluate import pck
from yoga_assistant.training.evaluate.facts import pose_facts
from yoga_assistant.training.evaluate.pose import torso
from yoga_assistant.training.studio import VIEWS
from yoga_assistant.training.studio.judging import Judged, everything


def main(count: int = 2) -> None:
    pictures = list(everything(count=count, seed=1, held_out=True))
    by_asana = defaultdict(list)
    for one in pictures:
        by_asana[one.asana].append(one)
    confused: Counter[tuple[str, str]] = Counter()
    rows, best_rows = [], []
    for asana, of in by_asana.items():
        others = [
            other for other in pictures if other.asana != asana and passes(asana, other, other.true)
        ]
        confused.update((asana, other.asana) for other in others)
        score = pck([one.found for one in of], [one.true for one in of])
        rows.append((
            asana, f"{score.mean:.2f}", f"{np.median(errors(of)):.2f}",
            share([passes(asana, one, one.true) for one in of]),
            share([passes(asana, one, one.found) for one in of]),
            f"{len(others) / (len(pictures) - len(of)):.2%}",
        ))  # fmt: skip
    rows.sort(key=lambda row: float(row[1]))
    header = ("asana", "PCK@0.2", "median error, torsos", "facts, true", "facts, found",
              "passed by others")  # fmt: skip
    show(f"by asana, {len(VIEWS)} views, n = {len(pictures)} pictures", header, rows)
    for view in VIEWS:
        of = [one for one in pictures if one.view == view]
        score = pck([one.found for one in of], [one.true for one in of])
        best_rows.append((
            view, f"{score.mean:.3f} [{score.low:.3f}, {score.high:.3f}]",
            interval([passes(one.asana, one, one.true) for one in of]),
            interval([passes(one.asana, one, one.found) for one in of]),
        ))  # fmt: skip
    show("by view", ("view", "PCK@0.2", "facts, true", "facts, found"), best_rows)
    show(
        "most confused: pictures of the second that pass for the first",
        ("asana", "other", "pictures"),
        [(*pair, number) for pair, number in confused.most_common(20)],
    )


def passes(asana: str, one: Judged, joints: np.ndarray | None) -> bool:
    if joints is None:
        return False
    return all(fact.holds(joints) for fact in pose_facts(asana, one.view))


def errors(of: list[Judged]) -> list[float]:
    """Of each visible joint, in torsos; nobody found is one torso off."""
    found = []
    for one in of:
        seen = one.true[:, 2] > 0
        if one.found is None:
            found += [1.0] * int(seen.sum())
        else:
            away = np.linalg.norm(one.found[seen, :2] - one.true[seen, :2], axis=1)
            found += list(away / max(torso(one.true), 1e-6))
    return found


def share(right: list[bool]) -> str:
    return f"{np.mean(right):.0%}"


def interval(right: list[bool]) -> str:
    low, high = wilson(sum(right), len(right))
    return f"{np.mean(right):.1%} [{low:.1%}, {high:.1%}], n = {len(right)}"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
