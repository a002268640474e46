"""The fakes fulfil their contracts, and the contracts find what does not."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from yoga_assistant.errors import RateLimitError, ScrapeError
from yoga_assistant.protocols import LLM, Classifier, Diffusion, Embedder, Retriever, Scraper
from yoga_assistant.testing.contracts import (
    ClassifierContract,
    DiffusionContract,
    EmbedderContract,
    LLMContract,
    RetrieverContract,
    ScraperContract,
)
from yoga_assistant.testing.fakes import FakeClassifier, FakeDiffusion, FakeLLM, FakeScraper
from yoga_assistant.types import (
    Completion,
    Document,
    ImagePrompt,
    Message,
    Page,
    Passage,
    Source,
    TextPrompt,
    Usage,
    Verdict,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAGE = Page("https://example.org/crow", "Crow pose", "Lean forward until the feet lift.")
PROMPT = TextPrompt("How do I enter crow pose?")


class TestFakeLLM(LLMContract):
    def make(self) -> LLM:
        return FakeLLM(usage=Usage(3, 5))


class Haiku:
    def complete(self, prompt: TextPrompt) -> str:
        return "the crow leans forward\nit does not ask how or why\nboth feet leave the floor"


class TestAModelOfOneMethod(LLMContract):
    def make(self) -> LLM:
        return Haiku()


class TestFakeClassifier(ClassifierContract):
    def make(self) -> Classifier:
        return FakeClassifier({"draw tree pose": "image"})


class TestFakeScraper(ScraperContract):
    def make(self) -> Scraper:
        return FakeScraper({"https://example.org/crow": PAGE})

    def good_link(self) -> str:
        return "https://example.org/crow"

    def dead_link(self) -> str:
        return "https://example.org/nothing"


class TestFakeDiffusion(DiffusionContract):
    def make(self) -> Diffusion:
        return FakeDiffusion()


class LetterEmbedder:
    """Counts the letters of the Latin alphabet, and all other signs that are not blank as one."""

    name = "letters"
    dimensions = 27

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        counts = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(counts, texts, strict=True):
            for sign in "".join(text.lower().split()):
                row[ord(sign) - ord("a") if "a" <= sign <= "z" else 26] += 1
        lengths = np.linalg.norm(counts, axis=1, keepdims=True)
        vectors: NDArray[np.float32] = counts / np.maximum(lengths, 1e-9)
        return vectors


class TestLetterEmbedder(EmbedderContract):
    def make(self) -> Embedder:
        return LetterEmbedder()


class WordRetriever:
    """Scores each paragraph by the share of the question's words that it holds."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []

    def add(self, documents: Sequence[Document]) -> None:
        for document in documents:
            start = 0
            for paragraph in document.text.split("\n\n"):
                self.passages.append(Passage(document, start, start + len(paragraph)))
                start += len(paragraph) + 2

    def search(
        self,
        question: str,
        *,
        limit: int,
        per_document: int = 1,
        among: Collection[str] | None = None,
    ) -> list[Source]:
        words = set(re.findall(r"\w+", question.lower()))
        meant = [p for p in self.passages if among is None or p.document.id in among]
        sources = [Source.of(p, self._share(words, p)) for p in meant]
        taken: dict[str, int] = {}
        best = []
        for source in sorted((s for s in sources if s.score), key=lambda s: -s.score):
            taken[source.document_id] = taken.get(source.document_id, 0) + 1
            if taken[source.document_id] <= per_document:
                best.append(source)
        return best[:limit]

    @staticmethod
    def _share(words: set[str], passage: Passage) -> float:
        held = set(re.findall(r"\w+", passage.text.lower()))
        return len(words & held) / max(len(words), 1)


class TestWordRetriever(RetrieverContract):
    def make(self) -> Retriever:
        return WordRetriever()


def test_the_fake_keeps_what_it_was_asked() -> None:
    llm = FakeLLM("Lean forward.")
    llm.complete(PROMPT)
    list(llm.stream(PROMPT))
    assert llm.prompts == [PROMPT, PROMPT]


def test_the_fake_streams_its_reply_to_the_letter() -> None:
    llm = FakeLLM("  Lean forward,\nslowly. ", usage=Usage(7, 4))
    *words, usage = llm.stream(PROMPT)
    assert "".join(map(str, words)) == llm.reply
    assert usage == Usage(7, 4)


def test_the_fake_fails_when_it_is_told_to() -> None:
    llm = FakeLLM(fail_with=RateLimitError("slow down"))
    with pytest.raises(RateLimitError):
        llm.complete(PROMPT)
    with pytest.raises(RateLimitError):
        next(llm.stream(PROMPT))
    with pytest.raises(RateLimitError):
        asyncio.run(llm.acomplete(PROMPT))


def test_the_fake_knows_which_streams_are_still_read() -> None:
    llm = FakeLLM("one two three")
    stream = llm.stream(PROMPT)
    next(stream)
    assert llm.open_streams == 1
    stream.close()
    assert llm.open_streams == 0


def test_the_fake_draws_by_prompt_and_seed() -> None:
    diffusion = FakeDiffusion()
    crow, tree = ImagePrompt("q", "crow", seed=1), ImagePrompt("q", "tree", seed=1)
    assert diffusion.draw(crow) != diffusion.draw(tree)
    assert diffusion.draw(crow) != diffusion.draw(ImagePrompt("q", "crow", seed=2))
    assert diffusion.prompts[:2] == [crow, tree]


