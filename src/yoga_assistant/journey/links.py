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
        if not _FACE.match(text, end):
            links.append(text[start:end])
    return "".join([*pieces, text[at:]]), links


def _find(text: str) -> Iterator[tuple[int, int, int]]:
    """Of each link: where what goes with it begins, its start, its end."""
    at = 0
    while token := _TOKEN.search(text, at):
        at = token.end()
        found = _with_scheme(text, token) if token["scheme"] else _bare(text, *token.span())
        if found:
            yield found
            at = found[2]


def _with_scheme(text: str, token: re.Match[str]) -> tuple[int, int, int] | None:
    host = _HOST.match(text, token.end())
    start = token.start("last")  # of https://https://example.org the second
    return (token.start(), start, _end(text, start, host.end())) if host else None


def _bare(text: str, start: int, end: int) -> tuple[int, int, int] | None:
    """The site whose name is the word at `start:end`, if it is one."""
    word = text[start:end]
    name = word.strip("._-")
    if "." not in name or _INSIDE.match(text, max(0, start - 1)) or _MAIL.match(text, end):
        return None
    start += word.index(name)
    tail = _TAIL.match(text, end) if start + len(name) == end else None
    if _is_site(text, start, name, bool(tail and tail["strong"])):
        return start, start, _end(text, start, max(end, tail.end("port"))) if tail else start + len(name)
    name, _, last = name.rpartition(".")
    if last.istitle() and "." in name and _is_site(text, start, name, False):
        return start, start, start + len(name)  # "we met on example.org.It was fun"
    return None


def _is_site(text: str, start: int, name: str, has_path: bool) -> bool:
    if _WWW.fullmatch(name):
        return True
    before = _BEFORE.search(text, max(0, start - 30), start)
    after = _AFTER.match(text, start + len(name))
    return is_domain(name, has_path, before[1] if before else "", after[1] if after else "")


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
        if event[0] in _PAIRS:
            awaited.append(_PAIRS[event[0]])
        elif not awaited or awaited.pop() != event[0]:
            return event.start()
    return len(text)


_PAIRS = {"(": ")", "[": "]", "{": "}"}
_LETTER = rf"\w{MARKS}"
_SCHEME = r"(?i:https?)://"

# Scripts without blanks between words: "請看example.cn/wuya這個" has a link in the middle. The
# price is a link whose last part mixes scripts without a mark between them ("/wiki/C語言").
_UNSPACED = "\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_SEAM = rf"(?<=[A-Za-z0-9])[{_UNSPACED}]"
_NEXT = rf"{_SCHEME}|\.\."  # where a word ends though letters follow
_WORD = (
    rf"(?!{_NEXT})[{_LETTER}.-]"
    rf"(?:(?!{_NEXT}|{_SEAM}|(?<=[{_UNSPACED}])[A-Za-z0-9])[{_LETTER}.-])*+"
)

_TOKEN = re.compile(rf"(?P<scheme>(?:(?P<last>{_SCHEME}))+)|{_WORD}")
_HOST = re.compile(
    rf"(?:[{_LETTER}.~!$&'*+=:%-]*+@)?(?:\[[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*\]|(?=[^\W_]){_WORD})(?::\d+)?"
)
_WWW = re.compile(rf"(?i:www)(?:\.[{_LETTER}-]+)+\.[^\W\d_][{_LETTER}-]+")
_TAIL = re.compile(r"(?P<strong>(?P<port>:\d{2,5}\b)|/)|\?[\w%-]+=|#\w")
_INSIDE = re.compile(r"[@/\\#$%&]|(?<!\.)\.(?=[^.])")  # of a path, a mail address, a handle
_MAIL = re.compile(r"[\w.+%'-]{0,64}+@")
_BEFORE = re.compile(r"([^\W\d_]+)[ \t]{1,4}\Z")
_AFTER = re.compile(rf"[ \t]{{1,4}}(?!{_SCHEME}|(?i:www)\.)([^\W\d_][\w'’]{{0,20}}+)(?!\.\w)")
_FACE = re.compile(rf"\]\(\s*<?(?:{_SCHEME}|(?i:www)\.)\w")  # [example.org](https://example.org)

# What no link holds: blanks, controls, quotes, the punctuation and brackets of other scripts,
# arrows and emoji; and where the next link begins.
_OUTSIDE = (
    "\\s\x00-\x1f\x7f-\x9f<>\"`|\u00ab\u00bb\u060c\u061b\u061f\u06d4\u0964\u0965"
    "\u2000-\u200b\u200e\u200f\u2014\u2018\u201c-\u201f\u2026-\u203a\u205f-\u206f\u2190-\u2bff"
    "\u3000-\u3003\u3008-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3e\uff5b-\uff64"
    "\ufe0f\ufeff\U0001f000-\U0001faff" + HOLE
)
_EVENT = re.compile(
    rf"[()\[\]{{}}{_OUTSIDE}]|{_SEAM}|(?<![/=&#%+-])(?<!/\?){_SCHEME}|(?<=[,;'])(?i:www)\."
    r"|\\(?![!-/:-@\[-`{-~])"
)
_CLOSING = ".,;:!?'’–*~^\\([{\u200c\u200d"

# The identifier of a video may end in "_".
_VIDEO = re.compile(r"(?:youtu\.be/|[?&]v=|/shorts/|/embed/|/live/)[\w-]{11}\Z")

# "example.org's", "…/crow?how long", "…/crow.Is it": where the sentence goes on without a blank.
_OPENERS = (
    "am and any are but can could did do does how i i'm if is it it's its my or please should so "
    "that the this was what when where which who why will would"
)
_GLUED = re.compile(
    rf"(?:['’]s|[?!,;(]+(?i:{_OPENERS.replace(' ', '|')})|\.(?:{_OPENERS.title().replace(' ', '|')}))\Z"
)
