"""A document's part of the index as bytes, so that what was read once need not be indexed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ..types import Document, Pack, Passage
from .segment import Segment

if TYPE_CHECKING:
    from numpy.typing import NDArray


class _Postings(msgspec.Struct, array_like=True):
    terms: str  # joined by line ends
    starts: bytes
    rows: bytes
    times: bytes
    lengths: bytes


def packed(part: Segment, embedder: str) -> Pack:
    """The segment of one document as bytes; vectors lose half of their digits."""
    import numpy as np

    postings = _Postings(
        "\n".join(part.slots),
        part.starts.astype(np.uint32).tobytes(),
        part.rows.astype(np.uint16).tobytes(),
        np.minimum(part.times, 255).astype(np.uint8).tobytes(),
        part.lengths.astype(np.uint16).tobytes(),
    )
    vectors = part.vectors.astype(np.float16)
    return Pack(
        embedder,
        tuple((passage.start, passage.end) for passage in part.passages),
        tuple(vector.tobytes() for vector in vectors),
        msgspec.msgpack.encode(postings),
    )


def unpacked(document: Document, pack: Pack) -> Segment:
    """The segment of a document, its owner's number left at 0."""
    import numpy as np

    postings = msgspec.msgpack.decode(pack.postings, type=_Postings)
    n = len(pack.spans)
    vectors: NDArray[Any] = np.frombuffer(b"".join(pack.vectors), np.float16)
    return Segment(
        tuple(Passage(document, *span) for span in pack.spans),
        np.zeros(n, np.int32),
        vectors.reshape(n, -1).astype(np.float32),
        {term: slot for slot, term in enumerate(postings.terms.split("\n") if n else ())},
        np.frombuffer(postings.starts, np.uint32).astype(np.int64),
        np.frombuffer(postings.rows, np.uint16).astype(np.int32),
        np.frombuffer(postings.times, np.uint8).astype(np.float32),
        np.frombuffer(postings.lengths, np.uint16).astype(np.float32),
    )
