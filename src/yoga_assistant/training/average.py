"""The moving average of the weights that are trained: steadier than the last step's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class Average:
    """An exponential moving average of a model's trainable parameters.

    The first steps count for more: the decay of step t is at most (1 + t) / (10 + t).
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self._parameters = {n: p for n, p in model.named_parameters() if p.requires_grad}
        self._values = {name: p.detach().clone() for name, p in self._parameters.items()}

    def update(self, step: int) -> None:
        """Takes in the weights after a step, counted from 0."""
        decay = min(self.decay, (1 + step) / (10 + step))
        values, parameters = list(self._values.values()), list(self._parameters.values())
        with torch.no_grad():
            torch._foreach_lerp_(values, parameters, 1 - decay)

    @contextmanager
    def swapped_in(self) -> Iterator[None]:
        """The model has the averaged weights, and afterwards its own again."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    def state(self) -> dict[str, Tensor]:
        return dict(self._values)

    def load(self, state: Mapping[str, Tensor]) -> None:
        for name, value in self._values.items():
            value.copy_(state[name])

    def _swap(self) -> None:
        for name, parameter in self._parameters.items():
            own = parameter.detach().clone()
            parameter.detach().copy_(self._values[name])
            self._values[name].copy_(own)
