"""What a question is about: which entries, what of them, whose health, is it a doctor's matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..types import Facet, Intent
from .cues import AIMS, DANGERS, FACETS, FOLLOW_UP, MINUTES, YOGA
from .library import Library, Mention
from .names import fold
from .schema import Asana, Practice, Topic

# "How long do I hold it" and "how do I breathe" ask for less than all the steps.
_NARROWER: frozenset[Facet] = frozenset(
    {"hold", "breath", "mistakes", "counterposes", "preparation", "meaning", "deeper", "sequence"}
)
_WHOLE_WAY = re.compile(r"\bsteps?\b|get into|enter|step by step")
_SHORT = 6  # words: a question this short, and without a name, goes on about what was spoken of


def understand(question: str, library: Library, previous: Intent | None = None) -> Intent:
    """The intent of `question`; `previous` is that of the turn before, for "and its benefits?"."""
    folded = fold(question)
    mentions = library.mentions(question)
    subjects = _subjects(mentions, library)
    facets = _facets(folded, len(subjects))
    asks_safety = "safety" in facets or "alternatives" in facets
    conditions = tuple(library.conditions(question, hints=asks_safety))
    danger = next((name for name, form in DANGERS.items() if re.search(form, folded)), None)
    if not subjects and previous and _goes_on(folded):
        subjects = previous.subjects
        conditions = tuple(library.conditions(question, hints=True))
    elif subjects and previous and not facets and _goes_on(folded):
        facets = previous.facets
    if conditions and subjects and "safety" not in facets:
        facets = (*facets, "safety")
    return Intent(
        subjects=subjects,
        names=tuple(fold(question[m.start : m.end]) for m in mentions if m.ids[0] in subjects),
        facets=facets,
        conditions=conditions,
        aims=tuple(aim for aim, form in AIMS.items() if re.search(form, folded)),
        minutes=_minutes(folded),
        danger=danger,
        alternatives=_alternatives(mentions, subjects, library),
        about_yoga=bool(subjects or conditions or danger or YOGA.search(folded)),
    )


def _facets(folded: str, subjects: int) -> tuple[Facet, ...]:
    """What is asked, in the order in which it is asked."""
    places = {facet: re.search(form, folded) for facet, form in FACETS.items()}
    found = {facet: match.start() for facet, match in places.items() if match}
    if subjects > 1 and re.search(r"\bor\b|\bthan\b|\bvs\b", folded):
        found["comparison"] = -1
    if "steps" in found and _NARROWER & found.keys() and not _WHOLE_WAY.search(folded):
        del found["steps"]
    if len(found) > 1:
        found.pop("overview", None)
    return tuple(sorted(found, key=lambda facet: found[facet]))


def _minutes(folded: str) -> float | None:
    match = MINUTES.search(folded)
    if match and match[1]:
        return float(min(max(int(match[1]), 5), 120))
    return None if match is None else 30.0 if match[2] else 60.0


def _subjects(mentions: Sequence[Mention], library: Library) -> tuple[str, ...]:
    """What is spoken of: what can be done before what can be known, everyday words last."""
    strong = [mention for mention in mentions if not mention.weak]
    ids = _unique(mention.ids[0] for mention in strong or mentions)
    doable = [entry_id for entry_id in ids if isinstance(library[entry_id], Asana | Practice)]
    return tuple(doable or ids)


def _alternatives(
    mentions: Sequence[Mention], subjects: tuple[str, ...], library: Library
) -> tuple[str, ...]:
    """What an ambiguous name could have meant as well."""
    others = (
        other for mention in mentions if mention.ids[0] in subjects for other in mention.ids[1:]
    )
    return tuple(
        entry_id
        for entry_id in _unique(others)
        if entry_id not in subjects and not isinstance(library[entry_id], Topic)
    )


def _goes_on(folded: str) -> bool:
    return len(folded.split()) <= _SHORT or bool(FOLLOW_UP.search(folded))


def _unique(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))
