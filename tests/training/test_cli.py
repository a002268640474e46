"""The workshop from the command line: train, and evaluate, on a tiny real model."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from diffusers import AutoencoderKL, StableDiffusionPipeline
from PIL import Image

from yoga_assistant.cli import program
from yoga_assistant.testing.tiny import tiny_pipeline, tiny_vae
from yoga_assistant.training import Recipe, Run
from yoga_assistant.training.cost import parameters_of

QUICK = ("--steps", "2", "--precision", "fp32", "--accumulate", "1", "--size", "16")


def run(*args: object, code: int = 0) -> Result:
    result = CliRunner().invoke(program, [str(arg) for arg in args])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "tiny"
    tiny_pipeline().save_pretrained(path)
    return path


def test_the_whole_way_from_a_teacher_to_two_steps(
    model: Path, pictures: Path, tmp_path: Path
) -> None:
    """Fine-tune, prune, distil, shorten, and each is opened from the folder that it was told."""
    teacher, pruned, taught, short = (tmp_path / name for name in ("t", "p", "d", "s"))
    assert (
        "step 2 of 2" in run("train", "finetune", model, pictures, "--out", teacher, *QUICK).output
    )
    told = run("train", "prune", teacher, "--total-ratio", 0.9, "--out", pruned).output
    run("train", "distill", teacher, pruned, pictures, "--out", taught, *QUICK)
    run("train", "steps", taught, pictures, "--out", short, "--draw-steps", 2, *QUICK)
    pipeline = StableDiffusionPipeline.from_pretrained(Run.open(short).model)
    small = parameters_of(pipeline.unet, pipeline.text_encoder, pipeline.vae)
    given = tiny_pipeline()
    whole = parameters_of(given.unet, given.text_encoder, given.vae)
    assert small <= 0.9 * whole
    assert f"{whole:,} parameters became {small:,}" in told


def test_a_command_that_is_run_again_goes_on(model: Path, pictures: Path, tmp_path: Path) -> None:
    command = ("train", "finetune", model, pictures, "--out", tmp_path / "run", *QUICK)
    run(*command)
    run(*command[: -len(QUICK)], *QUICK, "--steps", 5)
    assert [line["step"] for line in Run.open(tmp_path / "run").log] == [0, 1, 2, 3, 4]


def test_other_settings_in_the_same_folder_are_refused(
    model: Path, pictures: Path, tmp_path: Path
) -> None:
    command = ("train", "finetune", model, pictures, "--out", tmp_path / "run", *QUICK)
    run(*command)
    result = run(*command, "--lr", 1, code=1)
    assert "lr was 1e-05, is 1.0" in result.stderr
    assert "another folder" in result.stderr


def test_settings_come_from_a_file_and_flags_come_before_it(
    model: Path, pictures: Path, tmp_path: Path
) -> None:
    config = tmp_path / "recipe.toml"
    config.write_text('steps = 7\nprecision = "fp32"\nsize = 16\nmin_snr = 5.0\n')
    run("train", "finetune", model, pictures, "--out", tmp_path / "run", "--config", config,
        "--steps", 3)  # fmt: skip
    facts = Run.open(tmp_path / "run").facts
    assert (facts["recipe"]["steps"], facts["details"]["min_snr"]) == (3, 5.0)


@pytest.mark.parametrize(
    ("text", "told"),
    [("stepps = 3", "stepps"), ("steps = ", "cannot be read as TOML"), ("steps = 0", "at least 1")],
)
def test_a_bad_file_of_settings_is_named(
    model: Path, pictures: Path, tmp_path: Path, text: str, told: str
) -> None:
    config = tmp_path / "recipe.toml"
    config.write_text(text)
    out = ("--out", tmp_path / "run", "--config", config)
    assert told in run("train", "finetune", model, pictures, *out, code=2).stderr


@pytest.mark.parametrize("command", ["finetune", "steps", "vae"])
def test_a_dry_run_says_what_it_would_do_and_does_nothing(
    model: Path, pictures: Path, tmp_path: Path, command: str
) -> None:
    out = tmp_path / "run"
    told = run("train", command, model, pictures, "--out", out, *QUICK, "--dry-run").output
    assert f"would train in {out} on 6 captions, 6 with pictures" in told
    assert "steps 2" in told
    assert ("GiB" in told) == (command != "vae")
    assert not out.exists()


def test_a_dry_run_of_pruning_lists_the_cuts(model: Path) -> None:
    lines = run("train", "prune", model, "--dry-run").output.splitlines()
    counts = [int(line.split()[0].replace(",", "")) for line in lines]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == parameters_of(tiny_pipeline().unet)


def test_pruning_writes_into_no_folder_of_something_else(model: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("dear")
    result = run("train", "prune", model, "--preset", "bk-base", "--out", tmp_path, code=1)
    assert "not an empty folder" in result.stderr


@pytest.mark.parametrize("budget", [(), ("--preset", "bk-huge"), ("--parameters", 3)])
def test_a_budget_that_cannot_be_is_told(
    model: Path, tmp_path: Path, budget: tuple[object, ...]
) -> None:
    result = run("train", "prune", model, "--out", tmp_path / "p", *budget, code=2)
    assert result.stderr.startswith("error: ")
    assert not (tmp_path / "p").exists()


def test_an_autoencoder_is_trained_from_a_file(pictures: Path, tmp_path: Path) -> None:
    tiny_vae().save_config(tmp_path / "tiny")
    config, out = tmp_path / "tiny" / "config.json", tmp_path / "run"
    run("train", "vae", config, pictures, "--out", out, *QUICK)
    assert AutoencoderKL.from_pretrained(Run.open(out).model)
    (tmp_path / "list.json").write_text("[1]")
    told = run("train", "vae", tmp_path / "list.json", pictures, "--out", tmp_path / "x", code=1)
    assert "no object" in told.stderr


def test_data_are_checked_with_the_models_own_tokens(
    model: Path, pictures: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "sheet.png"
    told = run("train", "check-data", pictures, "--size", 16, "--sheet", sheet).output
    assert "6 captions, 6 with pictures\nnothing to complain of" in told
    with Image.open(sheet) as opened:
        assert opened.format == "PNG"
    long = tmp_path / "captions.txt"
    long.write_text("tree " * 40)
    assert "more than 77 tokens: 1" in run("train", "check-data", long, "--model", model).output


def test_data_with_errors_end_with_an_exit_code(tmp_path: Path) -> None:
    (tmp_path / "metadata.jsonl").write_text('{"text": "tree"}\n{"text": ""}\n')
    told = run("train", "check-data", tmp_path, code=1).output
    assert "error: cannot be read: 1" in told
    assert "line 2" in told


def test_a_size_that_does_not_fit_is_wrong_usage(
    model: Path, pictures: Path, tmp_path: Path
) -> None:
    out = ("--out", tmp_path / "run", *QUICK, "--size", 17)
    assert "multiple of 2" in run("train", "finetune", model, pictures, *out, code=2).stderr


def test_a_plan_tells_memory_and_loads_nothing(model: Path) -> None:
    told = run("train", "plan", model, "--size", 16, "--batch", 2).output
    assert "activations of 2" in told
    assert "in all" in told


def test_a_run_is_shown_and_plotted(model: Path, pictures: Path, tmp_path: Path) -> None:
    run("train", "finetune", model, pictures, "--out", tmp_path / "run", *QUICK)
    told = run("train", "show", tmp_path / "run", "--plot", tmp_path / "loss.svg").output
    assert "finetune, step 2 of 2" in told
    assert "torch" in told
    assert (tmp_path / "loss.svg").read_text().startswith("<svg")
    assert "holds no run" in run("train", "show", tmp_path, code=1).stderr


def test_every_setting_has_an_option_with_a_word_on_it() -> None:
    told = run("train", "finetune", "--help").output
    for name in vars(Recipe()):
        assert f"--{name.replace('_', '-')}" in told
    assert "Largest norm of the gradient" in told


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("train finetune a b --out c", "train"),
        ("train prune a --out c --preset bk-base", "train"),
        ("train plan a", "train"),
        ("evaluate images a --out b", "eval"),
    ],
)
def test_without_its_extra_a_command_names_the_pip_line(command: str, named: str) -> None:
    code = f"import sys; sys.modules['diffusers'] = None; sys.argv[1:] = {command.split()}\n"
    code += "from yoga_assistant.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert f"hint: pip install 'yoga-assistant[{named}]'" in done.stderr


def test_models_are_compared_side_by_side(model: Path, tmp_path: Path) -> None:
    prompts, page = tmp_path / "prompts.txt", tmp_path / "out.html"
    prompts.write_text("tree pose\n\ncrow pose\n")
    ways = ("--prompts", prompts, "--seeds", 2, "--steps", 1, "--out", tmp_path / "drawn")
    told = run("evaluate", "images", f"a={model}", f"b={model}", *ways, "--report", page).output
    assert "time of a picture" in told
    assert f"UNet {parameters_of(tiny_pipeline().unet):,}" in told
    assert page.read_text().count("data:image/png") == 8
    assert len(list((tmp_path / "drawn").glob("*/*.png"))) == 8


@pytest.mark.parametrize(
    ("more", "code", "told"),
    [
        (("--prompts", "nowhere.txt"), 1, "cannot be read"),
        (("--real", "."), 1, "no pictures"),
        (("--seeds", "0"), 2, "seeds"),
    ],
)
def test_what_cannot_be_compared_is_told(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], code: int,
    told: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert told in run("evaluate", "images", model, "--out", "e", *more, code=code).stderr


def test_two_models_of_one_name_are_refused(model: Path, tmp_path: Path) -> None:
    result = run("evaluate", "images", model, model, "--out", tmp_path, code=2)
    assert "two models" in result.stderr


def test_what_a_run_was_made_of_is_json(model: Path, pictures: Path, tmp_path: Path) -> None:
    run("train", "finetune", model, pictures, "--out", tmp_path / "run", *QUICK)
    facts = json.loads((tmp_path / "run" / "run.json").read_text())
    assert facts["data"]["hash"]
    assert {"recipe", "details", "data", "versions", "hardware", "git", "command"} <= facts.keys()
