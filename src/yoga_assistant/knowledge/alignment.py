"""What an asana asks of a part of the body: the sentences of its entry that speak of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .library import Library
from .schema import Asana

MOST_OF_ONE = 3  # sentences told of one asana
MOST_OF_MANY = 3  # asanas of which a sentence is told

_PARTS: dict[str, str] = {
    "elbow": r"elbows?",
    "knee": r"knees?|kneecaps?",
    "heel": r"heels?(?! of (?:the|your|both) hands?)",
    "foot": r"feet|foot|toes?|soles?|arch|arches",
    "hip": r"hips?|pelvis|hip ?bones?|sitting bones?|sit ?bones?|tailbone|buttocks?|bum",
    "back": r"back|spine",
    "neck": r"neck|throat|chin",
    "head": r"head|forehead",
    "gaze": r"gaze|eyes|look|looking",
    "shoulder": r"shoulders?|shoulder ?blades?",
    "hand": r"hands?|palms?|fingers?|wrists?",
    "leg": r"legs?|thighs?|shins?",
    "arm": r"arms?|forearms?",
    "chest": r"chest|ribs?|breastbone",
    "belly": r"belly|abdomen|stomach|core",
}
PARTS = {part: re.compile(rf"\b(?:{form})\b", re.IGNORECASE) for part, form in _PARTS.items()}
_PLACES = re.compile(
    r"\bshould\b|\bwhere\b|which way|position|placement|\bbent\b|straight|\block|touch|\bround"
    r"|\bturn|\bpoint|\bflat\b|correct|align|how (?:far|wide|high|low|close)|\bwrong\b|supposed"
    r"|parallel|\bapart\b|together|\bmatter|come (?:off|up)|comes? (?:off|up)|\blift|collaps|splay"
    r"|\bsag|\bdrop|\bsink|\bbend|what (?:do|should) i do with|\bkeep|square|level|\bcave|arch"
    r"|\bface\b|creep|ride up|hunch|shrug|\bears\b|slid(?:e|ing)|wobbl|off the (?:floor|ground"
    r"|mat)|\bangle"
)
# Said of how the body feels, and so a matter of health.
_FEELS = re.compile(
    r"\bcant\b|cannot|unable|instead|\bhurt|\bpain|\bsore\b|injur|ache|aching|surgery|operat"
    r"|numb|replace|\bsafe\b"
)
_PLAIN = frozenset(
    "should your you when where what which does dont have with the and are for that this pose "
    "poses yoga asana asanas supposed from into seated standing".split()
)
_WEIGHT = {"mistakes": 0.75, "shape": 0.5, "steps": 0.5, "beginner": 0.25}
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence or two of an asana's section."""

    asana: str
    key: str  # of the section
    text: str


def alignment_asked(folded: str) -> tuple[str, ...]:
    """The parts of the body whose place is asked about, then the other words of the question.

    Args:
        folded: the question, the names that are known taken out.
    """
    parts = tuple(part for part, form in PARTS.items() if form.search(folded))
    if not parts or _FEELS.search(folded) or not _PLACES.search(folded):
        return ()
    words = (word for word in folded.split() if len(word) > 3 and word not in _PLAIN)
    return (*parts, *(word for word in words if not any(f.search(word) for f in PARTS.values())))


def told_of_part(asked: Sequence[str], asanas: Iterable[str], library: Library) -> list[Told]:
    """The sentences on the parts asked about: a few of one asana, or one of each of a few."""
    ids = [asana for asana in asanas if isinstance(library[asana], Asana)]
    ranked = sorted(
        ((-_worth(told, asked), place, told) for place, told in enumerate(_all(ids, library))),
        key=lambda row: row[:2],
    )
    speaking = [(place, told) for worth, place, told in ranked if -worth >= 1]
    if len(ids) == 1:
        return [told for _, told in sorted(speaking[:MOST_OF_ONE], key=lambda row: row[0])]
    best: dict[str, Told] = {}
    for worth, _, told in ranked:
        if -worth >= 2:  # for many asanas the part alone says too little
            best.setdefault(told.asana, told)
    return [*best.values()][:MOST_OF_MANY]


def _worth(told: Told, asked: Sequence[str]) -> float:
    """1 for each part spoken of, 1 for each other word; 0 where no part is."""
    parts = sum(bool(PARTS[word].search(told.text)) for word in asked if word in PARTS)
    if not parts:
        return 0.0
    said = told.text.lower()
    others = sum(
        re.search(rf"\b{word[:4]}", said) is not None for word in asked if word not in PARTS
    )
    return min(parts, 1) + 0.25 * (parts - 1) + others + _WEIGHT[told.key]


def _all(asanas: Iterable[str], library: Library) -> Iterator[Told]:
    for asana in asanas:
        entry = library[asana]
        if not isinstance(entry, Asana):
            continue
        for mistake in entry.mistakes:
            yield Told(asana, "mistakes", f"{mistake.wrong} {mistake.right}")
        for sentence in _SENTENCE.split(entry.shape):
            yield Told(asana, "shape", sentence)
        for step in entry.steps:
            yield Told(asana, "steps", step)
        for change in entry.modifications:
            yield Told(asana, "beginner", change)
