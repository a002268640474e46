"""What of a page is taken, and how it is written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yoga_assistant.backends.html import extract
from yoga_assistant.errors import ScrapeError

URL = "https://www.example.org/crow"
CROW = "Crow pose is an arm balance that asks for strong wrists and a steady gaze."


def text_of(body: str) -> str:
    return extract(f"<html><body>{body}</body></html>", URL).text


def test_headings_paragraphs_and_breaks_are_markdown() -> None:
    text = text_of(f"<h1>Crow</h1><p>{CROW}</p><h2>How to</h2><p>Squat low.<br><br>Lean in.</p>")
    assert text == f"# Crow\n\n{CROW}\n\n## How to\n\nSquat low.\n\nLean in."


def test_a_list_keeps_its_levels() -> None:
    text = text_of(f"<p>{CROW}</p><ul><li>a mat<li>a block<ul><li>of cork</ul><li>time</ul>")
    assert text == f"{CROW}\n\n- a mat\n- a block\n  - of cork\n- time"


def test_a_table_of_data_keeps_its_rows_and_cells() -> None:
    text = text_of(
        f"<p>{CROW}</p><table><tr><th>Pose<th>Name<tr><td>Crow<td><p>Baka|asana</p></table>"
    )
    assert text == f"{CROW}\n\n| Pose | Name |\n| --- | --- |\n| Crow | Baka\\|asana |"


def test_a_table_that_only_places_boxes_is_no_table() -> None:
    text = text_of(f"<table><tr><td><h1>Crow</h1><p>{CROW}</p></td></tr></table>")
    assert text == f"# Crow\n\n{CROW}"


def test_code_keeps_its_lines() -> None:
    text = text_of(f"<p>{CROW}</p><pre>inhale\n  exhale</pre>")
    assert text.endswith("```\ninhale\n  exhale\n```")


@pytest.mark.parametrize(
    "chrome",
    [
        "<nav><a href=/>SECRET home</a></nav>",
        "<header><nav>SECRET menu</nav></header>",
        "<footer>SECRET, all rights reserved</footer>",
        "<aside><h3>SECRET</h3><a href=/sleep>Ten poses for sleep</a></aside>",
        "<div class='social-share'>SECRET this</div>",
        "<div id=comments><p>SECRET, thank you for this</p></div>",
        "<form><label>SECRET <input></label><select><option>SECRET</select></form>",
        "<script>SECRET</script><style>SECRET{}</style>",
        "<svg><title>SECRET</title><text>SECRET</text></svg>",
    ],
)
@pytest.mark.parametrize("paragraphs", [2, 30])
def test_what_stands_around_the_text_is_left_out(chrome: str, paragraphs: int) -> None:
    body = "".join(f"<p>In breath {n}, {CROW.lower()}</p>" for n in range(paragraphs))
    text = text_of(f"{chrome}<article><h1>Crow</h1>{body}</article>{chrome}")
    assert "SECRET" not in text
    assert text.count("In breath") == paragraphs


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>SECRET</p>",
        "<p aria-hidden=true>SECRET</p>",
        "<p style='display: none'>SECRET</p>",
        "<span style='VISIBILITY: hidden'>SECRET</span>",
        "<span style='font-size:0'>SECRET</span>",
        "<div style='width:0;height:0;overflow:hidden'>SECRET</div>",
        "<div style='position:absolute; left:-9999px'>SECRET</div>",
        "<div style='text-indent:-9999px'>SECRET</div>",
        "<div style='opacity:0'>SECRET</div>",
        "<p style='color:#fff;background:white'>SECRET</p>",
        "<p style='color:#eee;background-color:#eee'>SECRET</p>",
        "<p class='sr-only'>SECRET</p>",
        "<!-- SECRET --><noscript>SECRET</noscript><template>SECRET</template>",
        "<div style=display:none><div><p>SECRET</p></div></div>",
    ],
)
def test_what_a_reader_does_not_see_is_not_taken(hidden: str) -> None:
    assert text_of(f"<p>{CROW}</p>{hidden}") == CROW


def test_a_page_of_hidden_text_alone_is_an_error() -> None:
    with pytest.raises(ScrapeError, match="no text to read"):
        text_of(f"<div style='display:none'>{CROW * 20}</div>")


def test_what_a_click_unfolds_is_shown() -> None:
    folded = "Squat, lean forward and lift one foot, then the other."
    text = text_of(
        f"<p>{CROW}</p><button aria-controls=how>How</button><div id=how hidden>{folded}</div>"
    )
    assert text == f"{CROW}\n\n{folded}"


def test_a_forum_that_keeps_its_text_for_readers_without_scripts_is_read() -> None:
    posts = "".join(f"<p>Post {n}: {CROW}</p>" for n in range(10))
    text = text_of(f"<script>run()</script><noscript>{posts}</noscript>")
    assert text.count("arm balance") == 10


def test_invisible_characters_go_and_letters_are_composed() -> None:
    hidden = "".join(map(chr, (0x200B, 0x202E, 0xAD, 0xFEFF, 0xE0041, 0x7)))
    text = text_of(f"<p>{CROW} Cafe\N{COMBINING ACUTE ACCENT} br{hidden}eath &#x200b;&#1;done.</p>")
    assert text == f"{CROW} Caf\u00e9 breath done."
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize(
    "body",
    [
        "<div id=root></div><script src=app.js></script>",
        "<div id=root>Loading ...</div><script src=app.js></script>",
        "<noscript>You need to enable JavaScript to run this app.</noscript><script>1</script>",
        "<p>Please enable JavaScript in your browser, and then load this page again.</p><script>",
    ],
)
def test_a_page_that_needs_scripts_is_an_error_that_says_so(body: str) -> None:
    head = "<meta property=og:description content='All of yoga, for everybody, every day, free.'>"
    with pytest.raises(ScrapeError, match="scripts") as error:
        extract(f"<html><head>{head}</head><body>{body}</body></html>", URL)
    assert "JavaScript" in str(error.value)
    assert error.value.url == URL


@pytest.mark.parametrize("html", ["", " \n", "<html></html>", "<p>Hello.</p>", "\0", "<frameset>"])
def test_an_empty_page_is_an_error(html: str) -> None:
    with pytest.raises(ScrapeError, match="no text to read"):
        extract(html, URL)


_TAGS = st.sampled_from(
    "p div b a table tr td li ul h1 pre svg math title template select option button form"
    " noscript plaintext script style textarea frameset body html br x-y blockquote".split()
)
_MARKUP = st.lists(
    st.one_of(
        _TAGS.map("<{}>".format),
        _TAGS.map("</{}>".format),
        _TAGS.map("<{} class='post content' style='color:red' id=a>".format),
        st.sampled_from(
            ["<!--", "-->", "<![CDATA[", "&#0;", "&amp", "<", '<a b="', "\ud800", CROW]
        ),
        st.text(max_size=8),
    ),
    max_size=40,
).map("".join)


@given(_MARKUP)
@settings(max_examples=300, deadline=None)
def test_any_markup_gives_text_or_says_why_not(html: str) -> None:
    try:
        page = extract(html, URL)
    except ScrapeError:
        return
    assert len(page.text) >= 40
    assert page.text.encode()
    assert unicodedata.is_normalized("NFC", page.text)
