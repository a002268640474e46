"""Teaches a diffusion model our pictures: all of its UNet, or a small adapter beside it (LoRA)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from diffusers import StableDiffusionPipeline
from torch import Tensor, nn

from ..errors import needs_extra
from .data import Captions
from .latents import encoded, weights_hash
from .lessons import ORIGINAL, Teaching
from .loop import Batch, fit
from .pipeline import Words, load_pipeline, save_with
from .process import Dice, Process
from .recipe import Recipe
from .run import Run

ATTENTION: Final = ("to_q", "to_k", "to_v", "to_out.0")


def finetune_diffusion(
    model: str | Path | StableDiffusionPipeline,
    captions: Captions | str | Path,
    *,
    out: str | Path,
    recipe: Recipe = ORIGINAL,
    teaching: Teaching | None = None,
) -> Run:
    """Fine-tunes a Stable Diffusion on captioned pictures; a run in `out` is gone on with.

    The model that is given stays as it is. Each checkpoint is a folder that plain diffusers opens:
    a whole pipeline, or the adapter's weights for `load_lora_weights`.

    Raises:
        TrainingError: see `load_pipeline`, `Captions.read` and `loop.fit`.
    """
    teaching = teaching or Teaching()
    if not isinstance(captions, Captions):
        captions = Captions.read(captions)
    pipeline = load_pipeline(model)
    factor = pipeline.vae_scale_factor
    if teaching.size % factor:
        raise ValueError(f"size is a multiple of {factor} for this model, not {teaching.size}")
    keep_in = Path(out).with_name(Path(out).name + ".cache")
    latents = encoded(
        captions, pipeline.vae, size=teaching.size, flip=teaching.flip, keep_in=keep_in
    )
    return fit(FineTuning(pipeline, teaching), latents, recipe, out, data={"hash": captions.hash})


class FineTuning:
    """The task: say which noise was added to a picture, given its caption."""

    name = "finetune"

    def __init__(self, pipeline: StableDiffusionPipeline, teaching: Teaching) -> None:
        self.pipeline, self.teaching = pipeline, teaching
        self.process, self.words = Process(pipeline.scheduler), Words(pipeline)
        self.model: nn.Module = copy.deepcopy(pipeline.unet)
        if teaching.lora_rank:
            add_adapter(self.model, teaching.lora_rank)
        else:
            self.model.requires_grad_(True)
        self.details: Mapping[str, Any] = {"unet": weights_hash(pipeline.unet), **vars(teaching)}

    def to(self, device: torch.device) -> None:
        self.words.encoder.to(device)

    def losses(self, model: nn.Module, batch: Batch) -> dict[str, Tensor]:
        dice = Dice(batch["seed"])
        clean = sampled(batch, dice)
        times = dice.below(self.process.steps)
        noise = dice.normal(clean.shape[1:])
        said = model(
            self.process.noisy(clean, noise, times),
            times,
            self.words(with_dropout(batch["text"], dice, self.teaching.caption_dropout)),
        ).sample
        error = squared_error(said, self.process.target(clean, noise, times))
        if self.teaching.min_snr is not None:
            error = error * self.process.min_snr(times, self.teaching.min_snr)
        return {"task": error.mean()}

    def save(self, folder: Path) -> None:
        if self.teaching.lora_rank:
            _save_adapter(self.model, folder)
        else:
            save_with(self.pipeline, self.model, folder)


def sampled(batch: Batch, dice: Dice) -> Tensor:
    """Latents out of the autoencoder's distribution, (batch, channels, height, width)."""
    mean: Tensor = batch["mean"]
    return mean + batch["std"] * dice.normal(mean.shape[1:])


def with_dropout(texts: list[str], dice: Dice, share: float) -> list[str]:
    """The captions, some of them empty."""
    dropped = (dice.uniform() < share).tolist()
    return ["" if gone else text for text, gone in zip(texts, dropped, strict=True)]


def squared_error(said: Tensor, target: Tensor) -> Tensor:
    """The mean over each item, (batch,)."""
    return (said.float() - target.float()).square().flatten(1).mean(1)


def add_adapter(unet: Any, rank: int) -> None:
    """Puts a LoRA beside the attention; nothing else is trained from then on."""
    try:
        from peft import LoraConfig
    except ImportError as error:
        raise needs_extra("train", "training an adapter") from error
    unet.requires_grad_(False)
    unet.add_adapter(LoraConfig(r=rank, lora_alpha=rank, target_modules=list(ATTENTION)))


def _save_adapter(unet: Any, folder: Path) -> None:
    from diffusers.utils import convert_state_dict_to_diffusers
    from peft import get_peft_model_state_dict

    weights = convert_state_dict_to_diffusers(get_peft_model_state_dict(unet))
    StableDiffusionPipeline.save_lora_weights(folder, unet_lora_layers=weights)
