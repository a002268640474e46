"""The arithmetic of diffusion: noise in, noise out, and the jump from one time to another."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..errors import TrainingError


class Process:
    """The noise schedule of a diffusers scheduler, for "epsilon" and "v_prediction".

    Times are 0 (nearly clean) to `steps` - 1 (nearly noise), one an item, shape (batch,).
    """

    def __init__(self, scheduler: Any) -> None:
        self.alphas: Tensor = scheduler.alphas_cumprod.double()
        self.kind: str = scheduler.config.prediction_type
        if self.kind not in ("epsilon", "v_prediction"):
            raise TrainingError(f"a model that predicts {self.kind!r} cannot be trained here")

    @property
    def steps(self) -> int:
        return len(self.alphas)

    def noisy(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """The picture with the noise of its time."""
        signal, rest = self._rates(times, clean)
        return signal * clean + rest * noise

    def target(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """What the model should say."""
        if self.kind == "epsilon":
            return noise
        signal, rest = self._rates(times, clean)
        return signal * noise - rest * clean

    def split(self, said: Tensor, noisy: Tensor, times: Tensor) -> tuple[Tensor, Tensor]:
        """The clean picture and the noise that the model's words amount to."""
        signal, rest = self._rates(times, noisy)
        if self.kind == "epsilon":
            return (noisy - rest * said) / signal, said
        return signal * noisy - rest * said, rest * noisy + signal * said

    def jump(self, said: Tensor, noisy: Tensor, times: Tensor, to: Tensor) -> Tensor:
        """A DDIM step without chance; `to` is an earlier time, -1 for the clean picture.

        Source: Song et al. 2021, "Denoising Diffusion Implicit Models", arXiv 2010.02502.
        """
        clean, noise = self.split(said, noisy, times)
        signal, rest = self._rates(to, noisy)
        return signal * clean + rest * noise

    def min_snr(self, times: Tensor, gamma: float) -> Tensor:
        """Weights that keep times with little noise from ruling the loss, shape (batch,).

        Source: Hang et al. 2023, "Efficient Diffusion Training via Min-SNR Weighting Strategy",
        arXiv 2303.09556.
        """
        alphas = self.alphas.to(times.device)[times]
        ratio = alphas / (1 - alphas)
        floor = ratio if self.kind == "epsilon" else ratio + 1
        return (ratio.clamp(max=gamma) / floor).float()

    def _rates(self, times: Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
        alphas = self.alphas.to(times.device)[times.clamp(min=0)]
        alphas = torch.where(times < 0, torch.ones_like(alphas), alphas)
        shape = (-1, *[1] * (like.ndim - 1))
        return (
            alphas.sqrt().float().view(shape),
            (1 - alphas).sqrt().float().view(shape),
        )


class Dice:
    """Chance that depends on each item's own seed, not on what shares its batch."""

    def __init__(self, seeds: Tensor) -> None:
        self._device = seeds.device
        self._generators = [torch.Generator().manual_seed(int(seed)) for seed in seeds.tolist()]

    def normal(self, shape: tuple[int, ...]) -> Tensor:
        """Standard normal noise, (batch, *shape)."""
        drawn = [torch.randn(shape, generator=g) for g in self._generators]
        return torch.stack(drawn).to(self._device)

    def uniform(self) -> Tensor:
        """From 0 to below 1, (batch,)."""
        drawn = [torch.rand((), generator=g) for g in self._generators]
        return torch.stack(drawn).to(self._device)

    def below(self, most: int) -> Tensor:
        """Whole numbers from 0 to below `most`, (batch,)."""
        drawn = [torch.randint(most, (), generator=g) for g in self._generators]
        return torch.stack(drawn).to(self._device)
