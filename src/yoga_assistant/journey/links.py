"""The question | its links: what a person asked, and what they pasted into it."""

import re
from collections.abc import Iterator

from .domains import MARKS, is_domain
from .holes import HOLE, mend


def split_links(question: str) -> tuple[str, list[str]]:
    """The question without its links, and the links as written, in order, each once.

    A link is `http(s)://…`, `www.…`, or the bare name of a site with or without a path
    (`example.org/poses`). Mail addresses, file names, numbers, abbreviations and other schemes
    are none, nor are two sentences without a blank between them ("I did crow.It hurt").

    No word is put in a link's place: "What does https://x.org say about crow?" leaves "What does
    say about crow?". Whatever stood there would be searched for and answered though nobody said
    it. What held nothing but the link goes with it: brackets, quotes, a list mark, a colon, a
    lead-in ("Source: …", "(see …)"), the "and" between two links. A Markdown link leaves its
    text. The rest of the question stays as it was, its blanks and line breaks too.

    The time it takes grows with the length of the question and with nothing else.
    """
    holed, links = _cut(question)
    if not links:
        return question.strip(), []
    rest = mend(holed)
    if _cut(rest)[1]:  # closing a gap has made a link out of two halves
        rest = " ".join(holed.replace(HOLE, " · ").split())
    return rest, list(dict.fromkeys(links))


def _cut(text: str) -> tuple[str, list[str]]:
    """The text with a hole where each link was, and the links."""
    pieces: list[str] = []
    links: list[str] = []
    at = 0
    for outer, start, end in _find(text):
        pieces += text[at:outer], HOLE
        at = end
        if not _FACE.match(text, end):  # [example.org](https://example.org) is one link
            links.append(text[start:end])
    return "".join([*pieces, text[at:]]), links


def _find(text: str) -> Iterator[tuple[int, int, int]]:
    """(where its mark-up begins, start, end) of each link."""
    at = 0
    while token := _TOKEN.search(text, at):
        at = token.end()
        if token["scheme"]:
            host = _HOST.match(text, at)
            found = host and (token.start(), token.start("last"), _end(text, token.start("last"), host.end()))
        else:
            found = _bare(text, *token.span())
        if found:
            yield found
            at = found[2]


def _bare(text: str, start: int, end: int) -> tuple[int, int, int] | None:
    ...


# Scripts written without blanks, so that a link may stand in the middle of what looks like a word.
_CJK = r"\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_LETTER = rf"\w{MARKS}"
