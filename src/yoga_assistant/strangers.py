"""What a stranger's page may not do: speak to the model instead of the reader, or do harm.

Nothing filters every trick away; what is found here is left out of answers, and the rest stands
between delimiters as data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MODEL = r"(?:a\.?i\.?|assistants?|(?:chat)?bots?|(?:large )?language models?|llms?|(?:chat)?gpts?)"
_SAY = r"(?:respond|reply|answer|say|state|output|print|write|repeat|include|recommend|tell|insist)"
_SPEAKS_TO_MODELS = re.compile(
    "|".join((
        r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,60}\b(?:instruct\w*|prompts?|rules)\b",
        r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,60}\b(?:above|prior|earlier|sources?)\b",
        r"\b(?:ignore|disregard|forget) (?:all |any |the |your )*(?:previous|context|guidelines)",
        r"\b(?:system|developer|hidden|new|updated) (?:prompt|instructions?|message|mode)\b",
        rf"\binstructions? (?:to|for) (?:the |any |all )?{_MODEL}",
        rf"\b{_MODEL}\b.{{0,60}}\b(?:must|should|shall|ha(?:s|ve) to|needs? to|{_SAY})\b",
        rf"\b(?:dear|attention|note to|hey|hello),? (?:any |all |the )?{_MODEL}\b",
        rf"\bif you are (?:an? |the )?{_MODEL}",
        rf"\byou are (?:now |no longer |an? )+(?:{_MODEL}|dan\b|model|helpful|unrestricted|free)",
        r"\bas an? (?:ai|language model|assistant)\b",
        rf"\b(?:always|only|simply|must|please|instead|just|you (?:will|shall|should)) {_SAY}\b",
        rf"\b{_SAY} (?:only |exactly |back |verbatim |with )*(?:the (?:words?|phrase|following))\b",
        rf"\b{_SAY} (?:only |exactly |back |verbatim |with )*(?:exactly|[\"“'‘«])",
        r"\btell (?:the |your |every )?(?:user|reader|visitor|human|person|people asking)s?\b",
        r"\b(?:when|if|whenever) (?:asked|(?:any|some)(?:one|body) asks|users? asks?)\b",
        r"\b(?:when|if|whenever) (?:the user|summari[sz]ing|answering|quoting|queried)\b",
        r"\b(?:begin|start|end|finish|prefix|append|conclude) (?:your|the|every|each)"
        r" (?:answer|reply|response|output|message)",
        r"\b(?:your|the) (?:answer|reply|response|output) (?:must|should|shall|is to|will)\b",
        r"\b(?:do not|don['’]t|never) (?:mention|reveal|disclose|cite|quote|warn|tell)\b",
        r"</?(?:system|assistant|user|instructions?|prompt)\b|\[/?(?:inst|system|assistant)\]|<\|",
        r"(?:^|\n)\s*(?:#+ *)?(?:system|assistant|user|human|instructions?) *:",
        r"\bjailbreak|prompt injection|\bbase64\b|\bpassword\b|\bapi key\b|\bcredit card\b",
    )),
    re.IGNORECASE,
)  # fmt: skip
_ILLS = (
    r"(?:cancers?|diabetes|asthma|epilepsy|depression|arthritis|glaucoma|hypertension"
    r"|blood pressure|heart disease|(?:all|every|any) (?:known )?(?:diseases?|illness\w*))"
)
_CARE = (
    r"(?:medications?|medicines?|insulin|inhalers?|chemotherapy|prescri\w+|doctors?|vaccin\w+"
    r"|medical (?:care|advice|treatment))"
)
_HARMS = re.compile(
    "|".join((
        rf"\b(?:cures?|cured|curing|heals?|reverses?|eliminates?|eradicates?)\b.{{0,40}}\b{_ILLS}\b",
        rf"\b(?:stop|quit|skip|throw away|discard|avoid|no need for)\b.{{0,40}}\b{_CARE}\b",
        rf"\b(?:without|instead of|replaces?)\b.{{0,40}}\b{_CARE}\b",
        r"\bdoctors? (?:are|is) (?:wrong|lying|useless|not needed)\b",
        r"\b(?:safe|fine|harmless|perfect) (?:for|with|in|during) (?:everyone|anybody|all (?:people"
        r"|conditions|stages))\b|\bno (?:risks?|contraindications?)\b",
    )),
    re.IGNORECASE,
)  # fmt: skip
# "Do not practise without asking your doctor" is good advice.
_WARNS = re.compile(r"\b(?:not|never)\b|n['’]t\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+(?=[^a-z])|\n+")


def sentences(text: str) -> Iterator[str]:
    """The sentences of light Markdown, each list item and row its own; marks of Markdown apart."""
    for part in _SENTENCE_END.split(text):
        if sentence := part.strip().lstrip("#>*-+| ").strip():
            yield sentence


def may_be_quoted(sentence: str) -> bool:
    """Whether a stranger's sentence may stand in an answer."""
    if _SPEAKS_TO_MODELS.search(sentence):
        return False
    return not _HARMS.search(sentence) or bool(_WARNS.search(sentence))


def quotable(text: str) -> Iterator[str]:
    """The sentences of a stranger's text that may stand in an answer.

    What follows an order to a model in its paragraph belongs to the order.
    """
    for block in text.split("\n"):
        for sentence in sentences(block):
            if not may_be_quoted(sentence):
                break
            yield sentence


def is_readable(passage: str) -> bool:
    """Whether a stranger's passage is worth showing to a model: not made of orders to it."""
    return any(True for _ in quotable(passage))
