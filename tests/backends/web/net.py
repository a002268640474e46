"""A network of scripted servers, spoken to in bytes, and the two ways to fetch over it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import httpcore
import pytest

from yoga_assistant.backends.web import WebScraper
from yoga_assistant.errors import ScrapeError
from yoga_assistant.types import Page

PUBLIC = "93.184.215.14"
HTML = (
    "<html lang=en><head><title>Tree pose</title></head><body><article><h1>Tree pose</h1><p>"
    + "Stand on one leg, breathe, and look at a point that does not move. " * 5
    + "</p></article></body></html>"
)
LINK = "http://example.org/tree"


def reply(
    body: str | bytes = HTML, status: str = "200 OK", type_: str = "text/html", **headers: str
) -> bytes:
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data)}"]
    lines += [f"Content-Type: {type_}"] if type_ else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + data


def moved(location: str, status: str = "302 Found") -> bytes:
    return reply("", status, Location=location)


class Net(httpcore.NetworkBackend):
    """A network of scripted servers: `Host/path` gives bytes, several in turn, or an error.

    A key that begins with https:// is answered over TLS only. Any robots.txt that is not scripted
    is not there.
    """

    def __init__(self, **options: Any) -> None:
        self.pages: dict[str, Any] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.connected: list[tuple[str, int]] = []
        self.names: list[str] = []  # looked up
        self.answers: dict[str, Any] = {}  # of the name server; else PUBLIC
        self.refused: dict[int, int] = {}  # port -> how many connections it still refuses
        self.now = 0.0
        self.slept: list[float] = []
        self.options = options

    def scraper(self, **options: Any) -> WebScraper:
        network = Awaiting(self) if options.pop("awaiting", False) else self
        settings: dict[str, Any] = {
            "network": network,
            "resolver": self.resolve,
            "clock": lambda: self.now,
            "sleep": self.sleep,
        }
        return WebScraper(**{**settings, **self.options, **options})

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def resolve(self, host: str) -> Sequence[str]:
        self.names.append(host)
        answer = self.answers.get(host, [PUBLIC])
        if isinstance(answer, BaseException):
            raise answer
        in_turn = bool(answer) and isinstance(answer[0], list)
        found: Sequence[str] = answer.pop(0) if in_turn else answer
        return found

    def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> Stream:
        self.connected.append((host, port))
        if self.refused.get(port, 0) > 0:
            self.refused[port] -= 1
            raise httpcore.ConnectError("refused")
        return Stream(self, port)

    def answer(self, request: bytes, tls: bool) -> bytes | Sequence[bytes]:
        head = request.decode("latin-1").split("\r\n")
        path = head[0].split(" ")[1]
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])
        }
        scheme = "https://" if tls else ""
        self.asked.append(f"{scheme}{headers['host']}{path}")
        self.headers.append(headers)
        found = self.pages.get(f"{scheme}{headers['host']}{path}")
        if found is None:
            found = self.pages.get(f"{headers['host']}{path}", reply("", "404 Not Found"))
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if isinstance(found, BaseException):
            raise found
        given: bytes | Sequence[bytes] = found(headers) if callable(found) else found
        return given


class Stream(httpcore.NetworkStream):
    def __init__(self, net: Net, port: int, tls: bool = False) -> None:
        self.net, self.port, self.tls = net, port, tls
        self.request = b""
        self.chunks: list[bytes] = []

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.request += buffer
        if self.request.endswith(b"\r\n\r\n"):
            answer = self.net.answer(self.request, self.tls)
            self.chunks = [answer] if isinstance(answer, bytes) else list(answer)
            self.request = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        assert timeout is not None
        if not self.chunks:
            return b""
        chunk = self.chunks.pop(0)
        if chunk == b"":  # a server that is silent
            self.net.now += timeout
            raise httpcore.ReadTimeout("silence")
        if len(chunk) > max_bytes:
            self.chunks.insert(0, chunk[max_bytes:])
        return chunk[:max_bytes]

    def close(self) -> None:
        pass

    def start_tls(self, context: Any, host: Any = None, timeout: Any = None) -> Stream:
        if self.net.options.get("tls") is False or self.port in (80, 8080):
            raise httpcore.ConnectError("no TLS here")
        return Stream(self.net, self.port, tls=True)

    def get_extra_info(self, info: str) -> Any:
        return False if info == "is_readable" else None


class Awaiting(httpcore.AsyncNetworkBackend):
    """The same network, awaited."""

    def __init__(self, net: Net) -> None:
        self.net = net

    async def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> AwaitingStream:
        await asyncio.sleep(0)
        return AwaitingStream(self.net.connect_tcp(host, port))


class AwaitingStream(httpcore.AsyncNetworkStream):
    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        await asyncio.sleep(0)
        return self.stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer)

    async def aclose(self) -> None:
        pass

    async def start_tls(self, *args: Any, **options: Any) -> AwaitingStream:
        return AwaitingStream(self.stream.start_tls(None))

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


Fetch = Callable[..., Page]


def blocking(net: Net, link: str = LINK, **options: Any) -> Page:
    return net.scraper(**options).fetch(link)


def awaiting(net: Net, link: str = LINK, **options: Any) -> Page:
    return asyncio.run(net.scraper(awaiting=True, **options).afetch(link))


def refusal(fetch: Fetch, net: Net, link: str = LINK, **options: Any) -> ScrapeError:
    with pytest.raises(ScrapeError) as caught:
        fetch(net, link, **options)
    assert caught.value.url == link
    assert caught.value.hint
    assert "fault of the library" not in str(caught.value)
    return caught.value
