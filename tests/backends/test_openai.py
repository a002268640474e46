"""OpenAILLM against aimock, a server that nobody here wrote; `aimock/` says what it answers."""

from __future__ import annotations

import asyncio
import copy
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from yoga_assistant.backends.openai import OpenAILLM
from yoga_assistant.errors import (
    AuthenticationError,
    ContextLengthError,
    LLMError,
    LLMTimeoutError,
    LLMUnavailableError,
    QuotaError,
    RateLimitError,
    SettingsError,
)
from yoga_assistant.protocols import LLM, StreamingLLM
from yoga_assistant.settings import Settings
from yoga_assistant.testing.contracts import LLMContract
from yoga_assistant.types import Completion, Message, TextPrompt, Usage

Asked = Callable[[str], list[dict[str, Any]]]
Way = Callable[[OpenAILLM, str], Completion]


@pytest.fixture
def llm(aimock: str, aimock_key: str) -> OpenAILLM:
    return OpenAILLM(api_key=aimock_key, base_url=aimock, max_retries=0)


def completed(llm: OpenAILLM, question: str) -> Completion:
    return llm.complete(TextPrompt(question))


def acompleted(llm: OpenAILLM, question: str) -> Completion:
    return asyncio.run(llm.acomplete(TextPrompt(question)))


def streamed(llm: OpenAILLM, question: str) -> Completion:
    return joined(list(llm.stream(TextPrompt(question))), llm)


def astreamed(llm: OpenAILLM, question: str) -> Completion:
    async def read() -> list[str | Usage]:
        return [piece async for piece in llm.astream(TextPrompt(question))]

    return joined(asyncio.run(read()), llm)


def joined(pieces: list[str | Usage], llm: OpenAILLM) -> Completion:
    text = "".join(piece for piece in pieces if isinstance(piece, str))
    return Completion(text, llm.model, *(p for p in pieces if isinstance(p, Usage)))


EVERY_WAY = pytest.mark.parametrize("ask", [completed, acompleted, streamed, astreamed])


class TestOpenAILLM(LLMContract):
    @pytest.fixture(autouse=True)
    def _server(self, aimock: str, aimock_key: str) -> None:
        self.base_url, self.key = aimock, aimock_key

    def make(self) -> LLM:
        return OpenAILLM(api_key=self.key, base_url=self.base_url)


def test_it_can_stream(llm: OpenAILLM) -> None:
    assert isinstance(llm, StreamingLLM)


@EVERY_WAY
def test_the_answer_and_its_cost_are_the_servers(llm: OpenAILLM, ask: Way) -> None:
    answer = ask(llm, "What is tree pose?")
    assert answer.text.startswith("Tree Pose is a standing balance [1]: stand on one leg,")
    assert answer.usage == Usage(prompt_tokens=21, completion_tokens=17)


def test_the_model_is_the_one_that_answered(llm: OpenAILLM) -> None:
    assert completed(llm, "What is tree pose?").model == "gpt-4o-mini-2024-07-18"


@EVERY_WAY
def test_every_script_comes_through(llm: OpenAILLM, ask: Way) -> None:
    assert ask(llm, "वृक्षासन क्या है?").text == "वृक्षासन, 木のポーズ, شجرة 🌳 — žluťoučký"


@EVERY_WAY
def test_the_whole_conversation_is_sent(llm: OpenAILLM, ask: Way, asked: Asked) -> None:
    roles = ("system", "user", "assistant", "user")
    words = ("You are a yoga teacher.", "Tree?", "A balance.", f"and its benefits, {ask.__name__}?")
    prompt = TextPrompt(words[-1], messages=tuple(map(Message, roles, words)))  # type: ignore[arg-type]
    if ask is completed:
        assert llm.complete(prompt).text == "It strengthens the ankles and steadies the mind."
    else:
        list(llm.stream(prompt))
    (request,) = asked(words[-1])
    assert [(m["role"], m["content"]) for m in request["messages"]] == list(
        zip(roles, words, strict=True)
    )


def test_pieces_come_while_the_rest_is_still_being_written(llm: OpenAILLM) -> None:
    times = [time.perf_counter() for _ in llm.stream(TextPrompt("Teach me slowly"))]
    assert times[-1] - times[0] > 0.4  # eight pieces, ten a second


