"""Writes answers from the knowledge and from what was read; needs nothing but the package.

It says only what a passage says and marks each statement with that passage's number. What the
passages do not hold it does not know, and it says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from ..knowledge import Asana, Condition, Library, Practice, Topic
from ..knowledge.articles import listed, lower_first, title_of
from ..knowledge.evidence import MOST_SUBJECTS, section_keys
from ..knowledge.names import fold
from ..knowledge.sequence import practice
from ..types import Completion, Danger, Intent, Passage, Source, TextPrompt

# Found on questions written for it: what is scored lower than this rarely answers them.
SCORE_LEAST = 0.30

DECLINE = (
    "I can only help with yoga: postures, breathing, meditation, philosophy and how to practise "
    'safely. Ask me, for example, "How do I enter crow pose?"'
)
UNKNOWN = (
    "I do not know that. What I have read does not answer it; try to name a posture, a practice "
    "or what troubles you, or give me a link to read."
)
DANGERS: dict[Danger, str] = {
    "emergency": "Please stop practising and get medical help now: call your local emergency number "
    "or see a doctor at once. This is not something for yoga to settle.",
    "self-harm": "I am sorry that it is so hard. Please talk to somebody now: your local emergency "
    "number, a crisis line, a doctor or a person you trust. You need not go through this alone.",
    "medication": "No: do not stop, lower or replace a medicine or a treatment because of yoga. Ask "
    "the doctor who prescribed it; yoga can only stand beside the treatment.",
    "cure": "No: yoga does not cure an illness, and whoever promises that is wrong. It may help you "
    "to feel and move better beside the treatment that your doctor advises.",
}

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")


class OfflineWriter:
    """The language model of those who have none: exact, brief, and never makes anything up.

    Args:
        library: what it knows; the shipped knowledge by default.
    """

    context_tokens = 32_000

    def __init__(self, library: Library | None = None) -> None:
        self._given = library

    def complete(self, prompt: TextPrompt) -> Completion:
        return Completion("".join(self.stream(prompt)).strip(), model="offline")

    def stream(self, prompt: TextPrompt) -> Iterator[str]:
        """The answer, a paragraph at a time."""
        for paragraph in _Reply(prompt, self._library).paragraphs():
            yield paragraph + "\n\n"

    @cached_property
    def _library(self) -> Library:
        return self._given or Library.shipped()


class _Reply:
    """One answer to one prompt."""

    def __init__(self, prompt: TextPrompt, library: Library) -> None:
        self.question = prompt.question
        self.intent = prompt.intent
        self.sources = prompt.sources
        self.library = library
        self._numbers = {
            (source.document_id, source.start): number
            for number, source in enumerate(prompt.sources, start=1)
        }

    def paragraphs(self) -> Iterator[str]:
        intent = self.intent
        if intent.danger:
            yield DANGERS[intent.danger]
            if intent.danger in ("emergency", "self-harm"):
                return
            yield from self._conditions()
            return
        if "sequence" in intent.facets and intent.about_yoga:
            yield from self._sequence()
            return
        yield from self._read()
        topics = [s for s in intent.subjects if isinstance(self.library[s], Topic)]
        wants_postures = "find" in intent.facets and len(topics) == len(intent.subjects)
        if intent.subjects and not wants_postures:
            yield from self._subjects()
        elif intent.conditions:
            yield from self._conditions()
        else:
            yield from self._found()

    def _subjects(self) -> Iterator[str]:
        subjects = self.intent.subjects[:MOST_SUBJECTS]
        if "comparison" in self.intent.facets and len(subjects) > 1:
            yield from self._comparison(subjects)
        else:
            for subject in subjects:
                yield from self._subject(subject)
        if self.intent.alternatives:
            names = [self.library.name(other) for other in self.intent.alternatives]
            yield f"If you meant {listed(names)}, ask for it by that name."

    def _subject(self, subject: str) -> Iterator[str]:
        article = self.library.article(subject)
        told = False
        for key in section_keys(self.intent, article):
            if key.startswith("caution:") or key == "fine":
                if not told:
                    yield from self._safety(subject)
                told = True
            else:
                yield self._section(subject, key)
        if "safety" in self.intent.facets and not told:
            yield from self._safety(subject)

    def _section(self, subject: str, key: str) -> str:
        """A section told: its body, with a lead where it would not stand alone."""
        article = self.library.article(subject)
        passage = article.passages[key]
        name = article.document.title
        lead = {
            "steps": f"How to practise {name}",
            "mistakes": f"Common mistakes in {self.library.name(subject)}",
            "beginner": f"Easier versions of {self.library.name(subject)}",
            "deeper": f"Further in {self.library.name(subject)}",
        }.get(key)
        if lead:
            return self._list(lead, passage)
        heading = {"breath": "Breath: ", "hold": "How long: "}.get(key, "")
        return f"{heading}{self._body_cited(passage)}"

    def _safety(self, subject: str) -> Iterator[str]:
        entry = self.library[subject]
        if not isinstance(entry, Asana | Practice):
            return
        if not self.intent.conditions:
            yield from self._who_should_not(subject, entry)
        for condition in self.intent.conditions:
            yield self._verdict(subject, entry, condition)

    def _verdict(self, subject: str, entry: Asana | Practice, condition: str) -> str:
        """Whether somebody with this condition may do it, said first, then why."""
        passages = self.library.article(subject).passages
        state = lower_first(self.library.name(condition))
        name = entry.english
        if passage := passages.get(f"caution:{condition}"):
            caution = next(c for c in entry.cautions if c.condition == condition)
            avoid = f"With {state}, leave {name} out."
            change = f"With {state}, do {name} only in a changed form."
            verdict = avoid if caution.advice == "avoid" else change
            return f"{verdict} {_body(passage)}{self._cite(passage)}"
        if condition in entry.fine:
            fine = f"With {state}, nothing particular is known to speak against {name}"
            return f"{fine}{self._cite(passages['fine'])}; stop if it hurts."
        return f"I do not know how {name} suits {state}; ask your doctor or an experienced teacher first."

    def _who_should_not(self, subject: str, entry: Asana | Practice) -> Iterator[str]:
        passages = self.library.article(subject).passages
        verbs = (("avoid", "Leave {} out with"), ("modify", "Change {} with"))
        for advice, lead in verbs:
            parts = [
                lower_first(self.library.name(c.condition))
                + self._cite(passages[f"caution:{c.condition}"])
                for c in entry.cautions
                if c.advice == advice
            ]
            if parts:
                yield f"{lead.format(entry.english)} {listed(parts)}."
        yield f"Without any of these {entry.english} is usually safe if you build up to it and stop at pain."

    def _comparison(self, subjects: Sequence[str]) -> Iterator[str]:
        for subject in subjects:
            passages = self.library.article(subject).passages
            keys = [key for key in ("overview", "level", "anatomy") if key in passages]
            yield " ".join(_body(passages[key]) + self._cite(passages[key]) for key in keys)
        entries = [e for s in subjects if isinstance(e := self.library[s], Asana)]
        if len(entries) == len(subjects):
            yield " ".join(_shared(entries)) or "They share no muscle group that is named here."

    def _conditions(self) -> Iterator[str]:
        for condition in self.intent.conditions:
            passages = self.library.article(condition).passages
            if not isinstance(self.library[condition], Condition):
                continue
            yield self._body_cited(passages["overview"])
            yield self._list("What to leave out", passages["avoid"])
            yield self._list("What is safe instead", passages["safe"])
            for key, passage in passages.items():
                if key.startswith("stage:"):
                    yield f"{passage.text.partition(chr(10))[0]}: {self._body_cited(passage)}"
            yield self._list("When to see a doctor", passages["doctor"])

    def _sequence(self) -> Iterator[str]:
        stations = practice(self.intent, self.library)
        lines = []
        for number, station in enumerate(stations, start=1):
            article = self.library.article(station.asana)
            cite = self._cite(article.passages["overview"])
            note = f" {station.note}" if station.note else ""
            lines.append(
                f"{number}. {article.document.title}, {station.minutes:g} min.{note}{cite}"
            )
        minutes = sum(station.minutes for station in stations)
        yield f"A practice of about {minutes:g} minutes:\n" + "\n".join(lines)
        yield "Move with the breath, do both sides alike, and leave out whatever hurts."

    def _read(self) -> Iterator[str]:
        """What pages and files say to the question, in their own words."""
        wanted = set(fold(self.question).split())
        for number, source in enumerate(self.sources, start=1):
            if source.document_id in self.library or source.score < SCORE_LEAST:
                continue
            best = sorted(
                _sentences(source.quote), key=lambda s: -len(wanted & set(fold(s).split()))
            )
            if best:
                yield f"{source.title} says: {' '.join(best[:2])} [{number}]"

    def _found(self) -> Iterator[str]:
        """The best of what the search found, where nothing is named."""
        known = [
            source
            for source in self.sources
            if source.document_id in self.library and source.score >= SCORE_LEAST
        ]
        if not self.intent.about_yoga and not (known and known[0].score > 2 * SCORE_LEAST):
            yield DECLINE
            return
        if not known:
            if all(source.document_id in self.library for source in self.sources):
                yield UNKNOWN
            return
        doable = [s for s in known if isinstance(self.library[s.document_id], Asana | Practice)]
        if doable and (doable[0] is known[0] or "find" in self.intent.facets):
            yield from self._suggestions(doable)
        else:
            yield from self._passages_of(known[0].document_id, known)

    def _passages_of(self, document_id: str, known: Sequence[Source]) -> Iterator[str]:
        article = self.library.article(document_id)
        keys = [article.key_at(s.start) for s in known if s.document_id == document_id]
        told = [
            key for key in keys if not key.startswith(("described", "names", "ground", "related"))
        ]
        for key in dict.fromkeys(["overview", *told[:2]]):
            yield self._body_cited(article.passages[key])

    def _suggestions(self, known: Sequence[Source]) -> Iterator[str]:
        """The asanas and practices that fit, each in its own summary."""
        best = known[0].score
        ids = dict.fromkeys(s.document_id for s in known if s.score >= 0.75 * best)
        for entry_id in list(ids)[:3]:
            passage = self.library.article(entry_id).passages["overview"]
            title = title_of(self.library[entry_id])
            source = next(s for s in known if s.document_id == entry_id)
            yield f"{title}: {_body(passage)} [{self._number(source)}]"

    def _list(self, lead: str, passage: Passage) -> str:
        return f"{lead}{self._cite(passage)}:\n{_body(passage)}"

    def _body_cited(self, passage: Passage) -> str:
        return _body(passage) + self._cite(passage)

    def _cite(self, passage: Passage) -> str:
        number = self._numbers.get((passage.document.id, passage.start))
        return f" [{number}]" if number else ""

    def _number(self, source: Source) -> int:
        return self._numbers[(source.document_id, source.start)]


def _shared(entries: Sequence[Asana]) -> Iterator[str]:
    """What the asanas have in common, and what only one of them does."""
    pairs: tuple[tuple[str, Callable[[Asana], tuple[str, ...]]], ...] = (
        ("strengthen", lambda entry: entry.strengthens),
        ("stretch", lambda entry: entry.stretches),
    )
    for verb, of in pairs:
        common = [name for name in of(entries[0]) if all(name in of(e) for e in entries[1:])]
        if common:
            yield f"{'Both' if len(entries) == 2 else 'All'} {verb} the {listed(common)}."


def _body(passage: Passage) -> str:
    """A passage without its heading, which is a first line that ends no sentence."""
    first, newline, rest = passage.text.partition("\n")
    return rest if newline and not first.rstrip().endswith((".", "!", "?", ":")) else passage.text


def _sentences(text: str) -> list[str]:
    return [s for match in _SENTENCE.finditer(text) if len(s := match.group().strip()) > 20]
