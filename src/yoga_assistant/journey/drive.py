"""Runs a flow: `run` makes its calls blocking, `arun` awaits them.

A flow is a generator that yields the calls it wants made and is sent their results; it does no
I/O of its own, so the journey is written once for both worlds. Calls that are yielded together do
not depend on each other and run side by side.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator, Iterator, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..errors import BackendError, YogaError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """A call that a flow wants made: `verb(*args, **options)`, on the account of `stage`.

    An error of the kinds in `catch` is its result; any other ends the flow's step.
    """

    stage: str
    verb: Callable[..., Any]
    args: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    catch: tuple[type[YogaError], ...] = ()

    @property
    def backend(self) -> object | None:
        """The object whose method this is, or None for a function of the journey itself."""
        return getattr(self.verb, "__self__", None)

    @property
    def twin(self) -> Callable[..., Any] | None:
        """The backend's own async version of the verb, if it has one."""
        return getattr(self.backend, "a" + self.verb.__name__, None)


Flow = Generator[tuple[Call, ...], list[Any], T]
Timings = MutableMapping[str, float]
_Timed = tuple[Any, float]  # a result, and the seconds that it took


def run(flow: Flow[T], timings: Timings) -> T:
    """What the flow returns, every call made in this thread or, side by side, in others."""
    try:
        calls = next(flow)
        while True:
            try:
                done = _side_by_side(calls)
            except Exception as error:
                calls = flow.throw(error)
            else:
                calls = flow.send(_noted(timings, calls, done))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


async def arun(flow: Flow[T], timings: Timings) -> T:
    """What the flow returns, every call awaited: by its async twin, else in a thread."""
    try:
        calls = next(flow)
        while True:
            try:
                done = await asyncio.gather(*map(_atimed, calls))
            except Exception as error:
                calls = flow.throw(error)
            else:
                calls = flow.send(_noted(timings, calls, done))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


def _side_by_side(calls: tuple[Call, ...]) -> list[_Timed]:
    if len(calls) <= 1:
        return [_timed(call) for call in calls]
    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(_timed, calls))


def _timed(call: Call) -> _Timed:
    started = time.perf_counter()
    return _call(call), time.perf_counter() - started


async def _atimed(call: Call) -> _Timed:
    started = time.perf_counter()
    return await _acall(call), time.perf_counter() - started


def _call(call: Call) -> Any:
    try:
        with own_errors(call.backend, call.verb.__name__):
            return call.verb(*call.args, **call.options)
    except call.catch as error:
        return error


async def _acall(call: Call) -> Any:
    try:
        with own_errors(call.backend, call.verb.__name__):
            if call.twin is not None:
                return await call.twin(*call.args, **call.options)
            if call.backend is not None:
                return await asyncio.to_thread(call.verb, *call.args, **call.options)
            return call.verb(*call.args, **call.options)
    except call.catch as error:
        return error


@contextmanager
def own_errors(backend: object | None, verb: str) -> Iterator[None]:
    """Turns a foreign error of a backend into one of ours; the journey's own stay as they are."""
    try:
        yield
    except YogaError:
        raise
    except Exception as error:
        if backend is None:
            raise
        raise BackendError(
            f"{type(backend).__name__}.{verb} failed: {type(error).__name__}: {error}",
            hint="the cause is attached; it is the backend's to mend",
        ) from error


def _noted(timings: Timings, calls: tuple[Call, ...], done: Sequence[_Timed]) -> list[Any]:
    """The results; of the calls of a stage that ran side by side the longest counts."""
    longest: dict[str, float] = {}
    for call, (_, seconds) in zip(calls, done, strict=True):
        longest[call.stage] = max(seconds, longest.get(call.stage, 0.0))
    for stage, seconds in longest.items():
        timings[stage] = timings.get(stage, 0.0) + seconds
    return [result for result, _ in done]
