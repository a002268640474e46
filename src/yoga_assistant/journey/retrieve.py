"""Which passages help: keyword search (BM25) and vector search over one index, fused.

The index is a tuple of segments that never change. Adding makes a new segment and a new tuple, so
a search under way keeps what it began with and no reader takes a lock; segments of like size are
merged as they come, so there are few of them however often something is added.
"""

from __future__ import annotations

import hashlib
import itertools
import math
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import IndexMismatchError
from ..registry import create
from ..settings import Settings
from ..types import Document, Pack, Passage, Source
from .clean import passages
from .pack import packed, unpacked
from .segment import NOT_MEANT, Segment, merged, segment, terms, without

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..protocols import Embedder

VECTOR_SHARE = 0.5  # of the fused score; the rest is BM25's
SECOND_BEST = 0.3  # how much a document's second-best passage adds to its best
LOOK_AT = 2_000  # characters of a question that are searched for
SEEN_LEAST = 0.75  # of the passages in the segments; with fewer the rest is cleared away
MERGED_MOST = 16_384  # passages of a segment that is merged out of two
POOL = 10  # passages looked at for each document wanted

_Hit = tuple[float, int, Segment, int]  # score, document, segment, row


class _Owner(NamedTuple):
    """A document of the index."""

    number: int  # in the segments
    document: Document
    passages: int


class _Index(NamedTuple):
    """What a search sees: it is never changed, only replaced."""

    parts: tuple[Segment, ...] = ()
    gone: frozenset[int] = frozenset()  # numbers of documents that are forgotten


