"""Which health cautions must stand beside the answer, whatever a model wrote.

They come from the knowledge alone: from the question's conditions and asanas, never from the
model's text, so a model cannot lose, weaken or invent one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..knowledge import Asana, Condition, Library, Practice
from ..knowledge.articles import capital, listed_states
from ..knowledge.evidence import gravest_first
from ..knowledge.schema import Caution as KnownCaution
from ..knowledge.schema import Entry
from ..types import Caution, Danger, Intent

MOST_SUBJECTS = 8
MOST_MODIFY = 6  # conditions named in one line; the authors put the weightiest first

_DANGERS: dict[Danger, str] = {
    "emergency": "This may be an emergency: stop, and call your local emergency number or see a "
    "doctor now.",
    "self-harm": "You matter, and you need not be alone with this: call your local emergency "
    "number or a crisis line now, or tell somebody near you.",
    "symptom": "Do not practise on with this: see a doctor first, and at once if it came suddenly "
    "or does not pass.",
    "medication": "Never stop, lower or replace a medicine or a treatment because of yoga: talk to "
    "the doctor who prescribed it.",
    "against advice": "Your doctor's advice comes before anything that stands here.",
    "cure": "Yoga does not cure diseases and never takes the place of medical care: ask your "
    "doctor.",
}


def cautions(intent: Intent, library: Library) -> tuple[Caution, ...]:
    """The cautions for what `intent` speaks of, the most urgent first."""
    subjects = [s for s in intent.subjects if library.doable(s)]
    subjects = subjects[:MOST_SUBJECTS]
    found = [*_of_danger(intent), *_of_pairs(subjects, intent, library)]
    if intent.conditions or intent.unknown:
        found += _of_states(intent, library, beside_subject=bool(subjects))
    elif intent.danger is None:
        found += _of_subjects(subjects, library)
    return tuple(dict.fromkeys(found))


def _of_danger(intent: Intent) -> Iterator[Caution]:
    if intent.danger:
        yield Caution("", "yoga", "see a doctor", _DANGERS[intent.danger])


def _of_pairs(subjects: Iterable[str], intent: Intent, library: Library) -> Iterator[Caution]:
    for subject in subjects:
        entry = library.doable(subject)
        if entry is None:
            continue
        for condition in gravest_first(entry, intent.conditions):
            yield from _of_pair(subject, condition, library)
        for state in intent.unknown:
            yield _unknown(capital(state), library.name(subject))


def _of_pair(subject: str, condition: str, library: Library) -> Iterator[Caution]:
    entry, state = library.doable(subject), library[condition]
    if entry is None or condition in entry.fine:
        return
    for caution in entry.cautions:
        if caution.condition == condition:
            text = _told(caution, entry, state)
            yield Caution(state.english, entry.english, caution.advice, text)
            return
    said = library.said_of(subject, condition)
    if said is None:
        yield _unknown(state.english, entry.english)
    elif not said.is_safe:
        yield Caution(state.english, entry.english, "avoid", f"{state.english}: {said.text}")


def _told(caution: KnownCaution, entry: Asana | Practice, state: Entry) -> str:
    """What to do about it in one line: why it is left out, or how it is changed."""
    if caution.advice == "avoid":
        return f"{state.english}: leave out {entry.english}. {caution.reason}"
    return f"{state.english}: change {entry.english}. {caution.instead or caution.reason}"


def _unknown(state: str, name: str) -> Caution:
    text = (
        f"{state}: it is not known here how well {name} suits it. "
        "Ask your doctor or an experienced teacher first."
    )
    return Caution(state, name, "see a doctor", text)


def _of_states(intent: Intent, library: Library, *, beside_subject: bool) -> Iterator[Caution]:
    for condition in intent.conditions:
        state = library[condition]
        if isinstance(state, Condition):
            told = state.doctor[0] if beside_subject else f"{state.summary} {state.doctor[0]}"
            text = f"{state.english}: {told}"
            yield Caution(state.english, "yoga", "see a doctor", text)
    for unknown in () if beside_subject else intent.unknown:
        text = f"{capital(unknown)}: ask your doctor before you practise."
        yield Caution(capital(unknown), "yoga", "see a doctor", text)


def _of_subjects(subjects: Iterable[str], library: Library) -> Iterator[Caution]:
    """One line for each asana: who should leave it out, and who should change it."""
    for subject in subjects:
        entry = library.doable(subject)
        if entry and entry.cautions:
            avoid = [c.condition for c in entry.cautions if c.advice == "avoid"]
            modify = [c.condition for c in entry.cautions if c.advice == "modify"]
            told = _leave_out(avoid, modify, library) if avoid else _change(modify, library)
            text = f"{entry.english}: {told}"
            yield Caution("", entry.english, "avoid" if avoid else "modify", text)


def _leave_out(avoid: list[str], modify: list[str], library: Library) -> str:
    told = f"leave it out {listed_states(avoid, library.name)}."
    return f"{told} Other conditions ask for changes; ask about yours." if modify else told


def _change(modify: list[str], library: Library) -> str:
    more = ", among other conditions; ask about yours" if len(modify) > MOST_MODIFY else ""
    return f"change it {listed_states(modify[:MOST_MODIFY], library.name)}{more}."
