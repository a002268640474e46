"""Questions on a part of the body, the length of a practice, and care that a family asks for."""

import pytest

from yoga_assistant.knowledge import Library, understand
from yoga_assistant.knowledge.alignment import alignment_asked, told_of_part
from yoga_assistant.knowledge.choose import calls_for_care, choose, instead_of, is_possible
from yoga_assistant.knowledge.length import LEAST, MOST, minutes_of

LIBRARY = Library.shipped()


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("ten minutes before bed", 10),
        ("half an hour for my back", 30),
        ("a quarter of an hour", 15),
        ("three quarters of an hour", 45),
        ("1 hr for beginners", 60),
        ("an hour of yoga", 60),
        ("one hour and a half", 90),
        ("90 min", 90),
        ("forty five minutes", 45),
        ("1 minute", LEAST),
        ("500 minutes", MOST),
        ("a short practice", None),
    ],
)
def test_the_length_of_a_practice_is_read_in_words_and_figures(
    said: str, minutes: float | None
) -> None:
    assert minutes_of(said) == minutes


def test_a_part_of_the_body_is_told_of_by_the_sentences_that_name_it() -> None:
    asked = alignment_asked("where should my front knee be in xx")
    told = told_of_part(asked, ["warrior-ii"], LIBRARY)
    assert told
    assert all("knee" in one.text.lower() for one in told)


def test_pain_in_a_part_of_the_body_is_no_question_of_alignment() -> None:
    assert alignment_asked("should my knees hurt in xx") == ()


def test_what_calls_for_care_is_asked_by_at_least_half_of_a_family() -> None:
    twists = choose(understand("who should avoid twists", LIBRARY), LIBRARY)
    calls = calls_for_care(twists, "avoid", LIBRARY)
    assert calls
    for call in calls:
        entries = [LIBRARY[twist] for twist in twists]
        count = sum(
            (call.condition, "avoid")
            in {(c.condition, c.advice) for c in getattr(e, "cautions", ())}
            for e in entries
        )
        assert count * 2 >= len(twists)


def test_what_takes_the_place_of_a_family_may_be_done() -> None:
    conditions = ("high-blood-pressure",)
    inversions = choose(understand("which inversions are there", LIBRARY), LIBRARY)
    others = instead_of(inversions, conditions, LIBRARY)
    assert others
    assert all(is_possible(LIBRARY, other, conditions) for other in others)
