"""One question to a server and its answer, by blocking or by awaiting; and nothing unbounded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import httpcore

from ..errors import ScrapeError
from .guard import Target
from .inflate import Inflater
from .network import AwaitingNetwork, BlockingNetwork, Way
from .scrape_errors import PassingError, too_big

if TYPE_CHECKING:
    import ssl

_FIELDS_MOST: Final = 128  # header fields of an answer
_FIELD_BYTES_MOST: Final = 65_536  # in all of them
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Head:
    """What an answer says before its body."""

    target: Target
    status: int
    fields: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """A header's value, or all of them with commas between."""
        return ", ".join(self.all(name))

    def all(self, name: str) -> list[str]:
        return [value for field, value in self.fields if field == name]


@dataclass(frozen=True, slots=True)
class Reply:
    head: Head
    body: bytes


class Intake:
    """Takes in the body of a good answer, inflated; of any other nothing.

    Args:
        judge: is shown the head and the beginning of the body as soon as `look_at` bytes are
            there, and refuses by a ScrapeError what is not worth the rest.
        most, decoded: bytes on the wire, and inflated, that are too many.
        enough: bytes after which the rest is left where it is.
    """

    def __init__(
        self,
        most: int,
        decoded: int,
        *,
        judge: Callable[[Head, bytes], object] | None = None,
        look_at: int = 0,
        enough: int | None = None,
    ) -> None:
        self._most, self._decoded, self._enough = most, decoded, enough
        self._judge, self._look_at = judge, look_at
        self._head: Head
        self._inflater: Inflater
        self._parts: list[bytes]

    def begin(self, head: Head) -> bool:
        """Whether the body is wanted."""
        if head.status not in (200, 203):
            return False
        length = head.get("content-length")  # checked to be a number already
        if self._enough is None and int(length or 0) > self._most:
            raise too_big(self._most)
        self._head, self._parts = head, []
        self._wire = self._size = 0
        self._judged = False
        self._inflater = Inflater(head.get("content-encoding"), self._decoded)
        return True

    def take(self, chunk: bytes) -> bool:
        """Whether more is wanted."""
        self._wire += len(chunk)
        if self._wire > self._most and self._enough is None:
            raise too_big(self._most)
        part = self._inflater.feed(chunk)
        self._parts.append(part)
        self._size += len(part)
        if self._size >= self._look_at:
            self._show()
        return self._enough is None or self._size < self._enough

    def end(self) -> bytes:
        body = b"".join(self._parts)
        if self._enough is not None and self._size >= self._enough:
            return body[: self._enough]
        self._inflater.finish()
        self._show()
        return body

    def _show(self) -> None:
        if self._judge is not None and not self._judged:
            self._judge(self._head, b"".join(self._parts)[: self._look_at])
            self._judged = True


class Wire(Protocol):
    """What a fetch does outside itself. A blocking one never awaits anything."""

    async def ask(self, target: Target, headers: Mapping[str, str], intake: Intake) -> Reply: ...

    async def sleep(self, seconds: float) -> None: ...

    async def wait(self, future: Future[None], seconds: float) -> None: ...

    async def work(self, function: Callable[[], _T]) -> _T: ...

    async def close(self) -> None: ...


class BlockingWire:
    def __init__(
        self,
        way: Way,
        network: httpcore.NetworkBackend,
        sleep: Callable[[float], None] | None,
    ) -> None:
        self._budget, self._sleep = way.budget, sleep or time.sleep
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls(), network_backend=BlockingNetwork(way, network)
        )

    async def ask(self, target: Target, headers: Mapping[str, str], intake: Intake) -> Reply:
        asked = self._pool.stream("GET", _url(target), headers=_fields(headers))
        with self._budget.exchange(), _explained(target.host), asked as response:
            head = _head(target, response)
            if not intake.begin(head):
                return Reply(head, b"")
            for chunk in response.iter_stream():
                if not intake.take(chunk):
                    break
        return Reply(head, intake.end())

    async def sleep(self, seconds: float) -> None:
        self._sleep(seconds)

    async def wait(self, future: Future[None], seconds: float) -> None:
        future.result(seconds)

    async def work(self, function: Callable[[], _T]) -> _T:
        return function()

    async def close(self) -> None:
        self._pool.close()


class AwaitingWire:
    def __init__(
        self,
        way: Way,
        network: httpcore.AsyncNetworkBackend,
        sleep: Callable[[float], None] | None,
    ) -> None:
        self._budget, self._sleep = way.budget, sleep
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_tls(), network_backend=AwaitingNetwork(way, network)
        )

    async def ask(self, target: Target, headers: Mapping[str, str], intake: Intake) -> Reply:
        with self._budget.exchange(), _explained(target.host):
            asked = self._pool.stream("GET", _url(target), headers=_fields(headers))
            async with asked as response:
                head = _head(target, response)
                if not intake.begin(head):
                    return Reply(head, b"")
                async for chunk in response.aiter_stream():
                    if not intake.take(chunk):
                        break
        return Reply(head, intake.end())

    async def sleep(self, seconds: float) -> None:
        if self._sleep is None:
            await asyncio.sleep(seconds)
        else:
            self._sleep(seconds)

    async def wait(self, future: Future[None], seconds: float) -> None:
        await asyncio.wait_for(asyncio.wrap_future(future), seconds)

    async def work(self, function: Callable[[], _T]) -> _T:
        return await asyncio.to_thread(function)

    async def close(self) -> None:
        await self._pool.aclose()


@cache
def _tls() -> ssl.SSLContext:
    return httpcore.default_ssl_context()


def _url(target: Target) -> httpcore.URL:
    """The address in its parts, so that nobody takes it apart again."""
    return httpcore.URL(
        scheme=target.scheme.encode(),
        host=target.host.encode(),
        port=target.port,
        target=target.path.encode(),
    )


def _fields(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _head(target: Target, response: httpcore.Response) -> Head:
    fields = response.headers
    size = sum(len(name) + len(value) for name, value in fields)
    if len(fields) > _FIELDS_MOST or size > _FIELD_BYTES_MOST:
        raise ScrapeError(
            f"{target.host} sends too many headers", hint="the server does not behave as one should"
        )
    texts = ((name.decode("latin-1").lower(), _text(value)) for name, value in fields)
    return Head(target, response.status, tuple(texts))


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


@contextmanager
def _explained(host: str) -> Iterator[Any]:
    try:
        yield
    except httpcore.TimeoutException as exc:
        raise PassingError(f"{host} did not answer in time", hint="try again later") from exc
    except (httpcore.NetworkError, OSError) as exc:
        raise PassingError(f"{host} broke the connection off", hint="try again later") from exc
    except httpcore.ProtocolError as exc:
        raise ScrapeError(
            f"{host} does not answer as a web server does: {str(exc)[:100]}",
            hint="check the link and its port",
        ) from exc
