"""`YogaAssistant`: ask, and get an answer in words or in a picture."""

from __future__ import annotations

import asyncio
import functools
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, overload

from .chat import Chat
from .errors import YogaError
from .journey import drive, flow
from .journey.batch import read_many
from .journey.flow import Before, Draft, Parts
from .journey.memory import FRESH_S, Memory
from .journey.read import scraper_for
from .journey.stream import AsyncTextStream, Finish, TextStream
from .knowledge import Library
from .progress import progress as bar
from .protocols import LLM, Classifier, Diffusion, Retriever, Scraper, Store
from .registry import available, check, create
from .settings import Settings
from .shipped import fill
from .types import (
    Answer,
    Completion,
    ImageAnswer,
    ImagePrompt,
    ReadReport,
    Route,
    Source,
    TextAnswer,
    TextPrompt,
)

T = TypeVar("T")
Remember = Callable[[TextAnswer], TextAnswer]
_NOTHING = Before()
IN_MEMORY = ":memory:"  # a store of which nothing can be recalled


class YogaAssistant:
    """Answers questions about yoga. With no arguments it needs no key, no network and no GPU.

    Each part is an object, or a string `"backend:model"`; `yoga-assistant backends` lists them.
    One assistant may serve many threads and event loops. Parts are made on first use.

    Args:
        llm: writes the answers; `"offline"` writes them from the knowledge.
        classifier: tells a wish for words from one for a picture.
        retriever: finds passages; `"hybrid:minilm"` uses the full MiniLM (extra `local`).
        scraper: reads links; `"web:trafilatura"` takes the text out of pages with trafilatura
            (extra `trafilatura`); with None a question with a link is an error.
        store: keeps what was read: the path of a file, `":memory:"`, or a `Store`.
        fresh_s: seconds for which a page that was read is not read again.
        diffusion: draws; without one a question for a picture is an error.
        ask_llm_below: where the classifier is less sure than this, 0 to 1, the llm decides. It
            must be a model that can talk.
        settings: keys and addresses for parts that are named by a string.
    """

    def __init__(
        self,
        *,
        llm: LLM | str = "offline",
        classifier: Classifier | str = "linear",
        retriever: Retriever | str = "hybrid",
        scraper: Scraper | str | None = "web",
        store: Store | str | Path = IN_MEMORY,
        diffusion: Diffusion | str | None = None,
        ask_llm_below: float = 0.0,
        fresh_s: float = FRESH_S,
        settings: Settings | None = None,
    ) -> None:
        if not 0 <= ask_llm_below <= 1:
            raise ValueError(f"ask_llm_below is a probability, 0 to 1, not {ask_llm_below!r}")
        settings = settings or Settings()
        self._llm: LLM = create("llm", llm, settings)
        self._classifier: Classifier = create("classifier", classifier, settings)
        self._retriever: Retriever = create("retriever", retriever, settings)
        self._scraper = _Lazy("scraper", scraper, settings)
        self._store: Store = _store(store, settings)
        self._fresh_s = fresh_s
        self._diffusion: Diffusion | None = _optional("diffusion", diffusion, settings)
        self._ask_llm_below = ask_llm_below
        self._name = llm if isinstance(llm, str) else type(llm).__name__
        self._parts: Parts | None = None
        self._opening = threading.Lock()

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **parts: Any) -> YogaAssistant:
        """An assistant of the parts that `YOGA_…` variables name; `parts` come before them.

        Raises:
            SettingsError: a variable begins with `YOGA_` and is none of ours.
        """
        settings = Settings.from_env(environ)
        names = ("llm", "classifier", "retriever", "scraper", "store", "diffusion")
        chosen = {name: value for name in names if (value := getattr(settings, name))}
        return cls(**{**chosen, "settings": settings, **parts})

    @overload
    def ask(self, question: str, *, route: Literal["text"]) -> TextAnswer: ...
    @overload
    def ask(self, question: str, *, route: Literal["image"]) -> ImageAnswer: ...
    @overload
    def ask(self, question: str, *, route: None = None) -> Answer: ...
    def ask(self, question: str, *, route: Route | None = None) -> Answer:
        """The answer to a question: a `TextAnswer`, or an `ImageAnswer` if it asks for a picture.

        Args:
            route: `"text"` or `"image"` to decide that yourself.

        Raises:
            QuestionError: the question is empty, too long or no text.
            YogaError: a part failed; the error says which, and what to do.
        """
        return self._ask(question, route, _NOTHING)

    @overload
    async def aask(self, question: str, *, route: Literal["text"]) -> TextAnswer: ...
    @overload
    async def aask(self, question: str, *, route: Literal["image"]) -> ImageAnswer: ...
    @overload
    async def aask(self, question: str, *, route: None = None) -> Answer: ...
    async def aask(self, question: str, *, route: Route | None = None) -> Answer:
        """`ask` for async code; it blocks no event loop."""
        return await self._aask(question, route, _NOTHING)

    def draw(self, question: str, *, seed: int | None = None) -> ImageAnswer:
        """A picture, whatever the words.

        Args:
            seed: 0 to 2**63 - 1; the same one draws the same picture on the same device. Without
                one it is another picture each time, and `answer.seed` tells which.
        """
        return self._run(*self._drawing(question, seed))

    async def adraw(self, question: str, *, seed: int | None = None) -> ImageAnswer:
        """`draw` for async code."""
        return await self._arun(*self._drawing(question, seed))

    def stream(self, question: str, *, route: Literal["text"] | None = None) -> TextStream:
        """An answer in words while it is written; its sources are known before the first word.

        Raises:
            QuestionError: the question asks for a picture; `route="text"` wants words all the same.
        """
        return self._stream(question, route, _NOTHING, _forget)

    def astream(self, question: str, *, route: Literal["text"] | None = None) -> AsyncTextStream:
        """`stream` for async code: `async with yoga.astream(...) as words`."""
        return self._astream(question, route, _NOTHING, _forget)

    def ask_many(
        self,
        questions: Iterable[str],
        *,
        route: Route | None = None,
        errors: Literal["raise", "return"] = "raise",
    ) -> list[Answer | YogaError]:
        """The answers in the order of the questions, side by side where the llm can.

        Args:
            errors: `"return"` puts an error in its answer's place, so that no other is lost.
        """

        def one(question: str) -> Answer | YogaError:
            try:
                return self._ask(question, route, _NOTHING)
            except YogaError as error:
                if errors == "raise":
                    raise
                return error

        with ThreadPoolExecutor(getattr(self._llm, "concurrency", 1)) as pool:
            return list(pool.map(one, questions))

    def chat(self) -> Chat:
        """A conversation that remembers: "and its benefits?", "now from the side"."""
        return Chat(self)

    def classify(self, question: str) -> Route:
        """`"text"` or `"image"`: what the question asks for."""
        return self._run(flow.decide(self._open(), flow.checked(question)), {})

    def search(self, question: str, *, limit: int = 5) -> list[Source]:
        """The passages that fit best, the best first, each from another document."""
        if limit < 1:
            raise ValueError(f"limit is at least 1, not {limit!r}")
        return self._run(flow.search(self._open(), flow.checked(question), limit), {})

    def preview(self, question: str, *, route: Route | None = None) -> TextPrompt | ImagePrompt:
        """What the model would be told; no model is asked."""
        steps = flow.preview(self._open(), question, _checked_route(route), _NOTHING)
        return self._run(steps, {})

    def read(self, *places: str | Path, progress: bool | None = None) -> ReadReport:
        """Adds links, files and folders of files to what it knows and will learn, now.

        One that cannot be read is reported and ends nothing. What has not changed since it was
        read is not read again, so an interrupted call is taken up by making it once more.

        Args:
            progress: whether to show a bar; by default on a terminal and in a notebook.

        Raises:
            ValueError: no place is given.
            ScrapeError: nothing could be read.
        """
        if not places:
            raise ValueError("read() wants a link, a file or a folder")
        from .backends.files import FileReader, sort_out

        found = sort_out(places)
        memory, reader = self._open().memory, FileReader()
        todo: list[tuple[str, Scraper]] = [(path, reader) for path in found.files]
        todo += [(link, scraper_for(link, self._scraper.get)) for link in found.links]
        with bar("Reading", len(todo), progress) as tick:
            return self._run(read_many(memory, todo, found.skipped, tick), {})

    async def aread(self, *places: str | Path, progress: bool | None = None) -> ReadReport:
        """`read` for async code."""
        return await asyncio.to_thread(self.read, *places, progress=progress)

    def warm_up(self) -> None:
        """Loads now what would load with the first question."""
        self.search("warm up")
        self.classify("warm up")
        for part in self._owned():
            if hasattr(part, "warm_up"):
                part.warm_up()

    def close(self) -> None:
        """Frees connections and models; the assistant is not used afterwards."""
        for part in self._owned():
            if hasattr(part, "close"):
                part.close()

    def __enter__(self) -> YogaAssistant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"YogaAssistant(llm={self._name!r})"

    def _ask(self, question: str, route: Route | None, before: Before) -> Answer:
        timings: dict[str, float] = {}
        steps = flow.ask(self._open(), question, _checked_route(route), before, timings)
        return self._run(steps, timings)

    async def _aask(self, question: str, route: Route | None, before: Before) -> Answer:
        timings: dict[str, float] = {}
        steps = flow.ask(self._open(), question, _checked_route(route), before, timings)
        return await self._arun(steps, timings)

    def _drawing(
        self, question: str, seed: int | None
    ) -> tuple[drive.Flow[ImageAnswer], dict[str, float]]:
        if seed is not None and not 0 <= seed < 2**63:
            raise ValueError(f"seed is 0 to 2**63 - 1, not {seed!r}")
        timings: dict[str, float] = {}
        return flow.picture(self._open(), question, _NOTHING, timings, seed), timings

    def _stream(
        self, question: str, route: Route | None, before: Before, remember: Remember
    ) -> TextStream:
        parts, timings = self._open(), dict[str, float]()
        finish = _finisher(parts, timings, remember)
        steps = flow.prepare_words(parts, question, _checked_route(route), before)
        return TextStream(parts.llm, finish, drive.run(steps, timings))

    def _astream(
        self, question: str, route: Route | None, before: Before, remember: Remember
    ) -> AsyncTextStream:
        parts, timings = self._open(), dict[str, float]()
        finish = _finisher(parts, timings, remember)
        steps = flow.prepare_words(parts, question, _checked_route(route), before)
        return AsyncTextStream(parts.llm, finish, lambda: drive.arun(steps, timings))

    def _run(self, steps: drive.Flow[T], timings: dict[str, float]) -> T:
        started = time.perf_counter()
        result = drive.run(steps, timings)
        timings["total"] = time.perf_counter() - started
        return result

    async def _arun(self, steps: drive.Flow[T], timings: dict[str, float]) -> T:
        started = time.perf_counter()
        result = await drive.arun(steps, timings)
        timings["total"] = time.perf_counter() - started
        return result

    def _open(self) -> Parts:
        """The parts, the knowledge indexed: done once, by whoever asks first."""
        with self._opening:
            if self._parts is None:
                library = Library.shipped()
                fill(self._retriever, library)
                memory = Memory(self._retriever, self._store, fresh_s=self._fresh_s)
                if getattr(self._store, "path", "") != IN_MEMORY:
                    memory.recall()
                self._parts = Parts(
                    library=library,
                    classifier=self._classifier,
                    retriever=self._retriever,
                    llm=self._llm,
                    model=self._name,
                    memory=memory,
                    scraper=self._scraper.get,
                    diffusion=self._diffusion,
                    ask_llm_below=self._ask_llm_below,
                )
            return self._parts

    def _owned(self) -> Iterable[object]:
        parts = (
            self._llm,
            self._classifier,
            self._retriever,
            self._scraper.made,
            self._store,
            self._diffusion,
        )
        return [part for part in parts if part is not None]


