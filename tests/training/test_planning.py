"""Memory is told before anything is loaded, and what is told is what a run holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel

from yoga_assistant.errors import TrainingError
from yoga_assistant.testing.tiny import tiny_pipeline
from yoga_assistant.training import Recipe, plan_memory, prune
from yoga_assistant.training.cost import parameters_of
from yoga_assistant.training.planning import TrainedAs

RECIPE = Recipe(batch=3, ema=0.9)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "tiny"
    tiny_pipeline().save_pretrained(path)
    return path


def test_each_weight_has_its_gradient_and_its_moments(model: Path, pipeline: Any) -> None:
    plan = plan_memory(model, RECIPE, size=16)
    count = parameters_of(pipeline.unet)
    assert plan.parameters == count
    assert plan.bytes["weights"] == plan.bytes["gradients"] == plan.bytes["moving average"]
    assert plan.bytes["weights"] == 4 * count
    assert plan.bytes["optimiser"] == 8 * count
    assert plan.bytes["text encoder"] == 4 * parameters_of(pipeline.text_encoder)
    assert plan.total == sum(plan.bytes.values())
    assert f"{count:,} parameters are trained" in str(plan)


def test_the_activations_are_those_that_a_real_pass_keeps(model: Path, pipeline: Any) -> None:
    kept: dict[int, torch.UntypedStorage] = {}
    own = {parameter.untyped_storage().data_ptr() for parameter in pipeline.unet.parameters()}

    def note(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        pipeline.unet(torch.zeros(3, 4, 8, 8), torch.zeros(3), torch.zeros(3, 77, 32))
    real = sum(storage.nbytes() for storage in kept.values())
    assert plan_memory(model, RECIPE, size=16).bytes["activations of 3"] == pytest.approx(real, 0.1)


def test_more_pictures_more_activations_and_nothing_else(model: Path) -> None:
    one, four = (plan_memory(model, Recipe(batch=n), size=16).bytes for n in (1, 4))
    assert four["activations of 4"] == pytest.approx(4 * one["activations of 1"], rel=0.05)
    assert one["optimiser"] == four["optimiser"]


def test_half_precision_halves_the_activations_and_copies_the_weights(model: Path) -> None:
    full = plan_memory(model, RECIPE, size=16).bytes
    half = plan_memory(model, Recipe(batch=3, precision="bf16"), size=16).bytes
    assert half["activations of 3"] < 0.7 * full["activations of 3"]
    assert half["weights in half precision"] == full["weights"] / 2


def test_an_adapter_has_few_gradients(model: Path) -> None:
    plan = plan_memory(model, RECIPE, size=16, lora_rank=2)
    assert plan.bytes["gradients"] == 4 * plan.parameters < 0.1 * plan.bytes["weights"]


def test_a_teacher_is_held_beside_its_student(model: Path, pipeline: Any, tmp_path: Path) -> None:
    student = prune(pipeline.unet, preset="bk-base")
    student.save_pretrained(tmp_path)
    plan = plan_memory(model, RECIPE, "distill", student=tmp_path, size=16)
    assert plan.parameters == parameters_of(student)
    assert plan.bytes["teacher"] == 4 * parameters_of(pipeline.unet)
    assert "teacher" not in plan_memory(model, RECIPE, size=16).bytes


def test_nothing_is_loaded_of_a_model_with_a_thousand_million_weights(
    model: Path, tmp_path: Path
) -> None:
    """Stable Diffusion v1-4's own shapes, of which only the configuration is there."""
    with torch.device("meta"):
        unet = UNet2DConditionModel(
            sample_size=64, cross_attention_dim=768, attention_head_dim=8,
            block_out_channels=(320, 640, 1280, 1280),
        )  # fmt: skip
        vae = AutoencoderKL(
            block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=4,
            down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        )  # fmt: skip
    unet.save_config(tmp_path / "unet")
    vae.save_config(tmp_path / "vae")
    (tmp_path / "text_encoder").symlink_to(model / "text_encoder")
    plan = plan_memory(tmp_path, Recipe(batch=1, precision="bf16"))
    assert plan.parameters == 859_520_964
    assert 16e9 < plan.total < 24e9


@pytest.mark.parametrize("name", ["/nowhere/at-all", "nobody/no-such-model"])
def test_a_model_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(TrainingError, match=name):
        plan_memory(name, RECIPE)


def test_an_unknown_way_of_training_is_named(model: Path) -> None:
    way: TrainedAs = "guess"  # type: ignore[assignment]
    with pytest.raises(ValueError, match="'guess'"):
        plan_memory(model, RECIPE, way)
