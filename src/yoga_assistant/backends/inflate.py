"""Undoes the compression of what a server sends, a bounded piece at a time.

A few hundred bytes can stand for a gigabyte, so no more is inflated than may be kept: at the first
byte too many it ends with an error.
"""

from __future__ import annotations

import zlib
from typing import Final

from ..errors import ScrapeError
from .scrape_errors import too_big

_GZIP, _ZLIB, _RAW = 31, 15, -15
_MAGIC: Final = b"\x1f\x8b"  # a gzip stream's first bytes
_MEMBERS_MOST: Final = 100  # parts of a gzip stream; an ordinary one has one
_LATER: Final = "try again; if it stays so, the server is at fault"


class Inflater:
    """Turns chunks as they come into what they stand for, `most` bytes together at the most.

    Raises:
        ScrapeError: `encoding`, the value of Content-Encoding, is none that was asked for; what
            comes is not compressed so, breaks off or is too much.
    """

    def __init__(self, encoding: str, most: int) -> None:
        self._encoding = encoding.strip().lower().removeprefix("x-")
        if self._encoding not in ("", "identity", "gzip", "deflate"):
            raise ScrapeError(
                f"the page is compressed as {encoding[:40]!r}, which was not asked for",
                hint="the server does not keep to HTTP; nothing can be done about it here",
            )
        self._left, self._most = most, most
        self._members = 0
        self._start = b""
        self._stream = zlib.decompressobj(_GZIP) if self._encoding == "gzip" else None

    def feed(self, chunk: bytes) -> bytes:
        if self._encoding in ("", "identity"):
            return self._counted(chunk)
        chunk, self._start = self._start + chunk, b""
        if self._stream is None:
            if len(chunk) < 2:
                self._start = chunk
                return b""
            self._stream = zlib.decompressobj(_ZLIB if _has_zlib_header(chunk) else _RAW)
        try:
            return b"".join(self._pieces(chunk))
        except zlib.error as exc:
            raise ScrapeError(
                f"the page is not compressed as {self._encoding}, as the server says", hint=_LATER
            ) from exc

    def finish(self) -> None:
        """Checks that nothing is missing at the end."""
        if not self._stream.eof if self._stream else self._start:
            raise ScrapeError("the compressed page breaks off", hint=_LATER)

    def _pieces(self, chunk: bytes) -> list[bytes]:
        pieces = []
        while chunk and self._stream is not None:
            if self._stream.eof:
                if self._encoding != "gzip" or not _MAGIC.startswith(chunk[:2]):
                    break  # what follows the end is padding
                if len(chunk) < 2:
                    self._start = chunk
                    break
                self._next_member()
            pieces.append(self._counted(self._stream.decompress(chunk, self._left + 1)))
            chunk = self._stream.unconsumed_tail or self._stream.unused_data
        return pieces

    def _next_member(self) -> None:
        self._members += 1
        if self._members > _MEMBERS_MOST:
            raise ScrapeError("the compressed page has too many parts", hint=_LATER)
        self._stream = zlib.decompressobj(_GZIP)

    def _counted(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left < 0:
            raise too_big(self._most)
        return data


def _has_zlib_header(start: bytes) -> bool:
    """Whether deflate is meant as the standard says, or bare, as many servers take it."""
    return start[0] & 0x0F == 8 and int.from_bytes(start[:2], "big") % 31 == 0
