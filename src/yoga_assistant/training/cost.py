"""What a UNet costs: parameters, multiply-accumulate operations, seconds a step."""

from __future__ import annotations

import copy
import statistics
import time
from typing import Any, Final

import torch
from diffusers import UNet2DConditionModel
from torch.utils.flop_counter import FlopCounterMode

TOKENS: Final = 77  # of a caption, as CLIP reads it
RUNS: Final = 5


def parameters_of(*modules: torch.nn.Module) -> int:
    """The parameters of modules together."""
    return sum(p.numel() for module in modules for p in module.parameters())


def macs_of(unet: UNet2DConditionModel, *, tokens: int = TOKENS) -> int:
    """Multiply-accumulate operations of one step for one picture; nothing is computed.

    Convolutions, linear layers and both products of attention count, nothing else.

    Args:
        tokens: of the caption.
    """
    empty = unet if unet.device.type == "meta" else copy.deepcopy(unet).to("meta")
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        empty(**_step(empty, tokens))
    return int(counter.get_total_flops()) // 2


def seconds_of(unet: UNet2DConditionModel, *, tokens: int = TOKENS, runs: int = RUNS) -> float:
    """Seconds of one step for one picture on the UNet's device: the median of `runs`."""
    step, taken = _step(unet, tokens), []
    with torch.inference_mode():
        unet(**step)  # the first one does not count
        for _ in range(runs):
            started = time.perf_counter()
            unet(**step)
            if unet.device.type == "cuda":
                torch.cuda.synchronize(unet.device)
            taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _step(unet: UNet2DConditionModel, tokens: int) -> dict[str, Any]:
    config, side = unet.config, unet.config["sample_size"]
    height, width = side if isinstance(side, tuple | list) else (side, side)
    where = {"device": unet.device, "dtype": unet.dtype}
    return {
        "sample": torch.zeros(1, config["in_channels"], height, width, **where),
        "timestep": torch.ones(1, device=unet.device),
        "encoder_hidden_states": torch.zeros(1, tokens, config["cross_attention_dim"], **where),
    }
