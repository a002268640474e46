"""WebScraper: reads what a link points at, wherever it came from, without harm."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal, cast

import httpcore

from ..errors import SettingsError
from ..settings import Settings
from ..types import Page
from .budget import Budget
from .exchange import AwaitingWire, BlockingWire
from .guard import PORTS, Guard
from .network import Resolver, Way, finish, system_resolver
from .reading import Extract, extractor
from .robots import AGENT, Robots, own_version
from .scrape_errors import own_errors
from .turns import Turns
from .visit import House, Visit

Network = httpcore.NetworkBackend | httpcore.AsyncNetworkBackend
USER_AGENT: Final = f"{AGENT}/{own_version()} (reads a page that its user points at)"


class WebScraper:
    """Fetches pages, plain text and PDF for links that strangers may have written.

    A link leads only to public addresses and usual ports, whatever a name, a redirect or a name
    server says; nothing it sends can take more time or memory than is allowed; and sites are asked
    as they wish to be: by their robots.txt, one fetch at a time, with a gap.

    One scraper may be used from many threads and event loops at once. Cookies, passwords, proxies
    and environment variables play no part.

    Args:
        respect_robots: heed robots.txt.
        allow_private: networks that may be read from although they are not public, as in
            `["10.0.0.0/8"]`: your own intranet, said on purpose.
        ports: that may be asked.
        timeout: seconds for a fetch as a whole: its turn, lookups, redirects and tries together.
        max_bytes: of a page as it is sent.
        max_decoded: of a page once it is inflated.
        redirects: that are followed.
        user_agent: what sites read of us.
        pace: seconds between two fetches from one host.
        tries: for a server that is too busy or takes no connection; 1 is no second try.
        extract: from HTML to a page: "own", "trafilatura" (an extra) or a callable
            `(html, url) -> Page`.
        resolver: from a host's name to its addresses; raises OSError where there is none.
        network: an httpcore network backend, blocking or awaiting, to connect with.
        clock, sleep: for tests.

    Raises:
        ValueError: a number is out of its range, or `allow_private` holds no network.
        MissingExtraError: trafilatura is wanted and not installed.
    """

    def __init__(
        self,
        *,
        respect_robots: bool = True,
        allow_private: Sequence[str] = (),
        ports: Iterable[int] = PORTS,
        timeout: float = 20.0,
        max_bytes: int = 5_000_000,
        max_decoded: int = 5_000_000,
        redirects: int = 5,
        user_agent: str = USER_AGENT,
        pace: float = 1.0,
        tries: int = 3,
        extract: Literal["own", "trafilatura"] | Extract = "own",
        resolver: Resolver | None = None,
        network: Network | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        _check(timeout=timeout, max_bytes=max_bytes, max_decoded=max_decoded, tries=tries)
        if not (pace >= 0 and redirects >= 0):
            raise ValueError(f"pace and redirects may not be negative: {pace}, {redirects}")
        if not (user_agent.isascii() and user_agent.isprintable() and user_agent.strip()):
            raise ValueError("user_agent holds a sign that no header may hold")
        self._timeout_s, self._clock, self._sleep = timeout, clock, sleep
        self._resolver = resolver or system_resolver
        self._blocking_network, self._awaiting_network = _networks(network)
        self._robots = Robots(clock)
        self._house = House(
            guard=Guard(allow_private, ports),
            robots=self._robots if respect_robots else None,
            turns=Turns(pace, clock),
            extract=extractor(extract),
            user_agent=user_agent.strip(),
            most=max_bytes,
            decoded=max_decoded,
            redirects=redirects,
            tries=tries,
        )

    @classmethod
    def from_settings(cls, model: str | None, settings: Settings) -> WebScraper:  # noqa: ARG003
        """The scraper for "web" and "web:trafilatura"."""
        match model:
            case None:
                return cls()
            case "own" | "trafilatura":
                return cls(extract=model)
        raise SettingsError(f"there is no extractor {model!r}", hint="known: own, trafilatura")

    def fetch(self, link: str) -> Page:
        """What the link points at. Without a scheme https is tried, then http.

        Raises:
            ScrapeError: it cannot be read, or must not be; `retryable` tells whether it may work
                later.
            MissingExtraError: it is a PDF, and pypdf is not installed.
        """
        return self._blocking(link)

    async def afetch(self, link: str) -> Page:
        """As `fetch`."""
        return await self._awaiting(link)

    def refresh(self, page: Page) -> Page:
        """The page as it is now: the same with a new `fetched_at`, if its server says so.

        Raises:
            ScrapeError, MissingExtraError: as `fetch`.
        """
        return self._blocking(page.url, page)

    async def arefresh(self, page: Page) -> Page:
        """As `refresh`."""
        return await self._awaiting(page.url, page)

    def close(self) -> None:
        """Forgets what sites asked for. Connections end with each fetch."""
        self._robots.forget()

    async def aclose(self) -> None:
        """As `close`."""
        self.close()

    def _blocking(self, link: str, known: Page | None = None) -> Page:
        if (network := self._blocking_network) is None:
            with ThreadPoolExecutor(1) as apart:  # an event loop may be running in this thread
                return apart.submit(lambda: asyncio.run(self._awaiting(link, known))).result()
        with own_errors(link):
            way = self._way()
            visit = Visit(self._house, BlockingWire(way, network, self._sleep), way.budget)
            return finish(visit.page(link, known))

    async def _awaiting(self, link: str, known: Page | None = None) -> Page:
        if (network := self._awaiting_network) is None:
            return await asyncio.to_thread(self._blocking, link, known)
        with own_errors(link):
            way = self._way()
            visit = Visit(self._house, AwaitingWire(way, network, self._sleep), way.budget)
            return await visit.page(link, known)

    def _way(self) -> Way:
        budget = Budget(self._timeout_s, self._house.most, self._clock)
        return Way(self._house.guard, self._resolver, budget)


def _networks(
    network: Network | None,
) -> tuple[httpcore.NetworkBackend | None, httpcore.AsyncNetworkBackend | None]:
    """What blocking and awaiting fetches connect with: their own, or what was given for both."""
    if network is None:
        return httpcore.SyncBackend(), httpcore.AnyIOBackend()
    if inspect.iscoroutinefunction(network.connect_tcp):
        return None, cast("httpcore.AsyncNetworkBackend", network)
    return cast("httpcore.NetworkBackend", network), None


def _check(**least: float) -> None:
    for name, value in least.items():
        if not value > 0:
            raise ValueError(f"{name} must be more than 0, not {value}")
