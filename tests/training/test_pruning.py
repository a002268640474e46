"""A smaller UNet: within its budget, from its own config, with its teacher's weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import UNet2DConditionModel

from yoga_assistant.training.cost import macs_of, parameters_of
from yoga_assistant.training.pruning import PRESETS, Cut, build, plan, plans, prune

# Stable Diffusion v1-4, parameters and multiply-accumulates as its papers and cards give them.
SD_UNET, SD_KEPT = 859_520_964, 123_060_480 + 83_653_863
PUBLISHED = {
    "bk-base": (579_384_964, 261.5),
    "bk-small": (482_346_884, 255.4),
    "bk-tiny": (323_384_964, 242.8),
}


def sd_v1() -> UNet2DConditionModel:
    with torch.device("meta"):
        return UNet2DConditionModel(
            sample_size=64,
            block_out_channels=(320, 640, 1280, 1280),
            attention_head_dim=8,
            cross_attention_dim=768,
        )


@pytest.fixture
def teacher() -> UNet2DConditionModel:
    torch.manual_seed(0)
    return UNet2DConditionModel(
        sample_size=16,
        block_out_channels=(16, 32, 32),
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        layers_per_block=2,
        attention_head_dim=2,
        cross_attention_dim=12,
        norm_num_groups=4,
    ).eval()


def drawn(unet: UNet2DConditionModel) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    noisy = torch.randn(2, 4, 16, 16, generator=generator)  # (batch, channels, height, width)
    words = torch.randn(2, 7, 12, generator=generator)  # (batch, tokens, width)
    with torch.inference_mode():
        return unet(noisy, torch.tensor([3, 700]), words).sample


def test_half_of_stable_diffusion_keeps_text_encoder_and_decoder_whole() -> None:
    teacher = sd_v1()
    assert parameters_of(teacher) == SD_UNET
    student = prune(teacher, total_ratio=0.5, kept=SD_KEPT)
    assert 2 * (parameters_of(student) + SD_KEPT) <= SD_UNET + SD_KEPT
    assert parameters_of(student) + SD_KEPT <= 533_117_653


@pytest.mark.parametrize("preset", PUBLISHED)
def test_the_presets_cost_what_their_paper_says(preset: str) -> None:
    parameters, giga_macs = PUBLISHED[preset]
    student = plan(sd_v1(), PRESETS[preset])
    assert student.parameters == parameters
    assert student.macs / 1e9 == pytest.approx(giga_macs, abs=0.05)
    assert macs_of(sd_v1()) / 1e9 == pytest.approx(401.6, abs=0.05)


def test_half_the_size_is_possible_with_a_middle_block() -> None:
    student = prune(sd_v1(), total_ratio=0.5, kept=SD_KEPT, keep_mid=True)
    assert student.mid_block is not None
    assert parameters_of(student) <= 326_403_310


def test_a_cut_of_nothing_draws_what_the_teacher_draws(
    teacher: UNet2DConditionModel,
) -> None:
    student = build(teacher, plan(teacher, Cut()))
    torch.testing.assert_close(drawn(student), drawn(teacher), rtol=0, atol=0)


@pytest.mark.parametrize("share", [1.0, 0.75, 0.5])
@pytest.mark.parametrize("has_mid", [True, False])
@pytest.mark.parametrize("levels", [0, 1])
@pytest.mark.parametrize("layers", [2, 1])
def test_every_cut_saves_loads_and_draws(
    teacher: UNet2DConditionModel,
    tmp_path: Path,
    layers: int,
    levels: int,
    has_mid: bool,
    share: float,
) -> None:
    cut = Cut(layers, levels, has_mid, share)
    student = build(teacher, plan(teacher, cut))
    assert parameters_of(student) == plan(teacher, cut).parameters
    student.save_pretrained(tmp_path)
    again = UNet2DConditionModel.from_pretrained(tmp_path).eval()
    torch.testing.assert_close(drawn(again), drawn(student), rtol=0, atol=0)
    assert drawn(student).isfinite().all()
    assert all(tensor.is_contiguous() for tensor in student.state_dict().values())


def test_pruning_leaves_the_teacher_alone(teacher: UNet2DConditionModel) -> None:
    before = {name: tensor.clone() for name, tensor in teacher.state_dict().items()}
    student = prune(teacher, parameters=parameters_of(teacher) // 2)
    with torch.no_grad():
        for tensor in student.parameters():
            tensor.zero_()
    assert teacher.state_dict().keys() == before.keys()
    assert all(torch.equal(tensor, before[name]) for name, tensor in teacher.state_dict().items())


def test_the_last_layer_going_up_is_the_teachers_last(
    teacher: UNet2DConditionModel,
) -> None:
    student = prune(teacher, preset="bk-tiny")
    ours, theirs = student.state_dict(), teacher.state_dict()
    weight = "resnets.{}.conv2.weight"
    for place, of in ((0, 0), (1, 2)):
        name = f"up_blocks.0.{weight.format(place)}"
        assert torch.equal(ours[name], theirs[f"up_blocks.1.{weight.format(of)}"])
    assert torch.equal(ours[f"down_blocks.1.{weight.format(0)}"],
                       theirs[f"down_blocks.1.{weight.format(0)}"])  # fmt: skip


def test_where_two_inputs_join_channels_of_both_stay(
    teacher: UNet2DConditionModel,
) -> None:
    student = build(teacher, plan(teacher, Cut(widths=0.5)))
    name = "up_blocks.2.resnets.0.conv1.weight"  # below: 32 channels, across: 16
    ours, theirs = student.state_dict()[name], teacher.state_dict()[name]
    assert ours.shape[1] == 16 + 8
    expected = torch.cat([theirs[:8, :16], theirs[:8, 32:40]], dim=1)
    assert torch.equal(ours, expected)


def test_both_halves_of_a_gate_and_all_heads_stay(
    teacher: UNet2DConditionModel,
) -> None:
    student = build(teacher, plan(teacher, Cut(widths=0.5)))
    block = "down_blocks.1.attentions.0.transformer_blocks.0"
    ours, theirs = student.state_dict(), teacher.state_dict()
    gate = theirs[f"{block}.ff.net.0.proj.weight"]  # (2 x 128, 32)
    expected = torch.cat([gate[:64, :16], gate[128:192, :16]])
    assert torch.equal(ours[f"{block}.ff.net.0.proj.weight"], expected)
    query = theirs[f"{block}.attn1.to_q.weight"]  # two heads of 16 channels
    expected = torch.cat([query[:8, :16], query[16:24, :16]])
    assert torch.equal(ours[f"{block}.attn1.to_q.weight"], expected)


@pytest.mark.parametrize("budget", ["parameters", "macs"])
def test_the_largest_student_within_a_budget_is_chosen(
    teacher: UNet2DConditionModel, budget: str
) -> None:
    most = getattr(plans(teacher)[4], budget)
    limit: dict[str, Any] = {budget: most}
    student = prune(teacher, **limit)
    fitting = (one.parameters for one in plans(teacher) if getattr(one, budget) <= most)
    assert parameters_of(student) == next(fitting)


def test_a_student_is_as_fast_as_was_asked(teacher: UNet2DConditionModel) -> None:
    assert parameters_of(prune(teacher, seconds=60.0)) == parameters_of(teacher)
    with pytest.raises(ValueError, match="smallest"):
        prune(teacher, seconds=1e-9)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({}, "give one of"),
        ({"total_ratio": 0.5, "parameters": 9}, "give one of"),
        ({"total_ratio": 0.0}, "more than 0"),
        ({"total_ratio": 1.5}, "at most 1"),
        ({"total_ratio": 0.5, "kept": -1}, "number of parameters"),
        ({"total_ratio": 0.1, "kept": 10**12}, "more than total_ratio allows"),
        ({"parameters": 10}, "the smallest"),
        ({"preset": "bk-huge"}, "bk-tiny"),
    ],
)
def test_a_budget_that_makes_no_sense_is_named(
    teacher: UNet2DConditionModel, wrong: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        prune(teacher, **wrong)


@pytest.mark.parametrize(
    "cut", [Cut(layers=3), Cut(levels=2), Cut(widths=(15, 32, 32)), Cut(widths=(64, 64, 64))]
)
def test_a_cut_that_is_not_legal_is_refused(teacher: UNet2DConditionModel, cut: Cut) -> None:
    with pytest.raises(ValueError, match=r"layers|levels|widths"):
        plan(teacher, cut)
