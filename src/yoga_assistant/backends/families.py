"""Paragraphs on many asanas at once: by level, by what a state of health asks, by a part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..knowledge import Asana
from ..knowledge.alignment import told_of_part
from ..knowledge.articles import capital, listed, listed_states, plural_of
from ..knowledge.choose import Calls, calls_for_care, easiest, instead_of
from ..knowledge.health import within
from ..knowledge.schema import Level
from .telling import LEVELS, Teller

_LEADS = {
    "avoid": "{} leave out",
    "modify": "only in a changed form {}:",
    "fine": "nothing particular is known to speak {} against",
    "unknown": "I do not know {} how to judge",
}
_ALL_LEVELS: tuple[Level, ...] = ("beginner", "intermediate", "advanced")


class FamilyTeller:
    """Tells of families of asanas, with the marks of `tell`."""

    def __init__(self, tell: Teller) -> None:
        self.tell, self.intent, self.library = tell, tell.intent, tell.library

    def told(self, chosen: Sequence[str]) -> Iterator[str]:
        """What the question asks of them: who must not, what instead, or which there are."""
        facets = {*self.intent.facets}
        if "benefits" in facets:
            yield "\n".join(
                f"- {self.tell.section(asana, 'benefits')}"
                for asana in easiest(chosen, self.library)
            )
        elif "alternatives" in facets:
            yield from self.instead(chosen)
        elif self.intent.conditions:
            for condition in self.intent.conditions:
                yield from self._with(chosen, condition)
        elif facets & {"avoid", "safety"} and "find" not in facets:
            yield from self.who_should_not(chosen)
        else:
            yield from self._by_level(chosen)

    def who_should_not(self, chosen: Sequence[str]) -> Iterator[str]:
        """The states of health that call for care with most of them, and why."""
        group = listed([plural_of(family) for family in self.intent.families])
        for lead, calls in (
            ("Leave most {} out", calls_for_care(chosen, "avoid", self.library)),
            (
                "Change most {}, or choose gentle ones,",
                calls_for_care(chosen, "modify", self.library),
            ),
        ):
            if calls:
                told = listed_states([c.condition for c in calls], self.library.name)
                yield f"{lead.format(group)} {told}."
                if "Leave" in lead:
                    yield "\n".join(self._reason(call) for call in calls[:2])

    def instead(self, chosen: Sequence[str]) -> Iterator[str]:
        """What may be done in place of the whole family."""
        conditions = self.intent.conditions
        others = instead_of(chosen, conditions, self.library)
        if others:
            group = listed([plural_of(family) for family in self.intent.families])
            lines = "\n".join(f"- {self.tell.summary(other)}" for other in others)
            yield f"In place of {group}:\n{lines}"
            yield from self.tell.notes(others)

    def alignment(self, asanas: Sequence[str]) -> Iterator[str]:
        """What they ask of the part of the body that is asked about."""
        told = told_of_part(self.intent.alignment, asanas, self.library)
        lines = []
        for one in told:
            cite = self.tell.cite(self.library.article(one.asana).passages[one.key])
            lead = f"{self.library.name(one.asana)}: " if len(asanas) > 1 else ""
            lines.append(f"- {lead}{one.text}{cite}")
        if lines:
            head = f"In {self.library.name(told[0].asana)}:\n" if len(asanas) == 1 else ""
            yield head + "\n".join(lines)

    def _reason(self, call: Calls) -> str:
        article = self.library.article(call.example)
        state = capital(within(call.condition, self.library.name(call.condition)))
        return f"- {state}: {self.tell.body_cited(article.passages[f'caution:{call.condition}'])}"

    def _by_level(self, chosen: Sequence[str]) -> Iterator[str]:
        for level in _ALL_LEVELS:
            names = [
                self.library.name(a) + self.tell.cite(self.library.article(a).passages["overview"])
                for a in chosen
                if getattr(self.library[a], "level", None) == level
            ]
            if names:
                yield f"{capital(LEVELS[level])}: {listed(names)}."

    def _with(self, chosen: Sequence[str], condition: str) -> Iterator[str]:
        """Which of them to leave out with a condition, to change, or to do as ever."""
        names: dict[str, list[str]] = {verdict: [] for verdict in _LEADS}
        for asana in chosen:
            entry, passages = self.library[asana], self.library.article(asana).passages
            if not isinstance(entry, Asana):
                continue
            advice = next((c.advice for c in entry.cautions if c.condition == condition), None)
            said = self.library.said_of(asana, condition)
            told: str = "fine" if condition in entry.fine or (said and said.is_safe) else "unknown"
            kind = advice or ("avoid" if said and not said.is_safe else told)
            key = f"caution:{condition}" if advice else "fine"
            cite = self.tell.cite(passages[key]) if key in passages and kind != "unknown" else ""
            names[kind].append(entry.english + cite)
        if not any(names[verdict] for verdict in ("avoid", "modify", "fine")):
            yield from self.tell.condition(condition, briefly=False)
            return
        state = within(condition, self.library.name(condition))
        for verdict, lead in _LEADS.items():
            if names[verdict]:
                yield f"{capital(lead.format(state))} {listed(names[verdict])}."
