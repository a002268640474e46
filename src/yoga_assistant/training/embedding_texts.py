"""What static embeddings learn from: texts, and what the teacher reads in their place."""

from __future__ import annotations

import json
import lzma
import random
import re
import string
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

Toml = dict[str, Any]


class Lesson(NamedTuple):
    """The student reads `text` and should say what the teacher says to `meaning`."""

    text: str
    meaning: str


class Word(NamedTuple):
    """A word of yoga in all its spellings, in English, and told in more words."""

    spellings: tuple[str, ...]
    english: str
    gloss: str


def yoga_words() -> list[Word]:
    """Sanskrit words that the teacher hardly knows; each becomes a token of its own."""
    rows = [line.split("\t") for line in _data("sanskrit.tsv").splitlines()]
    return [Word(tuple(spellings.split()), english, gloss) for spellings, english, gloss in rows]


def names(seed: int = 0) -> Iterator[Lesson]:
    """Every Sanskrit word, alone and in sentences; the teacher reads the English word instead."""
    frame = _Frames(seed)
    for word in yoga_words():
        for spelling in word.spellings:
            yield Lesson(spelling, word.english)
            yield Lesson(spelling, f"{word.english}. {word.gloss}")
            yield from (frame.about(spelling, word.english) for _ in range(20))


def phrases(count: int, seed: int = 0) -> Iterator[Lesson]:
    """Random sentences of bodies and poses, to learn how yoga's everyday words mix."""
    frame = _Frames(seed)
    yield from (Lesson(text, text) for text in (frame.sentence() for _ in range(count)))


def knowledge(seed: int = 0) -> Iterator[Lesson]:
    """The texts of the shipped knowledge, and its other names beside the English ones."""
    rng, frame = random.Random(seed), _Frames(seed)
    for entry in _entries():
        name, texts = entry["english"], list(_texts(entry))
        mixed = (" ".join(rng.sample(texts, min(3, len(texts)))) for _ in texts)
        for text in (*texts, *(f"{name}. {text}" for text in texts), *mixed):
            yield Lesson(text, text)
        for other in _other_names(entry):
            yield Lesson(other, name)
            yield Lesson(f"{name} ({other})", f"{name}. {entry['summary']}")
            yield from (frame.about(other, name) for _ in range(8))


def knowledge_groups() -> list[list[str]]:
    """Per entry the names and texts that speak of the same thing."""
    return [[entry["english"], *_other_names(entry), *_own_texts(entry)] for entry in _entries()]


def pages(archive: Path) -> Iterator[Lesson]:
    """Titles and passages of up to 100 words out of a WCXB archive (`.json.xz`)."""
    with lzma.open(archive) as file:
        for page in json.load(file)["pages"]:
            rng = random.Random(page["id"])
            lines = page["text"].split("\n")
            passages = [page["title"] or "", *(p for line in lines for p in _passages(line, rng))]
            for text in dict.fromkeys(passages):
                if len(text.split()) >= 2:
                    yield Lesson(text, text)


def wordnet(folder: Path) -> Iterator[Lesson]:
    """WordNet's words, definitions and examples, out of its `data.*` files."""
    words: set[str] = set()
    for file in sorted(folder.glob("data.*")):
        for line in file.read_text("utf-8").splitlines():
            if not line.startswith(" "):
                synset, texts = _synset(line)
                words.update(synset)
                yield from (Lesson(text, text) for text in texts)
    yield from (Lesson(word, word) for word in sorted(words))


def _synset(line: str) -> tuple[list[str], list[str]]:
    """The words of a line of WordNet, and its definition and examples."""
    head, gloss = line.rstrip().split(" | ", 1)
    fields = head.split()
    count = int(fields[3], 16)
    words = [re.sub(r"\(.*?\)", "", w).replace("_", " ") for w in fields[4 : 4 + 2 * count : 2]]
    definition, *examples = re.split(r'; (?=")', gloss)
    return words, [f"{', '.join(words[:3])}: {definition}", *(e.strip('" ') for e in examples)]


def _passages(line: str, rng: random.Random) -> Iterator[str]:
    """One to five sentences at a time, cut at 100 words."""
    sentences = re.split(r"(?<=[.!?])\s+", line.strip())
    while sentences:
        count = rng.choice((1, 1, 2, 3, 5))
        words = " ".join(sentences[:count]).split()
        sentences = sentences[count:]
        for start in range(0, len(words), 100):
            yield " ".join(words[start : start + 100])


class _Frames:
    """Fills the frames of `phrases.toml` with its words."""

    def __init__(self, seed: int) -> None:
        self._words = tomllib.loads(_data("phrases.toml"))
        self._rng = random.Random(seed)

    def about(self, name: str, english: str) -> Lesson:
        frame = self._rng.choice(self._words["about_a_name"])
        words = self._fill(frame)
        return Lesson(frame.format(name=name, **words), frame.format(name=english, **words))

    def sentence(self) -> str:
        frame: str = self._rng.choice(self._words["sentences"])
        return frame.format(**self._fill(frame))

    def _fill(self, frame: str) -> dict[str, str]:
        fields = [field for _, field, _, _ in string.Formatter().parse(frame) if field]
        return {
            field: self._rng.choice(self._words[field.rstrip("2")])
            for field in fields
            if field != "name"
        }


_NO_TEXT = frozenset(
    {"advice", "condition", "counter", "devanagari", "family", "fine", "ground", "level"}
    | {"prepare", "related", "source"}
)


def _entries() -> list[Toml]:
    folder = Path(str(files("yoga_assistant"))) / "knowledge"
    return [tomllib.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*/*.toml"))]


def _texts(value: object) -> Iterator[str]:
    """Every text of an entry that has more than one word."""
    if isinstance(value, str) and " " in value:
        yield value
    elif isinstance(value, dict):
        yield from (t for key, part in value.items() if key not in _NO_TEXT for t in _texts(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in _texts(part))


def _other_names(entry: Toml) -> list[str]:
    return [
        name for name in (entry.get("sanskrit"), entry.get("iast"), *entry.get("also", ())) if name
    ]


def _own_texts(entry: Toml) -> Iterator[str]:
    """Each description alone, other fields as one passage; no cautions: entries share them."""
    yield from entry.get("described", ())
    for key in ("summary", "shape", "story", "meaning", "steps", "benefits", "avoid", "safe"):
        if texts := list(_texts(entry.get(key))):
            yield " ".join(texts)
    yield from (section["text"] for section in entry.get("sections", ()))


def _data(name: str) -> str:
    return (files(__package__) / "words" / name).read_text("utf-8")
