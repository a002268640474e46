"""The weights of a teacher in a smaller student: which of its blocks go where, and which channels.

Of a block that loses layers the first ones stay and, going up, the last one, which alone takes the
picture over from the level above. Of channels the first ones stay; where a tensor holds several
things side by side (two halves of a gate, heads, a joint of two inputs) the first ones of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

_PLACE = re.compile(r"(down|up)_blocks\.(\d+)\.(?:(resnets|attentions)\.(\d+)\.)?")
_JOINED = re.compile(
    r"up_blocks\.(\d+)\.resnets\.(\d+)\.(?:norm1\.|(?P<conv>conv1|conv_shortcut)\.weight)"
)
_HEADS_OUT = re.compile(r"\.attn\d\.to_[qkv]\.")
_HEADS_IN = re.compile(r"\.attn\d\.to_out\.0\.weight")


def carry_weights(teacher: UNet2DConditionModel, student: UNet2DConditionModel) -> None:
    """Fills a student on the `meta` device with what fits of its teacher, which is not changed.

    Raises:
        ValueError: a tensor of the student has no counterpart that is at least as large.
    """
    weights = teacher.state_dict()
    carried = {}
    for name, tensor in student.state_dict().items():
        source = teachers_name(name, teacher, student)
        if source not in weights:
            raise ValueError(f"the teacher has no {source!r} for the student's {name!r}")
        taken = weights[source].detach()
        for axis, chosen in enumerate(_chosen(name, taken, tensor, teacher, student)):
            taken = taken.index_select(axis, chosen.to(taken.device))
        if taken.shape != tensor.shape:
            raise ValueError(f"{name!r} is {tuple(tensor.shape)}, its teacher {tuple(taken.shape)}")
        carried[name] = taken.clone().contiguous()
    student.load_state_dict(carried, assign=True)


def teachers_name(name: str, teacher: UNet2DConditionModel, student: UNet2DConditionModel) -> str:
    """The name that a tensor of the student has in the teacher."""

    def moved(match: re.Match[str]) -> str:
        way, block, kind, layer = match.groups()
        number = int(block) + (_levels(teacher) - _levels(student) if way == "up" else 0)
        if kind is None:
            return f"{way}_blocks.{number}."
        place = int(layer)
        last = _layers(student) if way == "up" else _layers(student) - 1
        if way == "up" and place == last:
            place = _layers(teacher)
        return f"{way}_blocks.{number}.{kind}.{place}."

    return _PLACE.sub(moved, name)


def _chosen(
    name: str,
    source: Tensor,
    target: Tensor,
    teacher: UNet2DConditionModel,
    student: UNet2DConditionModel,
) -> Iterator[Tensor]:
    """Which entries stay, along each axis of the teacher's tensor."""
    for axis, (whole, part) in enumerate(zip(source.shape, target.shape, strict=True)):
        if part > whole:
            raise ValueError(f"{name!r} has {part} channels, its teacher only {whole}")
        if whole == part and not _JOINED.match(name):
            yield torch.arange(part)
        elif (joined := _JOINED.match(name)) and axis == (1 if joined["conv"] else 0):
            ours, theirs = _joint(joined, student), _joint(joined, teacher, student)
            yield _firsts(theirs, ours)
        elif ".ff.net.0.proj." in name and axis == 0:
            yield _firsts((whole // 2, whole // 2), (part // 2, part // 2))
        elif (_HEADS_OUT.search(name) and axis == 0) or (_HEADS_IN.search(name) and axis == 1):
            yield _of_heads(name, whole, part, teacher, student)
        elif name == "time_embedding.linear_1.weight" and axis == 1:
            yield _frequencies(whole, part)
        else:
            yield torch.arange(part)


def _joint(
    match: re.Match[str], unet: UNet2DConditionModel, student: UNet2DConditionModel | None = None
) -> tuple[int, int]:
    """Channels of the two inputs that a layer on the way up joins: from below, and across.

    With `student`, those of the teacher's layer that goes to the student's of this name.
    """
    block, layer = int(match[1]), int(match[2])
    widths = list(unet.config["block_out_channels"])
    is_last = layer == _layers(student or unet)
    level = len(widths if student is None else student.config["block_out_channels"]) - 1 - block
    below = widths[min(level + 1, len(widths) - 1)] if layer == 0 else widths[level]
    return below, widths[max(level - 1, 0)] if is_last else widths[level]


def _firsts(whole: tuple[int, ...], part: tuple[int, ...]) -> Tensor:
    """The first entries of each of several runs that stand side by side."""
    starts = [sum(whole[:number]) for number in range(len(whole))]
    return torch.cat([torch.arange(s, s + n) for s, n in zip(starts, part, strict=True)])


def _of_heads(
    name: str,
    whole: int,
    part: int,
    teacher: UNet2DConditionModel,
    student: UNet2DConditionModel,
) -> Tensor:
    module = name.partition(".to_")[0]
    ours = student.get_submodule(module).heads
    theirs = teacher.get_submodule(teachers_name(f"{module}.", teacher, student)[:-1]).heads
    each = whole // theirs
    return _firsts((each,) * ours, (part // ours,) * ours)


def _frequencies(whole: int, part: int) -> Tensor:
    """The waves of the teacher's timestep nearest to the student's: cosines, then sines."""
    ours, theirs = part // 2, whole // 2
    near = (torch.arange(ours) * theirs / ours).round().long()
    return torch.cat([near, near + theirs])


def _levels(unet: UNet2DConditionModel) -> int:
    return len(unet.config["block_out_channels"])


def _layers(unet: UNet2DConditionModel) -> int:
    return int(unet.config["layers_per_block"])