def test_the_fake_knows_only_its_own_web() -> None:
    scraper = FakeScraper({"https://example.org/crow": PAGE})
    assert scraper.fetch("https://example.org/crow").text == PAGE.text
    with pytest.raises(ScrapeError):
        scraper.fetch("https://example.org/tree")
    assert scraper.links == ["https://example.org/crow", "https://example.org/tree"]


class Silent(FakeLLM):
    def complete(self, prompt: TextPrompt) -> Completion:
        return Completion(" ")


class Forgetful(FakeLLM):
    def complete(self, prompt: TextPrompt) -> Completion:
        if not prompt.messages or prompt.messages[-1].content != prompt.question:
            raise KeyError("messages")
        return super().complete(prompt)


class Meddling(FakeLLM):
    def complete(self, prompt: TextPrompt) -> Completion:
        object.__setattr__(prompt, "messages", (*prompt.messages, Message("user", "!")))
        return super().complete(prompt)


class Lonely(FakeLLM):
    busy = 0

    def complete(self, prompt: TextPrompt) -> Completion:
        self.busy += 1
        try:
            completion = super().complete(prompt)
            return completion if self.busy == 1 else Completion("")
        finally:
            self.busy -= 1


class Talkative(FakeLLM):
    def stream(self, prompt: TextPrompt) -> Any:
        yield from (Usage(1, 1), "too", "late")


class Unstoppable(FakeLLM):
    @dataclass
    class Words:
        words: Iterator[str]

        def __iter__(self) -> Iterator[str]:
            return self.words

        def __next__(self) -> str:
            return next(self.words)

        def close(self) -> None:
            """Does nothing."""

    def stream(self, prompt: TextPrompt) -> Any:
        return self.Words(iter(["on", "and", "on", "and", "on"]))


BREACHES: list[tuple[Callable[..., None], LLM]] = [
    (TestFakeLLM.test_a_prompt_is_answered_in_words, Silent()),
    (TestFakeLLM.test_a_follow_up_is_answered_in_words, Silent()),
    (TestFakeLLM.test_a_question_alone_is_a_prompt_too, Forgetful()),
    (TestFakeLLM.test_the_prompt_is_left_as_it_was, Meddling()),
    (TestFakeLLM.test_several_threads_may_ask_at_once, Lonely(delay_s=0.02)),
    (TestFakeLLM.test_a_stream_is_words_and_then_perhaps_the_usage, Talkative()),
    (TestFakeLLM.test_a_stream_may_be_closed_at_any_time, Unstoppable()),
]


@pytest.mark.parametrize(("test", "llm"), BREACHES, ids=[type(llm).__name__ for _, llm in BREACHES])
def test_a_model_that_breaks_the_contract_is_found(test: Callable[..., None], llm: LLM) -> None:
    with pytest.raises((AssertionError, KeyError)):
        test(TestFakeLLM(), llm)


def test_a_classifier_without_certainty_is_found() -> None:
    class Unsure(FakeClassifier):
        def classify(self, question: str) -> Verdict:
            return Verdict("text", 0.2)

    class Contract(ClassifierContract):
        def make(self) -> Classifier:
            return Unsure()

    with pytest.raises(AssertionError):
        Contract().test_every_question_has_a_route_and_a_probability("draw tree pose")


def test_vectors_of_any_length_are_found() -> None:
    class Long(LetterEmbedder):
        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return super().embed(texts) * 2

    class Contract(EmbedderContract):
        def make(self) -> Embedder:
            return Long()

    with pytest.raises(AssertionError):
        Contract().test_a_vector_has_length_one_and_the_size_that_was_told()


def test_a_search_that_returns_the_worst_first_is_found() -> None:
    class Backward(WordRetriever):
        def search(self, question: str, **limits: Any) -> list[Source]:
            return super().search(question, **limits)[::-1]

    class Contract(RetrieverContract):
        def make(self) -> Retriever:
            return Backward()

    with pytest.raises(AssertionError):
        Contract().test_sources_come_best_first()


def test_a_scraper_that_invents_a_page_is_found() -> None:
    class Inventive(TestFakeScraper):
        def dead_link(self) -> str:
            return self.good_link()

    with pytest.raises(pytest.fail.Exception):
        Inventive().test_a_dead_link_is_a_scrape_error_that_names_it()


@pytest.mark.parametrize("cut", [-1, -12, 20])
def test_a_picture_that_is_not_whole_is_found(cut: int) -> None:
    class Hasty(FakeDiffusion):
        def draw(self, prompt: ImagePrompt) -> bytes:
            return super().draw(prompt)[:cut]

    class Contract(DiffusionContract):
        def make(self) -> Diffusion:
            return Hasty()

    with pytest.raises(AssertionError):
        Contract().test_a_picture_is_a_whole_png()


def test_the_contracts_say_that_they_need_pytest() -> None:
    code = "import sys; sys.modules['pytest'] = None; import yoga_assistant.testing.contracts"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "pip install pytest" in done.stderr


def test_the_fakes_need_nothing_but_the_library() -> None:
    code = (
        "import sys; import yoga_assistant.testing.fakes;"
        "assert not {'pytest', 'numpy', 'openai'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
