"""What is left of Stable Diffusion v1-4 after each cut, counted exactly; nothing is downloaded.

    python benchmarks/pruning.py

The UNet is built from its configuration on torch's `meta` device, which holds shapes and no
numbers. Text encoder and autoencoder are counted in `total`, and left whole. `MACs` are multiply-
accumulate operations of one step for one picture of 512 x 512 pixels.
"""

from __future__ import annotations

import torch

from table import show
from yoga_assistant.training.cost import macs_of, parameters_of
from yoga_assistant.training.pruning import PRESETS, prune


def main() -> None:
    # After our own import, which makes them importable over a torch for the CPU.
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    with torch.device("meta"):
        unet = UNet2DConditionModel(
            sample_size=64, cross_attention_dim=768, attention_head_dim=8,
            block_out_channels=(320, 640, 1280, 1280),
        )  # fmt: skip
        text = CLIPTextModel(
            CLIPTextConfig(
                hidden_size=768,
                intermediate_size=3072,
                num_hidden_layers=12,
                num_attention_heads=12,
            )
        )
        vae = AutoencoderKL(
            block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=4,
            down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        )  # fmt: skip
    kept = parameters_of(text, vae)
    whole = parameters_of(unet) + kept
    students = {
        "whole": unet,
        **{name: prune(unet, preset=name) for name in PRESETS},
        "total_ratio=0.5": prune(unet, total_ratio=0.5, kept=kept),
        "total_ratio=0.5, keep_mid": prune(unet, total_ratio=0.5, kept=kept, keep_mid=True),
    }
    rows = []
    for name, student in students.items():
        count = parameters_of(student)
        share = (count + kept) / whole
        rows.append(
            (
                name,
                f"{count:,}",
                f"{count + kept:,}",
                f"{share:.4f}",
                f"{macs_of(student) / 1e9:.1f}",
            )
        )
    show("Stable Diffusion v1-4, pruned", ("cut", "UNet", "total", "of the whole", "GMACs"), rows)


if __name__ == "__main__":
    main()
