"""A run's curves, as SVG."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

from yoga_assistant.training.plot import curves_plot, loss_plot

SPACE = "{http://www.w3.org/2000/svg}"


def lines(steps: int) -> list[dict[str, Any]]:
    return [
        {"step": n, "loss": 3.0 / (n + 1), "terms": {"task": 2 / (n + 1), "output": 1 / (n + 1)}}
        for n in range(steps)
    ]


def points(svg: str) -> list[list[tuple[float, float]]]:
    found = []
    for line in ElementTree.fromstring(svg).iter(f"{SPACE}polyline"):
        pairs = (pair.split(",") for pair in line.attrib["points"].split())
        found.append([(float(x), float(y)) for x, y in pairs])
    return found


def test_a_loss_that_falls_is_a_curve_that_falls() -> None:
    loss, task, output = points(loss_plot(lines(20)))
    assert [y for _, y in loss] == sorted(y for _, y in loss)  # downwards on the screen
    assert [x for x, _ in loss] == sorted(x for x, _ in loss)
    assert all(a < b < c for (_, a), (_, b), (_, c) in zip(loss, task, output, strict=True))


def test_a_long_run_is_drawn_with_as_many_points_as_can_be_told_apart() -> None:
    svg = loss_plot(lines(50_000))
    assert len(svg) < 30_000
    assert all(len(curve) <= 200 for curve in points(svg))


def test_steps_that_were_not_finite_are_left_out() -> None:
    log = lines(10)
    log[4] |= {"loss": None, "terms": {"task": None, "output": None}}
    assert len(points(loss_plot(log))[0]) == 9


def test_a_run_of_one_step_or_none_is_no_error() -> None:
    assert len(points(loss_plot(lines(1)))[0]) == 1
    assert "nothing to plot yet" in loss_plot([])


def test_names_are_text_and_never_markup() -> None:
    svg = curves_plot({"<b>": [(1, 2), (2, 3)]}, "step", "loss")
    texts = [node.text for node in ElementTree.fromstring(svg).iter(f"{SPACE}text")]
    assert "<b>" in texts
    assert not re.search("<b>", svg)
