"""The question | its links: what a person asked, and what they pasted into it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .domains import is_domain

# example.org's; in Turkish, example.org'da and its like
CASE_ENDING = r"['’](?:s|[dt][ae]n?|n?[iıuü]n|y?[aeiıuü])\b"
HOLE = "\x1a"  # SUBSTITUTE, the control character that stands for what is not there


def split_links(question: str) -> tuple[str, list[str]]:
    """The question without its links, and the links as written, in order, each once.

    A link is `http(s)://…`, `www.…`, or the bare name of a site with or without a path
    (`example.org/poses`). Mail addresses, file names, numbers, abbreviations and other schemes
    are none, nor are two sentences without a blank between them ("I did crow.It hurt").

    No word is put in a link's place: "What does https://x.org say about crow?" leaves "What does
    say about crow?". Whatever stood there would be searched for and answered though nobody said
    it. What held nothing but the link goes with it: brackets, quotes, a list mark, a colon, a
    lead-in ("Source: …", "(see …)"), the "and" between two links. A Markdown link leaves its
    text. The rest of the question stays as it was, blanks and line breaks too (CRLF as LF).

    The time it takes grows with the length of the question and with nothing else.
    """
    holed, links = _cut(question)
    if not links:
        return question.strip(), []
    from .holes import mend  # its patterns take as long to compile as all the rest

    rest = mend(holed)
    if _cut(rest)[1]:  # closing a gap has made a link out of two halves
        rest = holed.replace(HOLE, " · ").strip()
    return rest, list(dict.fromkeys(links))


class Found(NamedTuple):
    """A link in a text."""

    outer: int  # where what goes with it begins
    start: int
    end: int


def _cut(text: str) -> tuple[str, list[str]]:
    """The text with a hole where each link was, and the links."""
    pieces: list[str] = []
    links: list[str] = []
    at = 0
    for found in _find(text):
        pieces += text[at : found.outer], HOLE
        at = found.end
        if not _FACE.match(text, at):
            links.append(text[found.start : at])
    return "".join([*pieces, text[at:]]), links


def _find(text: str) -> Iterator[Found]:
    at = 0
    while token := _TOKEN.search(text, at):
        at = token.end()
        for found in _with_scheme(text, token) if token["scheme"] else _bare(text, token):
            yield found
            at = max(at, found.end)


def _with_scheme(text: str, token: re.Match[str]) -> Iterator[Found]:
    start, at = token.start("last"), token.end()  # of https://https://example.org the second
    if user := _USER.match(text, at):
        at = user.end()
    if address := _ADDRESS.match(text, at):
        at = address.end()
    elif text[at : at + 1].isalnum() and (host := _TOKEN.match(text, at)):
        at = next(_words(host))[1]
    else:
        return
    port = _PORT.match(text, at)
    yield Found(token.start(), start, _end(text, start, port.end() if port else at))


def _bare(text: str, token: re.Match[str]) -> Iterator[Found]:
    if "." not in token[0] or _INSIDE.match(text, max(0, token.start() - 1)):
        return
    for start, end in _words(token):
        if found := _site(text, start, end):
            yield found


def _words(token: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Where the words in it are: between scripts with and without blanks there need be none."""
    start = token.start()
    if not token[0].isascii():
        for seam in re.finditer(_SEAM, token[0]):
            yield start, token.start() + seam.start()
            start = token.start() + seam.start()
    yield start, token.end()


def _site(text: str, start: int, end: int) -> Found | None:
    """The site whose name is the word at `start:end`, if it is one."""
    word = text[start:end]
    name = word.strip("._-")
    if "." not in name or _MAIL.match(text, end):
        return None
    start += word.index(name)
    tail = _TAIL.match(text, end) if start + len(name) == end else None
    if _is_site(text, start, name, bool(tail and tail["strong"])):
        host_end = max(end, tail.end("port")) if tail else start + len(name)
        return Found(start, start, _end(text, start, host_end))
    name, _, last = name.rpartition(".")
    if last.istitle() and "." in name and _is_site(text, start, name, False):
        return Found(start, start, start + len(name))  # "we met on example.org.It was fun"
    return None


