"""A bar that shows how far long work has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

Tick = Callable[[str], None]  # told what is done, one piece of the work at a time
_TOLD: Final = 40  # characters of what is done, from its end


@contextmanager
def progress(label: str, total: int, wanted: bool | None = None) -> Iterator[Tick]:
    """A bar on the standard error while `total` pieces of work are done.

    Args:
        wanted: whether to show it; by default where a person watches more than one piece.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    shown = (console.is_terminal or console.is_jupyter) and total > 1 if wanted is None else wanted
    words = TextColumn("{task.description} {task.fields[last]}", markup=False)
    columns = BarColumn(), MofNCompleteColumn(), words
    with Progress(*columns, console=console, disable=not shown) as bar:
        task = bar.add_task(label, total=total, last="")
        yield lambda done: bar.update(task, advance=1, last=done[-_TOLD:])
