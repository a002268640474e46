"""A tiny real CLIP of open_clip, and pictures of noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from torchvision.transforms import Compose, Normalize, Resize, ToTensor

from yoga_assistant.training.evaluate import Clip

SIDE, CONTEXT = 32, 77


@pytest.fixture(scope="session")
def clip() -> Clip:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = open_clip.CLIP(
            embed_dim=16,
            vision_cfg=open_clip.CLIPVisionCfg(
                layers=2, width=32, head_width=8, patch_size=8, image_size=SIDE
            ),
            text_cfg=open_clip.CLIPTextCfg(layers=2, width=32, heads=4, context_length=CONTEXT),
        )
    steps = Compose([Resize((SIDE, SIDE)), ToTensor(), Normalize((0.5,) * 3, (0.25,) * 3)])
    return Clip(model, preprocess=steps, tokenizer=open_clip.SimpleTokenizer(), device="cpu")


def noise(count: int, seed: int = 0, dark: int = 0) -> list[Image.Image]:
    chance = np.random.default_rng(seed)
    drawn = chance.integers(0, 256 - dark, (count, SIDE, SIDE, 3), dtype=np.uint8)
    return [Image.fromarray(pixels) for pixels in drawn]


@pytest.fixture
def pictures() -> Any:
    return noise
