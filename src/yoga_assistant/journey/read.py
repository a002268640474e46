"""The links of a question become pages that can be quoted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..errors import MissingExtraError, ScrapeError, YogaError
from ..protocols import Scraper
from ..types import Page, Unread
from .drive import Call
from .memory import Memory

UNREADABLE = (ScrapeError, MissingExtraError)
# What a page says of the time that reading it took; of pages read side by side the longest counts.
STAGES = ("dns", "connect", "fetch", "extract")


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of the links."""

    pages: tuple[tuple[str, Page], ...] = ()  # with the links that led to them
    new: tuple[tuple[str, Page], ...] = ()  # those that were read just now
    unread: tuple[Unread, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)


def reads(
    links: Sequence[str],
    known: Sequence[Page | None],
    memory: Memory,
    open_scraper: Callable[[], Scraper | None],
) -> dict[str, Call]:
    """The calls that read the links, by link; a fresh page needs none.

    Raises:
        ScrapeError: there is no scraper.
    """
    calls = {}
    for link, page in zip(links, known, strict=True):
        if page and memory.is_fresh(page):
            continue
        scraper = scraper_for(link, open_scraper)
        if page and hasattr(scraper, "refresh"):
            calls[link] = Call("read", scraper.refresh, (page,), catch=UNREADABLE)
        else:
            calls[link] = Call("read", scraper.fetch, (link,), catch=UNREADABLE)
    return calls


def scraper_for(link: str, open_scraper: Callable[[], Scraper | None]) -> Scraper:
    """What reads the link.

    Raises:
        ScrapeError: there is no scraper.
    """
    if (scraper := open_scraper()) is None:
        raise ScrapeError(
            f"no scraper to read {link!r} with",
            url=link,
            hint="pass YogaAssistant(scraper=...) an object with fetch(link) -> Page",
        )
    return scraper


def reading(
    links: Sequence[str], known: Sequence[Page | None], results: dict[str, Page | YogaError]
) -> Reading:
    """What the links gave: of each its page, an older copy of it, or why it was not read.

    Raises:
        ScrapeError: none of them could be read.
        MissingExtraError: the only one needs a part that is not installed.
    """
    pages, new, unread, errors = [], [], [], []
    for link, page in zip(links, known, strict=True):
        result = results.get(link, page)
        if isinstance(result, Page):
            pages.append((link, result))
            if link in results:
                new.append((link, result))
        elif isinstance(result, YogaError):
            errors.append(result)
            unread.append(Unread(link, result.message, result.hint))
            if page:
                pages.append((link, page))
    if errors and not pages:
        raise errors[0] if len(errors) == 1 else _none_read(links, unread)
    timings = {
        stage: max(page.timings.get(stage, 0.0) for _, page in new) for stage in STAGES if new
    }
    return Reading(tuple(pages), tuple(new), tuple(unread), timings)


def _none_read(links: Sequence[str], unread: Sequence[Unread]) -> ScrapeError:
    told = "; ".join(str(each) for each in unread)
    return ScrapeError(
        f"none of the {len(links)} links could be read: {told}",
        url=links[0],
        hint=unread[0].hint or "check the links",
    )
