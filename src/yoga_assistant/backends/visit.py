"""One fetch from link to page: judged hop by hop, polite, and within its budget.

Written once for blocking and awaiting: all that takes time is done by a `Wire`.
"""

from __future__ import annotations

import random
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Final

from ..errors import ScrapeError
from ..types import Page
from .budget import Budget
from .exchange import Head, Intake, Reply, Wire
from .guard import Guard, Target
from .media import LOOK_AT
from .reading import Extract, judge, read
from .robots import ROBOTS_MOST, Robots, Rules
from .scrape_errors import NoHostError, PassingError, UnreachableError
from .turns import Turns

_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
_PASSING: Final = frozenset((429, 502, 503, 504))
_PAUSE_MOST_S: Final = 10.0  # a server that asks for more is left alone for now
_ACCEPT: Final = (
    "text/html, application/xhtml+xml, text/markdown, text/plain;q=0.9, application/pdf;q=0.8"
)


@dataclass(frozen=True, slots=True)
class House:
    """The rules that all fetches of a scraper keep to, and what they share."""

    guard: Guard
    robots: Robots | None  # None: not asked for
    turns: Turns
    extract: Extract
    user_agent: str
    most: int
    decoded: int
    redirects: int
    tries: int


class Visit:
    """Fetches one page."""

    def __init__(self, house: House, wire: Wire, budget: Budget) -> None:
        self._house, self._wire, self._budget = house, wire, budget
        self._host: str | None = None  # whose turn we have
        self._may_turn_back = False  # another scheme is left to try

    async def page(self, link: str, known: Page | None = None) -> Page:
        """What the link points at, or `known` with a new date if it is still that.

        Raises:
            ScrapeError: it cannot be read, or must not be.
            MissingExtraError: it is a PDF, and pypdf is not installed.
        """
        *doubtful, last = self._house.guard.targets(link)
        try:
            for target in doubtful:
                self._may_turn_back = True
                with suppress(UnreachableError):
                    return await self._follow(target, known)
            self._may_turn_back = False
            secure = not doubtful and last.scheme == "https"
            return await self._follow(last, known, secure=secure)
        finally:
            self._leave()
            await self._wire.close()

    async def _follow(self, target: Target, known: Page | None, *, secure: bool = False) -> Page:
        seen: set[Target] = set()
        while True:
            seen.add(target)
            reply = await self._get(target, known)
            if reply.head.status not in _REDIRECTS:
                return await self._read(reply, known)
            target = self._redirected(reply.head, secure)
            if target in seen or len(seen) > self._house.redirects:
                raise ScrapeError(
                    f"the link is sent on in a circle or more than {self._house.redirects} times",
                    hint="open it in a browser and give the address that it ends at",
                )

    def _redirected(self, head: Head, secure: bool) -> Target:
        """The next hop. A link that says https is never left for http.

        Many a server behind a proxy believes that it is asked by http and says so in its
        redirects, so its https is tried; but on another port than 80 there is nothing to try.
        """
        locations = set(head.all("location"))
        if len(locations) != 1:
            raise ScrapeError(
                f"{head.target.host} sends the link on, but not to one place", hint="check the link"
            )
        target = self._house.guard.redirect(head.target, locations.pop())
        if not secure or target.scheme == "https":
            return target
        if target.port != 80:
            raise ScrapeError(
                f"{head.target.host} sends the link on without encryption",
                hint="give the http address itself if you trust the network between",
            )
        return self._house.guard.target("https" + target.url.removeprefix("http"))

    async def _get(self, target: Target, known: Page | None) -> Reply:
        await self._enter(target.host)
        if self._house.robots is not None:
            await self._heed(target, self._house.robots)
        headers = _headers(target, self._house.user_agent, known)
        intake = Intake(self._house.most, self._house.decoded, judge=judge, look_at=LOOK_AT)
        return await self._ask(target, headers, intake)

    async def _ask(self, target: Target, headers: dict[str, str], intake: Intake) -> Reply:
        """Asks until there is an answer that will not change by waiting a little."""
        for attempt in range(self._house.tries):
            asked: float | None = None
            try:
                reply = await self._wire.ask(target, headers, intake)
                if reply.head.status not in _PASSING:
                    return reply
                failure: ScrapeError = _refusal(reply.head)
                asked = _retry_after_s(reply.head)
            except UnreachableError as exc:
                if self._may_turn_back:
                    raise
                failure = exc
            pause = asked or random.uniform(0.5, 1.5) * 0.5 * 2**attempt
            if not failure.retryable or pause > min(_PAUSE_MOST_S, self._budget.left()):
                break
            if attempt + 1 < self._house.tries:
                await self._wire.sleep(pause)
        raise failure

    async def _heed(self, target: Target, robots: Robots) -> None:
        """Sees to it that the site lets us read the page.

        Raises:
            ScrapeError: it does not, or cannot tell at the moment.
        """
        rules = robots.of(target.origin)
        if rules is None:
            try:
                with self._budget.within(0.5):
                    rules = await self._rules(target)
            except UnreachableError:
                raise
            except ScrapeError as exc:
                if isinstance(exc, NoHostError) and exc.host == target.host:
                    raise
                failure = ScrapeError(
                    f"the robots.txt of {target.host} cannot be read, so nothing else there is"
                    f" read: {exc.message}",
                    hint=exc.hint,
                )
                failure.retryable = exc.retryable
                raise failure from exc
            robots.keep(target.origin, rules)
        if not rules.allow(target.url):
            raise ScrapeError(
                f"{target.host} does not want programs to read this page (robots.txt)",
                hint="open it in a browser, or set respect_robots=False if you may read it",
            )

    async def _rules(self, target: Target) -> Rules:
        """The site's rules; a site without any allows all (RFC 9309)."""
        place = replace(target, path="/robots.txt")
        for _ in range(self._house.redirects + 1):
            headers = _headers(place, self._house.user_agent, None)
            intake = Intake(self._house.most, self._house.decoded, enough=ROBOTS_MOST)
            reply = await self._ask(place, headers, intake)
            if reply.head.status in _REDIRECTS:
                place = self._redirected(reply.head, secure=False)
            elif reply.head.status < 500:
                return Rules(reply.body)
            else:
                raise _refusal(reply.head)
        return Rules()

    async def _read(self, reply: Reply, known: Page | None) -> Page:
        status = reply.head.status
        if status == 304 and known is not None:
            page = known
        elif status in (200, 203):
            with self._budget.timed("extract"):
                work = partial(read, reply, self._house.extract, self._budget.left())
                page = await self._wire.work(work)
        else:
            raise _refusal(reply.head)
        return replace(page, fetched_at=time.time(), timings=self._budget.spent())

    async def _enter(self, host: str) -> None:
        """Takes a turn at the host, and leaves the one before: who holds two may wait for ever."""
        if host == self._host:
            return
        self._leave()
        turn = self._house.turns.take(host)
        try:
            await self._wire.wait(turn, self._budget.left())
        except BaseException as exc:
            self._house.turns.give_up(host, turn)
            if isinstance(exc, TimeoutError):
                raise _crowded(host) from exc
            raise
        self._host = host
        if (pause := self._house.turns.pause(host)) > 0:
            if pause > self._budget.left():
                raise _crowded(host)
            await self._wire.sleep(pause)

    def _leave(self) -> None:
        if self._host is not None:
            self._house.turns.end(self._host)
            self._host = None


