"""A part of the index that never changes: passages, their vectors, and who holds which term."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ..types import Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NOT_MEANT = -9.0  # less than any passage can score
K1, B = 1.2, 0.75  # BM25's usual saturation and length normalisation

_TERM = re.compile(r"[^\W_]+[\u0900-\u097f]*")
_STOP = frozenset(
    """
    a about also am an and any are as at be been but by can could did do does doing for from
    get had has have he her his how i if in into is it its just let like me more most my no
    not of on one or our out over pose poses she should so some such than that the their
    them then there these they this those to too up us very was we were what when where
    which while who why will with would yoga you your
    """.split()
)


@dataclass(frozen=True)
class Segment:
    """Passages and their postings in compressed rows: term t has starts[t]:starts[t + 1].

    Args:
        owners: `(n,)`, a number for each passage's document.
        vectors: `(n, dimensions)`, float32.
        slots: term -> t.
        rows: `(postings,)`, the passage that holds the term.
        times: `(postings,)`, how often.
        lengths: `(n,)`, terms in the passage.
    """

    passages: tuple[Passage, ...]
    owners: NDArray[np.int32]
    vectors: NDArray[np.float32]
    slots: Mapping[str, int]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    times: NDArray[np.float32]
    lengths: NDArray[np.float32]

    @cached_property
    def impacts(self) -> NDArray[np.float32]:
        """BM25 of each posting, without the term's rarity, divided by its bound K1 + 1."""
        # The average length is this segment's own, not the whole index's: it need not be counted
        # again whenever something is added, and segments hold like things.
        average = max(float(self.lengths.mean()), 1.0)
        saturation = (K1 * (1 - B + B * self.lengths / average)).astype(self.lengths.dtype)
        return self.times / (self.times + saturation[self.rows])

    def holders(self, term: str) -> slice | None:
        """Where the postings of a term stand."""
        slot = self.slots.get(term)
        return None if slot is None else slice(self.starts[slot], self.starts[slot + 1])

    def scores(
        self,
        vector: NDArray[np.float32],
        weights: Mapping[str, float],
        owners: Sequence[int] | None = None,
    ) -> NDArray[np.float32]:
        """`(n,)`: the cosine with `vector`, plus BM25 by the terms' weights.

        With `owners` the passages of all others score `NOT_MEANT`.
        """
        import numpy as np

        scores: NDArray[np.float32] = self.vectors @ vector
        held = [(where, weights[term]) for term in weights if (where := self.holders(term))]
        if held:
            # One sum over all postings: several times as fast as a sum for each term.
            rows = np.concatenate([self.rows[where] for where, _ in held])
            shares = np.concatenate([self.impacts[where] * weight for where, weight in held])
            scores += np.bincount(rows, shares, len(scores))
        if owners is not None:
            scores[~np.isin(self.owners, owners)] = NOT_MEANT
        return scores


def segment(
    passages: tuple[Passage, ...],
    owners: Sequence[int],
    vectors: NDArray[np.float32],
    texts: Sequence[str],
) -> Segment:
    """The segment of `passages`; `texts` are what is searched, one a passage."""
    import numpy as np

    rows: dict[str, list[int]] = {}
    times: dict[str, list[int]] = {}
    lengths = np.zeros(len(passages), np.float32)
    for row, text in enumerate(texts):
        for term, number in Counter(terms(text)).items():
            rows.setdefault(term, []).append(row)
            times.setdefault(term, []).append(number)
            lengths[row] += number
    return Segment(
        passages,
        np.asarray(owners, np.int32),
        vectors,
        {term: slot for slot, term in enumerate(rows)},
        np.cumsum([0, *map(len, rows.values())]),
        np.array([row for held in rows.values() for row in held], np.int32),
        np.array([number for held in times.values() for number in held], np.float32),
        lengths,
    )


def merged(parts: Sequence[Segment]) -> Segment:
    """One segment out of several, their passages in order."""
    import numpy as np

    slots: dict[str, int] = {}
    for part in parts:
        for term in part.slots:
            slots.setdefault(term, len(slots))
    counts = np.zeros(len(slots) + 1, np.int64)
    of_each, rows, first = [], [], 0
    for part in parts:
        new = np.fromiter((slots[term] for term in part.slots), np.int64, len(part.slots))
        held = np.diff(part.starts)
        counts[new + 1] += held
        of_each.append(np.repeat(new, held))
        rows.append(part.rows + np.int32(first))
        first += len(part.passages)
    order = np.argsort(np.concatenate(of_each), kind="stable")
    return Segment(
        tuple(passage for part in parts for passage in part.passages),
        np.concatenate([part.owners for part in parts]),
        np.concatenate([part.vectors for part in parts]),
        slots,
        np.cumsum(counts),
        np.concatenate(rows)[order],
        np.concatenate([part.times for part in parts])[order],
        np.concatenate([part.lengths for part in parts]),
    )


def without(part: Segment, owners: Collection[int]) -> Segment:
    """The segment less the passages of some documents."""
    import numpy as np

    stays = ~np.isin(part.owners, [*owners])
    kept = stays[part.rows]
    sums = np.concatenate([[0], np.cumsum(kept)])
    places = np.cumsum(stays, dtype=np.int32) - 1
    return Segment(
        tuple(itertools.compress(part.passages, stays.tolist())),
        part.owners[stays],
        part.vectors[stays],
        part.slots,
        sums[part.starts],
        places[part.rows[kept]],
        part.times[kept],
        part.lengths[stays],
    )


def terms(text: str) -> Iterator[str]:
    """The stems of a text's words, the most common words left out."""
    for word in _TERM.findall(text.lower()):
        if word not in _STOP:
            yield _stem(word)


@functools.lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    # A new stemmer for each new word: one object is not safe to share between threads.
    import Stemmer

    if not word.isascii():
        letters = unicodedata.normalize("NFKD", word)
        word = "".join(letter for letter in letters if not "\u0300" <= letter <= "\u036f")
    return str(Stemmer.Stemmer("english", 0).stemWord(word))
