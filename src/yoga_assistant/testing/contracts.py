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
from typing import Any

from ..errors import MissingExtraError
from ..protocols import LLM, Classifier, Diffusion, Embedder, StreamingLLM
from ..types import Completion, ImagePrompt, Message, TextPrompt, Usage
from .contracts_of_reading import ODD_TEXTS, RetrieverContract, ScraperContract, StoreContract

try:
    import pytest
except ImportError as exc:
    raise MissingExtraError(
        "the contracts are pytest classes and pytest is not installed", hint="pip install pytest"
    ) from exc

__all__ = [
    "ClassifierContract",
    "DiffusionContract",
    "EmbedderContract",
    "LLMContract",
    "RetrieverContract",
    "ScraperContract",
    "StoreContract",
]

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
