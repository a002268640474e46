"""What every benchmark prints: a table, the machine it ran on, and how far repeated runs spread."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints a table and, below it, the machine."""
    table = Table(title=title, title_justify="left")
    for number, name in enumerate(header):
        table.add_column(name, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*map(str, row))
    console = Console(width=120)
    console.print(table)
    console.print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
                  f"Python {platform.python_version()}, {platform.system()}")  # fmt: skip


def seconds(work: Callable[[], object], runs: int) -> list[float]:
    """How long `work` took, run by run, after one run that does not count."""
    work()
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return taken


def ms(taken: Sequence[float], digits: int = 2) -> str:
    """Median [min, max] in milliseconds."""
    middle, low, high = statistics.median(taken), min(taken), max(taken)
    return f"{middle * 1e3:.{digits}f} [{low * 1e3:.{digits}f}, {high * 1e3:.{digits}f}]"


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson's score."""
    z, share = 1.96, right / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * ((share * (1 - share) + z * z / (4 * n)) / n) ** 0.5 / (1 + z * z / n)
    return middle - half, middle + half
