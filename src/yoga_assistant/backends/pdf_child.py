"""The process that reads a PDF: the file comes in by stdin, a line of JSON for each page goes out.

It is run as a script, knows nothing of the library, and may be ended at any moment.
"""

from __future__ import annotations

import io
import json
import logging
import sys
import time
from typing import Any, Final

MEMORY_MOST: Final = 450_000_000  # bytes of address space


def main(max_pages: int, max_chars: int, timeout_s: float) -> None:
    end = time.monotonic() + timeout_s
    logging.disable()
    _limit(timeout_s)
    data = sys.stdin.buffer.read()
    try:
        reader = _opened(data)
        if reader is None:
            _say(failure="is locked by a password")
            return
        _say(**_about(reader))
        _say_pages(reader, max_pages, max_chars, end)
    except Exception as exc:
        _say(failure=_damage(exc))


def _opened(data: bytes) -> Any:
    """The reader for a file; None if it takes a password."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        try:
            if not reader.decrypt(""):  # many are locked against change only
                return None
        except (DependencyError, NotImplementedError):
            return None
    return reader


def _about(reader: Any) -> dict[str, str | None]:
    about = reader.metadata
    if about is None:
        return {}
    try:
        date = about.creation_date
    except (ValueError, TypeError, AttributeError):
        date = None
    return {
        "title": str(about.title or ""),
        "author": str(about.author or ""),
        "date": date.date().isoformat() if date else None,
    }


def _say_pages(reader: Any, max_pages: int, max_chars: int, end: float) -> None:
    for page in reader.pages[:max_pages]:
        if max_chars <= 0 or time.monotonic() > end:
            return
        try:
            text = page.extract_text()[:max_chars]
        except Exception as exc:  # the others may be sound
            _say(failure=_damage(exc))
            continue
        max_chars -= len(text)
        _say(pages=[text])


def _damage(error: Exception) -> str:
    return f"is damaged: {type(error).__name__}: {str(error)[:200]}"


def _say(**found: object) -> None:
    print(json.dumps(found), flush=True)


def _limit(timeout_s: float) -> None:
    """Bounds memory and time by the operating system too, where it can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    seconds = int(timeout_s) + 2
    for kind, most in ((resource.RLIMIT_AS, MEMORY_MOST), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, hard))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
