"""Stable Diffusion in its parts, opened, read by and written to other tools."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from torch import Tensor

from ..checkpoints import newest
from ..errors import TrainingError
from ..quiet import quiet


def load_pipeline(model: str | Path | StableDiffusionPipeline) -> StableDiffusionPipeline:
    """A pipeline in fp32 from a folder, a run or by its name on the hub; a pipeline is given back.

    Raises:
        TrainingError: there is no such checkpoint, or it is not of Stable Diffusion's kind.
    """
    if isinstance(model, StableDiffusionPipeline):
        return model
    pipeline = _opened(StableDiffusionPipeline, model)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def load_unet(model: str | Path) -> UNet2DConditionModel:
    """The UNet of a checkpoint, of a run, or of a folder that holds nothing else.

    Raises:
        TrainingError: there is none.
    """
    if (Path(model) / "config.json").is_file():
        return _opened(UNet2DConditionModel, model)
    return _opened(UNet2DConditionModel, model, subfolder="unet")


def _opened(kind: Any, model: str | Path, **where: str) -> Any:
    try:
        with quiet():
            return kind.from_pretrained(str(newest(model)), dtype=torch.float32, **where)
    except Exception as error:  # diffusers lets the hub's and the network's errors through
        raise TrainingError(
            f"{str(model)!r} cannot be opened: {(str(error) or repr(error)).splitlines()[0]}",
            hint="give a folder that diffusers can open, or a name on the hub while online",
        ) from error


class Words:
    """A pipeline's text encoder: captions in, what the UNet reads out."""

    def __init__(self, pipeline: StableDiffusionPipeline) -> None:
        self.tokenizer, self.encoder = pipeline.tokenizer, pipeline.text_encoder
        self.encoder.requires_grad_(False).eval()

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """(batch, tokens, width); what is over the tokenizer's length is cut, its end kept."""
        tokens = self.tokenizer(
            list(texts),
            padding="max_length",
            max_length=self.tokenizer.model_max_length,
            truncation=True,
            return_tensors="pt",
        )
        with torch.no_grad():
            said: Tensor = self.encoder(tokens.input_ids.to(self.encoder.device))[0]
        return said.float()

    def count(self, text: str) -> int:
        """Tokens of a caption, with its start and its end."""
        return len(self.tokenizer(text, truncation=False).input_ids)
