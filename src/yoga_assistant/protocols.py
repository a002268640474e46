"""The verbs: what a backend must be able to do. Nothing is inherited; the shape is enough.

A backend may add a twin with an `a` in front (`acomplete`, `afetch`, ...), which async callers
await; without one its blocking method runs in a thread. It may add `close()` and `warm_up()`. A
scraper may have `refresh(page)`, which reads again only what has changed. An LLM may have
`concurrency`, how many calls it likes to serve at once; `context_tokens`, how much it reads; and
`marks_sources = True`, that it marks whatever it has from a source.
A class that is made from settings may have `from_settings(model, settings)` as a class method;
otherwise it is called with the model's name, if there is one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from .types import (
    Completion,
    Document,
    ImagePrompt,
    Job,
    Pack,
    Page,
    Source,
    TextPrompt,
    Usage,
    Verdict,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@runtime_checkable
class Classifier(Protocol):
    """Decides whether a question asks for words or for a picture."""

    def classify(self, question: str) -> Verdict: ...


@runtime_checkable
class Scraper(Protocol):
    """Reads what a link points at."""

    def fetch(self, link: str) -> Page: ...


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into vectors of length one, `(n, dimensions)`; one without a word is all zeros.

    `name` tells one model from another, weights included: vectors are only compared within a name.
    """

    name: str
    dimensions: int

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


@runtime_checkable
class Retriever(Protocol):
    """Finds the passages that help with a question, best first; `among` only these documents."""

    def add(self, documents: Sequence[Document]) -> None: ...

    def search(
        self,
        question: str,
        *,
        limit: int,
        per_document: int = 1,
        among: Collection[str] | None = None,
    ) -> list[Source]: ...


@runtime_checkable
class LLM(Protocol):
    """Writes an answer. A plain string will do; a `Completion` says more."""

    def complete(self, prompt: TextPrompt) -> str | Completion: ...


@runtime_checkable
class StreamingLLM(LLM, Protocol):
    """An LLM that hands over its answer as it is written.

    It yields pieces of the text and at the end, if it knows, what they cost. Closing the iterator
    ends the work at once.
    """

    def stream(self, prompt: TextPrompt) -> Iterator[str | Usage]: ...


@runtime_checkable
class Diffusion(Protocol):
    """Draws a picture and returns it as PNG bytes."""

    def draw(self, prompt: ImagePrompt) -> bytes: ...


@runtime_checkable
class Store(Protocol):
    """Keeps what was read: the page, its part of the index, and its place in the queue, or nothing.

    A page is known by its canonical address; the same text read again is only noted as fresh. A
    job that is taken comes back when its lease is over, unless it is done; after `MOST_TRIES`
    failures it is set aside with its error.
    """

    def put(self, page: Page, pack: Pack | None = None, *, link: str | None = None) -> bool: ...

    def page(self, address: str) -> Page | None: ...

    def pages(self) -> Iterator[tuple[Page, Pack | None]]: ...

    def find(self, phrase: str) -> list[str]: ...

    def forget(self, address: str) -> bool: ...

    def waiting(self) -> int: ...

    def take(self, lease_s: float = 600.0) -> Job | None: ...

    def done(self, job: Job) -> None: ...

    def fail(self, job: Job, error: str) -> None: ...


@runtime_checkable
class Tuner(Protocol):
    """Fine-tunes a language model on question/answer pairs and returns the new model's name."""

    def tune(self, pairs: Sequence[tuple[str, str]]) -> str: ...


@runtime_checkable
class Judge(Protocol):
    """Tells whether a new model may replace the current one."""

    def better(self, new: LLM, current: LLM) -> bool: ...


KINDS: dict[str, type[Any]] = {
    "classifier": Classifier,
    "scraper": Scraper,
    "retriever": Retriever,
    "embedder": Embedder,
    "llm": LLM,
    "diffusion": Diffusion,
    "store": Store,
    "tuner": Tuner,
    "judge": Judge,
}
