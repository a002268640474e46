"""Named parts of the skin, such as "left sole" or "seat": vertices, the same for every build."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import torch

from .body import BONES, Body, make_body

MOST: Final = 48
"""As many vertices stand for a region when bodies are posed."""

FLAT: Final = ("sole", "palm", "forearm", "shin", "top", "back", "upper back")
"""Regions of which most lies down when they touch the floor; of the others the lowest part does."""


@cache
def regions() -> dict[str, torch.Tensor]:
    """Every region: indices of at most `MOST` vertices."""
    body = make_body()
    found = _middle(body)
    for side in ("left", "right"):
        found |= {f"{side} {name}": of for name, of in _sided(body, side[0].upper()).items()}
    return {name: of[:: -(-len(of) // MOST)] for name, of in found.items()}


def _sided(body: Body, side: str) -> dict[str, torch.Tensor]:
    x, y, z = body.rest.T
    outwards = x if side == "L" else -x
    owned = _owners(body, side)
    foot = owned("foot") | owned("toe")
    thigh, shin, hand = owned("upperleg01"), owned("lowerleg01"), owned("wrist")
    knee, elbow = body.marks[f"lowerleg01.{side}"], body.marks[f"lowerarm01.{side}"]
    front, rear = float(y[foot].min()), float(y[foot].max())
    low, out = float(z[foot].min()), float(outwards[foot].max())
    along, _ = palm_axes(body, side)
    reach = (body.rest - body.marks[f"wrist.{side}"]) @ along
    inwards = float(outwards[foot].min())
    shaft = _line(body.rest, knee, body.marks[f"foot.{side}"])
    parts = {
        "sole": foot & (z < low + 0.015),
        "ball": foot & (z < low + 0.02) & (y < front + 0.10),
        "toes": foot & (y < front + 0.03),
        "top": foot & (y < front + 0.16) & (z > low + 0.03),
        "heel": foot & (y > rear - 0.03),
        "edge": foot & (outwards > out - 0.025),
        "inner foot": foot & (outwards < inwards + 0.025),
        "knee": (thigh | shin) & (_far(body, knee) < 0.09) & (y < knee[1] - 0.01),
        "shin": shin & (y < shaft[:, 1] - 0.03) & (z < knee[2] - 0.04),
        "calf": shin & (y > y[shin].median()),
        "outer shin": shin & (outwards > outwards[shin].median()),
        "thigh": thigh & (y < -0.02),
        "hamstring": thigh & (y > 0.02) & (z < -0.12),
        "inner thigh": thigh & (outwards < 0.09) & (z < -0.12),
        "outer thigh": thigh & (outwards > 0.14),
        "palm": hand & (reach > 0.02) & (reach < 0.11),
        "tips": hand & (reach > reach[hand].max() - 0.03),
        "wrist": hand & (reach < 0.03),
        "forearm": owned("lowerarm01"),
        "elbow": (owned("lowerarm01") | owned("upperarm01")) & (_far(body, elbow) < 0.075),
        "upperarm": owned("upperarm01"),
        "shoulder": owned("clavicle"),
    }
    return {name: of.nonzero()[:, 0] for name, of in parts.items()}


def _middle(body: Body) -> dict[str, torch.Tensor]:
    _, y, z = body.rest.T
    owned = _owners(body, "")
    spine = owned("spine05", "spine04", "spine03", "spine02", "spine01")
    pelvis = owned("root", "spine05", "upperleg01.L", "upperleg01.R")
    high = owned("spine02", "spine01", "clavicle.L", "clavicle.R")
    head, waist = owned("head"), float(body.marks["spine02"][2])
    parts = {
        "seat": pelvis & (y > 0.02) & (z < 0) & (z > -0.16),
        "belly": spine & (y < -0.06) & (z < waist),
        "chest": spine & (y < -0.06) & (z > waist),
        "back": spine & (y > 0.05),
        "upper back": high & (y > 0.05),
        "crown": head & (z > z[head].max() - 0.03),
        "back of head": head & (y > y[head].max() - 0.03),
        "forehead": head & (y < -0.12) & (z > z[head].max() - 0.1),
        "chin": head & (y < -0.12) & (z < z[head].min() + 0.07),
    }
    return {name: of.nonzero()[:, 0] for name, of in parts.items()}


def palm_axes(body: Body, side: str) -> tuple[torch.Tensor, torch.Tensor]:
    """At rest: the unit vectors along the hand, and out of its palm."""
    wrist, middle, index, little = (
        body.marks[f"{name}.{side}"] for name in ("wrist", "finger3-1", "finger2-1", "finger5-1")
    )
    normal = torch.linalg.cross(index - wrist, little - wrist) * (1 if side == "L" else -1)
    return (middle - wrist) / (middle - wrist).norm(), normal / normal.norm()


def _owners(body: Body, side: str) -> Callable[..., torch.Tensor]:
    most = body.weights.argmax(1)

    def owned(*bones: str) -> torch.Tensor:
        wanted = [BONES.index(f"{bone}.{side}" if side else bone) for bone in bones]
        return torch.isin(most, torch.tensor(wanted))

    return owned


def _far(body: Body, point: torch.Tensor) -> torch.Tensor:
    return (body.rest - point).norm(dim=1)


def _line(points: torch.Tensor, start: torch.Tensor, end: torch.Tensor) -> torch.Tensor:
    """The nearest place of a straight line for each point."""
    along = end - start
    share = (points - start) @ along / (along @ along)
    return start + share[:, None] * along
