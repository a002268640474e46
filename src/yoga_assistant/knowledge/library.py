"""The knowledge as a whole: look up an entry by any of its names, read it as an article."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import msgspec
import rtoml

from ..errors import KnowledgeError
from ..types import Document
from .articles import Article, write_article
from .health import States, recommended
from .names import Mention, Names, fold
from .schema import Asana, Condition, Entry, Practice, Topic

__all__ = ["Article", "Library", "Mention"]

FOLDERS: dict[str, type[Entry]] = {
    "asanas": Asana,
    "practices": Practice,
    "topics": Topic,
    "conditions": Condition,
}


@dataclass(frozen=True, slots=True)
class Counsel:
    """A sentence in which a condition's entry names something to do, or to leave out."""

    text: str
    is_safe: bool


class Library:
    """Entries by id, in the order of their folders; `library["crow-pose"]` is one.

    Raises:
        KnowledgeError: an entry points to one that does not exist.
    """

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self.entries = MappingProxyType(dict(entries))
        self._counsels: dict[str, dict[str, Counsel]] = {}
        self._check_references()

    @classmethod
    @functools.cache
    def shipped(cls) -> Library:
        """The knowledge that comes with the package, read once."""
        return cls.read(Path(__file__).parent)

    @classmethod
    def read(cls, folder: Path) -> Library:
        """The entries in `folder`/asanas, /practices, /topics and /conditions.

        Raises:
            KnowledgeError: a file is not what the schema asks for; says which and where.
        """
        entries: dict[str, Entry] = {}
        for name, kind in FOLDERS.items():
            for path in sorted((folder / name).glob("*.toml")):
                if path.stem in entries:
                    raise KnowledgeError(f"two entries have the id {path.stem!r}")
                entries[path.stem] = _read_entry(path, kind)
        if not entries:
            raise KnowledgeError(f"no knowledge in {str(folder)!r}")
        return cls(entries)

    def __getitem__(self, entry_id: str) -> Entry:
        return self.entries[entry_id]

    def __contains__(self, entry_id: object) -> bool:
        return entry_id in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def doable(self, entry_id: str) -> Asana | Practice | None:
        """The entry, if there is one of that id and it is something to do: no idea, no illness."""
        entry = self.entries.get(entry_id)
        return entry if isinstance(entry, Asana | Practice) else None

    def find(self, name: str) -> list[str]:
        """The ids of the entries that `name` may stand for, the likeliest first.

        English, Sanskrit with or without diacritics, split or joined, nicknames and typos.
        """
        return [entry_id for entry_id, _ in self._names.find(name)]

    def mentions(self, text: str) -> list[Mention]:
        """The entries, conditions apart, that are named in running text, in order."""
        return self._names.mentions(text)

    def conditions(self, text: str, *, hints: bool = False) -> list[str]:
        """The ids of the states of health that `text` speaks of, in order.

        With `hints`, a part of the body counts too: "my wrists", where safety is asked about.
        """
        return self._states.find(fold(text), hints=hints)

    def said_of(self, entry_id: str, condition: str) -> Counsel | None:
        """What a condition's own entry says of an asana or a practice, if it names it."""
        if condition not in self._counsels:
            self._counsels[condition] = self._counsels_of(condition)
        return self._counsels[condition].get(entry_id)

    def without_conditions(self, text: str, *, hints: bool = False) -> str:
        """The text, folded, less the words by which `conditions` finds something."""
        return self._states.without(fold(text), hints=hints)

    def knows(self, word: str) -> bool:
        """Whether a folded word stands anywhere in the knowledge."""
        return self._names.knows(word)

    def article(self, entry_id: str) -> Article:
        """The entry written out, with the place of each facet."""
        return self._articles[entry_id]

    def documents(self) -> list[Document]:
        """Every entry as a document, in order."""
        return [article.document for article in self._articles.values()]

    def name(self, entry_id: str) -> str:
        """The English name of an entry."""
        return self.entries[entry_id].english

    @functools.cached_property
    def _articles(self) -> dict[str, Article]:
        return {
            entry_id: write_article(entry_id, entry, self.name)
            for entry_id, entry in self.entries.items()
        }

    @functools.cached_property
    def _names(self) -> Names:
        things = {i: entry for i, entry in self.entries.items() if not isinstance(entry, Condition)}
        return Names(
            {i: _all_names(entry) for i, entry in things.items()},
            {i: _sanskrit_names(entry) for i, entry in things.items()},
            [document.text for document in self.documents()],
            {i for i, entry in things.items() if isinstance(entry, Topic)},
        )

    @functools.cached_property
    def _states(self) -> States:
        return States(self.entries, self._names.knows)

    def _counsels_of(self, condition: str) -> dict[str, Counsel]:
        entry = self.entries[condition]
        if not isinstance(entry, Condition):
            return {}
        told = [(True, text, recommended(text)) for text in entry.safe]
        told += [(False, text, text) for text in entry.avoid]
        return {
            mention.ids[0]: Counsel(text, is_safe)
            for is_safe, text, part in told
            for mention in self.mentions(part)
            if not mention.weak
        }

    def _check_references(self) -> None:
        for entry_id, entry in self.entries.items():
            for other in _references(entry):
                if other not in self.entries:
                    raise KnowledgeError(
                        f"the entry {entry_id!r} points to {other!r}, which does not exist",
                        hint="add the entry or take the reference out",
                    )


def _read_entry(path: Path, kind: type[Entry]) -> Entry:
    try:
        return msgspec.convert(rtoml.loads(path.read_text("utf-8")), kind)
    except (rtoml.TomlParsingError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name} is not a valid entry: {error}") from error


def _references(entry: Entry) -> Iterator[str]:
    match entry:
        case Asana():
            yield from (*entry.prepare, *entry.counter, *entry.related, *entry.fine)
            yield from (caution.condition for caution in entry.cautions)
        case Practice():
            yield from (*entry.related, *entry.fine)
            yield from (caution.condition for caution in entry.cautions)
        case Topic():
            yield from entry.related


def _all_names(entry: Entry) -> list[str]:
    return [entry.english, *_sanskrit_names(entry), *entry.also]


def _sanskrit_names(entry: Entry) -> list[str]:
    if isinstance(entry, Condition):
        return []
    names = [entry.sanskrit, entry.iast, entry.devanagari]
    joined = [name for name in entry.also if name.lower().endswith(("asana", "asan"))]
    return [name for name in (*names, *joined) if name]
