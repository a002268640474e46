"""An autoencoder learns to give pictures back, and says how large its latents are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import AutoencoderKL

from yoga_assistant.errors import TrainingError
from yoga_assistant.testing.tiny import tiny_vae
from yoga_assistant.training import Captions, Coding, Recipe, train_vae
from yoga_assistant.training.latents import pixels_of, weights_hash

CODING = Coding(size=16, kl=0.0, flip=False)


def error(vae: Any, pictures: Path) -> float:
    pixels = torch.stack([pixels_of(item, 16, False) for item in Captions.read(pictures)])
    with torch.no_grad():
        latents = vae.encode(pixels).latent_dist.mean
        return float((vae.decode(latents).sample - pixels).abs().mean())


def test_it_learns_from_nothing(pictures: Path, tmp_path: Path) -> None:
    recipe = Recipe(steps=200, batch=6, lr=5e-3, ema=0.9, save_every=200)
    start = train_vae(
        tiny_vae().config, pictures, out=tmp_path / "a", recipe=Recipe(steps=1, lr=1e-9),
        coding=CODING,
    )  # fmt: skip
    run = train_vae(tiny_vae().config, pictures, out=tmp_path / "b", recipe=recipe, coding=CODING)
    before, after = (AutoencoderKL.from_pretrained(r.model).eval() for r in (start, run))
    assert error(after, pictures) < 0.85 * error(before, pictures)


def test_its_scale_makes_latents_as_large_as_noise(pictures: Path, tmp_path: Path) -> None:
    run = train_vae(
        tiny_vae(), pictures, out=tmp_path / "run", recipe=Recipe(steps=1), coding=CODING
    )
    vae = AutoencoderKL.from_pretrained(run.model).eval()
    pixels = torch.stack([pixels_of(item, 16, False) for item in Captions.read(pictures)])
    with torch.no_grad():
        latents = vae.encode(pixels).latent_dist.mean * vae.config.scaling_factor
    assert float(latents.std()) == pytest.approx(1, abs=1e-3)


def test_the_given_one_stays_as_it_is(pictures: Path, tmp_path: Path) -> None:
    vae = tiny_vae()
    before = weights_hash(vae), dict(vae.config)
    train_vae(vae, pictures, out=tmp_path / "run", recipe=Recipe(steps=1), coding=CODING)
    assert (weights_hash(vae), dict(vae.config)) == before


def test_an_empty_architecture_is_named(pictures: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no autoencoder can be made"):
        train_vae({"block_out_channels": []}, pictures, out=tmp_path / "run", coding=CODING)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [({"size": 0}, "size"), ({"kl": -1}, "kl"), ({"pixels": 0, "edges": 0}, "one")],
)
def test_a_setting_out_of_its_range_is_named(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Coding(**wrong)
