"""Servers that give too much, too slowly, or something else than HTTP."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yoga_assistant.errors import ScrapeError

from .net import HTML, Fetch, Net, Stream, blocking, moved, refusal, reply


class TestLimits:
    @pytest.mark.parametrize("silent_at", [0, 1, 2])
    def test_a_silent_server_is_given_up(self, net: Net, fetch: Fetch, silent_at: int) -> None:
        sent = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", b"\r\n<html>", b"more"]
        net.pages["example.org/tree"] = [[*sent[:silent_at], b""]]
        error = refusal(fetch, net, timeout=7)
        assert error.retryable
        assert net.now == pytest.approx(7)

    def test_the_deadline_counts_all_hops_together(self, net: Net) -> None:
        def slowly(location: str) -> Callable[[Mapping[str, str]], bytes]:
            def answer(headers: Mapping[str, str]) -> bytes:
                net.now += 3
                return moved(location)

            return answer

        for hop in range(6):
            net.pages[f"example.org/{hop}"] = slowly(f"/{hop + 1}")
        assert "within 8 s" in refusal(blocking, net, "http://example.org/0", timeout=8).message
        assert "example.org/3" not in net.asked

    def test_drops_that_never_end_end_at_the_deadline(self, net: Net, fetch: Fetch) -> None:
        class Drops(list[bytes]):
            def pop(self, index: Any = -1) -> bytes:
                net.now += 0.5
                return (
                    b"x" if net.now > 1 else b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
                )

        net.pages["example.org/tree"] = lambda headers: b""
        stream = Stream.write

        def write(self: Stream, buffer: bytes, timeout: float | None = None) -> None:
            stream(self, buffer, timeout)
            self.chunks = Drops([b"x"])

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Stream, "write", write)
            refusal(fetch, net, timeout=9, respect_robots=False)
        assert 9 <= net.now < 11

    @pytest.mark.parametrize("length", [True, False])
    def test_a_page_that_is_too_large_is_refused(
        self, net: Net, fetch: Fetch, length: bool
    ) -> None:
        big = b"<p>" + b"a" * 200_000
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        head += b"Content-Length: %d\r\n" % len(big) if length else b""
        net.pages["example.org/tree"] = head + b"\r\n" + big
        assert "larger than 100,000 bytes" in refusal(fetch, net, max_bytes=100_000).message

    def test_a_chunked_flood_is_refused_by_what_is_on_the_wire(self, net: Net) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        flood = b"1;" + b"x" * 1000 + b"\r\na\r\n"
        net.pages["example.org/tree"] = head + flood * 1000
        assert "larger than 100,000 bytes" in refusal(blocking, net, max_bytes=100_000).message

    def test_a_bomb_is_refused(self, net: Net, fetch: Fetch) -> None:
        bomb = gzip.compress(b" " * 50_000_000)
        assert len(bomb) < 60_000
        net.pages["example.org/tree"] = reply(bomb, Content_Encoding="gzip")
        assert "larger than" in refusal(fetch, net).message

    @pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "zstd"])
    def test_an_encoding_not_asked_for_is_refused(self, net: Net, encoding: str) -> None:
        net.pages["example.org/tree"] = reply(Content_Encoding=encoding)
        assert "not asked for" in refusal(blocking, net).message

    @pytest.mark.parametrize(
        "head",
        [b"X: " + b"a" * 200_000, b"\r\n".join(b"X-%d: a" % each for each in range(500)),
         b"X: " + b"a" * 70_000],
    )  # fmt: skip
    def test_headers_without_end_are_refused(self, net: Net, fetch: Fetch, head: bytes) -> None:
        net.pages["example.org/tree"] = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + HTML.encode()
        refusal(fetch, net)

    def test_promises_without_end_are_refused(self, net: Net) -> None:
        net.pages["example.org/tree"] = b"HTTP/1.1 102 Processing\r\n\r\n" * 500_000
        assert "larger than" in refusal(blocking, net, max_bytes=200_000).message

    @pytest.mark.parametrize(
        "answer",
        [b"", b"hello", b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/2 200\r\n\r\n",
         b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nContent-Type: text/html\r\n\r\n<p>half",
         b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
         b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
         b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
         b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
         b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nzz\r\n",
         b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", b"\x15\x03\x01\0\2\2\x46"],
    )  # fmt: skip
    def test_what_is_no_http_is_an_error(self, net: Net, fetch: Fetch, answer: bytes) -> None:
        net.pages["example.org/tree"] = answer
        refusal(fetch, net, respect_robots=False)

    @given(st.binary(max_size=300), st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 "]))
    def test_whatever_a_server_sends_ends_in_a_page_or_our_error(
        self, noise: bytes, start: bytes
    ) -> None:
        net = Net(respect_robots=False, tries=1)
        net.pages["example.org/tree"] = start + noise
        try:
            blocking(net)
        except ScrapeError as exc:
            if "fault of the library" in str(exc):
                raise AssertionError("not foreseen") from exc


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "retryable", "said"),
        [("404 Not Found", False, "no such page"), ("410 Gone", False, "no such page"),
         ("401 Unauthorized", False, "let us read"), ("403 Forbidden", False, "let us read"),
         ("400 Bad Request", False, "400"), ("500 Oops", True, "cannot answer now"),
         ("503 Busy", True, "cannot answer now"), ("429 Slow", True, "cannot answer now"),
         ("204 None", False, "204"), ("206 Part", False, "206"), ("304 Same", False, "304"),
         ("300 Many", False, "300"), ("999 Odd", False, "999")],
    )  # fmt: skip
    def test_a_status_is_told_with_what_to_do(
        self, net: Net, fetch: Fetch, status: str, retryable: bool, said: str
    ) -> None:
        net.pages["example.org/tree"] = reply("", status)
        error = refusal(fetch, net)
        assert said in error.message
        assert error.retryable is retryable
