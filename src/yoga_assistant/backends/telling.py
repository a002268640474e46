"""Paragraphs told from the knowledge alone, each statement with the number of its source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ..knowledge import Asana, Library, Practice
from ..knowledge.articles import capital, listed, listed_states
from ..knowledge.choose import alternatives
from ..knowledge.cues import MUSCLE_NAMES, YES_OR_NO
from ..knowledge.evidence import gravest_first, section_keys
from ..knowledge.health import within
from ..knowledge.names import fold
from ..knowledge.schema import Level
from ..knowledge.sequence import practice
from ..types import Intent, Passage, Source

MOST_SECTIONS = 2  # of a topic, beside its summary
LEVELS: dict[Level, str] = {
    "beginner": "for beginners",
    "intermediate": "for people with some practice",
    "advanced": "for advanced practitioners",
}
_WAYS: dict[str, Callable[[Asana], tuple[str, ...]]] = {
    "strengthen": lambda entry: entry.strengthens,
    "stretch": lambda entry: entry.stretches,
}
_STEM_LEAST = 5  # letters of a word whose beginning alone tells it
_NAMED = 100  # the worth of a section that a question asks for by name
_LEADS = {
    "mistakes": "Common mistakes in {}",
    "beginner": "Easier ways into {}",
    "deeper": "Further in {}",
}
_FOR_AIM = {
    "sleep": "To calm down and to sleep better",
    "morning": "To wake up the body",
    "desk": "For the neck, the shoulders and the upper back",
    "legs": "For the legs",
    "hips": "For the hips",
    "back": "For the back",
    "core": "For the core",
    "balance": "For balance",
}
_CAREFUL = re.compile(r"\b(?:wrong for|leave|stop|avoid|not for|careful|injur|doctor|risk)")
_DOING = re.compile(r"\b(?:begin|sit|start|choose|close|stand|lie)\b")
MOST_LINES = 4  # of what a condition asks, where the question names something
# Words of a question on a condition that name nothing to do.
_NO_ACT = frozenset(
    "practise practice practising class classes pose poses exercise exercises while still start "
    "after patient possible people someone anyone allowed".split()
)
# What is asked in one word and may be told in another.
_SAME: dict[str, tuple[str, ...]] = {
    "clean": ("wash", "wipe", "soap"),
    "wash": ("wash", "wipe", "soap"),
    "calories": ("calories", "kilocalories", "energy"),
    "often": ("often", "week", "times"),
    "wrote": ("wrote", "author", "written"),
    "old": ("old", "years", "century"),
    "thick": ("thick", "millimetres"),
    "buy": ("buy", "choose"),
    "eat": ("eat", "meal", "food"),
    "calm": ("calm", "quiet", "relax"),
}
# Words of a question that say nothing about which section of a topic answers it.
_NO_HINT = frozenset({
    "what", "is", "are", "the", "a", "an", "of", "in", "to", "and", "or", "for", "do", "does", "i",
    "my", "me", "yoga", "how", "why", "when", "with", "on", "about", "can", "you", "tell", "it",
    "be", "should", "people", "safe", "good", "best", "some", "any", "have", "am", "get",
    "there", "explain", "mean", "means", "who", "was", "were", "which",
})  # fmt: skip


class Teller:
    """Tells of entries to one question; `sources` gives the numbers of the marks."""

    def __init__(
        self, question: str, intent: Intent, sources: Sequence[Source], library: Library
    ) -> None:
        self.intent, self.library = intent, library
        named = {word for name in intent.names for word in name.split()}
        self._folded = fold(question)
        self._asked = set(self._folded.split()) - _NO_HINT
        self._words = self._asked - named
        self._numbers = {
            (source.document_id, source.start): number
            for number, source in reversed([*enumerate(sources, start=1)])
        }

    @property
    def has_words(self) -> bool:
        """Whether the question names more than one thing: "2+2" does not."""
        return sum(word.isalpha() and len(word) > 2 for word in self._asked) > 1

    def entry(self, subject: str) -> Iterator[str]:
        """What is asked of an asana or a practice, health apart."""
        keys = [k for k in section_keys(self.intent, subject, self.library) if _is_told(k)]
        brief = [key for key in keys if key in ("overview", "benefits", "level")]
        if "steps" not in keys and len(brief) > 1:
            yield " ".join(self.section(subject, key) for key in brief)
            keys = [key for key in keys if key not in brief]
        if "steps" in keys and "hold" in keys:
            told = [key for key in ("breath", "hold") if key in keys]
            yield self.section(subject, "steps")
            yield " ".join(self.section(subject, key) for key in told)
            keys = [key for key in keys if key not in ("steps", *told)]
        yield from (self.section(subject, key) for key in keys)
        if "alternatives" in self.intent.facets:
            yield from self.alternatives(subject)

    def alternatives(self, subject: str) -> Iterator[str]:
        """What may be done in its place, each in a sentence."""
        others = alternatives(subject, self.intent.conditions, self.library)
        if others:
            states = listed_states(self.intent.conditions, self.library.name)
            lead = f"In place of {self.library.name(subject)}{f' {states}' * bool(states)}:\n"
            yield lead + "\n".join(f"- {self.summary(other)}" for other in others)
            yield from self.notes(others)

    def section(self, subject: str, key: str) -> str:
        """A section so that it stands alone."""
        article, name = self.library.article(subject), self.library.name(subject)
        passage = article.passages[key]
        if key == "steps":
            return self.listing(f"How to practise {article.document.title}", passage)
        if lead := _LEADS.get(key):
            return self.listing(lead.format(name), passage)
        told = body(passage)
        if key == "benefits" and told.startswith("It "):
            told = f"{name}{told[2:]}"
        elif key == "benefits" and name not in told:
            told = f"{name}: {told}"
        return told + self.cite(passage)

    def verdicts(self, subjects: Iterable[str]) -> Iterator[str]:
        """Whether they may be done in the states of health that are spoken of."""
        for subject in subjects:
            if entry := self.library.doable(subject):
                for condition in gravest_first(entry, self.intent.conditions):
                    yield self._verdict(subject, entry, condition)
                for state in self.intent.unknown:
                    yield (
                        f"How {entry.english} suits {state} I do not know: "
                        "ask your doctor or physiotherapist before you do it."
                    )

    def who_should_not(self, subject: str) -> Iterator[str]:
        """All the conditions that call for care, where none is spoken of."""
        entry = self.library.doable(subject)
        if entry is None:
            return
        passages = self.library.article(subject).passages

        def mark(condition: str) -> str:
            return self.cite(passages[f"caution:{condition}"])

        for advice, lead in (("avoid", "Leave {} out"), ("modify", "Change {}")):
            states = [c.condition for c in entry.cautions if c.advice == advice]
            if states:
                told = listed_states(states, self.library.name, mark)
                yield f"{lead.format(entry.english)} {told}."
        yield (
            f"Otherwise {entry.english} is usually safe if you build up to it and stop at pain; "
            "with any other illness ask your doctor first."
        )

    def comparison(self, subjects: Sequence[str]) -> Iterator[str]:
        """What each is, which is harder, and what they work."""
        entries = {s: e for s in subjects if isinstance(e := self.library[s], Asana)}
        levels = [self._levels(entries)] if len(entries) == len(subjects) else []
        levels_first = self._words & {"harder", "easier", "hardest", "easiest"}
        if levels_first:
            yield from levels
        for subject in subjects:
            keys = section_keys(self.intent, subject, self.library)
            more = [key for key in keys if key.startswith("section:")][:1]
            yield " ".join(self.section(subject, key) for key in ("overview", *more))
        if levels:
            yield from [] if levels_first else levels
            yield from filter(None, [" ".join(self._muscles(entries))])

    def topic(self, subject: str) -> Iterator[str]:
        """A summary, and the sections that speak of what the question names."""
        passages = self.library.article(subject).passages
        names = [name for name in self.intent.names if name not in fold(self.library.name(subject))]
        sections = [key for key in passages if key.startswith("section:")]
        worth = {key: self._worth(passages[key], names) for key in sections}
        best = sorted(sections, key=lambda key: -worth[key])[:MOST_SECTIONS]
        first = [key for key in best if worth[key] >= _NAMED]
        others = [key for key in sections if key in best and key not in first]
        if any(worth[key] for key in others):
            others = [key for key in others if worth[key]]
        for key in (*first, "overview", *others):
            yield self._headed(passages[key]) + self.body_cited(passages[key])

    def fits(self, subject: str) -> bool:
        """Whether a section of a topic speaks of what the question asks besides its name."""
        passages = self.library.article(subject).passages
        sections = (passages[key] for key in passages if key.startswith("section:"))
        return not self._words or any(self._worth(section, ()) for section in sections)

    def _headed(self, passage: Passage) -> str:
        """The heading of a section that the question asks for and that does not name itself."""
        heading, newline, text = passage.text.partition("\n")
        asked = any(_stands(word, fold(heading)) for word in self._asked)
        named = all(_stands(word, fold(text)) for word in fold(heading).split())
        return f"{heading}: " if newline and asked and not named else ""

    def condition(self, condition: str, *, briefly: bool) -> Iterator[str]:
        """What to leave out with a condition, or what is safe, or both if neither is asked."""
        passages = self.library.article(condition).passages
        state = within(condition, self.library.name(condition))
        facets = {*self.intent.facets}
        for key, passage in passages.items():
            heading = passage.text.partition("\n")[0]
            if key.startswith("stage:") and self._words & set(fold(heading).split()[:1]):
                yield f"{heading}: {self.body_cited(passage)}"
        wants_safe = facets & {"find", "alternatives", "benefits", "beginner", "sequence"}
        if YES_OR_NO.search(self._folded) and not briefly and not wants_safe | (facets & {"avoid"}):
            yield from self._whether(condition)
            return
        if briefly or not wants_safe or "avoid" in facets:
            yield self.listing(f"What to leave out {state}", passages["avoid"])
        if not briefly and "avoid" not in facets:
            yield self.listing(f"What is usually possible {state}", passages["safe"])

    def _whether(self, condition: str) -> Iterator[str]:
        """Whether and how one may practise with a condition: what bears on the question first."""
        passages = self.library.article(condition).passages
        state = within(condition, self.library.name(condition))
        yield self.body_cited(passages["overview"])
        words = self._words - {*fold(state).split(), *_NO_ACT}
        lines = [
            f"{line}{self.cite(passages[key])}"
            for key in ("avoid", "safe")
            for line in body(passages[key]).split("\n")
            if any(_stands(word, fold(line)) for word in words)
        ]
        if lines:
            yield f"{capital(state)}:\n" + "\n".join(lines[:MOST_LINES])
        else:
            yield self.listing(f"What to leave out {state}", passages["avoid"])

    def suggestions(self, chosen: Sequence[str]) -> Iterator[str]:
        """A few asanas for a wish, each in a sentence."""
        lines = [f"- {self.summary(asana)}" for asana in chosen]
        yield f"{self._wish()}:\n" + "\n".join(lines)
        yield from self.notes(chosen)

    def sequence(self) -> Iterator[str]:
        """A practice, asana by asana."""
        stations = practice(self.intent, self.library)
        lines = []
        for number, station in enumerate(stations, start=1):
            article = self.library.article(station.asana)
            cite = self.cite(article.passages["overview"])
            note = f" {station.note}" if station.note else ""
            minutes = f"{station.minutes:g} min."
            lines.append(f"{number}. {article.document.title}, {minutes}{note}{cite}")
        minutes = f"{sum(station.minutes for station in stations):g}"
        states = listed_states(self.intent.conditions, self.library.name)
        yield f"A practice of about {minutes} minutes{f' {states}' * bool(states)}:\n" + "\n".join(
            lines
        )
        yield "Move with the breath, do both sides alike, and leave out whatever hurts."

    def listing(self, lead: str, passage: Passage) -> str:
        return f"{lead}{self.cite(passage)}:\n{body(passage)}"

    def body_cited(self, passage: Passage) -> str:
        return body(passage) + self.cite(passage)

    def cite(self, passage: Passage) -> str:
        number = self._numbers.get((passage.document.id, passage.start))
        return f" [{number}]" if number else ""

    def _verdict(self, subject: str, entry: Asana | Practice, condition: str) -> str:
        """Whether somebody with this condition may do it, said first, then why."""
        passages = self.library.article(subject).passages
        state = within(condition, self.library.name(condition))
        if passage := passages.get(f"caution:{condition}"):
            caution = next(c for c in entry.cautions if c.condition == condition)
            leave = f"{capital(state)}, leave {entry.english} out."
            change = f"{capital(state)}, do {entry.english} only in a changed form."
            verdict = leave if caution.advice == "avoid" else change
            return f"{verdict} {self.body_cited(passage)}"
        if condition in entry.fine:
            cite = self.cite(passages["fine"])
            return (
                f"{capital(state)}, nothing particular is known to speak against {entry.english}; "
                f"stop if it hurts or feels wrong.{cite}"
            )
        if said := self.library.said_of(subject, condition):
            key = "safe" if said.is_safe else "avoid"
            passage = self.library.article(condition).passages[key]
            verdict = "is among what is usually possible" if said.is_safe else "is to be left out"
            return f"{entry.english} {verdict} {state}. {said.text}{self.cite(passage)}"
        return (
            f"I do not know how {entry.english} goes {state}: "
            "ask your doctor or an experienced teacher first."
        )

    def _levels(self, entries: Mapping[str, Asana]) -> str:
        cites = {s: self.cite(self.library.article(s).passages["level"]) for s in entries}
        levels = [entry.level for entry in entries.values()]
        if len(set(levels)) == 1:
            return f"{_both(entries)} are {LEVELS[levels[0]]}.{''.join(cites.values())}"
        parts = [f"{e.english} is {LEVELS[e.level]}{cites[s]}" for s, e in entries.items()]
        easier = min(entries.values(), key=lambda entry: [*LEVELS].index(entry.level)).english
        gentler = f" {easier} is the easier and gentler of the two." if len(entries) == 2 else ""
        return f"{listed(parts)}.{gentler}"

    def _muscles(self, entries: Mapping[str, Asana]) -> Iterator[str]:
        """What they have in common, and what only one of them does."""
        cites = "".join(self._cite_key(s, "anatomy") for s in entries)
        for verb, of in _WAYS.items():
            worked = [of(entry) for entry in entries.values()]
            common = [m for m in worked[0] if all(m in others for others in worked)]
            if common:
                yield f"{_both(entries)} {verb} the {listed(common)}.{cites}"
            for subject, entry in entries.items():
                counts = [m for m in of(entry) if sum(m in others for others in worked) == 1]
                if counts:
                    also, ending = " also" * bool(common), "es" if verb[-1] == "h" else "s"
                    cite = self._cite_key(subject, "anatomy")
                    yield f"{entry.english}{also} {verb}{ending} the {listed(counts)}.{cite}"

    def _cite_key(self, subject: str, key: str) -> str:
        passage = self.library.article(subject).passages.get(key)
        return self.cite(passage) if passage else ""

    def _worth(self, passage: Passage, names: Sequence[str]) -> int:
        """How much a section speaks of what the question names; from `_NAMED` on it defines it."""
        heading, _, text = passage.text.partition("\n")
        told = fold(text)
        if any(name in fold(heading) or told.startswith(name) for name in names):
            return _NAMED
        words = {same for word in self._words for same in _SAME.get(word, (word,))}
        near = sum(_stands(word, fold(heading)) for word in self._asked)
        careful = "safety" in self.intent.facets and _CAREFUL.search(told)
        doing = "steps" in self.intent.facets and _DOING.search(told)
        hints = 2 * near + sum(_stands(word, told) for word in words)
        return 2 * hints + 2 * bool(careful) + bool(doing)

    def summary(self, asana: str) -> str:
        passage, name = self.library.article(asana).passages["overview"], self.library.name(asana)
        told = self.body_cited(passage)
        return told if name in told else f"{name}: {told}"

    def _wish(self) -> str:
        """What the suggestions are for."""
        stirs = "morning" in self.intent.aims and "sleep" not in self.intent.aims
        if "breath" in self.intent.facets:
            return "Breathing that wakes" if stirs else "Quiet breathing practices"
        if self.intent.meditates:
            return "To meditate"
        muscles = [*self.intent.stretches, *self.intent.strengthens]
        if muscles:
            verb = "stretch" if self.intent.stretches else "strengthen"
            return f"To {verb} the {listed([MUSCLE_NAMES[muscle] for muscle in muscles])}"
        if self.intent.aims:
            return _FOR_AIM[self.intent.aims[0]]
        return f"Postures {LEVELS[self.intent.level or 'beginner']}"

    def notes(self, chosen: Sequence[str]) -> Iterator[str]:
        """What the states of health spoken of change about each."""
        for condition in self.intent.conditions:
            state = capital(within(condition, self.library.name(condition)))
            notes = [self._note(asana, condition) for asana in chosen]
            if any(notes):
                yield f"{state}:\n" + "\n".join(note for note in notes if note)

    def _note(self, asana: str, condition: str) -> str:
        """What a condition changes about an asana, in a line; "" for nothing."""
        passage = self.library.article(asana).passages.get(f"caution:{condition}")
        return f"- {self.library.name(asana)}: {self.body_cited(passage)}" if passage else ""


def body(passage: Passage) -> str:
    """A passage without its heading, which is a first line that ends no sentence."""
    first, newline, rest = passage.text.partition("\n")
    return rest if newline and not first.rstrip().endswith((".", "!", "?", ":")) else passage.text


def _stands(word: str, text: str) -> bool:
    """Whether a word stands in a folded text, in this form or another: "clean", "cleaning"."""
    stem = word if len(word) < _STEM_LEAST else word[: max(_STEM_LEAST, len(word) - 2)]
    return f" {stem}" in f" {text}" if len(word) >= _STEM_LEAST else word in text.split()


def _both(entries: Mapping[str, Asana]) -> str:
    return "Both" if len(entries) == 2 else "All"


def _is_told(key: str) -> bool:
    """Whether a section is told for itself, and not as a verdict on somebody's health."""
    return not key.startswith("caution:") and key != "fine"
