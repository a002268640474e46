from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from yoga_assistant import Document
from yoga_assistant.journey.clean import MOST, passages

TEXTS = st.text(st.sampled_from("ab. \n\t#!?।\u00e9"), max_size=4_000) | st.text(max_size=500)


@given(TEXTS)
def test_passages_hold_every_word_once_and_in_order(text: str) -> None:
    found = passages(Document("d", "title", text))
    assert "".join("".join(p.text for p in found).split()) == "".join(text.split())


@given(TEXTS)
def test_a_passage_is_what_stands_at_its_place(text: str) -> None:
    end = 0
    for passage in passages(Document("d", "title", text)):
        assert passage.text == text[passage.start : passage.end] == passage.text.strip() != ""
        assert end <= passage.start
        end = passage.end


@given(TEXTS)
def test_no_passage_is_much_too_long_to_quote(text: str) -> None:
    assert all(len(p.text) <= 2 * MOST for p in passages(Document("d", "title", text)))


def test_paragraphs_become_passages_and_a_heading_goes_with_what_it_heads() -> None:
    text = "# Crow\n\nSquat.\n\nLean forward.\n"
    assert [p.text for p in passages(Document("d", "t", text))] == [
        "# Crow\n\nSquat.",
        "Lean forward.",
    ]


def test_a_long_paragraph_is_cut_at_the_end_of_a_sentence() -> None:
    sentence = "Lift the chest and breathe. "
    found = passages(Document("d", "t", sentence * 200))
    assert len(found) > 1
    assert all(p.text.endswith("breathe.") for p in found)
