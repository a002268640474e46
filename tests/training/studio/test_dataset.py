"""Sets of pictures: the layout, the split, and that nothing is lost when drawing stops."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from yoga_assistant.cli_train import train
from yoga_assistant.errors import TrainingError
from yoga_assistant.training import Captions
from yoga_assistant.training.studio import StudioSet

FEW = StudioSet(n=12, size=64, asanas=("tree-pose",))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


@pytest.fixture(scope="module")
def written(screen: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("set")
    assert FEW.write(folder, workers=1) == 12
    return folder


def test_the_folder_is_an_imagefolder_that_training_reads(written: Path) -> None:
    lines = (written / "train/metadata.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]

    assert len(Captions.read(written / "train")) == len(rows) == 11
    assert len(Captions.read(written / "test")) == 1
    for row in rows:
        assert row["licence"] == "CC0-1.0"
        assert len(row["joints"]) == 17
        assert row["truth"]["camera"]["field"] > 0
        assert (written / "train" / row["file_name"]).is_file()


def test_what_is_there_is_not_drawn_again_and_more_only_adds(written: Path, tmp_path: Path) -> None:
    before = contents(written)
    assert FEW.write(written) == 0
    assert contents(written) == before

    less = StudioSet(n=3, size=64, asanas=("tree-pose",))
    less.write(tmp_path, workers=1)
    assert FEW.write(tmp_path, workers=2) == 9  # by two processes the rest is the same
    assert contents(tmp_path) == before


def test_any_picture_can_be_made_again_alone(written: Path) -> None:
    shot = FEW.shot(7)
    row = json.loads((written / shot.split / "metadata.jsonl").read_text().splitlines()[7])

    assert row["file_name"] == "000007.webp"
    assert shot.render(64).caption == row["text"]


def test_a_killed_run_goes_on_where_it_was(written: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "yoga_assistant", "train", "studio",
               "--out", str(tmp_path), "--n", "12", "--size", "64", "--asana", "tree-pose",
               "--workers", "1"]  # fmt: skip
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 120
    while len(list(tmp_path.glob("train/*.webp"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with (tmp_path / "train/metadata.jsonl").open("a") as lines:
        lines.write('{"file_name": "0000')  # as a crash in the middle of a line leaves it

    assert 0 < FEW.write(tmp_path, workers=1) < 12
    assert contents(tmp_path) == contents(written)


def test_held_out_pictures_show_unseen_people_through_unseen_cameras() -> None:
    whole = StudioSet(n=3000)
    shots = [whole.shot(number) for number in range(3000)]
    seen = {split: [shot for shot in shots if shot.split == split] for split in ("train", "test")}

    assert 0.08 < len(seen["test"]) / 3000 < 0.12
    people = {split: {shot.person for shot in of} for split, of in seen.items()}
    cameras = {split: {shot.camera for shot in of} for split, of in seen.items()}
    assert not people["train"] & people["test"]
    assert not cameras["train"] & cameras["test"]
    assert {shot.asana for shot in seen["train"]} == {shot.asana for shot in seen["test"]}
    assert {shot.view for shot in shots} == {"front", "three-quarter", "side", "back", "above"}


def test_another_recipe_in_the_same_folder_is_an_error(written: Path) -> None:
    with pytest.raises(TrainingError, match="holds a set of another recipe"):
        StudioSet(n=12, size=64, seed=1, asanas=("tree-pose",)).write(written)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (["--n", "0"], "at least 1 picture, not 0"),
        (["--size", "7"], "64 to 2048 pixels a side, not 7"),
        (["--asana", "headless"], "'headless' cannot be drawn"),
    ],
)
def test_the_command_line_names_what_is_wrong(wrong: list[str], told: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(train, ["studio", "--out", str(tmp_path), *wrong])

    assert result.exit_code == 2
    assert told in result.output


def test_the_command_line_draws(screen: None, tmp_path: Path) -> None:
    wanted = ["--n", "1", "--size", "64", "--asana", "bow-pose"]
    result = CliRunner().invoke(train, ["studio", "--out", str(tmp_path), *wanted])

    assert result.output.endswith(f"1 pictures in {tmp_path}, 1 of them drawn now\n")
