"""Curves as SVG, drawn by hand: a plot of a run needs no plotting library."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

WIDTH: Final = 760  # of the whole, in pixels
HEIGHT: Final = 320
_LEFT, _TOP, _RIGHT, _BOTTOM = 64, 28, 150, 40
_COLOURS: Final = ("#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#b9770e", "#34495e")
_POINTS: Final = 200  # of a curve, each the mean of the steps that it stands for
_TICKS: Final = 5


def loss_plot(log: Sequence[Mapping[str, Any]]) -> str:
    """The loss of a run and each of its terms over the steps, as SVG; the scale is logarithmic."""
    terms = dict.fromkeys(name for line in log for name in line.get("terms", {}))
    curves = {"loss": [(line["step"], line["loss"]) for line in log]}
    if len(terms) > 1:
        for term in terms:
            curves[term] = [(line["step"], line["terms"].get(term)) for line in log]
    return curves_plot({name: _means(points) for name, points in curves.items()}, "step", "loss")


def curves_plot(curves: Mapping[str, Sequence[tuple[float, float]]], across: str, up: str) -> str:
    """Curves over one axis, as SVG, the upward one logarithmic; only positive values are shown.

    Args:
        curves: by name, the points of each.
        across, up: what the axes are called.
    """
    shown = {name: [(x, y) for x, y in points if y > 0] for name, points in curves.items()}
    shown = {name: points for name, points in shown.items() if points}
    if not shown:
        return _svg(['<text x="20" y="40">nothing to plot yet</text>'])
    xs = [x for points in shown.values() for x, _ in points]
    ys = [math.log10(y) for points in shown.values() for _, y in points]
    x_at = _scale(min(xs), max(xs), _LEFT, WIDTH - _RIGHT)
    y_at = _scale(min(ys), max(ys), HEIGHT - _BOTTOM, _TOP)
    parts = _axes((min(xs), max(xs), x_at), (min(ys), max(ys), y_at), across, up)
    for number, (name, points) in enumerate(shown.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        path = " ".join(f"{x_at(x):.1f},{y_at(math.log10(y)):.1f}" for x, y in points)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>'
        )
        height = _TOP + 10 + 18 * number
        parts.append(
            f'<text x="{WIDTH - _RIGHT + 12}" y="{height}" fill="{colour}">'
            f"{html.escape(name)}</text>"
        )
    return _svg(parts)


def _means(points: Sequence[tuple[float, float | None]]) -> list[tuple[float, float]]:
    """As many points as can be told apart; steps whose loss was not finite are left out."""
    known = [(x, y) for x, y in points if y is not None]
    size = max(math.ceil(len(known) / _POINTS), 1)
    groups = [known[start : start + size] for start in range(0, len(known), size)]
    return [
        (sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group))
        for group in groups
    ]


def _scale(low: float, high: float, start: float, end: float) -> Any:
    span = high - low or 1.0
    return lambda value: start + (value - low) / span * (end - start)


def _axes(
    across: tuple[float, float, Any], up: tuple[float, float, Any], name: str, other: str
) -> list[str]:
    floor, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    parts = [f'<path d="M{_LEFT} {_TOP}V{floor}H{right}" fill="none" stroke="#888"/>']
    parts += [
        f'<text x="{across[2](value):.1f}" y="{floor + 16}" text-anchor="middle">'
        f"{value:,.0f}</text>"
        for value in _ticks(*across[:2])
    ]
    parts += [
        f'<text x="{_LEFT - 6}" y="{up[2](value) + 4:.1f}" text-anchor="end">{10**value:.3g}</text>'
        for value in _ticks(*up[:2])
    ]
    middle = (_LEFT + right) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">{name}</text>')
    parts.append(f'<text x="{_LEFT}" y="{_TOP - 10}" text-anchor="middle">{other}</text>')
    return parts


def _ticks(low: float, high: float) -> list[float]:
    if high == low:
        return [low]
    return [low + (high - low) * place / (_TICKS - 1) for place in range(_TICKS)]


def _svg(parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">'
        '<rect width="100%" height="100%" fill="white"/>' + "".join(parts) + "</svg>"
    )