@EVERY_WAY
def test_an_answer_that_was_cut_off_shows_it(llm: OpenAILLM, ask: Way) -> None:
    assert ask(llm, "Explain at great length").text == "First, stand with your feet…"


FAILURES: dict[str, tuple[type[LLMError], str]] = {
    "You have too many requests": (RateLimitError, "try again in 7 s"),
    "There is no credit left": (QuotaError, "billing"),
    "Read a whole library": (ContextLengthError, "ask less"),
    "This is not allowed": (AuthenticationError, "may not use"),
    "The server breaks": (LLMUnavailableError, "try again"),
    "The line goes dead": (LLMUnavailableError, "network"),
    "Say something it filters": (LLMError, "rephrase"),
    "Answer with a tool only": (LLMError, "wrote nothing"),
}


@EVERY_WAY
@pytest.mark.parametrize("question", FAILURES)
def test_a_failure_is_one_of_ours_and_says_what_to_do(
    llm: OpenAILLM, ask: Way, question: str
) -> None:
    kind, hint = FAILURES[question]
    with pytest.raises(LLMError) as caught:
        ask(llm, question)
    assert type(caught.value) is kind
    assert hint in str(caught.value)
    assert "gpt-4o-mini at http" in caught.value.message


@EVERY_WAY
def test_a_rate_limit_says_when_to_come_back(llm: OpenAILLM, ask: Way) -> None:
    with pytest.raises(RateLimitError) as caught:
        ask(llm, "too many requests")
    assert caught.value.retry_after_s == 7


@pytest.mark.parametrize("ask", [completed, acompleted])
def test_an_answer_that_is_not_json_is_no_answer(llm: OpenAILLM, ask: Way) -> None:
    with pytest.raises(LLMUnavailableError, match="cannot be read"):
        ask(llm, "garbled")


@pytest.mark.parametrize("ask", [streamed, astreamed])
def test_a_stream_of_something_else_is_no_answer(llm: OpenAILLM, ask: Way) -> None:
    with pytest.raises(LLMError, match="no chat answer"):
        ask(llm, "garbled")


def test_a_stream_that_breaks_off_is_an_error_after_the_words_that_came(llm: OpenAILLM) -> None:
    stream = llm.stream(TextPrompt("cut after three chunks"))
    assert [next(stream), next(stream)] == ["Bring yo", "ur palms"]
    with pytest.raises(LLMUnavailableError):
        list(stream)


@EVERY_WAY
def test_a_wrong_key_is_refused(aimock: str, ask: Way) -> None:
    with pytest.raises(AuthenticationError, match="check the key"):
        ask(OpenAILLM(api_key="sk-wrong", base_url=aimock), "What is tree pose?")


@EVERY_WAY
def test_a_model_that_does_not_exist_is_named(aimock: str, aimock_key: str, ask: Way) -> None:
    llm = OpenAILLM("gpt-gone", api_key=aimock_key, base_url=aimock)
    with pytest.raises(LLMError, match=r"gpt-gone.*404.*check the model's name"):
        ask(llm, "What is tree pose?")


@EVERY_WAY
def test_a_silent_server_is_waited_for_no_longer_than_told(
    aimock: str, aimock_key: str, ask: Way
) -> None:
    llm = OpenAILLM(api_key=aimock_key, base_url=aimock, timeout_s=0.2, max_retries=0)
    started = time.perf_counter()
    with pytest.raises(LLMTimeoutError, match=r"timeout_s, which is 0\.2"):
        ask(llm, "late answer")
    assert time.perf_counter() - started < 2  # the answer takes three seconds


def test_what_may_pass_is_tried_again(aimock: str, aimock_key: str, asked: Asked) -> None:
    llm = OpenAILLM(api_key=aimock_key, base_url=aimock, max_retries=1)
    assert completed(llm, "It breaks once").text == "The second try found me."
    assert len(asked("It breaks once")) == 2


@EVERY_WAY
@pytest.mark.parametrize("words", ["no credit left", "a whole library", "not allowed"])
def test_what_cannot_pass_is_not_tried_again(
    aimock: str, aimock_key: str, asked: Asked, ask: Way, words: str
) -> None:
    llm = OpenAILLM(api_key=aimock_key, base_url=aimock, max_retries=3)
    question = f"{words}, {ask.__name__}"
    with pytest.raises(LLMError):
        ask(llm, question)
    assert len(asked(question)) == 1


