"""A set of pictures in the layout of Hugging Face's imagefolder, with joints, camera and licence.

DIR/train/000001.webp, DIR/train/metadata.jsonl    people and cameras to learn from
DIR/test/000000.webp, DIR/test/metadata.jsonl      people and cameras that are held out
DIR/recipe.json                                    what it was made of
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from ...errors import TrainingError
from ...knowledge.schema import View
from ...progress import progress
from ..data import METADATA
from .people import PEOPLE
from .picture import CAMERAS, VIEWS, Picture, render
from .poses import SOLVED, drawable

LICENCE: Final = "CC0-1.0"
HELD_OUT: Final = 10
"""Every so-manyth picture shows held-out people through held-out cameras."""
KEPT_PEOPLE, KEPT_CAMERAS = PEOPLE * 9 // 10, CAMERAS * 9 // 10
_RECIPE: Final = "recipe.json"
_WEBP: Final = {"quality": 76, "method": 4}


@dataclass(frozen=True)
class Shot:
    """What a picture of the set will show; `number` and the set's seed decide all of it."""

    number: int
    split: Literal["train", "test"]
    asana: str
    view: View
    person: int
    camera: int
    seed: int

    @property
    def file_name(self) -> str:
        return f"{self.number:06d}.webp"

    def render(self, size: int) -> Picture:
        """The picture, the same every time."""
        return render(
            self.asana,
            view=self.view,
            person=self.person,
            camera=self.camera,
            seed=self.seed,
            size=size,
        )


@dataclass(frozen=True)
class StudioSet:
    """The recipe of a set.

    Args:
        n: how many pictures; more of the same seed only add to them.
        size: pixels a side.
        seed: another seed, other pictures.
        asanas: their ids; none: all that can be drawn.

    Raises:
        ValueError: n or size is too small, or an asana cannot be drawn.
    """

    n: int = 6000
    size: int = 512
    seed: int = 0
    asanas: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.n < 1:
            raise ValueError(f"a set has at least 1 picture, not {self.n!r}")
        if not 64 <= self.size <= 2048:
            raise ValueError(f"a picture has 64 to 2048 pixels a side, not {self.size!r}")
        for asana in self.asanas:
            if asana not in drawable():
                known = ", ".join(sorted(drawable()))
                raise ValueError(f"{asana!r} cannot be drawn; known: {known}")

    def shot(self, number: int) -> Shot:
        """The picture of this number, from 0: the asanas follow each other, the rest is by lot."""
        asanas = self.asanas or tuple(sorted(drawable()))
        asana = asanas[number % len(asanas)]
        dice = np.random.default_rng((self.seed, number))
        held_out = number // len(asanas) % HELD_OUT == HELD_OUT - 1
        person, camera = (
            int(dice.integers(kept, most) if held_out else dice.integers(kept))
            for kept, most in ((KEPT_PEOPLE, PEOPLE), (KEPT_CAMERAS, CAMERAS))
        )
        best = dice.random() < 0.4
        view = drawable()[asana].view if best else VIEWS[dice.integers(len(VIEWS))]
        return Shot(
            number, "test" if held_out else "train", asana, view, person, camera,
            int(dice.integers(2**31)),
        )  # fmt: skip

    def write(self, out: str | Path, *, workers: int | None = None) -> int:
        """Draws what is not there yet; whatever stops it, the same call goes on.

        Args:
            workers: processes; by default one for each of the machine's processors.

        Returns:
            How many pictures were drawn now.

        Raises:
            TrainingError: the folder holds a set of another recipe, or cannot be written to.
        """
        folder = Path(out)
        try:
            self._begin(folder)
            rows = {split: _known(folder / split) for split in ("train", "test")}
            shots = [self.shot(number) for number in range(self.n)]
            missing = [shot for shot in shots if shot.number not in rows[shot.split]]
            with progress("drawing", len(missing)) as done:
                for shot, row in self._drawn(missing, folder, workers):
                    rows[shot.split][shot.number] = row
                    with (folder / shot.split / METADATA).open("a", encoding="utf-8") as lines:
                        lines.write(json.dumps(row, ensure_ascii=False) + "\n")
                    done(f"{shot.asana}, {shot.view}")
            for split, of in rows.items():
                _sorted(folder / split, of)
        except OSError as error:
            raise TrainingError(f"{out} cannot be written to: {error.strerror}") from error
        return len(missing)

    def _drawn(
        self, missing: Sequence[Shot], folder: Path, workers: int | None
    ) -> Iterator[tuple[Shot, dict[str, Any]]]:
        count = min(workers or os.cpu_count() or 1, len(missing))
        if count <= 1:
            for shot in missing:
                yield shot, _draw(shot, folder, self.size)
            return
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(count, context, initializer=one_thread) as pool:
            try:
                jobs = [pool.submit(_draw, shot, folder, self.size) for shot in missing]
                for shot, job in zip(missing, jobs, strict=True):
                    yield shot, job.result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _begin(self, folder: Path) -> None:
        recipe = {
            **asdict(self),
            "asanas": list(self.asanas),
            "poses": hashlib.sha256(SOLVED.read_bytes()).hexdigest()[:16],
        }
        del recipe["n"]
        file = folder / _RECIPE
        for split in ("train", "test"):
            (folder / split).mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_text(json.dumps(recipe, indent=2) + "\n", encoding="utf-8")
        elif (found := _read(file)) != recipe:
            raise TrainingError(
                f"{folder} holds a set of another recipe: {found}", hint="give another folder"
            )


def _draw(shot: Shot, folder: Path, size: int) -> dict[str, Any]:
    picture = shot.render(size)
    file = folder / shot.split / shot.file_name
    part = file.with_suffix(".part")
    picture.image.save(part, "WEBP", **_WEBP)
    part.replace(file)
    joints = [[round(float(x), 1), round(float(y), 1), int(seen)] for x, y, seen in picture.joints]
    return {
        "file_name": shot.file_name, "text": picture.caption, "joints": joints,
        "truth": picture.truth, "licence": LICENCE,
    }  # fmt: skip


def _known(folder: Path) -> dict[int, dict[str, Any]]:
    """The rows whose picture is there; a line that was cut off is none."""
    file = folder / METADATA
    rows = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if (folder / row["file_name"]).is_file():
            rows[int(Path(row["file_name"]).stem)] = row
    _sorted(folder, rows)
    return rows


def _sorted(folder: Path, rows: dict[int, dict[str, Any]]) -> None:
    part = folder / f"{METADATA}.part"
    lines = (json.dumps(rows[number], ensure_ascii=False) + "\n" for number in sorted(rows))
    part.write_text("".join(lines), encoding="utf-8")
    part.replace(folder / METADATA)


def _read(file: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise TrainingError(f"{file} is not JSON: {error}") from error
    return found


def one_thread() -> None:
    """Each process draws on one processor; more threads only get in each other's way."""
    import torch

    os.environ.setdefault("LP_NUM_THREADS", "1")  # Mesa's rasteriser

    torch.set_num_threads(1)
