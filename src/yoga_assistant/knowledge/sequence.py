"""A practice put together from asanas: warm-up, the heart of it, what balances it, rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .library import Library
from .schema import Asana, Family

MINUTES_EACH = 2.0  # an asana on both sides, with the way in and out
REST_SHARE = 0.2  # of the time, for the rest at the end
REST_LEAST, REST_MOST = 2.0, 10.0  # minutes

WARM_UP = ("easy-pose", "cat-pose", "cow-pose", "downward-facing-dog", "mountain-pose")
GENERAL = (
    "upward-salute", "standing-forward-bend", "low-lunge", "warrior-ii", "triangle-pose", "tree-pose",
    "cobra-pose", "childs-pose", "bridge-pose", "supine-spinal-twist", "seated-forward-bend",
    "bound-angle-pose", "chair-pose", "warrior-i", "sphinx-pose", "happy-baby-pose",
)  # fmt: skip
REST = "corpse-pose"

# From standing to lying, from bending back to bending forward: the usual order of a class.
_ORDER: tuple[Family, ...] = (
    "kneeling", "standing", "standing balance", "arm balance", "core", "prone", "backbend", "inversion",
    "hip opener", "seated", "twist", "forward fold", "supine", "restorative",
)  # fmt: skip
_LEVELS = ("beginner", "intermediate", "advanced")


@dataclass(frozen=True, slots=True)
class Station:
    """One asana of a practice, and for how long."""

    asana: str
    minutes: float
    note: str | None = None  # how it is changed for somebody's health


def build_sequence(
    library: Library, *, minutes: float, wishes: Sequence[str] = (), conditions: Iterable[str] = (),
    level: str = "beginner",
) -> list[Station]:  # fmt: skip
    """A practice of about `minutes` around the asanas wished for, in an order that prepares each.

    What a condition forbids is left out, what it changes comes with a note; an asana of which it is
    not known is left out as well. Wishes above `level` are kept, since they were asked for.

    Args:
        minutes: 5 to 120.
    """
    health = tuple(conditions)
    rest = min(max(minutes * REST_SHARE, REST_LEAST), REST_MOST)
    room = max(int((minutes - rest) / MINUTES_EACH), 1)
    wished = [a for a in wishes if _allowed(library, a, health) and a != REST][: max(room - 1, 1)]
    before = [p for a in wished for p in _asana(library, a).prepare]
    after = [c for a in wished for c in _asana(library, a).counter[:1]]
    fillers = [a for a in (*before, *WARM_UP, *GENERAL) if _fits(library, a, health, level)]
    body = list(dict.fromkeys([*wished, *_kept(library, after, health)]))
    for filler in dict.fromkeys(fillers):
        if len(body) >= room:
            break
        if filler not in body:
            body.append(filler)
    ordered = sorted(body, key=lambda asana: _place(library, asana, wished, after))
    stations = [Station(a, MINUTES_EACH, _note(library, a, health)) for a in ordered]
    if _allowed(library, REST, health):
        stations.append(Station(REST, rest, _note(library, REST, health)))
    return stations


def _place(
    library: Library, asana: str, wished: Sequence[str], after: Sequence[str]
) -> tuple[int, int, int]:
    if asana in WARM_UP and asana not in wished:
        return (0, WARM_UP.index(asana), 0)
    if asana in after and asana not in wished:
        # A counterpose follows what it balances.
        peak = next(a for a in wished if asana in _asana(library, a).counter)
        return (1, _ORDER.index(_asana(library, peak).family), 2)
    hardest = asana in wished and _asana(library, asana).level != "beginner"
    return (1, _ORDER.index(_asana(library, asana).family), int(hardest))


def _kept(library: Library, asanas: Iterable[str], health: tuple[str, ...]) -> list[str]:
    return [asana for asana in asanas if _allowed(library, asana, health) and asana != REST]


def _fits(library: Library, asana: str, health: tuple[str, ...], level: str) -> bool:
    if not _allowed(library, asana, health):
        return False
    return _LEVELS.index(_asana(library, asana).level) <= _LEVELS.index(level)


def _allowed(library: Library, asana: str, health: tuple[str, ...]) -> bool:
    entry = library.entries.get(asana)
    if not isinstance(entry, Asana):
        return False
    changed = {c.condition for c in entry.cautions if c.advice == "modify"}
    return all(condition in entry.fine or condition in changed for condition in health)


def _note(library: Library, asana: str, health: tuple[str, ...]) -> str | None:
    notes = [
        caution.instead or caution.reason
        for caution in _asana(library, asana).cautions
        if caution.condition in health
    ]
    return " ".join(notes) or None


def _asana(library: Library, asana: str) -> Asana:
    entry = library[asana]
    if not isinstance(entry, Asana):
        raise TypeError(f"{asana!r} is no asana")
    return entry
