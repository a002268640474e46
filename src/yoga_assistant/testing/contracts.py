"""What every backend of a kind must do, as pytest classes to inherit:

class TestHaiku(LLMContract):
    def make(self) -> LLM:
        return Haiku()
"""

from __future__ import annotations

import asyncio
import copy
import struct
import zlib
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from ..errors import MissingExtraError, ScrapeError
from ..protocols import (
    LLM,
    Classifier,
    Diffusion,
    Embedder,
    Retriever,
    Scraper,
    Store,
    StreamingLLM,
)
from ..types import (
    Completion,
    Document,
    ImagePrompt,
    Message,
    Pack,
    Page,
    TextPrompt,
    Usage,
)

try:
    import pytest
except ImportError as exc:
    raise MissingExtraError(
        "the contracts are pytest classes and pytest is not installed", hint="pip install pytest"
    ) from exc

SYSTEM = Message("system", "You are a yoga teacher. Answer in one sentence.")
QUESTION = "How do I stand in mountain pose?"
PROMPT = TextPrompt(QUESTION, messages=(SYSTEM, Message("user", QUESTION)))
FOLLOW_UP = TextPrompt(
    "And its benefits?",
    messages=(
        *PROMPT.messages,
        Message("assistant", "Stand tall, feet together."),
        Message("user", "And its benefits?"),
    ),
)
ODD_TEXTS = (
    "?",
    "वृक्षासन के क्या लाभ हैं?",
    "ما هي وضعية الشجرة؟",
    "🧘‍♀️🌳",
    'a "quoted" \\ <b>tag</b>\n\ttab {brace} %s',
    "warrior two " * 500,
)


class LLMContract(ABC):
    """Of every language model; what concerns streams and async is skipped where there is none."""

    @abstractmethod
    def make(self) -> LLM: ...

    @pytest.fixture
    def llm(self) -> Iterator[LLM]:
        llm = self.make()
        yield llm
        if hasattr(llm, "close"):
            llm.close()

    def test_a_prompt_is_answered_in_words(self, llm: LLM) -> None:
        assert _text(llm.complete(PROMPT)).strip()

    def test_a_follow_up_is_answered_in_words(self, llm: LLM) -> None:
        assert _text(llm.complete(FOLLOW_UP)).strip()

    def test_a_question_alone_is_a_prompt_too(self, llm: LLM) -> None:
        assert _text(llm.complete(TextPrompt(QUESTION))).strip()

    @pytest.mark.parametrize("question", ODD_TEXTS)
    def test_a_question_may_hold_any_sign(self, llm: LLM, question: str) -> None:
        prompt = TextPrompt(question, messages=(SYSTEM, Message("user", question)))
        assert _text(llm.complete(prompt)).strip()

    def test_the_prompt_is_left_as_it_was(self, llm: LLM) -> None:
        prompt = copy.deepcopy(FOLLOW_UP)
        llm.complete(prompt)
        assert prompt == FOLLOW_UP

    def test_several_threads_may_ask_at_once(self, llm: LLM) -> None:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(llm.complete, [PROMPT, FOLLOW_UP] * 4))
        assert all(_text(answer).strip() for answer in answers)

    def test_a_stream_is_words_and_then_perhaps_the_usage(self, llm: LLM) -> None:
        assert _streamed_text(list(_streaming(llm).stream(PROMPT))).strip()

    def test_a_stream_may_be_closed_at_any_time(self, llm: LLM) -> None:
        for pieces_read in range(3):
            stream = _streaming(llm).stream(PROMPT)
            for _ in range(pieces_read):
                next(stream, None)
            assert hasattr(stream, "close"), "a stream is a generator, or has a close() as one has"
            stream.close()
            assert not list(stream), "a stream that was closed goes on"
        assert _text(llm.complete(PROMPT)).strip()

    def test_the_async_twin_answers_as_well_in_each_event_loop(self, llm: LLM) -> None:
        acomplete = _twin(llm, "acomplete")
        for _ in range(2):
            assert _text(asyncio.run(acomplete(PROMPT))).strip()

    def test_the_async_stream_does_as_the_other(self, llm: LLM) -> None:
        astream = _twin(llm, "astream")

        async def read(stop_after: int | None = None) -> list[str | Usage]:
            stream: AsyncGenerator[str | Usage, None] = astream(PROMPT)
            pieces: list[str | Usage] = []
            async for piece in stream:
                pieces.append(piece)
                if len(pieces) == stop_after:
                    break
            await stream.aclose()
            return pieces

        assert len(asyncio.run(read(stop_after=1))) == 1
        assert _streamed_text(asyncio.run(read())).strip()


