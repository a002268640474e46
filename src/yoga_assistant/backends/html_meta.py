"""What a page says of itself: OpenGraph, JSON-LD, meta, <time>, the address it calls its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from .html_choose import Genre
from .markdown import cleaned

_TITLES = ("og:title", "twitter:title", "dc.title", "title")
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator")
_DATES = (
    "article:published_time", "datepublished", "og:published_time", "parsely-pub-date", "pubdate",
    "publishdate", "dc.date", "dc.date.issued", "dcterms.created", "citation_publication_date",
    "sailthru.date", "date",
)  # fmt: skip
_GENRES: dict[str, Genre] = {
    **dict.fromkeys(("DiscussionForumPosting", "QAPage"), "forum"),
    **dict.fromkeys(("Product", "ProductGroup"), "product"),
    **dict.fromkeys(
        "Article NewsArticle BlogPosting TechArticle Recipe HowTo ReportageNewsArticle".split(),
        "article",
    ),
}  # fmt: skip
_GENRE_ORDER: tuple[Genre, ...] = ("forum", "product", "article")
_LINE_MOST = 500  # characters of a title or a name
_JSON_MOST = 1_000_000  # characters of JSON-LD that are read
_THINGS_MOST = 500
_DAY_FORMATS = (
    ("%Y-%m-%d", 10), ("%B %d, %Y", 40), ("%b %d, %Y", 40), ("%d %B %Y", 40), ("%d %b %Y", 40),
    ("%Y/%m/%d", 10), ("%Y%m%d", 8),
)  # fmt: skip
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_BY = re.compile(r"^\s*(?:written\s+)?by[:\s]+", re.IGNORECASE)
_SEPARATED = re.compile(r"\s+[|–—·•»:-]\s+")


@dataclass(frozen=True, slots=True)
class Meta:
    title: str
    author: str | None
    date: str | None
    canonical: str | None
    language: str | None
    genre: Genre


def read_meta(tree: LexborHTMLParser, url: str) -> Meta:
    """What the page says of itself; a page found at `url` speaks only for its own site."""
    tags = _meta_tags(tree)
    things = _things(tree)
    return Meta(
        title=_title(tree, tags, things, url),
        author=_author(tree, tags, things),
        date=_date(tree, tags, things),
        canonical=_canonical(tree, tags, url),
        language=_language(tree, tags),
        genre=_genre(tags, things),
    )


def _meta_tags(tree: LexborHTMLParser) -> dict[str, str]:
    """The first value of each meta tag, by its name in small letters."""
    tags: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        value = attributes.get("content")
        if name and value and value.strip():
            tags.setdefault(name.lower(), value.strip())
    return tags


Thing = Mapping[str, object]


def _things(tree: LexborHTMLParser) -> list[Thing]:
    """All objects of the page's JSON-LD, the outer ones first."""
    found: list[Thing] = []
    left = _JSON_MOST
    for node in tree.css('script[type="application/ld+json"]'):
        text = node.text()
        left -= len(text)
        if left < 0:
            break
        try:
            found += _inner_things(json.loads(text, strict=False))
        except (ValueError, RecursionError):
            continue
    return found[:_THINGS_MOST]


def _inner_things(data: object) -> Iterator[Thing]:
    waiting = [data]
    for _ in range(4 * _THINGS_MOST):
        if not waiting:
            return
        one = waiting.pop(0)
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _kinds(thing: Thing) -> list[object]:
    kinds = thing.get("@type")
    return kinds if isinstance(kinds, list) else [kinds]


def _genre(tags: Mapping[str, str], things: list[Thing]) -> Genre:
    kinds = (kind for thing in things for kind in _kinds(thing))
    found = {_GENRES.get(kind) for kind in kinds if isinstance(kind, str)}
    kind = tags.get("og:type", "").lower()
    if kind.startswith("product"):
        found.add("product")
    elif kind == "article":
        found.add("article")
    return next((genre for genre in _GENRE_ORDER if genre in found), "other")


def _works(things: list[Thing]) -> Iterator[Thing]:
    """What the page is about, not the site around it."""
    return (
        thing for thing in things
        if any(isinstance(kind, str) and kind in _GENRES for kind in _kinds(thing))
    )  # fmt: skip


def _title(tree: LexborHTMLParser, tags: Mapping[str, str], things: list[Thing], url: str) -> str:
    heading, head = tree.css_first("h1"), tree.css_first("head > title")
    told = next((tags[name] for name in _TITLES if name in tags), "")
    title = _line(told) or _line(head.text() if head else "") or _headline(things)
    main = _line(heading.text(separator=" ")) if heading else ""
    if main and (not title or main in _SEPARATED.split(title) or (main in title and len(main) > 9)):
        return main
    return _without_site(title, {_letters(tags.get("og:site_name", "")), *_host_names(url)})


