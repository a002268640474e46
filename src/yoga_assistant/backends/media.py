"""Tells what a reply is: what its server says, checked against what its first bytes show."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from ..errors import ScrapeError

Kind = Literal["html", "text", "pdf"]
LOOK_AT: Final = 1024  # bytes that must be there for `kind_of` to be sure

_HTML: Final = frozenset(("text/html", "application/xhtml+xml"))
_XML: Final = frozenset(("text/xml", "application/xml"))
_TEXT: Final = frozenset(("text/plain", "text/markdown", "text/x-markdown"))
_PDF: Final = frozenset(("application/pdf", "application/x-pdf"))
_UNSAID: Final = frozenset(("", "application/octet-stream", "binary/octet-stream"))
_SUFFIXES: Final = frozenset((".txt", ".text", ".md", ".markdown"))

# The first bytes of what is most often mislabelled.
_SIGNATURES: Final = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp or audio"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf", "application/x-7z-compressed"),
    (b"Rar!", "application/vnd.rar"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"SQLite format 3", "application/vnd.sqlite3"),
    (b"%!PS", "application/postscript"),
    (b"{\\rtf", "application/rtf"),
)
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>/]", re.IGNORECASE)
# Other beginnings of pages, believed where nobody says what it is: Markdown has them as well.
_TAG = re.compile(
    rb"<(?:script|iframe|h1|div|font|table|a|style|title|b|br|p|meta|article|main)[\s>/]", re.I
)
_PROLOGUE = re.compile(rb"(?:\s|<!--.*?-->|<\?xml[^>]*\?>)*", re.DOTALL)
# Bytes that no text holds (WHATWG MIME Sniffing Standard, "binary data byte").
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")


def kind_of(content_type: str, start: bytes, url: str) -> Kind:
    """How to read a reply that begins with `start`.

    Raises:
        ScrapeError: it is nothing that is read here, or not what its server says.
    """
    declared = content_type.partition(";")[0].strip().lower()
    if declared not in _HTML | _XML | _TEXT | _PDF | _UNSAID:
        raise _unreadable(declared)
    if start.lstrip().startswith(b"%PDF-"):
        return "pdf"
    if (shown := _binary(start, content_type)) is not None:
        raise _unreadable(shown, declared)
    if declared in _HTML or _begins(start, _MARKUP):
        return "html"
    if declared in _TEXT or (declared in _UNSAID and _is_text_file(url)):
        return "text"
    if not declared:
        return "html" if _begins(start, _TAG) else "text"
    raise _unreadable("not a PDF" if declared in _PDF else declared)


def name_of(url: str) -> str:
    """The name of the file that an address ends in, or else the host's."""
    parts = urlsplit(url)
    return PurePosixPath(unquote(parts.path)).name or parts.hostname or url


def _begins(start: bytes, tag: re.Pattern[bytes]) -> bool:
    start = start.removeprefix(b"\xef\xbb\xbf")
    prologue = _PROLOGUE.match(start)
    return tag.match(start, prologue.end() if prologue else 0) is not None


def _is_text_file(url: str) -> bool:
    return PurePosixPath(urlsplit(url).path).suffix.lower() in _SUFFIXES


def _binary(start: bytes, content_type: str) -> str | None:
    """What kind of binary file it is, if it is one."""
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            return kind
    if start.startswith(_WIDE) or "utf-16" in content_type.lower():
        return None
    return "a binary file" if _BINARY.search(start) else None


def _unreadable(shown: str, declared: str = "") -> ScrapeError:
    though = f", though its server calls it {declared[:60]}" if declared else ""
    return ScrapeError(
        f"what the link points at cannot be read: it is {shown[:60]}{though}",
        hint="pages (HTML), plain text, Markdown and PDF can be read",
    )