def _optional(kind: str, spec: object | None, settings: Settings) -> Any:
    return None if spec is None else create(kind, spec, settings)


class _Lazy:
    """A part whose module is too heavy to import before it is needed."""

    def __init__(self, kind: str, spec: object | None, settings: Settings) -> None:
        check(kind, spec)
        self.made: Any = None if isinstance(spec, str) else spec
        self._make = functools.partial(create, kind, spec, settings)
        self._is_named = isinstance(spec, str)
        self._making = threading.Lock()

    def get(self) -> Any:
        with self._making:
            if self.made is None and self._is_named:
                self.made = self._make()
            return self.made


def _store(spec: Store | str | Path, settings: Settings) -> Store:
    """A store, by its own name (`"postgres:..."`) or by the path of an SQLite file."""
    named = isinstance(spec, str) and spec.partition(":")[0] in available("store")
    if isinstance(spec, Path) or (isinstance(spec, str) and not named):
        spec = f"sqlite:{spec}"
    store: Store = create("store", spec, settings)
    return store


def _finisher(parts: Parts, timings: dict[str, float], remember: Remember) -> Finish:
    started = time.perf_counter()

    def finish(draft: Draft, written: Completion, write_s: float) -> TextAnswer:
        timings["write"] = write_s
        timings["total"] = time.perf_counter() - started
        return remember(flow.finish(parts, draft, written, timings))

    return finish


def _forget(answer: TextAnswer) -> TextAnswer:
    return answer


def _checked_route(route: Route | None) -> Route | None:
    if route is not None and route not in get_args(Route):
        raise ValueError(f"route is 'text', 'image' or None, not {route!r}")
    return route
