"""What room a body takes, as balls along its bones: no limb goes through another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch

from .body import INDEX, Body

FLESH: Final = 0.025
"""Metres by which soft parts give way where they press on each other."""
_LIMBS: Final = (
    ("upperleg01", "lowerleg01", 5), ("lowerleg01", "foot", 5), ("foot", "toe2-1", 3),
    ("upperarm01", "lowerarm01", 4), ("lowerarm01", "wrist", 4), ("wrist", "finger3-1", 2),
)  # fmt: skip
_TRUNK: Final = ("root", "spine05", "spine04", "spine03", "spine02", "spine01")


@dataclass(frozen=True)
class Balls:
    """Balls fixed to bones: `bone` (n,), `centre` (n, 3) at rest, `radius` (n,); and which pairs
    of them, (p, 2), may not overlap."""

    bone: torch.Tensor
    centre: torch.Tensor
    radius: torch.Tensor
    pairs: torch.Tensor

    def overlaps(self, body: Body, turned: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        """How deep each pair lies in each other beyond what flesh allows, (p,), in metres."""
        arms = self.centre - body.heads[self.bone]
        centres = at[self.bone] + (turned[self.bone] @ arms[..., None])[..., 0]
        one, other = self.pairs.T
        apart = (centres[one] - centres[other]).square().sum(1).add(1e-9).sqrt()
        return torch.relu(self.radius[one] + self.radius[other] - FLESH - apart)


def balls(body: Body) -> Balls:
    """The balls that fill this body."""
    bones, centres, radii = [], [], []

    def add(bone: str, centre: torch.Tensor, radius: float) -> None:
        bones.append(INDEX[bone])
        centres.append(centre)
        radii.append(radius)

    for side in "LR":
        for first, last, count in _LIMBS:
            start, end = body.marks[f"{first}.{side}"], body.marks[f"{last}.{side}"]
            skin = body.rest[body.weights[:, INDEX[f"{first}.{side}"]] > 0.6]
            for step in range(count):
                centre = start + (end - start) * (step + 0.5) / count
                add(f"{first}.{side}", centre, _thickness(skin, start, end, centre))
    for name in _TRUNK:
        centre = body.marks[name]
        slab = body.rest[(body.rest[:, 2] - centre[2]).abs() < 0.02]
        slab = slab[slab[:, 0].abs() < 0.2]
        depth = float(slab[:, 1].max() - slab[:, 1].min()) / 2
        middle = float(slab[:, 1].max() + slab[:, 1].min()) / 2
        half = max(float(slab[:, 0].abs().max()) - depth, 0.01)
        for x in (-half, 0.0, half):
            add(name, torch.tensor((x, middle, float(centre[2]))), depth)
    head = body.rest[body.weights[:, INDEX["head"]] > 0.8]
    centre = (head.max(0).values + head.min(0).values) / 2
    add("head", centre, float(head[:, 0].abs().max()) + 0.015)
    add("neck02", body.marks["neck02"], 0.055)
    where, size = torch.stack(centres), torch.tensor(radii)
    return Balls(torch.tensor(bones), where, size, _apart_at_rest(where, size, torch.tensor(bones)))


def _thickness(
    skin: torch.Tensor, start: torch.Tensor, end: torch.Tensor, centre: torch.Tensor
) -> float:
    axis = (end - start) / (end - start).norm()
    offset = skin - centre
    along = offset @ axis
    near = along.abs() < 0.03
    away = (offset[near] - along[near, None] * axis).norm(dim=1)
    return float(away.median()) if len(away) else 0.03


def _apart_at_rest(centre: torch.Tensor, radius: torch.Tensor, bone: torch.Tensor) -> torch.Tensor:
    one, other = torch.triu_indices(len(centre), len(centre), 1)
    gap = (centre[one] - centre[other]).norm(dim=1) - radius[one] - radius[other]
    trunk = torch.tensor([INDEX[name] for name in _TRUNK])
    both = torch.isin(bone[one], trunk) & torch.isin(bone[other], trunk)
    return torch.stack([one, other], 1)[(gap > 0.01) & (bone[one] != bone[other]) & ~both]
