"""WebScraper against servers on this machine: real sockets, real time."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from yoga_assistant.backends.web import WebScraper
from yoga_assistant.errors import ScrapeError
from yoga_assistant.types import Page

from .net import HTML, moved, reply

Answer = Callable[[Callable[[bytes], None], str], None]


class Server(socketserver.ThreadingTCPServer):
    """Answers each path with bytes, or by a function that sends as it likes."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, pages: dict[str, bytes | Answer], tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages, self.tls = pages, tls
        self.asked: list[str] = []
        self.left = threading.Event()  # somebody hung up on us

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def scraper(self, **options: Any) -> WebScraper:
        settings: dict[str, Any] = {
            "allow_private": ["127.0.0.0/8"],
            "ports": [self.server_address[1]],
            "pace": 0,
            "respect_robots": False,
        }
        return WebScraper(**{**settings, **options})

    def get_request(self) -> Any:
        sock, address = super().get_request()
        if self.tls is not None:
            sock = self.tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return sock, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        self.left.set()


class Handler(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        while line := self.rfile.readline():
            path = line.split(b" ")[1].decode()
            while self.rfile.readline() not in (b"\r\n", b""):
                pass
            self.server.asked.append(path)
            page = self.server.pages.get(path, reply("", "404 Not Found"))
            if callable(page):
                page(self.send, path)
                return
            self.send(page)

    def send(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()


@contextmanager
def serving(
    pages: dict[str, bytes | Answer], tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    with Server(pages, tls) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def dropping(start: bytes, drop: bytes, every_s: float) -> Answer:
    """Sends a beginning, and then a drop from time to time, without end."""

    def answer(send: Callable[[bytes], None], path: str) -> None:
        send(start)
        while True:
            send(drop)
            time.sleep(every_s)

    return answer


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
HARMFUL: dict[str, bytes | Answer] = {
    "/never": dropping(b"", b"", 0.05),
    "/slow-status": dropping(b"HTTP/1.1 200", b" ", 0.05),
    "/slow-headers": dropping(OK, b"X-Drop: 1\r\n", 0.05),
    "/slow-body": dropping(OK + b"\r\n", b"<p>drop", 0.05),
    "/slow-chunks": dropping(CHUNKED, b"5\r\n<p>ab\r\n", 0.05),
    "/flood": dropping(OK + b"\r\n", b"<p>flood" * 10_000, 0),
    "/chunk-flood": dropping(CHUNKED, b"5\r\n<p>ab\r\n" * 1000, 0),
    "/header-flood": dropping(OK, b"X-Flood: 1\r\n" * 1000, 0),
    "/promise-flood": dropping(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 1000, 0),
    "/bomb": reply(gzip.compress(b" " * 200_000_000), Content_Encoding="gzip"),
    "/circle": moved("/circle"),
    "/file": moved("file:///etc/passwd"),
}


@pytest.mark.parametrize("awaiting", [False, True])
@pytest.mark.parametrize("path", HARMFUL)
def test_nothing_that_a_server_does_takes_longer_than_allowed(path: str, awaiting: bool) -> None:
    with serving(HARMFUL) as server:
        scraper, start = server.scraper(timeout=0.2), time.monotonic()
        with pytest.raises(ScrapeError) as caught:
            fetched(scraper, f"http://{server.address}{path}", awaiting)
        assert time.monotonic() - start < 5
        assert "fault of the library" not in str(caught.value)


def fetched(scraper: WebScraper, link: str, awaiting: bool) -> Page:
    return asyncio.run(scraper.afetch(link)) if awaiting else scraper.fetch(link)


@pytest.mark.parametrize("awaiting", [False, True])
def test_a_page_is_read_over_a_redirect(awaiting: bool) -> None:
    with serving({"/": moved("/tree"), "/tree": reply()}) as server:
        page = fetched(server.scraper(respect_robots=True), f"http://{server.address}", awaiting)
        assert page.title == "Tree pose"
        assert server.asked == ["/robots.txt", "/", "/tree"]
        assert page.timings["connect"] > 0


@pytest.mark.parametrize("awaiting", [False, True])
def test_a_name_is_looked_up_by_the_operating_system(awaiting: bool) -> None:
    with serving({"/": reply()}) as server:
        scraper = server.scraper(allow_private=["127.0.0.0/8", "::1/128"])
        page = fetched(scraper, f"http://localhost:{server.server_address[1]}/", awaiting)
        assert page.title == "Tree pose"


@pytest.mark.parametrize("awaiting", [False, True])
def test_this_machine_is_closed_to_who_has_not_opened_it(awaiting: bool) -> None:
    with serving({"/": reply()}) as server:
        closed = WebScraper(ports=[server.server_address[1]], resolver=lambda host: ["127.0.0.1"])
        for link in (f"http://{server.address}/", "http://inside.example"):
            port = server.server_address[1]
            with pytest.raises(ScrapeError):
                fetched(closed, link if ":" in link[5:] else f"{link}:{port}/", awaiting)
        assert not server.asked


@pytest.mark.parametrize("awaiting", [False, True])
def test_a_port_where_nobody_listens_is_told(awaiting: bool) -> None:
    with serving({}) as server:
        link = f"http://{server.address}/"
        scraper = server.scraper(tries=1)
    with pytest.raises(ScrapeError, match="does not take connections") as caught:
        fetched(scraper, link, awaiting)
    assert caught.value.retryable


@pytest.mark.parametrize("awaiting", [False, True])
def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path, awaiting: bool) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    made += ["-keyout", f"{tmp_path}/key.pem", "-out", f"{tmp_path}/cert.pem"]
    subprocess.run(made, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with serving({"/": reply()}, tls) as server:
        with pytest.raises(
            ScrapeError, match=r"certificate of 127\.0\.0\.1 is not valid"
        ) as caught:
            fetched(server.scraper(), f"https://{server.address}/", awaiting)
        assert not caught.value.retryable
        assert not server.asked


def test_threads_and_event_loops_share_a_scraper() -> None:
    with serving(
        {f"/{each}": reply(HTML.replace("Tree", f"Tree {each}")) for each in range(12)}
    ) as (server):
        scraper = server.scraper()
        links = [f"http://{server.address}/{each}" for each in range(12)]

        def in_a_loop(link: str) -> Page:
            return asyncio.run(scraper.afetch(link))

        with ThreadPoolExecutor(12) as pool:
            blocking = list(pool.map(scraper.fetch, links[:6]))
            awaiting = list(pool.map(in_a_loop, links[6:]))
        titles = [page.title for page in blocking + awaiting]
        assert titles == [f"Tree {each} pose" for each in range(12)]


def test_a_fetch_that_is_cancelled_hangs_up_and_gives_its_turn_on() -> None:
    with serving({"/slow": HARMFUL["/slow-body"], "/tree": reply()}) as server:
        scraper = server.scraper(timeout=30)

        async def cancel() -> Page:
            task = asyncio.create_task(scraper.afetch(f"http://{server.address}/slow"))
            while not server.asked:
                await asyncio.sleep(0.01)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            return await scraper.afetch(f"http://{server.address}/tree")

        assert asyncio.run(cancel()).title == "Tree pose"
        assert server.left.wait(5)
