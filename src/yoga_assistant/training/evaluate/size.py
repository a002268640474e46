"""How large a pipeline is, counted in each of the ways that are in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..cost import macs_of, parameters_of


@dataclass(frozen=True)
class Size:
    """Parameters, and the work of one step.

    Papers often count the UNet and the autoencoder's decoder only, since nothing else runs while a
    picture is drawn again and again; a download has all of it.
    """

    unet: int
    with_decoder: int  # the UNet, the text encoder and the decoder
    whole: int  # and the autoencoder's encoder
    macs: int  # multiply-accumulate operations of a step, for one picture


def size_of(pipeline: Any) -> Size:
    """The size of a Stable Diffusion pipeline."""
    unet, text = parameters_of(pipeline.unet), parameters_of(pipeline.text_encoder)
    vae = pipeline.vae
    decoder = parameters_of(*(vae.decoder, vae.post_quant_conv)[: 2 if vae.post_quant_conv else 1])
    return Size(
        unet, unet + text + decoder, unet + text + parameters_of(vae), macs_of(pipeline.unet)
    )
