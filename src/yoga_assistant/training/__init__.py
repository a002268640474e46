"""The workshop: data -> fine-tune -> prune -> distil -> evaluate."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..errors import needs_extra
from ..operators import declare_torchvision_operators

if TYPE_CHECKING:
    from .autoencoder import train_vae as train_vae
    from .checking import check_data as check_data
    from .data import Captions as Captions
    from .distillation import distill as distill
    from .few_steps import shorten as shorten
    from .finetuning import finetune_diffusion as finetune_diffusion
    from .lessons import Coding as Coding
    from .lessons import Lesson as Lesson
    from .lessons import Shortening as Shortening
    from .lessons import Teaching as Teaching
    from .pipeline import load_pipeline as load_pipeline
    from .pipeline import load_unet as load_unet
    from .planning import plan_memory as plan_memory
    from .pruning import prune as prune
    from .recipe import Recipe as Recipe
    from .run import Run as Run

declare_torchvision_operators()

_HOMES = {
    "Captions": "data",
    "Coding": "lessons",
    "Lesson": "lessons",
    "Recipe": "recipe",
    "Run": "run",
    "Shortening": "lessons",
    "Teaching": "lessons",
    "check_data": "checking",
    "distill": "distillation",
    "finetune_diffusion": "finetuning",
    "load_pipeline": "pipeline",
    "load_unet": "pipeline",
    "plan_memory": "planning",
    "prune": "pruning",
    "shorten": "few_steps",
    "train_vae": "autoencoder",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        home = import_module(f".{_HOMES[name]}", __name__)
    except ModuleNotFoundError as error:
        raise needs_extra("train", f"{__name__}.{name}") from error
    value = globals()[name] = getattr(home, name)
    return value