class ClassifierContract(ABC):
    """Of every classifier."""

    @abstractmethod
    def make(self) -> Classifier: ...

    @pytest.mark.parametrize("question", [QUESTION, "draw tree pose", *ODD_TEXTS])
    def test_every_question_has_a_route_and_a_probability(self, question: str) -> None:
        verdict = self.make().classify(question)
        assert verdict.route in ("text", "image")
        assert 0.5 <= verdict.probability <= 1

    def test_the_same_question_has_the_same_verdict_in_every_thread(self) -> None:
        classifier = self.make()
        alone = [classifier.classify(text) for text in ODD_TEXTS]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(classifier.classify, ODD_TEXTS * 8)) == alone * 8


class EmbedderContract(ABC):
    """Of every model that turns texts into vectors."""

    @abstractmethod
    def make(self) -> Embedder: ...

    def test_a_vector_has_length_one_and_the_size_that_was_told(self) -> None:
        embedder = self.make()
        vectors = embedder.embed([QUESTION, "tree", "the tree pose, a balance on one leg"])
        assert vectors.dtype == "float32"
        assert vectors.shape == (3, embedder.dimensions)
        assert (vectors**2).sum(axis=1) == pytest.approx(1, abs=1e-3)

    def test_a_text_without_a_word_is_the_zero_row(self) -> None:
        vectors = self.make().embed(["", " \n", "tree"])
        assert [bool(row.any()) for row in vectors] == [False, False, True]

    def test_no_texts_are_no_rows(self) -> None:
        embedder = self.make()
        assert embedder.embed([]).shape == (0, embedder.dimensions)

    def test_a_text_has_its_vector_in_whatever_company(self) -> None:
        embedder = self.make()
        texts = ["tree", *ODD_TEXTS, QUESTION]
        alone = [row for text in texts for row in embedder.embed([text])]
        for one, among in zip(alone, embedder.embed(texts), strict=True):
            assert one == pytest.approx(among, abs=1e-3)

    def test_the_name_tells_the_model_each_time(self) -> None:
        name = self.make().name
        assert name
        assert self.make().name == name


class RetrieverContract(ABC):
    """Of every search. It may know documents of its own; those of the contract are invented."""

    DOCUMENTS = (
        Document("contract-1", "Zarbolina", "Zarbolina\nA zarbolina is held on the left elbow."),
        Document(
            "contract-2",
            "Quimtel",
            "Quimtel\nA quimtel begins with the quimtel breath.\n\n"
            "The quimtel breath is drawn three times.\n\nA quimtel ends as it began: quimtel.",
        ),
    )

    @abstractmethod
    def make(self) -> Retriever: ...

    def test_what_was_added_is_found_by_its_name(self) -> None:
        retriever = self.make()
        for document in self.DOCUMENTS:
            retriever.add([document])
            best = retriever.search(document.title.lower(), limit=3)[0]
            assert (best.document_id, best.title) == (document.id, document.title)

    def test_a_source_quotes_its_document(self) -> None:
        texts = {document.id: document.text for document in self.DOCUMENTS}
        for source in self._search("zarbolina quimtel", limit=10):
            assert source.text[source.start : source.end] == source.quote
            assert source.quote.strip()
            assert source.text == texts.get(source.document_id, source.text)

    def test_sources_come_best_first(self) -> None:
        scores = [source.score for source in self._search("the quimtel breath", limit=10)]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)

    @pytest.mark.parametrize("limit", [1, 2])
    def test_there_are_no_more_sources_than_asked_for(self, limit: int) -> None:
        assert len(self._search("zarbolina quimtel", limit=limit)) <= limit

    @pytest.mark.parametrize("per_document", [1, 2])
    def test_no_document_takes_more_places_than_it_may(self, per_document: int) -> None:
        sources = self._search("quimtel breath", limit=10, per_document=per_document)
        ids = [source.document_id for source in sources]
        assert ids
        assert max(map(ids.count, ids)) <= per_document

    def test_a_search_may_be_kept_to_some_documents(self) -> None:
        for document in self.DOCUMENTS:
            sources = self._search("zarbolina quimtel breath", limit=9, among=[document.id])
            assert {source.document_id for source in sources} == {document.id}
        assert not self._search("zarbolina", limit=9, among=[])

    @pytest.mark.parametrize("question", ["", " ", "xqzv", *ODD_TEXTS])
    def test_every_question_may_be_searched_for(self, question: str) -> None:
        assert len(self._search(question, limit=3)) <= 3

    def test_several_threads_find_what_one_finds(self) -> None:
        retriever = self.make()
        retriever.add(self.DOCUMENTS)
        questions = ["zarbolina", "quimtel breath"]
        alone = [retriever.search(question, limit=3) for question in questions]
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda q: retriever.search(q, limit=3), questions * 8))
        assert found == alone * 8

    def _search(self, question: str, **limits: Any) -> Sequence[Any]:
        retriever = self.make()
        retriever.add(self.DOCUMENTS)
        return retriever.search(question, **limits)


