"""Joints against facts and against the truth, on bodies that are known."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytest

from yoga_assistant.errors import MissingExtraError
from yoga_assistant.training.evaluate import Above, Angle, Near, joints_of, pck, pose_accuracy
from yoga_assistant.training.evaluate.pose import torso
from yoga_assistant.training.joints import JOINTS


def body(**moved: tuple[float, float]) -> np.ndarray:
    """Somebody who stands upright with arms at the sides; the torso is 100 pixels long."""
    at = {"nose": (100.0, 20.0)}
    for side, x in (("left", 120.0), ("right", 80.0)):
        at |= {
            f"{side} eye": (x, 15), f"{side} ear": (x, 18), f"{side} shoulder": (x, 50),
            f"{side} elbow": (x, 100), f"{side} wrist": (x, 150), f"{side} hip": (x, 150),
            f"{side} knee": (x, 230), f"{side} ankle": (x, 310),
        }  # fmt: skip
    at |= {name.replace("_", " "): place for name, place in moved.items()}
    return np.array([[*at[name], 1.0] for name in JOINTS])


def test_the_torso_reaches_from_shoulders_to_hips() -> None:
    assert torso(body()) == pytest.approx(100)


def test_a_straight_leg_has_a_straight_knee() -> None:
    assert Angle("left knee", 175).holds(body())
    assert not Angle("left knee", high=170).holds(body())


def test_a_bent_knee_has_its_angle() -> None:
    bent = body(left_ankle=(200.0, 230.0))
    assert Angle("left knee", 89, 91).holds(bent)
    assert Angle("right knee", 175).holds(bent)


def test_raised_hands_are_above_the_head() -> None:
    raised = body(left_wrist=(100.0, -40.0), right_wrist=(100.0, -40.0))
    assert Above("left wrist", "nose").holds(raised)
    assert not Above("left wrist", "nose").holds(body())
    assert not Above("left wrist", "nose", by=0.61).holds(raised)


def test_hands_that_meet_are_near() -> None:
    met = body(left_wrist=(100.0, 60.0), right_wrist=(105.0, 60.0))
    assert Near("left wrist", "right wrist", 0.1).holds(met)
    assert not Near("left wrist", "right wrist", 0.1).holds(body())


def test_facts_hold_at_any_size_of_the_picture() -> None:
    raised = body(left_wrist=(100.0, -40.0))
    raised[:, :2] *= 3
    assert Above("left wrist", "nose", by=0.5).holds(raised)


def test_an_unknown_joint_is_named() -> None:
    with pytest.raises(ValueError, match="no joint 'tail'"):
        Above("tail", "nose").holds(body())


def test_a_picture_is_right_where_every_fact_holds() -> None:
    facts = [Angle("left knee", 170), Angle("right knee", 170)]
    bent = body(left_ankle=(200.0, 230.0))
    score = pose_accuracy([body(), bent, None, body()], [facts] * 4)
    assert score.mean == 0.5
    assert score.n == 4


def test_a_picture_without_facts_would_always_be_right_and_is_refused() -> None:
    with pytest.raises(ValueError, match="without facts"):
        pose_accuracy([body()], [[]])
    with pytest.raises(ValueError, match="1 pictures, 2 lists"):
        pose_accuracy([body()], [[Angle("left knee")]] * 2)


def test_joints_count_that_are_near_enough_to_the_truth() -> None:
    near, far = body(), body()
    near[:4, 0] += 19
    far[:4, 0] += 21
    assert pck([near], [body()]).mean == 1
    assert pck([far], [body()]).mean == pytest.approx(13 / 17)
    assert pck([far], [body()], alpha=0.3).mean == 1


def test_joints_that_cannot_be_seen_do_not_count() -> None:
    truth, found = body(), body()
    truth[10:, 2] = 0
    found[10:, :2] += 500
    assert pck([found], [truth]).mean == 1


def test_nobody_found_is_nothing_right() -> None:
    assert pck([None, body()], [body(), body()]).mean == 0.5


@pytest.mark.parametrize(("count", "alpha", "told"), [(2, 0.2, "1 pictures"), (1, 0.0, "alpha")])
def test_unfit_arguments_are_named(count: int, alpha: float, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        pck([body()], [body()] * count, alpha=alpha)


def test_without_mediapipe_the_pip_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    find = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "mediapipe":
            raise ImportError(name)
        return find(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"pip install --no-deps mediapipe==0\.10\.21"):
        joints_of([])