class HybridRetriever:
    """Keyword and vector search in memory; documents can be added at any time, from any thread.

    A score is `VECTOR_SHARE` x cosine + the rest x BM25 / the most that BM25 allows the question,
    so 1 is a passage that says exactly what was asked.

    Args:
        embedder: makes the vectors; its `name` is the index's.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._index = _Index()
        self._owners: dict[str, _Owner] = {}
        self._numbers = itertools.count()
        self._adding = threading.Lock()

    @classmethod
    def from_settings(cls, model: str | None, settings: Settings) -> HybridRetriever:
        """`"hybrid"` with the bundled embeddings, `"hybrid:minilm"` with those of an embedder."""
        return cls(create("embedder", model or "static", settings))

    def __len__(self) -> int:
        """How many passages it holds."""
        return sum(owner.passages for owner in [*self._owners.values()])

    def add(self, documents: Sequence[Document]) -> None:
        """Takes documents in, cut into passages; one of an id that is known takes its place."""
        new = {document.id: document for document in documents}
        with self._adding:
            new = {i: document for i, document in new.items() if not self._has(document)}
            found = tuple(passage for document in new.values() for passage in passages(document))
            vectors, texts = self._embedded(found)
            gone = self._forget(new)
            part = segment(found, self._numbered(found), vectors, texts)
            self._index = self._changed(gone, part)

    def remove(self, ids: Iterable[str]) -> None:
        """Forgets documents; an id that is not known is no matter."""
        with self._adding:
            self._index = self._changed(self._forget(ids), None)

    def pack(self, document: Document) -> Pack:
        """A document ready for this index: what takes time is done, and can be kept."""
        found = tuple(passages(document))
        vectors, texts = self._embedded(found)
        return packed(segment(found, [0] * len(found), vectors, texts), self.embedder.name)

    def add_packed(self, packs: Sequence[tuple[Document, Pack]]) -> None:
        """Takes in documents that `pack` made ready, many at once.

        Raises:
            IndexMismatchError: they were made ready for the index of another embedder.
        """
        import numpy as np

        with self._adding:
            new = {d.id: (d, pack) for d, pack in packs if not self._has(d)}
            parts = [self._unpacked(d, pack) for d, pack in new.values() if pack.spans]
            gone = self._forget(new)
            if parts:
                together = merged(parts)
                owners = np.array(self._numbered(together.passages), np.int32)
                self._index = self._changed(gone, replace(together, owners=owners))

    def search(
        self,
        question: str,
        *,
        limit: int,
        per_document: int = 1,
        among: Collection[str] | None = None,
    ) -> list[Source]:
        """The passages that help most, best first, at most `per_document` of one document.

        Args:
            among: ids of the only documents that count.
        """
        index = self._index
        parts = index.parts
        if not parts or limit <= 0:
            return []
        question = question[:LOOK_AT]
        vector = self.embedder.embed([question])[0] * VECTOR_SHARE
        weights = _weights(parts, sorted(set(terms(question))))
        owners = None if among is None else [o.number for i in among if (o := self._owners.get(i))]
        hits = [
            hit
            for part in parts
            for hit in _best(part, part.scores(vector, weights, owners), limit * POOL)
            if hit[1] not in index.gone and hit[0] > NOT_MEANT
        ]
        return _by_document(hits, limit, per_document)

    def save(self, path: Path) -> None:
        """Writes the index to one file, texts apart; `restore` brings it back."""
        import numpy as np

        [part] = self._index.parts
        documents = list(dict.fromkeys(passage.document for passage in part.passages))
        np.savez(
            path,
            fingerprint=np.array(_fingerprint(documents, self.embedder.name)),
            embedder=np.array(self.embedder.name),
            spans=np.array([(p.start, p.end) for p in part.passages], np.int32),
            owners=part.owners,
            vectors=part.vectors.astype(np.float16),
            terms=np.array("\n".join(part.slots)),
            starts=part.starts.astype(np.int32),
            rows=part.rows,
            times=part.times.astype(np.uint8),
            lengths=part.lengths.astype(np.uint16),
        )

    def restore(self, path: Path, documents: Sequence[Document]) -> bool:
        """Fills the empty index from a file, if that was made of these documents.

        Returns:
            False if the documents have changed since, or there is no such file: `add` them.

        Raises:
            IndexMismatchError: the vectors in the file are another model's.
        """
        import numpy as np

        if not path.exists():
            return False
        with np.load(path, allow_pickle=False) as file, self._adding:
            stored = {name: file[name] for name in file.files}
            embedder = str(stored["embedder"])
            if _fingerprint(documents, embedder) != str(stored["fingerprint"]):
                return False
            spans = zip(stored["owners"].tolist(), stored["spans"].tolist(), strict=True)
            found = tuple(Passage(documents[owner], *span) for owner, span in spans)
            vectors = self._checked(stored["vectors"].astype(np.float32), embedder, len(found))
            names = str(stored["terms"]).split("\n")
            part = Segment(
                found,
                np.array(self._numbered(found), np.int32),
                vectors,
                {term: slot for slot, term in enumerate(names)},
                stored["starts"],
                stored["rows"],
                stored["times"].astype(np.float32),
                stored["lengths"].astype(np.float32),
            )
            self._index = self._changed(frozenset(), part)
        return True

    def _checked(self, vectors: NDArray[np.float32], name: str, n: int) -> NDArray[np.float32]:
        """The vectors themselves, if they are this index's kind."""
        if name != self.embedder.name:
            raise IndexMismatchError(
                f"vectors of {name!r} cannot be searched with {self.embedder.name!r}",
                hint="embed the passages anew with the index's own embedder",
            )
        if vectors.shape != (n, self.embedder.dimensions):
            raise IndexMismatchError(
                f"{name} gave vectors of shape {vectors.shape} for {n} passages",
                hint=f"it must give one vector of {self.embedder.dimensions} numbers a passage",
            )
        return vectors

    def _embedded(self, found: Sequence[Passage]) -> tuple[NDArray[np.float32], list[str]]:
        """The vectors of passages, and the texts that are searched."""
        import numpy as np

        texts = [_searched(passage) for passage in found]
        if not texts:
            return np.empty((0, self.embedder.dimensions), np.float32), texts
        vectors = self.embedder.embed(texts)
        return self._checked(vectors, self.embedder.name, len(found)), texts

    def _unpacked(self, document: Document, pack: Pack) -> Segment:
        part = unpacked(document, pack)
        self._checked(part.vectors, pack.embedder, len(part.passages))
        return part

    def _has(self, document: Document) -> bool:
        owner = self._owners.get(document.id)
        return owner is not None and owner.document == document

    def _forget(self, ids: Iterable[str]) -> frozenset[int]:
        """Takes documents off the list; their numbers."""
        return frozenset(self._owners.pop(i).number for i in [*ids] if i in self._owners)

    def _numbered(self, found: Sequence[Passage]) -> list[int]:
        counts = Counter(passage.document.id for passage in found)
        documents = {passage.document.id: passage.document for passage in found}
        for i, document in documents.items():
            self._owners[i] = _Owner(next(self._numbers), document, counts[i])
        return [self._owners[passage.document.id].number for passage in found]

    def _changed(self, gone: frozenset[int], new: Segment | None) -> _Index:
        """The index without the documents of these numbers and with a segment more.

        What is gone stays where it is, unseen, until there is much of it.
        """
        gone |= self._index.gone
        parts = [*self._index.parts, *([new] if new and new.passages else ())]
        # Like carrying in binary addition: no segment is smaller than twice the one after it, but
        # for the large ones, whose merging somebody would have to wait for.
        while len(parts) > 1 and _is_due(*parts[-2:]):
            parts[-2:] = [merged(parts[-2:])]
        if gone and len(self) < sum(len(part.passages) for part in parts) * SEEN_LEAST:
            kept = [without(part, gone) for part in parts]
            return _Index(tuple(part for part in kept if part.passages))
        return _Index(tuple(parts), gone)


