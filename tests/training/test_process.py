"""The arithmetic of noise agrees with itself, with diffusers and with the paper."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from diffusers import DDIMScheduler

from yoga_assistant.errors import TrainingError
from yoga_assistant.training.process import Dice, Process

KINDS = pytest.mark.parametrize("kind", ["epsilon", "v_prediction"])


def scheduler(kind: str) -> Any:
    return DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=True,
        prediction_type=kind,
        timestep_spacing="trailing",
    )


def some() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    chance = torch.Generator().manual_seed(0)
    clean, noise = (torch.randn(8, 4, 6, 6, generator=chance) for _ in range(2))
    return clean, noise, torch.randint(1, 990, (8,), generator=chance)


@KINDS
def test_the_right_words_give_picture_and_noise_back(kind: str) -> None:
    process, (clean, noise, times) = Process(scheduler(kind)), some()
    noisy = process.noisy(clean, noise, times)
    found = process.split(process.target(clean, noise, times), noisy, times)
    torch.testing.assert_close(found[0], clean, rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(found[1], noise, rtol=1e-3, atol=1e-3)


@KINDS
def test_noise_and_target_are_those_of_diffusers(kind: str) -> None:
    process, theirs, (clean, noise, times) = Process(scheduler(kind)), scheduler(kind), some()
    torch.testing.assert_close(
        process.noisy(clean, noise, times), theirs.add_noise(clean, noise, times)
    )
    if kind == "v_prediction":
        expected = theirs.get_velocity(clean, noise, times)
        torch.testing.assert_close(process.target(clean, noise, times), expected)


@KINDS
def test_a_jump_is_a_step_of_ddim(kind: str) -> None:
    process, theirs = Process(scheduler(kind)), scheduler(kind)
    theirs.set_timesteps(10)
    said, noisy, _ = some()
    for number, time in enumerate(theirs.timesteps):
        following = theirs.timesteps[number + 1] if number < 9 else torch.tensor(-1)
        ours = process.jump(said, noisy, time.expand(8), following.expand(8))
        expected = theirs.step(said, time, noisy, eta=0.0).prev_sample
        torch.testing.assert_close(ours, expected, rtol=1e-4, atol=1e-5)


def test_min_snr_is_the_papers() -> None:
    theirs = scheduler("epsilon")
    times = torch.arange(1000)
    ratio = theirs.alphas_cumprod / (1 - theirs.alphas_cumprod)
    weights = Process(theirs).min_snr(times, 5.0)
    torch.testing.assert_close(weights, (ratio.clamp(max=5) / ratio).float())
    assert (weights[ratio <= 5] == 1).all()
    assert int((weights < 1).sum()) == 147  # of Stable Diffusion's 1,000 steps
    by_velocity = Process(scheduler("v_prediction")).min_snr(times, 5.0)
    torch.testing.assert_close(by_velocity, (ratio.clamp(max=5) / (ratio + 1)).float())


def test_a_model_that_says_something_else_is_refused() -> None:
    with pytest.raises(TrainingError, match="'sample'"):
        Process(scheduler("sample"))


def test_chance_depends_on_the_seed_and_not_on_its_neighbours() -> None:
    alone, together = Dice(torch.tensor([7])), Dice(torch.tensor([3, 7, 9]))
    assert alone.normal((2, 2))[0].equal(together.normal((2, 2))[1])
    assert alone.uniform()[0] == together.uniform()[1]
    assert alone.below(1000)[0] == together.below(1000)[1]


def test_chance_is_spread_as_it_should_be() -> None:
    dice = Dice(torch.arange(4000))
    normal, even, whole = dice.normal(()), dice.uniform(), dice.below(10)
    assert abs(float(normal.mean())) < 0.06
    assert abs(float(normal.std()) - 1) < 0.05
    assert 0 <= float(even.min()) < float(even.max()) < 1
    assert set(whole.tolist()) == set(range(10))
