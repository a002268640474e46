"""Which asanas fit a wish that names none: "hip openers for beginners", "something for sleep"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..types import Intent
from .library import Library
from .schema import Advice, Asana, Discipline, Level, Practice

MOST = 5  # asanas that are suggested
MOST_ALTERNATIVES = 3
AIMS: dict[str, tuple[str, ...]] = {
    "sleep": (
        "childs-pose", "supine-spinal-twist", "reclining-bound-angle-pose", "legs-up-the-wall-pose",
        "seated-forward-bend", "happy-baby-pose",
    ),
    "morning": (
        "upward-salute", "downward-facing-dog", "low-lunge", "warrior-i", "cobra-pose",
        "chair-pose",
    ),
    "desk": (
        "thread-the-needle-pose", "extended-puppy-pose", "sphinx-pose", "low-lunge", "bridge-pose",
        "upward-salute",
    ),
    "legs": (
        "downward-facing-dog", "low-lunge", "reclining-hand-to-big-toe-pose", "garland-pose",
        "head-to-knee-forward-bend", "legs-up-the-wall-pose",
    ),
    "hips": (
        "bound-angle-pose", "low-lunge", "reclined-pigeon-pose", "happy-baby-pose", "garland-pose",
        "wide-angle-seated-forward-bend",
    ),
    "back": (
        "cat-pose", "cow-pose", "balancing-table-pose", "sphinx-pose", "bridge-pose", "childs-pose",
    ),
    "core": ("plank-pose", "boat-pose", "balancing-table-pose", "locust-pose", "bridge-pose"),
    "balance": ("mountain-pose", "tree-pose", "eagle-pose", "balancing-table-pose"),
}  # fmt: skip


# Breathing that suits most people, the gentlest first; and breathing that stirs.
_BREATHING = ("long-exhale-breathing", "nadi-shodhana", "bhramari", "belly-breathing", "ujjayi")
_STIRRING = ("surya-bhedana", "kapalabhati", "bhastrika", "three-part-breath")
_MEDITATION = (
    "breath-awareness-meditation", "body-scan", "yoga-nidra", "loving-kindness-meditation",
    "walking-meditation",
)  # fmt: skip
_EASY = (
    "mountain-pose", "childs-pose", "cat-pose", "downward-facing-dog", "bridge-pose", "corpse-pose",
)  # fmt: skip
_HARD = (
    "scorpion-pose", "handstand", "eight-angle-pose", "king-pigeon-pose",
    "foot-behind-the-head-pose",
)  # fmt: skip
LEVELS: tuple[Level, ...] = ("beginner", "intermediate", "advanced")
# With these nothing is suggested before a doctor agrees.
WAIT = frozenset({"recent-surgery", "retinal-detachment", "blood-clots"})


def choose(intent: Intent, library: Library) -> list[str]:
    """The ids of what fits the wish of `intent`, the best first; none where there is no wish.

    They are asanas, or breathing practices where breathing is asked for.

    Of a group that is named, all; else a few. Where a state of health is spoken of and no group is
    named, only those that are known to be possible with it.
    """
    if intent.families:
        return _of_level(_of_families(intent, library), intent, library)
    breathes = "breath" in intent.facets and bool({"sleep", "morning"} & {*intent.aims})
    if not ("find" in intent.facets or breathes) or WAIT & {*intent.conditions}:
        return []
    if "breath" in intent.facets or intent.meditates:
        return _practices(intent, library)
    wished = _of_muscles(intent, library) or _of_aims(intent, library)
    if not (wished or intent.conditions or intent.subjects) and intent.level:
        wished = [a for a in (*_EASY, *_HARD) if a in library]
    possible = [a for a in wished if is_possible(library, a, intent.conditions)]
    return (_of_level(possible, intent, library) or possible)[:MOST]


def alternatives(subject: str, conditions: Sequence[str], library: Library) -> list[str]:
    """The ids of what may be done in place of an asana or a practice with these conditions.

    What leads up to it and what is like it comes first, then what belongs to its family. What needs
    a change is only there where nothing else is, and nothing is harder than the asana itself.
    """
    entry = library[subject]
    if isinstance(entry, Practice):
        gentle = "pranayama" if entry.discipline == "kriya" else entry.discipline
        ids = [p for p in (*entry.related, *_BREATHING) if p != subject]
        near = [p for p in ids if _discipline(library, p) == gentle]
    else:
        own = asana_of(library, subject)
        kin = [a for a in asanas(library) if asana_of(library, a).family == own.family]
        near = [a for a in (*own.prepare, *own.related, *kin) if a in asanas(library)]
        near = [a for a in near if a != subject and _level(library, a) <= _level(library, subject)]
    possible = [a for a in dict.fromkeys(near) if is_possible(library, a, conditions)]
    free = [a for a in possible if (e := library.doable(a)) and {*conditions} <= {*e.fine}]
    return (free or possible)[:MOST_ALTERNATIVES]


def asanas(library: Library) -> list[str]:
    """The ids of the asanas."""
    return [entry_id for entry_id in library if isinstance(library[entry_id], Asana)]


def is_possible(library: Library, entry_id: str, conditions: Iterable[str]) -> bool:
    """Whether it is known that people with all these conditions may do it, changed or not."""
    entry = library.doable(entry_id)
    if entry is None:
        return False
    advice = {caution.condition: caution.advice for caution in entry.cautions}

    def allows(condition: str) -> bool:
        if condition in advice:
            return advice[condition] == "modify"
        said = library.said_of(entry_id, condition)
        return condition in entry.fine or (said is not None and said.is_safe)

    return all(map(allows, conditions))


@dataclass(frozen=True, slots=True)
class Calls:
    """A state of health that calls for care with many asanas, and one of them to show why."""

    condition: str
    example: str


def calls_for_care(chosen: Sequence[str], advice: Advice, library: Library) -> list[Calls]:
    """The states that ask the same of at least half of these asanas, the most frequent first."""
    found: dict[str, list[str]] = {}
    for asana in chosen:
        for caution in asana_of(library, asana).cautions:
            if caution.advice == advice:
                found.setdefault(caution.condition, []).append(asana)
    # Of most of them, or of enough that whoever asks in general should know.
    often = {c: ids for c, ids in found.items() if len(ids) * 2 >= len(chosen)}
    ranked = sorted(often.items(), key=lambda item: -len(item[1]))
    return [Calls(condition, ids[0]) for condition, ids in ranked]


def easiest(chosen: Sequence[str], library: Library) -> list[str]:
    """A few of these asanas that most people can do."""
    return sorted(chosen, key=lambda asana: _level(library, asana))[:MOST_ALTERNATIVES]


def instead_of(chosen: Sequence[str], conditions: Sequence[str], library: Library) -> list[str]:
    """What may be done in place of all these asanas, what replaces most of them first."""
    found: dict[str, int] = {}
    for asana in chosen:
        if not is_possible(library, asana, conditions) or not conditions:
            for other in alternatives(asana, conditions, library):
                found[other] = found.get(other, 0) + 1
    outside = [a for a in found if conditions or a not in chosen or _level(library, a) == 0]
    return sorted(outside, key=lambda a: -found[a])[:MOST]


def _practices(intent: Intent, library: Library) -> list[str]:
    """Breathing or meditation for a wish: quiet, unless it is to stir."""
    stirs = "morning" in intent.aims and "sleep" not in intent.aims
    breathing = _STIRRING if stirs else _BREATHING
    chosen = _MEDITATION if intent.meditates and "breath" not in intent.facets else breathing
    return [p for p in chosen if is_possible(library, p, intent.conditions)]


def _of_families(intent: Intent, library: Library) -> list[str]:
    return [a for a in asanas(library) if asana_of(library, a).family in intent.families]


def _of_level(ids: Sequence[str], intent: Intent, library: Library) -> list[str]:
    """Those of the level asked for; all of them where there are none."""
    fitting = [a for a in ids if intent.level in (None, asana_of(library, a).level)]
    return fitting or list(ids)


def _of_muscles(intent: Intent, library: Library) -> list[str]:
    """Those that work the muscles most and are easiest."""
    if "abdominal" in intent.strengthens:
        return [asana for asana in AIMS["core"] if asana in library]
    ranked = [
        (_level(library, a) + place, a)
        for a in asanas(library)
        for place in _places(asana_of(library, a), intent)
    ]
    return list(dict.fromkeys(asana for _, asana in sorted(ranked)))


def _places(entry: Asana, intent: Intent) -> Iterator[int]:
    """Where in its lists of muscles an asana names one that is wanted."""
    wanted = ((entry.stretches, intent.stretches), (entry.strengthens, intent.strengthens))
    for has, wants in wanted:
        for place, muscle in enumerate(has):
            if any(piece in muscle for piece in wants):
                yield place


def _of_aims(intent: Intent, library: Library) -> list[str]:
    found = (asana for aim in intent.aims for asana in AIMS[aim] if asana in library)
    return list(dict.fromkeys(found))


def _discipline(library: Library, entry_id: str) -> Discipline | None:
    entry = library.entries.get(entry_id)
    return entry.discipline if isinstance(entry, Practice) else None


def _level(library: Library, asana: str) -> int:
    return LEVELS.index(asana_of(library, asana).level)


def asana_of(library: Library, asana: str) -> Asana:
    """The entry of an asana's id; any other id is a mistake in the code."""
    entry = library[asana]
    if not isinstance(entry, Asana):
        raise TypeError(f"{asana!r} is no asana")
    return entry
