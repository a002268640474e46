"""Which health cautions must stand beside the answer, whatever a model wrote.

They come from the knowledge alone: from the question's conditions and asanas, never from the
model's text, so a model cannot lose, weaken or invent one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..knowledge import Asana, Condition, Library, Practice
from ..knowledge.articles import listed, lower_first
from ..knowledge.schema import Caution as KnownCaution
from ..types import Caution, Danger, Intent

MOST_SUBJECTS = 4
MOST_MODIFY = 6  # conditions named in one line; the authors put the weightiest first

_DANGERS: dict[Danger, str] = {
    "emergency": "This may be an emergency. Stop practising and call your local emergency number or "
    "see a doctor now; yoga can wait.",
    "self-harm": "You matter, and you need not be alone with this. Please call your local emergency "
    "number or a crisis line now, or tell somebody near you.",
    "medication": "Never stop, lower or replace a medicine or a treatment because of yoga. Talk to "
    "the doctor who prescribed it first.",
    "cure": "Yoga does not cure diseases. It may support well-being beside medical care, never in "
    "place of it: ask your doctor.",
}


def cautions(intent: Intent, library: Library) -> tuple[Caution, ...]:
    """The cautions for what `intent` speaks of, the most urgent first."""
    subjects = [s for s in intent.subjects if isinstance(library[s], Asana | Practice)]
    subjects = subjects[:MOST_SUBJECTS]
    found = [*_of_danger(intent), *_of_pairs(subjects, intent.conditions, library)]
    if intent.conditions:
        found += _of_conditions(intent.conditions, library, bool(subjects))
    else:
        found += _of_subjects(subjects, library)
    return tuple(dict.fromkeys(found))


def _of_danger(intent: Intent) -> Iterator[Caution]:
    if intent.danger:
        yield Caution("", "yoga", "see a doctor", _DANGERS[intent.danger])


def _of_pairs(
    subjects: Iterable[str], conditions: Iterable[str], library: Library
) -> Iterator[Caution]:
    for subject in subjects:
        for condition in conditions:
            yield from _of_pair(subject, condition, library)


def _of_pair(subject: str, condition: str, library: Library) -> Iterator[Caution]:
    entry, state = library[subject], library[condition]
    if not isinstance(entry, Asana | Practice) or condition in entry.fine:
        return
    for caution in entry.cautions:
        if caution.condition == condition:
            verb = "leave out" if caution.advice == "avoid" else "change"
            instead = f" {caution.instead}" if caution.instead else ""
            text = f"{state.english}: {verb} {entry.english}. {caution.reason}{instead}"
            yield Caution(state.english, entry.english, caution.advice, text)
            return
    text = (
        f"{state.english}: it is not known here how well {entry.english} suits it. "
        f"Ask your doctor or an experienced teacher first."
    )
    yield Caution(state.english, entry.english, "see a doctor", text)


def _of_conditions(
    conditions: Iterable[str], library: Library, beside_subject: bool
) -> Iterator[Caution]:
    for condition in conditions:
        state = library[condition]
        if isinstance(state, Condition):
            told = state.doctor[0] if beside_subject else f"{state.summary} {state.doctor[0]}"
            text = f"{state.english}: {told}"
            yield Caution(state.english, "yoga", "see a doctor", text)


def _of_subjects(subjects: Iterable[str], library: Library) -> Iterator[Caution]:
    """One line for each asana: who should leave it out, and who should change it."""
    for subject in subjects:
        entry = library[subject]
        if isinstance(entry, Asana | Practice) and entry.cautions:
            avoid = [_name(c, library) for c in entry.cautions if c.advice == "avoid"]
            modify = [_name(c, library) for c in entry.cautions if c.advice == "modify"]
            parts = [f"leave it out with {listed(avoid)}"] if avoid else []
            if modify:
                shown, more = modify[:MOST_MODIFY], len(modify) - MOST_MODIFY
                rest = [f"{more} other conditions (ask about yours)"] if more > 0 else []
                parts.append(f"change it with {listed([*shown, *rest])}")
            text = f"{entry.english}: {'; '.join(parts)}."
            yield Caution("", entry.english, "avoid" if avoid else "modify", text)


def _name(caution: KnownCaution, library: Library) -> str:
    return lower_first(library.name(caution.condition))
