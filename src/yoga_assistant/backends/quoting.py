"""The sentences of pages that answer a question, in the pages' own words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from ..knowledge.names import fold
from ..strangers import quotable
from ..types import Source
from .embeddings import StaticEmbedder

MOST = 3  # sentences of one page
MOST_WORDS = 90  # of what is quoted of one page
MEANING_SHARE = 0.5  # of a sentence's score; the rest is that of the words
TITLE_SHARE = 0.25  # of the weight of a word that stands in the page's title
LEAST = 0.28  # score of a sentence that answers; found on pages and questions written for it
NEARLY_BEST = 0.72  # of the best score: such sentences are quoted beside it
_SHORTEST = 4  # words of a sentence; less is a heading
_HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
_WHY = re.compile(r"(?:and |but |so )?why\b")
_STOP = frozenset(
    "a about an and any are as at be by can could did do does for from have how i if in into is it "
    "its me my of on or page say says should so that the their there this to was what when where "
    "which who why will with would you your article site link tell according".split()
)


class Quote(NamedTuple):
    """A sentence, and the number of its source."""

    text: str
    number: int


class Quoter:
    """Finds the sentences that answer a question, by their words and by their meaning."""

    def quotes(self, question: str, sources: Sequence[tuple[int, Source]]) -> list[Quote]:
        """The best sentences of these numbered passages of one page, in the order of the page.

        None if nothing there comes near the question. Without a question the page's first
        sentences tell what it is about.
        """
        ordered = sorted(sources, key=lambda item: item[1].start)
        told = [
            Quote(sentence, number)
            for number, source in ordered
            for sentence in quotable(_HEADING.sub("", source.quote))
            if len(sentence.split()) >= _SHORTEST
        ]
        told = list({quote.text: quote for quote in reversed(told)}.values())[::-1]
        if not told:
            return []
        if not _terms(question):
            return _within(told[:MOST])
        scores = self._scores(question, ordered[0][1].title, [quote.text for quote in told])
        least = max(LEAST, max(scores) * NEARLY_BEST)
        ranked = sorted(range(len(told)), key=lambda place: -scores[place])
        best = [place for place in ranked if scores[place] >= least][:MOST]
        if _WHY.match(fold(question)):  # a reason stands beside what it explains
            beside = [near for place in best[:2] for near in (place, place + 1)]
            best = list(dict.fromkeys(place for place in beside if place < len(told)))
        return [told[place] for place in sorted(_places_within(best, told))]

    def _scores(self, question: str, title: str, texts: Sequence[str]) -> list[float]:
        asked, about = _terms(question), _terms(title)
        held = [_terms(text) for text in texts]
        counts = Counter(term for terms in held for term in terms)
        rarity = {t: math.log(1 + len(texts) / (0.5 + counts[t])) for t in asked}
        # What the whole page is about tells one of its sentences from another only a little.
        weights = {t: rarity[t] * (TITLE_SHARE if t in about else 1) for t in asked}
        most = sum(weights.values()) or 1.0
        # "It is done on two toes": what it is stands in the title.
        vectors = self._embedder.embed([question, *(f"{title}. {text}" for text in texts)])
        meant = (vectors[1:] @ vectors[0]).tolist()
        words = [sum(weights[t] for t in asked & terms) / most for terms in held]
        return [
            MEANING_SHARE * near + (1 - MEANING_SHARE) * share
            for near, share in zip(meant, words, strict=True)
        ]

    @cached_property
    def _embedder(self) -> StaticEmbedder:
        return StaticEmbedder()


def _within(quotes: list[Quote]) -> list[Quote]:
    places = _places_within(range(len(quotes)), quotes)
    return [quotes[place] for place in places]


def _places_within(places: Sequence[int], quotes: Sequence[Quote]) -> list[int]:
    """The first places whose sentences are not too long together; one in any case."""
    kept: list[int] = []
    words = 0
    for place in places:
        words += len(quotes[place].text.split())
        if kept and words > MOST_WORDS:
            break
        kept.append(place)
    return kept


def _terms(text: str) -> set[str]:
    import Stemmer

    stemmer = Stemmer.Stemmer("english", 0)
    words = re.findall(r"\w+", fold(text))
    return {str(stemmer.stemWord(word)) for word in words if word not in _STOP}
