"""Keeps the bars and notices of other libraries from a user's screen while models are opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any


@contextmanager
def quiet() -> Iterator[None]:
    """Within it diffusers and transformers show no bars and tell of nothing but errors."""
    from diffusers.utils import logging as of_diffusers
    from transformers.utils import logging as of_transformers

    with ExitStack() as stack:
        for logging in (of_diffusers, of_transformers):
            stack.enter_context(_silenced(logging))
        yield


@contextmanager
def _silenced(logging: Any) -> Iterator[None]:
    had_bars, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if had_bars:
            logging.enable_progress_bar()
