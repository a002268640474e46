"""Bodies: a rigged person of a chosen build, posed by one rotation a bone.

Metres, z up. At rest a person faces -y, and +x is the person's left. The shapes come from Anny
(https://github.com/naver/anny, Apache-2.0; its data are MakeHuman's, CC0); posing is our own.
"""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import torch

from ...errors import extra
from ...progress import progress

_SPINE: Final = (
    "spine05",
    "spine04",
    "spine03",
    "spine02",
    "spine01",
    "neck01",
    "neck02",
    "neck03",
)
_LIMB: Final = (
    "upperleg01", "lowerleg01", "foot", "toe", "clavicle", "upperarm01", "lowerarm01", "wrist",
)  # fmt: skip
BONES: Final = ("root", *_SPINE, "head", *(f"{bone}.{side}" for side in "LR" for bone in _LIMB))
"""The bones that turn; every other bone of the rig follows the next of these above it."""
INDEX: Final = {bone: number for number, bone in enumerate(BONES)}
_TOES: Final = {"toe1-1": "toe", "toe2-1": "toe", "toe3-1": "toe", "toe4-1": "toe", "toe5-1": "toe"}


@dataclass(frozen=True)
class Build:
    """What a body is like, each from 0 to 1; Anny's words. Adults only."""

    gender: float = 0.5  # 0 male, 1 female
    age: float = 0.65  # 0.6 is 25 years, 1 is 90
    muscle: float = 0.5
    weight: float = 0.4
    height: float = 0.5
    proportions: float = 0.6


@dataclass(frozen=True)
class Body:
    """A person at rest.

    Attributes:
        rest: (v, 3) vertices.
        heads: (b, 3) where each of `BONES` begins.
        weights: (v, b) how much a vertex follows each bone; rows add up to 1.
        faces: (f, 3) indices of vertices, the same for every build.
        keypoints: (17, v) weights that give COCO's joints from the vertices.
        marks: names and places of the rig's other bones, such as "finger3-1.L".
    """

    rest: torch.Tensor
    heads: torch.Tensor
    weights: torch.Tensor
    faces: torch.Tensor
    keypoints: torch.Tensor
    marks: dict[str, torch.Tensor]

    def posed(
        self, turned: torch.Tensor, at: torch.Tensor, of: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Vertices, (v, 3), after linear blend skinning.

        Args:
            turned, at: each bone's rotation (b, 3, 3) and head (b, 3), see `turn`.
            of: which vertices; None: all.
        """
        rest, weights = (
            (self.rest, self.weights) if of is None else (self.rest[of], self.weights[of])
        )
        blended = (weights @ turned.flatten(1)).view(-1, 3, 3)
        moved = at - (turned @ self.heads[..., None])[..., 0]
        return (blended @ rest[..., None])[..., 0] + weights @ moved

    def turn(self, pose: torch.Tensor, root: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Every bone's rotation and head, in the world.

        Args:
            pose: (b + 1, 3): each bone's own turn as a rotation vector in radians, about the axes
                of the body at rest; the last row is where the root is.
            root: (3, 3), how the whole body is turned besides.

        Returns:
            (b, 3, 3) and (b, 3).
        """
        own = rotation(pose[:-1])
        first = (root @ own[0])[None]
        turned, at = first, pose[-1:]
        for parents, here in _LEVELS:
            above = turned[parents]
            at = torch.cat([at, at[parents] + (above @ self._arms(here)[..., None])[..., 0]])
            turned = torch.cat([turned, above @ own[here]])
        return turned[_BACK], at[_BACK]

    def _arms(self, here: torch.Tensor) -> torch.Tensor:
        return self.heads[here] - self.heads[_PARENTS[here]]


def rotation(vector: torch.Tensor) -> torch.Tensor:
    """Rotation matrices (..., 3, 3) of rotation vectors (..., 3), by Rodrigues' formula."""
    angle = (vector.square().sum(-1, keepdim=True) + 1e-12).sqrt()
    x, y, z = (vector / angle).unbind(-1)
    zero = torch.zeros_like(x)
    cross = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).view(*x.shape, 3, 3)
    angle = angle[..., None]
    return torch.eye(3) + angle.sin() * cross + (1 - angle.cos()) * (cross @ cross)