def _headers(target: Target, user_agent: str, known: Page | None) -> dict[str, str]:
    headers = {
        "Host": target.authority,
        "User-Agent": user_agent,
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip, deflate",
    }
    if known is not None and known.url == target.url:
        tags = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        headers |= {name: tag for name, tag in tags.items() if tag and _is_header(tag)}
    return headers


def _is_header(value: str) -> bool:
    return value.isascii() and value.isprintable() and value == value.strip()


def _retry_after_s(head: Head) -> float | None:
    """Seconds that the server asks to be left alone."""
    said = head.get("retry-after").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _refusal(head: Head) -> ScrapeError:
    """The error for an answer that is no page."""
    host, status = head.target.host, head.status
    match status:
        case 404 | 410:
            return ScrapeError(f"{host} has no such page ({status})", hint="check the link")
        case 401 | 402 | 403 | 407 | 451:
            return ScrapeError(
                f"{host} does not let us read the page ({status})",
                hint="it may need a login; copy its text into a file and read that",
            )
        case 408 | 425 | 429 | 500 | 502 | 503 | 504:
            later = _retry_after_s(head)
            when = f"in {later:.0f} s" if later else "later"
            return PassingError(f"{host} cannot answer now ({status})", hint=f"try again {when}")
    return ScrapeError(f"{host} answers with {status} instead of a page", hint="check the link")


def _crowded(host: str) -> PassingError:
    return PassingError(
        f"other fetches from {host} took all the time", hint="raise timeout or read fewer at once"
    )
