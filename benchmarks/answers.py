"""Whether answers say what a good teacher would: `data/answers.toml`, written apart from the
knowledge.

    python benchmarks/answers.py [--part first|second|third|all] [--failures]

An answer is right when it holds every required fact and nothing forbidden and, where the
question must bring a caution, has one. Each part was asked blind once, see docs/log.md; since then
it has been there to tune on. Floor: the answer to the next question of the same kind, judged as if
it were the answer to this one.
"""

from __future__ import annotations

import argparse
import re
import statistics
import textwrap
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from table import show, wilson
from yoga_assistant import YogaAssistant
from yoga_assistant.errors import YogaError
from yoga_assistant.types import Answer, TextAnswer

ITEMS = Path(__file__).parent / "data" / "answers.toml"
KINDS = (
    "how-to", "benefits", "safety", "who-should-avoid", "alternatives", "comparison", "sequence",
    "translation", "anatomy-and-mistakes", "breath-and-meditation", "philosophy-and-history",
    "practice-and-style", "out-of-scope",
)  # fmt: skip
PARTS = ("first", "second", "third")
_FIELDS = {"kind", "part", "question", "required", "forbidden", "caution"}
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nor|cannot|avoid\w*|without|skip\w*|leave|stop|unsafe|rather than|"
    r"instead of)\b|n't\b"
)


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say something: expressions that must all stand in one sentence."""

    text: str
    parts: tuple[re.Pattern[str], ...]

    def is_in(self, sentences: Sequence[str]) -> bool:
        return any(all(part.search(line) for part in self.parts) for line in sentences)

    @property
    def negates(self) -> bool:
        return _NEGATION.search(self.text) is not None


@dataclass(frozen=True, slots=True)
class Item:
    kind: str
    part: str
    question: str
    required: tuple[tuple[Wording, ...], ...]
    forbidden: tuple[Wording, ...]
    caution: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer lacks or should not say; no faults, and it is right."""

    item: Item
    text: str
    cautions: tuple[str, ...]
    faults: list[str] = field(default_factory=list)


Judged = tuple[Verdict, Verdict]  # of an item's own answer, and of its neighbour's


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=[*PARTS, "all"], default="all")
    parser.add_argument("--failures", action="store_true", help="print each answer that fails")
    chosen = parser.parse_args()
    items = [item for item in read(ITEMS) if chosen.part in (item.part, "all")]
    yoga = YogaAssistant()
    yoga.warm_up()  # knowledge that does not load is an error, not wrong answers
    answers = yoga.ask_many([item.question for item in items], errors="return")
    groups = {kind: _judged(kind, items, answers) for kind in KINDS}
    every = [pair for group in groups.values() for pair in group]
    if chosen.failures:
        print("\n\n".join(_report(own) for own, _ in every if own.faults))
    show(
        f"Answers with all facts and no false one, part: {chosen.part}",
        ("kind", "n", "right", "95 % interval", "floor", "words, median", "has its caution"),
        [_row(kind, those) for kind, those in {**groups, "all": every}.items()],
    )


def read(path: Path) -> list[Item]:
    """The items of a file.

    Raises:
        ValueError: an item is not as the file's head says; the error names its question.
    """
    data = tomllib.loads(path.read_text("utf-8"))
    named = {name: f"(?:{'|'.join(wordings)})" for name, wordings in data["wordings"].items()}
    items = [_item(raw, named) for raw in data["item"]]
    twice = [text for text, n in Counter(item.question for item in items).items() if n > 1]
    if twice:
        raise ValueError(f"{path.name}: asked twice: {twice}")
    return items


def judge(item: Item, answer: Answer | YogaError) -> Verdict:
    """What is wrong with an answer; an error in its place lacks all."""
    if isinstance(answer, TextAnswer):
        verdict = Verdict(item, answer.text, tuple(map(str, answer.cautions)))
    else:
        verdict = Verdict(item, "", (), [f"no text: {answer}"])
    said = _sentences("\n".join((verdict.text, *verdict.cautions)))
    plain = [sentence for sentence in said if not _NEGATION.search(sentence)]
    for fact in item.required:
        if not any(wording.is_in(said) for wording in fact):
            verdict.faults.append("missing: " + " || ".join(wording.text for wording in fact))
    for wording in item.forbidden:
        if wording.is_in(said if wording.negates else plain):
            verdict.faults.append(f"forbidden: {wording.text}")
    if item.caution and not verdict.cautions:
        verdict.faults.append("no caution")
    return verdict


def _judged(
    kind: str, items: Sequence[Item], answers: Sequence[Answer | YogaError]
) -> list[Judged]:
    pairs = zip(items, answers, strict=True)
    own = [(item, answer) for item, answer in pairs if item.kind == kind]
    next_ones = [answer for _, answer in own[1:] + own[:1]]
    return [
        (judge(item, answer), judge(item, other))
        for (item, answer), other in zip(own, next_ones, strict=True)
    ]


def _item(raw: Mapping[str, Any], named: Mapping[str, str]) -> Item:
    where = f"answers: {raw.get('question')!r}"
    if raw.keys() - _FIELDS or _FIELDS - {"forbidden", "caution"} - raw.keys():
        raise ValueError(f"{where}: has the fields {sorted(raw)}, not {sorted(_FIELDS)}")
    if raw["kind"] not in KINDS or raw["part"] not in PARTS:
        raise ValueError(f"{where}: no such kind or part: {raw['kind']!r}, {raw['part']!r}")
    if not raw["required"] or not all(raw["required"]):
        raise ValueError(f"{where}: a question needs facts, and a fact needs a wording")
    try:
        facts = tuple(tuple(_wording(text, named) for text in fact) for fact in raw["required"])
        forbidden = tuple(_wording(text, named) for text in raw.get("forbidden", ()))
    except (re.error, KeyError) as exc:
        raise ValueError(f"{where}: no regular expression, or no such @name: {exc}") from exc
    caution = raw.get("caution", False)
    return Item(raw["kind"], raw["part"], raw["question"], facts, forbidden, caution)


def _wording(text: str, named: Mapping[str, str]) -> Wording:
    if not text.strip():
        raise re.error("an empty wording", text)
    parts = re.sub(r"@(\w+)", lambda found: named[found[1]], text).split(" & ")
    return Wording(text, tuple(re.compile(rf"(?<!\w)(?:{part})") for part in parts))


def _sentences(text: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _SENTENCE_END.split(plain)


def _report(verdict: Verdict) -> str:
    said = textwrap.indent("\n".join((verdict.text, *(f"! {c}" for c in verdict.cautions))), "    ")
    faults = "\n".join(f"  {fault}" for fault in verdict.faults)
    return f"[{verdict.item.kind}] {verdict.item.question}\n{faults}\n{said}"


def _row(name: str, judged: Sequence[Judged]) -> list[object]:
    verdicts, n = [own for own, _ in judged], len(judged)
    right = sum(not verdict.faults for verdict in verdicts)
    floor = sum(not other.faults for _, other in judged)
    low, high = wilson(right, n)
    words = statistics.median(len(verdict.text.split()) for verdict in verdicts)
    must = [verdict for verdict in verdicts if verdict.item.caution]
    cautioned = f"{sum(bool(verdict.cautions) for verdict in must)} of {len(must)}" if must else ""
    shares = (f"{right / n:.1%}", f"{low:.1%} to {high:.1%}", f"{floor / n:.1%}")
    return [name, n, *shares, f"{words:g}", cautioned]


if __name__ == "__main__":
    main()
