"""A measured number: its mean with an interval, what it was measured on, and what it is called."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

ROUNDS: Final = 2000  # of the bootstrap
_SHARES: Final = (2.5, 97.5)  # per cent


@dataclass(frozen=True)
class Score:
    """The mean of a metric, with its 95 % interval.

    The name carries all that the number depends on: encoder, weights, preprocessing, sampler. So
    two scores can be compared exactly where their names are equal.
    """

    metric: str
    mean: float
    low: float
    high: float
    n: int  # measurements
    unit: str = ""
    higher_is_better: bool = True

    def better_than(self, other: Score) -> bool | None:
        """Whether this one is better; None where the intervals overlap.

        Raises:
            ValueError: the other one is of another metric.
        """
        self._check_like(other)
        if self.low <= other.high and other.low <= self.high:
            return None
        return (self.mean > other.mean) == self.higher_is_better

    def __sub__(self, other: Score) -> float:
        """The difference of the means.

        Raises:
            ValueError: the other one is of another metric.
        """
        self._check_like(other)
        return self.mean - other.mean

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        return (
            f"{self.metric}: {self.mean:.4g}{unit} "
            f"[{self.low:.4g} to {self.high:.4g}], n = {self.n}"
        )

    def _check_like(self, other: Score) -> None:
        if (self.metric, self.unit) != (other.metric, other.unit):
            raise ValueError(f"these are not the same metric: {self.metric!r} and {other.metric!r}")


def bootstrap(
    metric: str,
    values: Sequence[float],
    groups: Sequence[Hashable] | None = None,
    *,
    unit: str = "",
    higher_is_better: bool = True,
    seed: int = 0,
) -> Score:
    """The mean of values with its percentile bootstrap interval.

    Args:
        groups: what each value belongs to, such as its prompt. Whole groups are drawn, since
            pictures of one prompt are alike; the mean is that of the groups' means.

    Raises:
        ValueError: there are no values, one is not finite, or there are not as many groups.
    """
    found = np.asarray(values, dtype=float)
    if not found.size:
        raise ValueError(f"there is nothing to take the mean of for {metric!r}")
    if not np.isfinite(found).all():
        raise ValueError(f"a value of {metric!r} is not finite")
    means = found if groups is None else _means(found, groups)
    chance = np.random.default_rng(seed)
    drawn = means[chance.integers(0, len(means), (ROUNDS, len(means)))].mean(axis=1)
    low, high = np.percentile(drawn, _SHARES)
    return Score(
        metric, float(means.mean()), float(low), float(high), found.size, unit, higher_is_better
    )


def _means(values: np.ndarray, groups: Sequence[Hashable]) -> np.ndarray:
    if len(groups) != len(values):
        raise ValueError(f"{len(values)} values, {len(groups)} groups")
    by_group: dict[Hashable, list[float]] = {}
    for value, group in zip(values, groups, strict=True):
        by_group.setdefault(group, []).append(value)
    return np.array([np.mean(of) for of in by_group.values()])