class ScraperContract(ABC):
    """Of every reader of links."""

    @abstractmethod
    def make(self) -> Scraper: ...

    @abstractmethod
    def good_link(self) -> str:
        """A link that a scraper made here can read."""

    @abstractmethod
    def dead_link(self) -> str:
        """A link that it cannot read."""

    def test_a_link_is_read_into_a_page(self) -> None:
        page = self.make().fetch(self.good_link())
        assert page.document.id
        assert page.title.strip()
        assert page.text.strip()

    def test_the_same_link_is_the_same_document(self) -> None:
        scraper, link = self.make(), self.good_link()
        assert scraper.fetch(link).document == scraper.fetch(link).document

    def test_a_dead_link_is_a_scrape_error_that_names_it(self) -> None:
        with pytest.raises(ScrapeError) as caught:
            self.make().fetch(self.dead_link())
        assert caught.value.url == self.dead_link()
        assert caught.value.hint


class StoreContract(ABC):
    """Of every store of what was read, and its queue."""

    PAGE = Page(
        "https://example.org/zarbolina?ref=1",
        "Zarbolina",
        "A zarbolina is held on the left elbow.",
        canonical="https://example.org/zarbolina",
        fetched_at=1.0,
    )
    PACK = Pack("contract", ((0, 12), (13, 38)), (b"\0\1", b"\2\3"), b"postings")

    @abstractmethod
    def make(self) -> Store:
        """An empty store."""

    def test_a_page_comes_back_as_it_was_put(self) -> None:
        store = self.make()
        assert store.put(self.PAGE, self.PACK)
        assert list(store.pages()) == [(self.PAGE, self.PACK)]

    def test_a_page_is_known_by_each_of_its_addresses(self) -> None:
        store = self.make()
        store.put(self.PAGE, link="example.org/zarbolina")
        for address in (self.PAGE.url, "https://example.org/zarbolina", "example.org/zarbolina"):
            assert store.page(address) == self.PAGE
        assert store.page("https://example.org/quimtel") is None

    def test_one_page_at_two_addresses_is_one_page(self) -> None:
        store = self.make()
        store.put(self.PAGE)
        assert not store.put(replace(self.PAGE, url="https://example.org/zarbolina?ref=2"))
        assert len(list(store.pages())) == 1
        assert store.waiting() == 1
        assert store.page("https://example.org/zarbolina?ref=2") is not None

    def test_the_same_text_again_is_noted_as_fresh(self) -> None:
        store = self.make()
        store.put(self.PAGE)
        assert not store.put(replace(self.PAGE, fetched_at=99.0, etag='"new"'))
        page = store.page(self.PAGE.url)
        assert page is not None
        assert (page.fetched_at, page.etag) == (99.0, '"new"')

    def test_a_text_that_changed_takes_the_place_of_the_old_and_waits_anew(self) -> None:
        store = self.make()
        store.put(self.PAGE)
        job = store.take()
        assert job is not None
        store.done(job)
        assert store.put(replace(self.PAGE, text="A zarbolina is held on the right elbow."))
        assert [page.text for page, _ in store.pages()] == [
            "A zarbolina is held on the right elbow."
        ]
        assert store.waiting() == 1

    def test_a_phrase_leads_to_the_pages_that_hold_it(self) -> None:
        store = self.make()
        store.put(self.PAGE)
        store.put(Page("https://example.org/q", "Quimtel", "Held on the elbow, left or right."))
        assert store.find("the left elbow") == ["https://example.org/zarbolina"]
        assert store.find('no "such" phrase') == []

    @pytest.mark.parametrize("phrase", ['"', "a OR b", "*", "NEAR(", "", "\0", "né"])
    def test_any_phrase_may_be_looked_for(self, phrase: str) -> None:
        store = self.make()
        store.put(self.PAGE)
        assert isinstance(store.find(phrase), list)

    def test_what_is_forgotten_is_gone_with_its_job(self) -> None:
        store = self.make()
        store.put(self.PAGE, self.PACK)
        assert store.forget(self.PAGE.url)
        assert not store.forget(self.PAGE.url)
        assert list(store.pages()) == []
        assert store.waiting() == 0
        assert store.find("left elbow") == []

    def test_a_job_is_handed_out_once_until_it_is_done(self) -> None:
        store = self.make()
        store.put(self.PAGE)
        job = store.take()
        assert job is not None
        assert (job.page, job.tries) == (self.PAGE, 1)
        assert store.take() is None
        assert store.waiting() == 1
        store.done(job)
        assert store.waiting() == 0

    def test_a_job_that_failed_comes_back_and_is_set_aside_in_the_end(self) -> None:
        store = self.make()
        store.put(self.PAGE)
        tries = []
        while job := store.take():
            tries.append(job.tries)
            store.fail(job, "no lesson in it")
        assert tries == [1, 2, 3]
        assert store.waiting() == 0


