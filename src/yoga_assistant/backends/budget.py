"""What one fetch may spend: seconds over all its hops, and bytes in each exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from .scrape_errors import PassingError, too_big

_HEAD_MOST: Final = 131_072  # bytes on the wire besides a body: status, headers, chunk sizes


class Budget:
    """Counts down; whoever wants more than is left gets a ScrapeError instead.

    Args:
        timeout_s: for the fetch as a whole, whatever it does.
        most: bytes that one answer may have on the wire.
    """

    def __init__(self, timeout_s: float, most: int, clock: Callable[[], float]) -> None:
        self.most, self._connect_s = most, min(timeout_s / 3, 10.0)
        self.timings = dict.fromkeys(("dns", "connect", "fetch", "extract"), 0.0)
        self._timeout_s, self._clock = timeout_s, clock
        self._end = clock() + timeout_s
        self._bytes_left = most + _HEAD_MOST

    def left(self, most: float | None = None) -> float:
        """Seconds that the next step may take, `most` at the most.

        Raises:
            PassingError: there are none.
        """
        if (left := self._end - self._clock()) <= 0:
            raise self.late()
        return left if most is None else min(left, most)

    def connecting(self, most: float | None = None) -> float:
        """Seconds that may pass until a connection stands."""
        return min(self._connect_s, self.left(most))

    def late(self) -> PassingError:
        return PassingError(
            f"the page did not come within {self._timeout_s:g} s",
            hint="raise timeout or try again later",
        )

    def took(self, data: bytes) -> bytes:
        """Counts bytes that came in."""
        self._bytes_left -= len(data)
        if self._bytes_left < 0:
            raise too_big(self.most)
        self.left()
        return data

    @contextmanager
    def exchange(self) -> Iterator[None]:
        """A question and its answer, which may have its bytes anew."""
        self._bytes_left = self.most + _HEAD_MOST
        with self.timed("fetch"):
            yield

    @contextmanager
    def within(self, share: float) -> Iterator[None]:
        """Something that may only take a share of the time that is left."""
        end = self._end
        self._end = self._clock() + self.left() * share
        try:
            yield
        finally:
            self._end = end

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        start = self._clock()
        try:
            yield
        finally:
            self.timings[stage] += self._clock() - start

    def spent(self) -> dict[str, float]:
        """Seconds by stage; fetching is what remains of it without looking up and connecting."""
        apart = self.timings["dns"] + self.timings["connect"]
        return {**self.timings, "fetch": max(0.0, self.timings["fetch"] - apart)}
