"""From an asana's geometry to a body: directions, contacts, joint limits, room and balance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import torch

from ...knowledge.schema import Geometry
from .body import BONES, INDEX, Body, make_body
from .directions import FRONT, UP, direction, mirrored
from .regions import FLAT, palm_axes, regions
from .volume import balls

_SEGMENTS: Final = {
    "thigh": ("upperleg01", "lowerleg01"), "shin": ("lowerleg01", "foot"),
    "upperarm": ("upperarm01", "lowerarm01"), "forearm": ("lowerarm01", "wrist"),
}  # fmt: skip
_WHOLE: Final = {"arm": ("upperarm", "forearm"), "leg": ("thigh", "shin")}
_AXES: Final = {"chest": ("spine01", FRONT), "hips": ("root", FRONT), "face": ("head", FRONT),
                "head": ("head", UP)}  # fmt: skip
_DEGREES: Final = {  # (low, high) about x, y and z at rest, of the left side; right is mirrored
    "spine05": ((-22, 28), (-14, 14), (-16, 16)), "neck01": ((-20, 20), (-15, 15), (-25, 25)),
    "head": ((-25, 25), (-20, 20), (-30, 30)), "upperleg01": ((-145, 35), (-75, 50), (-75, 60)),
    "lowerleg01": ((-3, 160), (-6, 6), (-30, 30)), "foot": ((-40, 60), (-25, 25), (-25, 25)),
    "toe": ((-70, 30), (-3, 3), (-3, 3)),
    "clavicle": ((-15, 15), (-40, 10), (-25, 25)),
    "upperarm01": ((-190, 80), (-145, 60), (-110, 110)),
    "lowerarm01": ((-150, 20), (-70, 70), (-150, 70)), "wrist": ((-88, 88), (-40, 40), (-90, 90)),
}  # fmt: skip


@dataclass(frozen=True)
class Pose:
    """A body's own turns (b + 1, 3; see `Body.turn`) and how it is turned as a whole (3, 3)."""

    turns: torch.Tensor
    root: torch.Tensor

    def mirror(self) -> Pose:
        """The same pose on the other side."""
        turns = torch.empty_like(self.turns)
        turns[_OTHER] = self.turns[:-1] * torch.tensor((1.0, -1.0, -1.0))
        turns[-1] = self.turns[-1] * torch.tensor((-1.0, 1.0, 1.0))
        flip = torch.diag(torch.tensor((-1.0, 1.0, 1.0)))
        return Pose(turns, flip @ self.root @ flip)

    def vertices(self, body: Body) -> torch.Tensor:
        """(v, 3), in metres, z up from the floor."""
        return body.posed(*body.turn(self.turns, self.root))


_OTHER: Final = torch.tensor(
    [INDEX[f"{b[:-1]}{'R' if b[-1] == 'L' else 'L'}" if b[-2] == "." else b] for b in BONES]
    + [len(BONES)]
)[:-1]


