"""Links, files and folders that are read ahead of any question."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

from ..errors import ScrapeError
from ..progress import Tick
from ..protocols import Scraper
from ..types import Page, ReadReport, Unread
from .drive import Call, Flow
from .memory import Memory
from .read import UNREADABLE

AT_ONCE: Final = 4
_TOLD: Final = 3  # reasons that an error names when nothing could be read


def read_many(
    memory: Memory, places: Sequence[tuple[str, Scraper]], skipped: Sequence[Unread], tick: Tick
) -> Flow[ReadReport]:
    """Reads every place with its reader; each is kept as soon as it is read.

    Raises:
        ScrapeError: nothing could be read.
    """
    pages: list[Page] = []
    unread = list(skipped)
    unkept: str | None = None
    rest = iter(places)
    while some := list(islice(rest, AT_ONCE)):
        known = yield tuple(Call("store", memory.known, (place,)) for place, _ in some)
        results = yield tuple(map(_call, some, known))
        read = []
        for (place, _), result in zip(some, results, strict=True):
            if isinstance(result, Page):
                read.append((place, result))
            else:
                unread.append(Unread(place, result.message, result.hint))
            tick(place)
        [indexed] = yield (Call("index", memory.index, (read,)),)
        [why] = yield (Call("keep", memory.keep, (indexed,)),)
        unkept = unkept or why
        pages += [page for _, page in read]
    if not pages:
        raise _nothing_read(unread)
    return ReadReport(tuple(pages), tuple(unread), unkept)


def _call(place: tuple[str, Scraper], known: Page | None) -> Call:
    address, reader = place
    if known is not None and hasattr(reader, "refresh"):
        return Call("read", reader.refresh, (known,), catch=UNREADABLE)
    return Call("read", reader.fetch, (address,), catch=UNREADABLE)


def _nothing_read(unread: Sequence[Unread]) -> ScrapeError:
    if not unread:
        return ScrapeError("there is no file to read there", hint="look into the folder")
    told = "; ".join(str(each) for each in unread[:_TOLD])
    more = f"; and {len(unread) - _TOLD} more" if len(unread) > _TOLD else ""
    return ScrapeError(
        f"nothing could be read: {told}{more}", url=unread[0].url, hint=unread[0].hint
    )
