"""Where a part of the body points, in words."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, reject
from hypothesis import strategies as st

from yoga_assistant.training.studio.directions import direction, mirrored

WORDS = st.sampled_from(["left", "right", "front", "back", "up", "down"])
TURNS = st.lists(st.tuples(st.integers(0, 80), WORDS), max_size=3)


@given(first=WORDS, turns=TURNS)
def test_a_direction_is_a_unit_vector_and_its_mirror_image_has_x_turned_round(
    first: str, turns: list[tuple[int, str]]
) -> None:
    text = " ".join([first, *(f"{angle} {word}" for angle, word in turns)])
    try:
        points = direction(text)
    except ValueError:
        reject()  # towards where it points already
    flipped = direction(mirrored(text))

    assert points.norm().item() == pytest.approx(1, abs=1e-5)
    assert torch.allclose(flipped, points * torch.tensor((-1.0, 1.0, 1.0)), atol=1e-5)
    assert mirrored(mirrored(text)) == text


def test_thirty_degrees_down_from_the_front_is_half_a_metre_down_on_one_metre() -> None:
    assert direction("front 30 down").tolist() == pytest.approx([0, -0.8660254, -0.5])


@pytest.mark.parametrize(
    "words", ["forwards", "front 30", "front down 30", "front 30 under", "left 45 right"]
)
def test_other_words_are_an_error_that_names_them(words: str) -> None:
    with pytest.raises(ValueError, match=words):
        direction(words)
