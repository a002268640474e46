"""An asana's own pictures keep to its facts, and other asanas' pictures mostly do not."""

from __future__ import annotations

import numpy as np
import pytest

from yoga_assistant.training.evaluate.facts import derive, pose_facts
from yoga_assistant.training.evaluate.pose import Above, Angle, Near
from yoga_assistant.training.studio import VIEWS, Picture, drawable, render

ASANAS = sorted(drawable())


@pytest.fixture(scope="module")
def held_out(screen: None) -> list[Picture]:
    """One picture of every asana, of people and by cameras that no fact comes from."""
    return [
        render(asana, side="left", person=360 + n % 40, camera=180 + n % 20, seed=n, size=64)
        for n, asana in enumerate(ASANAS)
    ]


def passes(asana: str, picture: Picture) -> bool:
    facts = pose_facts(asana, picture.truth["view"])
    return all(fact.holds(picture.joints) for fact in facts)


def test_pictures_keep_to_the_facts_of_their_own_asana(held_out: list[Picture]) -> None:
    right = [passes(picture.truth["asana"], picture) for picture in held_out]

    assert np.mean(right) >= 0.95


def test_pictures_of_other_asanas_do_not(held_out: list[Picture]) -> None:
    wrong = [
        passes(asana, picture)
        for asana in ASANAS
        for picture in held_out
        if picture.truth["asana"] != asana
    ]

    assert np.mean(wrong) < 0.02


def test_flipped_pictures_keep_to_the_mirrored_facts(held_out: list[Picture]) -> None:
    for picture in held_out[::7]:
        asana, view = picture.truth["asana"], picture.truth["view"]
        mirrored = pose_facts(asana, view, "right")
        flipped = picture.flipped().joints
        for fact, own in zip(mirrored, pose_facts(asana, view, "left"), strict=True):
            assert fact.holds(flipped) == own.holds(picture.joints)


@pytest.mark.parametrize("asana", ASANAS)
def test_every_asana_has_facts_from_every_view(asana: str) -> None:
    for view in VIEWS:
        facts = pose_facts(asana, view)
        assert facts
        assert all(isinstance(fact, Above | Angle | Near) for fact in facts)


def test_an_unknown_asana_or_view_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match="'noose-pose', view 'side'"):
        pose_facts("noose-pose", "side")
    with pytest.raises(ValueError, match="view 'below'"):
        pose_facts("tree-pose", "below")


def test_facts_are_those_that_tell_two_shapes_apart() -> None:
    chance = np.random.default_rng(0)
    standing = np.zeros((17, 3))
    standing[:, 0] = [0, 1, -1, 2, -2, 10, -10, 12, -12, 12, -12, 6, -6, 6, -6, 6, -6]
    standing[:, 1] = [0, 0, 0, 0, 0, 15, 15, 30, 30, 45, 45, 50, 50, 75, 75, 100, 100]
    reaching = standing.copy()
    reaching[[7, 8, 9, 10], 1] = [-5, -5, -25, -25]
    shapes = {"standing": standing, "reaching": reaching}
    samples = {
        (name, "front"): [shape + chance.normal(0, 0.3, shape.shape) for _ in range(5)]
        for name, shape in shapes.items()
    }
    facts = derive(samples)

    assert facts.keys() == shapes.keys()
    assert len(facts["standing"]["front"]) >= 2
    assert any(
        "wrist" in str(fact) or "shoulder" in str(fact) for fact in facts["reaching"]["front"]
    )
