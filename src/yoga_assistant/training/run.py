"""A run of training: where it lies, what it was made of, how to repeat it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from ..checkpoints import complete
from ..errors import TrainingError
from .plot import loss_plot
from .recipe import Recipe

FILE: Final = "run.json"
LOG: Final = "log.jsonl"
_PACKAGES = ("yoga-assistant", "torch", "diffusers", "transformers", "accelerate", "peft", "numpy")


@dataclass(frozen=True)
class Run:
    """A folder of training, as `yoga-assistant train show` prints it."""

    out: Path

    @classmethod
    def open(cls, out: str | Path) -> Run:
        """The run in a folder.

        Raises:
            TrainingError: there is none.
        """
        if not (Path(out) / FILE).is_file():
            raise TrainingError(f"{str(out)!r} holds no run", hint=f"it would have a {FILE}")
        return cls(Path(out))

    @property
    def facts(self) -> dict[str, Any]:
        """What it was made of: task, settings, data, versions, hardware, git commit."""
        try:
            facts: dict[str, Any] = json.loads((self.out / FILE).read_text())
        except ValueError as error:
            raise TrainingError(f"{self.out / FILE} is damaged: {error}") from error
        return facts

    @property
    def model(self) -> Path:
        """The newest complete checkpoint: a folder that plain diffusers opens.

        Raises:
            TrainingError: there is none yet.
        """
        if found := complete(self.out):
            return found[-1]
        raise TrainingError(f"{self.out} has no complete checkpoint yet")

    @property
    def step(self) -> int:
        """Steps done in the newest checkpoint."""
        found = complete(self.out)
        return int(found[-1].name.removeprefix("step-")) if found else 0

    @property
    def log(self) -> list[dict[str, Any]]:
        """A line a step: the loss and its terms, learning rate, norm of the gradient, seconds."""
        path = self.out / LOG
        if not path.is_file():
            return []
        lines = path.read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def plot(self) -> str:
        """The loss over the steps, as SVG."""
        return loss_plot(self.log)

    def __str__(self) -> str:
        facts, log = self.facts, self.log
        lines = [f"{facts['task']}, step {self.step} of {facts['recipe']['steps']}", f"{self.out}"]
        if log:
            end = max(min(len(log) // 2, 50), 1)
            lines.append(f"loss {_mean(log[:end]):.4f} at first, {_mean(log[-end:]):.4f} at last")
        for part in ("recipe", "details", "data", "versions", "hardware"):
            pairs = ", ".join(f"{key} {value}" for key, value in facts[part].items())
            lines.append(f"{part}: {pairs}")
        lines.append(f"git: {facts['git'] or 'no repository'}")
        return "\n".join(lines)


def begin(
    out: Path, task: str, recipe: Recipe, details: dict[str, Any], data: dict[str, Any]
) -> Run:
    """The run of this folder: a new one, or the one that is there if it is the same.

    Raises:
        TrainingError: the folder holds a run of other settings or data; the error says which.
    """
    details = json.loads(json.dumps(details))
    if (out / FILE).is_file():
        run = Run(out)
        _check_same(run, task, recipe, details, data)
    elif out.is_dir() and any(out.iterdir()):
        raise TrainingError(f"{out} is not empty and holds no run", hint="choose another folder")
    facts = {
        "task": task,
        "recipe": asdict(recipe),
        "details": details,
        "data": data,
        "versions": {"python": platform.python_version(), **_versions()},
        "hardware": _hardware(),
        "git": _git_commit(),
        "command": sys.argv,
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        part = out / f"{FILE}.part"
        part.write_text(json.dumps(facts, indent=1) + "\n")
        part.replace(out / FILE)
    except OSError as error:
        raise TrainingError(f"{out} cannot be written to: {error.strerror}") from error
    return Run(out)


def _check_same(
    run: Run, task: str, recipe: Recipe, details: dict[str, Any], data: dict[str, Any]
) -> None:
    before = run.facts
    changed = recipe.differences(before["recipe"])
    pairs = (("task", task), ("details", details), ("data", data))
    changed += [f"{name} was {before[name]}, is {new}" for name, new in pairs
                if before[name] != new]  # fmt: skip
    if changed:
        raise TrainingError(
            f"{run.out} holds a run of other settings: {'; '.join(changed)}",
            hint="use the same settings to go on, or another folder",
        )


def _mean(log: list[dict[str, Any]]) -> float:
    losses = [line["loss"] for line in log if line["loss"] is not None]
    return sum(losses) / len(losses) if losses else float("nan")


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _hardware() -> dict[str, str | int | None]:
    import torch

    gpus = [torch.cuda.get_device_name(n) for n in range(torch.cuda.device_count())]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"machine": platform.machine(), "cores": cores, "gpus": ", ".join(gpus) or "none"}


def _git_commit() -> str | None:
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip() or None
