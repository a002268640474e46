"""What was read: in the index for the next question at once, in the store for good."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeGuard

from ..errors import StoreError
from ..protocols import Retriever, Store
from ..types import Document, Pack, Page

FRESH_S = 86_400.0  # seconds for which a page that was read is not read again


class Packing(Protocol):
    """A retriever whose work on a document can be kept."""

    def pack(self, document: Document) -> Pack: ...

    def add_packed(self, packs: Sequence[tuple[Document, Pack]]) -> None: ...


class Indexed(NamedTuple):
    """A page that can be searched, by which link it came, and what the store should keep of it."""

    link: str
    page: Page
    pack: Pack | None


class Memory:
    """Joins a retriever with a store.

    Args:
        fresh_s: seconds for which a page counts as fresh.
        clock: the time in Unix seconds.
    """

    def __init__(
        self,
        retriever: Retriever,
        store: Store,
        *,
        fresh_s: float = FRESH_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.retriever, self.store = retriever, store
        self._fresh_s, self._clock = fresh_s, clock

    def recall(self) -> None:
        """Brings all that the store holds into the index.

        Raises:
            StoreError: the store cannot be read.
        """
        kept = list(self.store.pages())
        embedder = getattr(getattr(self.retriever, "embedder", None), "name", None)
        if _packs(self.retriever):
            fitting = [(p.document, pack) for p, pack in kept if pack and pack.embedder == embedder]
            self.retriever.add_packed(fitting)
            kept = [(p, pack) for p, pack in kept if not pack or pack.embedder != embedder]
        # Another embedder's vectors are of no use: those pages are indexed anew.
        self.retriever.add([page.document for page, _ in kept])

    def known(self, link: str) -> Page | None:
        """The page that this link led to, however old; none if the store cannot tell."""
        try:
            return self.store.page(link)
        except StoreError:
            return None

    def is_fresh(self, page: Page) -> bool:
        """Whether a page need not be read again."""
        return page.fetched_at is not None and self._clock() - page.fetched_at < self._fresh_s

    def index(self, pages: Sequence[tuple[str, Page]]) -> list[Indexed]:
        """Makes pages, each with the link that led to it, ready to be searched."""
        if not _packs(self.retriever):
            self.retriever.add([page.document for _, page in pages])
            return [Indexed(link, page, None) for link, page in pages]
        done = [Indexed(link, page, self.retriever.pack(page.document)) for link, page in pages]
        self.retriever.add_packed([(i.page.document, i.pack) for i in done if i.pack])
        return done

    def keep(self, pages: Sequence[Indexed]) -> str | None:
        """Stores and queues pages; why not, if the store cannot."""
        try:
            for link, page, pack in pages:
                self.store.put(page, pack, link=link)
        except StoreError as error:
            return str(error)
        return None


def _packs(retriever: Any) -> TypeGuard[Packing]:
    return hasattr(retriever, "pack") and hasattr(retriever, "add_packed")
