"""From a reply to a page, by what it is: HTML, plain text or PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal
from urllib.parse import urlsplit

from ..errors import ScrapeError, YogaError, needs_extra
from ..types import Page
from .charset import decode
from .exchange import Head, Reply
from .markdown import cleaned
from .media import LOOK_AT, kind_of
from .pdf import read_pdf
from .plain import read_text

Extract = Callable[[str, str], Page]
_MOBILE = frozenset(("www", "m", "mobile", "amp"))


def extractor(choice: Literal["own", "trafilatura"] | Extract) -> Extract:
    """The way from HTML to a page that `choice` stands for.

    Raises:
        MissingExtraError: trafilatura is not installed.
        ValueError: there is no such way.
    """
    if callable(choice):
        return choice
    if choice == "own":
        from .html import extract

        return extract
    if choice == "trafilatura":
        return _trafilatura()
    raise ValueError(f"extract is 'own', 'trafilatura' or a callable, not {choice!r}")


def judge(head: Head, start: bytes) -> None:
    """Refuses what is no page by its first bytes, before the rest is waited for."""
    kind_of(_content_type(head), start, head.target.url)


def read(reply: Reply, extract: Extract, timeout_s: float) -> Page:
    """The page that a good reply holds, with all that its head says of it.

    Args:
        timeout_s: that reading a PDF may take.

    Raises:
        ScrapeError: it cannot be read.
        MissingExtraError: it is a PDF, and pypdf is not installed.
    """
    head, url = reply.head, reply.head.target.url
    page = _page(reply, extract, timeout_s)
    return replace(
        page,
        url=url,
        canonical=page.canonical if _is_same_site(page.canonical, url) else None,
        etag=head.get("etag") or None,
        last_modified=head.get("last-modified") or None,
    )


def _page(reply: Reply, extract: Extract, timeout_s: float) -> Page:
    content_type, url = _content_type(reply.head), reply.head.target.url
    if not reply.body.strip():
        raise ScrapeError("the page is empty", hint="check the link")
    match kind_of(content_type, reply.body[:LOOK_AT], url):
        case "pdf":
            return read_pdf(reply.body, url, timeout_s=timeout_s)
        case "text":
            return read_text(decode(reply.body, content_type), url)
        case "html":
            return _extracted(decode(reply.body, content_type), url, extract)


def _extracted(html: str, url: str, extract: Extract) -> Page:
    try:
        return extract(html, url)
    except YogaError:
        raise
    except Exception as exc:
        raise ScrapeError(
            f"no text could be taken out of the page: {type(exc).__name__}: {str(exc)[:200]}",
            hint="try another extractor, as in scraper='web:trafilatura'",
        ) from exc


def _content_type(head: Head) -> str:
    return head.all("content-type")[-1] if head.all("content-type") else ""


def _is_same_site(canonical: str | None, url: str) -> bool:
    """Whether a page may say that it is really at `canonical`.

    Not on another host: a stranger's page would take the place of the one that is there.
    """
    if canonical is None:
        return False
    try:
        return _site(canonical) == _site(url)
    except ValueError:
        return False


def _site(url: str) -> str:
    host = urlsplit(url).hostname or ""
    return ".".join(label for label in host.split(".") if label not in _MOBILE)


def _trafilatura() -> Extract:
    try:
        import trafilatura
    except ImportError as exc:
        raise needs_extra("trafilatura", "extract='trafilatura'") from exc
    from .html_scan import refuse_hostile

    def extract(html: str, url: str) -> Page:
        refuse_hostile(html, url)
        text = trafilatura.extract(html, url=url, output_format="markdown")
        if not text:
            raise ScrapeError("the page holds no text to read", url=url, hint="check the link")
        about = trafilatura.extract_metadata(html, default_url=url)
        return Page(
            url=url,
            title=about.title or "",
            text=cleaned(text),
            author=about.author,
            date=about.date,
            canonical=about.url,
            language=about.language,
        )

    return extract
