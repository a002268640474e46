"""Captions: sentences put together from what is true of a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

_VIEWS: Final = {
    "front": ("from the front", "front view", "facing the camera"),
    "three-quarter": ("at a three-quarter angle", "three-quarter view", "half from the side"),
    "side": ("from the side", "side view", "in profile"),
    "back": ("from behind", "back view", "seen from the back"),
    "above": ("from above", "top view", "seen from above"),
}
_PLACES: Final = {
    "yoga studio": "in a yoga studio", "living room": "in a living room",
    "photo studio": "in a photo studio", "garden": "in a garden", "beach": "on a beach",
    "wooden terrace": "on a wooden terrace",
}  # fmt: skip


def caption_of(truth: Mapping[str, Any], lot: int) -> str:
    """A sentence about a picture; the same lot words it the same way."""
    dice = np.random.default_rng(lot)

    def one(*choices: str) -> str:
        return choices[dice.integers(len(choices))]

    names = [truth["english"]]
    if truth["sanskrit"]:
        names += [truth["sanskrit"], f"{truth['english']} ({truth['sanskrit']})"]
    name = one(*names)
    if truth["side"] and dice.random() < 0.6:
        name += one(f", {truth['side']} side", f" on the {truth['side']} side")
    view = one(*_VIEWS[truth["view"]])
    who = f"a {truth['word']}"
    if dice.random() < 0.7:
        who += f" with {_hair(truth)}" if dice.random() < 0.4 else ""
        who += f" {one('in', 'wearing')} {_clothes(truth)}"
    place = _PLACES[truth["place"]]
    if dice.random() < 0.5:
        place = f"on {_article(truth['mat'])} {truth['mat']} mat {place}"
    sentence = one(
        f"{who} doing {name} {place}, {view}",
        f"{name}, {view}, {who}, {place}",
        f"{who} practising {name}, {view}, {place}",
        f"yoga pose {name} by {who} {place}, {view}",
    )
    return sentence[0].upper() + sentence[1:]


def _hair(truth: Mapping[str, Any]) -> str:
    if truth["hair"] == "no hair":
        return "a shaved head"
    article, _, style = (
        truth["hair"].rpartition(" ") if truth["hair"] != "short hair" else ("", "", "")
    )
    if not style:
        return f"short {truth['hair colour']} hair"
    return f"{truth['hair colour']} hair in {article} {style}"


def _clothes(truth: Mapping[str, Any]) -> str:
    bottom = f"{truth['bottom colour']} {truth['bottom']}"
    if truth["top"] == "bare chest":
        return f"only {bottom}"
    return f"{_article(truth['top colour'])} {truth['top colour']} {truth['top']} and {bottom}"


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"
