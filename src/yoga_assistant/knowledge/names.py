"""Finding names in what people type: other spellings, run-together Sanskrit, typos.

Three keys, from strict to lenient: the *folded* form (case, accents and hyphens gone), the *sound*
of a Sanskrit name (spelling habits gone: vrkshasana, vrikshasan), and the likeness of letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

MOST_WORDS = 7  # in one name
LOOK_AT = 4_000  # characters of a question that are searched for names

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?[\u0900-\u097f]*")
_SANSKRIT_END = re.compile(
    r"(?:asana|asanas|asan|assana|ashana|asanam|aasan|mudra|bandha|pranayama?)$"
)
_POSTURE_WORDS = frozenset({"pose", "poses", "posture", "asana", "asan", "position"})
_OWNERS = frozenset({"my", "your", "his", "her", "our", "their", "a", "an", "pet"})
_NUMBERS = {"1": ("i", "one"), "2": ("ii", "two"), "3": ("iii", "three")}
_SOUNDS = (
    ("aa", "a"), ("ee", "i"), ("oo", "u"), ("sh", "s"), ("chh", "c"), ("ch", "c"), ("th", "t"),
    ("dh", "d"), ("bh", "b"), ("kh", "k"), ("gh", "g"), ("jh", "j"), ("ph", "p"), ("w", "v"),
    ("ri", "r"), ("ru", "r"), ("y", "i"), ("n", "m"), ("h", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that stands in a text, and the entries it may mean, the likeliest first."""

    ids: tuple[str, ...]
    start: int
    end: int
    likeness: float  # 1 for the name itself, less for a misspelt one
    weak: bool = False  # an everyday word ("boat") that is a name only among yoga words


@dataclass(frozen=True, slots=True)
class _Token:
    text: str  # folded
    start: int
    end: int


def fold(text: str) -> str:
    """Lower case without Latin accents or apostrophes; whatever is no letter or digit is a blank."""
    return " ".join(token.text for token in _tokens(text))


def sound(text: str) -> str:
    """How a Sanskrit name sounds, whichever way it is spelt, in one piece."""
    key = fold(text).replace(" ", "")
    key = re.sub(r"a{1,2}s{1,2}h?a{1,2}n(?:a?m?|as)$", "asan", key)
    for old, new in _SOUNDS:
        key = key.replace(old, new)
    return re.sub(r"(.)\1+", r"\1", key)