def test_only_what_was_set_is_sent(aimock: str, aimock_key: str, asked: Asked) -> None:
    plain = OpenAILLM(api_key=aimock_key, base_url=aimock)
    completed(plain, "a plain request")
    assert {"temperature", "max_tokens", "max_completion_tokens"}.isdisjoint(
        asked("a plain request")[0]
    )
    tuned = OpenAILLM(api_key=aimock_key, base_url=aimock, temperature=0, max_tokens=50)
    completed(tuned, "a tuned request")
    request = asked("a tuned request")[0]
    assert (request["temperature"], request["max_tokens"]) == (0, 50)


def test_half_a_character_is_sent_as_a_question_mark(llm: OpenAILLM, asked: Asked) -> None:
    assert completed(llm, "half a \ud83e sign").text
    assert asked("half a ? sign")


def test_it_answers_again_after_it_was_closed(llm: OpenAILLM) -> None:
    for _ in range(2):
        assert completed(llm, "What is tree pose?").text
        assert acompleted(llm, "What is tree pose?").text
        llm.close()


def test_openai_asks_for_a_key_before_anything_is_asked() -> None:
    with pytest.raises(SettingsError, match=r"api_key=.*OPENAI_API_KEY"):
        OpenAILLM()
    with pytest.raises(SettingsError):
        OpenAILLM(base_url="https://eu.api.openai.com/v1")


@pytest.mark.parametrize("url", ["", "api.openai.com/v1", "ftp://host/v1", "https:///v1"])
def test_a_base_url_is_a_web_address(url: str) -> None:
    with pytest.raises(SettingsError, match="no web address"):
        OpenAILLM(api_key="sk-x", base_url=url)


def test_a_password_in_the_base_url_is_refused_and_not_shown() -> None:
    with pytest.raises(SettingsError) as caught:
        OpenAILLM(api_key="sk-x", base_url="https://me:geheim@example.org/v1")
    assert "geheim" not in str(caught.value)


def test_blanks_around_a_key_do_no_harm(aimock: str, aimock_key: str) -> None:
    llm = OpenAILLM(api_key=f"  {aimock_key}\n", base_url=aimock)
    assert completed(llm, "What is tree pose?").text


def test_a_key_that_cannot_be_one_is_refused_and_not_shown() -> None:
    with pytest.raises(SettingsError) as caught:
        OpenAILLM(api_key="sk-ab…yz geheim")
    assert "geheim" not in str(caught.value)


def test_it_is_made_from_settings(aimock: str, aimock_key: str) -> None:
    settings = Settings(openai_api_key=aimock_key, openai_base_url=aimock)
    llm = OpenAILLM.from_settings(None, settings)
    assert llm.model == "gpt-4o-mini"
    assert completed(llm, "What is tree pose?").text
    assert OpenAILLM.from_settings("ft:gpt-4o:me::7", settings).model == "ft:gpt-4o:me::7"
    with pytest.raises(SettingsError):
        OpenAILLM.from_settings("gpt-4o", Settings())


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("gpt-4o-mini", 128_000),
        ("gpt-4o-mini-2024-07-18", 128_000),
        ("ft:gpt-4o-mini-2024-07-18:yogis::abc123", 128_000),
        ("gpt-4", 8_192),
        ("gpt-4.1-nano", 1_047_576),
        ("my-own-model", 4_096),
        ("gpt-4o-audio-preview", 4_096),
    ],
)
def test_what_a_model_reads_is_known_or_guessed_low(model: str, tokens: int) -> None:
    assert OpenAILLM(model, api_key="sk-x").context_tokens == tokens


def test_what_a_model_reads_can_be_told() -> None:
    llm = OpenAILLM("qwen3", base_url="http://localhost:8000/v1", context_tokens=32_768)
    assert llm.context_tokens == 32_768


def test_it_cannot_be_copied_with_its_key(llm: OpenAILLM) -> None:
    for copied in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="holds a key"):
            copied(llm)


def test_the_openai_package_waits_for_the_first_request() -> None:
    code = (
        "import sys; from yoga_assistant.backends.openai import OpenAILLM;"
        "llm = OpenAILLM(api_key='sk-x'); assert 'openai' not in sys.modules;"
        "llm.warm_up(); assert 'openai' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
