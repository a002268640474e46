"""What a site may expect of us: its robots.txt, a gap, and few tries."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from yoga_assistant.backends.web import WebScraper
from yoga_assistant.errors import ScrapeError
from yoga_assistant.types import Page

from .net import LINK, Fetch, Net, blocking, moved, refusal, reply


class TestRetries:
    @pytest.mark.parametrize("status", ["429 Slow", "502 Bad", "503 Busy", "504 Late"])
    def test_a_busy_server_is_asked_again(self, net: Net, fetch: Fetch, status: str) -> None:
        net.pages["example.org/tree"] = [reply("", status), reply("", status), reply()]
        assert fetch(net).title == "Tree pose"
        assert len(net.slept) == 2
        assert 0.25 <= net.slept[0] <= 0.75 <= 2 * net.slept[1]

    def test_but_not_for_ever(self, net: Net) -> None:
        net.pages["example.org/tree"] = reply("", "503 Busy")
        refusal(blocking, net, tries=2)
        assert net.asked.count("example.org/tree") == 2

    @pytest.mark.parametrize("status", ["400 Bad", "404 None", "500 Oops", "403 No"])
    def test_other_answers_are_final(self, net: Net, status: str) -> None:
        net.pages["example.org/tree"] = [reply("", status), reply()]
        refusal(blocking, net)
        assert not net.slept

    def test_the_server_says_when(self, net: Net, fetch: Fetch) -> None:
        net.pages["example.org/tree"] = [reply("", "503 Busy", Retry_After="4"), reply()]
        fetch(net)
        assert net.slept == [4]

    def test_also_by_a_date(self, net: Net) -> None:
        later = format_datetime(datetime.now(UTC) + timedelta(seconds=5), usegmt=True)
        net.pages["example.org/tree"] = [reply("", "503 Busy", Retry_After=later), reply()]
        blocking(net)
        assert 2 < net.slept[0] <= 5

    @pytest.mark.parametrize("asked", ["11", "3600", "9" * 40, "Fri, 01 Jan 2100 00:00:00 GMT"])
    def test_who_asks_for_too_long_is_left_alone(self, net: Net, asked: str) -> None:
        net.pages["example.org/tree"] = [reply("", "429 Slow", Retry_After=asked), reply()]
        error = refusal(blocking, net)
        assert error.retryable
        assert "try again in" in str(error)
        assert not net.slept

    @pytest.mark.parametrize("asked", ["soon", "-5", "1e9", "Mon, 1 Jan 2024 00:00 +9999999999999"])
    def test_nonsense_for_a_time_is_passed_over(self, net: Net, asked: str) -> None:
        net.pages["example.org/tree"] = [reply("", "503 Busy", Retry_After=asked), reply()]
        blocking(net)
        assert net.slept[0] < 1

    def test_no_pause_outlasts_the_deadline(self, net: Net) -> None:
        net.pages["example.org/tree"] = [reply("", "503 Busy", Retry_After="4"), reply()]
        refusal(blocking, net, timeout=3)
        assert not net.slept

    def test_a_refused_connection_is_tried_again(self, net: Net, fetch: Fetch) -> None:
        net.refused = {80: 2}
        net.pages["example.org/tree"] = reply()
        assert fetch(net).title == "Tree pose"
        assert len(net.slept) == 2

    def test_a_host_that_takes_none_is_told(self, net: Net, fetch: Fetch) -> None:
        net.refused = {80: 99}
        error = refusal(fetch, net)
        assert "does not take connections" in error.message
        assert error.retryable
        assert len(net.connected) == 3


class TestRobots:
    def test_a_host_that_is_not_there_is_told_without_its_robots_txt(
        self, net: Net, fetch: Fetch
    ) -> None:
        error = refusal(fetch, net, "https://nowhere.example.net/page")
        assert "robots" not in error.message
        assert "nowhere.example.net" in error.message

    def test_a_site_may_forbid_its_pages(self, net: Net, fetch: Fetch) -> None:
        rules = "\ufeffUser-agent: *\nDisallow: /tree\nAllow: /tree/leaf"
        net.pages["example.org/robots.txt"] = reply(rules, type_="text/plain")
        net.pages["example.org/tree/leaf"] = reply()
        assert "robots.txt" in refusal(fetch, net).message
        assert "example.org/tree" not in net.asked
        assert fetch(net, "http://example.org/tree/leaf").title == "Tree pose"

    def test_one_switch_reads_them_all_the_same(self, net: Net, fetch: Fetch) -> None:
        net.pages["example.org/robots.txt"] = reply("User-agent: *\nDisallow: /")
        net.pages["example.org/tree"] = reply()
        assert fetch(net, respect_robots=False).title == "Tree pose"
        assert net.asked == ["example.org/tree"]

    @pytest.mark.parametrize("name", ["yoga-assistant", "Yoga-Assistant/1.0", "YOGA-ASSISTANT"])
    def test_a_site_may_speak_of_us_by_name(self, net: Net, name: str) -> None:
        rules = f"User-agent: *\nDisallow: /\n\nUser-agent: {name}\nDisallow: /private"
        net.pages["example.org/robots.txt"] = reply(rules)
        net.pages["example.org/tree"] = net.pages["example.org/private"] = reply()
        assert blocking(net).title == "Tree pose"
        assert "robots.txt" in refusal(blocking, net, "http://example.org/private").message

    def test_what_is_said_of_others_does_not_concern_us(self, net: Net) -> None:
        net.pages["example.org/robots.txt"] = reply("User-agent: GPTBot\nDisallow: /")
        net.pages["example.org/tree"] = reply()
        assert blocking(net).title == "Tree pose"

    @pytest.mark.parametrize("status", ["404 None", "403 No", "401 No", "410 Gone"])
    def test_a_site_without_rules_allows_all(self, net: Net, status: str) -> None:
        net.pages["example.org/robots.txt"] = reply("", status)
        net.pages["example.org/tree"] = reply()
        assert blocking(net).title == "Tree pose"

    @pytest.mark.parametrize("status", ["500 Oops", "503 Busy", "429 Slow"])
    def test_rules_that_cannot_be_had_now_forbid_for_now(
        self, net: Net, fetch: Fetch, status: str
    ) -> None:
        net.pages["example.org/robots.txt"] = reply("", status)
        net.pages["example.org/tree"] = reply()
        error = refusal(fetch, net)
        assert error.retryable
        assert "robots.txt" in error.message
        assert "example.org/tree" not in net.asked

    def test_silence_about_rules_takes_half_the_time_at_most(self, net: Net) -> None:
        net.pages["example.org/robots.txt"] = [[b""]]
        error = refusal(blocking, net, timeout=8)
        assert "robots.txt" in error.message
        assert net.now == pytest.approx(4)

    def test_rules_are_kept_for_an_hour(self, net: Net) -> None:
        net.pages["example.org/tree"] = reply()
        scraper = net.scraper()
        for seconds in (0, 3000, 500, 200):
            net.now += seconds
            scraper.fetch(LINK)
        assert net.asked.count("example.org/robots.txt") == 2
        scraper.close()
        scraper.fetch(LINK)
        assert net.asked.count("example.org/robots.txt") == 3

    def test_rules_are_found_through_redirects(self, net: Net, fetch: Fetch) -> None:
        net.pages["example.org/robots.txt"] = moved("https://www.example.org/robots.txt")
        net.pages["www.example.org/robots.txt"] = reply("User-agent: *\nDisallow: /")
        assert "robots.txt" in refusal(fetch, net).message

    def test_each_host_on_the_way_is_asked(self, net: Net) -> None:
        net.pages["example.org/tree"] = moved("http://example.net/tree")
        net.pages["example.net/robots.txt"] = reply("User-agent: *\nDisallow: /tree")
        assert "example.net does not want" in refusal(blocking, net).message

    def test_of_endless_rules_the_beginning_counts(self, net: Net) -> None:
        rules = b"User-agent: *\nDisallow: /tree\n" + b"# and so on\n" * 400_000
        net.pages["example.org/robots.txt"] = reply(rules)
        assert "robots.txt" in refusal(blocking, net).message

    def test_a_crowd_of_names_and_rules_takes_no_time(self, net: Net) -> None:
        names = "".join(f"User{' -'[each % 2]}agent: bot{each}\n" for each in range(15_000))
        rules = "".join(f"Disallow: /{each}*b$\n" for each in range(10_000))
        net.pages["example.org/robots.txt"] = reply(f"{names}{rules}User-agent: *\nDisallow: /tree")
        started = datetime.now(UTC)
        assert "robots.txt" in refusal(blocking, net).message
        assert datetime.now(UTC) - started < timedelta(seconds=5)


class TestPace:
    def test_two_fetches_from_a_host_have_a_gap(self, net: Net, fetch: Fetch) -> None:
        net.pages["example.org/tree"] = net.pages["example.net/tree"] = reply()
        scraper = net.scraper(pace=2)
        scraper.fetch(LINK)
        scraper.fetch("http://example.net/tree")
        assert not net.slept
        net.now += 0.5
        scraper.fetch(LINK)
        assert net.slept == [1.5]

    def test_the_hops_of_one_fetch_have_none(self, net: Net) -> None:
        net.pages["example.org/tree"] = moved("/a")
        net.pages["example.org/a"] = moved("https://example.org/b")
        net.pages["example.org/b"] = reply()
        blocking(net)
        assert not net.slept

    def test_a_failure_gives_the_turn_on(self, net: Net) -> None:
        scraper = net.scraper(pace=0)
        for _ in range(3):
            with pytest.raises(ScrapeError, match="no such page"):
                scraper.fetch(LINK)

    def test_one_host_is_asked_by_one_fetch_at_a_time(self) -> None:
        net, inside, most = Net(pace=0, sleep=None), [], []

        def answer(headers: Mapping[str, str]) -> bytes:
            inside.append(1)
            most.append(len(inside))
            threading.Event().wait(0.02)
            inside.pop()
            return reply()

        net.pages["example.org/tree"] = answer
        net.pages["example.org/robots.txt"] = answer
        scraper = net.scraper()
        with ThreadPoolExecutor(8) as pool:
            awaited = pool.submit(lambda: asyncio.run(_all(scraper, 4)))
            pages = list(pool.map(scraper.fetch, [LINK] * 6))
            pages += awaited.result()
        assert [page.title for page in pages] == ["Tree pose"] * 10
        assert max(most) == 1

    def test_who_waits_too_long_is_told_and_blocks_nobody(self) -> None:
        net, free = Net(pace=0), threading.Event()

        def answer(headers: Mapping[str, str]) -> bytes:
            free.wait(10)
            return reply()

        net.pages["example.org/tree"] = answer
        patient = net.scraper(timeout=30, respect_robots=False)
        hasty = net.scraper(timeout=0.1, respect_robots=False)
        hasty._house.turns._lines = patient._house.turns._lines
        with ThreadPoolExecutor() as pool:
            first = pool.submit(patient.fetch, LINK)
            while not net.asked:
                threading.Event().wait(0.01)
            with pytest.raises(ScrapeError, match="other fetches"):
                hasty.fetch(LINK)
            with pytest.raises(ScrapeError, match="other fetches"):
                asyncio.run(hasty.afetch(LINK))
            free.set()
            assert first.result().title == "Tree pose"
        assert patient.fetch(LINK).title == "Tree pose"


async def _all(scraper: WebScraper, count: int) -> list[Page]:
    return await asyncio.gather(*(scraper.afetch(LINK) for _ in range(count)))
