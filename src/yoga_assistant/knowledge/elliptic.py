"""What is said by halves: "warrior 1 and 2", "low or high lunge", "nothing on the wrists"."""

from __future__ import annotations

import re

_JOIN = r"(?P<join>\s*(?:,|/|&)\s*|\s+(?:and|or|vs\.?|versus|than|from|to|with)\s+)"
_NUMBER = r"(?:1|2|3|i{1,3}|one|two|three|a|b|c)\b"
_HEADS = r"warrior|virabhadrasana|sun salutation|surya namaskara?"
_ONE_HEAD = re.compile(
    rf"\b(?P<head>{_HEADS})s? (?P<one>{_NUMBER}){_JOIN}(?P<other>{_NUMBER})", re.IGNORECASE
)
_KINDS = r"low|high|side|half|full|seated|standing|(?:up|down)(?:ward)?(?:[- ]facing)?"
_TAILS = r"lunges?|dogs?|(?:forward )?(?:bends?|folds?)|lotus|pigeon|moon|splits?|twists?"
_ONE_TAIL = re.compile(
    rf"\b(?P<one>{_KINDS}){_JOIN}(?P<other>(?:{_KINDS}) )(?P<tail>{_TAILS})\b", re.IGNORECASE
)
_PARTS = {"wrist": "wrist", "hand": "wrist", "knee": "knee", "neck": "neck", "shoulder": "shoulder"}
_SPARED = re.compile(
    r"\b(?:(?:nothing|no (?:weight|pressure|load|strain|stress)) (?:on|through|for)"
    r"|(?:easy|gentle|kind|light) (?:on|to)|spar(?:e|es|ing)) (?:the |my |your )?"
    rf"(?P<part>{'|'.join(_PARTS)})s?\b",
    re.IGNORECASE,
)


def spelt_out(question: str) -> str:
    """The question with both names whole; a part of the body that is to be spared is sore.

    >>> spelt_out("Is warrior 1 or 2 harder?")
    'Is warrior 1 or warrior 2 harder?'
    >>> spelt_out("low and high lunge")
    'low lunge and high lunge'
    >>> spelt_out("a practice for stiff hips, nothing on the wrists")
    'a practice for stiff hips, with a sore wrist'
    """
    before = ""
    while before != question:
        before = question
        question = _ONE_HEAD.sub(r"\g<head> \g<one>\g<join>\g<head> \g<other>", question)
    question = _SPARED.sub(lambda m: f"with a sore {_PARTS[m['part'].lower()]}", question)
    return _ONE_TAIL.sub(r"\g<one> \g<tail>\g<join>\g<other>\g<tail>", question)
