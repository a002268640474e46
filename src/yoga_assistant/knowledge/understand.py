"""What a question is about: which entries, what of them, whose health, is it a doctor's matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from ..types import Facet, Intent, Remark
from .alignment import alignment_asked
from .cues import (
    AIMS,
    ASKS,
    BODY,
    CHAIR,
    EASY,
    FACETS,
    FAMILIES,
    FOLLOW_UP,
    GENERALLY,
    HARD,
    MEDITATION,
    MUSCLES,
    NOT_OURS,
    NOT_YOGA,
    POINTS_BACK,
    REMARKS,
    STRENGTHEN,
    STRETCH,
    TODAY,
    WHEELCHAIR,
    WHEN_NOT,
    WITHOUT,
    YES_OR_NO,
    YOGA,
)
from .danger import danger_of
from .elliptic import spelt_out
from .everyday import POSTURE_WORDS
from .health import unknown_states
from .length import minutes_of
from .library import Library, Mention
from .names import fold
from .schema import Family, Practice, Topic
from .strange import is_unknowable, strange_name

LOOK_AT = 4_000  # characters of a question in which cues are searched for; danger in all of it
# "How long do I hold it" and "how do I breathe" ask for less than all the steps.
_NARROWER: frozenset[Facet] = frozenset(
    {"hold", "breath", "mistakes", "counterposes", "preparation", "meaning", "deeper", "sequence",
     "beginner", "names"}
)  # fmt: skip
_WHOLE_WAY = re.compile(
    r"\bsteps?\b|get into|enter|step by step|how to do|do i do|kaise|correct|proper|right way"
    r"|\bhow$|\bhow to (?:xx|meditate)\b"
)
_WHAT_AND = re.compile(
    r"(?:what is|whats|what are|who (?:is|was)) xx and (?:how|why|what|is|who)\b"
)
_HOW_LONG = re.compile(r"how (?:long|many|often)|minutes|seconds|breaths|duration|\bstay\b")
_SHORT = 6  # words: a question this short, and without a name, goes on about what was spoken of
_TELLING = 6  # words: what is this long, and asks nothing, describes something
_ALONE = 3  # words: in a question this short an everyday word is a posture
# "Ten minutes before bed": a wish with a time is a wish for a practice.
_A_WISH: frozenset[Facet] = frozenset(
    {"find", "steps", "overview", "safety", "breath", "sequence", "beginner", "anatomy", "level"}
)
_GIVE = re.compile(
    r"\b(?:give|make|build|design|create|suggest|plan) me\b|i (?:need|want|would like)"
    r"|\bi(?:ve| have)(?: only| just| got| about)* (?:\d|an? |half|five|ten|fif|twen|thir|for|nine)"
)
_WHEN_NOT_TOLD = ("practising-when-ill",)
CHAIR_TOLD = "chair-yoga"
_PLAN = re.compile(r"practice (?:in|for)\b")
_NAME_WORD = "xx"  # stands for a name among the cues
_UNTELLING: frozenset[Facet] = frozenset({"overview", "find", "meaning", "story", "related"})


def understand(question: str, library: Library, previous: Intent | None = None) -> Intent:
    """The intent of `question`; `previous` is that of the turn before, for "and its benefits?"."""
    question = spelt_out(question)
    whole = fold(question)
    if remark := _remark(whole):
        return Intent(remark=remark)
    mentions = library.mentions(question)
    done = [m for m in mentions if not m.weak and _is_done(m, library)]
    folded = fold(_masked(question[:LOOK_AT], done))
    mentions = _meant(mentions, folded, library, previous)
    danger = danger_of(whole)
    goes_on = previous is not None and _goes_on(folded)
    facets = _facets(folded, len({m.ids[0] for m in mentions}))
    subjects = _subjects(mentions, library, compared="comparison" in facets)
    describes = _describes(folded, facets)
    if describes and not any(library.doable(s) for s in subjects):
        subjects, facets = (), ()
    asks_health = {"safety", "alternatives", "avoid"} & {*facets} or danger
    masked = _masked(question, [m for m in mentions if _is_done(m, library)])
    hints = bool(asks_health) or goes_on
    conditions = tuple(library.conditions(masked, hints=hints))
    if conditions:
        # "Which asana helps a sore back" asks for postures, not for the idea of posture.
        idle = {m.ids[0] for m in mentions if fold(question[m.start : m.end]) in POSTURE_WORDS}
        subjects = tuple(subject for subject in subjects if subject not in idle)
    healthy = library.without_conditions(masked, hints=hints)[:LOOK_AT]
    unknown = unknown_states(healthy)
    if previous and goes_on and not subjects:
        subjects = previous.subjects
    elif previous and goes_on and not facets:
        facets = previous.facets
    aims = tuple(aim for aim, form in AIMS.items() if form.search(healthy))
    minutes = minutes_of(folded)
    if not any(library.doable(s) for s in subjects):
        facets = _practice_wished(facets, folded, minutes)
        if GENERALLY.search(folded) and "sequence" not in facets:
            # "Calories in an hour of yoga" asks for no plan of an hour.
            subjects = tuple(s for s in subjects if not _is_plan(s, library))
        if WHEN_NOT.search(folded) and not conditions:
            subjects = tuple(s for s in _WHEN_NOT_TOLD if s in library)
        elif CHAIR.search(whole) and CHAIR_TOLD in library:
            subjects, facets = (CHAIR_TOLD,), tuple(f for f in facets if f != "sequence")
    elif WHEELCHAIR.search(whole) and CHAIR_TOLD in library and not conditions:
        subjects = (CHAIR_TOLD,)
    facets = _fitting(facets, subjects, library, health=bool(conditions or unknown))
    stretches, strengthens = _muscles(healthy)
    without = _without(folded)
    wishes = conditions or unknown or stretches or strengthens or "find" in facets
    wishes = wishes or (aims and "steps" not in facets)
    strange = None if wishes or not ASKS.search(folded) else strange_name(folded, library.knows)
    if any(_is_done(mention, library) and not mention.weak for mention in mentions):
        strange = None
    subjects = () if strange else subjects
    return Intent(
        subjects=subjects,
        names=tuple(fold(question[m.start : m.end]) for m in mentions if m.ids[0] in subjects),
        facets=facets,
        conditions=conditions,
        stated=tuple(library.conditions(masked)) if hints else conditions,
        aims=aims,
        minutes=minutes,
        danger=danger,
        alternatives=_alternatives(mentions, subjects, library),
        about_yoga=_about_yoga(folded, facets, bool(subjects), bool(conditions or unknown))
        or danger is not None
        or strange is not None,
        unknown=unknown,
        families=() if describes else tuple(f for f in _families(folded) if f not in without),
        without=without,
        stretches=stretches,
        strengthens=strengthens,
        level=_level(folded),
        meditates=bool(MEDITATION.search(folded)),
        alignment=() if conditions or unknown else alignment_asked(folded),
        strange=strange,
        unknowable=is_unknowable(folded),
    )


def _remark(folded: str) -> Remark | None:
    if len(folded) > 80:
        return None
    return next((remark for remark, form in REMARKS.items() if form.fullmatch(folded)), None)


def _masked(text: str, mentions: Sequence[Mention]) -> str:
    """The text with a word that means nothing in place of each mention."""
    for mention in reversed(mentions):
        if mention.end <= len(text):
            text = f"{text[: mention.start]} {_NAME_WORD} {text[mention.end :]}"
    return text


def _meant(
    mentions: Sequence[Mention], folded: str, library: Library, previous: Intent | None
) -> list[Mention]:
    """The mentions without the everyday words that only sound like names."""
    if NOT_OURS.search(folded):
        return []
    strong = [mention for mention in mentions if not mention.weak]
    if NOT_YOGA.search(folded):
        return strong
    spoken_of = bool(YOGA.search(folded) or any(_is_done(m, library) for m in strong))
    asks = (
        any(form.search(folded) for facet, form in FACETS.items() if facet not in _UNTELLING)
        or danger_of(folded)
        or alignment_asked(folded)
        or library.conditions(folded)
    )
    alone = len(folded.split()) <= _ALONE
    compared = len(mentions) > 1 and FACETS["comparison"].search(folded) is not None
    kept = []
    for mention in mentions:
        needs_more = mention.weak and isinstance(library[mention.ids[0]], Topic)
        by_form = (asks or previous is not None) and not needs_more
        if not mention.weak or spoken_of or alone or compared or by_form:
            kept.append(mention)
    return kept


def _facets(folded: str, subjects: int) -> tuple[Facet, ...]:
    """What is asked, in the order in which it is asked."""
    found: dict[Facet, int] = {}
    for facet, form in FACETS.items():
        if match := form.search(folded):
            found[facet] = match.start()
    if subjects > 1 and re.search(r"\bor\b|\bthan\b|\bvs\b", folded):
        found["comparison"] = -1
    if {"steps", "hold"} <= found.keys() and not _HOW_LONG.search(folded):
        del found["hold"]
    if "steps" in found and _NARROWER & found.keys() and not _WHOLE_WAY.search(folded):
        del found["steps"]
    if "hold" in found and "how many breaths" in folded:
        found.pop("breath", None)
    if "names" in found and not re.search(r"\bmean", folded):
        found.pop("meaning", None)
    if not found and YES_OR_NO.match(folded):
        found["overview"] = 0
    if len(found) > 1 and not _WHAT_AND.match(folded):
        found.pop("overview", None)
    return tuple(sorted(found, key=lambda facet: found[facet]))


def _fitting(
    facets: tuple[Facet, ...], subjects: tuple[str, ...], library: Library, *, health: bool
) -> tuple[Facet, ...]:
    """The facets that make sense of what is spoken of."""
    if not any(library.doable(s) for s in subjects):
        return facets
    if any(isinstance(library[s], Practice) for s in subjects):
        facets = tuple("steps" if f == "sequence" else f for f in facets)
    kept: list[Facet] = ["safety" if f == "avoid" else f for f in facets if f != "find"]
    if health:
        kept = ["safety", *(f for f in kept if f != "overview")]
    if len(subjects) == 1 and "comparison" in kept and len(kept) > 1:
        kept.remove("comparison")
    return tuple(dict.fromkeys(kept))


def _is_plan(subject: str, library: Library) -> bool:
    """Whether it is a ready-made practice of some length."""
    entry = library[subject]
    return isinstance(entry, Topic) and _PLAN.match(fold(entry.english)) is not None


def _practice_wished(
    facets: tuple[Facet, ...], folded: str, minutes: float | None
) -> tuple[Facet, ...]:
    """With a time given it is a wish for a practice; a question about practising is none."""
    if GENERALLY.search(folded) and not _GIVE.search(folded):
        return tuple(facet for facet in facets if facet != "sequence")
    return ("sequence",) if minutes and {*facets} <= _A_WISH else facets


def _muscles(folded: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The muscles that should be stretched, and those that should be strengthened."""
    if not (STRETCH.search(folded) or STRENGTHEN.search(folded)):
        return (), ()
    named = tuple(muscle for muscle, form in MUSCLES.items() if form.search(folded))
    return (named, ()) if STRETCH.search(folded) else ((), named)


