"""Backends that do as they are told and note what they were asked; for tests, yours too."""

from __future__ import annotations

import asyncio
import hashlib
import re
import struct
import threading
import time
import zlib
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from ..backends.html import extract
from ..errors import ScrapeError
from ..types import Completion, ImagePrompt, Page, Route, TextPrompt, Usage, Verdict


class FakeLLM:
    """Gives the same reply to every prompt, whole or word by word, and keeps the prompts.

    Args:
        fail_with: raised instead of an answer.
        delay_s: how long an answer takes; streamed, how long each word of it takes.

    Attributes:
        prompts: all that it was asked.
        open_streams: how many answers are being read, and not closed yet.
    """

    model = "fake"

    def __init__(
        self,
        reply: str = "Stand tall and breathe.",
        *,
        usage: Usage | None = None,
        fail_with: Exception | None = None,
        delay_s: float = 0.0,
    ) -> None:
        self.reply, self.usage = reply, usage
        self.fail_with, self.delay_s = fail_with, delay_s
        self.prompts: list[TextPrompt] = []
        self.open_streams = 0
        self.closed = False
        self._lock = threading.Lock()

    def complete(self, prompt: TextPrompt) -> Completion:
        time.sleep(self.delay_s)
        return self._answer(prompt)

    async def acomplete(self, prompt: TextPrompt) -> Completion:
        await asyncio.sleep(self.delay_s)
        return self._answer(prompt)

    def stream(self, prompt: TextPrompt) -> Generator[str | Usage, None, None]:
        answer = self._answer(prompt)
        with self._open_stream():
            for word in _words(answer.text):
                time.sleep(self.delay_s)
                yield word
            if self.usage is not None:
                yield self.usage

    async def astream(self, prompt: TextPrompt) -> AsyncGenerator[str | Usage, None]:
        answer = self._answer(prompt)
        with self._open_stream():
            for word in _words(answer.text):
                await asyncio.sleep(self.delay_s)
                yield word
            if self.usage is not None:
                yield self.usage

    def close(self) -> None:
        self.closed = True

    def _answer(self, prompt: TextPrompt) -> Completion:
        self.prompts.append(prompt)
        if self.fail_with is not None:
            raise self.fail_with
        return Completion(self.reply, self.model, self.usage or Usage())

    @contextmanager
    def _open_stream(self) -> Iterator[None]:
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            self.open_streams += change


class FakeClassifier:
    """Knows the route of some questions; every other has the default's."""

    def __init__(self, routes: Mapping[str, Route] | None = None, default: Route = "text") -> None:
        self.routes, self.default = dict(routes or {}), default
        self.questions: list[str] = []

    def classify(self, question: str) -> Verdict:
        self.questions.append(question)
        return Verdict(self.routes.get(question, self.default), 1.0)


class FakeScraper:
    """A web of a few pages; every other link leads nowhere.

    Args:
        pages: by link, the HTML, which is read as any other, or what came of reading it.
        clock: the time in Unix seconds, noted with each page.

    Attributes:
        links: all that was fetched, in order.
    """

    def __init__(
        self,
        pages: Mapping[str, str | Page] | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.pages = dict(pages or {})
        self.links: list[str] = []
        self._clock = clock

    def fetch(self, link: str) -> Page:
        self.links.append(link)
        if link not in self.pages:
            raise ScrapeError(f"there is no page at {link!r}", url=link, hint="check the link")
        page = self.pages[link]
        if isinstance(page, str):
            page = extract(page, link)
        return replace(page, fetched_at=self._clock())


class FakeDiffusion:
    """Draws a small square of one colour, which depends on the prompt and the seed only."""

    model = "fake"

    def __init__(self, size: int = 8) -> None:
        self.size = size
        self.prompts: list[ImagePrompt] = []

    def draw(self, prompt: ImagePrompt) -> bytes:
        self.prompts.append(prompt)
        colour = hashlib.sha256(f"{prompt.text}\n{prompt.seed}".encode(errors="replace")).digest()[
            :3
        ]
        return _png(self.size, colour)


def _words(text: str) -> list[str]:
    """The text in pieces of a word each; joined, they are the text again."""
    return re.findall(r"^\s+|\S+\s*", text)


def _png(size: int, colour: bytes) -> bytes:
    """A square PNG of one colour, given as three bytes: red, green, blue."""
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)  # 8 bits a channel, RGB
    rows = (b"\0" + colour * size) * size  # each row begins with its filter: none
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
