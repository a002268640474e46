"""Names: other spellings, run-together Sanskrit, typos, and words that are no names."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yoga_assistant.errors import KnowledgeError
from yoga_assistant.knowledge import Library
from yoga_assistant.knowledge.names import fold, sound

LIBRARY = Library.shipped()


def named(text: str) -> list[str]:
    return [mention.ids[0] for mention in LIBRARY.mentions(text)]


@pytest.mark.parametrize(
    ("text", "entry_id"),
    [
        ("downward facing dog", "downward-facing-dog"),
        ("DOWN DOG", "downward-facing-dog"),
        ("adho mukha svanasana", "downward-facing-dog"),
        ("adhomukhasvanasana", "downward-facing-dog"),
        ("Adho Mukha Śvānāsana", "downward-facing-dog"),
        ("vrikshasan", "tree-pose"),
        ("vrkshasana", "tree-pose"),
        ("वृक्षासन", "tree-pose"),
        ("ताड़ासन", "mountain-pose"),  # with the dot that marks a flapped d
        ("bak asana", "crow-pose"),
        ("shirshasana", "headstand"),
        ("warrior two", "warrior-ii"),
        ("warrior 3", "warrior-iii"),
        ("virbhadrasan 2", "warrior-ii"),
        ("surya namaskar b", "sun-salutation-b"),
        ("kapalbhati", "kapalabhati"),
        ("child’s pose", "childs-pose"),
        ("legs up the wall", "legs-up-the-wall-pose"),
    ],
)
def test_a_name_is_found_however_it_is_spelt(text: str, entry_id: str) -> None:
    assert named(f"how do I do {text} at home")[0] == entry_id
    assert LIBRARY.find(text)[0] == entry_id


@pytest.mark.parametrize(
    ("text", "entry_id"),
    [
        ("trianlge pose", "triangle-pose"),
        ("downwrd dog", "downward-facing-dog"),
        ("downwarddog", "downward-facing-dog"),
        ("hedstand", "headstand"),
        ("pachimotanasana", "seated-forward-bend"),
        ("akaran dhanurasna", "archer-pose"),
        ("virabadrsana 1", "warrior-i"),
        ("corw pose", "crow-pose"),
        ("camel psoe", "camel-pose"),
        ("legsupthewall", "legs-up-the-wall-pose"),
        ("scorpian pose", "scorpion-pose"),
        ("pranyama", "pranayama"),
    ],
)
def test_a_typo_is_understood(text: str, entry_id: str) -> None:
    assert named(f"tell me about {text} please") == [entry_id]


@pytest.mark.parametrize(
    "text",
    [
        "my cat sits on the sofa",
        "a tree fell on our boat",
        "my dog ate the fish",
        "the family tree of the warrior king",
        "I fix the chair and open the gate",
        "she rides a camel across the bridge",
        "Comic strip with four panels",
        "pet ki charbi ke liye kaunsa asan best hai",
        "nothing lacks reason or measure in his treason",
        "tapis rouge dans la maison",
        "the lotus flower and the eagle nest",
    ],
)
def test_ordinary_words_are_no_postures(text: str) -> None:
    assert [m for m in LIBRARY.mentions(text) if m.ids[0].endswith("pose")] == []


@pytest.mark.parametrize("text", ["hold boat longer", "stuck in my crow", "camel or bridge?"])
def test_everyday_words_may_be_postures_among_the_right_words(text: str) -> None:
    mentions = LIBRARY.mentions(text)
    assert mentions
    assert all(mention.weak for mention in mentions)


def test_pose_behind_an_everyday_word_leaves_no_doubt() -> None:
    assert [m.weak for m in LIBRARY.mentions("boat pose")] == [False]


def test_a_shared_name_means_the_likeliest_and_says_what_else() -> None:
    [mention] = LIBRARY.mentions("pigeon")
    assert mention.ids[0] == "pigeon-pose"
    assert {"reclined-pigeon-pose", "king-pigeon-pose"} <= set(mention.ids[1:])


def test_a_mention_says_where_it_stands() -> None:
    text = "First Tree Pose, then bakasana."
    assert [text[m.start : m.end] for m in LIBRARY.mentions(text)] == ["Tree Pose", "bakasana"]


def test_the_longest_name_wins() -> None:
    assert named("revolved half moon pose") == ["revolved-half-moon-pose"]


def test_a_number_in_the_name_tells_the_warriors_apart() -> None:
    assert named("virabhadrasana I, II or III")[0] == "warrior-i"
    assert named("warrior 1 and warrior 2") == ["warrior-i", "warrior-ii"]


def test_a_misspelt_condition_is_found() -> None:
    assert LIBRARY.conditions("is plow ok with glacoma") == ["glaucoma"]


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("I'm 72, is it for me", "older-people"),
        ("my 9 year old wants to try", "children"),
        ("I am 80 and stiff", "older-people"),
    ],
)
def test_an_age_says_who_asks(text: str, condition: str) -> None:
    assert LIBRARY.conditions(text) == [condition]


@pytest.mark.parametrize("text", ["I am 20 weeks in", "I'm 70 kg", "a 30 year old man"])
def test_other_numbers_are_no_age_to_care_about(text: str) -> None:
    assert LIBRARY.conditions(text) == []


def test_an_unknown_name_finds_nothing() -> None:
    assert LIBRARY.find("quantum chromodynamics") == []


def test_an_empty_folder_is_no_library(tmp_path: object) -> None:
    with pytest.raises(KnowledgeError, match="no knowledge"):
        Library.read(tmp_path)  # type: ignore[arg-type]


@given(st.text(max_size=300))
def test_no_text_upsets_the_search_for_names(text: str) -> None:
    for mention in LIBRARY.mentions(text):
        assert 0 <= mention.start < mention.end <= len(text)
        assert set(mention.ids) <= set(LIBRARY)
    assert set(LIBRARY.conditions(text, hints=True)) <= set(LIBRARY)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("vrksasana", "vrikshasan"), ("Sirsasana", "shirshasana"), ("ustrasana", "ushtrasana")],
)
def test_spellings_of_a_name_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_a_long_text_is_searched_in_time() -> None:
    began = time.perf_counter()
    LIBRARY.mentions("xqzvw asana " * 2_000)
    assert time.perf_counter() - began < 2.0
