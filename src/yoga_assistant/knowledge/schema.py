"""What an entry of the knowledge must hold: one TOML file an entry, checked when it is read.

Every list of names is in the reader's own words; every `id` is a file's name without `.toml`.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

Text = Annotated[str, Meta(min_length=1)]
Id = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Texts = Annotated[tuple[Text, ...], Meta(min_length=1)]

Level = Literal["beginner", "intermediate", "advanced"]
Ground = Literal["traditional text", "teaching consensus", "clinical evidence"]
Advice = Literal["avoid", "modify"]
ADVICE: tuple[Advice, ...] = ("avoid", "modify")
Family = Literal[
    "standing", "standing balance", "forward fold", "backbend", "twist", "seated", "hip opener",
    "arm balance", "inversion", "core", "kneeling", "supine", "prone", "restorative",
]  # fmt: skip
Discipline = Literal[
    "pranayama", "kriya", "bandha", "mudra", "meditation", "relaxation", "sequence"
]
View = Literal["front", "three-quarter", "side", "back", "above"]
Field = Literal[
    "philosophy", "history", "text", "style", "prop", "anatomy", "sequencing", "practice"
]


class Caution(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a condition asks of this asana or practice, and why."""

    condition: Id
    advice: Advice
    reason: Text  # a full sentence
    instead: Text | None = None  # a full sentence: what to do, or which asana to take


class Mistake(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What often goes wrong, and how it is put right; both full sentences."""

    wrong: Text
    right: Text


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A heading and the paragraph below it."""

    heading: Text
    text: Text


class Stage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a condition asks in one of its stages, such as a trimester."""

    name: Text
    advice: Text


class Geometry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a body is placed in an asana, to draw it and to judge pictures of it.

    Directions are the person's own ("front 30 down"), see `training.studio.directions`; regions
    of the body are those of `training.studio.regions`. "both" parts are told of the left one.
    """

    view: View  # shows it best
    camera: Literal["left", "right"] = "left"  # the person's side that a camera is to stand on
    symmetric: bool = False  # left and right are mirror images
    points: dict[str, str]  # "left thigh" = "front 30 down": where parts of the body point
    floor: tuple[str, ...]  # regions that lie or stand on the floor
    touch: tuple[tuple[str, str], ...] = ()  # two regions each
    angles: dict[str, tuple[float, float]] = {}  # legal range of a joint, degrees; 180 is straight


class Asana(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A posture: its names, how it is done, what it does, and who should take care."""

    english: Text
    sanskrit: Text | None = None  # without diacritics; None where there is no Sanskrit name
    iast: Text | None = None
    devanagari: Text | None = None
    meaning: Text | None = None  # "baka, crane; asana, posture"
    also: tuple[Text, ...] = ()
    family: Family
    level: Level
    ground: Ground = "teaching consensus"
    source: Text
    reviewed: datetime.date | None = None  # when somebody who did not write it last read it
    summary: Text
    shape: Text
    described: Texts
    story: Text | None = None
    steps: Annotated[tuple[Text, ...], Meta(min_length=3)]
    breath: Text
    hold: Text
    benefits: Texts
    strengthens: tuple[Text, ...] = ()
    stretches: tuple[Text, ...] = ()
    mistakes: Annotated[tuple[Mistake, ...], Meta(min_length=1)]
    modifications: Texts
    deeper: tuple[Text, ...] = ()
    props: tuple[Text, ...] = ()
    prepare: tuple[Id, ...] = ()
    counter: tuple[Id, ...] = ()
    related: tuple[Id, ...] = ()
    cautions: tuple[Caution, ...] = ()
    fine: tuple[Id, ...] = ()  # conditions for which the asana needs no more care than for anyone
    geometry: Geometry | None = None  # of an asana that can be drawn


class Practice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something done that is no posture: breath, cleansing, seal, meditation, a sequence."""

    english: Text
    sanskrit: Text | None = None
    iast: Text | None = None
    devanagari: Text | None = None
    meaning: Text | None = None
    also: tuple[Text, ...] = ()
    discipline: Discipline
    level: Level
    ground: Ground = "teaching consensus"
    source: Text
    reviewed: datetime.date | None = None  # when somebody who did not write it last read it
    summary: Text
    described: Texts
    story: Text | None = None
    steps: Annotated[tuple[Text, ...], Meta(min_length=3)]
    hold: Text  # how long, how many rounds, how often
    benefits: Texts
    mistakes: tuple[Mistake, ...] = ()
    modifications: tuple[Text, ...] = ()
    related: tuple[Id, ...] = ()
    cautions: tuple[Caution, ...] = ()
    fine: tuple[Id, ...] = ()


class Topic(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something to know rather than to do: an idea, a text, a style, a prop, a habit."""

    english: Text
    sanskrit: Text | None = None
    iast: Text | None = None
    devanagari: Text | None = None
    meaning: Text | None = None
    also: tuple[Text, ...] = ()
    field: Field
    ground: Ground
    source: Text
    reviewed: datetime.date | None = None  # when somebody who did not write it last read it
    summary: Text
    described: Texts
    sections: Annotated[tuple[Section, ...], Meta(min_length=1)]
    related: tuple[Id, ...] = ()


class Condition(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A state of health: what to leave out, what is safe instead, when to see a doctor."""

    english: Text
    also: Texts
    hints: tuple[Text, ...] = ()  # words that mean this condition only where safety is asked about
    ground: Ground
    source: Text
    reviewed: datetime.date | None = None  # when somebody who did not write it last read it
    summary: Text
    avoid: Texts
    safe: Texts
    doctor: Texts
    stages: tuple[Stage, ...] = ()


Entry = Asana | Practice | Topic | Condition
