"""The journey of a question, on one page.

    question ── classify ──> image ──────────────────────────────────────> draw ──> ImageAnswer
                    │
                    └──> text ──> links | question ──> read ──> index, keep ─┐
                                        understand, search ──────────────────┴─> prompt ──> write
                                               cautions ──────────────────────────> TextAnswer <┘

Every function here is a flow: it yields the calls that it wants made and does no I/O of its own.
`drive.run` makes the calls blocking, `drive.arun` awaits them.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, get_args

from ..errors import LLMError, QuestionError, needs_extra
from ..knowledge import Library, understand
from ..knowledge.evidence import evidence
from ..protocols import LLM, Classifier, Diffusion, Retriever, Scraper
from ..strangers import is_readable
from ..types import (
    Answer,
    Completion,
    ImageAnswer,
    ImagePrompt,
    Intent,
    Message,
    Route,
    Source,
    TextAnswer,
    TextPrompt,
    Unread,
)
from .caution import cautions
from .drive import Call, Flow, Timings
from .links import split_links
from .memory import Memory
from .picture import image_prompt
from .prompt import CONTEXT_TOKENS, build_prompt, route_prompt
from .read import Reading, reading, reads

LONGEST = 20_000  # characters of a question; more belongs into a file
_MARK = re.compile(r"\[(\d{1,3})\]")
# Of 27 questions on other matters 19 found nothing better than this, of 30 on yoga none.
LEAST = 0.3  # score of a passage of the knowledge that is worth telling a model
SOURCES = 8  # passages that a prompt holds at most, those that surely answer apart
SEEDS = 2**31  # pictures that one prompt may become
WHAT_IT_SAYS = "What does this page say?"  # asked by a link alone
PAGE_SOURCES = 6  # passages of the pages that a question points at


@dataclass(frozen=True, slots=True)
class Parts:
    """What a journey runs on."""

    library: Library
    classifier: Classifier
    retriever: Retriever
    llm: LLM
    model: str  # the name under which the answer goes
    memory: Memory
    scraper: Callable[[], Scraper | None]  # made when the first link is read
    diffusion: Diffusion | None = None
    ask_llm_below: float = 0.0  # a classifier less sure than this has the LLM decide


@dataclass(frozen=True, slots=True)
class Before:
    """What was said before this question."""

    messages: tuple[Message, ...] = ()
    intent: Intent | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A text answer before its first word: everything but the text is known."""

    question: str
    prompt: TextPrompt
    links: tuple[str, ...]
    unread: tuple[Unread, ...] = ()
    unkept: str | None = None
    timings: Mapping[str, float] = field(default_factory=dict)  # of reading the links


def ask(
    parts: Parts, question: str, route: Route | None, before: Before, timings: Timings
) -> Flow[Answer]:
    """The answer to a question, in words or in a picture."""
    question = checked(question)
    if (route or (yield from decide(parts, question))) == "image":
        return (yield from picture(parts, question, before, timings))
    return (yield from words(parts, question, before, timings))


def decide(parts: Parts, question: str) -> Flow[Route]:
    """Words or a picture? An unsure classifier asks the language model, if it may."""
    [verdict] = yield (Call("classify", parts.classifier.classify, (question,)),)
    route: Route = verdict.route
    if verdict.probability < parts.ask_llm_below:
        [reply] = yield (Call("classify", parts.llm.complete, (route_prompt(question),)),)
        said = [word for word in get_args(Route) if word in as_completion(reply).text.lower()]
        if len(said) == 1:
            route = said[0]
    return route


def words(parts: Parts, question: str, before: Before, timings: Timings) -> Flow[TextAnswer]:
    """An answer in words, with its sources and cautions."""
    draft = yield from prepare(parts, question, before)
    [written] = yield (Call("write", parts.llm.complete, (draft.prompt,)),)
    return finish(parts, draft, as_completion(written), timings)


def prepare_words(parts: Parts, question: str, route: Route | None, before: Before) -> Flow[Draft]:
    """A draft for an answer in words, of a question that asks for words."""
    question = checked(question)
    if (route or (yield from decide(parts, question))) == "image":
        raise QuestionError(
            "this question asks for a picture, which cannot be streamed",
            hint='use ask(), or pass route="text" for an answer in words',
        )
    return (yield from prepare(parts, question, before))


def preview(
    parts: Parts, question: str, route: Route | None, before: Before
) -> Flow[TextPrompt | ImagePrompt]:
    """What a model would be told."""
    question = checked(question)
    if (route or (yield from decide(parts, question))) == "image":
        intent = understand(question, parts.library, before.intent)
        return image_prompt(question, intent, parts.library)
    return (yield from prepare(parts, question, before)).prompt


def search(parts: Parts, question: str, limit: int) -> Flow[list[Source]]:
    """The passages that fit best, each from another document."""
    intent = understand(question, parts.library)
    about = _about(question, intent, parts.library)
    [hits] = yield (Call("search", parts.retriever.search, (about,), {"limit": limit}),)
    # A name within a long description ("folded like a tortoise") is only one word among others.
    named = intent.subjects if len(" ".join(intent.names)) * 2 >= len(question) else ()
    first = [_overview(subject, parts.library) for subject in named]
    return [*first, *(hit for hit in hits if hit.document_id not in named)][:limit]