class Solver:
    """Poses one body as one geometry says.

    Args:
        sway: degrees by which each direction is off, drawn by `seed`: no two people, and no two
            attempts, are quite alike.
    """

    def __init__(self, geometry: Geometry, body: Body, *, sway: float = 0.0, seed: int = 0) -> None:
        self.geometry, self.body = geometry, body
        self._dice = torch.Generator().manual_seed(seed)
        self._targets(geometry, sway)
        self._limits()
        self._balls = balls(body)
        used = {*geometry.floor, *(region for pair in geometry.touch for region in pair)}
        known = regions()
        body_wide = torch.arange(0, len(body.rest), 23)
        self._ids = torch.cat([body_wide, *(known[name] for name in sorted(used))])
        self._cuts, start = {}, len(body_wide)
        for name in sorted(used):
            self._cuts[name] = slice(start, start + len(known[name]))
            start += len(known[name])
        self._wide = len(body_wide)

    def solve(self, *, steps: int = 320, start: Pose | None = None, rate: float = 0.06) -> Pose:
        """The pose after so many steps of Adam, from `start` or from standing."""
        root = self._root if start is None else start.root
        if start is None:
            free = torch.randn(len(BONES) + 1, 3, generator=self._dice) * 0.02
            free[-1] = torch.tensor((0.0, 0.0, 0.9))
        else:
            free = start.turns.clone()
        free.requires_grad_(True)
        optimiser = torch.optim.Adam([free], lr=rate)
        ramp_steps = steps * 0.4 if start is None else 1
        for step in range(steps):
            for group in optimiser.param_groups:
                group["lr"] = rate * (0.5 + 0.5 * math.cos(math.pi * step / steps)) + rate / 30
            loss = self._loss(self._tied(free), root, min(1.0, step / ramp_steps))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        return Pose(self._tied(free).detach(), root)

    def loss(self, pose: Pose) -> float:
        """What is wrong with a pose, all in all; 0 is nothing."""
        with torch.no_grad():
            return float(self._loss(pose.turns, pose.root, 1.0))

    def overlap(self, pose: Pose) -> float:
        """How deep limbs lie in each other beyond what flesh allows, in metres, at the worst."""
        return float(self._balls.overlaps(self.body, *self.body.turn(pose.turns, pose.root)).max())

    def falling(self, pose: Pose) -> float:
        """How far the body's middle is outside of what it stands on, in metres; 0 is balanced."""
        return float(self._falling(pose.vertices(self.body)[self._ids]))

    def _tied(self, free: torch.Tensor) -> torch.Tensor:
        """Left and right as one, if the asana is symmetric."""
        if not self.geometry.symmetric:
            return free
        twin = torch.zeros_like(free)
        twin[_OTHER] = free[:-1] * torch.tensor((1.0, -1.0, -1.0))
        sides = _SIDES[:, None]
        tied = torch.where(sides == 1, free, torch.where(sides == -1, twin, free * _PLANE))
        return torch.cat([tied[:-1], free[-1:] * torch.tensor((0.0, 1.0, 1.0))])

    def _loss(self, turns: torch.Tensor, root: torch.Tensor, ramp: float) -> torch.Tensor:
        body = self.body
        turned, at = body.turn(turns, root)
        skin = body.posed(turned, at, self._ids)
        z = skin[:, 2]
        loss = (self._weight * (1 - (self.pointing(turned, at) * self._wanted).sum(1))).sum()
        own = turns[:-1]
        limits = torch.relu(self._low - own) + torch.relu(own - self._high)
        loss = loss + 8 * limits.square().sum() + (self._calm * own.square()).sum()
        spine = own[INDEX["spine05"] : INDEX["spine01"] + 1]
        loss = loss + 0.5 * (spine[1:] - spine[:-1]).square().sum()
        under = torch.relu(-z - 0.004)
        contact = 150 * under.max() + 40 * under.square().sum()
        for name in self.geometry.floor:
            part = skin[self._cuts[name]][:, 2]
            lowest = part.topk(max(3, int(len(part) * _lying(name))), largest=False).values
            contact = contact + 25 * lowest.abs().mean() + 25 * lowest.abs().min()
        for one, other in self.geometry.touch:
            here, there = skin[self._cuts[one]], skin[self._cuts[other]]
            far = torch.cdist(here, there).min() - 0.005
            contact = contact + 25 * torch.relu(far) + (here.mean(0) - there.mean(0)).norm()
        contact = contact + 8 * self._balls.overlaps(body, turned, at).sum()
        return loss + ramp * (contact + 25 * self._falling(skin))

    def pointing(self, turned: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        """Where each part that the geometry names points, unit vectors (n, 3)."""
        bone, centre = self._from
        start = at[bone] + (turned[bone] @ (centre - self.body.heads[bone])[..., None])[..., 0]
        bone, centre = self._to
        end = at[bone] + (turned[bone] @ (centre - self.body.heads[bone])[..., None])[..., 0]
        return torch.nn.functional.normalize(end - start, dim=1)

    def _falling(self, skin: torch.Tensor) -> torch.Tensor:
        """How far the middle of the body is outside of what it stands on, in metres."""
        if not self.geometry.floor:
            return torch.zeros(())
        weight = skin[: self._wide, :2].mean(0)
        ground = torch.cat([skin[self._cuts[name]] for name in self.geometry.floor])[:, :2]
        return torch.relu((_AROUND @ weight - (ground @ _AROUND.T).max(0).values).max() + 0.01)

    def _targets(self, geometry: Geometry, sway: float) -> None:
        parts = expanded(geometry.points)
        ends, wanted, weight = [], [], []
        for part, words in parts.items():
            ends.append(self._ends(part))
            wanted.append(direction(words))
            weight.append({"face": 0.7, "palm": 0.7, "foot": 1.5}.get(part.split()[-1], 3.0))
        self._from = tuple(torch.stack(x) for x in zip(*(e[0] for e in ends), strict=True))
        self._to = tuple(torch.stack(x) for x in zip(*(e[1] for e in ends), strict=True))
        exact = torch.stack(wanted)
        off = torch.randn(exact.shape, generator=self._dice) * math.radians(sway)
        self._wanted = torch.nn.functional.normalize(exact + off, dim=1)
        self._weight = torch.tensor(weight)
        self.parts = tuple(parts)
        told = dict(zip(self.parts, exact, strict=True))
        self._root = _first_turn(told)

    def _ends(self, part: str) -> tuple[tuple[torch.Tensor, torch.Tensor], ...]:
        marks = self.body.marks

        def on(bone: str, place: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return torch.tensor(INDEX[bone]), place

        if part == "torso":
            hips = (marks["upperleg01.L"] + marks["upperleg01.R"]) / 2
            neck = marks["neck01"]
            return on("root", hips), on("spine01", neck)
        if part in _AXES:
            bone, axis = _AXES[part]
            return on(bone, self.body.heads[INDEX[bone]]), on(
                bone, self.body.heads[INDEX[bone]] + axis
            )
        side, _, name = part.partition(" ")
        letter = side[0].upper()
        if name == "palm":
            place = marks[f"wrist.{letter}"]
            return on(f"wrist.{letter}", place), on(
                f"wrist.{letter}", place + palm_axes(self.body, letter)[1]
            )
        if name == "hand":
            place = marks[f"wrist.{letter}"]
            return on(f"wrist.{letter}", place), on(
                f"wrist.{letter}", place + palm_axes(self.body, letter)[0]
            )
        if name == "foot":
            place = marks[f"foot.{letter}"]
            along = (marks[f"toe2-1.{letter}"] - place) * torch.tensor((1.0, 1.0, 0.0))
            return on(f"foot.{letter}", place), on(f"foot.{letter}", place + along)
        first, last = (f"{bone}.{letter}" for bone in _SEGMENTS[name])
        return on(first, marks[first]), on(first, marks[last])

    def _limits(self) -> None:
        low, high = torch.full((len(BONES), 3), -10.0), torch.full((len(BONES), 3), 10.0)
        calm = torch.full((len(BONES), 1), 0.02)
        calm[0] = 0
        for bone, number in INDEX.items():
            name, _, side = bone.partition(".")
            name = {"spin": "spine05", "neck": "neck01"}.get(name[:4], name)
            if name in _DEGREES:
                (x0, x1), (y0, y1), (z0, z1) = _DEGREES[name]
                if side == "R":
                    y0, y1, z0, z1 = -y1, -y0, -z1, -z0
                low[number] = torch.tensor((x0, y0, z0)).deg2rad()
                high[number] = torch.tensor((x1, y1, z1)).deg2rad()
            if name in ("wrist", "clavicle", "spine05", "toe"):
                calm[number] = 0.12
        self._low, self._high, self._calm = low, high, calm


def expanded(points: dict[str, str]) -> dict[str, str]:
    """ "both" as left and right (told of the left one), an arm or a leg as its two parts."""
    found: dict[str, str] = {}
    for part, words in points.items():
        side, _, name = part.rpartition(" ")
        for one in ("left", "right") if side == "both" else (side,):
            said = mirrored(words) if side == "both" and one == "right" else words
            for piece in _WHOLE.get(name, (name,)):
                found[f"{one} {piece}".strip()] = said
    return found


def _lying(region: str) -> float:
    """The share of a region that lies on the floor where it touches it."""
    return 0.6 if region.split(" ", 1)[-1] in FLAT or region in FLAT else 0.2


def _first_turn(told: dict[str, torch.Tensor]) -> torch.Tensor:
    """The whole body turned so that its trunk and its front point as they will."""
    up = told.get("torso", UP)
    front = told.get("hips", told.get("chest"))
    if front is None:
        front = FRONT if abs(float(up @ FRONT)) < 0.9 else -UP * float(up @ FRONT)
    front = torch.nn.functional.normalize(front - (front @ up) * up, dim=0)
    return torch.stack([torch.linalg.cross(-front, up), -front, up], 1)


_AROUND: Final = torch.stack(
    [torch.linspace(0, 2 * math.pi, 37)[:-1].cos(), torch.linspace(0, 2 * math.pi, 37)[:-1].sin()],
    1,
)
_SIDES: Final = torch.tensor(
    [{"L": 1, "R": -1}.get(b[-1] if "." in b else "", 0) for b in BONES] + [0]
)
_PLANE: Final = torch.tensor((1.0, 0.0, 0.0))


@lru_cache(maxsize=1)
def standard() -> Body:
    """The body that poses are made for first."""
    return make_body()
