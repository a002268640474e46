"""The kinds of ScrapeError that the fetcher tells apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import ScrapeError, YogaError


class PassingError(ScrapeError):
    """It may work later."""

    retryable = True


class UnreachableError(PassingError):
    """No connection came about: another way to the host may still work."""


class NoHostError(ScrapeError):
    """No page of this host can be read, whatever the rest of the link says."""

    def __init__(self, host: str, message: str, *, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.host = host


def too_big(most: int) -> ScrapeError:
    return ScrapeError(
        f"the page is larger than {most:,} bytes",
        hint="raise max_bytes and max_decoded if it is meant to be",
    )


@contextmanager
def own_errors(link: str) -> Iterator[None]:
    """Turns whatever goes wrong inside into our errors, with the link as it was given."""
    try:
        yield
    except ScrapeError as exc:
        exc.url = link
        raise
    except YogaError:
        raise
    except Exception as exc:
        raise ScrapeError(
            f"reading {link[:200]!r} failed: {type(exc).__name__}: {str(exc)[:200]}",
            url=link,
            hint="this is a fault of the library; please report it with the link",
        ) from exc
