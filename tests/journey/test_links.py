"""What a person asked and what they pasted into it are told apart."""

import re
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yoga_assistant.journey.links import split_links


def test_a_bracket_that_only_points_at_a_link_goes_with_it() -> None:
    assert split_links("Is this ok? (see example.org/poses)") == (
        "Is this ok?",
        ["example.org/poses"],
    )


def test_a_question_without_links_is_left_as_it_is() -> None:
    question = "How  do I\nenter crow pose (bakasana)?"
    assert split_links(question) == (question, [])


def test_a_link_in_mid_sentence_leaves_the_words_around_it_and_adds_none() -> None:
    assert split_links("What does https://x.org say about crow?") == (
        "What does say about crow?",
        ["https://x.org"],
    )


def test_links_come_in_order_as_written_and_once() -> None:
    question = "HTTP://B.org/X, www.a.org and HTTP://B.org/X but not http://b.org/x: which?"
    links = ["HTTP://B.org/X", "www.a.org", "http://b.org/x"]
    assert split_links(question)[1] == links


@pytest.mark.parametrize("mark", [*".,;:!?…、。»\"')*_`", "?!", "...", ".)", "'s"])
def test_punctuation_after_a_link_is_no_part_of_it(mark: str) -> None:
    assert split_links(f"I read https://x.org/a{mark} Good?")[1] == ["https://x.org/a"]
    assert split_links(f"I read example.org{mark} Good?")[1] == ["example.org"]


def test_the_name_of_a_video_may_end_in_what_looks_like_a_mark() -> None:
    assert split_links("https://youtu.be/abcdefghij_ safe?")[1] == ["https://youtu.be/abcdefghij_"]


@pytest.mark.parametrize(
    ("question", "link"),
    [
        ("https://en.wikipedia.org/wiki/Crow_(pose) is what?", "Crow_(pose)"),
        ("What is it (https://en.wikipedia.org/wiki/Crow_(pose))?", "Crow_(pose)"),
        ("What is [it](https://en.wikipedia.org/wiki/Crow_(pose))?", "Crow_(pose)"),
        ("What is it (https://en.wikipedia.org/wiki/Crow)?", "Crow"),
        ("https://en.wikipedia.org/wiki/A_(b_(c))?", "A_(b_(c))"),
    ],
)
def test_brackets_belong_to_a_link_as_far_as_they_are_paired(question: str, link: str) -> None:
    assert split_links(question)[1] == [f"https://en.wikipedia.org/wiki/{link}"]


@pytest.mark.parametrize(
    "link",
    [
        "http://localhost:8000/x",
        "http://127.0.0.1:5000",
        "http://[::1]:8080/yoga",
        "https://user:secret@example.org/a",
        "https://münchen-yoga.de/übungen?q=krähe#ü",
        "https://योग.भारत/आसन",
        "例え.jp/パス",
        "йога.рф/ворона",
        "xn--mnchen-yoga-thb.de",
        "xn--o1b4c3b.xn--h2brj9c",
        "happy.yoga",
        "notion.so/page",
        "example.org:8080",
        "https://web.archive.org/web/2019/https://old.org/crow",
    ],
)
def test_a_link_stays_whole(link: str) -> None:
    assert split_links(link) == ("", [link])
    assert split_links(f"Is {link} right?") == ("Is right?", [link])


@pytest.mark.parametrize(
    "words",
    [
        "anna@example.org mailto:anna@example.org @anna.yoga",
        "notes.txt handbook.pdf pose.png script.py README.md model.pt run.sh a.zip b.mov main.rs",
        "3.5km 10.30 12.05.2024 v1.2.3 2.13.0 192.168.1.1 24/7",
        "e.g. i.e. U.S. a.m. p.m. B.K.S.Iyengar Dr.Smith e.g.yoga",
        "I did crow.It hurt",
        "i did crow.it hurt",
        "bad knees.How long?",
        "I love yoga.Is it safe",
        "try it.Now what",
        "a mat.No slip",
        "and/or w/o vinyasa/hatha node.js wait...what",
        "ftp://example.org/a file:///home/anna/a.html ssh://git@example.org",
        "C:\\yoga\\notes.in ./docs/poses.in img/crow.in",
        "http:// and https:// and www. begin a link",
    ],
)
def test_what_only_looks_like_a_link_is_left(words: str) -> None:
    assert split_links(words) == (words, [])


