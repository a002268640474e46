"""How much memory a drawing takes at its peak."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import torch

from ...errors import needs_extra

_EVERY: Final = 0.005  # seconds between two looks


def peak_memory(draw: Callable[[], object]) -> int:
    """Bytes at the peak of one call: of the GPU if there is one, else of the whole process.

    The second counts Python and its libraries as well, and misses what is shorter than 5 ms.
    """
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
        draw()
        return int(torch.cuda.max_memory_allocated())
    return _of_process(draw)


def _of_process(draw: Callable[[], object]) -> int:
    try:
        import psutil
    except ImportError as error:
        raise needs_extra("eval", "measuring memory") from error
    process, done, seen = psutil.Process(), threading.Event(), [0]

    def look() -> None:
        while not done.wait(_EVERY):
            seen.append(process.memory_info().rss)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        draw()
        seen.append(process.memory_info().rss)
    finally:
        done.set()
        watcher.join()
    return max(seen)
