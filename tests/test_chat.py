from __future__ import annotations

import asyncio

import pytest

from yoga_assistant import TextAnswer, YogaAssistant
from yoga_assistant.errors import LLMTimeoutError
from yoga_assistant.testing.fakes import FakeDiffusion, FakeLLM


def test_a_follow_up_speaks_of_the_asana_spoken_of() -> None:
    chat = YogaAssistant().chat()
    chat.ask("How do I do tree pose?", route="text")
    answer = chat.ask("and its benefits?", route="text")
    assert "Tree Pose" in answer.sources[0].title
    assert answer.prompt.intent.facets == ("benefits",)


def test_a_new_asana_changes_what_is_spoken_of() -> None:
    chat = YogaAssistant().chat()
    for question in ("How do I do tree pose?", "and cobra?", "what are its benefits?"):
        answer = chat.ask(question, route="text")
    assert answer.prompt.intent.subjects == ("cobra-pose",)


def test_a_follow_up_about_health_gets_its_caution() -> None:
    chat = YogaAssistant().chat()
    chat.ask("How do I enter crow pose?", route="text")
    answer = chat.ask("what about my wrists?", route="text")
    assert any(c.subject == "Crow Pose" and c.advice == "avoid" for c in answer.cautions)


def test_a_picture_can_be_asked_for_again_from_the_side() -> None:
    diffusion = FakeDiffusion()
    chat = YogaAssistant(diffusion=diffusion).chat()
    chat.ask("draw tree pose")
    chat.ask("now from the side", route="image")
    assert "Tree Pose" in diffusion.prompts[1].text
    assert "from the side" in diffusion.prompts[1].text


def test_a_model_sees_what_was_said_before() -> None:
    llm = FakeLLM("Squat first.")
    chat = YogaAssistant(llm=llm).chat()
    chat.ask("How do I enter crow pose?", route="text")
    chat.ask("and then?", route="text")
    said = [(turn.role, turn.content) for turn in llm.prompts[1].messages[1:]]
    assert said == [
        ("user", "How do I enter crow pose?"),
        ("assistant", "Squat first."),
        ("user", "and then?"),
    ]


def test_a_long_chat_stays_within_the_models_context() -> None:
    llm = FakeLLM("word " * 2_000)
    llm.context_tokens = 4_000  # type: ignore[attr-defined]
    chat = YogaAssistant(llm=llm).chat()
    for n in range(12):
        chat.ask(f"question {n} about crow pose?", route="text")
    sent = sum(len(turn.content) for turn in llm.prompts[-1].messages)
    assert sent < 4_000 * 3  # a token is at least three characters of English
    assert llm.prompts[-1].messages[-1].content == "question 11 about crow pose?"
    assert len(chat.messages) == 24


def test_a_question_that_fails_leaves_no_trace() -> None:
    llm = FakeLLM(fail_with=LLMTimeoutError("no answer"))
    chat = YogaAssistant(llm=llm).chat()
    with pytest.raises(LLMTimeoutError):
        chat.ask("crow?", route="text")
    assert list(chat.messages) == []
    llm.fail_with = None
    assert isinstance(chat.ask("crow?", route="text"), TextAnswer)


def test_a_stream_is_remembered_once_it_was_read_to_its_end() -> None:
    chat = YogaAssistant(llm=FakeLLM("one two")).chat()
    with chat.stream("crow?", route="text") as words:
        next(words)
    assert list(chat.messages) == []
    with chat.stream("crow?", route="text") as words:
        list(words)
    assert [turn.content for turn in chat.messages] == ["crow?", "one two"]


def test_an_async_chat_remembers_too() -> None:
    async def talk() -> TextAnswer:
        chat = YogaAssistant().chat()
        async with chat.astream("How do I do tree pose?", route="text") as words:
            async for _ in words:
                pass
        return await chat.aask("and its benefits?", route="text")

    assert "Tree Pose" in asyncio.run(talk()).sources[0].title
