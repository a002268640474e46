"""Which passages help: keyword search (BM25) and vector search over one index, fused.

The index is a tuple of segments that never change. Adding makes a new segment and a new tuple, so
a search under way keeps what it began with and no reader takes a lock; segments of like size are
merged as they come, so there are few of them however often something is added.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import IndexMismatchError
from ..registry import create
from ..settings import Settings
from ..types import Document, Passage, Source
from .clean import passages
from .segment import Segment, merged, segment, terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..protocols import Embedder

VECTOR_SHARE = 0.5  # of the fused score; the rest is BM25's
SECOND_BEST = 0.3  # how much a document's second-best passage adds to its best
LOOK_AT = 2_000  # characters of a question that are searched for
POOL = 10  # passages looked at for each document wanted

_Hit = tuple[float, int, Segment, int]  # score, document, segment, row


class HybridRetriever:
    """Keyword and vector search in memory; documents can be added at any time, from any thread.

    A score is `VECTOR_SHARE` x cosine + the rest x BM25 / the most that BM25 allows the question,
    so 1 is a passage that says exactly what was asked.

    Args:
        embedder: makes the vectors; its `name` is the index's.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._segments: tuple[Segment, ...] = ()
        self._owners: dict[str, int] = {}  # document id -> number
        self._adding = threading.Lock()

    @classmethod
    def from_settings(cls, model: str | None, settings: Settings) -> HybridRetriever:
        """`"hybrid"` with the bundled embeddings, `"hybrid:minilm"` with those of an embedder."""
        return cls(create("embedder", model or "static", settings))

    def __len__(self) -> int:
        return sum(len(part.passages) for part in self._segments)

    def add(self, documents: Sequence[Document]) -> None:
        """Takes documents in, cut into passages; one whose id is known already is left as it is."""
        with self._adding:
            new = {document.id: document for document in documents}
            new = {i: document for i, document in new.items() if i not in self._owners}
            found = tuple(passage for document in new.values() for passage in passages(document))
            if found:
                texts = [_searched(passage) for passage in found]
                vectors = self._checked(self.embedder.embed(texts), self.embedder.name, len(found))
                self._append(segment(found, self._numbered(found), vectors, texts))

    def search(self, question: str, *, limit: int, per_document: int = 1) -> list[Source]:
        """The passages that help most, best first, at most `per_document` of one document."""
        parts = self._segments
        if not parts or limit <= 0:
            return []
        question = question[:LOOK_AT]
        vector = self.embedder.embed([question])[0] * VECTOR_SHARE
        weights = _weights(parts, sorted(set(terms(question))))
        hits = [
            hit for part in parts for hit in _best(part, part.scores(vector, weights), limit * POOL)
        ]
        return _by_document(hits, limit, per_document)

    def save(self, path: Path) -> None:
        """Writes the index to one file, texts apart; `restore` brings it back."""
        import numpy as np

        [part] = self._segments
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
            self._numbered(found)
            self._append(
                Segment(
                    found,
                    stored["owners"],
                    vectors,
                    {term: slot for slot, term in enumerate(names)},
                    stored["starts"],
                    stored["rows"],
                    stored["times"].astype(np.float32),
                    stored["lengths"].astype(np.float32),
                )
            )
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

    def _numbered(self, found: Sequence[Passage]) -> list[int]:
        return [self._owners.setdefault(p.document.id, len(self._owners)) for p in found]

    def _append(self, part: Segment) -> None:
        parts = [*self._segments, part]
        # Like carrying in binary addition: no segment is smaller than twice the one after it.
        while len(parts) > 1 and len(parts[-2].passages) < 2 * len(parts[-1].passages):
            parts[-2:] = [merged(parts[-2], parts[-1])]
        self._segments = tuple(parts)


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
