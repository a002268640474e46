"""Local files as pages: PDF, HTML, Markdown and plain text, one by one or a folder of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ..errors import ScrapeError
from ..types import Page, Unread
from .charset import decode
from .html import extract
from .media import LOOK_AT, Kind, kind_of
from .pdf import read_pdf
from .plain import read_text

MOST_BYTES: Final = 50_000_000
_TYPES: Final = {
    ".pdf": "application/pdf",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".text": "text/plain",
}
_READABLE: Final = "PDF, HTML, Markdown and plain text can be read"


class FileReader:
    """Reads files as a scraper reads links: `fetch(path) -> Page`.

    The page's `url` is the file's path; its `etag` changes when the file does.

    Args:
        clock: the time in Unix seconds, noted with each page.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock

    def fetch(self, path: str) -> Page:
        """The text of a file.

        Raises:
            ScrapeError: it is not there, too large, damaged, or nothing that is read here.
            MissingExtraError: it is a PDF, and pypdf is not installed.
        """
        try:
            etag, data = _etag(path), _bytes(path)
        except OSError as exc:
            raise _unreadable(path, exc) from exc
        started = time.perf_counter()
        page = _page(data, path)
        timings = {"extract": time.perf_counter() - started}
        # A saved page may name another's address as its own; here the file is what is cited.
        return replace(
            page, url=path, canonical=None, etag=etag, fetched_at=self._clock(), timings=timings
        )

    def refresh(self, page: Page) -> Page:
        """The file as it is now; one that has not changed is not read again.

        Raises:
            ScrapeError, MissingExtraError: as `fetch`.
        """
        try:
            same = _etag(page.url) == page.etag
        except OSError as exc:
            raise _unreadable(page.url, exc) from exc
        return replace(page, fetched_at=self._clock()) if same else self.fetch(page.url)


@dataclass(frozen=True, slots=True)
class Places:
    """Links and files, each once, and what was passed over in folders."""

    links: list[str]
    files: list[str]
    skipped: list[Unread]


def sort_out(places: Iterable[str | Path]) -> Places:
    """Tells links from files and looks into folders.

    Hidden files and folders are left out, and links to folders are not followed.
    """
    links, files, skipped = dict[str, None](), dict[str, None](), list[Unread]()
    for place in places:
        path = Path(place).expanduser().absolute()
        if isinstance(place, str) and _is_link(place, path):
            links[place.strip()] = None
        elif path.is_dir():
            files |= dict.fromkeys(_readable(path, skipped))
        else:
            files[str(path)] = None
    return Places(list(links), list(files), skipped)


def _is_link(text: str, path: Path) -> bool:
    """Whether it has a scheme, or else begins like a site and ends unlike a file."""
    if "://" in text or os.path.lexists(path):
        return "://" in text
    site = text.strip().partition("/")[0]
    return "." in site.strip(".~") and path.suffix.lower() not in _TYPES


def _readable(folder: Path, skipped: list[Unread]) -> Iterator[str]:
    """The files under a folder that are of a kind that is read."""
    for path in _walk(folder, skipped):
        if path.suffix.lower() in _TYPES and path.is_file():
            yield str(path)
        else:
            skipped.append(Unread(str(path), "it is of a kind that is not read", _READABLE))


def _walk(folder: Path, skipped: list[Unread]) -> Iterator[Path]:
    def note(error: OSError) -> None:
        skipped.append(Unread(str(error.filename), error.strerror or str(error)))

    for here, folders, names in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(here, name) for name in sorted(names) if not name.startswith("."))


def _bytes(path: str) -> bytes:
    if not os.path.isfile(path):
        raise ScrapeError(f"{path!r} is no regular file", url=path, hint="check the path")
    with open(path, "rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        megabytes = MOST_BYTES // 1_000_000
        raise ScrapeError(f"{path!r} is larger than {megabytes} MB", url=path, hint="divide it")
    if not data.strip():
        raise ScrapeError(f"{path!r} is empty", url=path, hint="check the path")
    return data


def _page(data: bytes, path: str) -> Page:
    declared = _TYPES.get(Path(path).suffix.lower(), "")
    match _kind(declared, data, path):
        case "pdf":
            return read_pdf(data, path)
        case "text":
            return read_text(decode(data, ""), path)
        case "html":
            return extract(decode(data, ""), path)


def _kind(declared: str, data: bytes, path: str) -> Kind:
    try:
        return kind_of(declared, data[:LOOK_AT], path)
    except ScrapeError as exc:
        raise ScrapeError(
            f"{path!r} is of a kind that is not read", url=path, hint=_READABLE
        ) from exc


def _etag(path: str) -> str:
    stat = os.stat(path)
    return f"{stat.st_mtime_ns}-{stat.st_size}"


def _unreadable(path: str, error: OSError) -> ScrapeError:
    why = error.strerror or str(error)
    return ScrapeError(f"{path!r} cannot be read: {why}", url=path, hint="check the path")
