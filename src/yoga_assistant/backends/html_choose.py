"""Which blocks of a page are what it was written for: a linear model of plain clues.

Three steps. (1) Each block is judged alone, by what it stands in, its shape, its place and its
neighbours. (2) It is judged again with the company it keeps: what its boxes, its like on the page
and its neighbours were given. (3) The page keeps the most probable blocks, as many as make the
expected F1 the highest; so a page of which nothing is sure still gives its best part, and no
threshold has to fit both an article and a shop. The weights are those of `html_weights`.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from operator import mul
from typing import Literal

from .html_blocks import Block, Reading
from .html_weights import ALONE, BIAS, COMPANY

Genre = Literal["article", "forum", "product", "other"]
Clues = tuple[str, ...]
_Like = tuple[str, frozenset[str]]

_DEAR = 1.6  # the best of 0.8 to 2.2 on the pages that the weights were trained on
_SHORT = 150  # words of a page; so little is all content but for what calls itself chrome
_LEVELS = 4  # boxes around a block that are asked, from the innermost
_CHROME = frozenset(
    "<nav <footer <aside <form <menu <button @navigation @contentinfo @banner @complementary nav"
    " navbar navigation breadcrumb breadcrumbs footer sidebar comments commentlist disqus related"
    " share sharing social cookie cookies newsletter subscribe ads advert promo banner".split()
)
_BY_GENRE = frozenset(
    "author card comment comments content description item list message post posts product products"
    " question answer reply review reviews thread title".split()
)


def choose(reading: Reading, genre: Genre) -> list[Block]:
    """The blocks that are the page's main content, in order, each said once."""
    if not reading.blocks:
        return []
    size = sum(block.size for block in reading.blocks)
    plain = [block for block in reading.blocks if not _is_chrome(block)]
    if size < _SHORT and sum(block.size for block in plain) > size / 3:
        return list(_said_once(plain))
    alone = [_sure(sum(map(_worth, clues))) for clues in clues_of(reading, genre)]
    chances = [_sure(BIAS + sum(map(mul, COMPANY, row))) for row in company(reading, alone)]
    least = _best_threshold(chances, reading.blocks)
    kept = [block for block, chance in zip(reading.blocks, chances, strict=True) if chance >= least]
    return list(_said_once(kept))


def _is_chrome(block: Block) -> bool:
    return block.linked > 0.8 or not _CHROME.isdisjoint(block.inside)


def clues_of(reading: Reading, genre: Genre) -> Iterator[tuple[Clues, ...]]:
    """For each block what is known of it alone, in groups; the names of the weights in `ALONE`."""
    blocks = reading.blocks
    words = _sums([block.size for block in blocks])
    unlinked = _sums([block.size * (1 - block.linked) for block in blocks])
    shapes = ["", "", *map(_shape, blocks), "", ""]
    copies = Counter(block.text for block in blocks)
    titled = next((i for i, block in enumerate(blocks) if block.kind == "h1"), -1)
    themes = _themes(blocks)
    last = len(blocks)
    for i, block in enumerate(blocks):
        shape = shapes[i + 2]
        near = int(math.log2(1 + unlinked[min(last, i + 4)] - unlinked[max(0, i - 3)]))
        far = int(math.log2(1 + unlinked[min(last, i + 11)] - unlinked[max(0, i - 10)]))
        yield (
            _standing(block.inside, genre),
            _looks(block.kind, shape, genre, block.text[-1] in _ENDS, copies[block.text] > 1),
            _place(int(10 * words[i] / words[-1]), shape, _from_title(i, titled)),
            (f"near {near}", f"far {far}"),
            _says(*themes[i], genre),
            _neighbours(shapes[i], shapes[i + 1], shapes[i + 3], shapes[i + 4]),
        )


def company(reading: Reading, alone: Sequence[float]) -> Iterator[tuple[float, ...]]:
    """For each block what was thought of it and of those around it, as log-odds."""
    blocks = reading.blocks
    last = len(blocks)
    words = _sums([block.size for block in blocks])
    good = _sums([block.size * p for block, p in zip(blocks, alone, strict=True)])
    page = _odds(good[-1] / words[-1])
    least = _odds(_best_threshold(alone, blocks))
    odds = [-3.0, *map(_odds, alone), -3.0]
    alike = _alike(blocks, alone)
    around = _boxes(reading, words, good, page)
    for i, block in enumerate(blocks):
        low, high = max(0, i - 4), min(last, i + 5)
        yield (
            odds[i + 1],
            *around[block.box],
            alike[block.kind, block.inside],
            _odds((good[high] - good[low]) / (words[high] - words[low])),
            odds[i],
            odds[i + 2],
            page,
            least,
            math.log(block.size),
            block.linked,
        )


