"""The only way out: looks a host up once, has its addresses judged, and connects to just those.

`httpcore` asks its network backend for each connection by the name in the address, so that Host,
SNI and certificate stay right. Whoever judges a name first and lets a library look it up again is
open to a server that gives a public address at first and a private one then; here there is no
second time.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

import httpcore

from ..errors import ScrapeError
from .addresses import parse
from .budget import Budget
from .guard import Guard
from .scrape_errors import NoHostError, PassingError, UnreachableError

Resolver = Callable[[str], Sequence[str]]  # the addresses of a host; OSError if it has none
_T = TypeVar("_T")
_Failures = (httpcore.NetworkError, httpcore.TimeoutException, OSError)


def system_resolver(host: str) -> list[str]:
    """What the operating system knows of a host."""
    found = socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class Way:
    """From a host to its addresses that may be connected to, within a budget."""

    def __init__(self, guard: Guard, resolver: Resolver, budget: Budget) -> None:
        self.budget = budget
        self._guard, self._resolver = guard, resolver

    async def connect(
        self,
        host: str,
        port: int,
        wait: Callable[[Future[Sequence[str]], float], Awaitable[Sequence[str]]],
        dial: Callable[[str, float], Awaitable[_T]],
        timeout: float | None,
    ) -> _T:
        """The first connection that comes about, with a share of the time for each address."""
        self._guard.check_port(port)
        with self.budget.timed("dns"):
            addresses = await self._addresses(host, wait)
        with self.budget.timed("connect"):
            for left in range(len(addresses), 0, -1):
                try:
                    share = self.budget.connecting(timeout) / left
                    return await dial(addresses[-left], share)
                except _Failures as exc:
                    failure = exc
        raise UnreachableError(
            f"{host} does not take connections", hint="check the link or try again later"
        ) from failure

    async def _addresses(
        self,
        host: str,
        wait: Callable[[Future[Sequence[str]], float], Awaitable[Sequence[str]]],
    ) -> list[str]:
        if parse(host) is not None:
            return self._guard.addresses(host, [host])
        try:
            answers = await wait(self._looked_up(host), self.budget.left())
        except TimeoutError as exc:
            raise self.budget.late() from exc
        except (OSError, UnicodeError) as exc:
            raise _unknown(host, exc) from exc
        return self._guard.addresses(host, answers)

    def _looked_up(self, host: str) -> Future[Sequence[str]]:
        """A lookup in a thread of its own: nothing else can leave one that hangs."""
        future: Future[Sequence[str]] = Future()

        def look_up() -> None:
            try:
                future.set_result(list(self._resolver(host)))
            except BaseException as exc:
                future.set_exception(exc)

        future.set_running_or_notify_cancel()
        threading.Thread(target=look_up, name=f"look up {host}", daemon=True).start()
        return future


class BlockingNetwork(httpcore.NetworkBackend):
    """Connects where `way` leads, by `network`."""

    def __init__(self, way: Way, network: httpcore.NetworkBackend) -> None:
        self._way, self._network = way, network

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        async def wait(future: Future[Sequence[str]], seconds: float) -> Sequence[str]:
            return future.result(seconds)

        async def dial(address: str, seconds: float) -> httpcore.NetworkStream:
            return self._network.connect_tcp(address, port, seconds, local_address, socket_options)

        stream = finish(self._way.connect(host, port, wait, dial, timeout))
        return _BlockingStream(stream, self._way.budget)


class AwaitingNetwork(httpcore.AsyncNetworkBackend):
    """Connects where `way` leads, by `network`."""

    def __init__(self, way: Way, network: httpcore.AsyncNetworkBackend) -> None:
        self._way, self._network = way, network

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        async def wait(future: Future[Sequence[str]], seconds: float) -> Sequence[str]:
            return await asyncio.wait_for(asyncio.wrap_future(future), seconds)

        async def dial(address: str, seconds: float) -> httpcore.AsyncNetworkStream:
            return await self._network.connect_tcp(
                address, port, seconds, local_address, socket_options
            )

        stream = await self._way.connect(host, port, wait, dial, timeout)
        return _AwaitingStream(stream, self._way.budget)


class _BlockingStream(httpcore.NetworkStream):
    """A connection that knows what may still be spent, whatever timeout it is told."""

    def __init__(self, stream: httpcore.NetworkStream, budget: Budget) -> None:
        self._stream, self._budget = stream, budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._budget.took(self._stream.read(max_bytes, self._budget.left(timeout)))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._budget.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        seconds = self._budget.connecting(timeout)
        with self._budget.timed("connect"):
            try:
                stream = self._stream.start_tls(ssl_context, server_hostname, seconds)
            except _Failures as exc:
                raise _untrusted(server_hostname, exc) from exc
        return _BlockingStream(stream, self._budget)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _AwaitingStream(httpcore.AsyncNetworkStream):
    """A connection that knows what may still be spent, whatever timeout it is told."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, budget: Budget) -> None:
        self._stream, self._budget = stream, budget

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._budget.took(await self._stream.read(max_bytes, self._budget.left(timeout)))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, self._budget.left(timeout))

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        seconds = self._budget.connecting(timeout)
        with self._budget.timed("connect"):
            try:
                stream = await self._stream.start_tls(ssl_context, server_hostname, seconds)
            except _Failures as exc:
                raise _untrusted(server_hostname, exc) from exc
        return _AwaitingStream(stream, self._budget)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def finish(work: Coroutine[Any, Any, _T]) -> _T:
    """Runs a coroutine that waits by blocking: without an event loop, in one go.

    So what has a blocking and an awaiting face is written once.
    """
    try:
        work.send(None)
    except StopIteration as end:
        value: _T = end.value
        return value
    finally:
        work.close()
    raise AssertionError("a blocking step has awaited something")


def _unknown(host: str, failure: Exception) -> ScrapeError:
    if getattr(failure, "errno", None) == socket.EAI_AGAIN:
        return PassingError(f"{host} cannot be looked up at the moment", hint="try again later")
    return NoHostError(
        host,
        f"no server is known by the name {host}",
        hint="check the spelling of the link and the network",
    )


def _untrusted(host: str | None, failure: BaseException) -> UnreachableError:
    cause: BaseException | None = failure
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        error = UnreachableError(f"{host} offers no safe connection", hint="try again later")
    else:
        error = UnreachableError(
            f"the certificate of {host} is not valid: {cause.verify_message}",
            hint="do not trust what it sends; check the spelling of the link",
        )
    error.retryable = False
    return error
