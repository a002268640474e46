"""Finding names in what people type: other spellings, run-together Sanskrit, typos.

Three keys, from strict to lenient: the *folded* form (case, accents and hyphens gone), the *sound*
of a Sanskrit name (spelling habits gone: vrkshasana, vrikshasan), and the letters that must be
changed, written in one piece.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from .everyday import (
    EVERYDAY,
    NEARLY_POSE,
    NEVER_ALONE,
    ORDINARY,
    POSTURE_WORDS,
    SHARED,
    maybe_a_posture,
)

LOOK_AT = 4_000  # characters of a question that are searched for names
MOST_WORDS = 6  # of a name that is split up or misspelt
MOST_GUESSES = 12  # words of a question that are tried as misspelt names
SHORTEST_WORD = 3  # letters of a word that may be misspelt
SHORTEST_GUESS = 5  # letters of a misspelt name; shorter words are too like each other
SOUND_LETTERS = 6  # of a Sanskrit name, for each of which one may be wrong
SHORTEST_SOUND = 7  # of one that ends like Sanskrit: many words do, such as "reason"

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?[\u0900-\u097f]*")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_ASANA = re.compile(r"a{0,2}s{1,2}h?a{0,2}n{1,2}(?:a|am|as|m)?$")
_SANSKRIT_END = re.compile(f"{_ASANA.pattern}|(?:mudra|bandha|pranayama?)$")
_STOP = re.compile(r"[,.;:!?\n(]")
_NUMBERS = {"1": ("i", "one", "a"), "2": ("ii", "two", "b"), "3": ("iii", "three", "c")}
_DIGITS = {form: digit for digit, forms in _NUMBERS.items() for form in (digit, *forms)}
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


@dataclass(frozen=True, slots=True)
class _Span:
    """Words that name something: `size` tokens from `at`, and the name they stand for."""

    at: int
    size: int
    ids: Sequence[str]
    name: str  # "" where several words leave no doubt
    changes: int = 0  # letters by which the words differ from it

    @property
    def likeness(self) -> float:
        return 1 - self.changes / max(len(self.name), 1)

    def meets(self, other: _Span) -> bool:
        return self.at < other.at + other.size and other.at < self.at + self.size

    def within(self, other: _Span) -> bool:
        return other.at <= self.at and self.at + self.size <= other.at + other.size


def fold(text: str) -> str:
    """Lower case without Latin accents or apostrophes; blanks for what is no letter or digit."""
    if text.isascii():
        return " ".join(_ASCII_WORD.findall(text.lower().replace("'", "")))
    return " ".join(token.text for token in _tokens(text))


def sound(text: str) -> str:
    """How a Sanskrit name sounds, whichever way it is spelt, in one piece; a number comes last."""
    words = fold(text).split()
    number = _DIGITS.get(words[-1], "") if len(words) > 1 else ""
    key = "".join(words[:-1] if number else words)
    key = _ASANA.sub("asan", key)
    for old, new in _SOUNDS:
        key = key.replace(old, new)
    return re.sub(r"(.)\1+", r"\1", key) + number


class Names:
    """All the names of a library, and how to find them.

    Args:
        names: by id, the English name first.
        sanskrit: those ids' Sanskrit names, compared by sound as well.
        texts: in which every word is spelt right, so that none of them is a misspelt name.
        late: ids whose names give way where another name begins within them: "advantages of
            yoga" to "yoga nidra" in "advantages of yoga nidra".
    """

    def __init__(
        self,
        names: Mapping[str, Iterable[str]],
        sanskrit: Mapping[str, Iterable[str]],
        texts: Iterable[str],
        late: Set[str] = frozenset(),
    ) -> None:
        self._texts = texts
        self._late = late
        self._folded: dict[str, list[str]] = {}
        self._sounds: dict[str, list[str]] = {}
        for entry_id, its_names in names.items():
            for name in its_names:
                self._put(name, entry_id)
        for entry_id, its_names in sanskrit.items():
            for name in its_names:
                self._put_sound(name, entry_id)
        for name, ids in SHARED.items():
            self._share(name, [entry_id for entry_id in ids if entry_id in names])
        self._most_words = _most_words((*self._folded, *(f"{name}s" for name in self._folded)))

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
        spans = self._exact(tokens)
        for guess in self._misspelt(tokens):
            met = [span for span in spans if span.meets(guess)]
            if all(_replaces(guess, span, tokens) for span in met):
                spans = [*(span for span in spans if span not in met), guess]
        spans.sort(key=lambda span: span.at)
        return [mention for span in spans if (mention := _mention(tokens, span, text))]

    def knows(self, word: str) -> bool:
        """Whether a folded word stands in the texts, so that it is no misspelt name."""
        return word in self._known

    def _put(self, name: str, entry_id: str) -> None:
        folded = fold(name)
        _append(self._folded, folded, entry_id)
        stem, _, last = folded.rpartition(" ")
        if stem and (digit := _DIGITS.get(last)) and last not in "abc":
            for form in (digit, *_NUMBERS[digit][:2]):
                _append(self._folded, f"{stem} {form}", entry_id)
        bare = folded.removesuffix(" pose")
        if bare != folded and bare not in NEVER_ALONE and name.isascii():
            _append(self._folded, bare, entry_id)

    def _put_sound(self, name: str, entry_id: str) -> None:
        key = sound(name)
        _append(self._sounds, key, entry_id)
        if key[-1:].isdigit():
            _append(self._sounds, key.rstrip("123"), entry_id)

    def _share(self, name: str, ids: list[str]) -> None:
        for table, key in ((self._folded, name), (self._sounds, sound(name))):
            if ids and (table is self._folded or key in table):
                table[key] = ids

    def _exact(self, tokens: Sequence[_Token]) -> list[_Span]:
        spans, at = [], 0
        ends = [bool(_SANSKRIT_END.search(token.text)) for token in tokens]
        while at < len(tokens):
            size, ids = self._longest(tokens, at, ends)
            if size and self._gives_way(tokens, at, size, ids, ends):
                size = 0
            if size:
                spans.append(_Span(at, size, ids, tokens[at].text if size == 1 else ""))
            at += size or 1
        return spans

    def _gives_way(
        self, tokens: Sequence[_Token], at: int, size: int, ids: Sequence[str], ends: Sequence[bool]
    ) -> bool:
        """Whether a name that is not late begins within this late one and ends after it."""
        if ids[0] not in self._late:
            return False
        later = ((start, *self._longest(tokens, start, ends)) for start in range(at + 1, at + size))
        return any(
            found and start + found > at + size and found_ids[0] not in self._late
            for start, found, found_ids in later
        )

    def _longest(
        self, tokens: Sequence[_Token], at: int, ends: Sequence[bool]
    ) -> tuple[int, list[str]]:
        """The longest name that begins here, as it is spelt or as it sounds."""
        most = self._most_words.get(tokens[at].text, 0)
        if not most and not any(ends[at : at + MOST_WORDS + 1]):
            return 0, []
        for size in range(min(max(most, MOST_WORDS), len(tokens) - at), 0, -1):
            words = " ".join(token.text for token in tokens[at : at + size])
            if size <= most and (ids := self._folded.get(words) or self._singular(words)):
                return size, ids
            # Run together or split elsewhere: only where it ends like Sanskrit, or it would
            # join English words at will.
            last = at + size - 1
            numbered = tokens[last].text in _DIGITS and size > 1 and ends[last - 1]
            if (ends[last] or numbered) and (ids := self._sounds.get(sound(words))):
                return size, ids
        return 0, []

    def _singular(self, words: str) -> list[str] | None:
        """What "headstands" are; "forward bends" are a family and no posture."""
        one = words.removesuffix("s")
        is_one = one != words and not one.endswith("s") and one not in SHARED
        is_odd = one in EVERYDAY and words not in EVERYDAY
        ids = self._folded.get(one) if is_one and not is_odd else None
        return ids if ids and ids[0] not in self._late else None

    def _misspelt(self, tokens: Sequence[_Token]) -> Iterator[_Span]:
        strange = [
            at
            for at, token in enumerate(tokens)
            if len(token.text) >= SHORTEST_WORD
            and not token.text[0].isdigit()
            and token.text not in self._known
            and token.text not in self._folded
        ]
        for at in strange[:MOST_GUESSES]:
            guesses = (self._guess(tokens, *window) for window in _windows(at, len(tokens)))
            if best := max(filter(None, guesses), key=lambda span: span.likeness, default=None):
                yield best

    def _guess(self, tokens: Sequence[_Token], at: int, size: int) -> _Span | None:
        """The name that these words misspell, if there is one."""
        words = [token.text for token in tokens[at : at + size]]
        # "Kaunsa asan" is "which posture", and "and" is in no name.
        if words[-1] in POSTURE_WORDS and size == 2 and _SANSKRIT_END.search(words[-1]):
            return None
        if any(word in self._known and word not in self._name_words for word in words):
            return None
        stem = words[:-1] if size > 1 and words[-1] in _DIGITS else words
        if _SANSKRIT_END.search(stem[-1]):
            table, key = self._by_sound, sound(" ".join(words))
            changes = len(key) // SOUND_LETTERS
        else:
            table, key = self._by_letters, "".join(words)
            changes = min((len(key) + 1) // 5, 3)
        if len(key) < (SHORTEST_GUESS if table is self._by_letters else SHORTEST_SOUND):
            return None
        among = table.by_first.get(key[0], ())
        found = process.extract(key, among, scorer=OSA.distance, score_cutoff=max(changes, 1))
        if not found:
            return None
        name, distance, _ = min(found, key=lambda f: (f[1], sorted(f[0]) != sorted(key)))
        return _Span(at, size, table.ids[name], name, int(distance))

    @cached_property
    def _known(self) -> Set[str]:
        """Folded words that are no misspelt name, however alike."""
        written = set(" ".join(self._texts).lower().split())
        return {*fold(" ".join(written)).split(), *EVERYDAY, *ORDINARY}

    @cached_property
    def _name_words(self) -> Set[str]:
        return {word for name in self._folded for word in name.split()}

    @cached_property
    def _by_letters(self) -> _Table:
        """The names in one piece; of the short ones only those that are everyday words."""
        joined = ((name.replace(" ", ""), ids) for name, ids in self._folded.items())
        return _Table(
            (name, ids)
            for name, ids in joined
            if (len(name) >= SHORTEST_SOUND or name in EVERYDAY) and name not in ORDINARY
        )

    @cached_property
    def _by_sound(self) -> _Table:
        return _Table(self._sounds.items())


class _Table:
    """Names in one piece, by their first letter: a typo seldom strikes there."""

    def __init__(self, names: Iterable[tuple[str, list[str]]]) -> None:
        self.ids = {name: ids for name, ids in names if len(name) >= SHORTEST_GUESS}
        self.by_first: dict[str, list[str]] = {}
        for name in self.ids:
            self.by_first.setdefault(name[0], []).append(name)


def _tokens(text: str) -> Iterator[_Token]:
    for match in _WORD.finditer(text):
        if word := _fold_word(match.group()):
            yield _Token(word, match.start(), match.end())


def _fold_word(word: str) -> str:
    if word.isascii():
        return word.lower().replace("'", "")
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    # Marks make the vowels of Devanagari, and are accents elsewhere; the dot below is optional.
    kept = (c for c in letters if c.isalnum() or ("\u0900" <= c <= "\u097f" and c != "\u093c"))
    return unicodedata.normalize("NFC", "".join(kept))


def _most_words(names: Iterable[str]) -> dict[str, int]:
    """How many words the longest name has that begins with a word."""
    most: dict[str, int] = {}
    for name in names:
        first = name.partition(" ")[0]
        most[first] = max(most.get(first, 0), name.count(" ") + 1)
    return most


def _replaces(guess: _Span, exact: _Span, tokens: Sequence[_Token]) -> bool:
    """Whether a misspelt name is meant where a whole one is part of it: "downwrd dog"."""
    if not exact.within(guess) or list(guess.ids) == list(exact.ids):
        return False
    words = tokens[guess.at : guess.at + guess.size]
    added = sum(len(word.text) for word in words)
    added -= sum(len(word.text) for word in tokens[exact.at : exact.at + exact.size])
    return guess.changes <= max(added // 3, 1)


def _windows(at: int, count: int) -> Iterator[tuple[int, int]]:
    """First word and number of words of the spans about a place, among `count` words."""
    for size in range(MOST_WORDS, 0, -1):
        for first in range(max(at - size + 1, 0), min(at, count - size) + 1):
            yield first, size


def _mention(tokens: Sequence[_Token], span: _Span, text: str) -> Mention | None:
    """The mention of these words, unless they are everyday words that mean something else."""
    end = span.at + span.size
    start, stop = tokens[span.at].start, tokens[end - 1].end
    before = [token.text for token in tokens[max(span.at - 2, 0) : span.at]]
    after = tokens[end].text if end < len(tokens) else ""
    # A stop parts words as the beginning and the end of the text do.
    if _STOP.search(text[tokens[span.at - 1].end : start] if span.at else ""):
        before = []
    if _STOP.search(text[stop : tokens[end].start] if after else ""):
        after = ""
    everyday = span.name in EVERYDAY and not _is_pose(after)
    if everyday and not maybe_a_posture(before, after):
        return None
    weak = everyday or span.name in ORDINARY
    return Mention(tuple(span.ids), start, stop, span.likeness, weak)


def _is_pose(word: str) -> bool:
    return word in POSTURE_WORDS or (OSA.distance(word, "pose") <= 1 and word not in NEARLY_POSE)


def _append(table: dict[str, list[str]], key: str, entry_id: str) -> None:
    ids = table.setdefault(key, [])
    if entry_id not in ids:
        ids.append(entry_id)
