"""Which passages of the knowledge answer an intent: what a writer may say, with its source."""

from __future__ import annotations

from collections.abc import Iterator

from ..types import Facet, Intent, Passage
from .articles import Article
from .library import Library
from .names import fold
from .schema import Condition
from .sequence import practice

MOST_SUBJECTS = 4  # of one question; a comparison of more is a table for a book

# The sections of an article that serve a facet, besides the section of that name itself.
_SECTIONS: dict[Facet, tuple[str, ...]] = {
    "steps": ("steps", "breath", "hold"),
    "names": ("names", "meaning"),
    "meaning": ("meaning", "names", "story"),
    "story": ("story", "meaning"),
    "comparison": ("overview", "level", "anatomy"),
    "alternatives": ("beginner", "related"),
    "beginner": ("beginner", "props"),
    "props": ("props", "beginner"),
    "level": ("level", "beginner"),
}
# What is told of an entry when nothing particular is asked.
OVERVIEW = ("overview", "steps", "benefits")


def evidence(intent: Intent, library: Library) -> list[Passage]:
    """The passages that answer `intent`, the most important first, none twice."""
    if "sequence" in intent.facets and intent.about_yoga:
        return _of_practice(intent, library)
    found = [*_of_subjects(intent, library), *_of_conditions(intent, library)]
    return list(dict.fromkeys(found))


def section_keys(intent: Intent, article: Article) -> list[str]:
    """The keys of the article's sections that answer the intent, in the order of telling."""
    if sections := _sections_asked(intent, article):
        return ["overview"] if "find" in intent.facets else ["overview", *sections]
    keys: list[str] = []
    for facet in intent.facets:
        if facet == "safety":
            keys += _safety_keys(intent, article)
        elif facet == "overview":
            keys += OVERVIEW
        else:
            keys += _SECTIONS.get(facet, (facet,))
    present = [key for key in dict.fromkeys(keys) if key in article.passages]
    return present or [key for key in OVERVIEW if key in article.passages]


def _of_practice(intent: Intent, library: Library) -> list[Passage]:
    articles = [library.article(station.asana) for station in practice(intent, library)]
    keys = ["overview", *(f"caution:{condition}" for condition in intent.conditions)]
    return [a.passages[key] for a in articles for key in keys if key in a.passages]


def _of_subjects(intent: Intent, library: Library) -> Iterator[Passage]:
    for subject in intent.subjects[:MOST_SUBJECTS]:
        article = library.article(subject)
        for key in section_keys(intent, article):
            yield article.passages[key]


def _of_conditions(intent: Intent, library: Library) -> Iterator[Passage]:
    for condition in intent.conditions:
        article = library.article(condition)
        keys = ["doctor"] if intent.subjects else ["overview", "avoid", "safe", "doctor"]
        if isinstance(library[condition], Condition):
            keys += [key for key in article.passages if key.startswith("stage:")]
        for key in keys:
            yield article.passages[key]


def _safety_keys(intent: Intent, article: Article) -> list[str]:
    asked = [f"caution:{condition}" for condition in intent.conditions]
    known = [key for key in asked if key in article.passages]
    if intent.conditions:
        return known or ["fine"]
    return [key for key in article.passages if key.startswith("caution:")]


def _sections_asked(intent: Intent, article: Article) -> list[str]:
    """A topic's sections: those that speak of what the question names, or else all."""
    sections = [key for key in article.passages if key.startswith("section:")]
    texts = {key: fold(article.passages[key].text) for key in sections}
    named = [key for key in sections if any(name in texts[key] for name in intent.names)]
    return named or sections
