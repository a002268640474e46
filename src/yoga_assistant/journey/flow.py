"""The journey of a question, on one page.

    question ── classify ──> image ──────────────────────────────────────> draw ──> ImageAnswer
                    │
                    └──> text ──> links | question ──> fetch ─┐
                                        understand, retrieve ─┴─> prompt ──> write ──> TextAnswer
                                               cautions ──────────────────────────────────┘

Every function here is a flow: it yields the calls that it wants made and does no I/O of its own.
`drive.run` makes the calls blocking, `drive.arun` awaits them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from ..errors import LLMError, QuestionError, ScrapeError, needs_extra
from ..knowledge import Library, understand
from ..knowledge.evidence import evidence
from ..protocols import LLM, Classifier, Diffusion, Retriever, Scraper
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
)
from .caution import cautions
from .drive import Call, Flow
from .links import split_links
from .picture import image_prompt
from .prompt import CONTEXT_TOKENS, build_prompt, route_prompt

LONGEST = 20_000  # characters of a question; more belongs into a file
_MARK = re.compile(r"\[(\d{1,3})\]")
# Of 27 questions on other matters 19 found nothing better than this, of 30 on yoga none.
LEAST = 0.3  # score of a passage of the knowledge that is worth telling a model
SOURCES = 8  # passages that a prompt holds at most


@dataclass(frozen=True, slots=True)
class Parts:
    """What a journey runs on."""

    library: Library
    classifier: Classifier
    retriever: Retriever
    llm: LLM
    model: str  # the name under which the answer goes
    scraper: Scraper | None = None
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


def ask(
    parts: Parts, question: str, route: Route | None, before: Before, timings: Mapping[str, float]
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


def words(
    parts: Parts, question: str, before: Before, timings: Mapping[str, float]
) -> Flow[TextAnswer]:
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
    [hits] = yield (Call("retrieve", parts.retriever.search, (about,), {"limit": limit}),)
    # A name within a long description ("folded like a tortoise") is only one word among others.
    named = intent.subjects if len(" ".join(intent.names)) * 2 >= len(question) else ()
    first = [_overview(subject, parts.library) for subject in named]
    return [*first, *(hit for hit in hits if hit.document_id not in named)][:limit]


def prepare(parts: Parts, question: str, before: Before) -> Flow[Draft]:
    """Everything that comes before the first word."""
    bare, links = split_links(question)
    intent = understand(bare, parts.library, before.intent)
    if links:
        yield from read(parts, links)
    about = _about(bare, intent, parts.library)
    limits = {"limit": SOURCES, "per_document": 3}
    [hits] = yield (Call("retrieve", parts.retriever.search, (about,), limits),)
    warnings = cautions(intent, parts.library)
    prompt = build_prompt(
        bare or question,
        intent,
        _sources(intent, hits, parts.library),
        warnings,
        before.messages,
        context_tokens=getattr(parts.llm, "context_tokens", CONTEXT_TOKENS),
    )
    return Draft(question, prompt, tuple(links))


def read(parts: Parts, links: Sequence[str]) -> Flow[None]:
    """What the links point at becomes known, at once."""
    if parts.scraper is None:
        raise ScrapeError(
            f"no scraper to read {links[0]!r} with",
            url=links[0],
            hint="pass YogaAssistant(scraper=...) an object with fetch(link), or leave it out",
        )
    pages = yield tuple(Call("fetch", parts.scraper.fetch, (link,)) for link in links)
    yield (Call("index", parts.retriever.add, (pages,)),)


def picture(
    parts: Parts, question: str, before: Before, timings: Mapping[str, float]
) -> Flow[ImageAnswer]:
    """An answer in a picture."""
    if parts.diffusion is None:
        raise needs_extra("images", "drawing pictures")
    intent = understand(question, parts.library, before.intent)
    prompt = image_prompt(question, intent, parts.library)
    [png] = yield (Call("draw", parts.diffusion.draw, (prompt,)),)
    model = getattr(parts.diffusion, "model", type(parts.diffusion).__name__)
    return ImageAnswer(question, png, prompt, model, cautions(intent, parts.library), timings)


def finish(
    parts: Parts, draft: Draft, written: Completion, timings: Mapping[str, float]
) -> TextAnswer:
    """The whole answer, once its text is there."""
    if not written.text.strip():
        raise LLMError(f"{parts.model} wrote nothing", hint="ask again or choose another llm")
    return TextAnswer(
        question=draft.question,
        text=written.text.strip(),
        sources=_cited(draft.prompt.sources, written.text, parts.llm),
        cautions=draft.prompt.cautions,
        model=written.model or parts.model,
        prompt=draft.prompt,
        timings=timings,
        usage=written.usage,
        links=draft.links,
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


def _sources(intent: Intent, hits: Sequence[Source], library: Library) -> list[Source]:
    """What surely answers the question, then what was found, none twice."""
    known = [Source.of(passage, 1.0) for passage in evidence(intent, library)]
    taken = {(source.document_id, source.start) for source in known}
    found = [
        hit
        for hit in hits
        if (hit.document_id, hit.start) not in taken
        and (hit.score >= LEAST or hit.document_id not in library)
    ]
    return [*known, *found][: max(SOURCES, len(known))]
