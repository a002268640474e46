"""Practices that are put together: safe, as long as was asked, and in a sensible order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yoga_assistant.knowledge import Asana, Condition, Library, understand
from yoga_assistant.knowledge.choose import AIMS, asana_of, is_possible
from yoga_assistant.knowledge.sequence import REST, build_sequence, practice

LIBRARY = Library.shipped()
CONDITIONS = [i for i in LIBRARY if isinstance(LIBRARY[i], Condition)]
ASANAS = [i for i in LIBRARY if isinstance(LIBRARY[i], Asana)]


def asanas(question: str) -> list[str]:
    return [station.asana for station in practice(understand(question, LIBRARY), LIBRARY)]


def test_a_practice_leaves_out_what_is_not_wanted() -> None:
    stations = practice(understand("a bedtime sequence without standing poses", LIBRARY), LIBRARY)
    families = {asana_of(LIBRARY, station.asana).family for station in stations}
    assert not families & {"standing", "standing balance"}
    assert "standing-forward-bend" not in [station.asana for station in stations]
    assert len(stations) > 5


@settings(deadline=None)
@given(
    minutes=st.floats(5, 120),
    wishes=st.lists(st.sampled_from(ASANAS), max_size=6),
    conditions=st.sets(st.sampled_from(CONDITIONS), max_size=6),
)
def test_no_practice_holds_what_a_condition_forbids(
    minutes: float, wishes: list[str], conditions: set[str]
) -> None:
    stations = build_sequence(LIBRARY, minutes=minutes, wishes=wishes, conditions=conditions)
    for station in stations:
        entry = LIBRARY[station.asana]
        assert isinstance(entry, Asana)
        forbidden = {c.condition for c in entry.cautions if c.advice == "avoid"}
        assert not forbidden & conditions
        changed = {c.condition for c in entry.cautions if c.advice == "modify"} & conditions
        assert bool(station.note) == bool(changed)
    assert len({station.asana for station in stations}) == len(stations)


@pytest.mark.parametrize("minutes", [5, 10, 20, 30, 45, 60])
def test_a_practice_is_about_as_long_as_asked_and_ends_in_rest(minutes: int) -> None:
    stations = build_sequence(LIBRARY, minutes=minutes)
    assert sum(station.minutes for station in stations) == pytest.approx(minutes, rel=0.15)
    assert stations[-1].asana == REST


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_practice_for_a_condition_is_no_longer_than_asked(condition: str) -> None:
    stations = build_sequence(LIBRARY, minutes=30, conditions=[condition])
    assert sum(station.minutes for station in stations) <= 33
    assert all(is_possible(LIBRARY, station.asana, [condition]) for station in stations)


def test_a_wish_comes_after_its_preparation_and_before_its_counterpose() -> None:
    order = asanas("60 minute practice to work up to wheel pose")
    wheel = LIBRARY["wheel-pose"]
    assert isinstance(wheel, Asana)
    before = [a for a in wheel.prepare if a in order]
    after = [a for a in wheel.counter if a in order]
    assert before
    assert after
    assert max(order.index(a) for a in before) < order.index("wheel-pose")
    assert order.index("wheel-pose") < max(order.index(a) for a in after)


def test_a_practice_serves_its_aim() -> None:
    assert "legs-up-the-wall-pose" in asanas("20 minute evening sequence")
    assert "plank-pose" in asanas("30 minute core class")


def test_a_practice_of_a_group_is_made_of_it() -> None:
    order = asanas("30 minute class of backbends for beginners")
    backbends = [a for a in order if getattr(LIBRARY[a], "family", "") == "backbend"]
    assert len(backbends) >= 4
    assert all(getattr(LIBRARY[a], "level", "") == "beginner" for a in backbends)


def test_cow_pose_never_comes_without_cat_pose() -> None:
    for minutes in range(5, 60):
        order = [s.asana for s in build_sequence(LIBRARY, minutes=minutes, wishes=["cow-pose"])]
        assert "cow-pose" not in order or "cat-pose" in order


def test_a_practice_for_two_aims_serves_both() -> None:
    order = asanas("20 minute hip opening flow for the evening")
    assert {*order} & {*AIMS["sleep"]}
    assert any(asana_of(LIBRARY, a).family == "hip opener" for a in order)
    assert all(asana_of(LIBRARY, a).level == "beginner" for a in order)


def test_who_stands_up_does_so_before_lying_down() -> None:
    order = asanas("45 minute class with wheel pose as the peak")
    assert order.index("standing-forward-bend") < order.index("wheel-pose")
    assert order.index("cobra-pose") < order.index("wheel-pose")


@pytest.mark.parametrize("question", ["10 minutes before bed please", "an hour for runners"])
def test_a_time_and_an_aim_are_a_wish_for_a_practice(question: str) -> None:
    assert asanas(question)
    assert "sequence" in understand(question, LIBRARY).facets