_PHRASES = {
    "ad": r"advert|sponsored|promot",
    "share": r"share|tweet|pin\b|facebook|twitter|linkedin|whatsapp|e-?mail\b|copy link|print\b"
    r"|follow us|save\b|report\b|like\b",
    "contents": r"(?:table of )?contents\b|in this (?:article|guide|post)|on this page|jump to"
    r"|skip",
    "related": r"related|recommended|you (?:may|might|could)|more\b|read (?:next|more|also|the)"
    r"|see (?:also|all|more)|keep reading|explore|latest|popular|most read|trending|similar"
    r"|don.t miss|up next|next|previous|customers|frequently|recently|featured|discover|top stories"
    r"|(?:view|show|load) (?:all|more)|browse|back to|home\b",
    "comments": r"(?:\d+ )?(?:comment|repl(?:y|ies)|response)|leave a|discussion|join the conv"
    r"|add a",
    "join": r"subscribe|newsletter|sign (?:up|in)|stay |get (?:the|our|a|started)|join|log ?in"
    r"|register|create an account|contact|book a|request|schedule|download|try\b|start\b|enter ",
    "legal": r"©|\(c\)|copyright|all rights|privacy|terms|cookie|disclaimer|affiliate|disclosure"
    r"|this (?:article|post|page|site) (?:contains|may|was|is|uses)|we (?:use|may earn)",
    "byline": r"by\b|written by|author|about (?:the|us|author)|posted|published"
    r"|(?:last )?(?:updated|modified|reviewed)|tags?\b|topics?\b|categor|filed under|photo|image"
    r"|credit|source\b",
    "time": r"\d+ ?(?:min|sec|hour|day|week|month|year)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct"
    r"|nov|dec)[a-z]*\.? \d|\d{1,2}[ /.-](?:\d{1,2}|[a-z]{3,9})[ /.,-]+\d{2,4}|\d{4}-\d\d-\d\d",
    "shop": r"add to|buy|quantity|qty|in stock|out of stock|sold out|free |delivery|shipping|sort"
    r"|filter|shop|learn more|quick|size|colou?r|price|sale|sku|pay|wish|compare|clear|select"
    r"|choose",
    "reviews": r"(?:customer )?reviews?|ratings?|\d(?:\.\d)? (?:out|star)|verified|helpful|q ?& ?a",
    "references": r"references|sources|bibliography|footnotes|notes\b|further reading|citations?",
    "member": r"joined|messages|posts\b|member|moderator|quote|edited|click to|solved|views|likes",
    "number": r"[$€£]? ?\d[\d.,]*\s*%?$",
}
# The stock phrases of pages, told by how a short block begins. English: elsewhere they are silent.
_PHRASE = re.compile("|".join(f"(?P<{theme}>{begins})" for theme, begins in _PHRASES.items()))
_PHRASE_MOST = 12  # words; a longer block is no stock phrase
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_ENDS = frozenset('.!?:…"”。！？')
_SIZES = (1, 3, 6, 12, 25, 60)
_SHARES = (0.05, 0.35, 0.75)


@lru_cache(maxsize=20_000)
def _worth(clues: Clues) -> float:
    return sum(ALONE.get(clue, 0.0) for clue in clues)


def _shape(block: Block) -> str:
    """Two digits: how long it is, 0 to 6, and how much of it is links, 0 to 3."""
    return f"{bisect_left(_SIZES, block.size)}{bisect_right(_SHARES, block.linked)}"


@lru_cache(maxsize=20_000)
def _standing(inside: frozenset[str], genre: Genre) -> Clues:
    names = sorted(inside)
    common = [f"in {name}" for name in names]
    special = [f"in {name} {genre}" for name in names if name in _BY_GENRE or name[0] == "<"]
    return (*common, *special)


