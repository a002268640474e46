"""The shipped knowledge in an index that is ready at once.

`python -m yoga_assistant.shipped` writes `weights/knowledge.npz` from the knowledge files. An index
that does not match them is never used: the passages are indexed anew, which takes a second.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeGuard

from .backends.embeddings import StaticEmbedder
from .journey.retrieve import HybridRetriever
from .knowledge import Library
from .protocols import Retriever
from .registry import create

INDEX = Path(__file__).parent / "weights" / "knowledge.npz"


def fill(retriever: Retriever, library: Library) -> None:
    """Puts the library into the retriever, by way of the shipped index where that fits."""
    documents = library.documents()
    if not (_is_default(retriever) and retriever.restore(INDEX, documents)):
        retriever.add(documents)


def _is_default(retriever: Retriever) -> TypeGuard[HybridRetriever]:
    """Whether the shipped vectors are its own kind."""
    return isinstance(retriever, HybridRetriever) and isinstance(retriever.embedder, StaticEmbedder)


def main() -> None:
    """Writes the index."""
    retriever = create("retriever", "hybrid")
    retriever.add(Library.shipped().documents())
    retriever.save(INDEX)


if __name__ == "__main__":
    main()
