"""`render`: one picture of one person in one asana, with the truth about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np

from ...knowledge import Library
from ...knowledge.schema import Asana, View
from ..data import flipped_text
from ..joints import JOINTS
from .body import INDEX
from .camera import Camera, point
from .caption import caption_of
from .fine import trace
from .people import PEOPLE, Person, somebody
from .poses import drawable, settle
from .raster import draw
from .scene import PLACES, Light, build, mat
from .solver import Pose
from .wardrobe import COLOURS, as_numpy, dressed

if TYPE_CHECKING:
    from PIL.Image import Image

VIEWS: Final[tuple[View, ...]] = get_args(View)
_AROUND: Final = {"front": 0.0, "three-quarter": 42.0, "side": 88.0, "back": 180.0, "above": 30.0}
Quality = Literal["fast", "fine"]
CAMERAS: Final = 200
"""So many different ways to stand and to hold a camera there are."""
_LENS: Final = 0.50
_HIDDEN: Final = 0.16
"""A joint this many metres behind what the camera sees is hidden: more than a limb is thick."""


_OTHER: Final = {"left": "right", "right": "left"}
_MIRRORED: Final = [
    JOINTS.index(" ".join(_OTHER.get(w, w) for w in name.split())) for name in JOINTS
]


@dataclass(frozen=True)
class Picture:
    """A picture and what is true of it.

    Attributes:
        image: square, RGB.
        caption: one sentence, true of the picture.
        joints: (17, 3), COCO's: x and y in pixels, y downwards, and 1 if visible, else 0.
        truth: asana, side, view, person, clothes, place, mat, camera, seed, and the joints in the
            room, (17, 3) in metres.
    """

    image: Image
    caption: str
    joints: np.ndarray
    truth: dict[str, Any]

    def flipped(self) -> Picture:
        """The mirror image: what was the person's left is their right, in words and joints too."""
        from PIL import ImageOps

        joints = self.joints[_MIRRORED].copy()
        joints[:, 0] = self.image.width - joints[:, 0]
        sides = {
            "side": _OTHER.get(self.truth["side"]),
            "camera side": _OTHER[self.truth["camera side"]],
        }
        room = np.array(self.truth["joints"])[_MIRRORED] * (-1, 1, 1)
        taken = self.truth["camera"]
        eye, target = ((-x, y, z) for x, y, z in (taken["eye"], taken["target"]))
        truth = {**self.truth, **sides, "joints": room.tolist(),
                 "camera": {**taken, "eye": eye, "target": target}}  # fmt: skip
        return Picture(ImageOps.mirror(self.image), flipped_text(self.caption), joints, truth)


