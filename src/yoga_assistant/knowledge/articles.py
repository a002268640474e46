"""An entry as readable text, and where each facet stands in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..types import Document, Passage
from .health import within
from .schema import Asana, Condition, Entry, Family, Level, Practice, Topic

NameOf = Callable[[str], str]  # an id -> the English name of its entry
_GAP = "\n\n"  # between passages
Part = tuple[str, str, str]  # key, heading, body

_LEVELS: dict[Level, str] = {
    "beginner": "suitable for beginners",
    "intermediate": "for people with some practice",
    "advanced": "for advanced practitioners",
}
_FAMILIES: dict[Family, str] = {
    "standing": "standing postures",
    "standing balance": "standing balances",
    "forward fold": "forward folds",
    "backbend": "backbends",
    "twist": "twists",
    "seated": "seated postures",
    "hip opener": "hip openers",
    "arm balance": "arm balances",
    "inversion": "inversions",
    "core": "postures for the core",
    "kneeling": "kneeling postures",
    "supine": "postures on the back",
    "prone": "postures on the belly",
    "restorative": "restorative postures",
}
# Where a muscle is, for who knows the place and not the name.
_PLACES = {
    "hamstrings": "back of the thighs", "quadriceps": "front of the thighs",
    "gluteal muscles": "buttocks", "hip flexors": "front of the hips",
    "spinal erectors": "along the back", "spinal extensors": "along the back",
    "triceps": "back of the upper arms", "serratus anterior": "side of the ribs",
    "latissimus dorsi": "sides of the back", "deltoids": "shoulders",
    "abdominal obliques": "sides of the waist", "obliques": "sides of the waist",
    "gluteus medius": "side of the hips",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Article:
    """An entry written out: the document, and its passages by key, in order.

    A key is a facet ("steps", "benefits" ...), "caution:<condition id>", "fine",
    "section:<n>", "stage:<n>" or "described:<n>".
    """

    document: Document
    passages: Mapping[str, Passage]

    def key_at(self, place: int) -> str:
        """The key of the passage that stands at this place of the text."""
        return next(key for key, passage in self.passages.items() if place < passage.end)


def write_article(entry_id: str, entry: Entry, name_of: NameOf) -> Article:
    """The entry as an article; `name_of` gives the names of the entries it points to."""
    blocks: list[str] = []
    places: dict[str, tuple[int, int]] = {}
    start = 0
    for key, heading, body in _parts(entry, name_of):
        blocks.append(f"{heading}\n{body}" if heading else body)
        places[key] = (start, start + len(blocks[-1]))
        start += len(blocks[-1]) + len(_GAP)
    document = Document(entry_id, title_of(entry), _GAP.join(blocks))
    return Article(document, {key: Passage(document, *place) for key, place in places.items()})


def title_of(entry: Entry) -> str:
    """ "Crow Pose (Bakasana)"; without Sanskrit the English name alone."""
    sanskrit = getattr(entry, "sanskrit", None)
    return f"{entry.english} ({sanskrit})" if sanskrit else entry.english


def _parts(entry: Entry, name_of: NameOf) -> Iterator[Part]:
    yield "overview", title_of(entry), entry.summary
    match entry:
        case Asana():
            yield from _names(entry)
            yield from _asana(entry, name_of)
        case Practice():
            yield from _names(entry)
            yield from _practice(entry, name_of)
        case Topic():
            yield from _names(entry)
            for number, section in enumerate(entry.sections):
                yield f"section:{number}", section.heading, section.text
            yield from _related(entry, name_of)
        case Condition():
            yield from _condition(entry)
    if not isinstance(entry, Condition):
        phrases = (*entry.described, "; ".join(entry.also) if isinstance(entry, Topic) else "")
        for number, phrase in enumerate(filter(None, phrases)):
            yield f"described:{number}", "", phrase
    yield "ground", "Where this comes from", f"{capital(entry.ground)}: {entry.source}."


def _names(entry: Asana | Practice | Topic) -> Iterator[Part]:
    names = []
    if entry.sanskrit:
        spelt = [form for form in (entry.iast, entry.devanagari) if form]
        written = f", written {listed(spelt)}" if spelt else ""
        names.append(f"The Sanskrit name of {entry.english} is {entry.sanskrit}{written}.")
    others = [name for name in entry.also if f"{name} pose" != entry.english.lower()]
    # What a topic is looked up by are questions as often as names.
    if others and not isinstance(entry, Topic):
        names.append(f"{entry.english} is also called {listed(others)}.")
    if names:
        yield "names", "Names", " ".join(names)
    if entry.meaning and entry.sanskrit:
        sense = listed([_word_and_sense(part) for part in entry.meaning.split("; ")])
        same = entry.sanskrit.lower() in entry.english.lower()
        named = entry.sanskrit if same else f"{entry.sanskrit}, in English {entry.english},"
        yield "meaning", "Meaning of the name", f"{named} comes from {sense}."


def _asana(entry: Asana, name_of: NameOf) -> Iterator[Part]:
    if entry.story:
        yield "story", "Story", entry.story
    group = _FAMILIES[entry.family]
    yield "level", "Level", f"{entry.english} is {_LEVELS[entry.level]}; it is one of the {group}."
    yield "shape", "Position", entry.shape
    yield "steps", "Steps", _steps(entry.steps)
    yield "breath", "Breath", entry.breath
    yield "hold", "How long", entry.hold
    yield "benefits", "Benefits", " ".join(entry.benefits)
    muscles = [("strengthens", entry.strengthens), ("stretches", entry.stretches)]
    if worked := [f"{verb} the {listed(map(_plain, names))}" for verb, names in muscles if names]:
        yield "anatomy", "Muscles", f"{entry.english} {' and '.join(worked)}."
    yield "mistakes", "Common mistakes", _bullets(f"{m.wrong} {m.right}" for m in entry.mistakes)
    yield "beginner", "Easier versions", _bullets(entry.modifications)
    if entry.deeper:
        yield "deeper", "Going further", _bullets(entry.deeper)
    if entry.props:
        yield "props", "Props", f"Useful props for {entry.english}: {listed(entry.props)}."
    if entry.prepare:
        names = _named(entry.prepare, name_of)
        yield "preparation", "Preparation", f"Prepare for {entry.english} with {names}."
    if entry.counter:
        names = listed([name_of(other) for other in entry.counter], "or")
        yield "counterposes", "Counterposes", f"After {entry.english} take {names}."
    yield from _related(entry, name_of)
    yield from _cautions(entry, name_of)


def _practice(entry: Practice, name_of: NameOf) -> Iterator[Part]:
    if entry.story:
        yield "story", "Story", entry.story
    yield "level", "Level", f"{entry.english} ({entry.discipline}) is {_LEVELS[entry.level]}."
    yield "steps", "Steps", _steps(entry.steps)
    yield "hold", "How long", entry.hold
    yield "benefits", "Benefits", " ".join(entry.benefits)
    if entry.mistakes:
        yield (
            "mistakes",
            "Common mistakes",
            _bullets(f"{m.wrong} {m.right}" for m in entry.mistakes),
        )
    if entry.modifications:
        yield "beginner", "Easier versions", _bullets(entry.modifications)
    yield from _related(entry, name_of)
    yield from _cautions(entry, name_of)


def _condition(entry: Condition) -> Iterator[Part]:
    yield "names", "Names", f"Also called {listed(entry.also)}."
    yield "avoid", "What to leave out", _bullets(entry.avoid)
    yield "safe", "What is safe instead", _bullets(entry.safe)
    for number, stage in enumerate(entry.stages):
        yield f"stage:{number}", capital(stage.name), stage.advice
    yield "doctor", "When to see a doctor", _bullets(entry.doctor)


def _cautions(entry: Asana | Practice, name_of: NameOf) -> Iterator[Part]:
    for caution in entry.cautions:
        verdict = "leave it out" if caution.advice == "avoid" else "change it"
        state = within(caution.condition, name_of(caution.condition))
        heading = f"{capital(state)}: {verdict}"
        body = f"{caution.reason} {caution.instead}" if caution.instead else caution.reason
        yield f"caution:{caution.condition}", heading, body
    if entry.fine:
        states = listed_states(entry.fine, name_of)
        body = f"Nothing particular is known to speak against {entry.english} {states}."
        yield "fine", "No special care", body


def _related(entry: Asana | Practice | Topic, name_of: NameOf) -> Iterator[Part]:
    if entry.related:
        names = _named(entry.related, name_of)
        yield "related", "Related", f"Related to {entry.english}: {names}."


def plural_of(family: str) -> str:
    """What the asanas of a family are called together."""
    return next((told for known, told in _FAMILIES.items() if known == family), f"{family}s")


def _steps(steps: Iterable[str]) -> str:
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))


def _bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _named(ids: Iterable[str], name_of: NameOf) -> str:
    return listed([name_of(entry_id) for entry_id in ids])


def _plain(muscle: str) -> str:
    return f"{muscle} ({_PLACES[muscle]})" if muscle in _PLACES else muscle


def listed(words: Iterable[str], joint: str = "and") -> str:
    """ "a, b and c"; nothing of nothing."""
    *most, last = [*words] or [""]
    return f"{', '.join(most)} {joint} {last}" if most else last


def listed_states(
    conditions: Iterable[str], name_of: NameOf, mark: Callable[[str], str] = lambda _: ""
) -> str:
    """ "in pregnancy, after a stroke, and with glaucoma or vertigo"; `mark` follows each."""
    phrases = [(within(c, name_of(c)), mark(c)) for c in conditions]
    others = [f"{phrase}{note}" for phrase, note in phrases if not phrase.startswith("with ")]
    names = [f"{p.removeprefix('with ')}{note}" for p, note in phrases if p.startswith("with ")]
    return listed([*others, *([f"with {listed(names, 'or')}"] if names else [])], "and")


def capital(text: str) -> str:
    """The text with a capital letter first."""
    return text[:1].upper() + text[1:]


def _word_and_sense(part: str) -> str:
    word, comma, sense = part.partition(", ")
    return f"{word} ({sense})" if comma else part
