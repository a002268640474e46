"""Which way a fetch goes: schemes, redirects, names and addresses."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest

from yoga_assistant.errors import ScrapeError

from .net import PUBLIC, Fetch, Net, blocking, moved, refusal, reply


class TestWays:
    def test_without_a_scheme_https_comes_first(self, net: Net, fetch: Fetch) -> None:
        net.pages["example.org/tree"] = reply()
        assert fetch(net, "example.org/tree").url == "https://example.org/tree"
        assert set(net.connected) == {(PUBLIC, 443)}

    @pytest.mark.parametrize("tls", [True, False])
    def test_and_http_where_https_is_not_to_be_had(self, fetch: Fetch, tls: bool) -> None:
        net = Net()
        net.refused = {443: 99} if tls else {}
        net.pages["example.org:8080/tree"] = net.pages["example.org/tree"] = reply()
        link = "example.org/tree" if tls else "example.org:8080/tree"
        assert fetch(net, link).url == f"http://{link}"
        assert not net.slept

    def test_a_link_that_says_https_is_never_left_for_http(self, net: Net) -> None:
        net.refused = {443: 99}
        net.pages["example.org/tree"] = reply()
        assert refusal(blocking, net, "https://example.org/tree").retryable
        assert {port for _, port in net.connected} == {443}

    def test_nor_by_a_redirect_whose_https_is_tried_instead(self, net: Net) -> None:
        net.pages["https://example.org/tree"] = moved("http://example.org/tree/")
        net.pages["https://example.org/tree/"] = reply()
        net.pages["https://example.org/other"] = moved("http://example.org:8080/")
        net.pages["https://example.org/round"] = moved("http://example.org/round")
        link = "https://example.org/tree"
        assert blocking(net, link).url == "https://example.org/tree/"
        assert "without encryption" in refusal(blocking, net, "https://example.org/other").message
        assert "circle" in refusal(blocking, net, "https://example.org/round").message
        assert {port for _, port in net.connected} == {443}

    @pytest.mark.parametrize("status", ["301", "302", "303", "307", "308"])
    @pytest.mark.parametrize(
        ("location", "url"),
        [("/b", "http://example.org/b"), ("b?c=d", "http://example.org/b?c=d"),
         ("//example.net/b", "http://example.net/b"), ("?b", "http://example.org/tree?b"),
         ("https://example.net/b", "https://example.net/b"), ("../b", "http://example.org/b"),
         ("/é b", "http://example.org/%C3%A9%20b"),
         ("HTTP://EXAMPLE.NET", "http://example.net/")],
    )  # fmt: skip
    def test_redirects_are_followed(self, net: Net, status: str, location: str, url: str) -> None:
        net.pages["example.org/tree"] = moved(location, f"{status} Moved")
        net.pages[url.removeprefix("http://")] = reply()
        assert blocking(net).url == url

    def test_five_redirects_are_followed_and_no_more(self, net: Net, fetch: Fetch) -> None:
        for hop in range(6):
            net.pages[f"example.org/{hop}"] = moved(f"/{hop + 1}")
        net.pages["example.org/6"] = reply()
        assert fetch(net, "http://example.org/1").url == "http://example.org/6"
        assert "more than 5" in refusal(fetch, net, "http://example.org/0").message

    def test_a_circle_is_seen_at_once(self, net: Net, fetch: Fetch) -> None:
        net.pages["example.org/tree"] = moved("/other")
        net.pages["example.org/other"] = moved("/tree#again")
        assert "circle" in refusal(fetch, net).message
        assert len(net.asked) == 3  # robots.txt, and each once

    @pytest.mark.parametrize(
        "location",
        ["file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "ftp://example.org/",
         "http://user:pw@example.org/", "http://127.0.0.1/", "//localhost/", "http://[::1]/",
         "http://169.254.169.254/latest/meta-data/", "http://example.org:22/", "//2130706433/",
         "\\\\127.0.0.1\\x", "/a\\b", "http:/127.0.0.1/", "http:127.0.0.1", "//[bad/",
         "http://0x7f.1/", "//10.0.0.1:80/", "///127.0.0.1/x".replace("///", "http:///"), ""],
    )  # fmt: skip
    def test_redirects_to_where_no_link_may_lead_are_refused(
        self, net: Net, fetch: Fetch, location: str
    ) -> None:
        net.pages["example.org/tree"] = moved(location)
        assert not refusal(fetch, net).retryable
        assert {address for address, _ in net.connected} == {PUBLIC}

    def test_two_redirects_in_one_answer_are_refused(self, net: Net) -> None:
        net.pages["example.org/tree"] = b"HTTP/1.1 302 F\r\nLocation: /a\r\nLocation: /b\r\n\r\n"
        refusal(blocking, net)

    def test_a_control_sign_in_a_redirect_is_refused(self, net: Net) -> None:
        for sign in (b"\x01", b"\t", b"\x7f", b"\xc2\x85", b"\xe2\x80\x8b"):
            net.pages["example.org/tree"] = b"HTTP/1.1 302 F\r\nLocation: /a%sb\r\n\r\n" % sign
            refusal(blocking, net)


class TestNames:
    def test_a_name_is_looked_up_once_and_its_address_connected_to(
        self, net: Net, fetch: Fetch
    ) -> None:
        net.answers["example.org"] = [[PUBLIC], ["127.0.0.1"], ["10.0.0.1"]]
        net.pages["example.org/tree"] = reply()
        fetch(net, respect_robots=False)
        assert net.names == ["example.org"]
        assert net.connected == [(PUBLIC, 80)]
        assert net.headers[-1]["host"] == "example.org"

    def test_a_second_try_is_judged_anew(self, net: Net, fetch: Fetch) -> None:
        net.answers["example.org"] = [[PUBLIC], ["127.0.0.1"]]
        net.refused = {80: 1}
        assert "not on the public internet" in refusal(fetch, net).message
        assert net.connected == [(PUBLIC, 80)]

    def test_so_is_the_next_hop_and_each_robots_txt(self, net: Net) -> None:
        net.answers |= {"inside.example": ["10.0.0.1"], "split.example": [PUBLIC, "::1"]}
        for where in ("http://inside.example/", "https://split.example/"):
            net.pages["example.org/tree"] = moved(where)
            assert "not on the public internet" in refusal(blocking, net).message
            net.pages["example.org/robots.txt"] = moved(f"{where}robots.txt")
            assert "not on the public internet" in refusal(blocking, net).message
            del net.pages["example.org/robots.txt"]
        assert {address for address, _ in net.connected} == {PUBLIC}

    def test_the_next_address_is_taken_where_one_does_not_answer(self, net: Net) -> None:
        net.answers["example.org"] = ["2606:4700::1", PUBLIC]
        net.refused = {80: 1}
        net.pages["example.org/tree"] = reply()
        blocking(net, respect_robots=False)
        assert net.connected == [("2606:4700::1", 80), (PUBLIC, 80)]
        assert not net.slept

    def test_a_name_that_nobody_knows_is_an_error(self, net: Net, fetch: Fetch) -> None:
        net.answers["example.org"] = OSError("no such name")
        assert "no server is known" in refusal(fetch, net, "example.org/tree").message

    def test_a_name_server_that_hangs_is_given_up(self, fetch: Fetch) -> None:
        done = threading.Event()

        def hang(host: str) -> Sequence[str]:
            done.wait(60)
            return [PUBLIC]

        net = Net()
        with pytest.raises(ScrapeError, match=r"within 0\.2 s") as caught:
            fetch(net, resolver=hang, timeout=0.2, clock=time.monotonic)
        done.set()
        assert caught.value.retryable
        assert not net.connected
