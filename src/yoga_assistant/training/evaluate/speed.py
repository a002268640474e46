"""How long a drawing takes."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable

from .score import Score, bootstrap


def speed(draw: Callable[[], object], *, runs: int = 5, warm_up: int = 1) -> Score:
    """Seconds of one call here; the first ones, which load and compile, do not count.

    Timings of two machines, or of two moments, are not comparable: measure both in one run.

    Raises:
        ValueError: there is nothing to measure.
    """
    if runs < 1 or warm_up < 0:
        raise ValueError(f"runs is at least 1 and warm_up 0, not {runs!r} and {warm_up!r}")
    for _ in range(warm_up):
        draw()
    taken = [_seconds(draw) for _ in range(runs)]
    name = f"time of a picture (this {platform.machine()} machine)"
    return bootstrap(name, taken, unit="s", higher_is_better=False)


def _seconds(draw: Callable[[], object]) -> float:
    started = time.perf_counter()
    draw()
    return time.perf_counter() - started
