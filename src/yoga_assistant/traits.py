"""What the classifier looks at in a question: letters, words, and the kinds of its words.

One function, `traits`, serves training and use alike, so the two cannot drift apart. The kinds
("picture", "draw", "tell", "scene" ...) are those of a word list in many languages, which lets a
rule learned in one language hold in the others.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, product
from pathlib import Path

LOOK_AT = 600  # characters of a long question: its beginning and its end, where the wish stands
LETTERS = (2, 5)  # n-grams within a word
WORDS = 3  # n-grams of words, at most
SKIP = 3  # words between the two of a pair, at most
WINDOW = 6  # words around a pivot
SHARES = (0.7, 0.7, 2.0)  # letters, words, kinds: the best of a grid, by cross-validation

_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S+"
    r"|\b[\w-]+\.(?:com|org|net|in|de|fr|es|co\.uk|io|it|pt|nl)\b"
)
_ELISION = re.compile(r"\b(?:l|d|qu|c|j|s|n|m|t|jusqu|dell|all|nell|un|com)['’](?=\w)")
_IDEOGRAPH = re.compile("([\u3040-\u30ff\u4e00-\u9fff])")
_TOKEN = re.compile(r"[^\W_](?:[\w\u0900-\u097f]|['’](?=\w))*|[?!,.:;/]+")
_SANSKRIT = re.compile(r"(?:asana|asan|aasan|asanas|asanam|mudra|bandha|sana)$|आसन$|ासन$")
_CLAUSE_WORDS = frozenset(
    """
    but just instead rather and then also plus only pero sino solo y mais juste et
    aber sondern nur  und ma e mas so par lekin bas sirf aur balki लेकिन पर बस सिर्फ
    और बल्कि
    """.split()
)
# The kinds on which the decision turns; what stands around them matters most.
_PIVOTS = ("picture", "draw", "show", "see", "appear", "tell")
_TELLING = (*_PIVOTS[:5], "style", "camera", "scene")

Kinds = Sequence[Sequence[str]]


class Lexicon:
    """The kinds of a word, from lines of `kind<TAB>words`; `draw*` is all that begins so."""

    def __init__(self, path: Path) -> None:
        self._whole: dict[str, list[str]] = {}
        self._begins: dict[str, list[str]] = {}
        for line in path.read_text("utf-8").splitlines():
            kind, words = line.split("\t")
            for word in words.split():
                table = self._begins if word.endswith("*") else self._whole
                kinds = table.setdefault(fold(word.rstrip("*")), [])
                if kind not in kinds:
                    kinds.append(kind)

    def kinds(self, word: str) -> list[str]:
        """What kinds of word it is, the most particular first; ["_"] for an ordinary word."""
        found = dict.fromkeys(self._whole.get(word, ()))
        for size in range(3, len(word) + 1):
            found.update(dict.fromkeys(self._begins.get(word[:size], ())))
        if len(word) > 6 and _SANSKRIT.search(word):
            found["pose"] = None
        return list(found) or ["_"]


def hashed(question: str, lexicon: Lexicon, size: int) -> tuple[list[int], list[float]]:
    """Where the question's traits stand among `size` weights, and what each counts."""
    counted = list(_shares(traits(question, lexicon)))
    places = [zlib.crc32(trait.encode("utf-8", "replace")) % size for trait, _ in counted]
    return places, [share for _, share in counted]


def traits(question: str, lexicon: Lexicon) -> tuple[set[str], set[str], set[str]]:
    """The question's traits: of its letters, of its words, and of the kinds of its words."""
    words = _tokens(question)
    kinds = [lexicon.kinds(word) if word[0].isalnum() else ["." + word[0]] for word in words]
    by_kind = {*_kind_grams(words, kinds), *_around_pivots(words, kinds), *_clauses(words, kinds)}
    return set(_letters(words)), set(_words(question, words)), by_kind


def fold(text: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in decomposed if not "\u0300" <= letter <= "\u036f")


def _tokens(question: str) -> list[str]:
    if len(question) > LOOK_AT:
        question = f"{question[: LOOK_AT // 2]} {question[-LOOK_AT // 2 :]}"
    text = _LINK.sub(" xlinkx ", fold(question))
    text = _ELISION.sub(lambda match: match.group()[:-1] + " ", text)
    found = _TOKEN.findall(_IDEOGRAPH.sub(r" \1 ", text))
    return ["0" if word.isdigit() else word for word in found]


