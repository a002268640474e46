"""A parsed page as a flat list of blocks: what is shown, in order, and where it stood."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborNode

_SILENT = frozenset(
    "-comment -document !doctype applet area audio base canvas datalist embed head iframe input"
    " link map math meta meter noembed noframes noscript object param picture progress script"
    " select source style svg template textarea title track video wbr".split()
)
_BLOCK = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt"
    " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu"
    " nav ol p pre search section summary table tbody td tfoot th thead tr ul".split()
)
_BLOCK_IN_ROW = _BLOCK - {"table", "tr", "tbody", "thead", "tfoot", "caption"}
_KINDS = {
    **{name: name for name in "p h1 h2 h3 h4 h5 h6 li pre dt dd figcaption button div td".split()},
    "th": "td", "tr": "row", "blockquote": "quote", "section": "div", "article": "div",
    "caption": "figcaption", "summary": "dt", "legend": "dt", "ul": "li", "ol": "li",
}  # fmt: skip
CELL = "\x02"  # stands before each cell of a row; no blank, which would be squeezed away
_PLACES = frozenset(
    "article aside blockquote button details dialog dl figcaption figure footer form header label"
    " main menu nav ol section summary table time ul".split()
)
# Words by which authors of pages say what a part is; the rest of a class list is styling.
VOCABULARY = frozenset(
    "about accordion account action actions ad address ads advert affiliate alert amp"
    " announcement answer app archive area article articles aside author avatar background badge"
    " banner bar bio blog body bottom box brand breadcrumb breadcrumbs btn button buttons buy"
    " byline callout caption card cards carousel cart cat categories category checkout code col"
    " collection column comment commentlist comments consent contact container content cookie"
    " cookies copy copyright credit credits cta data date description desktop detail details"
    " dialog disclaimer discussion disqus documentation dropdown entry excerpt facet faq"
    " featured feed field fields filter filters flash floating follow footer form gallery global"
    " grid group guide head header heading headline hero hidden hide history icon image img info"
    " infobox inner input intro item items js label language lead legal link links list listing"
    " location login logo main map markdown md media menu message messages meta mobile modal"
    " module more nav navbar navigation news newsletter next note notice notification offer"
    " options overlay overview page pager pagination panel paragraph path payment people photo"
    " pop popular popup post posts prev preview price print privacy product products profile"
    " promo promotion prose question questions quick quote rating ratings read recent recipe"
    " recommend recommendations recommended references region related reply resources result"
    " results review reviews rich richtext row rss sale save scroll search section select share"
    " sharing shipping shop shopping side sidebar sidenav sign signature signup single site skip"
    " slick slide slider slideshow social sort specification specifications specs sponsor"
    " sponsored sponsors stats sticky store stories story style sub subscribe subscription"
    " subtitle suggestions summary support swiper tab table tabs tag tags teaser testimonial"
    " testimonials text thread thumbnail time title toc tool toolbar tooltip top topbar topic"
    " trending tweet upsell user utility video view warning warranty whatsapp widget wiki wp"
    " wysiwyg".split()
)  # fmt: skip
_HIDDEN_STYLE = re.compile(
    r"""display:none | visibility:(?:hidden|collapse) | font-size:0(?![.\d])
    | (?<![-\w])(?:max-)?(?:width|height):[01](?:px)?(?![.\d%]).*overflow:hidden
    | overflow:hidden.*(?<![-\w])(?:max-)?(?:width|height):[01](?:px)?(?![.\d%])
    | (?:left|top|right|bottom|text-indent|margin-left|margin-top):-\d{4}
    | clip:rect\(0 | clip-path:inset\((?:50|100)% | transform:scale\(0\)""",
    re.VERBOSE,
)
_FADED = re.compile(r"opacity:0?(?:\.0+)?(?![.\d])(?!.*(?:transform|transition):)")
_COLOUR = re.compile(r"(?:^|;)(color|background|background-color):([^;!]+)")
_HIDDEN_NAMES = frozenset(
    "sr-only screen-reader-text screen-reader-only visually-hidden visuallyhidden element-invisible"
    " u-visually-hidden is-visually-hidden offscreen a-offscreen show-for-sr".split()
)
_ROLES = frozenset("article banner complementary contentinfo dialog main navigation region".split())
_BREAK = "\x1f"  # a <br>, till the block ends
_PARAGRAPHS = re.compile(r"\x1f\s*\x1f[\s\x1f]*")
_WORD = re.compile(r"[a-z]{2,}|[A-Z][a-z]+|[A-Z]{2,}")
_NAMES_MOST = 400  # characters of a class list that are read
_STYLE_MOST = 1_000  # ... and of a style


@dataclass(slots=True)
class Box:
    """A block-level element: the blocks `start` to `end` stand in it."""

    parent: int
    start: int
    end: int = 0


@dataclass(slots=True)
class Block:
    """A run of text between two breaks."""

    kind: str  # p, h1 to h6, li, row, pre, dt, dd, quote, figcaption, button, div
    text: str
    linked: float  # share of the characters that stand in a link
    inside: frozenset[str]  # names of what it stands in: tags, roles, words of class and id
    box: int
    depth: int  # of lists around it
    item: bool  # the first block of a list's item
    size: float  # words; a script without blanks counts by its characters


@dataclass(slots=True)
class Reading:
    blocks: list[Block] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)


def read(root: LexborNode, openers: Set[str] = frozenset(), *, scriptless: bool = False) -> Reading:
    """What is shown below `root`.

    Args:
        openers: ids of things that a click on the page opens; what is folded away is shown.
        scriptless: what is for readers without scripts, and what a script fades in, too.
    """
    reader = _Reader(openers, scriptless)
    above: list[LexborNode] = []
    node: LexborNode | None = root
    while node is not None:
        following = reader.enter(node)
        if following is not None:
            above.append(node)
        while following is None and above:
            following = node.next
            if following is None:
                node = above.pop()
                reader.leave()
        node = following
    return reader.reading


@dataclass(slots=True)
class _Place:
    """Where the reader stands; what holds again when an element ends."""

    kind: str = "div"
    inside: frozenset[str] = frozenset()
    box: int = 0
    depth: int = 0
    cells: bool = False  # in a table of data: a row is one block
    pre: bool = False


class _Reader:
    def __init__(self, openers: Set[str], scriptless: bool) -> None:
        self.openers = openers
        self.scriptless = scriptless
        self.reading = Reading(boxes=[Box(-1, 0)])
        self.here = _Place()
        self.stack: list[_Place | None] = []  # None: a link ends
        self.links = 0  # around what is read
        self.parts: list[str] = []
        self.linked = 0
        self.item = False
        self.contexts: dict[tuple[frozenset[str], str, str | None, str | None], frozenset[str]] = {}

    def enter(self, node: LexborNode) -> LexborNode | None:
        """Takes a node in; its first child if that is to be entered next."""
        if node.is_text_node:
            text = node.text_content
            if text:
                self.parts.append(text)
                if self.links:
                    self.linked += len(text)
            return None
        tag = node.tag or ""
        if tag in _SILENT and not (tag == "noscript" and self.scriptless):
            return None
        if tag == "br":
            self.parts.append(_BREAK)
            return None
        attributes = node.attributes
        if attributes and self.hides(attributes):
            return None
        child = node.first_child
        if tag in _BLOCK or "-" in tag:
            if not (self.here.cells and tag in _BLOCK_IN_ROW):
                self.flush()
            if tag == "hr" or child is None:
                return None
            self.stack.append(self.here)
            self.here = self.block(node, tag, attributes)
        elif child is not None:
            self.stack.append(None if tag == "a" else self.here)
            self.links += tag == "a"
        return child

    def hides(self, attributes: Mapping[str, str | None]) -> bool:
        if not _hidden(attributes, faded=not self.scriptless):
            return False
        name = attributes.get("id") or ""
        # React sends late parts hidden, in <div id="S:0">, and a script moves them into place.
        return not (name in self.openers or name.startswith("S:"))

    def leave(self) -> None:
        before = self.stack.pop()
        if before is None:
            self.links -= 1
        elif (here := self.here) is not before:
            if here.box != before.box:
                self.flush()
                self.reading.boxes[here.box].end = len(self.reading.blocks)
            self.here = before

    def block(self, node: LexborNode, tag: str, attributes: Mapping[str, str | None]) -> _Place:
        here = self.here
        inside = self.context(tag, attributes)
        if here.cells and tag in _BLOCK_IN_ROW:
            if tag in ("td", "th"):
                self.parts.append(CELL)
            return _Place(here.kind, inside, here.box, here.depth, True)
        boxes = self.reading.boxes
        boxes.append(Box(here.box, len(self.reading.blocks)))
        kind = _KINDS.get(tag, here.kind)
        self.item = (self.item or tag == "li") and tag not in ("ul", "ol")
        depth = here.depth + (tag in ("ul", "ol"))
        cells = here.cells or (tag == "table" and _holds_data(node))
        return _Place(kind, inside, len(boxes) - 1, depth, cells, tag == "pre")

    def context(self, tag: str, attributes: Mapping[str, str | None]) -> frozenset[str]:
        """What a thing stands in, if it stands in this element too."""
        inside = self.here.inside
        if not attributes and tag not in _PLACES:
            return inside
        key = (inside, tag, attributes.get("class"), attributes.get("id"))
        known = self.contexts.get(key)
        if known is None:
            names = element_names(tag, key[2] or "", key[3] or "", attributes.get("role") or "")
            known = self.contexts[key] = inside if names <= inside else inside | names
        return known

    def flush(self) -> None:
        """Ends the block: what was gathered since the last break."""
        if not self.parts:
            return
        text, linked, here = "".join(self.parts), self.linked, self.here
        self.parts, self.linked = [], 0
        if not text or text.isspace():
            return
        share = min(1.0, linked / (len(text) or 1))
        for part in _PARAGRAPHS.split(text) if _BREAK in text and not here.pre else (text,):
            if shown := _squeezed(part, here.pre):
                size = max(shown.count(" ") + 1.0, len(shown) / 12)
                at = (here.inside, here.box, here.depth, self.item)
                self.reading.blocks.append(Block(here.kind, shown, share, *at, size))
                self.item = False


def _squeezed(text: str, pre: bool) -> str:
    if pre:
        return text.replace(_BREAK, "\n").strip("\n").rstrip()
    lines = (" ".join(line.split()) for line in text.split(_BREAK))
    return "\n".join(line for line in lines if line)


def _holds_data(table: LexborNode) -> bool:
    """A table of data, not one that places boxes on the page."""
    if table.css_first("table table, table ul, table h1, table h2, table form, table pre"):
        return False
    rows, cells = len(table.css("tr")), len(table.css("td, th"))
    return rows > 1 and cells >= 2 * rows - 2


@lru_cache(maxsize=4096)
def element_names(tag: str, classes: str, name: str, role: str) -> frozenset[str]:
    """The names that an element goes by: its tag, its role, the words of its class and id."""
    words = {word.lower() for word in _WORD.findall(f"{classes[:_NAMES_MOST]} {name[:80]}")}
    words &= VOCABULARY
    if tag in _PLACES:
        words.add(f"<{tag}")
    if role in _ROLES:
        words.add(f"@{role}")
    return frozenset(words)


def _hidden(attributes: Mapping[str, str | None], *, faded: bool) -> bool:
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    if attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    if style:
        plain = style[:_STYLE_MOST].lower().replace(" ", "")
        if _hidden_by(plain) or (faded and _FADED.search(plain)):
            return True
    return not _HIDDEN_NAMES.isdisjoint((attributes.get("class") or "").split())


def _hidden_by(style: str) -> bool:
    if _HIDDEN_STYLE.search(style):
        return True
    colours = dict(_COLOUR.findall(style)) if "color:" in style else {}
    ground = colours.get("background", colours.get("background-color"))
    return "color" in colours and ground in _same_colour(colours["color"])


def _same_colour(colour: str) -> frozenset[str]:
    for names in _COLOURS:
        if colour in names:
            return names
    return frozenset({colour})


_COLOURS = (
    frozenset("white #fff #ffffff rgb(255,255,255) rgba(255,255,255,1)".split()),
    frozenset("black #000 #000000 rgb(0,0,0) rgba(0,0,0,1)".split()),
)