@pytest.mark.parametrize("name", ["vertigo.is", "warm-up.in"])
def test_what_may_be_a_site_or_two_sentences_is_a_site_if_something_says_so(name: str) -> None:
    assert split_links(f"i have {name} it safe")[1] == []
    assert split_links(f"Is {name} good?") == ("Is good?", [name])
    assert split_links(f"i like the website {name} too")[1] == [name]
    assert split_links(f"i like {name}.")[1] == [name]
    for link in (f"http://{name}", f"www.{name}", f"{name}/poses"):
        assert split_links(f"i have {link} it safe")[1] == [link]


@pytest.mark.parametrize(
    ("name", "is_site"),
    [
        ("24.com", True),
        ("7.am", False),
        ("google.co.in", True),
        ("sub_domain.example.org", True),
        ("under_score.org", False),
        ("B.K.org", False),
        ("vs.in/out", False),
        ("a.xn--zz-zz", False),
        ("a.xn--é", False),
        (".".join(["a1"] * 90) + ".org", False),
        ("y" * 64 + ".org", False),
    ],
)
def test_a_name_is_judged_by_its_parts(name: str, is_site: bool) -> None:
    assert bool(split_links(f"They use {name} now")[1]) is is_site


def test_a_reference_that_nobody_defined_is_no_mark_up() -> None:
    question = "Is [crow] or [the crane][c] harder?\n\n[c]: https://x.org/crane"
    assert split_links(question) == ("Is [crow] or the crane harder?", ["https://x.org/crane"])


def test_two_halves_do_not_close_up_to_a_new_link() -> None:
    assert split_links("foo(https://a.org).org is broken") == (
        "foo( · ).org is broken",
        ["https://a.org"],
    )


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Is the [crow guide](https://x.org/crow) safe?", "Is the crow guide safe?"),
        ('Is the [crow guide](https://x.org/crow "Crow") safe?', "Is the crow guide safe?"),
        ("Is the [crow guide][1] safe?\n\n[1]: https://x.org/crow", "Is the crow guide safe?"),
        ("Safe? <https://x.org/crow>", "Safe?"),
        ("Safe? **https://x.org/crow**", "Safe?"),
        ("Safe? [https://x.org/crow](https://x.org/crow)", "Safe?"),
        ("![my crow](https://x.org/crow) safe?", "my crow safe?"),
        ("| crow | https://x.org/crow |", "| crow | |"),
        ('<a href="https://x.org/crow">Crow</a> safe?', "Crow safe?"),
        ("- https://x.org/crow\nSafe?", "Safe?"),
    ],
)
def test_mark_up_leaves_its_text(question: str, rest: str) -> None:
    assert split_links(question) == (rest, ["https://x.org/crow"])


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Is crow safe? Source: https://x.org/crow", "Is crow safe?"),
        ("See https://x.org/crow. Is crow safe?", "Is crow safe?"),
        ("Is crow safe?\nReferences\n1) https://x.org/crow", "Is crow safe?"),
        ("Is crow safe? https://x.org/crow\nI am 60.", "Is crow safe?\nI am 60."),
        ("Look at this page:\nhttps://x.org/crow\nSafe?", "Safe?"),
        ("Explain this page:\nhttps://x.org/crow\nSafe?", "Explain this page\nSafe?"),
        ("Is crow (bakasana, https://x.org/crow) safe?", "Is crow (bakasana) safe?"),
        ("https://x.org/crow.Is it safe?", "Is it safe?"),
        ("看看https://x.org/crow这个安全吗？", "看看这个安全吗？"),
    ],
)
def test_what_only_led_up_to_a_link_goes_with_it(question: str, rest: str) -> None:
    assert split_links(question) == (rest, ["https://x.org/crow"])


def test_a_sentence_may_begin_right_after_a_link() -> None:
    assert split_links("We met on example.org.It was fun.") == (
        "We met on.It was fun.",
        ["example.org"],
    )


def test_a_site_may_stand_among_words_of_a_script_without_blanks() -> None:
    assert split_links("请看example.cn这个") == ("请看这个", ["example.cn"])


@pytest.mark.parametrize(
    "between", [",", ", ", " ", "\n", " and ", " or ", " vs ", ";", "", "\n- "]
)
def test_links_side_by_side_are_told_apart(between: str) -> None:
    links = ["https://a.org/x", "https://b.org/y"]
    assert split_links(f"{between.join(links)}") == ("", links)


