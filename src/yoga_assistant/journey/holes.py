"""A text with holes where its links were -> a text that reads on."""

import re

from .links import CASE_ENDING, HOLE


def mend(text: str) -> str:
    """The text without its holes, and without what is empty when they are gone."""
    text = _without_markup(text.replace("\r\n", "\n"))
    text = _LISTED.sub(lambda line: HOLE if _leads_in(line[1]) else line[0], text)
    for _ in range(3):  # brackets in quotes in brackets
        text = _QUOTED.sub(HOLE, text)
        text = _BRACKETED.sub(lambda inner: HOLE if _leads_in(inner[1]) else inner[0], text)
        text = _JOINED.sub(HOLE, text)
    text = _AT_OPENING.sub(r"\1", text)
    text = _AT_CLOSING.sub(lambda end: "" if _leads_in(end[0]) else end[0], text)
    text = _AT_START.sub("", text)
    return _GAP.sub(_closed, _without_empty_clauses(text)).strip()


def _without_markup(text: str) -> str:
    """HTML and Markdown around a link gone, their text left."""
    text, tags = _TAG.subn(HOLE, text)
    if tags:
        text = _END_TAG.sub("", text)
    defined = {definition[1].casefold() for definition in _DEFINITION.finditer(text)}
    text = _DEFINITION.sub(HOLE, text)
    if defined:
        text = _REFERENCE.sub(lambda cited: _cited(cited, defined), text)
    for _ in range(2):  # a picture may be the text of a link
        text = _INLINE.sub(lambda link: link[1].rstrip("\\").strip() or HOLE, text)
    text = _PIPED.sub(r"\1", text)
    return _DECLINED.sub(HOLE, text)


def _cited(cited: re.Match[str], defined: set[str]) -> str:
    """`[text][id]` -> text, `[text]` -> text, `[1]` and `[^1]` -> a hole."""
    shown, key = cited[1], cited[2] or cited[1]
    if key.casefold() not in defined:
        return cited[0]
    return HOLE if not cited[2] and (shown.isdigit() or shown.startswith("^")) else shown


def _without_empty_clauses(text: str) -> str:
    """A clause that held only links goes, with a clause that only led up to it ("Source: …")."""
    parts = _BREAK.split(text)
    kept: list[str] = []
    for clause, mark in zip(parts[::2], [*parts[1::2], ""], strict=True):
        if not _is_empty(clause, mark):
            kept += clause, mark
            continue
        if kept and _ANNOUNCES.search(kept[-1]) and _leads_in(kept[-2]):
            del kept[-2:]
        if kept:
            kept[-1] = _between(kept[-1], mark)
    return "".join(kept)


def _is_empty(clause: str, mark: str) -> bool:
    led_in, hole, rest = clause.rpartition(HOLE)
    if not hole or _ENCLOSING.search(clause) or _WORD.search(rest):
        return False
    return not _WORD.search(led_in) or (_leads_in(led_in) and "?" not in mark)


def _between(before: str, after: str) -> str:
    """What stands between the neighbours of a clause that is gone."""
    if _FINAL.search(before):
        marks = before.rstrip(f"{_BLANKS}-–—=>→")
        if "\n" in marks or "\n" not in after:
            return marks + before[len(marks) :][:1].strip("-–—=>→")
        return marks + after[after.index("\n") :]
    return before[before.index("\n") :] if "\n" in before else after


def _closed(gap: re.Match[str]) -> str:
    """A blank, unless a neighbour wants none."""
    text, start, end = gap.string, gap.start(), gap.end()
    if _NO_BLANK_AFTER.search(text, max(0, start - 2), start) or _NO_BLANK_BEFORE.match(text, end):
        return ""
    beside = text[start - 1], text[end]
    unspaced = gap[0] == HOLE and min(beside) > "\u3000" and max(beside) < "\uffff"  # 看看…這個
    return "" if unspaced else " "


def _leads_in(words: str) -> bool:
    """Whether words say no more than that a link follows."""
    found = _WORD.findall(words.lower())
    return all(word in _LEAD_INS for word in found) and found[:1] != ["is"]


_LEADING_WORDS = """
a according also and article as at cf check clip credit e eg g enlace example from fuente have here
here's i.e image in is it lien link links look more my ou on one or original out page per photo
pic picture post quelle read ref reference references refs resource see seen siehe site source
sources that the this to und url ver via video view visit voir watch web webpage website y और
देखें पर यहाँ लिंक स्रोत از المصدر رابط см источник ссылка 来源 链接 出典 参照 링크 출처
"""
_LEAD_INS = frozenset(_LEADING_WORDS.split())

