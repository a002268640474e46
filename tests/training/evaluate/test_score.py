"""Scores: intervals that hold what they should, and refusal to compare the unlike."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yoga_assistant.training.evaluate import Score, bootstrap

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


@given(VALUES)
def test_the_interval_lies_around_the_mean_and_within_the_values(values: list[float]) -> None:
    score = bootstrap("m", values)
    room = 1e-6 * (1 + max(map(abs, values)))
    assert score.mean == pytest.approx(np.mean(values), abs=room)
    assert min(values) - room <= score.low <= score.high <= max(values) + room
    assert score.n == len(values)


@given(VALUES, st.floats(0.1, 100))
def test_a_larger_scale_widens_the_interval_as_much(values: list[float], scale: float) -> None:
    one, other = bootstrap("m", values), bootstrap("m", [scale * value for value in values])
    room = 1e-6 * scale * (1 + max(map(abs, values)))
    assert other.high - other.low == pytest.approx(scale * (one.high - one.low), abs=room)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    chance = np.random.default_rng(0)
    scores = [bootstrap("m", chance.normal(5, 2, 60).tolist(), seed=n) for n in range(200)]
    held = np.mean([score.low <= 5 <= score.high for score in scores])
    assert 0.89 <= held <= 0.99


def test_pictures_of_one_prompt_count_as_one() -> None:
    values, prompts = [0.0] * 50 + [1.0], ["a"] * 50 + ["b"]
    assert bootstrap("m", values, prompts).mean == pytest.approx(0.5)
    assert bootstrap("m", values).mean == pytest.approx(1 / 51)


def test_groups_that_are_alike_within_widen_the_interval() -> None:
    values = [float(n // 10) for n in range(100)]
    alone = bootstrap("m", values)
    grouped = bootstrap("m", values, [n // 10 for n in range(100)])
    assert grouped.high - grouped.low > 2 * (alone.high - alone.low)


@pytest.mark.parametrize("values", [[], [1.0, math.nan], [math.inf]])
def test_what_has_no_mean_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="my metric"):
        bootstrap("my metric", values)


def test_as_many_groups_as_values_are_wanted() -> None:
    with pytest.raises(ValueError, match="2 values, 1 groups"):
        bootstrap("m", [1, 2], ["a"])


def score(mean: float, metric: str = "CLIP score (ViT-B-32)", higher: bool = True) -> Score:
    return Score(metric, mean, mean - 1, mean + 1, 10, higher_is_better=higher)


def test_the_higher_one_is_better_where_higher_is_better() -> None:
    assert score(10).better_than(score(5)) is True
    assert score(5).better_than(score(10)) is False
    assert score(10, higher=False).better_than(score(5, higher=False)) is False


def test_where_intervals_overlap_neither_is_better() -> None:
    assert score(10).better_than(score(11)) is None


def test_unlike_metrics_are_not_compared() -> None:
    with pytest.raises(ValueError, match="ViT-L-14"):
        score(10).better_than(score(5, "CLIP score (ViT-L-14)"))
    with pytest.raises(ValueError, match="not the same metric"):
        score(10) - score(5, "KID")


def test_a_score_says_all_of_itself() -> None:
    told = str(Score("time of a picture", 1.5, 1.25, 1.75, 5, "s"))
    assert told == "time of a picture: 1.5 s [1.25 to 1.75], n = 5"
