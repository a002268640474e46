"""A web page as it is read: the main content of HTML as light Markdown, and what it says of itself.

The journey of a page: `html_scan` refuses hostile mark-up, lexbor parses, `html_meta` reads the
head, `html_blocks` reads what is shown, `html_choose` keeps the main content, `markdown` writes.
"""

from __future__ import annotations

import re
from collections.abc import Set

from selectolax.lexbor import LexborHTMLParser

from ..errors import ScrapeError
from ..types import Page
from .html_blocks import Reading, read
from .html_choose import choose
from .html_meta import read_meta
from .html_scan import refuse_hostile
from .markdown import cleaned, markdown

_TOO_LITTLE = 25  # words shown: less is a shell that scripts fill, or a cover over the page
_HELD_BACK = 80  # words; less is a word to readers without scripts, not the page
_EMPTY = 40  # characters; a shorter extract is an error, not a page
_OPENERS = ("aria-controls=", "aria-owns=", "data-target=", "data-bs-target=")
_ID = re.compile(r"""["']?#?([^"'<>\s]{1,99})""")
_NEEDS_SCRIPTS = re.compile(r"java\s?script", re.IGNORECASE)


def extract(html: str, url: str) -> Page:
    """The main content of a page, as light Markdown, with title, author, date and language.

    Only what a reader sees is taken; chrome (menus, teasers, banners, footers) is left out.

    Args:
        html: the page, decoded.
        url: where it was found; a relative canonical address is joined to it.

    Raises:
        ScrapeError: the mark-up is hostile, or nothing is to be read without running scripts.
    """
    refuse_hostile(html, url)
    tree = LexborHTMLParser(html.encode("utf-8", "replace").decode("utf-8"))
    meta = read_meta(tree, url)
    text = cleaned(markdown(choose(shown(tree, html), meta.genre)))
    if len(text) < _EMPTY or (len(text) < 10 * _EMPTY and _NEEDS_SCRIPTS.search(text)):
        raise _nothing_to_read(html, url)
    return Page(
        url=url,
        title=meta.title,
        text=text,
        author=meta.author,
        date=meta.date,
        canonical=meta.canonical,
        language=meta.language,
    )


def shown(tree: LexborHTMLParser, html: str) -> Reading:
    """What the page shows; if that is next to nothing, what it keeps for readers without scripts.

    Forums keep their text in <noscript>, some pages fade in as a whole. What is hidden stays so.
    """
    root = tree.root
    if root is None:
        return Reading()
    reading = read(root, _openers(html))
    if _words(reading) >= _TOO_LITTLE:
        return reading
    more = read(root, _openers(html), scriptless=True)
    return more if _words(more) >= _HELD_BACK else reading


def _words(reading: Reading) -> float:
    return sum(block.size for block in reading.blocks)


def _openers(html: str) -> Set[str]:
    """The ids of what a click opens; found in the text, which is faster than in the tree."""
    parts = (part for opener in _OPENERS for part in html.split(opener)[1:])
    return {match[1] for part in parts if (match := _ID.match(part[:102]))}


def _nothing_to_read(html: str, url: str) -> ScrapeError:
    if "<script" in html.lower():
        return ScrapeError(
            f"{url!r} shows nothing without running its scripts",
            url=url,
            hint="this page needs JavaScript; give a link that holds the text itself",
        )
    return ScrapeError(
        f"{url!r} holds no text to read", url=url, hint="check that the link points at an article"
    )