class DiffusionContract(ABC):
    """Of every model that draws."""

    PROMPT = ImagePrompt("draw tree pose", "a person in tree pose, side view", seed=7)

    @abstractmethod
    def make(self) -> Diffusion: ...

    def test_a_picture_is_a_whole_png(self) -> None:
        width, height = _png_size(self.make().draw(self.PROMPT))
        assert width > 0
        assert height > 0

    def test_the_same_seed_draws_the_same_picture(self) -> None:
        diffusion = self.make()
        assert diffusion.draw(self.PROMPT) == diffusion.draw(self.PROMPT)

    def test_a_prompt_without_a_seed_is_drawn_too(self) -> None:
        _png_size(self.make().draw(ImagePrompt("draw tree pose", "tree pose")))

    def test_the_prompt_is_left_as_it_was(self) -> None:
        prompt = copy.deepcopy(self.PROMPT)
        self.make().draw(prompt)
        assert prompt == self.PROMPT


def _text(answer: str | Completion) -> str:
    text = answer.text if isinstance(answer, Completion) else answer
    assert isinstance(text, str), f"neither a string nor a Completion: {answer!r}"
    return text


def _streamed_text(pieces: Sequence[str | Usage]) -> str:
    words = pieces[:-1] if pieces and isinstance(pieces[-1], Usage) else pieces
    for word in words:
        assert isinstance(word, str), f"neither words nor, at the end, a Usage: {word!r}"
    return "".join(map(str, words))


def _streaming(llm: LLM) -> StreamingLLM:
    if not isinstance(llm, StreamingLLM):
        pytest.skip(f"{type(llm).__name__} does not stream")
    return llm


def _twin(llm: LLM, name: str) -> Any:
    if not hasattr(llm, name):
        pytest.skip(f"{type(llm).__name__} has no {name}")
    return getattr(llm, name)


def _png_size(png: bytes) -> tuple[int, int]:
    """The picture's size, after a look at all its chunks."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n", "not a PNG"
    kinds, start = [], 8
    while start < len(png):
        length = int.from_bytes(png[start : start + 4])
        content = png[start + 4 : start + 8 + length]
        checksum = png[start + 8 + length : start + 12 + length]
        assert int.from_bytes(checksum) == zlib.crc32(content), f"{content[:4]!r} is broken"
        kinds.append(content[:4])
        start += 12 + length
    assert (kinds[0], kinds[-1]) == (b"IHDR", b"IEND"), "the PNG is not whole"
    width, height = struct.unpack_from(">II", png, 16)
    return width, height
