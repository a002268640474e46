"""Writes answers from the knowledge and from what was read; needs nothing but the package.

It says only what a passage says and marks each statement with that passage's number. What the
passages do not hold it does not know, and it says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from ..knowledge import Library, Topic
from ..knowledge.articles import listed, title_of
from ..knowledge.choose import WAIT, choose
from ..knowledge.cues import ASKS, FACETS, POINTS_BACK, POSTURE, YES_OR_NO, YOGA
from ..knowledge.evidence import MOST_SUBJECTS, is_doable
from ..knowledge.names import fold
from ..knowledge.understand import CHAIR_TOLD
from ..types import Completion, Danger, Facet, Remark, Source, TextPrompt
from .families import FamilyTeller
from .quoting import Quoter
from .telling import Teller, body

# Found on questions written for it: what is scored lower than this rarely answers them.
SCORE_LEAST = 0.30
SCORE_TOPIC = 0.35  # of a topic, for a question that speaks of yoga
SCORE_SURE = 0.50  # what is no posture, or was not asked for in words of yoga, must be found surely
SCORE_PLAIN = 0.58  # ... that asks for a topic in everyday words alone
NEARLY_BEST = 0.75  # of the best score: what is found so well is named beside it

DECLINE = (
    "I can only help with yoga: postures, breathing, meditation, philosophy and how to practise "
    'safely. Ask me, for example, "How do I enter crow pose?"'
)
UNKNOWN = (
    "I do not know that. What I have read does not answer it; try to name a posture, a practice "
    "or what troubles you, or give me a link to read."
)
UNCLEAR = 'Which posture or practice do you mean? Name it, as in "Is headstand safe for my neck?"'
REMARKS: dict[Remark, str] = {
    "greeting": "Hello. Ask me about a posture, a breathing practice, a state of health or an idea "
    'of yoga, for example "What are the benefits of tree pose?"',
    "thanks": "You are welcome. Enjoy your practice.",
    "farewell": "Goodbye, and enjoy your practice.",
    "who": "I am Yoga Assistant, a program that answers from a library of yoga knowledge and shows "
    "the source of each statement. Ask me how a posture is done, what it does, whether it is safe "
    "with a state of health, or for a practice of so many minutes. I do not replace a doctor.",
}
DANGERS: dict[Danger, str] = {
    "emergency": "Please stop practising and get medical help now: call your local emergency "
    "number or see a doctor at once. This is not something for yoga to settle.",
    "self-harm": "I am sorry that it is so hard. Please talk to somebody now: your local emergency "
    "number, a crisis line, a doctor or a person you trust. You need not go through this alone.",
    "symptom": "Stop what brings this on, and have a doctor look at it before you practise again. "
    "Get emergency help if it came suddenly, spreads, does not pass within minutes, or comes with "
    "weakness, confusion, or loss of control of bladder or bowel.",
    "medication": "No: do not stop, lower or replace a medicine or a treatment because of yoga. "
    "Ask the doctor who prescribed it; yoga can only stand beside the treatment.",
    "against advice": "Follow your doctor: whoever has examined you knows what I cannot know. Ask "
    "what you may do instead, and until then leave out what was advised against.",
    "cure": "No: yoga does not cure an illness, and whoever promises that is wrong. It may help "
    "you to feel and move better beside the treatment that your doctor advises.",
}
MOST_CLOSEST = 3  # asanas named where none quite fits
_NOTHING_ELSE: frozenset[Danger] = frozenset({"emergency", "self-harm"})
_SHORT = 6  # words: a question this short that points at nothing is unclear
_EMPTY = [[word] for word in ("pose", "poses", "asanas", "posture", "postures", "stretch", "yoga")]
_HEALTH: frozenset[Facet] = frozenset({"safety", "avoid", "alternatives", "find"})
_NO_LIST = re.compile(r"why\b|should (?:i|you|we|my)\b|do (?:i|you|my)\b|does\b|is it\b")
_IT_IS = re.compile(r"\bis it (?:\w+ ){0,2}(?:to|if|that|when)\b")  # points at nothing
_BOTH = re.compile(r"compare|comparison|differ|versus|\bvs\b|\bthan\b|\bor\b|same")
_NO_POSTURE = re.compile(rf"{YES_OR_NO.pattern}|how (?:many|much)\b")


class OfflineWriter:
    """The language model of those who have none: exact, brief, and never makes anything up.

    Args:
        library: what it knows; the shipped knowledge by default.
    """

    context_tokens = 32_000
    marks_sources = True

    def __init__(self, library: Library | None = None) -> None:
        self._given = library

    def complete(self, prompt: TextPrompt) -> Completion:
        return Completion("".join(self.stream(prompt)).strip(), model="offline")

    def stream(self, prompt: TextPrompt) -> Iterator[str]:
        """The answer, a paragraph at a time."""
        for paragraph in _Reply(prompt, self._library, self._quoter).paragraphs():
            yield paragraph + "\n\n"

    @cached_property
    def _quoter(self) -> Quoter:
        return Quoter()

    @cached_property
    def _library(self) -> Library:
        return self._given or Library.shipped()


class _Reply:
    """One answer to one prompt."""

    def __init__(self, prompt: TextPrompt, library: Library, quoter: Quoter) -> None:
        self.question, self.intent, self.sources = prompt.question, prompt.intent, prompt.sources
        self.pages, self.library, self._quoter = prompt.pages, library, quoter
        self._folded = fold(prompt.question)
        self.tell = Teller(prompt.question, prompt.intent, prompt.sources, library)
        self.families = FamilyTeller(self.tell)

    def paragraphs(self) -> Iterator[str]:
        intent = self.intent
        if intent.remark:
            yield REMARKS[intent.remark]
        elif intent.danger:
            yield DANGERS[intent.danger]
            if intent.danger not in _NOTHING_ELSE:
                yield from self.tell.verdicts(intent.subjects[:MOST_SUBJECTS])
        elif self.pages:
            yield from self._pointed_at()
        else:
            yield from self._asked()

    def _pointed_at(self) -> Iterator[str]:
        """What the pages say that the question points at; what is known, where they say nothing."""
        quoted = list(self._read(self.pages))
        yield from quoted
        if quoted:
            yield from self.tell.verdicts(self.intent.subjects[:MOST_SUBJECTS])
            return
        titles = {s.title for s in self.sources if s.document_id in self.pages}
        yield f"What I could read of {listed(sorted(titles)) or 'the page'} does not say."
        if self.intent.about_yoga:
            yield from self._asked()

    def _asked(self) -> Iterator[str]:
        intent = self.intent
        if not intent.about_yoga:
            yield from self._unasked()
        elif intent.unknowable and not intent.conditions:
            yield from list(self._read()) or [UNKNOWN]
        elif intent.strange:
            yield from list(self._read()) or [self._strange(intent.strange)]
        elif "sequence" in intent.facets:
            yield from self._unknown_states()
            yield from self._sequence()
        else:
            yield from self._answer()

    def _strange(self, name: str) -> str:
        near = [self.library.name(entry_id) for entry_id in self.library.find(name)[:2]]
        nearest = f" The nearest names that I know: {listed(near)}." if near else ""
        return (
            f"I know no posture or practice called \u201c{name}\u201d.{nearest} "
            "If you describe how it is done, I may recognise it."
        )

    def _sequence(self) -> Iterator[str]:
        waits = [condition for condition in self.intent.conditions if condition in WAIT]
        for condition in waits:
            yield from self.tell.condition(condition, briefly=False)
        if not waits:
            yield from self.tell.sequence()

    def _answer(self) -> Iterator[str]:
        intent = self.intent
        read = list(self._read())
        yield from read
        if told := list(self._of_alignment()):
            yield from told
            return
        if is_doable(intent, self.library):
            yield from self._subjects()
            return
        yield from self._unknown_states()
        chosen = [] if self._asks_why() else choose(intent, self.library)
        if chosen:
            if intent.subjects and FACETS["overview"].search(self._folded):
                yield self.tell.summary(intent.subjects[0])
            group = intent.families
            yield from self.families.told(chosen) if group else self.tell.suggestions(chosen)
        elif intent.conditions and (not intent.subjects or _HEALTH & {*intent.facets}):
            for number, condition in enumerate(intent.conditions):
                yield from self.tell.condition(condition, briefly=number > 0)
        elif intent.subjects:
            yield from self._topics()
        elif not (intent.unknown or read):
            yield from self._found()

    def _of_alignment(self) -> Iterator[str]:
        """What is asked of a part of the body in one asana, or in those of a family."""
        intent = self.intent
        if intent.alignment:
            one = intent.subjects if is_doable(intent, self.library) else ()
            asanas = one if len(one) == 1 else choose(intent, self.library) if not one else ()
            told = list(self.families.alignment(asanas))
            yield from told
            yield from self._said_beside() if told else ()

    def _said_beside(self) -> Iterator[str]:
        """What a topic says to the same question, where it was found surely."""
        for number, source in enumerate(self.sources, start=1):
            entry = self.library.entries.get(source.document_id)
            is_named = source.document_id in self.intent.subjects
            if isinstance(entry, Topic) and not is_named and source.score >= SCORE_SURE:
                passage = self.library.article(source.document_id).passages["overview"]
                yield body(passage) + (self.tell.cite(passage) or f" [{number}]")
                return

    def _asks_why(self) -> bool:
        """Whether a question names a group of asanas and asks for something else than them."""
        return bool(
            self.intent.families
            and not self.intent.conditions
            and _NO_LIST.match(self._folded)
            and not {"find", "avoid"} & {*self.intent.facets}
        )

    def _subjects(self) -> Iterator[str]:
        intent = self.intent
        if len(intent.subjects) == 1 and len({*intent.names}) > 1 and _BOTH.search(self._folded):
            names = listed([f"\u201c{name}\u201d" for name in dict.fromkeys(intent.names)])
            yield f"{names} are both names of {title_of(self.library[intent.subjects[0]])}."
        subjects = intent.subjects[:MOST_SUBJECTS]
        others = {*intent.facets} - {"safety"}
        asks_health = bool(intent.conditions or intent.unknown)
        yield from self.tell.verdicts(subjects)
        if "comparison" in others and len(subjects) > 1:
            if not asks_health:
                yield from self.tell.comparison(subjects)
        elif others or not asks_health:
            if self.question.lower().startswith("why") and others == {"overview"}:
                yield "Why that is I do not know. This I can say:"
            for subject in subjects:
                if others or not intent.facets:
                    yield from self.tell.entry(subject)
                if "safety" in intent.facets and not asks_health:
                    yield from self.tell.who_should_not(subject)
        if intent.alternatives:
            names = listed([self.library.name(other) for other in intent.alternatives], "or")
            yield f"If you meant {names}, ask for it by that name."

    def _topics(self) -> Iterator[str]:
        subjects = self.intent.subjects[:MOST_SUBJECTS]
        if "comparison" in self.intent.facets and len(subjects) > 1:
            yield from self.tell.comparison(subjects)
        else:
            for subject in subjects:
                yield from self.tell.topic(subject)
            if self.intent.minutes and subjects == (CHAIR_TOLD,):
                yield f"Go through it slowly, and it lasts about {self.intent.minutes:g} minutes."
            if len(subjects) == 1 and not self.tell.fits(subjects[0]):
                yield from self._said_beside()

    def _unknown_states(self) -> Iterator[str]:
        if self.intent.unknown:
            states = listed(self.intent.unknown)
            yield (
                f"I know nothing certain about {states} and yoga, so I cannot tell what is safe: "
                "ask your doctor before you practise, and tell your teacher."
            )

    def _read(self, pages: Sequence[str] = ()) -> Iterator[str]:
        """What pages and files say to the question, in their own words.

        Those that were read for an earlier question must fit well.
        """
        of_page: dict[str, list[tuple[int, Source]]] = {}
        for number, source in enumerate(self.sources, start=1):
            is_ours = source.document_id in self.library
            if not is_ours and (source.document_id in pages or source.score >= SCORE_LEAST):
                of_page.setdefault(source.document_id, []).append((number, source))
        for sources in of_page.values():
            if quotes := self._quoter.quotes(self.question, sources):
                told = " ".join(f"{quote.text} [{quote.number}]" for quote in quotes)
                yield f"{sources[0][1].title} says: {told}"

    def _unasked(self) -> Iterator[str]:
        """Where nothing speaks of yoga: what pages say, or what is found very surely."""
        read = list(self._read())
        best = max((source.score for source in self.sources), default=0.0)
        if read:
            yield from read
        elif best > (SCORE_SURE if self._describes() else SCORE_PLAIN) and self.tell.has_words:
            yield from self._found()
        else:
            yield DECLINE

    def _found(self) -> Iterator[str]:
        """The best of what the search found, where nothing is named."""
        if self._is_unclear():
            yield UNCLEAR
            return
        known = [
            source
            for source in self.sources
            if source.document_id in self.library and source.score >= SCORE_LEAST
        ]
        if known and self._is_beside(known[0]):
            known = []
        known = [source for source in known if self._may_answer(source)]
        if not known or "comparison" in self.intent.facets:
            yield UNKNOWN
        elif "find" in self.intent.facets and self.library.doable(known[0].document_id):
            yield self._closest(known)
        elif self.library.doable(known[0].document_id):
            yield self._likeliest(known)
        else:
            yield from self._passages(known)

    def _is_beside(self, best: Source) -> bool:
        """Whether a question was asked that the best found has no posture and no sure word for."""
        is_posture = self.library.doable(best.document_id)
        asks = ASKS.search(self._folded) and "find" not in self.intent.facets
        return bool(asks and not is_posture and best.score < self._topic_least())

    def _topic_least(self) -> float:
        """How surely a topic must be found: less where the question speaks of yoga."""
        return SCORE_TOPIC if YOGA.search(self._folded) else SCORE_SURE

    def _may_answer(self, source: Source) -> bool:
        """A posture answers where one is described; all else must be found surely."""
        asked = self._folded
        if self.library.doable(source.document_id):
            described = source.score >= SCORE_SURE or POSTURE.search(asked)
            return bool(described and not _NO_POSTURE.match(asked))
        is_topic = isinstance(self.library[source.document_id], Topic)
        sure = source.score >= self._topic_least()
        return bool(sure and (is_topic or not _NO_POSTURE.match(asked)))

    def _describes(self) -> bool:
        """Whether something that can be done may have been described, and was not asked about."""
        if ASKS.search(self._folded):
            return False
        if not self.sources:
            return False
        best = max(self.sources, key=lambda source: source.score).document_id
        return self.library.doable(best) is not None

    def _is_unclear(self) -> bool:
        """Whether too little is said to look for anything."""
        words = self._folded.split()
        points_back = self.intent.facets and POINTS_BACK.search(_IT_IS.sub(" ", self._folded))
        return bool(points_back and len(words) <= _SHORT) or words in _EMPTY

    def _likeliest(self, known: list[Source]) -> str:
        """The asana or practice that was described, and what else it may be."""
        first, *others = dict.fromkeys(
            source.document_id
            for source in known
            if source.score >= NEARLY_BEST * known[0].score
            and self.library.doable(source.document_id)
        )
        source = next(s for s in known if s.document_id == first)
        told = body(self.library.article(first).passages["overview"])
        mark = self.sources.index(source) + 1
        answer = f"That is most likely {title_of(self.library[first])}. {told} [{mark}]"
        if others:
            names = listed([self.library.name(other) for other in others[:2]], "or")
            answer += f" It could also be {names}."
        return answer

    def _closest(self, known: list[Source]) -> str:
        """A few that come near a wish, none of them hard."""
        lines: dict[str, str] = {}
        for source in known:
            entry = self.library.doable(source.document_id)
            if entry and entry.level != "advanced":
                told = body(self.library.article(source.document_id).passages["overview"])
                mark = self.sources.index(source) + 1
                lines.setdefault(entry.english, f"- {entry.english}: {told} [{mark}]")
        found = "\n".join([*lines.values()][:MOST_CLOSEST])
        lead = "I know none that is made for it; these come closest:"
        return f"{lead}\n{found}" if found else UNKNOWN

    def _passages(self, known: list[Source]) -> Iterator[str]:
        """What a topic or a condition says where the search found it."""
        found = known[0].document_id
        entry, article = self.library[found], self.library.article(found)
        mark = f" [{self.sources.index(known[0]) + 1}]"
        if isinstance(entry, Topic):
            for told in self.tell.topic(found):
                yield told if told.endswith("]") else told + mark
            return
        keys = [article.key_at(s.start) for s in known if s.document_id == found]
        telling = [k for k in keys if k.startswith(("section:", "stage:")) or k in _TELLING]
        for key in dict.fromkeys(["overview", *(telling or ["safe"])[:2]]):
            passage = article.passages[key]
            yield body(passage) + (self.tell.cite(passage) or mark)


_TELLING = frozenset({"avoid", "safe", "doctor"})