def _letters(words: Sequence[str]) -> Iterator[str]:
    least, most = LETTERS
    for word in set(words):
        padded = f" {word} "
        for size in range(least, most + 1):
            for start in range(len(padded) - size + 1):
                yield "c" + padded[start : start + size]


def _words(question: str, words: Sequence[str]) -> Iterator[str]:
    edged = ["<", *words, ">"]
    for size in range(1, WORDS + 1):
        for start in range(len(edged) - size + 1):
            yield "w" + "|".join(edged[start : start + size])
    for start, first in enumerate(edged):
        for second in edged[start + 2 : start + 2 + SKIP - 1]:
            yield f"s{first}|{second}"
    spoken = [word for word in words if word[0].isalnum()]
    yield from (f"p{place}{word}" for place, word in enumerate(spoken[:4]))
    if spoken:
        yield "e" + spoken[-1]
        yield f"f{spoken[0]}|{spoken[-1]}"
    yield f"n{min(len(spoken), 12)}"
    yield f"q{'?' in question}"
    yield f"k{min(question.count(','), 4)}"


def _kind_grams(words: Sequence[str], kinds: Kinds) -> Iterator[str]:
    """Sequences of kinds, also mixed with words or leaping over the ordinary; what is absent."""
    edged, texts = [["<"], *kinds, [">"]], ["<", *words, ">"]
    yield from ("1" + kind for group in edged for kind in group)
    yield from _chains("2", edged, 2)
    yield from _chains("3", edged, 3)
    for (left, right), (before, after) in zip(pairwise(edged), pairwise(texts), strict=True):
        yield from (f"m{before} {kind}" for kind in right)
        yield from (f"M{kind} {after}" for kind in left)
    told = [group for group in edged if group != ["_"]]
    yield from _chains("x", told, 2)
    yield from _chains("X", told, 3)
    present = sorted({kind for group in kinds for kind in group})
    yield from (f"&{first} {second}" for first, second in combinations(present, 2))
    yield from ("!" + kind for kind in _TELLING if kind not in present)
    if not set(_PIVOTS[:5]) & set(present):
        yield from ("?" + kind for kind in present)
        yield f"?n{min(len(words), 10)}"
    inner = [group for group in kinds if group != ["_"]]
    if inner:
        yield from (f"E{first} {last}" for first, last in product(inner[0], inner[-1]))


def _chains(mark: str, groups: Kinds, size: int) -> Iterator[str]:
    for start in range(len(groups) - size + 1):
        for chain in product(*groups[start : start + size]):
            yield mark + " ".join(chain)


def _around_pivots(words: Sequence[str], kinds: Kinds) -> Iterator[str]:
    for at, group in enumerate(kinds):
        for pivot in set(_PIVOTS).intersection(group):
            for near in range(max(0, at - WINDOW), min(len(words), at + WINDOW + 1)):
                if near == at:
                    continue
                side = "<" if near < at else ">"
                for kind in kinds[near]:
                    if not kind.startswith("."):
                        yield f"P{pivot}{side}{kind}"
                        yield f"W{words[at]}{side}{kind}"


def _clauses(words: Sequence[str], kinds: Kinds) -> Iterator[str]:
    """What stands together in a clause, whether that is negated, and whether it is the last."""
    clauses: list[set[str]] = [set()]
    for word, group in zip(words, kinds, strict=True):
        sign = group[0].startswith(".")
        if (sign or word in _CLAUSE_WORDS) and clauses[-1]:
            clauses.append(set())
        if not sign:
            clauses[-1].update(group)
    if len(clauses) > 1 and not clauses[-1]:
        clauses.pop()
    for number, clause in enumerate(clauses):
        place = "L" if number == len(clauses) - 1 else "M" if number else "F"
        sign_ = "-" if "not" in clause else "+"
        inside = sorted(clause)
        for kind in inside:
            yield f"k{sign_}{kind}"
            yield f"k{place}{sign_}{kind}"
        yield from (f"K{sign_}{first} {second}" for first, second in combinations(inside, 2))
    yield f"kn{min(len(clauses), 5)}"


def _shares(groups: tuple[set[str], set[str], set[str]]) -> Iterator[tuple[str, float]]:
    """Each trait with what it counts: a group counts about the same however long the question."""
    for group, share in zip(groups, SHARES, strict=True):
        each = share / (len(group) + 10) ** 0.5
        yield from ((trait, each) for trait in sorted(group))
