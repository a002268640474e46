"""Every asana with geometry becomes a body that could stand there, and does what is told of it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from yoga_assistant.training.studio.body import BONES, make_body
from yoga_assistant.training.studio.directions import direction
from yoga_assistant.training.studio.people import somebody
from yoga_assistant.training.studio.poses import drawable, pose, settle
from yoga_assistant.training.studio.regions import regions
from yoga_assistant.training.studio.solver import Solver, expanded, standard

ASANAS = sorted(drawable())
LIMBS = {"elbow": (5, 7, 9), "shoulder": (7, 5, 11), "hip": (5, 11, 13), "knee": (11, 13, 15)}


def joint_angles(joints: torch.Tensor) -> dict[str, float]:
    found = {}
    for name, ends in LIMBS.items():
        for offset, side in enumerate(("left", "right")):
            before, here, after = (joints[end + offset] for end in ends)
            one, other = before - here, after - here
            cosine = one @ other / one.norm() / other.norm()
            found[f"{side} {name}"] = float(cosine.clamp(-1, 1).acos().rad2deg())
    return found


def test_at_least_seventy_asanas_can_be_drawn() -> None:
    assert len(ASANAS) >= 70


@pytest.mark.parametrize("asana", ASANAS)
def test_the_solved_pose_is_the_geometry(asana: str) -> None:
    geometry, body = drawable()[asana], standard()
    solver, found = Solver(geometry, body), pose(asana)
    turned, at = body.turn(found.turns, found.root)
    skin = found.vertices(body)
    known = regions()

    assert skin[:, 2].min() > -0.02  # the mat and the flesh give way
    for region in geometry.floor:
        assert -0.015 < skin[known[region]][:, 2].min() < 0.01, region
    for one, other in geometry.touch:
        near = 0.025 if asana == "childs-pose" else 0.01  # there the hips hover over one heel
        assert torch.cdist(skin[known[one]], skin[known[other]]).min() < near, (one, other)
    assert solver.overlap(found) < 0.06  # deep folds: calf on thigh, belly on thigh
    assert solver.falling(found) < 0.01
    wanted = torch.stack([direction(words) for words in expanded(geometry.points).values()])
    off = (solver.pointing(turned, at) * wanted).sum(1).clamp(-1, 1).acos().rad2deg()
    assert off.mean() < 20, dict(zip(solver.parts, off.tolist(), strict=True))
    angles = joint_angles(body.keypoints @ skin)
    for joint, (low, high) in geometry.angles.items():
        for side in ("left", "right"):
            here = angles[joint.replace("both", side)]
            assert low <= here <= high, joint


@pytest.mark.parametrize("asana", ASANAS[::6])
def test_other_bodies_settle_within_the_legal_angles(asana: str) -> None:
    body = somebody(11).body()
    found = settle(asana, body, seed=5)
    skin = found.vertices(body)
    angles = joint_angles(body.keypoints @ skin)

    assert skin[:, 2].min() > -0.03
    for joint, (low, high) in drawable()[asana].angles.items():
        for side in ("left", "right"):
            assert low - 5 <= angles[joint.replace("both", side)] <= high + 5, joint


def test_the_mirrored_pose_is_the_mirror_image() -> None:
    body, found = standard(), pose("tree-pose")
    plain, other = (body.keypoints @ each.vertices(body) for each in (found, found.mirror()))
    swapped = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]

    assert torch.allclose(other, plain[swapped] * torch.tensor((-1.0, 1.0, 1.0)), atol=5e-3)


def test_two_people_take_a_pose_a_little_differently_and_one_the_same_way_again() -> None:
    body = standard()
    one, again, other = (settle("warrior-ii", body, seed=seed) for seed in (1, 1, 2))

    assert torch.equal(one.turns, again.turns)
    assert 0.005 < (one.turns - other.turns).abs().max() < 0.6


def test_an_asana_without_geometry_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match="'noose-pose' cannot be drawn"):
        pose("noose-pose")


def test_skinning_moves_the_whole_body_when_nothing_else_turns() -> None:
    body = make_body()
    pose_ = torch.zeros(len(BONES) + 1, 3)
    pose_[-1] = torch.tensor((0.3, -0.2, 1.0))
    moved = body.posed(*body.turn(pose_, torch.eye(3)))

    assert np.allclose(moved, body.rest + pose_[-1], atol=1e-5)
