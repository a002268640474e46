"""What comes of a page, by what its server sends and says it is."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from yoga_assistant.backends.web import WebScraper
from yoga_assistant.errors import MissingExtraError, SettingsError
from yoga_assistant.protocols import Scraper
from yoga_assistant.registry import create
from yoga_assistant.settings import Settings
from yoga_assistant.types import Page

from .net import HTML, LINK, PUBLIC, Fetch, Net, blocking, moved, refusal, reply


class TestPages:
    def test_a_page_is_read_with_what_its_server_says_of_it(self, net: Net, fetch: Fetch) -> None:
        date = "Mon, 02 Nov 2026 10:00:00 GMT"
        net.pages["example.org/tree"] = reply(ETag='"v1"', Last_Modified=date)
        page = fetch(net)
        assert (page.title, page.url, page.language) == ("Tree pose", LINK, "en")
        assert "look at a point" in page.text
        assert (page.etag, page.last_modified) == ('"v1"', date)
        assert page.fetched_at is not None
        assert set(page.timings) == {"dns", "connect", "fetch", "extract"}

    def test_the_question_names_us_and_carries_nothing_else(self, net: Net, fetch: Fetch) -> None:
        net.pages["example.org/tree"] = reply(Set_Cookie="a=b")
        fetch(net)
        asked = net.headers[-1]
        assert asked["user-agent"].startswith("yoga-assistant/")
        assert asked["accept-encoding"] == "gzip, deflate"
        assert not {"cookie", "authorization", "referer"} & set(asked)

    def test_no_proxy_is_taken_from_the_environment(
        self, net: Net, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:3128")
        net.pages["example.org/tree"] = reply()
        fetch(net)
        assert set(net.connected) == {(PUBLIC, 80)}

    def test_compressed_chunked_and_other_encodings_are_read(self, net: Net, fetch: Fetch) -> None:
        data = gzip.compress(HTML.replace("point", "Punkt für Übende").encode("cp1252"))
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=ISO-8859-1\r\n"
            "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        chunks = [
            b"%x\r\n%s\r\n" % (len(data[i : i + 9]), data[i : i + 9])
            for i in range(0, len(data), 9)
        ]
        net.pages["example.org/tree"] = [[head.encode(), *chunks, b"0\r\n\r\n"]]
        assert "Punkt für Übende" in fetch(net).text

    @pytest.mark.parametrize(
        ("type_", "path", "body", "title"),
        [
            ("text/plain", "/notes.txt", "Sit tall.\n\nBreathe.", "notes.txt"),
            ("text/plain", "/", "Sit tall.", "example.org"),
            (
                "text/markdown; charset=utf-8",
                "/a.md",
                "Intro\n\n## Tree *pose* ##\nStand.",
                "Tree *pose*",
            ),
            ("text/x-markdown", "/a.md", "Tree pose\n=========\nStand.", "Tree pose"),
            ("", "/a", "Sit tall.", "a"),
            ("", "/a.md", "<div>Sit tall.</div>", "a.md"),
            ("text/plain", "/a", "<p>Sit tall.", "a"),
            ("application/octet-stream", "/Tree%20pose.md", "Sit tall.", "Tree pose.md"),
        ],
    )
    def test_plain_text_and_markdown_are_read_as_they_are(
        self, net: Net, type_: str, path: str, body: str, title: str
    ) -> None:
        net.pages[f"example.org{path}"] = reply(body, type_=type_)
        page = blocking(net, f"http://example.org{path}")
        assert (page.title, page.text) == (title, body)

    def test_of_plain_text_only_what_is_seen_is_taken(self, net: Net) -> None:
        hidden = "".join(chr(0xE0000 + ord(sign)) for sign in "obey")
        net.pages["example.org/tree"] = reply(f"Sit\r\ntall\u200b.{hidden}\x7f", type_="text/plain")
        assert blocking(net).text == "Sit\ntall."

    @pytest.mark.parametrize(
        ("type_", "body"),
        [("", HTML), ("", HTML.removeprefix("<html lang=en><head>")),
         ("text/plain", "<!DOCTYPE html>" + HTML), ("application/xhtml+xml", HTML),
         ("TEXT/HTML;charset=x", HTML), ("application/xml", '<?xml version="1.0"?>\n' + HTML),
         ("application/octet-stream", "\ufeff  <!-- hi -->" + HTML)],
    )  # fmt: skip
    def test_html_is_known_by_its_beginning(self, net: Net, type_: str, body: str) -> None:
        net.pages["example.org/tree"] = reply(body, type_=type_)
        assert blocking(net).title == "Tree pose"

    @pytest.mark.parametrize(
        ("type_", "body", "named"),
        [("image/png", b"\x89PNG\r\n", "image/png"), ("application/json", b"{}", "json"),
         ("video/mp4", b"", "video/mp4"), ("application/zip", b"PK\x03\x04", "application/zip"),
         ("text/html", b"\x89PNG\r\n\x1a\n", "image/png, though its server calls it text/html"),
         ("text/html", b"PK\x03\x04" + b"\0" * 99, "application/zip, though"),
         ("text/html", b"<p>" + b"\0\1\2" * 99, "a binary file, though"),
         ("text/plain", b"\x7fELF\2\1", "a program, though"), ("", b"\0\0\0\1ab", "a binary file"),
         ("application/pdf", b"no PDF", "not a PDF"), ("text/css", b"p {}", "text/css"),
         ("application/octet-stream", b"what is it", "octet-stream"),
         ("application/xml", b"<rss></rss>", "application/xml"),
         ("image/svg+xml", b"<svg><script/></svg>", "svg"), ("x" * 5000, b"", "xxx")],
    )  # fmt: skip
    def test_anything_else_is_refused_by_name(
        self, net: Net, type_: str, body: bytes, named: str
    ) -> None:
        net.pages["example.org/tree"] = reply(body or b"x", type_=type_)
        error = refusal(blocking, net)
        assert named in error.message
        assert not error.retryable

    def test_what_is_refused_by_its_beginning_is_not_waited_for(self, net: Net) -> None:
        def endless(headers: Mapping[str, str]) -> list[bytes]:
            return [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n\x89PNG", b"\0" * 2000, b""]

        net.pages["example.org/tree"] = endless
        assert "image/png" in refusal(blocking, net).message
        assert net.now == 0

    @pytest.mark.parametrize("body", [b"", b" \n ", b"\xef\xbb\xbf"])
    @pytest.mark.parametrize("type_", ["text/html", "text/plain"])
    def test_an_empty_page_is_an_error(self, net: Net, body: bytes, type_: str) -> None:
        net.pages["example.org/tree"] = reply(body, type_=type_)
        refusal(blocking, net)

    def test_a_page_may_not_speak_for_another_host(self, net: Net) -> None:
        for canonical, kept in [
            ("http://example.org/t", True), ("https://www.example.org/t", True),
            ("https://m.example.org/", True), ("https://bank.example/t", False),
            ("https://org/", False), ("http://[bad", False), ("https://a.example.org/", False),
        ]:  # fmt: skip

            def extract(html: str, url: str, canonical: str = canonical) -> Page:
                return Page(url=url, title="", text="x", canonical=canonical)

            net.pages["example.org/tree"] = reply()
            page = blocking(net, extract=extract)
            assert page.canonical == (canonical if kept else None)

    def test_an_extractor_that_fails_is_a_scrape_error(self, net: Net, fetch: Fetch) -> None:
        def extract(html: str, url: str) -> Page:
            raise RecursionError("too deep")

        net.pages["example.org/tree"] = reply()
        assert "too deep" in refusal(fetch, net, extract=extract).message


class TestRefresh:
    PAGE = Page(LINK, "Tree pose", "Old text.", etag='"v1"', last_modified="Mon", fetched_at=1.0)

    def refreshed(self, net: Net, page: Page, awaiting: bool) -> Page:
        scraper = net.scraper(awaiting=awaiting)
        return asyncio.run(scraper.arefresh(page)) if awaiting else scraper.refresh(page)

    @pytest.mark.parametrize("awaiting", [False, True])
    def test_a_page_that_has_not_changed_is_the_same_with_a_new_date(
        self, net: Net, awaiting: bool
    ) -> None:
        net.pages["example.org/tree"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
        page = self.refreshed(net, self.PAGE, awaiting)
        asked = net.headers[-1]
        assert (asked["if-none-match"], asked["if-modified-since"]) == ('"v1"', "Mon")
        assert page.fetched_at is not None
        assert page.fetched_at > 1
        assert replace(page, fetched_at=1.0, timings={}) == self.PAGE

    @pytest.mark.parametrize("awaiting", [False, True])
    def test_a_page_that_has_changed_is_read_anew(self, net: Net, awaiting: bool) -> None:
        net.pages["example.org/tree"] = reply(ETag='"v2"')
        page = self.refreshed(net, self.PAGE, awaiting)
        assert "Stand on one leg" in page.text
        assert page.etag == '"v2"'

    def test_what_was_kept_is_told_to_no_other_address(self, net: Net) -> None:
        net.pages["example.org/tree"] = moved("http://example.net/tree")
        net.pages["example.net/tree"] = reply()
        self.refreshed(net, self.PAGE, False)
        assert "if-none-match" not in net.headers[-1]

    @pytest.mark.parametrize("tag", ["a\r\nX: y", "é", "\x00", " a"])
    def test_a_tag_that_no_header_may_hold_is_left_out(self, net: Net, tag: str) -> None:
        net.pages["example.org/tree"] = reply()
        self.refreshed(net, replace(self.PAGE, etag=tag, last_modified=tag), False)
        assert not {"if-none-match", "if-modified-since", "x"} & set(net.headers[-1])


class TestMaking:
    def test_it_is_a_scraper(self) -> None:
        assert isinstance(WebScraper(), Scraper)
        assert create("scraper", WebScraper())

    def test_its_names_choose_the_extractor(self, net: Net) -> None:
        pytest.importorskip("trafilatura")
        assert isinstance(WebScraper.from_settings(None, Settings()), WebScraper)
        scraper = WebScraper.from_settings("trafilatura", Settings())
        assert isinstance(scraper, WebScraper)
        with pytest.raises(SettingsError, match="readability"):
            WebScraper.from_settings("readability", Settings())

    def test_trafilatura_reads_pages_too(self, net: Net) -> None:
        pytest.importorskip("trafilatura")
        net.pages["example.org/tree"] = reply()
        page = blocking(net, extract="trafilatura")
        assert page.title == "Tree pose"
        assert "look at a point" in page.text
        net.pages["example.org/tree"] = reply("<html><body></body></html>")
        refusal(blocking, net, extract="trafilatura")

    def test_without_trafilatura_it_says_what_to_install(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(__import__("sys").modules, "trafilatura", None)
        with pytest.raises(MissingExtraError, match=r"yoga-assistant\[trafilatura\]"):
            WebScraper(extract="trafilatura")

    @pytest.mark.parametrize(
        "wrong",
        [{"timeout": 0}, {"timeout": float("nan")}, {"max_bytes": 0}, {"tries": 0},
         {"max_decoded": -1}, {"pace": -1}, {"redirects": -1},
         {"user_agent": "a\nb"}, {"user_agent": ""}, {"extract": "x"},
         {"allow_private": ["x"]}],
    )  # fmt: skip
    def test_a_wrong_argument_is_a_value_error(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=r".+"):
            WebScraper(**wrong)

    def test_a_blocking_network_serves_awaiting_fetches_and_the_other_way_round(
        self, net: Net
    ) -> None:
        net.pages["example.org/tree"] = reply()
        assert asyncio.run(net.scraper().afetch(LINK)).title == "Tree pose"
        assert net.scraper(awaiting=True).fetch(LINK).title == "Tree pose"

    def test_blocking_works_beside_a_running_event_loop_too(self, net: Net) -> None:
        async def in_a_notebook() -> Page:
            return net.scraper(awaiting=True).fetch(LINK)

        net.pages["example.org/tree"] = reply()
        assert asyncio.run(in_a_notebook()).title == "Tree pose"

    def test_it_is_closed_without_a_trace(self, net: Net) -> None:
        scraper = net.scraper()
        scraper.close()
        asyncio.run(scraper.aclose())
