"""Politeness between fetches: one at a time for each host, with a gap before the next."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

_HOSTS_MOST: Final = 1000  # remembered before those that nobody waits for are forgotten


@dataclass(slots=True)
class _Line:
    free_at: float = 0.0
    busy: bool = False
    waiting: deque[Future[None]] = field(default_factory=deque)


class Turns:
    """A line of fetches for each host; threads and event loops may stand in the same one."""

    def __init__(self, gap_s: float, clock: Callable[[], float]) -> None:
        self._gap_s, self._clock = gap_s, clock
        self._lock = threading.Lock()
        self._lines: dict[str, _Line] = {}

    def take(self, host: str) -> Future[None]:
        """Done as soon as it is our turn, which `give_up` or `end` must end."""
        future: Future[None] = Future()
        with self._lock:
            if len(self._lines) > _HOSTS_MOST:
                self._forget()
            line = self._lines.setdefault(host, _Line(free_at=self._clock()))
            if line.busy:
                line.waiting.append(future)
            else:
                line.busy = True
                future.set_result(None)
        return future

    def pause(self, host: str) -> float:
        """Seconds still to wait in one's turn, for the gap."""
        with self._lock:
            return max(0.0, self._lines[host].free_at - self._clock())

    def end(self, host: str) -> None:
        """Lets the next one have its turn."""
        with self._lock:
            line = self._lines[host]
            line.free_at = self._clock() + self._gap_s
            line.busy = False
            while line.waiting and not line.busy:
                following = line.waiting.popleft()
                if following.set_running_or_notify_cancel():
                    line.busy = True
                    following.set_result(None)

    def give_up(self, host: str, future: Future[None]) -> None:
        """Leaves the line, though the turn may just have come."""
        if not future.cancel():
            self.end(host)

    def _forget(self) -> None:
        now = self._clock()
        idle = [host for host, line in self._lines.items() if not line.busy and line.free_at < now]
        for host in idle:
            del self._lines[host]
