"""What nothing here can answer: a posture that nobody knows, a price, somebody's yesterday."""

from __future__ import annotations

import re
from collections.abc import Callable

MOST_WORDS = 4  # of such a name

_CALLED = re.compile(r"\b((?:[^\W\d_]+ )+)(?:pose|posture|asana|mudra|bandha|pranayama|kriya)\b")
_ONE_WORD = re.compile(r"\b[^\W\d_]{3,}(?:asana|asan)\b")
# Words before which a name begins.
_BEFORE = frozenset(
    "a about an and any are called can do does doing for from how in into is it like me my named "
    "of on or practise practice show some steps tell than that the this to try was what which "
    "with your".split()
)
_PEOPLE = r"(?:teacher|instructor|studio|friend|neighbour|mother|father|wife|husband|boss)s?"
_UNKNOWABLE = re.compile(
    "|".join((
        r"how many (?:people|yogis|students|women|men|teachers|studios|members)\b",
        r"\b(?:did|was|were|had|happened)\b.{0,60}\b(?:yesterday|this morning)\b",
        r"\b(?:did|was|were|had|happened)\b.{0,60}\blast (?:night|week|month|year)\b",
        rf"\b(?:did|does|has|was|will|is) (?:my|our) (?:yoga )?{_PEOPLE}\b",
        rf"\b(?:my|our|your) {_PEOPLE} (?:s )?(?:name|birthday|address|age|phone|schedule)\b",
        rf"(?:name|address|birthday) of my {_PEOPLE}\b",
        r"\b(?:will|can) i\b.{0,60}\b(?:by|before|until|in time for) (?:\d|january|february"
        r"|march|april|may|june"
        r"|july|august|september|october|november|december|christmas|summer|next|the end|my"
        r"|monday)",
        r"\bwill\b.{0,40}\b(?:tomorrow|next (?:week|month|year))\b",
        r"\bcosts? (?:in|at|near)\b|\bclass(?:es)?\b.{0,50}\bcosts?$",
        r"\bhow much\b.{0,60}\b(?:cost|costs|pay|charge|earn)\b",
        r"\b(?:prices?|priced|cheapest|discount|coupon|fees?|salary|for sale|in stock)\b",
        r"\bnear (?:me|here|my)\b|\bnearby\b|\bnearest (?:\w+ )?(?:studio|class|teacher)",
        r"\b(?:studio|class|classes|retreat)s? in (?:my|our) (?:town|city|area)\b",
        r"opening hours|\btimetable\b|what time (?:is|does|do) (?:the|my|your|our)\b",
        r"phone number|e ?mail address|\bbook (?:me|us) (?:in|into|a|on)|"
        r"\bbook (?:a|my) (?:class|place|spot|session)\b|\breserve (?:me|a)\b|\bexact (?:number"
        r"|date|age|price)",
        r"world record|guinness|celebrit",
        r"\bbook me\b|^will i (?:be able|ever|manage|learn|master)\b",
        r"\b(?:what|who|where) am i (?:thinking|doing|wearing|feeling|dreaming|talking)\b",
        r"\b(?:which|what) page\b|\bpage number\b",
        r"\bmy (?:heart rate|weight|height|age|birthday|password|name)\b|do you remember",
    ))
)  # fmt: skip


def is_unknowable(folded: str) -> bool:
    """Whether a question asks, of yoga too, for a count, a price, a place or somebody's day."""
    return _UNKNOWABLE.search(folded) is not None


def strange_name(folded: str, knows: Callable[[str], bool]) -> str | None:
    """The name of a posture or practice in which a word stands that is known nowhere.

    Args:
        folded: the question, the names that are known taken out.
        knows: whether a word stands anywhere in the knowledge.
    """
    for match in _CALLED.finditer(folded):
        name: list[str] = []
        for word in reversed(match[1].split()[-MOST_WORDS:]):
            if word in _BEFORE:
                break
            name.insert(0, word)
        if any(not knows(word) for word in name):
            return " ".join([*name, match.group().split()[-1]])
    words = (match.group() for match in _ONE_WORD.finditer(folded))
    return next((word for word in words if not knows(word)), None)
