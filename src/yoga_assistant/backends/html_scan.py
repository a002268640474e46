"""Refuses mark-up that would cost a parser too much, by one linear look before it is parsed.

lexbor has no limits of its own. What hurts it: depth (55,000 nested `<div>` take seconds), unclosed
formatting tags (each later block clones them all: 40 KB become 1.6 GB) and attributes of one tag
(each is compared with all before it: 100,000 take 17 s). Of 1,497 real pages none comes near.

The scan tokenizes as HTML does and keeps a stack of open elements that never holds fewer than the
parser's own: what may or may not close an element is taken not to close it.
"""

from __future__ import annotations

import re
from collections import Counter

from ..errors import ScrapeError

MOST_CHARACTERS = 8_000_000
MOST_TAGS = 40_000
MOST_DEPTH = 512
MOST_ATTRIBUTES = 256
MOST_FORMATTING = 200
MOST_OPTIONS = 8_000  # of all <select>; each new one is compared with those before it
_MOST_UNCLOSED = 2_000  # of formatting tags, those alike too: they add to the depth
_MOST_CLONES = 500_000  # of formatting tags by the blocks after them; about 360 bytes each

_BLANK = r"\t\n\f\r "
_VALUE = rf"""=[{_BLANK}]*+(?:"[^"]*+"?|'[^']*+'?|[^{_BLANK}>"'][^{_BLANK}>]*+)?+"""
_ATTRIBUTE = re.compile(rf"=?[^{_BLANK}/>=]++[{_BLANK}]*+(?:{_VALUE})?+|=")
# A "=" where a name may begin is part of the name, and no quotes follow it.
_BETWEEN = rf"[{_BLANK}/]*+=?"
_TAG = re.compile(
    r"<(?:!--(?:-?>|.*?(?:--!?>|\Z))"  # a comment
    r"|[!?][^>]*+|/[^a-zA-Z>][^>]*+"  # what HTML takes for a comment
    rf"|(/?)([a-zA-Z][^{_BLANK}/>]*+)({_BETWEEN}(?:[^>=/]++|/{_BETWEEN}|{_VALUE}{_BETWEEN})*+)>?)",
    re.DOTALL,
)
_RAW_END = {
    name: re.compile(rf"</{name}(?=[{_BLANK}/>])", re.IGNORECASE)
    for name in "script style textarea title xmp iframe noembed noframes".split()
}
_VOID = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track"
    " wbr image html head body".split()
)
_FORMATTING = frozenset("b big code em font i s small strike strong tt u a nobr".split())
_ALONE = _FORMATTING | {"form"}  # closing one leaves what is open within it
_BLOCK = frozenset(
    "address article aside blockquote button center details dialog dir div dl fieldset figcaption"
    " figure footer header hgroup listing main menu nav ol pre search section summary ul li dd dt p"
    " h1 h2 h3 h4 h5 h6 applet marquee object template".split()
)
_TABLE = frozenset("table tbody thead tfoot tr td th caption colgroup".split())
_FOREIGN, _SELECT = frozenset(("svg", "math")), frozenset(("select", "frameset"))
_STRANGE = _FOREIGN | _SELECT  # other rules hold in them
_POINTS = frozenset("foreignobject desc title annotation-xml mi mo mn ms mtext".split())
# An HTML element among SVG ends the SVG.
_HTML = _BLOCK | _TABLE | frozenset(
    "b big br code em embed font head hr i img meta nobr ruby s small span strong strike sub sup tt"
    " u var body".split()
)  # fmt: skip
_BREAKS_OUT = _HTML | _SELECT
_BREAKS_OUT_VOID = frozenset("br embed hr img meta".split())
_SCOPE = frozenset("applet marquee object template table td th caption".split()) | _STRANGE
_IN_TABLE = _TABLE - {"table"}
_CLONED = _FORMATTING - {"a", "nobr"}  # opening these two ends the one before
_NOTED = _STRANGE | _POINTS | _CLONED | {"table", "template"}
_TABLE_WALLS = frozenset(("table", "template"))
_USUAL = frozenset("div span a article button figure form footer h1 h2 h3 h4 h5 h6 header label li"
                   " main nav noscript ol p section ul".split())  # fmt: skip
