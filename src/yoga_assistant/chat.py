"""A conversation: what was said before helps to understand what is said next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeVar, overload

from .journey.flow import Before
from .journey.stream import AsyncTextStream, TextStream
from .types import Answer, ImageAnswer, Message, Route, TextAnswer

if TYPE_CHECKING:
    from .assistant import YogaAssistant

AnswerT = TypeVar("AnswerT", bound=Answer)


class Chat:
    """Remembers what was said. For one person: turns follow each other, from whatever thread.

    A question that fails leaves no trace; asked again, it follows the same turns.
    """

    def __init__(self, assistant: YogaAssistant) -> None:
        self._assistant = assistant
        self._before = Before()

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was said so far, oldest first."""
        return self._before.messages

    @overload
    def ask(self, question: str, *, route: Literal["text"]) -> TextAnswer: ...
    @overload
    def ask(self, question: str, *, route: Literal["image"]) -> ImageAnswer: ...
    @overload
    def ask(self, question: str, *, route: None = None) -> Answer: ...
    def ask(self, question: str, *, route: Route | None = None) -> Answer:
        """The answer, in view of what was said before."""
        return self._remember(self._assistant._ask(question, route, self._before))

    @overload
    async def aask(self, question: str, *, route: Literal["text"]) -> TextAnswer: ...
    @overload
    async def aask(self, question: str, *, route: Literal["image"]) -> ImageAnswer: ...
    @overload
    async def aask(self, question: str, *, route: None = None) -> Answer: ...
    async def aask(self, question: str, *, route: Route | None = None) -> Answer:
        """`ask` for async code."""
        return self._remember(await self._assistant._aask(question, route, self._before))

    def stream(self, question: str, *, route: Literal["text"] | None = None) -> TextStream:
        """The answer while it is written; it is remembered once it was read to its end."""
        return self._assistant._stream(question, route, self._before, self._remember)

    def astream(self, question: str, *, route: Literal["text"] | None = None) -> AsyncTextStream:
        """`stream` for async code."""
        return self._assistant._astream(question, route, self._before, self._remember)

    def _remember(self, answer: AnswerT) -> AnswerT:
        intent = answer.prompt.intent
        if not intent.subjects and self._before.intent:
            # Small talk in between does not change what "it" means.
            intent = replace(intent, subjects=self._before.intent.subjects)
        said = Message("user", answer.question), Message("assistant", _said(answer))
        self._before = Before((*self._before.messages, *said), intent)
        return answer


def _said(answer: Answer) -> str:
    return answer.text if isinstance(answer, TextAnswer) else f"[a picture: {answer.prompt.text}]"
