"""The workshop: data -> fine-tune -> prune -> distil -> evaluate."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..errors import extra
from ..operators import declare_torchvision_operators

if TYPE_CHECKING:
    from .autoencoder import train_vae as train_vae
    from .checking import check_data as check_data
    from .data import Captions as Captions
    from .distillation import distill as distill
    from .evaluate import Clip as Clip
    from .evaluate import Score as Score
    from .evaluate import clip_score as clip_score
    from .evaluate import kid as kid
    from .evaluate import pck as pck
    from .evaluate import pose_accuracy as pose_accuracy
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
    "Clip": "evaluate",
    "Coding": "lessons",
    "Lesson": "lessons",
    "Recipe": "recipe",
    "Run": "run",
    "Score": "evaluate",
    "Shortening": "lessons",
    "Teaching": "lessons",
    "check_data": "checking",
    "clip_score": "evaluate",
    "distill": "distillation",
    "finetune_diffusion": "finetuning",
    "kid": "evaluate",
    "load_pipeline": "pipeline",
    "load_unet": "pipeline",
    "pck": "evaluate",
    "plan_memory": "planning",
    "pose_accuracy": "evaluate",
    "prune": "pruning",
    "shorten": "few_steps",
    "train_vae": "autoencoder",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with extra("train", f"{__name__}.{name}"):
        home = import_module(f".{_HOMES[name]}", __name__)
    value = globals()[name] = getattr(home, name)
    return value
