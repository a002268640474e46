"""robots.txt: what a site asks of programs, kept for an hour."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from protego import Protego

AGENT: Final = "yoga-assistant"  # by which a robots.txt may speak of us
ROBOTS_MOST: Final = 512_000  # bytes that are read of one; RFC 9309 asks for no fewer
_KEPT_S: Final = 3600.0
_SITES_MOST: Final = 1000

_USER_AGENT = re.compile(r"\s*user[\s-]*agent(?:\s*:|\s)\s*([^#]*)", re.IGNORECASE)
_ANOTHER: Final = "another"  # stands for every agent that we are not


class Rules:
    """What one robots.txt allows us; without one, everything."""

    def __init__(self, body: bytes = b"") -> None:
        text = body.decode("utf-8-sig", "replace")
        self._rules = Protego.parse("\n".join(map(_ours, text.splitlines())))

    def allow(self, url: str) -> bool:
        return self._rules.can_fetch(url, AGENT)


class Robots:
    """The rules of the sites that were asked for theirs."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._known: dict[str, tuple[float, Rules]] = {}

    def of(self, origin: str) -> Rules | None:
        with self._lock:
            until, rules = self._known.get(origin, (0.0, None))
            return rules if self._clock() < until else None

    def keep(self, origin: str, rules: Rules) -> None:
        with self._lock:
            self._known.pop(origin, None)
            while len(self._known) >= _SITES_MOST:
                del self._known[next(iter(self._known))]  # the oldest
            self._known[origin] = self._clock() + _KEPT_S, rules

    def forget(self) -> None:
        with self._lock:
            self._known.clear()


def own_version() -> str:
    """Our version, as it was installed."""
    try:
        return version(AGENT)
    except PackageNotFoundError:  # run from its source
        return "0"


def _ours(line: str) -> str:
    """The line, with one name for all agents that we are not.

    Protego takes quadratic time for many names before many rules.
    """
    match = _USER_AGENT.match(line)
    if match is None:
        return line
    name = match[1].partition("/")[0].strip().lower()
    if name != "*" and name.rstrip("*") != AGENT:
        name = _ANOTHER
    return f"User-agent: {name}"
