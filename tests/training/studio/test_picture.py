"""`render`: what a picture shows is what its truth and its caption say."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from yoga_assistant.knowledge import Library
from yoga_assistant.knowledge.schema import Asana, View
from yoga_assistant.training.studio import PLACES, VIEWS, Picture, drawable, render, somebody
from yoga_assistant.training.studio.caption import caption_of
from yoga_assistant.training.studio.wardrobe import COLOURS, HAIR_COLOURS

SIZE = 96


def test_the_studio_needs_nothing_of_the_other_extras() -> None:
    code = (
        "import sys, yoga_assistant.training.studio; "
        "print({'diffusers', 'open_clip', 'transformers'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


@pytest.fixture(scope="module")
def tree(screen: None) -> Picture:
    return render("tree-pose", view="front", place="garden", side="left", seed=3, size=SIZE)


def test_the_same_seed_is_the_same_picture_byte_for_byte(tree: Picture) -> None:
    again = render("tree-pose", view="front", place="garden", side="left", seed=3, size=SIZE)

    assert again.image.tobytes() == tree.image.tobytes()
    assert (again.caption, again.truth) == (tree.caption, tree.truth)
    other = render("tree-pose", view="front", place="garden", side="left", seed=4, size=SIZE)
    assert other.image.tobytes() != tree.image.tobytes()


def test_all_joints_are_inside_and_the_head_is_above_the_feet(tree: Picture) -> None:
    x, y, seen = tree.joints.T

    assert tree.image.size == (SIZE, SIZE)
    assert ((x > 0) & (x < SIZE) & (y > 0) & (y < SIZE)).all()
    assert seen.sum() >= 14
    assert y[0] < y[11] < y[15]


def test_the_left_leg_stands_and_the_right_knee_is_out_on_the_viewers_left(tree: Picture) -> None:
    """From the front the person's right is on the left of the picture."""
    left_ankle, right_ankle, right_knee, right_hip = (tree.joints[n] for n in (15, 16, 14, 12))

    assert left_ankle[1] > right_ankle[1]
    assert right_knee[0] < right_hip[0]


def test_a_flipped_picture_has_left_and_right_exchanged_everywhere(tree: Picture) -> None:
    flipped = tree.flipped()
    other = render("tree-pose", view="front", place="garden", side="right", seed=3, size=SIZE)

    assert flipped.truth["side"] == other.truth["side"] == "right"
    assert "left" not in flipped.caption
    assert flipped.joints[16, 1] > flipped.joints[15, 1]  # now the right leg stands
    assert np.array(flipped.image)[:, ::-1].tobytes() == np.array(tree.image).tobytes()
    assert flipped.flipped().truth == tree.truth
    assert flipped.flipped().joints == pytest.approx(tree.joints)
    assert (flipped.joints[:, 1] - other.joints[:, 1]).std() < 0.05 * SIZE


def test_a_truly_mirrored_person_is_where_the_flipped_picture_says(tree: Picture) -> None:
    camera = tree.flipped().truth["camera"]

    assert camera["eye"][0] == -tree.truth["camera"]["eye"][0]


@pytest.mark.parametrize(
    ("view", "lowest", "highest"),
    [("front", 0, 12), ("three-quarter", 30, 55), ("side", 75, 100), ("back", 168, 180)],
)
def test_the_camera_stands_where_the_view_says(
    screen: None, view: View, lowest: float, highest: float
) -> None:
    taken = render("mountain-pose", view=view, seed=2, size=64)
    joints = np.array(taken.truth["joints"])
    across, up = joints[5] - joints[6], np.array((0, 0, 1.0))
    front = np.cross(up, across)[:2] * -1
    eye = (np.array(taken.truth["camera"]["eye"]) - joints.mean(0))[:2]
    cosine = front @ eye / np.linalg.norm(front) / np.linalg.norm(eye)

    assert lowest <= np.degrees(np.arccos(np.clip(cosine, -1, 1))) <= highest


def test_from_above_the_camera_looks_down(screen: None) -> None:
    camera = render("corpse-pose", view="above", seed=2, size=64).truth["camera"]
    down = np.array(camera["target"]) - camera["eye"]

    assert -down[2] / np.linalg.norm(down) > np.sin(np.radians(45))


def test_whoever_lies_behind_is_hidden(screen: None) -> None:
    """In profile, an arm and a leg hide the other arm and leg."""
    seen = render("plank-pose", view="side", seed=1, size=128).joints[:, 2]

    assert 5 < seen.sum() < 17


ENTRIES = {asana: Library.shipped()[asana] for asana in sorted(drawable())}
TRUTHS = [
    {
        "english": entry.english, "sanskrit": entry.sanskrit, "view": VIEWS[n % len(VIEWS)],
        "side": None if drawable()[asana].symmetric else ("left", "right")[n % 2],
        "word": who.word, **who.words, "mat": list(COLOURS)[n % 12],
        "place": list(PLACES)[n % len(PLACES)],
    }
    for n, (asana, entry) in enumerate(ENTRIES.items())
    for who in [somebody(n)]
    if isinstance(entry, Asana)
]  # fmt: skip
VIEW_WORDS = {
    "front": "front|facing", "three-quarter": "three-quarter|half from", "back": "behind|back",
    "above": "above|top view", "side": "from the side|side view|profile",
}  # fmt: skip


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth["english"])
def test_every_word_of_a_caption_is_true(truth: dict[str, Any]) -> None:
    names = {truth["english"], truth["sanskrit"]} - {None}
    for lot in range(24):
        caption = caption_of(truth, lot)
        said = caption
        assert any(name.lower() in caption.lower() for name in names)
        for name in sorted(names, key=len, reverse=True):
            said = re.sub(re.escape(name), "", said, flags=re.IGNORECASE)
        words = set(re.findall(r"[a-z-]+", said.lower()))
        assert words & {"woman", "man"} == {truth["word"]}
        assert words & {"left", "right"} <= {truth["side"]}
        true = {truth["top colour"], truth["bottom colour"], truth["mat"], truth["hair colour"]}
        assert words & (set(COLOURS) | set(HAIR_COLOURS)) <= true
        assert re.search(VIEW_WORDS[truth["view"]], said)
        assert not any(
            re.search(other, said.replace("three-quarter", "").replace("half from the side", ""))
            for view, other in VIEW_WORDS.items()
            if view not in (truth["view"], "three-quarter")
        )
        assert [place for place in PLACES if place in said] == [truth["place"]]
        for kind in ("leggings", "shorts", "tank top", "T-shirt", "long-sleeved top", "crop top"):
            assert kind not in said or kind in f"{truth['top']} {truth['bottom']}"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"asana": "noose-pose"}, "'noose-pose' cannot be drawn"),
        ({"view": "below"}, "there is no view 'below'"),
        ({"place": "moon"}, "there is no place 'moon'"),
        ({"person": 400}, "numbered 0 to 399, not 400"),
        ({"camera": -1}, "numbered 0 to 199, not -1"),
        ({"side": "both"}, '"left" or "right", not \'both\''),
        ({"size": 10}, "64 to 2048 pixels a side, not 10"),
    ],
)
def test_bad_input_is_named(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        render(**{"asana": "tree-pose", **wrong})
