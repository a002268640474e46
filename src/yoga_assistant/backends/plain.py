"""Plain text and Markdown as pages: what can be seen of it, with a title."""

from __future__ import annotations

import re
from typing import Final

from ..errors import ScrapeError
from ..types import Page
from .markdown import cleaned
from .media import name_of

_HEADING = re.compile(
    r"^[ ]{0,3}[#]{1,6}[ \t]+([^\n]*) $ | ^(\S[^\n]*)\n[ ]{0,3}(?:=+|-{3,})$", re.M | re.X
)
_LINE_END = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_LOOK_AT: Final = 20_000  # characters in which a title may stand
_TITLE_MOST: Final = 200


def read_text(text: str, url: str) -> Page:
    """A page from plain text or Markdown; its title is the first heading, or the file's name.

    Raises:
        ScrapeError: there is no word in it.
    """
    text = visible(text)
    if not any(map(str.isalnum, text)):
        raise ScrapeError("there is no text in it", url=url, hint="check the link")
    return Page(url=url, title=_heading(text) or name_of(url), text=text)


def visible(text: str) -> str:
    """The text without what a reader does not see, every line ended alike."""
    return cleaned(_LINE_END.sub("\n", text))


def _heading(text: str) -> str:
    match = _HEADING.search(text[:_LOOK_AT])
    return (match[1] or match[2] or "").rstrip("# \t")[:_TITLE_MOST] if match else ""
