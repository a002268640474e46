"""Trains the autoencoder between pictures and latents: a given one, or one from nothing."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from diffusers import AutoencoderKL
from torch import Tensor, nn

from ..errors import TrainingError
from ..quiet import quiet
from .data import Captions
from .latents import pixels_of, weights_hash
from .lessons import AUTOENCODER, Coding
from .loop import Batch, fit
from .pipeline import load_vae, on_accelerator
from .process import Dice
from .recipe import Recipe
from .run import Run

_MEASURED: Final = 64  # pictures whose latents tell the scale


def train_vae(
    vae: AutoencoderKL | Mapping[str, Any] | str | Path,
    captions: Captions | str | Path,
    *,
    out: str | Path,
    recipe: Recipe = AUTOENCODER,
    coding: Coding | None = None,
) -> Run:
    """Trains an autoencoder on the pictures of captions; the one that is given stays as it is.

    Each checkpoint is a folder that plain diffusers opens. Its `scaling_factor` is measured, so
    that latents have a deviation of about 1.

    Args:
        vae: a model, its folder or name, or the configuration of one to train from nothing.

    Raises:
        TrainingError: the model or a picture cannot be opened; see also `loop.fit`.
    """
    coding = coding or Coding()
    captions = captions if isinstance(captions, Captions) else Captions.read(captions)
    task = Autoencoding(_opened(vae, recipe.seed), captions, coding)
    return fit(task, Pictures(captions, coding), recipe, out, data={"hash": captions.hash})


class Pictures:
    """Examples for `fit`: {"pixels": (3, size, size), -1 to 1}."""

    def __init__(self, captions: Captions, coding: Coding) -> None:
        self.captions, self.coding = captions, coding

    def __len__(self) -> int:
        return len(self.captions)

    def __getitem__(self, key: tuple[int, int]) -> Batch:
        index, seed = key
        turned = self.coding.flip and seed % 2 == 1
        return {"pixels": pixels_of(self.captions[index], self.coding.size, turned)}


class Autoencoding:
    """The task: a picture comes back from its latents as it was."""

    name = "vae"

    def __init__(self, vae: AutoencoderKL, captions: Captions, coding: Coding) -> None:
        self.captions, self.coding = captions, coding
        self.model: nn.Module = _ThereAndBack(copy.deepcopy(vae).requires_grad_(True))
        self.details: Mapping[str, Any] = {"vae": weights_hash(vae), **vars(coding)}

    def to(self, device: torch.device) -> None:
        """Everything is trained, and moved by the loop."""

    def losses(self, model: nn.Module, batch: Batch) -> dict[str, Tensor]:
        pixels, dice = batch["pixels"], Dice(batch["seed"])
        back, mean, logvar = model(pixels, dice)
        terms = {
            "pixels": (back - pixels).abs().mean(),
            "edges": _edges(back, pixels),
            "kl": 0.5 * (mean.square() + logvar.exp() - 1 - logvar).mean(),
        }
        weights = vars(self.coding)
        return {name: weights[name] * term for name, term in terms.items() if weights[name]}

    def save(self, folder: Path) -> None:
        vae = self.model.vae
        vae.register_to_config(scaling_factor=1 / self._deviation(vae))
        with quiet():
            vae.save_pretrained(folder)

    def _deviation(self, vae: Any) -> float:
        found = []
        with on_accelerator(vae) as device, torch.inference_mode():
            for item in self.captions[:_MEASURED]:
                pixels = pixels_of(item, self.coding.size, False).to(device)
                found.append(vae.encode(pixels[None]).latent_dist.mean.flatten())
        deviation = torch.cat(found).std()
        return float(deviation.clamp(min=1e-6))


class _ThereAndBack(nn.Module):  # type: ignore[misc]
    """Pictures to latents with chance, and back: one call, as several processes need it."""

    def __init__(self, vae: Any) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, pixels: Tensor, dice: Dice) -> tuple[Tensor, Tensor, Tensor]:
        found = self.vae.encode(pixels).latent_dist
        latents = found.mean + found.std * dice.normal(found.mean.shape[1:])
        return self.vae.decode(latents).sample.float(), found.mean.float(), found.logvar.float()


def _edges(back: Tensor, pixels: Tensor) -> Tensor:
    """How much the steps between neighbouring pixels differ, to the right and downwards."""
    across, down = (
        (back.diff(dim=dim) - pixels.diff(dim=dim)).abs().mean() for dim in (-1, -2)
    )  # fmt: skip
    return across + down


def _opened(vae: AutoencoderKL | Mapping[str, Any] | str | Path, seed: int) -> AutoencoderKL:
    if isinstance(vae, AutoencoderKL):
        return vae
    if not isinstance(vae, Mapping):
        return load_vae(vae)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        try:
            return AutoencoderKL.from_config(dict(vae))
        except (TypeError, ValueError, IndexError, ZeroDivisionError) as error:
            raise TrainingError(f"no autoencoder can be made of this: {error}") from error
