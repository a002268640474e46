"""Pictures for the judge: with the joints that are true, and those that MediaPipe finds.

`python -m yoga_assistant.training.studio.judging` derives the facts of `evaluate/facts.json` anew;
it draws some thousand pictures, which takes a quarter of an hour.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from ...knowledge.schema import View
from ...progress import progress
from ..evaluate.facts import FACTS, derive
from ..evaluate.pose import joints_of, torso
from .dataset import KEPT_CAMERAS, KEPT_PEOPLE, one_thread
from .people import PEOPLE
from .picture import CAMERAS, VIEWS, render
from .poses import drawable

_ASTRAY = 0.35  # of the torso: a joint found farther off says nothing of the pose


@dataclass(frozen=True)
class Judged:
    """A picture of an asana's left form: joints, (17, 3) each, as they are and as found, if any."""

    asana: str
    view: View
    true: np.ndarray
    found: np.ndarray | None


def judged(
    asana: str, *, count: int, seed: int, held_out: bool, views: Sequence[View] = VIEWS
) -> list[Judged]:
    """So many pictures of an asana from each view.

    Args:
        held_out: of the people and through the cameras that training never sees.

    Raises:
        MissingExtraError: MediaPipe is not installed.
    """
    pictures, seen = [], []
    for number in range(count):
        for view in views:
            dice = np.random.default_rng((seed, number, VIEWS.index(view), held_out))
            who = dice.integers(KEPT_PEOPLE, PEOPLE) if held_out else dice.integers(KEPT_PEOPLE)
            lens = dice.integers(KEPT_CAMERAS, CAMERAS) if held_out else dice.integers(KEPT_CAMERAS)
            pictures.append(
                render(asana, view=view, side="left", person=int(who), camera=int(lens),
                       seed=int(dice.integers(2**31)), size=256)
            )  # fmt: skip
            seen.append(view)
    found = joints_of([picture.image for picture in pictures])
    return [
        Judged(asana, view, picture.joints, joints)
        for view, picture, joints in zip(seen, pictures, found, strict=True)
    ]


def everything(*, count: int, seed: int, held_out: bool) -> Iterator[Judged]:
    """The same of every asana, over all processors."""
    context = multiprocessing.get_context("spawn")
    asanas = sorted(drawable())
    with (
        ProcessPoolExecutor(os.cpu_count(), context, initializer=one_thread) as pool,
        progress("drawing and judging", len(asanas)) as done,
    ):
        jobs = [
            pool.submit(judged, asana, count=count, seed=seed, held_out=held_out)
            for asana in asanas
        ]
        for asana, job in zip(asanas, jobs, strict=True):
            yield from job.result()
            done(asana)


def usable(one: Judged) -> bool:
    """Whether the judge found the body where it is, by and large."""
    if one.found is None:
        return False
    seen = one.true[:, 2] > 0
    away = np.linalg.norm(one.found[seen, :2] - one.true[seen, :2], axis=1)
    return bool(np.median(away) <= _ASTRAY * max(torso(one.true), 1e-6))


def main(count: int = 8) -> None:
    """Derives the facts and writes them."""
    samples: dict[tuple[str, str], list[np.ndarray]] = {}
    for one in everything(count=count, seed=0, held_out=False):
        of = samples.setdefault((one.asana, one.view), [])
        of.append(one.true)
        if usable(one) and one.found is not None:
            of.append(one.found)
    lines = json.dumps(derive(samples), indent=None, separators=(",", ":"))
    FACTS.write_text(lines.replace('},"', '},\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