_STRANGE_WALLS, _ALL_WALLS = _HTML | _POINTS | _STRANGE, _SCOPE | _BLOCK | _TABLE
_ALL_WALLS |= {"form", "noscript", "plaintext", "noembed", "noframes", "iframe", "xmp"}
_ENDED_BY = {
    "p": _BLOCK | {"table", "form", "xmp", "plaintext"},
    "li": frozenset(("li",)),
    **dict.fromkeys(("dd", "dt"), frozenset(("dd", "dt"))),
    "option": frozenset(("option", "optgroup")),
}
_ROWS = {
    "tr": frozenset("table tbody thead tfoot template".split()),
    **dict.fromkeys(("td", "th"), frozenset("table tbody thead tfoot tr template".split())),
    **dict.fromkeys(("tbody", "thead", "tfoot"), frozenset(("table", "template"))),
}


def refuse_hostile(html: str, url: str) -> None:
    """Raises ScrapeError if parsing `html` could take more than its size warrants."""
    if len(html) > MOST_CHARACTERS:
        raise _refusal(f"has more than {MOST_CHARACTERS:,} characters", url)
    scan = _Scan(html)
    scan.run()
    if scan.fault:
        raise _refusal(scan.fault, url)


def _refusal(what: str, url: str) -> ScrapeError:
    hint = "such mark-up is broken or hostile; give a link to another page"
    return ScrapeError(f"{url!r} {what}", url=url, hint=hint)