def _level(folded: str) -> Literal["beginner", "advanced"] | None:
    return "advanced" if HARD.search(folded) else "beginner" if EASY.search(folded) else None


def _describes(folded: str, facets: tuple[Facet, ...]) -> bool:
    """Whether it tells of something and asks nothing."""
    is_wish = {"sequence", "comparison", "alternatives", "avoid"} & {*facets} or minutes_of(folded)
    return not is_wish and len(folded.split()) >= _TELLING and not ASKS.search(folded)


def _without(folded: str) -> tuple[Family, ...]:
    """The families of asanas that somebody wants to leave out."""
    return tuple(family for match in WITHOUT.finditer(folded) for family in _families(match[1]))


def _families(folded: str) -> tuple[Family, ...]:
    return tuple(family for family, form in FAMILIES.items() if form.search(folded))


def _about_yoga(folded: str, facets: tuple[Facet, ...], subjects: bool, health: bool) -> bool:
    if NOT_OURS.search(folded) or (NOT_YOGA.search(folded) and not YOGA.search(folded)):
        return subjects and not NOT_OURS.search(folded)
    if subjects or health or YOGA.search(folded) or BODY.search(folded):
        return True
    tells_more = any(form.search(folded) for form in (*AIMS.values(), EASY, TODAY))
    tells_more = tells_more or minutes_of(folded) is not None
    wants_practice = "sequence" in facets and tells_more
    asks_back = bool(facets and POINTS_BACK.search(folded) and len(folded.split()) <= _SHORT)
    return wants_practice or asks_back or bool(_families(folded))


def _subjects(mentions: Sequence[Mention], library: Library, *, compared: bool) -> tuple[str, ...]:
    """What is spoken of: what can be done before what can be known, unless they are compared."""
    ids = _unique(mention.ids[0] for mention in mentions)
    doable = [entry_id for entry_id in ids if library.doable(entry_id)]
    return tuple(ids if compared and len(doable) == 1 else doable or ids)


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


def _is_done(mention: Mention, library: Library) -> bool:
    return library.doable(mention.ids[0]) is not None


def _goes_on(folded: str) -> bool:
    return len(folded.split()) <= _SHORT or bool(FOLLOW_UP.search(folded))


def _unique(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))
