"""Blocks as light Markdown: headings, lists, tables, code and paragraphs, and nothing invisible."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from .html_blocks import CELL, Block

# What takes no ink: controls, zero-width and directional marks, fillers, variation selectors,
# the tags block, private use. A text can carry a message in them that no reader sees.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ue000-\uf8ff\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\uffff\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U0010ffff]"
)
_BLANK_LINES = re.compile(r"\n{3,}")


def markdown(blocks: Sequence[Block]) -> str:
    """The blocks in order; what belongs together (a list, a table) without blank lines between."""
    pieces: list[str] = []
    before: Block | None = None
    for block in blocks:
        joined = before is not None and _joins(before, block)
        pieces += ["\n" if joined else "\n\n", *_lines(block, first_row=not joined)]
        before = block
    return "".join(pieces).strip("\n")


def cleaned(text: str) -> str:
    """Text without what is invisible, in Unicode's composed form (NFC)."""
    return _BLANK_LINES.sub("\n\n", unicodedata.normalize("NFC", _INVISIBLE.sub("", text))).strip()


def _joins(before: Block, block: Block) -> bool:
    if block.kind == "row":
        return before.kind == "row" and before.box != block.box
    return block.item and before.item


def _lines(block: Block, *, first_row: bool) -> Iterator[str]:
    text = block.text
    if block.kind == "row":
        yield from _row(text, first_row)
    elif block.kind == "pre":
        yield f"```\n{text}\n```"
    elif block.item:
        yield "  " * (block.depth - 1) + "- " + text.replace("\n", " ")
    elif _is_heading(block):
        yield "#" * int(block.kind[1]) + " " + text.replace("\n", " ")
    elif block.kind == "quote":
        yield "> " + text.replace("\n", "\n> ")
    else:
        yield text


def _is_heading(block: Block) -> bool:
    return len(block.kind) == 2 and block.kind[0] == "h"


def _row(text: str, first: bool) -> Iterator[str]:
    cells = [" ".join(cell.split()).replace("|", "\\|") for cell in text.lstrip(CELL).split(CELL)]
    yield "| " + " | ".join(cells) + " |"
    if first:
        yield "\n|" + " --- |" * len(cells)