def _is_site(text: str, start: int, name: str, has_path: bool) -> bool:
    end = start + len(name)
    beside = text[max(0, start - 30) : start], text[end : end + 30]
    return is_domain(name, has_path, *beside)


def _end(text: str, start: int, host_end: int) -> int:
    """Where the link ends: before the punctuation of the sentence it stands in."""
    rooted = text.startswith(("/", "?", "#"), host_end)
    link = text[start : _end_of_path(text, host_end) if rooted else host_end].rstrip(_CLOSING)
    if not _VIDEO.search(link, max(0, len(link) - 20)):
        link = link.rstrip(_CLOSING + "_")
        if glued := _GLUED.search(link, max(0, len(link) - 20)):
            link = link[: glued.start()].rstrip(_CLOSING + "_")
    return start + len(link)


def _end_of_path(text: str, at: int) -> int:
    """The end of the run from `at` that may all belong to one link; brackets in it are paired."""
    awaited: list[str] = []
    for event in _EVENT.finditer(text, at):
        char = event[0]
        if char in _PAIRS:
            awaited.append(_PAIRS[char])
        elif "\x7f" < char < "\u3000" and char.isalpha():
            continue  # é after f: no seam between scripts
        elif not awaited or awaited.pop() != char:
            return event.start()
    return len(text)


_PAIRS = {"(": ")", "[": "]", "{": "}"}
_SCHEME = r"(?i:https?)://"

# \w knows no vowel signs of India, no points of Hebrew and Arabic, no joiners.
_LETTER = (
    r"\w\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u0670\u0900-\u0963\u0966-\u135f\u200c\u200d"
)

# Scripts without blanks between words: "請看example.cn/wuya這個" has a link in the middle. The
# price is a link whose last part mixes scripts without a mark between them ("/wiki/C語言").
_UNSPACED = r"[^\x00-\u2fff]"
_SEAM = rf"(?<=[A-Za-z0-9])(?={_UNSPACED})|(?<={_UNSPACED})(?=[A-Za-z0-9])"

_TOKEN = re.compile(rf"(?P<scheme>(?:(?P<last>{_SCHEME}))++)|(?:(?!{_SCHEME}|\.\.)[{_LETTER}.-])++")
_IPV6 = r"\[[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*\]"
_ADDRESS = re.compile(_IPV6)
_PORT = re.compile(r":\d+")
_USER = re.compile(rf"[\w.~!$&'*+=:%-]*+@(?!{_SCHEME})(?=[^\W_]|{_IPV6})")
_TAIL = re.compile(r"(?P<strong>(?P<port>:\d{2,5}\b)|/)|\?[\w%-]+=|#\w")
_INSIDE = re.compile(r"[@/\\#$%&]")  # of a path, a mail address, a handle
_MAIL = re.compile(r"[\w.+%'-]{0,64}+@")
_FACE = re.compile(rf"\]\(\s*<?(?:{_SCHEME})++[^\W_]")  # [example.org](https://example.org)

# A path goes on until what no link holds (a blank, a quote, a bracket or a full stop of another
# script, an arrow, an emoji), a closing bracket that none opened, or the next link.
_INNER = rf"{_LETTER}!#$%&'*+,./:;=?@^~\\–’・-"
_EVENT = re.compile(
    rf"[^{_INNER}]|(?<=[A-Za-z0-9])[^\W\x00-\x7f]|(?<![/=&#%+-])(?<!/\?){_SCHEME}|(?<=[,;'])(?i:www)\."
    r"|\\(?![!-/:-@\[-`{-~])"
)
_CLOSING = ".,;:!?'’–*~^\\([{\u200c\u200d"

# The identifier of a video may end in "_".
_VIDEO = re.compile(r"(?:youtu\.be/|[?&]v=|/shorts/|/embed/|/live/)[\w-]{11}\Z")

# "example.org's", "…/crow?how long", "…/crow.Is it": where the sentence goes on without a blank.
_OPENERS = (
    "am|and|any|are|but|can|could|did|do|does|how|i|i'm|if|is|it|it's|its|my|or|please|should|so|"
    "that|the|this|was|what|when|where|which|who|why|will|would"
)
_GLUED = re.compile(rf"(?:{CASE_ENDING}|[?!,;(]+(?i:{_OPENERS})|\.(?:{_OPENERS.title()}))\Z")
