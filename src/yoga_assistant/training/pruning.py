"""A smaller UNet out of a large one: a budget in, a legal config out, and the weights go along.

    teacher ── plans ──> every cut, its parameters and MACs ── budget ──> the largest that fits
       └───────────────────── weights, by name and by channel ─────────────────────> student

Three kinds of cut, alone or together: fewer layers a block; no middle block or no deepest level;
narrower blocks. A student is built from a config of its own, so it saves, loads and opens in other
tools as any UNet does; the teacher is left as it is.

Source: Kim et al. 2024, "BK-SDM", arXiv 2305.15798 (the cuts of `PRESETS` but the last).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, Final

import torch
from diffusers import UNet2DConditionModel

from .carry import carry_weights
from .cost import macs_of, parameters_of, seconds_of

WIDTHS: Final = (1.0, 0.875, 0.75, 0.625, 0.5)  # of the teacher's, tried for every cut in depth
LEAST_LEVELS: Final = 2


@dataclass(frozen=True)
class Cut:
    """What is taken away: by how much, not from what."""

    layers: int | None = None  # a block; None keeps the teacher's
    levels: int = 0  # the deepest so many are left out
    has_mid: bool = True
    widths: tuple[int, ...] | float = 1.0  # channels a level, or a share of the teacher's


PRESETS: Final[Mapping[str, Cut]] = {
    "bk-base": Cut(layers=1),
    "bk-small": Cut(layers=1, has_mid=False),
    "bk-tiny": Cut(layers=1, levels=1, has_mid=False),
    # Tools that insist on a middle block open this one; half of Stable Diffusion v1 in all.
    "half-with-mid": Cut(layers=1, widths=(256, 512, 896, 896)),
}


@dataclass(frozen=True)
class Plan:
    """A legal student: its config, and what it costs before anything is built."""

    cut: Cut
    config: Mapping[str, Any] = field(repr=False)
    parameters: int

    @cached_property
    def macs(self) -> int:
        """Multiply-accumulate operations of one step for one picture of the config's size."""
        return macs_of(_on_meta(self.config))

    def __str__(self) -> str:
        widths = ", ".join(map(str, self.config["block_out_channels"]))
        mid = "with" if self.config["mid_block_type"] else "without"
        layers = self.config["layers_per_block"]
        return f"widths {widths}; {layers} layers a block; {mid} a middle block"


def prune(
    unet: UNet2DConditionModel,
    *,
    total_ratio: float | None = None,
    kept: int = 0,
    parameters: int | None = None,
    macs: int | None = None,
    seconds: float | None = None,
    preset: str | None = None,
    keep_mid: bool = False,
) -> UNet2DConditionModel:
    """The largest legal student within a budget, with the teacher's weights as far as they fit.

    The student draws badly until it is trained: see `distill`. Its device and precision are the
    teacher's; of a teacher on the `meta` device it is on `meta` as well.

    Args:
        unet: the teacher; it is not changed.
        total_ratio: of all parameters that may remain, 0 to 1, the `kept` ones included.
        kept: parameters outside the UNet that stay: text encoder and VAE.
        parameters: that the student may have.
        macs: multiply-accumulate operations that a step may take.
        seconds: that a step may take on the teacher's device, measured here.
        preset: one of `PRESETS`, instead of a budget.
        keep_mid: whether a middle block must remain, on which some tools insist.

    Raises:
        ValueError: not exactly one of the budgets is given, it is out of its range, or no legal
            student is that small; the error names the smallest.
    """
    budgets = (total_ratio, parameters, macs, seconds, preset)
    if sum(budget is not None for budget in budgets) != 1:
        raise ValueError("give one of total_ratio, parameters, macs, seconds and preset")
    if preset is not None:
        return build(unet, plan(unet, _preset(preset)))
    if total_ratio is not None:
        parameters = _parameters_left(unet, total_ratio, kept)
    found = [p for p in plans(unet) if p.cut.has_mid or not keep_mid]
    return build(unet, _largest(unet, found, parameters, macs, seconds))


def plans(unet: UNet2DConditionModel) -> list[Plan]:
    """Every legal cut of this teacher with its exact numbers, the largest student first."""
    found: dict[tuple[object, ...], Plan] = {}
    for cut in (*PRESETS.values(), *_cuts(unet)):
        try:
            one = plan(unet, cut)
        except ValueError:
            continue  # of a preset: too wide or too deep for this teacher
        found.setdefault(tuple(sorted((k, str(v)) for k, v in one.config.items())), one)
    return sorted(found.values(), key=lambda one: -one.parameters)


