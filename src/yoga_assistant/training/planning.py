"""How much memory a run will take, told before anything is loaded.

Only configurations are read. The model is built on torch's `meta` device, which computes shapes
and no numbers, and what its forward pass would keep for the gradient is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

import torch
import transformers
from diffusers import AutoencoderKL, UNet2DConditionModel
from torch.overrides import TorchFunctionMode

from ..checkpoints import newest
from ..errors import TrainingError
from ..quiet import quiet
from .cost import parameters_of
from .finetuning import add_adapter
from .recipe import Recipe

TrainedAs = Literal["finetune", "distill", "steps"]
_FLOAT: Final = 4  # bytes of fp32
_ADAM: Final = 8  # bytes that AdamW keeps for a weight
_GIB: Final = 2**30


@dataclass(frozen=True)
class MemoryPlan:
    """Bytes on the device, by what they are for: `print(plan)`.

    What a kernel needs for the moment of its own work comes on top; expect a tenth more.
    """

    bytes: Mapping[str, int]
    parameters: int  # that are trained

    @property
    def total(self) -> int:
        """Bytes in all."""
        return sum(self.bytes.values())

    def __str__(self) -> str:
        rows = [*self.bytes.items(), ("in all", self.total)]
        lines = [f"{name:<28}{size / _GIB:8.2f} GiB" for name, size in rows]
        return "\n".join([f"{self.parameters:,} parameters are trained", *lines])


def plan_memory(
    model: str | Path,
    recipe: Recipe,
    trained_as: TrainedAs = "finetune",
    *,
    student: str | Path | None = None,
    lora_rank: int | None = None,
    size: int = 512,
    tokens: int = 77,
) -> MemoryPlan:
    """What a run of this recipe will hold in the memory of each of its devices.

    Args:
        model: the checkpoint that is fine-tuned or shortened, or the teacher.
        student: for "distill"; without one a student as large as its teacher.
        lora_rank: for "finetune": of an adapter that is trained in place of the UNet.
        size: of the pictures' sides, in pixels.
        tokens: of a caption.

    Raises:
        TrainingError: the checkpoint's configuration cannot be read.
        ValueError: there is no such way of training.
    """
    if trained_as not in get_args(TrainedAs):
        raise ValueError(f"trained_as is one of {get_args(TrainedAs)}, not {trained_as!r}")
    teacher, vae = _unet(model), _empty(AutoencoderKL, model, "vae")
    trained = _unet(student) if student and trained_as == "distill" else teacher
    if lora_rank:
        add_adapter(trained, lora_rank)
    count = sum(p.numel() for p in trained.parameters() if p.requires_grad)
    side = size // 2 ** (len(vae.config["block_out_channels"]) - 1)
    half = recipe.precision != "fp32"
    held = {
        "weights": _FLOAT * parameters_of(trained),
        "gradients": _FLOAT * count,
        "optimiser": _ADAM * count,
        "moving average": 0 if recipe.ema is None else _FLOAT * count,
        "weights in half precision": 2 * parameters_of(trained) if half else 0,
        "teacher": 0 if trained_as == "finetune" else _FLOAT * parameters_of(teacher),
        "text encoder": _FLOAT * parameters_of(_text_encoder(model)),
        f"activations of {recipe.batch}": _kept(trained, recipe.batch, side, tokens, half),
    }
    return MemoryPlan({name: size for name, size in held.items() if size}, count)


def _kept(unet: UNet2DConditionModel, batch: int, side: int, tokens: int, half: bool) -> int:
    """Bytes that a forward pass keeps for the gradient, beside the weights."""
    dtype = torch.bfloat16 if half else torch.float32
    with quiet():
        unet = unet.to(dtype)
    own = {parameter.untyped_storage()._cdata for parameter in unet.parameters()}
    found: dict[int, torch.UntypedStorage] = {}

    def note(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in own:
            found[storage._cdata] = storage
        return tensor

    words = unet.config["cross_attention_dim"]
    empty = {"device": "meta", "dtype": dtype}
    with _FusedAttention(), torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        unet(
            torch.zeros(batch, unet.config["in_channels"], side, side, **empty),
            torch.zeros(batch, device="meta"),
            torch.zeros(batch, tokens, words, **empty),
        )
    return sum(storage.nbytes() for storage in found.values())


class _FusedAttention(TorchFunctionMode):  # type: ignore[misc]
    """On `meta` attention would keep its whole matrix, which no device's own kernel does."""

    def __torch_function__(
        self, function: Any, _: Any, args: tuple[Any, ...] = (), options: Any = None
    ) -> Any:
        if function is torch.nn.functional.scaled_dot_product_attention:
            return _Attention.apply(*args[:3])
        return function(*args, **(options or {}))


class _Attention(torch.autograd.Function):  # type: ignore[misc]
    """What a fused kernel keeps: its input, its output, and a number for each row."""

    @staticmethod
    def forward(ctx: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> Any:
        out = query.new_empty((*query.shape[:-1], value.shape[-1]))
        rows = torch.empty(query.shape[:-1], device=query.device)
        ctx.save_for_backward(query, key, value, out, rows)
        return out


def _unet(model: str | Path) -> UNet2DConditionModel:
    path = newest(model)
    alone = (Path(path) / "config.json").is_file()
    return _empty(UNet2DConditionModel, path, None if alone else "unet")


def _empty(kind: Any, model: str | Path, part: str | None) -> Any:
    """A model of diffusers without its weights."""
    try:
        with quiet():
            config = kind.load_config(str(newest(model)), subfolder=part)
    except Exception as error:  # of diffusers, the hub, the network
        raise _no_configuration(model, error) from error
    with torch.device("meta"):
        return kind.from_config(config)


def _text_encoder(model: str | Path) -> Any:
    """A model of transformers without its weights."""
    try:
        with quiet():
            config = transformers.AutoConfig.from_pretrained(
                str(newest(model)), subfolder="text_encoder"
            )
    except Exception as error:  # of transformers, the hub, the network
        raise _no_configuration(model, error) from error
    kind = getattr(transformers, (config.architectures or ["CLIPTextModel"])[0])
    with torch.device("meta"):
        return kind(config)


def _no_configuration(model: str | Path, error: Exception) -> TrainingError:
    told = (str(error) or repr(error)).splitlines()[0]
    return TrainingError(
        f"the configuration of {str(model)!r} cannot be read: {told}",
        hint="give a folder that diffusers can open, or a name on the hub while online",
    )