def render(
    asana: str,
    *,
    view: View | None = None,
    person: int | Person | None = None,
    place: str | None = None,
    side: str | None = None,
    camera: int | None = None,
    seed: int = 0,
    size: int = 512,
    quality: Quality = "fast",
) -> Picture:
    """Draws a person in an asana; what is not given is drawn by lot from the seed.

    Args:
        asana: the id of an asana with geometry, such as "tree-pose"; see `drawable`.
        view: where the camera stands; by default the one that shows the asana best.
        person: a number, 0 to 399, or a `Person`.
        place: one of `PLACES`.
        side: the "left" or "right" form of an asana whose sides differ.
        camera: a camera's number, 0 to 199: how high and how far it stands, and its lens.
        size: pixels, 64 to 2048.
        quality: "fast" is rasterised, "fine" path-traced by Blender, which takes seconds.

    Raises:
        ValueError: there is no such asana, view, place, person, side, size or quality.
        MissingExtraError: the extra [studio], or Blender for fine pictures, is not installed.
    """
    if asana not in drawable():
        raise ValueError(f"{asana!r} cannot be drawn; known: {', '.join(sorted(drawable()))}")
    if view is not None and view not in VIEWS:
        raise ValueError(f"there is no view {view!r}; known: {', '.join(VIEWS)}")
    if side not in (None, "left", "right"):
        raise ValueError(f'a side is "left" or "right", not {side!r}')
    if camera is not None and not 0 <= camera < CAMERAS:
        raise ValueError(f"cameras are numbered 0 to {CAMERAS - 1}, not {camera!r}")
    if quality not in get_args(Quality):
        raise ValueError(f'the quality is "fast" or "fine", not {quality!r}')
    if not 64 <= size <= 2048:
        raise ValueError(f"a picture has 64 to 2048 pixels a side, not {size!r}")
    dice = np.random.default_rng((seed, sorted(drawable()).index(asana)))
    lots = {
        name: int(dice.integers(2**31))
        for name in ("person", "clothes", "pose", "camera", "set", "mat")
    }
    geometry = drawable()[asana]
    if person is None:
        person = lots["person"] % PEOPLE
    if not isinstance(person, Person):
        person = somebody(person, lots["clothes"])
    places = list(PLACES)
    place = place or places[lots["set"] % len(places)]
    side = side or ("left", "right")[lots["pose"] % 2]
    view = view or geometry.view
    body = person.body()
    posed = settle(asana, body, seed=lots["pose"])
    if side == "right" and not geometry.symmetric:
        posed = posed.mirror()
    turned, at = body.turn(posed.turns, posed.root)
    skin = as_numpy(body.posed(turned, at))
    joints = as_numpy(body.keypoints) @ skin
    camera_side = geometry.camera if side == "left" else _OTHER[geometry.camera]
    number = lots["camera"] % CAMERAS if camera is None else camera
    taken, azimuth = _camera(view, camera_side, posed, skin, number)
    colour = list(COLOURS)[lots["mat"] % len(COLOURS)]
    scenery = build(
        place, np.random.default_rng(lots["set"]), azimuth, (skin.min(0) + skin.max(0)) / 2
    )
    head = INDEX["head"]
    clothes = dressed(body, person.look, skin, (as_numpy(turned[head]), as_numpy(at[head])))
    low, high = _footprint(skin)
    meshes = [*clothes, mat(COLOURS[colour], low, high), *scenery.meshes]
    light = scenery.light
    light = Light(
        light.background, light.sun, light.sunlight, light.sky, light.ground, len(clothes)
    )
    pixels, depth = draw(meshes, taken, light, size)
    if quality == "fine":
        pixels = trace(meshes, taken, light, size)
    entry = Library.shipped()[asana]
    assert isinstance(entry, Asana)
    truth = {
        "asana": asana, "english": entry.english, "sanskrit": entry.sanskrit,
        "side": None if geometry.symmetric else side, "view": view, "camera side": camera_side,
        "person": person.number, "word": person.word, **person.words, "mat": colour, "place": place,
        "camera": {"number": number, **asdict(taken)},
        "seed": seed, "size": size, "joints": joints.round(4).tolist(),
    }  # fmt: skip
    from PIL import Image

    found = _visible(taken.seen(joints, size), depth)
    return Picture(Image.fromarray(pixels), caption_of(truth, lots["set"]), found, truth)


def _camera(
    view: View, side: str, pose: Pose, skin: np.ndarray, number: int
) -> tuple[Camera, float]:
    """A camera that sees the whole body, and radians by which it stands around the room's front."""
    dice = np.random.default_rng((number, 2))
    way = 1 if side == "left" else -1
    around = np.radians(way * _AROUND[view] + dice.uniform(-9, 9)) + _front(pose)
    rise = np.radians(dice.uniform(52, 68) if view == "above" else dice.uniform(4, 15))
    towards = np.array(
        (np.sin(around) * np.cos(rise), -np.cos(around) * np.cos(rise), np.sin(rise))
    )
    lens = _LENS * dice.uniform(0.85, 1.15)
    target = (skin.min(0) + skin.max(0)) / 2
    probe = Camera(point(target + towards), point(target), lens)
    right, up, forward = probe.axes() @ (skin - target).T
    reach = np.tan(lens / 2) * dice.uniform(0.80, 0.90)
    away = float(max((abs(right) / reach - forward).max(), (abs(up) / reach - forward).max()))
    eye = target + away * towards
    return Camera(point(eye), point(target), float(lens)), float(around)


def _front(pose: Pose) -> float:
    """Radians by which a person's front is turned from the room's, where it is level at all."""
    front = as_numpy(pose.root) @ np.array((0.0, -1.0, 0.0))
    return float(np.arctan2(front[0], -front[1])) if np.hypot(front[0], front[1]) > 0.7 else 0.0


def _footprint(skin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The corners, (2,) each, of what is on the floor or nearly so."""
    low = skin[skin[:, 2] < 0.08][:, :2]
    return low.min(0), low.max(0)


def _visible(seen: np.ndarray, depth: np.ndarray) -> np.ndarray:
    size = len(depth)
    inside = ((seen[:, :2] >= 0) & (seen[:, :2] < size)).all(1)
    x, y = np.clip(seen[:, :2].astype(int), 0, size - 1).T
    near = seen[:, 2] - depth[y, x] < _HIDDEN
    return np.stack([seen[:, 0], seen[:, 1], (inside & near).astype(float)], 1)
