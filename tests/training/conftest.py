"""Tiny real models and pictures to train them on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image

from yoga_assistant.testing.tiny import tiny_pipeline
from yoga_assistant.training import Captions

torch.set_num_threads(1)  # models this small are slower on more


@pytest.fixture(scope="session")
def pipeline() -> StableDiffusionPipeline:
    return tiny_pipeline()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of six pictures of noise, of several shapes, with captions."""
    folder, chance = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    lines = []
    for number in range(6):
        pixels = chance.integers(0, 255, (20, 16 + number, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
        row = {"file_name": f"{number}.png", "text": f"pose {number}, left foot forward"}
        lines.append(json.dumps(row) + "\n")
    (folder / "metadata.jsonl").write_text("".join(lines))
    return folder


@pytest.fixture
def captions(tmp_path: Path) -> Callable[..., Captions]:
    """Captions from the text of a file."""

    def read(text: str, name: str = "captions.jsonl") -> Captions:
        (tmp_path / name).write_text(text)
        return Captions.read(tmp_path / name)

    return read
