"""Stable Diffusion in its parts, opened, read by and written to other tools."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
from torch import Tensor, nn
from transformers import AutoTokenizer

from ..checkpoints import DRAWING, newest
from ..errors import TrainingError
from ..quiet import quiet


def load_pipeline(model: str | Path | StableDiffusionPipeline) -> StableDiffusionPipeline:
    """A pipeline in fp32 from a folder, a run or by its name on the hub; a pipeline is given back.

    Raises:
        TrainingError: there is no such checkpoint, or it is not of Stable Diffusion's kind.
    """
    if isinstance(model, StableDiffusionPipeline):
        return model
    pipeline = _opened(StableDiffusionPipeline, model, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def load_unet(model: str | Path) -> UNet2DConditionModel:
    """The UNet of a checkpoint, of a run, or of a folder that holds nothing else.

    Raises:
        TrainingError: there is none.
    """
    return _part(UNet2DConditionModel, model, "unet")


def load_vae(model: str | Path) -> AutoencoderKL:
    """The autoencoder of a checkpoint, of a run, or of a folder that holds nothing else.

    Raises:
        TrainingError: there is none.
    """
    return _part(AutoencoderKL, model, "vae")


def load_tokenizer(model: str | Path) -> Any:
    """The tokenizer of a checkpoint; `len(tokenizer(text).input_ids)` counts a caption's tokens.

    Raises:
        TrainingError: there is none.
    """
    return _opened(AutoTokenizer, model, subfolder="tokenizer")


@contextmanager
def on_accelerator(module: Any) -> Iterator[torch.device]:
    """A model, or a whole pipeline, on the GPU if there is one, and then where it was."""
    before = module.device
    device = torch.accelerator.current_accelerator() or before
    module.to(device)
    try:
        yield device
    finally:
        module.to(before)


def save_with(
    pipeline: StableDiffusionPipeline, unet: nn.Module, folder: Path, **wishes: float
) -> None:
    """Writes the pipeline with another UNet in its place, and what that is best drawn with."""
    parts = {**pipeline.components, "unet": unet}
    with quiet():
        StableDiffusionPipeline(**parts, requires_safety_checker=False).save_pretrained(folder)
    if wishes:
        (folder / DRAWING).write_text(json.dumps(wishes) + "\n")


def _part(kind: Any, model: str | Path, name: str) -> Any:
    folder = newest(model)
    alone = (Path(folder) / "config.json").is_file()
    return _opened(kind, folder, dtype=torch.float32, **({} if alone else {"subfolder": name}))


def _opened(kind: Any, model: str | Path, **options: Any) -> Any:
    try:
        with quiet():
            return kind.from_pretrained(str(newest(model)), **options)
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
