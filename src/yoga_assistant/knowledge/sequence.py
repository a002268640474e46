"""A practice put together from asanas: warm-up, the heart of it, what balances it, rest."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from ..types import Intent
from .choose import AIMS, LEVELS, asana_of, choose, is_possible
from .library import Library
from .schema import Asana, Condition, Family

MINUTES = 20.0  # of a practice, when nothing is said of its length
MINUTES_EACH = 2.0  # an asana on both sides, with the way in and out
MOST_MINUTES_EACH = 5.0
WARM_UP_SHARE = 4  # of so many asanas one is for warming up, at least
REST_SHARE = 0.2  # of the time, for the rest at the end
REST_LEAST, REST_MOST = 2.0, 10.0  # minutes

WARM_UP = ("easy-pose", "cat-pose", "cow-pose", "downward-facing-dog", "mountain-pose")
GENERAL = (
    "upward-salute", "standing-forward-bend", "low-lunge", "warrior-ii", "triangle-pose",
    "tree-pose", "cobra-pose", "childs-pose", "bridge-pose", "supine-spinal-twist",
    "seated-forward-bend", "bound-angle-pose", "chair-pose", "warrior-i", "sphinx-pose",
    "happy-baby-pose",
)  # fmt: skip
REST = "corpse-pose"

# From standing to lying, from bending back to bending forward: the usual order of a class.
_ORDER: tuple[Family, ...] = (
    "standing", "standing balance", "arm balance", "core", "kneeling", "prone", "backbend",
    "inversion", "hip opener", "seated", "twist", "forward fold", "supine", "restorative",
)  # fmt: skip
# A fold, a twist or a hip opener that begins on the feet belongs to the standing postures.
_ON_FEET_OR_NOT: frozenset[Family] = frozenset({"forward fold", "twist", "hip opener", "kneeling"})
_FROM_STANDING = re.compile(
    r"^(?!.*\b(?:[Ss]it|seated|[Kk]neel|Lie|hands and knees)\b)"
    r".*\b(?:[Ss]tand\w*|Mountain Pose|[Ll]unge|Downward-Facing Dog|[Ss]quat)\b"
)


@dataclass(frozen=True, slots=True)
class Station:
    """One asana of a practice, and for how long."""

    asana: str
    minutes: float
    note: str | None = None  # how it is changed for somebody's health


def practice(intent: Intent, library: Library) -> list[Station]:
    """The practice that an intent asks for."""
    states = [library[condition] for condition in intent.conditions]
    safe = " ".join(text for s in states if isinstance(s, Condition) for text in s.safe)
    wants = intent.families or intent.stretches or intent.strengthens
    wish = replace(intent, facets=("find",), level=intent.level or "beginner")
    wishes = [
        *(subject for subject in intent.subjects if isinstance(library[subject], Asana)),
        *_in_turn(choose(wish, library) if wants else (), *(AIMS[aim] for aim in intent.aims)),
        *(mention.ids[0] for mention in library.mentions(safe) if not mention.weak),
    ]
    minutes = intent.minutes or MINUTES
    return build_sequence(
        library,
        minutes=minutes,
        wishes=wishes,
        conditions=intent.conditions,
        without=intent.without,
    )


def build_sequence(
    library: Library,
    *,
    minutes: float,
    wishes: Sequence[str] = (),
    conditions: Iterable[str] = (),
    without: Collection[str] = (),
) -> list[Station]:
    """A practice of about `minutes` around the asanas wished for, in an order that prepares each.

    What a condition forbids is left out, what it changes comes with a note; an asana of which it is
    not known is left out as well. Beside the wishes there are only asanas for beginners.

    Args:
        minutes: 5 to 120.
        without: families that are left out; "standing" is all that begins on the feet.
    """
    health = tuple(conditions)
    rest = float(round(min(max(minutes * REST_SHARE, REST_LEAST), REST_MOST)))
    room = max(round((minutes - rest) / MINUTES_EACH), 1)
    kept = functools.partial(_kept, library, health=health, without=frozenset(without))
    wished = kept(wishes)[: max(room * 2 // 3, 1)]
    before = [p for a in wished for p in asana_of(library, a).prepare]
    after = kept(c for a in wished for c in asana_of(library, a).counter[:1])
    easy = [a for a in (*before, *WARM_UP, *GENERAL) if _is_easy(library, a)]
    warm = kept(WARM_UP)[: room // WARM_UP_SHARE]
    chosen = dict.fromkeys([*wished, *warm, *after, *kept(easy)])
    body = _with_partner([*chosen][:room])
    ordered = sorted(body, key=lambda asana: _place(library, asana, wished))
    # Where there are not asanas enough, each is given more time.
    each = min((minutes - rest) / max(len(body), 1) * 2 // 1 / 2, MOST_MINUTES_EACH)
    # What is left over goes into the rest, so that the whole lasts as long as it should.
    rest = min(minutes - each * len(body), max(REST_MOST, minutes * REST_SHARE))
    stations = [Station(a, each, _note(library, a, health)) for a in ordered]
    if is_possible(library, REST, health):
        stations.append(Station(REST, rest, _note(library, REST, health)))
    return stations


def _in_turn(*groups: Iterable[str]) -> list[str]:
    """The first of each group, then the second of each: no wish is lost for want of time."""
    rows = itertools.zip_longest(*groups)
    return list(dict.fromkeys(asana for row in rows for asana in row if asana))


def _with_partner(body: list[str]) -> list[str]:
    """Cow Pose is done in turn with Cat Pose; alone, Cat Pose takes its place."""
    if "cow-pose" in body and "cat-pose" not in body:
        return ["cat-pose" if asana == "cow-pose" else asana for asana in body]
    return body


def _place(library: Library, asana: str, wished: Sequence[str]) -> tuple[int, int, int, int]:
    """Where an asana comes: warm-up first, preparation before its peak, counterpose after it.

    Among the like, the harder comes later.
    """
    level = LEVELS.index(asana_of(library, asana).level)
    if asana not in wished:
        if asana in WARM_UP:
            return (0, WARM_UP.index(asana), 0, 0)
        for peak in wished:
            if asana in asana_of(library, peak).prepare:
                return (1, _rank(library, peak), 0, level)
            if asana in asana_of(library, peak).counter:
                return (1, _rank(library, peak), 2, level)
    return (1, _rank(library, asana), 1, level)


def _rank(library: Library, asana: str) -> int:
    entry = asana_of(library, asana)
    return _ORDER.index("standing" if _stands(entry) else entry.family)


def _stands(entry: Asana) -> bool:
    """Whether it is done on the feet, whatever else it is."""
    in_doubt = entry.family in _ON_FEET_OR_NOT and _FROM_STANDING.search(entry.steps[0])
    return bool(in_doubt or entry.family == "standing")


def _kept(
    library: Library, asanas: Iterable[str], health: tuple[str, ...], without: frozenset[str]
) -> list[str]:
    """Those that may be done and are wanted, each once; the rest at the end comes of its own."""
    known = (a for a in asanas if a != REST and isinstance(library.entries.get(a), Asana))
    allowed = (a for a in known if is_possible(library, a, health))
    return list(dict.fromkeys(a for a in allowed if not _left_out(asana_of(library, a), without)))


def _left_out(entry: Asana, without: frozenset[str]) -> bool:
    on_feet = _stands(entry) or entry.family == "standing balance"
    return entry.family in without or ("standing" in without and on_feet)


def _is_easy(library: Library, asana: str) -> bool:
    entry = library[asana]
    return isinstance(entry, Asana) and entry.level == "beginner"


def _note(library: Library, asana: str, health: tuple[str, ...]) -> str | None:
    notes = [
        caution.instead or caution.reason
        for caution in asana_of(library, asana).cautions
        if caution.condition in health
    ]
    return " ".join(notes) or None
