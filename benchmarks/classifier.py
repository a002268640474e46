"""How often the classifier is right on `data/classify.tsv`, which another author wrote.

Floors: the more frequent answer, and a list of picture words. Also how sure it may be believed,
and how long a question takes.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np

from table import show, wilson
from yoga_assistant.journey.classify import LinearClassifier
from yoga_assistant.types import Verdict

EXAMINATION = Path(__file__).parent / "data" / "classify.tsv"
PICTURE_WORDS = (
    "draw", "paint", "sketch", "picture", "image", "photo", "pic", "show", "illustrate",
    "illustration", "drawing", "painting", "visualize", "render", "generate", "look like",
)  # fmt: skip
BINS = (0.5, 0.7, 0.9, 0.99, 1.0)
ROUNDS = 5


def main() -> None:
    asked = [line.split("\t") for line in EXAMINATION.read_text("utf-8").splitlines()]
    classifier = LinearClassifier()
    verdicts = [classifier.classify(question) for _, _, question in asked]
    right = [verdict.route == route for verdict, (route, _, _) in zip(verdicts, asked, strict=True)]
    rows = [
        _row("always text", [route == "text" for route, _, _ in asked]),
        _row("a list of picture words", [_by_words(q) == route for route, _, q in asked]),
        _row("LinearClassifier", right),
    ]
    show(f"Words or a picture, n = {len(asked)}", ("classifier", "right", "95 % interval"), rows)
    groups = defaultdict(list)
    for (_, category, _), ok in zip(asked, right, strict=True):
        groups[category].append(ok)
    by_category = [
        (name, f"{sum(oks)}/{len(oks)}") for name, oks in sorted(groups.items(), key=_share)
    ]
    show("By category", ("category", "right"), by_category)
    show("How sure, how right", ("probability", "n", "right"), _reliability(verdicts, right))
    show(
        f"Time a question, ms, n = {ROUNDS * len(asked)}",
        ("p50", "p99"),
        [_timings(classifier.classify, [question for _, _, question in asked])],
    )


def _row(name: str, right: list[bool]) -> tuple[str, str, str]:
    low, high = wilson(sum(right), len(right))
    return name, f"{sum(right) / len(right):.1%}", f"{low:.1%} to {high:.1%}"


def _by_words(question: str) -> str:
    return "image" if any(word in question.lower() for word in PICTURE_WORDS) else "text"


def _share(item: tuple[str, list[bool]]) -> tuple[float, str]:
    return sum(item[1]) / len(item[1]), item[0]


def _reliability(verdicts: list[Verdict], right: list[bool]) -> list[tuple[str, int, str]]:
    rows = []
    for low, high in pairwise(BINS):
        oks = [
            ok
            for verdict, ok in zip(verdicts, right, strict=True)
            if low <= verdict.probability < high or verdict.probability == high == 1.0
        ]
        share = f"{sum(oks) / len(oks):.0%}" if oks else "-"
        rows.append((f"{low:g} to {high:g}", len(oks), share))
    return rows


def _timings(classify: Callable[[str], Verdict], questions: list[str]) -> tuple[str, str]:
    taken = []
    for question in questions * ROUNDS:
        started = time.perf_counter()
        classify(question)
        taken.append(time.perf_counter() - started)
    p50, p99 = np.percentile(taken, (50, 99)) * 1e3
    return f"{p50:.2f}", f"{p99:.2f}"


if __name__ == "__main__":
    main()
