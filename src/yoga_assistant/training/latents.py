"""Pictures as the autoencoder sees them, made once and kept in a file.

A picture is scaled until its short side fits and cut to a square from its middle; it is never
stretched. Flipped copies have their captions' left and right exchanged.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..progress import progress
from .data import Captioned, Captions, flipped_text
from .pipeline import on_accelerator


class Latents:
    """Examples for `fit`: the distribution of each picture's latents, with its caption.

    Example: {"mean": (channels, height, width), "std": the same, "text": the caption}. Those that
    a teacher drew have a deviation of zero.
    """

    def __init__(self, values: np.ndarray[Any, np.dtype[np.float16]], texts: Sequence[str]) -> None:
        self._values, self.texts = values, tuple(texts)

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, key: tuple[int, int]) -> dict[str, Any]:
        both = torch.from_numpy(self._values[key[0]].astype(np.float32))
        mean, std = both.chunk(2)
        return {"mean": mean, "std": std, "text": self.texts[key[0]]}


def encoded(captions: Captions, vae: Any, *, size: int, flip: bool, keep_in: Path) -> Latents:
    """The latents of pictures of `size` x `size` pixels, from the file of an earlier call if any.

    Raises:
        TrainingError: a caption has no picture, or the picture cannot be read.
    """
    items = [
        (item, turned) for turned in ((False, True) if flip else (False,)) for item in captions
    ]
    texts = [flipped_text(item.text) if turned else item.text for item, turned in items]
    key = _key(captions.hash, weights_hash(vae), size, flip)

    def encode() -> Iterator[Tensor]:
        scale, shift = vae.config.scaling_factor, vae.config.shift_factor or 0.0
        with on_accelerator(vae) as device:
            for item, turned in items:
                pixels = pixels_of(item, size, turned).to(device, vae.dtype)
                with torch.inference_mode():
                    found = vae.encode(pixels[None]).latent_dist
                yield torch.cat([(found.mean[0] - shift) * scale, found.std[0] * scale])

    return Latents(_kept(keep_in / f"latents-{key}.npy", len(items), encode), texts)


def dreamt(
    captions: Captions, pipeline: Any, *, steps: int, guidance: float, seed: int, keep_in: Path
) -> Latents:
    """Latents that a teacher draws for captions, in place of pictures."""
    texts = [item.text for item in captions]
    facts = json.dumps([texts, steps, guidance, seed, weights_hash(pipeline.unet)])
    key = hashlib.sha256(facts.encode()).hexdigest()[:16]

    def draw() -> Iterator[Tensor]:
        with on_accelerator(pipeline):
            for number, text in enumerate(texts):
                generator = torch.Generator().manual_seed(seed + number)
                drawn = pipeline(
                    text,
                    num_inference_steps=steps,
                    guidance_scale=guidance,
                    generator=generator,
                    output_type="latent",
                ).images[0]
                yield torch.cat([drawn, torch.zeros_like(drawn)])

    return Latents(_kept(keep_in / f"dreamt-{key}.npy", len(texts), draw), texts)


def _kept(
    path: Path, count: int, make: Callable[[], Iterator[Tensor]]
) -> np.ndarray[Any, np.dtype[np.float16]]:
    """The rows of a file, which is written whole or not at all."""
    if not path.is_file():
        with progress("latents", count) as tick:
            rows = []
            for row in make():
                rows.append(row.cpu().to(torch.float16).numpy())
                tick(f"{len(rows)}")
        part = path.with_suffix(f".{os.getpid()}.part")  # each process of a run writes its own
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.save(file, np.stack(rows))
        part.replace(path)
    loaded: np.ndarray[Any, np.dtype[np.float16]] = np.load(path, mmap_mode="r")
    return loaded


def pixels_of(item: Captioned, size: int, turned: bool) -> Tensor:
    """(3, size, size), -1 to 1."""
    picture = item.square(size)
    if turned:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    values = np.asarray(picture, dtype=np.float32) / 127.5 - 1
    return torch.from_numpy(values).permute(2, 0, 1).contiguous()


def _key(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def weights_hash(model: torch.nn.Module) -> str:
    """What tells one model from another."""
    digest = hashlib.sha256()
    for name, tensor in model.state_dict().items():
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().float().numpy().tobytes())
    return digest.hexdigest()[:16]
