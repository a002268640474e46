"""Which examples a step takes, and the seed of each: a function of the step and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

import torch

from .recipe import Recipe


class Batches:
    """Which examples each step takes, from step `first` on, with a seed for each."""

    def __init__(self, recipe: Recipe, count: int, first: int, rank: int, world: int) -> None:
        self.recipe, self.count, self.first = recipe, count, first
        self.rank, self.world = rank, world

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        for step in range(self.first, self.recipe.steps):
            drawn = draws(self.recipe, self.count, step, self.rank, self.world)
            for start in range(0, len(drawn), self.recipe.batch):
                yield drawn[start : start + self.recipe.batch]

    def __len__(self) -> int:
        return (self.recipe.steps - self.first) * self.recipe.accumulate


def draws(recipe: Recipe, count: int, step: int, rank: int, world: int) -> list[tuple[int, int]]:
    """Example and seed of all that one process takes in one step: each epoch is a permutation."""
    mine = recipe.batch * recipe.accumulate
    start = (step * world + rank) * mine
    drawn = []
    for place in range(start, start + mine):
        epoch, offset = divmod(place, count)
        order = _order(recipe.seed, epoch, count)
        drawn.append((order[offset], mixed(recipe.seed, place, 7)))
    return drawn


@lru_cache(maxsize=2)
def _order(seed: int, epoch: int, count: int) -> list[int]:
    generator = torch.Generator().manual_seed(mixed(seed, epoch, 3))
    order: list[int] = torch.randperm(count, generator=generator).tolist()
    return order


def mixed(*numbers: int) -> int:
    """One seed, 0 to 2**63 - 1, out of several numbers."""
    digest = blake2b(",".join(map(str, numbers)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
