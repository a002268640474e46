"""Trains the weights of `html_choose` on the part of WCXB's development set that is not held out.

    python benchmarks/extraction_weights.py wcxb_dev.json.xz > html_weights.py

A block is main content when most of its 3-word shingles are in the page's true text. Every page
counts alike, and a block in it by its words. Step one is a logistic regression with an L1 penalty,
which leaves few clues; step two is trained on what step one says of sites it was not trained on.
Needs scikit-learn and a minute. The result replaces `html_weights.py` of the package.
"""

from __future__ import annotations

import argparse
import re
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from selectolax.lexbor import LexborHTMLParser
from sklearn.linear_model import LogisticRegression

from extraction import Example, read_set, site
from yoga_assistant.backends.html import shown
from yoga_assistant.backends.html_blocks import Reading
from yoga_assistant.backends.html_choose import Genre, clues_of, company
from yoga_assistant.backends.html_meta import read_meta

_WORD = re.compile(r"\w+")
_FOLDS = 5
_PAGES_LEAST = 15  # a clue that fewer pages give is not learned
_PENALTY = 0.01  # scikit-learn's C: smaller leaves fewer clues


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, help="the development split of WCXB, repacked")
    lessons = Lessons([e for e in read_set(parser.parse_args().data, held_out=False) if e.text])
    alone, names = lessons.alone()
    weights, bias = lessons.company(alone)
    print(_module(names, weights, bias))


class Lessons:
    """The blocks of all pages, in rows: what they are, and how much they count."""

    def __init__(self, examples: list[Example]) -> None:
        self.readings: list[tuple[Reading, Genre]] = []
        right, weight, fold = [], [], []
        for example in examples:
            tree = LexborHTMLParser(example.html)
            reading = shown(tree, example.html)
            if not reading.blocks:
                continue
            self.readings.append((reading, read_meta(tree, example.url).genre))
            right += truths(reading, example.text)
            weight += _weights(reading, example.text)
            fold += [zlib.crc32(site(example).encode()) % _FOLDS] * len(reading.blocks)
        self.right, self.fold = np.array(right), np.array(fold)
        self.weight = np.array(weight) / np.mean(weight)

    def alone(self) -> tuple[np.ndarray, dict[str, float]]:
        """What step one says of each block when its site was left out, and its weights."""
        clues = [_clues(reading, genre) for reading, genre in self.readings]
        pages = Counter(clue for page in clues for clue in {c for block in page for c in block})
        columns = {clue: i for i, clue in enumerate(sorted(
            clue for clue, n in pages.items() if n >= _PAGES_LEAST))}  # fmt: skip
        rows = [[columns[c] for c in block if c in columns] for page in clues for block in page]
        ends = np.cumsum([0, *map(len, rows)])
        cells = np.array([column for row in rows for column in row])
        given = csr_matrix((np.ones(len(cells)), cells, ends), shape=(len(rows), len(columns)))
        chances = np.zeros(len(rows))
        for fold in range(_FOLDS):
            out = self.fold == fold
            chances[out] = self._fitted(given, ~out).predict_proba(given[out])[:, 1]
        weights = self._fitted(given, self.fold >= 0).coef_[0]
        return chances, {c: round(float(weights[i]), 2) for c, i in columns.items()
                         if abs(weights[i]) >= 0.01}  # fmt: skip

    def _fitted(self, given: csr_matrix, rows: np.ndarray) -> LogisticRegression:
        model = LogisticRegression(l1_ratio=1, C=_PENALTY, solver="liblinear", tol=1e-3,
                                   fit_intercept=False, random_state=0)  # fmt: skip
        return model.fit(given[rows], self.right[rows], self.weight[rows])

    def company(self, alone: np.ndarray) -> tuple[list[float], float]:
        rows, start = [], 0
        for reading, _ in self.readings:
            end = start + len(reading.blocks)
            rows += list(company(reading, alone[start:end].tolist()))
            start = end
        model = LogisticRegression(max_iter=1_000).fit(rows, self.right, self.weight)
        return [round(float(w), 3) for w in model.coef_[0]], round(float(model.intercept_[0]), 3)


def _clues(reading: Reading, genre: Genre) -> list[list[str]]:
    return [[clue for group in groups for clue in group] for groups in clues_of(reading, genre)]


def truths(reading: Reading, true: str) -> list[bool]:
    """Whether each block stands in the true text."""
    words = _WORD.findall(true.lower())
    line = f" {' '.join(words)} "
    known = set(zip(words, words[1:], words[2:], strict=False))
    found = []
    for block in reading.blocks:
        said = _WORD.findall(block.text.lower())
        shingles = list(zip(said, said[1:], said[2:], strict=False))
        if len(said) < 6:
            found.append(bool(said) and f" {' '.join(said)} " in line)
        else:
            found.append(sum(shingle in known for shingle in shingles) > len(shingles) / 2)
    return found


def _weights(reading: Reading, true: str) -> list[float]:
    sizes = [block.size for block in reading.blocks]
    whole = 50 + min(sum(sizes), 2 * len(true.split()))
    return [(n + 0.5) / whole for n in sizes]


def _module(names: dict[str, float], weights: list[float], bias: float) -> str:
    lines = [f'    "{name}": {weight},' for name, weight in sorted(names.items())]
    return "\n".join([
        '"""The weights of `html_choose`, made by benchmarks/extraction_weights.py."""',
        "", "# The log-odds that a clue adds for a block that is judged alone.",
        "ALONE: dict[str, float] = {", *lines, "}", "",
        "# Then with the company it keeps, in the order of `html_choose.company`.",
        "COMPANY = (", *(f"    {weight}," for weight in weights), ")", f"BIAS = {bias}",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