def _is_due(last: Segment, new: Segment) -> bool:
    sizes = len(last.passages), len(new.passages)
    return sizes[0] < 2 * sizes[1] and sum(sizes) <= MERGED_MOST


def _searched(passage: Passage) -> str:
    return f"{passage.document.title}\n{passage.text}"


def _weights(parts: Sequence[Segment], asked: Sequence[str]) -> dict[str, float]:
    """The share of each term in the score: its rarity (idf) out of that of the whole question."""
    total = sum(len(part.passages) for part in parts)
    rarities = {}
    for term in asked:
        found = [where for part in parts if (where := part.holders(term))]
        holders = sum(where.stop - where.start for where in found)
        rarities[term] = math.log(1 + (total - holders + 0.5) / (holders + 0.5))
    most = sum(rarities.values())
    return {term: (1 - VECTOR_SHARE) * rarity / most for term, rarity in rarities.items()}


def _best(part: Segment, scores: NDArray[np.float32], pool: int) -> Iterator[_Hit]:
    rows = _highest(scores, pool)
    best = zip(scores[rows].tolist(), part.owners[rows].tolist(), rows.tolist(), strict=True)
    for score, owner, row in best:
        yield score, owner, part, row


def _highest(scores: NDArray[np.float32], n: int) -> NDArray[np.intp]:
    """The rows of the n highest scores, or all rows if there are no more; in no order."""
    import numpy as np

    rows = np.arange(len(scores))
    if len(scores) <= n:
        return rows
    # Every 16th score tells about where the cut lies, at a tenth of the cost of sorting them all.
    sample = scores[::16]
    place = min(n // 8 + 1, len(sample))
    above = np.flatnonzero(scores >= np.partition(sample, -place)[-place])
    if len(above) >= n:
        rows = above
    return rows[np.argpartition(scores[rows], -n)[-n:]]


def _by_document(hits: list[_Hit], limit: int, per_document: int) -> list[Source]:
    hits.sort(key=lambda hit: -hit[0])
    groups: dict[int, list[_Hit]] = {}
    for hit in hits:
        groups.setdefault(hit[1], []).append(hit)
    ranked = sorted(groups.values(), key=_worth, reverse=True)[:limit]
    kept = [hit for group in ranked for hit in group[:per_document]][:limit]
    return [
        Source.of(part.passages[row], max(0.0, min(1.0, score))) for score, _, part, row in kept
    ]


def _worth(group: list[_Hit]) -> float:
    second = group[1][0] if len(group) > 1 else 0.0
    return group[0][0] + SECOND_BEST * second


def _fingerprint(documents: Sequence[Document], embedder: str) -> str:
    digest = hashlib.blake2b(embedder.encode(), digest_size=16)
    for document in documents:
        digest.update(f"\0{document.id}\0{document.title}\0{document.text}".encode())
    return digest.hexdigest()
