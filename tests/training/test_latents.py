"""Latents: made once, kept whole, mirrored with their captions, and dreamt where there are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from yoga_assistant.testing.tiny import tiny_pipeline
from yoga_assistant.training import Captions
from yoga_assistant.training.data import Captioned
from yoga_assistant.training.latents import dreamt, encoded


def test_they_are_what_the_autoencoder_says(pipeline: Any, pictures: Path, tmp_path: Path) -> None:
    captions = Captions.read(pictures)
    kept = encoded(captions, pipeline.vae, size=16, flip=False, keep_in=tmp_path)
    pixels = torch.frombuffer(bytearray(captions[3].square(16).tobytes()), dtype=torch.uint8)
    pixels = pixels.view(16, 16, 3).permute(2, 0, 1).float() / 127.5 - 1
    with torch.no_grad():
        found = pipeline.vae.encode(pixels[None]).latent_dist
    scale = pipeline.vae.config.scaling_factor
    torch.testing.assert_close(kept[3, 0]["mean"], found.mean[0] * scale, rtol=2e-3, atol=2e-3)
    torch.testing.assert_close(kept[3, 0]["std"], found.std[0] * scale, rtol=2e-3, atol=2e-3)
    assert kept[3, 0]["text"] == captions[3].text


def test_they_are_made_once(
    pipeline: Any, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captions = Captions.read(pictures)
    first = encoded(captions, pipeline.vae, size=16, flip=False, keep_in=tmp_path)

    def never(*_: Any) -> None:
        raise AssertionError("encoded again")

    monkeypatch.setattr(pipeline.vae, "encode", never)
    again = encoded(captions, pipeline.vae, size=16, flip=False, keep_in=tmp_path)
    assert all(again[n, 0]["mean"].equal(first[n, 0]["mean"]) for n in range(6))


def test_other_pictures_sizes_or_weights_are_other_latents(
    pipeline: Any, pictures: Path, tmp_path: Path
) -> None:
    captions = Captions.read(pictures)
    other = tiny_pipeline(seed=5).vae
    one = pipeline.vae
    differing = (
        (one, 16, captions),
        (other, 16, captions),
        (one, 18, captions),
        (one, 16, captions[:2]),
    )
    for vae, size, some in differing:
        encoded(some, vae, size=size, flip=False, keep_in=tmp_path)
    assert len(list(tmp_path.glob("latents-*.npy"))) == 4


def test_what_breaks_off_leaves_nothing_that_counts(
    pipeline: Any, pictures: Path, tmp_path: Path
) -> None:
    captions = Captions.read(pictures)
    broken = Captions([*captions, Captioned("gone", tmp_path / "gone.png")])
    with pytest.raises(Exception, match=r"gone\.png"):
        encoded(broken, pipeline.vae, size=16, flip=False, keep_in=tmp_path / "cache")
    assert not list(tmp_path.glob("cache/*.npy"))


def test_mirrored_pictures_come_with_mirrored_captions(
    pipeline: Any, pictures: Path, tmp_path: Path
) -> None:
    captions = Captions.read(pictures)
    kept = encoded(captions, pipeline.vae, size=16, flip=True, keep_in=tmp_path)
    assert len(kept) == 12
    assert kept[0, 0]["text"] == "pose 0, left foot forward"
    assert kept[6, 0]["text"] == "pose 0, right foot forward"
    turned = captions[0].square(16).transpose(0)  # left to right
    turned.save(tmp_path / "turned.png")
    alone = Captions([Captioned("x", tmp_path / "turned.png")])
    expected = encoded(alone, pipeline.vae, size=16, flip=False, keep_in=tmp_path)
    assert kept[6, 0]["mean"].equal(expected[0, 0]["mean"])


def test_a_seed_dreams_the_same_latents(pipeline: Any, tmp_path: Path) -> None:
    captions = Captions([Captioned("tree pose"), Captioned("crow pose")])

    def dream(seed: int, place: str) -> Any:
        return dreamt(
            captions, pipeline, steps=2, guidance=2.0, seed=seed, keep_in=tmp_path / place
        )

    one, again, other = dream(0, "a"), dream(0, "b"), dream(1, "a")
    assert one[0, 0]["mean"].equal(again[0, 0]["mean"])
    assert not one[0, 0]["mean"].equal(other[0, 0]["mean"])
    assert not one[0, 0]["mean"].equal(one[1, 0]["mean"])
    assert not one[0, 0]["std"].any()