class Names:
    """All the names of a library, and how to find them.

    Args:
        names: by id, the English name first.
        sanskrit: those ids' Sanskrit names, compared by sound as well.
        known_words: folded words that are no misspelt name, however alike.
    """

    def __init__(
        self,
        names: Mapping[str, Iterable[str]],
        sanskrit: Mapping[str, Iterable[str]],
        known_words: frozenset[str],
    ) -> None:
        self._known = known_words
        self._folded: dict[str, list[str]] = {}
        self._sounds: dict[str, list[str]] = {}
        self._weak: set[str] = set()
        for entry_id, its_names in names.items():
            for name in its_names:
                self._put(name, entry_id)
        for entry_id, its_names in sanskrit.items():
            for name in its_names:
                _append(self._sounds, sound(name), entry_id)
        self._by_first = _grouped_by_first(self._folded)

    def find(self, name: str, *, least: float = 0.75) -> list[tuple[str, float]]:
        """The ids that `name`, taken whole, may stand for, with their likeness, best first."""
        folded = fold(name)
        if exact := self._folded.get(folded) or self._sounds.get(sound(name)):
            return [(entry_id, 1.0) for entry_id in exact]
        best: dict[str, float] = {}
        for table, key in ((self._folded, folded), (self._sounds, sound(name))):
            for match, score, _ in process.extract(key, table.keys(), scorer=fuzz.ratio, limit=5):
                for entry_id in table[match]:
                    best[entry_id] = max(best.get(entry_id, 0.0), score / 100)
        ranked = sorted(best.items(), key=lambda item: -item[1])
        return [(entry_id, score) for entry_id, score in ranked if score >= least]

    def mentions(self, text: str) -> list[Mention]:
        """The names that stand in `text`, in order; none within another."""
        tokens = list(_tokens(text[:LOOK_AT]))
        found = list(self._exact(tokens))
        free = [token for token in tokens if not _covered(token, found)]
        found += self._misspelt(free)
        return sorted(found, key=lambda mention: mention.start)

    def _put(self, name: str, entry_id: str) -> None:
        folded = fold(name)
        for form in {folded, *_with_number(folded)}:
            _append(self._folded, form, entry_id)
        bare = folded.removesuffix(" pose")
        if " " not in bare and not _SANSKRIT_END.search(bare) and name[:1].isascii():
            _append(self._folded, bare, entry_id)
            if name.islower() or bare != folded:
                self._weak.add(bare)

    def _exact(self, tokens: list[_Token]) -> Iterator[Mention]:
        at = 0
        while at < len(tokens):
            size, ids = self._longest(tokens, at)
            if not size:
                at += 1
                continue
            first, last = tokens[at], tokens[at + size - 1]
            words = " ".join(token.text for token in tokens[at : at + size])
            weak = words in self._weak and not _named_as_pose(tokens, at, size)
            yield Mention(tuple(ids), first.start, last.end, 1.0, weak)
            at += size

    def _longest(self, tokens: list[_Token], at: int) -> tuple[int, list[str]]:
        for size in range(min(MOST_WORDS, len(tokens) - at), 0, -1):
            words = [token.text for token in tokens[at : at + size]]
            if ids := self._folded.get(" ".join(words)):
                return size, ids
            # Run together or split elsewhere: only where it ends like Sanskrit, or it would
            # join English words at will.
            if _SANSKRIT_END.search(words[-1]) and (ids := self._sounds.get(sound("".join(words)))):
                return size, ids
        return 0, []

    def _misspelt(self, tokens: list[_Token]) -> Iterator[Mention]:
        taken_to = -1
        for at in range(len(tokens)):
            if tokens[at].start < taken_to:
                continue
            guesses = (self._guess(tokens[at : at + size]) for size in range(4, 0, -1))
            best = max(
                (guess for guess in guesses if guess), key=lambda m: m.likeness, default=None
            )
            if best:
                taken_to = best.end
                yield best

    def _guess(self, window: list[_Token]) -> Mention | None:
        """The name that these words misspell, if they hold a word that is no other word."""
        words = [token.text for token in window]
        if not any(word not in self._known and len(word) >= 4 for word in words):
            return None
        if words[0] in self._known and words[0] not in self._by_first:
            return None  # it begins with a word that no name begins with
        table, key, least = self._folded, " ".join(words), 86.0
        if _SANSKRIT_END.search(words[-1]):
            table, key, least = self._sounds, sound("".join(words)), 80.0
        elif words[-1] in _POSTURE_WORDS:
            least = 82.0
        match = process.extractOne(key, table.keys(), scorer=fuzz.ratio, score_cutoff=least)
        if match is None or abs(len(match[0]) - len(key)) > 3:
            return None
        ids = tuple(table[match[0]])
        return Mention(ids, window[0].start, window[-1].end, match[1] / 100)


def _tokens(text: str) -> Iterator[_Token]:
    for match in _WORD.finditer(text):
        yield _Token(_fold_word(match.group()), match.start(), match.end())


def _fold_word(word: str) -> str:
    if word.isascii():
        return word.lower().replace("'", "")
    letters = unicodedata.normalize("NFKD", word.casefold())
    kept = (c for c in letters if not ("\u0300" <= c <= "\u036f" or c in "'’"))
    return unicodedata.normalize("NFC", "".join(kept))


def _with_number(folded: str) -> Iterator[str]:
    """ "warrior ii" is also "warrior 2" and "warrior two"."""
    stem, _, last = folded.rpartition(" ")
    for digit, forms in _NUMBERS.items():
        if stem and last in (digit, *forms):
            yield from (f"{stem} {form}" for form in (digit, *forms))


def _named_as_pose(tokens: list[_Token], at: int, size: int) -> bool:
    """Whether an everyday word is meant as a pose: "tree pose", "into crow", the word alone."""
    after = tokens[at + size].text if at + size < len(tokens) else ""
    before = tokens[at - 1].text if at else ""
    if after in _POSTURE_WORDS or len(tokens) == size:
        return True
    return before in {"into", "in", "pose", "asana", "do", "doing", "hold", "holding", "practise",
                      "practice", "practising", "practicing", "of", "for", "and", "than", "versus",
                      "vs", "or", "from", "about", "enter", "entering", "after", "before", "with",
                      "try", "trying"} or not (before in _OWNERS or after in _OWNERS)  # fmt: skip


def _grouped_by_first(names: Mapping[str, list[str]]) -> frozenset[str]:
    return frozenset(name.partition(" ")[0] for name in names)


def _covered(token: _Token, mentions: list[Mention]) -> bool:
    return any(mention.start <= token.start < mention.end for mention in mentions)


def _append(table: dict[str, list[str]], key: str, entry_id: str) -> None:
    ids = table.setdefault(key, [])
    if entry_id not in ids:
        ids.append(entry_id)
