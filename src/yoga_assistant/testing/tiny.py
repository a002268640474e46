"""Tiny real models: a few hundred thousand weights, made, trained and saved in seconds."""

from __future__ import annotations

from typing import Final

from ..operators import declare_torchvision_operators

declare_torchvision_operators()

import torch  # noqa: E402 (after what makes the next two importable)
from diffusers import (  # noqa: E402
    AutoencoderKL,
    DDIMScheduler,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer  # noqa: E402

TOKENS: Final = 77
_TEXT_WIDTH: Final = 32
_START, _END = "<|startoftext|>", "<|endoftext|>"


def tiny_pipeline(seed: int = 0) -> StableDiffusionPipeline:
    """Stable Diffusion v1 in all its parts, with random weights, for pictures of 16 x 16 pixels."""
    tokenizer = tiny_tokenizer()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        pipeline = StableDiffusionPipeline(
            vae=tiny_vae(),
            text_encoder=_text_encoder(tokenizer),
            tokenizer=tokenizer,
            unet=tiny_unet(),
            scheduler=DDIMScheduler(
                beta_start=0.00085,
                beta_end=0.012,
                beta_schedule="scaled_linear",
                clip_sample=False,
                set_alpha_to_one=False,
                steps_offset=1,
            ),
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def tiny_unet() -> UNet2DConditionModel:
    """A UNet with latents of (batch, 4, 8, 8) and captions of (batch, tokens, 32)."""
    return UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(16, 32),
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        layers_per_block=2,
        attention_head_dim=4,
        cross_attention_dim=_TEXT_WIDTH,
        norm_num_groups=4,
    ).eval()


def tiny_vae() -> AutoencoderKL:
    """An autoencoder that halves each side: (batch, 3, 16, 16) to (batch, 4, 8, 8)."""
    return AutoencoderKL(
        block_out_channels=(8, 16),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        latent_channels=4,
        sample_size=16,
        norm_num_groups=4,
    ).eval()


def tiny_tokenizer() -> CLIPTokenizer:
    """CLIP's tokenizer with a vocabulary of single ASCII characters."""
    characters = [chr(code) for code in range(33, 127)]
    words = [*characters, *(c + "</w>" for c in characters), _START, _END]
    vocabulary = {word: number for number, word in enumerate(words)}
    return CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=TOKENS)


def _text_encoder(tokenizer: CLIPTokenizer) -> CLIPTextModel:
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=_TEXT_WIDTH,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=TOKENS,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return CLIPTextModel(config).eval()