class _Scan:
    def __init__(self, html: str) -> None:
        self.html = html
        self.fault = ""
        self.stack: list[str] = []
        self.strange = 0
        self.points = 0  # places for HTML in SVG and MathML
        self.plain = True  # what is strange is SVG and MathML alone
        self.tags = 0
        self.tables = 0
        self.options = 0
        self.formatting: dict[str, list[str]] = {}
        self.kept: Counter[str] = Counter()
        self.active = 0  # formatting tags that the parser would clone
        self.unclosed = 0  # formatting tags, those alike too
        self.clones = 0
        self.deaf = 0  # up to here no end tag is believed

    def run(self) -> None:
        position: int | None = 0
        while position is not None:
            position = self.run_to_raw(position)

    def run_to_raw(self, start: int) -> int | None:
        """Scans on; where to go on after a <script> or its like, None at the end or a fault."""
        stack = self.stack
        for match in _TAG.finditer(self.html, start):
            end, name, attributes = match.groups()
            if not name:
                if self.strange and self.deaf <= match.start() and match[0][:9] == "<![CDATA[":
                    self.deaf = _after(self.html, "]]>", match.start())
                continue
            name = name.lower()
            if end:
                if match.end() <= self.deaf:
                    continue
                if stack and stack[-1] == name and name not in _NOTED:
                    stack.pop()
                else:
                    self.close(name)
                continue
            if name in _USUAL and not self.strange and stack and stack[-1] not in _ENDED_BY:
                stack.append(name)
            elif name not in (_BREAKS_OUT_VOID if self.strange else _VOID):
                self.open(name, attributes)
            if self.over_limits(attributes, len(stack)):
                return None
            if name in _RAW_END and not self.strange:
                return self.raw(name, match.end())
        return None

    def over_limits(self, attributes: str, depth: int) -> bool:
        self.tags += 1
        self.clones += self.active
        if len(attributes) > 2 * MOST_ATTRIBUTES and _too_many(attributes):
            self.fault = f"has a tag with more than {MOST_ATTRIBUTES} attributes"
        elif depth > MOST_DEPTH:
            self.fault = f"nests more than {MOST_DEPTH} elements"
        elif self.tags > MOST_TAGS:
            self.fault = f"has more than {MOST_TAGS:,} tags"
        elif self.options > MOST_OPTIONS:
            self.fault = f"has more than {MOST_OPTIONS:,} options to select"
        elif self.active > MOST_FORMATTING or self.unclosed > _MOST_UNCLOSED:
            self.fault = f"leaves more than {MOST_FORMATTING} formatting tags open"
        elif self.clones > _MOST_CLONES:
            self.fault = "leaves formatting tags open over too many others"
        return bool(self.fault)

    def raw(self, name: str, start: int) -> int:
        """Where the text of a <script> or its like ends; no tag in it is one."""
        self.cut(len(self.stack) - 1)
        end = _RAW_END[name].search(self.html, start)
        if not end:
            return len(self.html)
        if name == "script" and self.deaf <= start:
            hidden = self.html.find("<!--", start, end.start())
            if hidden >= 0 and "<script" in self.html[hidden : end.start()].lower():
                # <!-- <script> in a script: the first </script> may not be its end.
                ends = _after(self.html, "-->", start), _after(self.html, "</script", end.end())
                self.deaf = max(ends)
        return end.end()

    def open(self, name: str, attributes: str) -> None:
        if name in _IN_TABLE and not self.tables and not self.strange:
            return
        self.options += name == "option"
        if self.stack:
            self.end_implied(name)
        if (self.strange or name in _STRANGE) and self.ends_itself(name, attributes):
            return
        self.stack.append(name)
        if name in _NOTED:
            self.note(name, 1)
            if name in _CLONED:
                self.format(name, attributes)

    def ends_itself(self, name: str, attributes: str) -> bool:
        """Whether "/>" ends a tag, as it does in SVG and MathML alone."""
        if not self.strange:
            self.plain = name in _FOREIGN
        elif not self.points and name in _BREAKS_OUT:
            self.plain = False
        return self.plain and not self.points and attributes.endswith("/")

    def format(self, name: str, attributes: str) -> None:
        tag = name + attributes
        self.formatting.setdefault(name, []).append(tag)
        self.kept[tag] += 1
        self.unclosed += 1
        self.active += self.kept[tag] <= 3  # HTML keeps three alike

    def end_implied(self, name: str) -> None:
        stack = self.stack
        if self.strange and (stack[-1] != "option" or not _FOREIGN.isdisjoint(stack)):
            return
        if stack[-1] in _ENDED_BY and name in _ENDED_BY[stack[-1]]:
            stack.pop()
        elif name in _ROWS and not self.strange:
            row = next(i for i in range(len(stack) - 1, -1, -1) if stack[i] in _ROWS[name])
            if stack[row] != "template":
                self.cut(row + 1)

    def close(self, name: str) -> None:
        stack = self.stack
        if self.strange and name in ("p", "br") and not self.points:
            self.plain = False
        at = len(stack) - 1 if stack and stack[-1] == name else self.find(name)
        if at is None:
            return
        if name in _ALONE:
            del stack[at]
        else:
            self.cut(at)
        if self.formatting.get(name):
            tag = self.formatting[name].pop()
            self.active -= self.kept[tag] <= 3
            self.kept[tag] -= 1
            self.unclosed -= 1

    def find(self, name: str) -> int | None:
        """Where the element is that an end tag closes, if the tag closes one."""
        if name == "frameset" or (self.strange and not self.plain and name in _TABLE):
            return None
        if self.strange:
            walls = _STRANGE_WALLS
        elif name in _TABLE:
            walls = _TABLE_WALLS
        else:
            walls = _SCOPE if name in _BLOCK or name in _ALONE else _ALL_WALLS
        for at in range(len(self.stack) - 1, -1, -1):
            if self.stack[at] == name:
                return at
            if self.stack[at] in walls or (name in ("p", "li") and self.stack[at] in _KEEPS[name]):
                return None
        return None

    def cut(self, length: int) -> None:
        while len(self.stack) > length:
            self.note(self.stack.pop(), -1)

    def note(self, name: str, step: int) -> None:
        self.strange += step * (name in _STRANGE)
        self.points += step * (name in _POINTS)
        self.tables += step * (name in _TABLE_WALLS)


_KEEPS = {"p": frozenset(("button",)), "li": frozenset(("ol", "ul"))}


def _too_many(attributes: str) -> bool:
    for found, _ in enumerate(_ATTRIBUTE.finditer(attributes), start=1):
        if found > MOST_ATTRIBUTES:
            return True
    return False


def _after(html: str, mark: str, start: int) -> int:
    """Where a mark ends that comes next, or the end of the page."""
    at = html.find(mark, start)
    return len(html) if at < 0 else at + len(mark)
