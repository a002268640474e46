"""What of a page is found: ours beside trafilatura, readability-lxml and BeautifulSoup's get_text.

    python benchmarks/extraction.py wcxb_dev.json.xz

The set is the development split of WCXB v1.0 (M. Foley, 2026, CC-BY-4.0), which is not shipped:
JSON under LZMA, `pages[]` of `id, type, url, html, text`. Held out are 30 % of its pages by the
hash of their id, less those of sites that have other pages among the rest: `html_choose` was made,
and its weights were trained, on the rest alone.

- `F1` of the bag of lower-cased words, mean over pages, with its bootstrap interval (as WCXB does).
- `shingles`: of articles alone, precision and recall of 4-word shingles, each averaged over pages
  and then joined (as the article-extraction-benchmark does).
- `ms`: a page, decoded, to text: the median and the 95th percentile over pages, each page by the
  median of its runs; `of trafilatura`: the same as shares of what trafilatura takes.
- `failed`: pages on which the extractor raised; it has found nothing there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an extractor made of one page."""

    text: str
    seconds: float
    failed: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, help="the development split of WCXB, repacked")
    parser.add_argument("--runs", type=int, default=3, help="times that each page is read")
    parser.add_argument("--part", choices=("held-out", "tuned"), default="held-out")
    options = parser.parse_args()
    examples = read_set(options.data, held_out=options.part == "held-out")
    outcomes = {
        name: [read(extractor, example, options.runs) for example in examples]
        for name, extractor in extractors()
    }
    title = f"Main content, n = {len(examples)} pages ({options.part})"
    columns = ("", "F1", "95 %", "shingles", "ms median", "ms p95", "of trafilatura", "failed")
    show(title, columns, [_row(name, outcomes, examples) for name in outcomes])
    kinds = Counter(example.type for example in examples)
    header = ("", *(f"{kind} ({n})" for kind, n in kinds.most_common()))
    rows = [(name, *_by_kind(outcomes[name], examples, kinds)) for name in outcomes]
    show("F1 by kind of page", header, rows)


def read_set(path: Path, *, held_out: bool) -> list[Example]:
    """The pages that are held out, or those that are not; no site has pages in both."""
    if not path.is_file():
        sys.exit(f"There is no data set at {path}; the docstring of this file says which it is.")
    pages = json.loads(lzma.decompress(path.read_bytes()))["pages"]
    examples = [Example(p["id"], p["type"], p["url"], p["html"], p["text"]) for p in pages]
    tuned = [example for example in examples if not _is_drawn(example)]
    if not held_out:
        return tuned
    sites = set(map(site, tuned))
    return [example for example in examples if _is_drawn(example) and site(example) not in sites]


def site(example: Example) -> str:
    """The host of a page; a page without an address is a site of its own."""
    return urlsplit(example.url).netloc.removeprefix("www.") or example.id


def _is_drawn(example: Example) -> bool:
    return int(hashlib.sha256(example.id.encode()).hexdigest(), 16) % 10 >= 10 * (1 - _HELD_OUT)


def extractors() -> Iterator[tuple[str, Extractor]]:
    """Ours and its peers; says of each peer that is not installed that it is left out."""
    yield "ours", lambda html, url: extract(html, url).text
    for package, imported, extractor in (
        ("trafilatura", "trafilatura", _trafilatura),
        ("readability-lxml", "readability", _readability),
        ("beautifulsoup4", "bs4", _get_text),
    ):
        try:
            yield package, partial(extractor, import_module(imported))
        except ImportError:
            print(f"{package} is left out, since it is not installed: pip install {package}")


def _trafilatura(trafilatura: Any, html: str, url: str) -> str:
    return trafilatura.extract(html, url=url) or ""


def _readability(readability: Any, html: str, url: str) -> str:
    body = readability.Document(html, url=url).summary(html_partial=True)
    return import_module("lxml.html").fromstring(body).text_content()  # type: ignore[no-any-return]


def _get_text(bs4: Any, html: str, _url: str) -> str:
    return str(bs4.BeautifulSoup(html, "html.parser").get_text(" "))


def read(extractor: Extractor, example: Example, runs: int) -> Outcome:
    text, taken, failed = "", [], False
    for _ in range(runs):
        started = time.perf_counter()
        try:
            text = extractor(example.html, example.url)
        except Exception:
            failed = True
        taken.append(time.perf_counter() - started)
    return Outcome(text, statistics.median(taken), failed)


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
    return 2 * precision * recall / ((precision + recall) or 1.0)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)) if words)


def _row(name: str, outcomes: dict[str, list[Outcome]], examples: Sequence[Example]) -> list[str]:
    mine = outcomes[name]
    scores = _scores(mine, examples)
    low, high = bootstrap(scores)
    pairs = [(o.text, e.text) for o, e in zip(mine, examples, strict=True) if e.type == "article"]
    middle, late = _times(mine)
    share = "-"
    if theirs := outcomes.get("trafilatura"):
        their_middle, their_late = _times(theirs)
        share = f"{middle / their_middle:.2f} / {late / their_late:.2f}"
    return [
        name, f"{_mean(scores):.3f}", f"{low:.3f} to {high:.3f}", f"{shingle_f1(pairs):.3f}",
        f"{1e3 * middle:.1f}", f"{1e3 * late:.1f}", share, str(sum(o.failed for o in mine)),
    ]  # fmt: skip


def _by_kind(
    outcomes: Sequence[Outcome], examples: Sequence[Example], kinds: Counter[str]
) -> Iterator[str]:
    scores = list(zip(_scores(outcomes, examples), examples, strict=True))
    for kind, _ in kinds.most_common():
        yield f"{_mean([score for score, example in scores if example.type == kind]):.3f}"


def _scores(outcomes: Sequence[Outcome], examples: Sequence[Example]) -> list[float]:
    return [word_f1(o.text, e.text) for o, e in zip(outcomes, examples, strict=True)]


def _times(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    taken = sorted(outcome.seconds for outcome in outcomes)
    return statistics.median(taken), taken[int(0.95 * (len(taken) - 1))]


def bootstrap(scores: Sequence[float], rounds: int = 1_000) -> tuple[float, float]:
    """The 95 % interval of a mean, by resampling pages."""
    rng = random.Random(0)
    means = sorted(_mean(rng.choices(scores, k=len(scores))) for _ in range(rounds))
    return means[round(0.025 * rounds)], means[round(0.975 * rounds) - 1]


def _mean(values: Sequence[float]) -> float:
    return statistics.fmean(values) if values else 0.0


if __name__ == "__main__":
    main()