def _headline(things: list[Thing]) -> str:
    told = (thing.get("headline") for thing in things)
    return next((_line(text) for text in told if isinstance(text, str)), "")


def _without_site(title: str, sites: set[str]) -> str:
    """The title less the name of the site, which stands behind it or before it."""
    parts = _SEPARATED.split(title)
    if len(parts) > 1 and _letters(parts[-1]) in sites - {""}:
        return title[: title.rindex(parts[-1])].rstrip(" |–—·•»:-")
    if len(parts) > 1 and _letters(parts[0]) in sites - {""}:
        return title[len(parts[0]) :].lstrip(" |–—·•»:-")
    return title


def _letters(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _host_names(url: str) -> set[str]:
    """How a site may call itself by its host: www.yoga-journal.com is Yoga Journal."""
    try:
        host = _site(urlsplit(url).hostname)
    except ValueError:
        return set()
    return {_letters(host), _letters(host.rpartition(".")[0])}


def _author(tree: LexborHTMLParser, tags: Mapping[str, str], things: list[Thing]) -> str | None:
    for thing in _works(things):
        if name := _names(thing.get("author"), things):
            return name
    for tag in _AUTHORS:
        if (name := _name(tags.get(tag, ""))) is not None:
            return name
    node = tree.css_first('[rel="author"], [itemprop="author"], .author-name, .byline-name')
    return _name(node.text(separator=" ")) if node else None


def _names(author: object, things: list[Thing]) -> str | None:
    """The name, or the names, of an author as JSON-LD has them: text, things, or their ids."""
    if isinstance(author, list):
        names = [_names(one, things) for one in author[:9]]
        return ", ".join(dict.fromkeys(name for name in names if name)) or None
    if isinstance(author, dict):
        if "name" in author:
            return _names(author["name"], things)
        same = (t for t in things if t.get("@id") == author.get("@id") and "name" in t)
        return _name(next((t["name"] for t in same), None))
    return _name(author)


def _name(text: object) -> str | None:
    """A person's or a house's name; an address or a sentence is none."""
    name = _BY.sub("", _line(text)) if isinstance(text, str) else ""
    return name if 1 < len(name) < 100 and "://" not in name and "@" not in name[:1] else None


def _date(tree: LexborHTMLParser, tags: Mapping[str, str], things: list[Thing]) -> str | None:
    told = [thing.get("datePublished") for thing in _works(things)]
    told += [thing.get("datePublished") for thing in things]
    told += [tags.get(name) for name in _DATES]
    times = tree.css('time[itemprop="datePublished"], time[pubdate]') or tree.css("time[datetime]")
    told += [node.attributes.get("datetime") for node in times[:1]]
    return next((day for text in told if (day := _day(text))), None)


def _day(text: object) -> str | None:
    """The day of a time in any usual notation, as in 2024-05-31."""
    if not isinstance(text, str) or not text.strip():
        return None
    text = text.strip()[:40]
    for form, length in _DAY_FORMATS:
        try:
            day = datetime.strptime(text[:length], form).date()
        except ValueError:
            continue
        return day.isoformat() if 1990 <= day.year <= date.today().year + 1 else None
    return None


def _canonical(tree: LexborHTMLParser, tags: Mapping[str, str], url: str) -> str | None:
    link = tree.css_first('link[rel="canonical"][href]')
    for told in (link.attributes.get("href") if link else None, tags.get("og:url")):
        if told and (address := _own_address(told, url)):
            return address
    return None


def _own_address(told: str, url: str) -> str | None:
    """`told` as an absolute address, if it lies on the site of `url`.

    A page that could name another site's address as its own could take that page's place.
    """
    try:
        here, there = urlsplit(url), urlsplit(urljoin(url, told.strip()))
        same = _site(here.hostname) == _site(there.hostname) and here.port == there.port
    except ValueError:
        return None
    web = there.scheme in ("http", "https") and there.hostname and "@" not in there.netloc
    if not web or not same:
        return None
    address = urlunsplit(there._replace(fragment=""))
    return address if len(address) <= 2_000 and address == cleaned(address) else None


def _site(host: str | None) -> str:
    return re.sub(r"^(?:www|m|amp|mobile)\.", "", host or "")


def _language(tree: LexborHTMLParser, tags: Mapping[str, str]) -> str | None:
    root = tree.css_first("html")
    lang = root.attributes.get("lang") if root else None
    for text in (lang, tags.get("og:locale"), tags.get("language")):
        if text and _LANGUAGE.fullmatch(text.strip()):
            return text.strip().replace("_", "-")
    return None


def _line(text: str) -> str:
    return " ".join(cleaned(text[:_LINE_MOST]).split())
