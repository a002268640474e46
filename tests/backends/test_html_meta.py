"""What a page says of itself: title, author, date, address, language."""

from __future__ import annotations

import json

import pytest

from yoga_assistant.backends.html import extract
from yoga_assistant.types import Page

URL = "https://www.yoga-journal.com/poses/crow?from=mail"
BODY = "<p>Crow pose is an arm balance that asks for strong wrists and a steady gaze.</p>"


def page(head: str = "", body: str = BODY, url: str = URL) -> Page:
    return extract(f"<html><head>{head}</head><body>{body}</body></html>", url)


def ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Crow pose</title>", "Crow pose"),
        ("<title>Crow &amp; crane\n pose</title>", "Crow & crane pose"),
        ("<title>Crow pose | Yoga Journal</title>", "Crow pose"),
        ("<title>Yoga Journal: Crow pose</title>", "Yoga Journal: Crow pose"),
        ("<title>Yoga-Journal.com - Crow pose</title>", "Crow pose"),
        ("<meta property='og:site_name' content='YJ'><title>Crow - YJ</title>", "Crow"),
        ("<title>Crow - for beginners</title>", "Crow - for beginners"),
        ("<title>x</title><meta property='og:title' content='Crow pose'>", "Crow pose"),
        (ld({"@type": "Article", "headline": "Crow pose"}), "Crow pose"),
        ("", ""),
    ],
)
def test_the_title_is_that_of_the_page_not_of_the_site(head: str, title: str) -> None:
    assert page(head).title == title


def test_the_heading_is_the_title_when_the_head_only_adds_to_it() -> None:
    assert page("<title>Crow | Poses A-Z</title>", f"<h1>Crow</h1>{BODY}").title == "Crow"
    assert page("", f"<h1>Crow</h1>{BODY}").title == "Crow"


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ("<meta name=author content='By Ada Bel'>", "Ada Bel"),
        ("<meta property='article:author' content='https://x.org/ada'>", None),
        (ld({"@type": "Article", "author": {"name": "Ada Bel"}}), "Ada Bel"),
        (ld({"@type": "BlogPosting", "author": [{"name": "Ada"}, "Bo"]}), "Ada, Bo"),
        (
            ld({"@graph": [{"@type": "Article", "author": {"@id": "#a"}},
                           {"@id": "#a", "name": "Ada Bel"}]}),
            "Ada Bel",
        ),
        (ld({"@type": "Organization", "author": {"name": "The house"}}), None),
        ("", None),
    ],
)  # fmt: skip
def test_the_author_is_a_name(head: str, author: str | None) -> None:
    assert page(head).author == author


@pytest.mark.parametrize(
    "head",
    [
        "<meta property='article:published_time' content='2024-05-31T23:59:00+02:00'>",
        "<meta name=date content='May 31, 2024'>",
        "<meta name=pubdate content='31 May 2024'>",
        "<meta itemprop=datePublished content='2024/05/31'>",
        "<meta name='dc.date' content='20240531'>",
        ld({"@type": ["Article", "Thing"], "datePublished": "2024-05-31"}),
        "</head><body><time datetime='2024-05-31T10:00'>on Friday</time>",
    ],
)
def test_a_date_in_any_usual_notation_is_a_day(head: str) -> None:
    assert page(head).date == "2024-05-31"


@pytest.mark.parametrize("told", ["yesterday", "2024-13-45", "0001-01-01", "", "31"])
def test_what_is_no_day_is_no_date(told: str) -> None:
    assert page(f"<meta name=date content='{told}'>").date is None


@pytest.mark.parametrize(
    ("told", "canonical"),
    [
        ("/poses/crow", "https://www.yoga-journal.com/poses/crow"),
        ("https://yoga-journal.com/poses/crow#top", "https://yoga-journal.com/poses/crow"),
        ("https://evil.example/poses/crow", None),
        ("https://user@www.yoga-journal.com/crow", None),
        ("https://www.yoga-journal.com:444/crow", None),
        ("javascript:alert(1)", None),
        ("http://[", None),
    ],
)
def test_the_canonical_address_lies_on_the_site(told: str, canonical: str | None) -> None:
    assert page(f'<link rel=canonical href="{told}">').canonical == canonical
    assert page(f'<meta property="og:url" content="{told}">').canonical == canonical


@pytest.mark.parametrize(
    ("lang", "language"), [("en-GB", "en-GB"), ("pt_BR", "pt-BR"), ("de", "de"), ("?", None)]
)
def test_the_language_is_what_the_page_says(lang: str, language: str | None) -> None:
    told = f"<meta property='og:locale' content='{lang}'>"
    assert extract(f"<html lang='{lang}'><body>{BODY}", URL).language == language
    assert page(told).language == language


@pytest.mark.parametrize(
    "data", ["{", "null", "[[[[", '{"@type":{}}', '{"@type":"Article","author":7}', "[" * 99_999]
)
def test_broken_json_ld_hurts_nothing(data: str) -> None:
    told = f'<script type="application/ld+json">{data}</script><title>Crow</title>'
    assert page(told).title == "Crow"


def test_what_a_page_says_of_itself_holds_nothing_invisible() -> None:
    assert page("<title>Cr\u200bow\u202e pose</title>").title == "Crow pose"
