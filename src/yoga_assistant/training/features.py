"""What the blocks of two UNets see, side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor, nn

EXTREME: Final = 3.0  # deviations; activations of the teacher beyond are left out


class Features:
    """The outputs of the blocks that a student shares with its teacher, compared.

    Each block counts alike, whatever the size of its activations. Where the student is narrower,
    the teacher's first channels are its counterparts: they are those that `prune` carries over.
    """

    def __init__(self, teacher: UNet2DConditionModel, student: UNet2DConditionModel) -> None:
        self._theirs: dict[str, Tensor] = {}
        self._ours: dict[str, Tensor] = {}
        for name, theirs, ours in _pairs(teacher, student):
            theirs.register_forward_hook(_noting(self._theirs, name))
            ours.register_forward_hook(_noting(self._ours, name))

    def loss(self) -> Tensor:
        """The mean over the blocks of the last pass through both.

        Raises:
            ValueError: two blocks see pictures of different sizes.
        """
        terms = [_term(name, self._ours[name], self._theirs[name]) for name in self._ours]
        return torch.stack(terms).mean()


def _term(name: str, ours: Tensor, theirs: Tensor) -> Tensor:
    theirs = theirs[:, : ours.shape[1]].float()
    if ours.shape != theirs.shape:
        raise ValueError(f"{name} is {tuple(ours.shape)}, its teacher {tuple(theirs.shape)}")
    usual = (theirs - theirs.mean()).abs() <= EXTREME * theirs.std()
    error = (ours.float() - theirs).square()[usual].mean()
    return error / theirs[usual].square().mean().clamp(min=1e-8)


def _pairs(
    teacher: UNet2DConditionModel, student: UNet2DConditionModel
) -> list[tuple[str, nn.Module, nn.Module]]:
    pairs = [(f"down {n}", teacher.down_blocks[n], block)
             for n, block in enumerate(student.down_blocks)]  # fmt: skip
    if student.mid_block is not None and len(student.down_blocks) == len(teacher.down_blocks):
        pairs.append(("middle", teacher.mid_block, student.mid_block))
    gone = len(teacher.up_blocks) - len(student.up_blocks)
    pairs += [(f"up {n}", teacher.up_blocks[n + gone], block)
              for n, block in enumerate(student.up_blocks)]  # fmt: skip
    return pairs


def _noting(notes: dict[str, Tensor], name: str) -> Callable[..., None]:
    def note(module: Any, _: Any, output: Any) -> None:
        # On the way down a block gives what each layer saw; after the last one it is made smaller.
        notes[name] = output[1][len(module.resnets) - 1] if isinstance(output, tuple) else output

    return note
