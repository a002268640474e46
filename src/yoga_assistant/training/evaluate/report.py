"""An evaluation as one HTML file: scores, plots, and the pictures side by side."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .pictures import Evaluation
from .score import Score

_STYLE: Final = """
body { font: 15px/1.5 sans-serif; margin: 2rem auto; max-width: 1100px; color: #222 }
table { border-collapse: collapse } th, td { padding: .3rem .8rem; text-align: left }
tr:nth-child(even) { background: #f4f4f4 } img { width: 128px; height: auto; margin: 1px }
h3 { margin: 1.4rem 0 .3rem } .model { display: inline-block; margin-right: 1.2rem }
figcaption, .range { color: #777; font-size: 85% } figure { margin: .6rem 0 }
"""
_WIDTH: Final = 520  # of a plot's bars, in pixels
_ROW: Final = 26


def report(evaluation: Evaluation, path: str | Path) -> None:
    """Writes the report: a page of its own that loads nothing from elsewhere."""
    parts = [
        "<h1>Pictures compared</h1>",
        f"<p>{len(evaluation.prompts)} prompts, {len(evaluation.seeds)} seeds each. "
        "Intervals are 95 % bootstrap intervals over prompts.</p>",
        *(_metric(name, evaluation) for name in _metrics(evaluation)),
        _notes(evaluation),
        "<h2>Every picture</h2>",
        *(_sheet(evaluation, number) for number in range(len(evaluation.prompts))),
    ]
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>Pictures compared</title><style>{_STYLE}</style></head><body>"
        + "\n".join(parts)
        + "</body></html>\n"
    )
    Path(path).write_text(page, encoding="utf-8")


def _metrics(evaluation: Evaluation) -> list[str]:
    return list(dict.fromkeys(s.metric for of in evaluation.scores.values() for s in of))


def _metric(name: str, evaluation: Evaluation) -> str:
    found = [(model, score) for model, of in evaluation.scores.items()
             for score in of if score.metric == name]  # fmt: skip
    first = found[0][1]
    better = "higher is better" if first.higher_is_better else "lower is better"
    rows = "".join(_row(model, score) for model, score in found)
    return (
        f"<h2>{html.escape(name)}</h2><figure>{_bars(found)}"
        f"<figcaption>{better}</figcaption></figure><table>{rows}</table>"
    )


def _row(model: str, score: Score) -> str:
    unit = f" {html.escape(score.unit)}" if score.unit else ""
    return (
        f"<tr><td>{html.escape(model)}</td><td>{score.mean:.4g}{unit}</td>"
        f'<td class="range">{score.low:.4g} to {score.high:.4g}, n = {score.n}</td></tr>'
    )


def _bars(found: Sequence[tuple[str, Score]]) -> str:
    """A dot for each mean and a line for its interval."""
    low = min(0.0, *(score.low for _, score in found))
    high = max(*(score.high for _, score in found), low + 1e-9)

    def at(value: float) -> float:
        return 160 + (value - low) / (high - low) * (_WIDTH - 180)

    parts = []
    for number, (model, score) in enumerate(found):
        y = _ROW * number + _ROW / 2
        parts.append(
            f'<text x="150" y="{y + 4}" text-anchor="end">{html.escape(model[:22])}</text>'
            f'<line x1="{at(score.low):.1f}" x2="{at(score.high):.1f}" y1="{y}" y2="{y}" '
            f'stroke="#1b6ca8" stroke-width="3"/>'
            f'<circle cx="{at(score.mean):.1f}" cy="{y}" r="5" fill="#1b6ca8"/>'
        )
    height = _ROW * len(found)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'font-family="sans-serif" font-size="12">{"".join(parts)}</svg>'
    )


def _notes(evaluation: Evaluation) -> str:
    rows = [
        f"<tr><td>{html.escape(model)}</td><td>{html.escape(name)}</td>"
        f"<td>{html.escape(told)}</td></tr>"
        for model, notes in evaluation.notes.items()
        for name, told in notes.items()
    ]
    return f"<h2>Size and memory</h2><table>{''.join(rows)}</table>" if rows else ""


def _sheet(evaluation: Evaluation, number: int) -> str:
    models = "".join(
        f'<div class="model">{html.escape(model)}<br>{_pictures(evaluation, model, number)}</div>'
        for model in evaluation.scores
    )
    return f"<h3>{html.escape(evaluation.prompts[number])}</h3>{models}"


def _pictures(evaluation: Evaluation, model: str, number: int) -> str:
    return "".join(
        '<img alt="" src="data:image/png;base64,'
        f'{base64.b64encode(evaluation.picture(model, number, seed)).decode()}" '
        f'title="seed {seed}">'
        for seed in evaluation.seeds
    )