def plan(unet: UNet2DConditionModel, cut: Cut) -> Plan:
    """The student that a cut leaves.

    Raises:
        ValueError: the teacher has not that much to take away, or the widths do not fit its heads
            and groups.
    """
    config = _config(unet, cut)
    return Plan(cut, config, parameters_of(_on_meta(config)))


def build(unet: UNet2DConditionModel, planned: Plan) -> UNet2DConditionModel:
    """The student of a plan, with the weights of its teacher."""
    student = _on_meta(planned.config)
    if unet.device.type != "meta":
        carry_weights(unet, student)
    return student.train(unet.training)


def _cuts(unet: UNet2DConditionModel) -> Iterator[Cut]:
    layers, levels = unet.config["layers_per_block"], len(unet.config["block_out_channels"])
    mids = (True, False) if unet.config["mid_block_type"] else (False,)
    depths = range(layers, 0, -1) if isinstance(layers, int) else (None,)
    for depth, left_out, has_mid, width in product(
        depths, range(levels - LEAST_LEVELS + 1), mids, WIDTHS
    ):
        yield Cut(depth, left_out, has_mid, width)


def _config(unet: UNet2DConditionModel, cut: Cut) -> dict[str, Any]:
    own = {key: value for key, value in unet.config.items() if not key.startswith("_")}
    levels = len(own["block_out_channels"]) - cut.levels
    if levels < LEAST_LEVELS:
        raise ValueError(f"{cut.levels} levels less leave {levels}, at least {LEAST_LEVELS} stay")
    layers = own["layers_per_block"] if cut.layers is None else cut.layers
    if isinstance(own["layers_per_block"], int) and not 1 <= layers <= own["layers_per_block"]:
        raise ValueError(
            f"{layers} layers a block, where the teacher has {own['layers_per_block']}"
        )
    for key in ("down_block_types", "attention_head_dim", "num_attention_heads",
                "cross_attention_dim", "transformer_layers_per_block"):  # fmt: skip
        if isinstance(own[key], tuple | list):
            own[key] = tuple(own[key])[:levels]
    return own | {
        "block_out_channels": _widths(own, cut, levels),
        "up_block_types": tuple(own["up_block_types"])[cut.levels :],
        "layers_per_block": layers,
        "mid_block_type": own["mid_block_type"] if cut.has_mid else None,
    }


def _widths(own: Mapping[str, Any], cut: Cut, levels: int) -> tuple[int, ...]:
    """Channels a level, each a multiple of what groups and heads divide it into."""
    whole = tuple(own["block_out_channels"])
    heads = own["num_attention_heads"] or own["attention_head_dim"]
    each = heads if isinstance(heads, tuple | list) else [heads] * len(whole)
    steps = [math.lcm(own["norm_num_groups"] or 1, each[level]) for level in range(levels)]
    if isinstance(cut.widths, float):
        scaled = zip(whole, steps, strict=False)
        return tuple(max(round(w * cut.widths / s), 1) * s for w, s in scaled)
    fits = zip(cut.widths, whole, steps, strict=False)
    if len(cut.widths) != levels or any(w > most or w % s for w, most, s in fits):
        raise ValueError(
            f"widths {cut.widths} do not fit into {whole[:levels]} by steps of {steps}"
        )
    return cut.widths


def _parameters_left(unet: UNet2DConditionModel, total_ratio: float, kept: int) -> int:
    if not 0 < total_ratio <= 1:
        raise ValueError(f"total_ratio is more than 0 and at most 1, not {total_ratio!r}")
    if kept < 0:
        raise ValueError(f"kept is a number of parameters, not {kept!r}")
    left = math.floor(total_ratio * (parameters_of(unet) + kept)) - kept
    if left <= 0:
        raise ValueError(f"the {kept:,} parameters that are kept are more than total_ratio allows")
    return left


def _largest(
    unet: UNet2DConditionModel,
    found: list[Plan],
    parameters: int | None,
    macs: int | None,
    seconds: float | None,
) -> Plan:
    for one in found:
        if parameters is not None and one.parameters <= parameters:
            return one
        if macs is not None and one.macs <= macs:
            return one
        if seconds is not None and seconds_of(build(unet, one)) <= seconds:
            return one
    smallest = found[-1]
    raise ValueError(
        f"no legal student is within the budget; the smallest ({smallest}) has "
        f"{smallest.parameters:,} parameters and takes {smallest.macs:,} MACs a step"
    )


def _preset(name: str) -> Cut:
    if name not in PRESETS:
        raise ValueError(f"there is no preset {name!r}; known: {', '.join(PRESETS)}")
    return PRESETS[name]


def _on_meta(config: Mapping[str, Any]) -> UNet2DConditionModel:
    with torch.device("meta"):
        return UNet2DConditionModel.from_config(dict(config))
