"""What a question says of somebody's health: the states that the knowledge holds, and others.

The expressions are matched against the folded question: lower case, no accents or apostrophes, and
blanks for signs.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .names import fold
from .schema import Condition, Entry

OLD = 65  # years from which the advice for older people holds
SHORTEST_GUESS = 6  # letters of a misspelt condition
MOST_GUESSES = 12  # words of a question that are tried as misspelt conditions

# States of health that come up and that the knowledge holds nothing certain about.
_UNKNOWN: dict[str, str] = {
    "a mental illness": r"bipolar|schizophreni\w+|psychosis|eating disorder|anorexia|bulimia|ocd",
    "dementia": r"dementia|alzheimers?",
    "fibroids": r"fibroids?",
    "trouble conceiving": r"infertility|ivf|trying to conceive",
    "a bowel complaint": r"crohns?|colitis|diverticul\w+|haemorrhoids?|hemorrhoids?|bloated",
    "kidney trouble": r"kidneys?|renal|dialysis",
    "liver trouble": r"liver|cirrhosis|hepatitis",
    "an infection": r"infection|tuberculosis|sinus",
    "anaemia": r"an?emia|an?aemic",
    "chronic fatigue": r"chronic fatigue",
    "a disability": r"amputee|amputation|cerebral palsy|spina bifida|spinal cord",
    "a rib injury": r"ribs? (?:injury|pain|hurts?)|(?:broken|cracked|bruised) ribs?",
    "a finger or thumb injury": r"(?:broken|jammed|sore|sprained) (?:finger|thumb)s?",
    "tailbone pain": r"coccyx|tailbone (?:pain|hurts?|injury)|(?:sore|bruised|broken) tailbone",
    "jaw pain": r"\btmj\b|jaw pain",
    "a calf or shin injury": r"shin splints?|(?:torn|pulled|strained) calf",
    "tinnitus": r"tinnitus",
    "pain": r"stomach ache|belly pain|abdominal pain|pelvic pain|side stitch",
}  # fmt: skip
_UNKNOWN_FORM = re.compile(
    r"\b(?:" + "|".join(f"(?P<u{n}>{form})" for n, form in enumerate(_UNKNOWN.values())) + r")\b"
)
_UNKNOWN_NAMES = {f"u{n}": name for n, name in enumerate(_UNKNOWN)}
# "Bursitis", "neuralgia", "Ehlers syndrome": whatever it is, it is not known here.
_ILLNESS = re.compile(
    r"\b(?!diagnosis|hypnosis|prognosis|empath|sympath|telepath|path)"
    r"(\w{3,}(?:itis|algia|opathy|ectomy|plasty|sclerosis|osis)\b"
    r"|\w{3,} (?:syndrome|disease|disorder))\b"
)

_AGE = re.compile(
    r"\b(\d{1,3}) ?(?:years?|yrs?|yr) ?old\b|\b(\d{1,3}) ?yo\b|\baged? (\d{1,3})\b"
    r"|\b(?:i am|im|i m|shes|hes|she is|he is) (\d{1,3})"
    r"\b(?! (?:weeks?|months?|days?|hours?|minutes?|min|kg|kilos?|cm|percent|times|pounds|lbs)\b)"
)

# How a state stands in a sentence; every other is "with" its name.
_WITHIN: Mapping[str, str] = {
    "pregnancy": "in pregnancy",
    "postpartum": "after childbirth",
    "menstruation": "during menstruation",
    "menopause": "in menopause",
    "trauma": "after trauma",
    "parkinsons-disease": "with Parkinson's disease",
    "stroke": "after a stroke",
    "recent-surgery": "soon after surgery",
    "children": "for children",
    "older-people": "for older people",
    "herniated-disc": "with a herniated disc",
    "retinal-detachment": "with a detached retina",
    "hernia": "with a hernia",
    "hamstring-injury": "with a hamstring injury",
    "wrist-injury": "with a wrist injury or wrist pain",
    "shoulder-injury": "with a shoulder injury or shoulder pain",
    "neck-injury": "with a neck injury or neck pain",
    "knee-injury": "with a knee injury or knee pain",
    "hip-injury": "with a hip injury or hip pain",
    "ankle-injury": "with an ankle or foot injury",
}


_IN_PLACE_OF = re.compile(r"replaces|instead of|in place of|without|rather than")


def within(condition: str, name: str) -> str:
    """A state of health as a part of a sentence: "with glaucoma", "in pregnancy"."""
    plain = name if name[1:2].isupper() else name[:1].lower() + name[1:]
    return _WITHIN.get(condition, f"with {plain}")


def recommended(text: str) -> str:
    """The part of a sentence that says what to do: "X replaces Y", "X instead of Y"."""
    return _IN_PLACE_OF.split(text, maxsplit=1)[0]


def unknown_states(folded: str) -> tuple[str, ...]:
    """The states of health in a text from which those that are known were taken out."""
    named = (_UNKNOWN_NAMES[m.lastgroup] for m in _UNKNOWN_FORM.finditer(folded) if m.lastgroup)
    found = [*named, *(match[1] for match in _ILLNESS.finditer(_UNKNOWN_FORM.sub(" ", folded)))]
    return tuple(dict.fromkeys(found))


class States:
    """The conditions among some entries, and how to find them in a question.

    Args:
        knows: whether a folded word is spelt right, and so is no misspelt condition.
    """

    def __init__(self, entries: Mapping[str, Entry], knows: Callable[[str], bool]) -> None:
        self._knows = knows
        self._ids = {i for i, entry in entries.items() if isinstance(entry, Condition)}
        self._phrases = list(_phrases(entries))
        self._words = {
            phrase.strip(): entry_id
            for phrase, entry_id, is_hint in self._phrases
            if not is_hint and phrase.count(" ") == 2 and len(phrase) > SHORTEST_GUESS + 1
        }

    def find(self, folded: str, *, hints: bool = False) -> list[str]:
        """The ids of the conditions spoken of, in order; with `hints` parts of the body count."""
        words = f" {folded} "
        found: dict[str, int] = {}
        for phrase, entry_id, is_hint in self._phrases:
            if (hints or not is_hint) and phrase in words:
                found[entry_id] = min(words.index(phrase), found.get(entry_id, len(words)))
        for entry_id, place in (*self._by_age(folded), *self._misspelt(folded)):
            found.setdefault(entry_id, place)
        return sorted(found, key=lambda entry_id: found[entry_id])

    def without(self, folded: str, *, hints: bool = False) -> str:
        """The text less the words by which `find` finds something."""
        words = f" {folded} "
        for phrase, _, is_hint in self._phrases:
            if (hints or not is_hint) and phrase in words:
                words = words.replace(phrase, " ")
        return words.strip()

    def _by_age(self, folded: str) -> Iterator[tuple[str, int]]:
        for match in _AGE.finditer(folded):
            age = int(next(filter(None, match.groups())))
            entry_id = "children" if age < 18 else "older-people" if age >= OLD else ""
            if entry_id in self._ids:
                yield entry_id, match.start()

    def _misspelt(self, folded: str) -> Iterator[tuple[str, int]]:
        strange = (w for w in folded.split() if len(w) >= SHORTEST_GUESS and not self._knows(w))
        for word in itertools.islice(strange, MOST_GUESSES):
            match = process.extractOne(
                word, self._words.keys(), scorer=OSA.distance, score_cutoff=len(word) // 6
            )
            if match:
                yield self._words[match[0]], folded.index(word)


def _phrases(entries: Mapping[str, Entry]) -> Iterator[tuple[str, str, bool]]:
    """Each phrase that means a condition, between blanks, its id, and whether it is but a hint."""
    for entry_id, entry in entries.items():
        if isinstance(entry, Condition):
            for phrase in (entry.english, *entry.also):
                yield f" {fold(phrase)} ", entry_id, False
            for phrase in entry.hints:
                yield f" {fold(phrase)} ", entry_id, True
