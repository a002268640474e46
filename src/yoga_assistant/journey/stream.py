"""An answer while it is being written: read its words, then look at `answer`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import aclosing, closing

from ..errors import YogaError
from ..protocols import LLM, StreamingLLM
from ..types import Caution, Completion, Source, TextAnswer, TextPrompt, Usage
from .drive import own_errors
from .flow import Draft, as_completion

Finish = Callable[[Draft, Completion, float], TextAnswer]  # the seconds that writing took


class _Stream:
    """What both kinds of stream know: all but the text before the first word, then all."""

    _draft: Draft

    def __init__(self, llm: LLM, finish: Finish) -> None:
        self._llm = llm
        self._finish = finish
        self._written = Completion("")
        self._answer: TextAnswer | None = None

    @property
    def prompt(self) -> TextPrompt:
        return self._draft.prompt

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.prompt.sources

    @property
    def cautions(self) -> tuple[Caution, ...]:
        return self.prompt.cautions

    @property
    def text(self) -> str:
        """What was written so far."""
        return self._written.text

    @property
    def answer(self) -> TextAnswer:
        """The whole answer, once the last word was read."""
        if self._answer is None:
            raise YogaError("the answer is not written to its end", hint="read the stream first")
        return self._answer

    def _take(self, piece: str | Usage) -> str:
        """The words of a piece; what it cost is kept for the answer."""
        text, usage = self._written.text, self._written.usage
        if isinstance(piece, Usage):
            self._written = Completion(text, usage=piece)
            return ""
        self._written = Completion(text + piece, usage=usage)
        return piece

    def _end(self, began: float) -> None:
        seconds = time.perf_counter() - began
        self._answer = self._finish(self._draft, self._written, seconds)


class TextStream(_Stream):
    """Words as they are written; leaving the `with` block ends the writing at once."""

    def __init__(self, llm: LLM, finish: Finish, draft: Draft) -> None:
        super().__init__(llm, finish)
        self._draft = draft
        self._words = self._read()

    def __enter__(self) -> TextStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> TextStream:
        return self

    def __next__(self) -> str:
        return next(self._words)

    def close(self) -> None:
        """Ends the writing; what was written stays in `text`."""
        self._words.close()

    def _read(self) -> Generator[str, None, None]:
        began = time.perf_counter()
        with own_errors(self._llm, "stream"), closing(_pieces(self._llm, self.prompt)) as pieces:
            for piece in pieces:
                if word := self._take(piece):
                    yield word
        self._end(began)


class AsyncTextStream(_Stream):
    """The same for `async with` and `async for`; the journey begins on entering."""

    def __init__(self, llm: LLM, finish: Finish, prepare: Callable[[], Awaitable[Draft]]) -> None:
        super().__init__(llm, finish)
        self._prepare = prepare
        self._words = self._read()

    async def __aenter__(self) -> AsyncTextStream:
        self._draft = await self._prepare()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __aiter__(self) -> AsyncTextStream:
        return self

    async def __anext__(self) -> str:
        if not hasattr(self, "_draft"):
            raise YogaError("the stream is not open", hint="async with yoga.astream(...) as words")
        return await anext(self._words)

    async def aclose(self) -> None:
        """Ends the writing; what was written stays in `text`."""
        await self._words.aclose()

    async def _read(self) -> AsyncGenerator[str, None]:
        began = time.perf_counter()
        with own_errors(self._llm, "astream"):
            async with aclosing(_apieces(self._llm, self.prompt)) as pieces:
                async for piece in pieces:
                    if word := self._take(piece):
                        yield word
        self._end(began)


def _pieces(llm: LLM, prompt: TextPrompt) -> Generator[str | Usage, None, None]:
    """What the model writes; one that does not stream hands over all at once."""
    if isinstance(llm, StreamingLLM):
        yield from llm.stream(prompt)
    else:
        written = as_completion(llm.complete(prompt))
        yield written.text
        yield written.usage


async def _apieces(llm: LLM, prompt: TextPrompt) -> AsyncGenerator[str | Usage, None]:
    """The same without blocking: by the model's own `astream`, else a thread a piece."""
    if hasattr(llm, "astream"):
        async with aclosing(llm.astream(prompt)) as pieces:
            async for piece in pieces:
                yield piece
        return
    with closing(_pieces(llm, prompt)) as blocking:
        while (following := await asyncio.to_thread(next, blocking, None)) is not None:
            yield following
