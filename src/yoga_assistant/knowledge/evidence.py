"""Which passages of the knowledge answer an intent: what a writer may say, with its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..types import Facet, Intent, Passage
from .alignment import told_of_part
from .articles import Article
from .choose import alternatives, calls_for_care, choose, easiest, instead_of
from .library import Library
from .schema import ADVICE, Asana, Condition, Practice
from .sequence import practice

MOST_SUBJECTS = 4  # of one question; a comparison of more is a table for a book

# The sections of an article that serve a facet, besides the section of that name itself.
_SECTIONS: dict[Facet, tuple[str, ...]] = {
    "overview": ("overview", "benefits", "level"),
    "steps": ("steps", "breath", "hold"),
    "names": ("names", "meaning"),
    "meaning": ("meaning", "story"),
    "story": ("story", "meaning"),
    "comparison": ("overview", "level", "anatomy"),
    "beginner": ("beginner", "props"),
    "props": ("props", "beginner"),
    "level": ("level", "beginner"),
}
# What nobody is told of an asana that a state of health forbids.
_WAYS_IN = frozenset({"steps", "breath", "hold", "beginner", "deeper", "preparation"})
# What is told of an entry when nothing particular is asked.
_UNASKED = ("overview", "steps", "benefits")


def evidence(intent: Intent, library: Library) -> list[Passage]:
    """The passages that answer `intent`, the most important first, none twice."""
    if intent.remark or not intent.about_yoga:
        return []
    if "sequence" in intent.facets:
        return _of_practice(intent, library)
    chosen = [] if is_doable(intent, library) else choose(intent, library)
    found = [
        *_of_alignment(intent, chosen, library),
        *_of_families(intent, chosen, library),
        *_of_chosen(chosen, intent.conditions, library),
        *_of_subjects(intent, library),
        *_of_conditions(intent, library),
    ]
    return list(dict.fromkeys(found))


def is_doable(intent: Intent, library: Library) -> bool:
    """Whether it speaks of an asana or a practice, not only of something to know."""
    return any(library.doable(s) for s in intent.subjects)


def gravest_first(entry: Asana | Practice, conditions: Iterable[str]) -> list[str]:
    """The conditions in the order of what they ask: leave out, change, not known, nothing."""
    advice = {caution.condition: caution.advice for caution in entry.cautions}

    def rank(condition: str) -> int:
        known = {"avoid": 0, "modify": 1}.get(advice.get(condition, ""))
        return known if known is not None else 3 if condition in entry.fine else 2

    return sorted(conditions, key=rank)


def is_forbidden(subject: str, conditions: Iterable[str], library: Library) -> bool:
    """Whether one of these conditions asks to leave the subject out."""
    entry = library.doable(subject)
    left_out = {c.condition for c in entry.cautions if c.advice == "avoid"} if entry else set()
    return not left_out.isdisjoint(conditions)


def section_keys(intent: Intent, subject: str, library: Library) -> list[str]:
    """The keys of the sections on a subject that answer the intent, in the order of telling."""
    article = library.article(subject)
    sections = [key for key in article.passages if key.startswith("section:")]
    if sections:
        return ["overview", *sections]
    keys: list[str] = []
    for facet in intent.facets:
        if facet == "safety":
            keys += _safety_keys(intent.conditions, article) if not _is_strange(intent) else []
        elif facet == "alternatives":
            # What makes it easier need not make it safe.
            keys += () if intent.conditions else ("beginner",)
        else:
            keys += _SECTIONS.get(facet, (facet,))
            if facet == "breath" and "breath" not in article.passages:
                keys += _SECTIONS["steps"]  # of a breathing practice
    told = [key for key in dict.fromkeys(keys) if key in article.passages]
    if not told and "alternatives" not in intent.facets:
        told = [key for key in _UNASKED if key in article.passages]
    forbidden = is_forbidden(subject, intent.stated, library)
    return [key for key in told if not (forbidden and key in _WAYS_IN)]


def _is_strange(intent: Intent) -> bool:
    """Whether health is spoken of, but nothing that is known here."""
    return bool(intent.unknown and not intent.conditions)


def _of_practice(intent: Intent, library: Library) -> list[Passage]:
    articles = [library.article(station.asana) for station in practice(intent, library)]
    keys = ["overview", *(f"caution:{condition}" for condition in intent.conditions)]
    return [a.passages[key] for a in articles for key in keys if key in a.passages]


def _of_alignment(intent: Intent, chosen: list[str], library: Library) -> Iterator[Passage]:
    """The sections of which sentences on a part of the body are told."""
    if intent.alignment:
        for told in told_of_part(intent.alignment, chosen or intent.subjects[:1], library):
            yield library.article(told.asana).passages[told.key]


def _of_families(intent: Intent, chosen: list[str], library: Library) -> Iterator[Passage]:
    """Why a family calls for care, and what takes its place."""
    if not intent.families:
        return
    if "benefits" in intent.facets:
        for asana in easiest(chosen, library):
            yield library.article(asana).passages["benefits"]
    elif "alternatives" in intent.facets:
        for other in instead_of(chosen, intent.conditions, library):
            yield library.article(other).passages["overview"]
            yield from (
                passage
                for condition in intent.conditions
                if (passage := library.article(other).passages.get(f"caution:{condition}"))
            )
    elif {"avoid", "safety"} & {*intent.facets} and not intent.conditions:
        for advice in ADVICE:
            for call in calls_for_care(chosen, advice, library)[:3]:
                yield library.article(call.example).passages[f"caution:{call.condition}"]


def _of_chosen(
    chosen: Iterable[str], conditions: tuple[str, ...], library: Library
) -> Iterator[Passage]:
    for asana in chosen:
        article = library.article(asana)
        yield article.passages["overview"]
        if conditions:
            yield from (article.passages[key] for key in _safety_keys(conditions, article))


def _of_subjects(intent: Intent, library: Library) -> Iterator[Passage]:
    for subject in intent.subjects[:MOST_SUBJECTS]:
        article = library.article(subject)
        for key in section_keys(intent, subject, library):
            yield article.passages[key]
        for condition in intent.conditions:
            if said := library.said_of(subject, condition):
                key = "safe" if said.is_safe else "avoid"
                yield library.article(condition).passages[key]
        if "alternatives" in intent.facets and library.doable(subject):
            for other in alternatives(subject, intent.conditions, library):
                yield library.article(other).passages["overview"]


def _of_conditions(intent: Intent, library: Library) -> Iterator[Passage]:
    about_them = not is_doable(intent, library)
    for condition in intent.conditions:
        article = library.article(condition)
        keys = ["avoid", "safe", "overview", "doctor"] if about_them else ["doctor"]
        if isinstance(library[condition], Condition):
            keys += [key for key in article.passages if key.startswith("stage:")]
        for key in keys:
            yield article.passages[key]


def _safety_keys(conditions: tuple[str, ...], article: Article) -> list[str]:
    """What is known of these conditions; without any, of all that call for care."""
    if not conditions:
        return [key for key in article.passages if key.startswith("caution:")]
    asked = [f"caution:{condition}" for condition in conditions]
    known = [key for key in asked if key in article.passages]
    if len(known) < len(asked) and "fine" in article.passages:
        known.append("fine")
    return known
