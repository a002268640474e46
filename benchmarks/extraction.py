"""What of a page is found: ours beside trafilatura, readability-lxml and BeautifulSoup's get_text.

    python benchmarks/extraction.py --data wcxb_dev.json.xz

The set is the development split of WCXB v1.0 (M. Foley, 2026, CC-BY-4.0): JSON under LZMA, `pages[]`
of `id, type, url, html, text`. The pages held out here, 30 % by the hash of their id, were never
looked at when `html_choose` was made and its weights were trained.

Two metrics. WCXB's: F1 of the bag of lower-cased words, mean over pages. For articles also that of
the article-extraction-benchmark: precision and recall of 4-word shingles, each averaged over pages
and then joined. An extractor that raises has found nothing on that page.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import os
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from table import show
from yoga_assistant.backends.html import extract

Extractor = Callable[[str, str], str]
_WORD = re.compile(r"\w+")
_HELD_OUT = 0.3


@dataclass(frozen=True, slots=True)
class Example:
    """A page of the set with its true main content."""

    id: str
    type: str
    url: str
    html: str
    text: str


@dataclass(slots=True)
class Outcome:
    """What one extractor gave for the pages, in order."""

    texts: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    failures: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    data = os.environ.get("WCXB_DEV")
    parser.add_argument("--data", type=Path, default=data, required=not data, help="or $WCXB_DEV")
    parser.add_argument("--runs", type=int, default=3, help="times each page is read, for its speed")
    parser.add_argument("--part", choices=("held-out", "tuned"), default="held-out")
    options = parser.parse_args()
    examples = read_set(options.data, held_out=options.part == "held-out")
    types = [name for name, _ in Counter(example.type for example in examples).most_common()]
    overall, by_type = [], []
    for name, extractor in extractors().items():
        outcome = run(extractor, examples, options.runs)
        scores = [word_f1(text, page.text) for text, page in zip(outcome.texts, examples, strict=True)]
        overall.append(_row(name, outcome, scores, examples))
        means = [_mean([s for s, page in zip(scores, examples, strict=True) if page.type == kind])
                 for kind in types]  # fmt: skip
        by_type.append([name, *(f"{mean:.3f}" for mean in means)])
    header = ("extractor", "F1", "95 % interval", "articles, shingles", "ms a page", "failures")
    show(f"Main content, n = {len(examples)} pages ({options.part})", header, overall)
    counts = Counter(example.type for example in examples)
    show("F1 by kind of page", ("extractor", *(f"{t} ({counts[t]})" for t in types)), by_type)


def read_set(path: Path, *, held_out: bool) -> list[Example]:
    """The pages that are held out, or those that are not."""
    pages = json.loads(lzma.decompress(path.read_bytes()))["pages"]
    examples = (Example(p["id"], p["type"], p["url"], p["html"], p["text"]) for p in pages)
    return [example for example in examples if _is_held_out(example.id) is held_out]


def _is_held_out(id: str) -> bool:  # noqa: A002
    return int(hashlib.sha256(id.encode()).hexdigest(), 16) % 10 >= 10 * (1 - _HELD_OUT)


def extractors() -> dict[str, Extractor]:
    import readability
    import trafilatura
    from bs4 import BeautifulSoup

    def get_text(html: str, url: str) -> str:
        return BeautifulSoup(html, "html.parser").get_text(" ")

    def summary(html: str, url: str) -> str:
        return get_text(readability.Document(html).summary(html_partial=True), url)

    return {
        "ours": lambda html, url: extract(html, url).text,
        f"trafilatura {trafilatura.__version__}": lambda html, url: trafilatura.extract(html) or "",
        "readability-lxml": summary,
        "BeautifulSoup get_text": get_text,
    }


def run(extractor: Extractor, examples: Sequence[Example], runs: int) -> Outcome:
    """Each page once for its text, and again for its time: the median of all runs."""
    outcome = Outcome()
    for page in examples:
        text, taken, failed = "", [], False
        for _ in range(runs):
            started = time.perf_counter()
            try:
                text = extractor(page.html, page.url)
            except Exception:
                failed = True
            taken.append(time.perf_counter() - started)
        outcome.texts.append(text)
        outcome.seconds.append(statistics.median(taken))
        outcome.failures += failed
    return outcome


def word_f1(found: str, true: str) -> float:
    """F1 of two bags of words; two empty ones agree."""
    a, b = (Counter(_WORD.findall(text.lower())) for text in (found, true))
    if not a or not b:
        return float(not b and not a)
    return 2 * (a & b).total() / (a.total() + b.total())


def shingle_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """F1 of 4-word shingles over (found, true) pairs, joined from mean precision and recall."""
    precisions, recalls = [], []
    for found, true in pairs:
        a, b = _shingles(found), _shingles(true)
        both = (a & b).total()
        if a:
            precisions.append(both / a.total())
        if b:
            recalls.append(both / b.total())
    precision, recall = _mean(precisions), _mean(recalls)
    return 2 * precision * recall / (precision + recall) if both_positive(precision, recall) else 0.0


def both_positive(a: float, b: float) -> bool:
    return a > 0 and b > 0


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)) if words)


def _row(name: str, outcome: Outcome, scores: list[float], examples: Sequence[Example]) -> list[str]:
    low, high = bootstrap(scores)
    pairs = [(text, page.text) for text, page in zip(outcome.texts, examples, strict=True)
             if page.type == "article"]  # fmt: skip
    speed = f"{1e3 * _mean(outcome.seconds):.1f}"
    return [name, f"{_mean(scores):.3f}", f"{low:.3f} to {high:.3f}", f"{shingle_f1(pairs):.3f}",
            speed, str(outcome.failures)]  # fmt: skip


def bootstrap(scores: Sequence[float], rounds: int = 1_000) -> tuple[float, float]:
    """The 95 % interval of a mean, by resampling pages."""
    rng = random.Random(0)
    means = sorted(_mean(rng.choices(scores, k=len(scores))) for _ in range(rounds))
    return means[round(0.025 * rounds)], means[round(0.975 * rounds) - 1]


def _mean(values: Sequence[float]) -> float:
    return statistics.fmean(values) if values else 0.0


if __name__ == "__main__":
    main()