def prepare(parts: Parts, question: str, before: Before) -> Flow[Draft]:
    """Everything that comes before the first word."""
    bare, links = split_links(question)
    intent = understand(bare, parts.library, before.intent)
    about = _about(bare, intent, parts.library)
    known = yield tuple(Call("store", parts.memory.known, (link,)) for link in links)
    calls = reads(links, known, parts.memory, parts.scraper)
    limits = {"limit": SOURCES, "per_document": 3}
    [hits, *results] = yield (
        Call("search", parts.retriever.search, (about,), limits),
        *calls.values(),
    )
    found = reading(links, known, dict(zip(calls, results, strict=True)))
    quotes, unkept = yield from _quotes(parts, bare, found)
    warnings = cautions(intent, parts.library)
    prompt = build_prompt(
        bare or (WHAT_IT_SAYS if links else question),
        intent,
        _sources(intent, quotes, hits, parts.library),
        warnings,
        before.messages,
        pages=[page.document.id for _, page in found.pages],
        unread=found.unread,
        context_tokens=getattr(parts.llm, "context_tokens", CONTEXT_TOKENS),
    )
    return Draft(question, prompt, tuple(links), found.unread, unkept, found.timings)


def _quotes(parts: Parts, question: str, found: Reading) -> Flow[tuple[list[Source], str | None]]:
    """The passages of the pages that fit the question best, and why the pages could not be kept.

    A page can be searched at once; that it is kept delays nothing.
    """
    if not found.pages:
        return [], None
    [indexed] = yield (Call("index", parts.memory.index, (found.pages,)),)
    new = [each for each in indexed if (each.link, each.page) in found.new]
    asked = question or " ".join(page.title for _, page in found.pages)
    limits = {
        "limit": PAGE_SOURCES,
        "per_document": max(PAGE_SOURCES // len(found.pages), 2),
        "among": [page.document.id for _, page in found.pages],
    }
    [quotes, unkept] = yield (
        Call("search", parts.retriever.search, (asked,), limits),
        Call("keep", parts.memory.keep, (new,)),
    )
    return [quote for quote in quotes if is_readable(quote.quote)], unkept


def picture(
    parts: Parts, question: str, before: Before, timings: Timings, seed: int | None = None
) -> Flow[ImageAnswer]:
    """An answer in a picture; without a seed another one each time."""
    question = checked(question)
    if parts.diffusion is None:
        raise needs_extra("images", "drawing pictures")
    intent = understand(question, parts.library, before.intent)
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    prompt = image_prompt(question, intent, parts.library, seed)
    [png] = yield (Call("draw", parts.diffusion.draw, (prompt,)),)
    model = getattr(parts.diffusion, "model", type(parts.diffusion).__name__)
    view = MappingProxyType(timings)
    return ImageAnswer(question, png, prompt, model, cautions(intent, parts.library), view)


def finish(parts: Parts, draft: Draft, written: Completion, timings: Timings) -> TextAnswer:
    """The whole answer, once its text is there."""
    if not written.text.strip():
        raise LLMError(f"{parts.model} wrote nothing", hint="ask again or choose another llm")
    timings.update(draft.timings)
    return TextAnswer(
        question=draft.question,
        text=written.text.strip(),
        sources=_cited(draft.prompt.sources, written.text, parts.llm),
        cautions=draft.prompt.cautions,
        model=written.model or parts.model,
        prompt=draft.prompt,
        timings=MappingProxyType(timings),
        usage=written.usage,
        links=draft.links,
        unread=draft.unread,
        unkept=draft.unkept,
    )


def checked(question: object) -> str:
    """The question itself, if it can be asked.

    Raises:
        QuestionError: it is not text, empty, or longer than `LONGEST`.
    """
    if not isinstance(question, str):
        raise QuestionError(f"a question is text, not {type(question).__name__}", hint="pass a str")
    if len(question) > LONGEST:
        raise QuestionError(
            f"the question has {len(question):,} characters, more than {LONGEST:,}",
            hint="ask about a part of it",
        )
    if not any(character.isprintable() and not character.isspace() for character in question):
        raise QuestionError("the question is empty", hint='try "How do I enter crow pose?"')
    return question


def as_completion(written: Any) -> Completion:
    """What an LLM wrote, with or without what it cost."""
    return written if isinstance(written, Completion) else Completion(str(written))


def _cited(sources: tuple[Source, ...], text: str, llm: LLM) -> tuple[Source, ...]:
    """The sources up to the last one that the text marks, so that the numbers stay.

    Of a text without marks all may be its sources, unless the model is one that always marks them.
    """
    marked = [int(mark) for mark in _MARK.findall(text)]
    if not marked and getattr(llm, "marks_sources", False):
        return ()
    return sources[: max(marked)] if marked else sources


def _about(question: str, intent: Intent, library: Library) -> str:
    """The question as it is searched for: a follow-up names what it is about."""
    names = " ".join(library.name(subject) for subject in intent.subjects)
    return f"{names} {question}".strip()


def _overview(subject: str, library: Library) -> Source:
    return Source.of(library.article(subject).passages["overview"], 1.0)


def _sources(
    intent: Intent, quotes: Sequence[Source], hits: Sequence[Source], library: Library
) -> list[Source]:
    """What the pages say that were pointed at, what surely answers the question, what was found."""
    known = [*quotes, *(Source.of(passage, 1.0) for passage in evidence(intent, library))]
    taken = {(source.document_id, source.start) for source in known}
    found = [
        hit
        for hit in hits
        if (hit.document_id, hit.start) not in taken
        and (hit.score >= LEAST or hit.document_id not in library)
    ]
    return [*known, *found][: max(SOURCES, len(known))]
