"""Pages made to hurt: each ends in time and within its memory, with text or a clear error."""

from __future__ import annotations

import subprocess
import sys
from time import perf_counter

import pytest

from yoga_assistant.backends.html import extract
from yoga_assistant.errors import ScrapeError

URL = "https://example.org/"
SECONDS = 2.0
MEGABYTES = 500

HOSTILE = {
    "deep": "'<div>' * 300_000",
    "formatting": "''.join(f'<b x={i}><p>' for i in range(20_000))",
    "formatting, closed late": "'<b>' * 190 + '<p>x' * 35_000",
    "links in links": "'<a href=x><div>' * 20_000",
    "attributes": "'<a ' + ' '.join(f'a{i}' for i in range(500_000)) + '>'",
    "a large attribute": "'<p title=\"' + 'y' * 7_000_000 + '\">crow pose ' * 9",
    "text": "'<p>' + 'crow ' * 1_500_000",
    "tables": "'<table><tr><td>' * 20_000",
    "misnested": "'<table><a>x<b>' * 10_000",
    "options": "'<select>' + '<option>x' * 39_000",
    "foreign": "'<svg><math><mi>' * 13_000",
    "templates": "'<template>' * 39_000",
    "framesets": "'<frameset>' * 39_000",
    "plaintext": "'<plaintext>' + '<b>' * 900_000",
    "nothing": "'\\0' * 7_000_000",
    "entities": "'&amp;&notit;&#x10ffff;' * 300_000",
    "scripts": "'<script><!--<script></script>' * 100_000",
    "styles": "('<p style=\"' + 'width:0;' * 20 + '\">x') * 39_000",
    "breaks": "'a<br>' * 39_000",
}
CHILD = """
import sys, time
from yoga_assistant.backends.html import extract
from yoga_assistant.errors import ScrapeError
html = eval(sys.argv[1])
started = time.process_time()
try:
    extract(html, "https://example.org/")
except ScrapeError:
    pass
seconds = time.process_time() - started
# ru_maxrss would count the parent: the peak outlives the exec of a child made by vfork.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(seconds, int(peak.split()[1]) / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
@pytest.mark.parametrize("markup", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_page_ends_soon_and_small(markup: str) -> None:
    command = [sys.executable, "-c", CHILD, markup]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<div>" * 600, "nests more than 512 elements"),
        ("<p>" * 40_001, "more than 40,000 tags"),
        ("<p " + " ".join(f"a{n}=1" for n in range(300)) + ">", "more than 256 attributes"),
        ("".join(f"<b x={n}>" for n in range(201)), "more than 200 formatting tags open"),
        ("x" * 8_000_001, "more than 8,000,000 characters"),
    ],
)
def test_what_would_hurt_is_refused_by_name(html: str, fault: str) -> None:
    started = perf_counter()
    with pytest.raises(ScrapeError, match=fault) as error:
        extract(html, URL)
    assert perf_counter() - started < SECONDS
    assert error.value.url == URL


def test_a_large_honest_page_is_read() -> None:
    words = "Breathe in, breathe out, and let the shoulders sink."
    body = "".join(f"<div class=text><p>{n}. {words}</p></div>" for n in range(9_000))
    assert extract(f"<h1>Breath</h1>{body}", URL).text.count("shoulders") > 8_000