@lru_cache(maxsize=20_000)
def _looks(kind: str, shape: str, genre: Genre, ended: bool, copied: bool) -> Clues:
    clues = (
        f"kind {kind}", f"kind {kind} {genre}", f"size {shape[0]}", f"links {shape[1]}",
        f"shape {shape}", f"shape {shape} {genre}", f"kind {kind} size {shape[0]}",
        f"kind {kind} links {shape[1]}", f"size {shape[0]} ends {ended}",
    )  # fmt: skip
    return (*clues, f"copies size {shape[0]}") if copied else clues


@lru_cache(maxsize=20_000)
def _place(tenth: int, shape: str, title: str) -> Clues:
    long, linked = shape[0] > "2", shape[1] > "2"
    return f"tenth {tenth}", f"tenth {tenth} long {long} linked {linked}", f"title {title}"


@lru_cache(maxsize=20_000)
def _neighbours(a: str, b: str, c: str, d: str) -> Clues:
    return f"-2 {a}", f"-1 {b}", f"+1 {c}", f"+2 {d}"


@lru_cache(maxsize=20_000)
def _says(own: str, under: str, genre: Genre) -> Clues:
    return f"says {own}", f"says {own} {genre}", f"under {under}", f"under {under} {genre}"


def _themes(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    """What stock phrase each block begins with, and which its heading; "" for none."""
    themes: list[tuple[str, str]] = []
    under, level = "", 9
    for block in blocks:
        own = ""
        if block.size <= _PHRASE_MOST and (match := _PHRASE.match(block.text.lower())):
            own = match.lastgroup or ""
        if block.kind in _HEADINGS:
            if own or int(block.kind[1]) <= level:
                under, level = own, int(block.kind[1])
            themes.append((own, ""))
        else:
            themes.append((own, under))
    return themes


def _from_title(i: int, titled: int) -> str:
    if titled < 0:
        return "none"
    if i <= titled:
        return "at" if i == titled else "before"
    return "near" if i < titled + 6 else "after"


def _alike(blocks: Sequence[Block], alone: Sequence[float]) -> dict[_Like, float]:
    """The log-odds of all blocks of one kind that stand in the same: cards, posts, menu items."""
    words: dict[_Like, float] = {}
    good: dict[_Like, float] = {}
    for block, p in zip(blocks, alone, strict=True):
        like = (block.kind, block.inside)
        words[like] = words.get(like, 0.0) + block.size
        good[like] = good.get(like, 0.0) + block.size * p
    return {like: _odds(good[like] / n) for like, n in words.items()}


def _boxes(
    reading: Reading, words: Sequence[float], good: Sequence[float], page: float
) -> list[tuple[float, ...]]:
    """For each box its log-odds and those of the boxes around it, `_LEVELS` in all.

    A box that holds one block, or just what the box within it holds, says nothing new.
    """
    spans = [(0, 0)]
    levels = [(page,) * _LEVELS]
    for box in reading.boxes[1:]:
        span, outer = (box.start, box.end), levels[box.parent]
        if box.end - box.start > 1 and span != spans[box.parent]:
            share = (good[box.end] - good[box.start]) / (words[box.end] - words[box.start])
            outer = (_odds(share), *outer[:-1])
        spans.append(span)
        levels.append(outer)
    return levels


def _best_threshold(chances: Sequence[float], blocks: Sequence[Block]) -> float:
    """The chance above which to keep, for the highest expected F1 in words.

    Of kept words K, expected right ones R and expected true ones T, F1 is 2 R / (K + T). Chances
    are a little too hopeful of the doubtful, so that a kept word counts for more.
    """
    sizes = [block.size for block in blocks]
    true = sum(map(mul, chances, sizes))
    best, least, kept, right = -1.0, 1.0, 0.0, 0.0
    for p, n in sorted(zip(chances, sizes, strict=True), reverse=True):
        kept += n
        right += p * n
        if right > best * (_DEAR * kept + true):
            best, least = right / (_DEAR * kept + true), p
    return least


def _said_once(blocks: Sequence[Block]) -> Iterator[Block]:
    """Pages repeat parts of themselves, for narrow screens."""
    seen: set[str] = set()
    for block in blocks:
        if block.text in seen and " " in block.text and block.kind != "row":
            continue
        seen.add(block.text)
        yield block


def _sums(values: Sequence[float]) -> list[float]:
    return list(accumulate(values, initial=0.0))


def _odds(p: float) -> float:
    return math.log((p + 0.001) / (1.001 - p))


def _sure(x: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))
