"""The loop: what was interrupted goes on as if it had not been, and nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from yoga_assistant.errors import TrainingError
from yoga_assistant.training import Recipe, Run
from yoga_assistant.training.loop import fit

RECIPE = Recipe(steps=20, batch=2, lr=0.05, save_every=5, keep=2, shares_every=0)


class Numbers:
    """Sixteen points of a line; the first one may be broken, or end the process."""

    def __init__(self, nan: bool = False, at: dict[int, Any] | None = None) -> None:
        self.nan, self.at, self.drawn = nan, at or {}, 0

    def __len__(self) -> int:
        return 16

    def __getitem__(self, key: tuple[int, int]) -> dict[str, Tensor]:
        self.drawn += 1
        self.at.get(self.drawn, lambda: None)()
        x = torch.tensor([float(key[0])]) / 16
        return {"x": x, "y": 3 * x + (float("nan") if self.nan else 1)}


class Line:
    """Learns a line, with chance in it: dropout, and noise that depends on the item's seed."""

    name = "line"

    def __init__(self) -> None:
        torch.manual_seed(3)
        self.model: nn.Module = nn.Sequential(nn.Linear(1, 8), nn.Dropout(0.1), nn.Linear(8, 1))
        self.details: Mapping[str, Any] = {"kind": "line"}

    def to(self, device: torch.device) -> None:
        pass

    def losses(self, model: nn.Module, batch: dict[str, Any]) -> dict[str, Tensor]:
        noise = (batch["seed"] % 1000 / 100_000).float()[:, None]
        said = model(batch["x"] + noise)
        return {"square": (said - batch["y"]).square().mean(), "size": 1e-3 * said.abs().mean()}

    def save(self, folder: Path) -> None:
        torch.save(self.model.state_dict(), folder / "model.pt")


def weights(run: Run) -> dict[str, Tensor]:
    found: dict[str, Tensor] = torch.load(run.model / "model.pt", weights_only=True)
    return found


def same(one: Run, other: Run) -> bool:
    ours, theirs = weights(one), weights(other)
    return all(torch.equal(ours[name], theirs[name]) for name in theirs)


def told(run: Run) -> list[dict[str, Any]]:
    return [{key: value for key, value in line.items() if key != "seconds"} for line in run.log]


def test_a_model_learns(tmp_path: Path) -> None:
    run = fit(Line(), Numbers(), Recipe(steps=100, batch=4, lr=0.05, ema=0.9), tmp_path / "run")
    losses = [line["loss"] for line in run.log]
    assert sum(losses[-10:]) < 0.2 * sum(losses[:10])
    assert "line, step 100 of 100" in str(run)


@pytest.mark.parametrize("workers", [0, 1])
def test_ten_steps_and_ten_more_are_twenty(tmp_path: Path, workers: int) -> None:
    whole = fit(Line(), Numbers(), RECIPE, tmp_path / "whole")
    fit(Line(), Numbers(), Recipe(**{**vars(RECIPE), "steps": 10}), tmp_path / "parts")
    recipe = Recipe(**{**vars(RECIPE), "workers": workers})
    parts = fit(Line(), Numbers(), recipe, tmp_path / "parts")
    assert same(parts, whole)
    assert told(parts) == told(whole)


@pytest.mark.parametrize("fault", [MemoryError, KeyboardInterrupt])
def test_what_broke_off_in_a_step_goes_on_from_the_last_checkpoint(
    tmp_path: Path, fault: type[BaseException]
) -> None:
    def fail() -> None:
        raise fault

    whole = fit(Line(), Numbers(), RECIPE, tmp_path / "whole")
    with pytest.raises(fault):
        fit(Line(), Numbers(at={27: fail}), RECIPE, tmp_path / "parts")  # in step 13
    assert Run.open(tmp_path / "parts").step == 10
    parts = fit(Line(), Numbers(), RECIPE, tmp_path / "parts")
    assert same(parts, whole)
    assert told(parts) == told(whole)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_after_the_step_with_a_checkpoint(
    tmp_path: Path, number: signal.Signals
) -> None:
    whole = fit(Line(), Numbers(), RECIPE, tmp_path / "whole")
    before = signal.getsignal(number)
    stop = {15: lambda: os.kill(os.getpid(), number)}  # in step 7
    with pytest.raises(KeyboardInterrupt):
        fit(Line(), Numbers(at=stop), RECIPE, tmp_path / "parts")
    assert Run.open(tmp_path / "parts").step == 8
    assert signal.getsignal(number) == before
    assert same(fit(Line(), Numbers(), RECIPE, tmp_path / "parts"), whole)


