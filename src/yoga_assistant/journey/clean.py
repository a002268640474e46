"""A document cut into passages short enough to quote."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..types import Document, Passage

MOST = 1_200  # characters; a paragraph longer than this is cut at a sentence's end
_HEADING_MOST = 80

_BLANK_LINE = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_SENTENCE_END = re.compile(r"[.!?।。！？][\"'”’)\]]*\s+|\n")


def passages(document: Document) -> list[Passage]:
    """The passages of a document, in order: its paragraphs, a heading with what it heads.

    `passage.text` is `document.text[passage.start:passage.end]`; none is blank.
    """
    spans = (part for span in _paragraphs(document.text) for part in _cut(document.text, *span))
    return [Passage(document, start, end) for start, end in _join_headings(document.text, spans)]


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _BLANK_LINE.finditer(text):
        yield from _stripped(text, start, gap.start())
        start = gap.end()
    yield from _stripped(text, start, len(text))


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > MOST:
        ends = [match.end() for match in _SENTENCE_END.finditer(text, start, start + MOST)]
        blank = text.rfind(" ", start + 1, start + MOST)
        cut = ends[-1] if ends else blank if blank > start else start + MOST
        yield from _stripped(text, start, cut)
        start = cut
    yield from _stripped(text, start, end)


def _join_headings(text: str, spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    heading: tuple[int, int] | None = None
    for start, end in spans:
        if heading and end - heading[0] <= MOST:
            start = heading[0]
        elif heading:
            yield heading
        heading = (start, end) if _is_heading(text[start:end]) else None
        if heading is None:
            yield start, end
    if heading:
        yield heading


def _is_heading(text: str) -> bool:
    """A Markdown heading that stands alone."""
    return text.startswith("#") and "\n" not in text and len(text) <= _HEADING_MOST


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    end -= len(part) - len(part.rstrip())
    if start < end:
        yield start, end