_WORD = re.compile(r"\w[^\s.,:;!?()*_~`\"]*")
_BLANKS = " \t\f\v\xa0\u200b\u200e\u200f\u202f\u2060\u3000\ufeff"
_BLANK = f"[{_BLANKS}]"

# Each pattern below begins where a run begins and gives nothing back (`*+`), so that none of
# them can look at the same character again and again.
_TAG = re.compile(rf"</?[A-Za-z][^<>{HOLE}]*+{HOLE}[^<>]*+>")
_END_TAG = re.compile(r"</[Aa]\s*+>")
_TITLE = r"(?:\"[^\"\n]*+\"|'[^'\n]*+'|\([^()\n]*+\))"
_DEFINITION = re.compile(
    rf"^[ \t]*+\[([^\[\]\n]++)\]:[ \t]*+<?{HOLE}>?[ \t]*+(?:{_TITLE}[ \t]*+)?$", re.MULTILINE
)
_REFERENCE = re.compile(r"\[([^\[\]\n]++)\](?:\[([^\[\]\n]*+)\])?(?!\()")
_INLINE = re.compile(rf"!?\\?\[([^\[\]]*+)\]\\?\(\s*+<?{HOLE}>?\s*+(?:{_TITLE}\s*+)?\\?\)")
_PIPED = re.compile(rf"<{HOLE}\|([^<>|\n]*+)>")
_DECLINED = re.compile(HOLE + CASE_ENDING)
_LISTED = re.compile(
    rf"^[ \t]*+(?:[-*+•>]|\(?\d{{1,3}}[.)]|\[\^?\w{{1,9}}\]:?)[ \t]++([^\n{HOLE}]*+{HOLE}[^\n]*+)$",
    re.MULTILINE,
)
_QUOTED = re.compile(
    rf"```\w*+\s*+{HOLE}\s*+```|«\s*+{HOLE}\s*+»|(?<![\"'“„‘‹*_~`])[\"'“„‘‹*_~`]++{HOLE}[\"'“”’›*_~`]++"
)
_OPEN, _CLOSE = r"(\[{<（［｛【「『《〈", r")\]}>）］｝】」』》〉"
_BRACKETED = re.compile(
    rf"\\?[{_OPEN}]([^{_OPEN}{_CLOSE}{HOLE}]*+{HOLE}[^{_OPEN}{_CLOSE}]*+)[{_CLOSE}]"
)
_JOINED = re.compile(
    rf"{HOLE}(?:\|{HOLE}|[\s,;&+/、，]*+"
    rf"(?:(?i:and|or|vs\.?|versus|und|oder|et|ou|y|o|e|और|या|和|と)\s*+)?{HOLE})+"
)
_AT_OPENING = re.compile(rf"([(\[{{（「])\s*+{HOLE}[\s,;:]*+")
_AT_START = re.compile(rf"^{_BLANK}*+{HOLE}[.,;:!?…]++(?=[^\s{HOLE}])", re.MULTILINE)
_AT_CLOSING = re.compile(
    rf"(?:(?<!\s)\s*+|(?<=[,;:]))(?:[,;:][^,;:{_OPEN}{_CLOSE}{HOLE}]*+)?{HOLE}\s*+(?=[{_CLOSE}])"
)
_ENCLOSING = re.compile(r"[()\[\]{}\"“”«»]")
_ANNOUNCES = re.compile(r"[:\n]")
_FINAL = re.compile("[.!?…。！？।؟]")
_DASH = r"(?:[-–—]+>?|=>|→)(?=\s)"
_BREAK = re.compile(
    rf"((?<!\s)(?:\s*+(?:[.!?…,;:]++(?=[\s{HOLE}]|\Z)|[—。！？।॥؟，、；：،]++)(?:{_BLANK}++{_DASH})?\s*+"
    rf"|{_BLANK}++{_DASH}\s*+|{_BLANK}*+\n\s*+))"
)
_GAP = re.compile(rf"(?<!{_BLANK}){_BLANK}*+{HOLE}{_BLANK}*+")
_NO_BLANK_AFTER = re.compile(r"(?:\A|\n|[(\[{«“„「（]|(?:\A|\s)[\"'])\Z")
_NO_BLANK_BEFORE = re.compile(
    r"\Z|(?!:\(|;\)|\.\.\.\w)[\n.,;:!?…)\]}»”’、。，！？；：）」』】।؟،]|[\"'*_~`]+(?=[\s.,;:!?)]|\Z)"
)