def _parent(bone: str) -> int:
    name, _, side = bone.partition(".")
    above = {
        "upperleg01": "root", "lowerleg01": "upperleg01", "foot": "lowerleg01", "toe": "foot",
        "clavicle": "spine01", "upperarm01": "clavicle", "lowerarm01": "upperarm01",
        "wrist": "lowerarm01", "spine05": "root", "head": "neck03",
    }.get(name)  # fmt: skip
    if above is None:
        above = _SPINE[_SPINE.index(name) - 1]
    return INDEX.get(f"{above}.{side}", INDEX.get(above, 0))


_PARENTS: Final = torch.tensor([0, *(_parent(bone) for bone in BONES[1:])])


def _levels() -> tuple[list[tuple[torch.Tensor, torch.Tensor]], torch.Tensor]:
    """The bones in layers of equal depth: (where the parents lie among the done, which bones)."""
    order, levels = [0], []
    while len(order) < len(BONES):
        here = [b for b in range(len(BONES)) if b not in order and int(_PARENTS[b]) in order]
        above = [order.index(int(_PARENTS[b])) for b in here]
        levels.append((torch.tensor(above), torch.tensor(here)))
        order += here
    return levels, torch.tensor([order.index(b) for b in range(len(BONES))])


_LEVELS, _BACK = _levels()


def make_body(build: Build = Build()) -> Body:
    """A body of this build.

    Raises:
        MissingExtraError: Anny is not installed.
    """
    model, keypoints = _anny()
    rig = list(model.bone_labels)
    upright = torch.eye(4).repeat(1, len(rig), 1, 1)
    wishes = {name: getattr(build, name) for name in Build.__dataclass_fields__}
    with torch.no_grad():
        made = model(pose_parameters=upright, phenotype_kwargs=wishes)
    heads = made["rest_bone_heads"][0]
    owners = torch.tensor([_owner(bone, rig, model.bone_parents) for bone in range(len(rig))])
    rest = made["rest_vertices"][0]
    weights = torch.zeros(len(rest), len(BONES))
    weights.scatter_add_(
        1, owners[model.vertex_bone_indices.long()], model.vertex_bone_weights.float()
    )
    toes = {f"toe.{side}": f"toe2-1.{side}" for side in "LR"}
    chosen = torch.stack([heads[rig.index(toes.get(bone, bone))] for bone in BONES])
    return Body(
        rest=rest - chosen[0],
        heads=chosen - chosen[0],
        weights=weights / weights.sum(1, keepdim=True),
        faces=model.faces.long(),
        keypoints=keypoints,
        marks={name: heads[number] - chosen[0] for number, name in enumerate(rig)},
    )


def _owner(bone: int, rig: list[str], parents: Any) -> int:
    """The turning bone that a bone of the rig follows."""
    while True:
        name, dot, side = rig[bone].partition(".")
        name = _TOES.get(name, name) + dot + side
        if name in INDEX:
            return INDEX[name]
        bone = int(parents[bone])


@cache
def _anny() -> tuple[Any, torch.Tensor]:
    with extra("studio", "a body to draw"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import warp

        warp.config.log_level = logging.ERROR  # it would tell which graphics card there is
        import anny
        from anny.keypoints import KeypointsRegressor
        from anny.paths import get_anny_cache_path

        unpacked = any(get_anny_cache_path().rglob("*compact*"))
        label = "unpacking Anny's body, once, a minute or two"
        with progress(label, 2, wanted=False if unpacked else None) as done:
            done("")
            model = anny.Anny().to(dtype=torch.float32)
            done("")
        return model, KeypointsRegressor.coco(model).regression_weights[:17].float()