SCRIPT = """
import os, signal, sys
from pathlib import Path
from yoga_assistant.testing.tiny import tiny_pipeline
from yoga_assistant.training import Captions, Recipe, Teaching, finetune_diffusion
from yoga_assistant.training.process import Dice

out, pictures, batch, kill_at = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
drawn = 0
before = Dice.__init__
def counted(self, seeds):
    global drawn
    drawn += 1
    if drawn == kill_at:
        os.kill(os.getpid(), signal.SIGKILL)
    before(self, seeds)
Dice.__init__ = counted
recipe = Recipe(steps=20, batch=batch, lr=1e-3, save_every=5)
finetune_diffusion(tiny_pipeline(), pictures, out=out, recipe=recipe, teaching=Teaching(size=16))
"""


def started(out: Path, pictures: Path, batch: int, kill_at: int, *launcher: str) -> int:
    script = out.with_suffix(".py")
    script.write_text(SCRIPT)
    command = [sys.executable, *launcher, str(script), str(out), str(pictures), str(batch)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}
    done = subprocess.run(
        [*command, str(kill_at)], env=environment, capture_output=True, check=False, timeout=240
    )
    if done.returncode > 0:
        raise AssertionError(done.stderr.decode()[-3000:])
    return done.returncode


def unet(out: Path) -> dict[str, Tensor]:
    from safetensors.torch import load_file

    weights: dict[str, Tensor] = load_file(
        Run.open(out).model / "unet" / "diffusion_pytorch_model.safetensors"
    )
    return weights


def test_a_run_that_was_killed_ends_bit_by_bit_as_one_that_was_not(
    tmp_path: Path, pictures: Path
) -> None:
    assert started(tmp_path / "whole", pictures, 2, 0) == 0
    assert started(tmp_path / "parts", pictures, 2, 13) == -signal.SIGKILL
    assert Run.open(tmp_path / "parts").step == 10
    assert started(tmp_path / "parts", pictures, 2, 0) == 0
    whole, parts = unet(tmp_path / "whole"), unet(tmp_path / "parts")
    assert all(torch.equal(parts[name], tensor) for name, tensor in whole.items())


def test_two_processes_learn_what_one_learns(tmp_path: Path, pictures: Path) -> None:
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")
    assert started(tmp_path / "one", pictures, 4, 0) == 0
    assert started(tmp_path / "two", pictures, 2, 0, *launcher) == 0
    assert Run.open(tmp_path / "two").facts["details"]["processes"] == 2
    assert len(Run.open(tmp_path / "two").log) == 20
    one, two = unet(tmp_path / "one"), unet(tmp_path / "two")
    for name, tensor in one.items():
        torch.testing.assert_close(two[name], tensor, rtol=1e-3, atol=1e-4)


def test_a_gradient_that_is_not_finite_changes_nothing_and_ends_the_run(tmp_path: Path) -> None:
    recipe = Recipe(**{**vars(RECIPE), "patience": 4, "save_every": 1})
    with pytest.raises(TrainingError, match=r"4 steps in a row.*examples \["):
        fit(Line(), Numbers(nan=True), recipe, tmp_path / "run")
    run = Run.open(tmp_path / "run")
    start = Line().model.state_dict()
    assert all(torch.equal(weights(run)[name], start[name]) for name in start)
    assert [line["skipped"] for line in run.log] == [True] * 3
    assert all(line["loss"] is None for line in run.log)


def test_only_so_many_checkpoints_are_kept(tmp_path: Path) -> None:
    run = fit(Line(), Numbers(), RECIPE, tmp_path / "run")
    names = [path.name for path in sorted(run.out.glob("step-*"))]
    assert names == ["step-00000015", "step-00000020"]


def test_a_checkpoint_that_was_not_written_whole_does_not_count(tmp_path: Path) -> None:
    run = fit(Line(), Numbers(), RECIPE, tmp_path / "run")
    whole = weights(run)
    state = run.model / "state.pt"
    state.write_bytes(state.read_bytes()[:100])
    assert run.step == 15
    again = fit(Line(), Numbers(), RECIPE, tmp_path / "run")
    assert again.step == 20
    assert all(torch.equal(weights(again)[name], whole[name]) for name in whole)


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    run = fit(Line(), Numbers(), Recipe(**{**vars(RECIPE), "steps": 5}), tmp_path / "run")
    state = run.model / "state.pt"
    state.write_bytes(b"x" * state.stat().st_size)
    with pytest.raises(TrainingError, match="step-00000005 is damaged"):
        fit(Line(), Numbers(), RECIPE, tmp_path / "run")