SCRAPS = r"""
https://a.org http:// www. crow.in example.org x.org/a happy.yoga model.pt notes.md a@b.org visit
( ) [ ] ]( < > . , : ? … see source: here is the and ' " ` * _ - — 1. [1]: [1] @ / # | \ 's « »
見 を योग org It Is e.g.
"""
BLANKS = [" ", "  ", "\n", "\r\n", "\u200b", "\x1a"]
TEXTS = st.text() | st.lists(
    st.sampled_from(SCRAPS.split()) | st.sampled_from(BLANKS), max_size=14
).map("".join)


@given(TEXTS)
@settings(max_examples=500, deadline=None)
def test_any_text_is_split_once_and_for_all(text: str) -> None:
    rest, links = split_links(text)
    assert all(link in text for link in links)
    assert len(set(links)) == len(links)
    assert rest == rest.strip()
    assert not re.search("https?://(?!https?://)[a-z0-9]", rest)
    assert split_links(rest)[1] == []


LABELS = st.from_regex(r"[a-z][a-z0-9]{2,8}", fullmatch=True)
PATHS = st.from_regex(r"(/[a-z0-9]{1,6}){0,3}/?", fullmatch=True)
QUERIES = st.from_regex(
    r"(\?[a-z]{1,4}=[0-9]{1,4}(&[a-z]{1,4}=%20)?)?(#[0-9]{1,5})?", fullmatch=True
)
SCHEMES = st.sampled_from(["http://", "https://", "HTTPS://", "www.", "http://www."])
HOSTS = st.builds(
    "{}.{}".format, LABELS, st.sampled_from(["com", "org", "yoga", "de", "co.uk", "in"])
)
LINKS = st.builds("{}{}{}{}".format, SCHEMES, HOSTS, PATHS, QUERIES)
SENTENCES = st.sampled_from(
    [
        ("{} Is crow safe?", "Is crow safe?"),
        ("Is crow safe? {}", "Is crow safe?"),
        ("Is crow (see {}) safe?", "Is crow safe?"),
        ("Is crow safe? Source: {}.", "Is crow safe?"),
        ("Is [crow]({}) safe?", "Is crow safe?"),
        ('Is crow safe? "{}"', "Is crow safe?"),
        ("Is crow in {} safe?", "Is crow in safe?"),
        ("I read {}, is crow safe?", "I read, is crow safe?"),
        ("क्या यह सुरक्षित है? {}।", "क्या यह सुरक्षित है?"),
        ("これは安全ですか？{}", "これは安全ですか？"),
    ]
)


@given(LINKS, SENTENCES)
@settings(deadline=None)
def test_a_link_comes_out_of_a_sentence_as_it_went_in(link: str, sentence: tuple[str, str]) -> None:
    asked, rest = sentence
    assert split_links(asked.format(link)) == (rest, [link])


HOSTILE = {
    "dots": "." * 1_000_000,
    "schemes": "http://" * 100_000,
    "brackets": "(" * 1_000_000,
    "labels": "a." * 500_000,
    "letters": "a" * 1_000_000,
    "blanks": "x" + " " * 500_000 + "https://a.org" + " " * 500_000 + "x",
    "links in open brackets": "(see https://a.org " * 50_000,
    "paths of open brackets": "https://a.org/" + "(b.co/" * 150_000,
    "nested brackets": "(" * 500_000 + "https://a.org" + ")" * 500_000,
    "open mark-up": "[a](https://a.org " * 50_000,
    "quotes": "'" * 500_000 + "https://a.org" + "'" * 500_000,
    "scripts": "見a" * 500_000,
    "mail": "a.b@" * 250_000,
}


def test_the_time_grows_with_the_length_and_no_faster() -> None:
    for name, text in HOSTILE.items():
        began = time.process_time()
        split_links(text)
        # Each takes less than a second; if it grew with the square, it would take hours.
        assert time.process_time() - began < 5, name


def test_importing_it_loads_nothing_else_of_the_package() -> None:
    code = "import sys, yoga_assistant.journey.links; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = {name for name in run.stdout.split() if name.startswith("yoga_assistant")}
    assert ours == {
        "yoga_assistant",
        *(f"yoga_assistant.journey{part}" for part in ("", ".links", ".domains", ".tlds")),
    }
