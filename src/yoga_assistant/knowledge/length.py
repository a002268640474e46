"""How long a practice should last, in figures or in words."""

from __future__ import annotations

import re

LEAST, MOST = 5.0, 120.0  # minutes of a practice

_WORDS = {
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    "fifteen": 15, "twenty": 20, "twenty five": 25, "thirty": 30, "forty": 40, "forty five": 45,
    "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
_FIGURE = rf"(\d{{1,3}}|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_LENGTH = re.compile(
    rf"\b{_FIGURE} ?(?:m|min|mins|minutes?)\b"
    r"|\b(?P<whole>\d|one|two|an) ?(?:hours?|hrs?|h)(?P<half> and a half)?\b"
    r"|\b(?P<named>half an hour|half hour|three quarters of an hour"
    r"|quarter of an hour|quarter hour|hour and a half|hour long|full hour|whole hour)\b"
)
_NAMED = {
    "half an hour": 30.0, "half hour": 30.0, "quarter of an hour": 15.0, "quarter hour": 15.0,
    "three quarters of an hour": 45.0, "hour and a half": 90.0, "hour long": 60.0,
    "full hour": 60.0, "whole hour": 60.0,
}  # fmt: skip
_HOURS = {"an": 1.0, "one": 1.0, "two": 2.0}


def minutes_of(folded: str) -> float | None:
    """The minutes of a practice that a folded question speaks of, from `LEAST` to `MOST`."""
    match = _LENGTH.search(folded)
    if match is None:
        return None
    if match[1]:
        minutes = float(_WORDS.get(match[1]) or match[1])
    elif match["whole"]:
        hours = _HOURS.get(match["whole"]) or float(match["whole"])
        minutes = 60 * hours + (30 if match["half"] else 0)
    else:
        minutes = _NAMED[match["named"]]
    return min(max(minutes, LEAST), MOST)