def test_a_folder_of_another_run_is_refused(tmp_path: Path) -> None:
    fit(Line(), Numbers(), RECIPE, tmp_path / "run")
    other = Recipe(**{**vars(RECIPE), "lr": 0.01})
    with pytest.raises(TrainingError, match=r"lr was 0.05, is 0.01"):
        fit(Line(), Numbers(), other, tmp_path / "run")
    with pytest.raises(TrainingError, match="data was"):
        fit(Line(), Numbers(), RECIPE, tmp_path / "run", data={"hash": "another"})
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("keep me")
    with pytest.raises(TrainingError, match="not empty"):
        fit(Line(), Numbers(), RECIPE, tmp_path / "full")
    assert (tmp_path / "full" / "letter.txt").read_text() == "keep me"


def test_a_full_disk_leaves_the_earlier_checkpoints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit(Line(), Numbers(), Recipe(**{**vars(RECIPE), "steps": 5}), tmp_path / "run")

    def full(_: Line, folder: Path) -> None:
        (folder / "model.pt").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Line, "save", full)
    with pytest.raises(TrainingError, match="No space left"):
        fit(Line(), Numbers(), RECIPE, tmp_path / "run")
    monkeypatch.undo()
    assert [path.name for path in (tmp_path / "run").glob("step-*")] == ["step-00000005"]


def test_the_average_is_what_is_saved_and_the_last_weights_are_gone_on_from(
    tmp_path: Path,
) -> None:
    averaged = fit(Line(), Numbers(), RECIPE, tmp_path / "averaged")
    plain = fit(Line(), Numbers(), Recipe(**{**vars(RECIPE), "ema": None}), tmp_path / "plain")
    state = torch.load(averaged.model / "state.pt", weights_only=True)
    assert not same(averaged, plain)
    for name, tensor in weights(plain).items():
        assert torch.equal(state["weights"][name], tensor)
        assert torch.equal(state["average"][name], weights(averaged)[name])


def test_gradients_are_summed_over_parts_of_a_step(tmp_path: Path) -> None:
    class Still(Line):
        def __init__(self) -> None:
            super().__init__()
            self.model[1].p = 0.0

    whole = Recipe(**{**vars(RECIPE), "batch": 4})
    parts = Recipe(**{**vars(RECIPE), "batch": 2, "accumulate": 2})
    one = fit(Still(), Numbers(), whole, tmp_path / "one")
    two = fit(Still(), Numbers(), parts, tmp_path / "two")
    for name, tensor in weights(one).items():
        torch.testing.assert_close(weights(two)[name], tensor, rtol=1e-4, atol=1e-5)


def test_each_terms_share_of_the_gradient_is_logged(tmp_path: Path) -> None:
    recipe = Recipe(**{**vars(RECIPE), "shares_every": 5})
    log = fit(Line(), Numbers(), recipe, tmp_path / "run").log
    shares = [line["shares"] for line in log if "shares" in line]
    assert [line["step"] for line in log if "shares" in line] == [0, 5, 10, 15]
    assert all(sum(share.values()) == pytest.approx(1, abs=1e-3) for share in shares)
    assert shares[0]["square"] > shares[0]["size"]


def test_the_random_state_of_the_caller_is_left_alone(tmp_path: Path) -> None:
    task = Line()
    before = torch.get_rng_state()
    fit(task, Numbers(), RECIPE, tmp_path / "run")
    assert torch.equal(torch.get_rng_state(), before)


def test_the_learning_rate_rises_and_falls_with_the_step_alone() -> None:
    recipe = Recipe(steps=100, lr=1.0, warmup=10, schedule="cosine")
    assert recipe.lr_at(0) == pytest.approx(0.1)
    assert recipe.lr_at(9) == pytest.approx(1.0)
    assert recipe.lr_at(55) == pytest.approx(0.5)
    assert recipe.lr_at(99) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"steps": 0}, "steps"),
        ({"batch": 0}, "batch"),
        ({"lr": -1.0}, "lr"),
        ({"lr": float("nan")}, "lr"),
        ({"clip": 0.0}, "clip"),
        ({"ema": 1.0}, "ema"),
        ({"precision": "fp8"}, "precision"),
        ({"schedule": "linear"}, "schedule"),
    ],
)
def test_a_setting_out_of_its_range_is_named(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Recipe(**wrong)


def test_half_precision_without_a_gpu_is_refused(tmp_path: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(ValueError, match="bf16"):
        fit(Line(), Numbers(), Recipe(precision="fp16"), tmp_path / "run")


def test_what_a_run_was_made_of_is_written_down(tmp_path: Path) -> None:
    run = fit(Line(), Numbers(), RECIPE, tmp_path / "run", data={"hash": "abc"})
    facts = json.loads((run.out / "run.json").read_text())
    assert facts["data"] == {"hash": "abc", "examples": 16}
    assert facts["recipe"]["lr"] == 0.05
    assert facts["versions"]["torch"] == torch.__version__
    assert facts["hardware"]["cores"] >= 1
    with pytest.raises(TrainingError, match="holds no run"):
        Run.open(tmp_path / "nothing")
