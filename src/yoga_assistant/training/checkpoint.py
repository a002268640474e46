"""Checkpoints: complete, loadable, written whole or not at all, and only so many.

out/step-00000500/state.pt    beside the model: what is needed to go on from here, bit by bit

See `yoga_assistant.checkpoints` for the rest of the folder.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import torch

from ..checkpoints import DONE, PART, complete
from ..errors import TrainingError

STATE: Final = "state.pt"


def write(
    out: Path, step: int, state: dict[str, Any], save: Callable[[Path], None], keep: int
) -> Path:
    """Writes a checkpoint beside the others and removes the oldest beyond `keep`.

    Args:
        save: writes the model into the folder it is given.

    Raises:
        TrainingError: the disk is full; the earlier checkpoints are as they were.
    """
    folder = out / f"step-{step:08d}"
    part = folder.with_name(folder.name + PART)
    _check_space(out, state)
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        save(part)
        torch.save(state, part / STATE)
        sizes = {str(f.relative_to(part)): f.stat().st_size for f in _files(part)}
        (part / DONE).write_text(json.dumps({"step": step, "files": sizes}, indent=1))
        _sync(part)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise TrainingError(
            f"the checkpoint of step {step} could not be written to {out}: {error.strerror}",
            hint="make room and run the same command again: it goes on from the last checkpoint",
        ) from error
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)
    for old in complete(out)[:-keep]:
        shutil.rmtree(old)
    return folder


def read(folder: Path) -> dict[str, Any]:
    """The state that a checkpoint goes on from.

    Raises:
        TrainingError: the file is damaged.
    """
    try:
        state: dict[str, Any] = torch.load(folder / STATE, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises what the unpickler and the archive raise
        raise TrainingError(
            f"the checkpoint {folder} is damaged",
            hint="delete this folder to go on from the one before it",
        ) from error
    return state


def _check_space(out: Path, state: dict[str, Any]) -> None:
    """The model is at most as large as the state, which holds its weights."""
    needed, free = 2 * _bytes(state), shutil.disk_usage(out).free
    if needed > free:
        raise TrainingError(
            f"a checkpoint takes up to {needed / 1e9:.1f} GB, {out} has {free / 1e9:.1f} GB left",
            hint="make room and run the same command again: it goes on from the last checkpoint",
        )


def _bytes(value: object) -> int:
    if isinstance(value, torch.Tensor):
        return int(value.nbytes)
    if isinstance(value, dict):
        return sum(map(_bytes, value.values()))
    return sum(map(_bytes, value)) if isinstance(value, list) else 0


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _sync(folder: Path) -> None:
    for path in _files(folder):
        with path.open("rb") as file:
            os.fsync(file.fileno())
