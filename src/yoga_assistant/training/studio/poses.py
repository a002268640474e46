"""The poses of all asanas with geometry, solved once for the standard body.

`python -m yoga_assistant.training.studio.poses` writes `poses.npz`; other bodies begin there and
settle in a few steps, so that everybody takes the very pose that was looked at.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import torch

from ...knowledge import Library
from ...knowledge.schema import Asana, Geometry
from ...progress import progress
from .body import Body
from .solver import Pose, Solver, standard

SOLVED: Final = Path(__file__).parent / "poses.npz"
_ATTEMPTS: Final = 4
_SETTLING: Final = 60


@cache
def drawable() -> dict[str, Geometry]:
    """The geometry of every asana that can be drawn, by its id."""
    library = Library.shipped()
    found = {name: library[name] for name in library}
    return {
        name: entry.geometry
        for name, entry in found.items()
        if isinstance(entry, Asana) and entry.geometry is not None
    }


def pose(asana: str) -> Pose:
    """The standard body in an asana.

    Raises:
        ValueError: it has no geometry, or was not solved since that was changed.
    """
    if asana not in drawable():
        raise ValueError(f"{asana!r} cannot be drawn; known: {', '.join(sorted(drawable()))}")
    solved, root, digest = (
        _solved().get(f"{asana} {part}") for part in ("turns", "root", "digest")
    )
    if solved is None or root is None or str(digest) != _digest(drawable()[asana]):
        raise ValueError(
            f"{asana!r} is not solved; run python -m yoga_assistant.training.studio.poses"
        )
    return Pose(torch.from_numpy(solved), torch.from_numpy(root))


def settle(asana: str, body: Body, *, seed: int, sway: float = 2.5) -> Pose:
    """Another body in the asana, in its own way: off by `sway` degrees here and there."""
    solver = Solver(drawable()[asana], body, sway=sway, seed=seed)
    start = pose(asana)
    turns = start.turns.clone()
    turns[-1, 2] -= start.vertices(body)[:, 2].min()  # on to the floor: legs differ in length
    return solver.solve(steps=_SETTLING, start=Pose(turns, start.root), rate=0.02)


def solve(geometry: Geometry) -> Pose:
    """The best of a few attempts with the standard body."""
    attempts = []
    for seed in range(_ATTEMPTS):
        solver = Solver(geometry, standard(), seed=seed)
        found = solver.solve()
        attempts.append((solver.loss(found), seed, found))
    return min(attempts, key=lambda attempt: attempt[:2])[2]


def write(path: Path = SOLVED) -> None:
    """Solves what is new or changed and writes all of them."""
    known = dict(np.load(path)) if path.exists() else {}
    out: dict[str, np.ndarray] = {}
    with progress("solving poses", len(drawable())) as done:
        for asana, geometry in drawable().items():
            digest = _digest(geometry)
            if str(known.get(f"{asana} digest")) == digest:
                out |= {f"{asana} {part}": known[f"{asana} {part}"] for part in ("turns", "root")}
            else:
                found = solve(geometry)
                out |= {f"{asana} turns": found.turns.numpy(), f"{asana} root": found.root.numpy()}
            out[f"{asana} digest"] = np.array(digest)
            done(asana)
    np.savez_compressed(path, allow_pickle=False, **out)


def _digest(geometry: Geometry) -> str:
    """Of what the solver goes by."""
    told = geometry.symmetric, geometry.points, geometry.floor, geometry.touch
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:16]


@cache
def _solved() -> dict[str, np.ndarray]:
    with np.load(SOLVED) as read:
        return dict(read)


if __name__ == "__main__":
    write()
