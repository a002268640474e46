"""Every shipped entry: that it is whole, that it agrees with its like, that it can be found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from yoga_assistant.errors import KnowledgeError
from yoga_assistant.knowledge import Asana, Condition, Library, Practice, Topic
from yoga_assistant.knowledge.articles import listed, write_article
from yoga_assistant.knowledge.choose import AIMS
from yoga_assistant.knowledge.everyday import SHARED
from yoga_assistant.knowledge.health import recommended, within
from yoga_assistant.knowledge.library import FOLDERS
from yoga_assistant.knowledge.names import fold
from yoga_assistant.knowledge.sequence import GENERAL, REST, WARM_UP

LIBRARY = Library.shipped()
ENTRIES = list(LIBRARY.entries.items())
ASANAS = {i: entry for i, entry in ENTRIES if isinstance(entry, Asana)}
DOABLE = {i: entry for i, entry in ENTRIES if isinstance(entry, Asana | Practice)}
NAMED = {i: entry for i, entry in ENTRIES if not isinstance(entry, Condition)}
CONDITIONS = {i: entry for i, entry in ENTRIES if isinstance(entry, Condition)}
# With every other state of health a posture is answered by "not known: ask your doctor".
JUDGED = (
    "pregnancy postpartum menstruation high-blood-pressure low-blood-pressure heart-disease stroke "
    "glaucoma retinal-detachment herniated-disc sciatica low-back-pain osteoporosis knee-injury "
    "hip-injury ankle-injury hamstring-injury wrist-injury carpal-tunnel shoulder-injury "
    "neck-injury vertigo epilepsy asthma hernia recent-surgery arthritis migraine reflux diabetes "
    "hypermobility children older-people"
).split()

# English|Sanskrit, of all the asanas that must be known.
LISTED = """
Accomplished Pose|Siddhasana
Archer Pose|Akarna Dhanurasana
Balancing Table Pose|Dandayamana Bharmanasana
Bharadvaja's Twist|Bharadvajasana
Big Toe Pose|Padangusthasana
Bird of Paradise|Svarga Dvijasana
Boat Pose|Navasana
Bound Angle Pose|Baddha Konasana
Bound Lotus Pose|Baddha Padmasana
Bow Pose|Dhanurasana
Bridge Pose|Setu Bandha Sarvangasana
Camel Pose|Ustrasana
Cat Pose|Marjaryasana
Chair Pose|Utkatasana
Child's Pose|Balasana
Chin Stand|Ganda Bherundasana
Cobra Pose|Bhujangasana
Compass Pose|Parivrtta Surya Yantrasana
Corpse Pose|Savasana
Cow Face Pose|Gomukhasana
Cow Pose|Bitilasana
Crocodile Pose|Makarasana
Crow Pose|Bakasana
Dancer Pose|Natarajasana
Dolphin Pose|Ardha Pincha Mayurasana
Downward-Facing Dog|Adho Mukha Svanasana
Eagle Pose|Garudasana
Ear Pressure Pose|Karnapidasana
Easy Pose|Sukhasana
Eight-Angle Pose|Astavakrasana
Eight-Limbed Salute|Ashtanga Namaskara
Extended Hand-to-Big-Toe Pose|Utthita Hasta Padangusthasana
Extended Puppy Pose|Uttana Shishasana
Extended Side Angle Pose|Utthita Parsvakonasana
Feathered Peacock Pose|Pincha Mayurasana
Fire Log Pose|Agnistambhasana
Firefly Pose|Tittibhasana
Fish Pose|Matsyasana
Flying Pigeon Pose|Eka Pada Galavasana
Foot-Behind-the-Head Pose|Eka Pada Sirsasana
Four-Limbed Staff Pose|Chaturanga Dandasana
Frog Pose|Bhekasana
Garland Pose|Malasana
Gate Pose|Parighasana
Goddess Pose|Utkata Konasana
Gorilla Pose|Padahastasana
Half Frog Pose|Ardha Bhekasana
Half Lord of the Fishes Pose|Ardha Matsyendrasana
Half Lotus Pose|Ardha Padmasana
Half Moon Pose|Ardha Chandrasana
Half Standing Forward Bend|Ardha Uttanasana
Handstand|Adho Mukha Vrksasana
Happy Baby Pose|Ananda Balasana
Head-to-Knee Forward Bend|Janu Sirsasana
Headstand|Sirsasana
Hero Pose|Virasana
Heron Pose|Krounchasana
High Lunge|Utthita Ashwa Sanchalanasana
Humble Warrior|Baddha Virabhadrasana
King Pigeon Pose|Kapotasana
Legs-Up-the-Wall Pose
Lion Pose|Simhasana
Lizard Pose|Utthan Pristhasana
Locust Pose|Salabhasana
Lotus Pose|Padmasana
Low Lunge|Anjaneyasana
Marichi's Pose|Marichyasana
Monkey Pose|Hanumanasana
Mountain Pose|Tadasana
Noose Pose|Pasasana
Peacock Pose|Mayurasana
Pigeon Pose|Eka Pada Rajakapotasana
Plank Pose|Phalakasana
Plow Pose|Halasana
Pyramid Pose|Parsvottanasana
Rabbit Pose|Sasangasana
Reclined Pigeon Pose|Supta Kapotasana
Reclining Bound Angle Pose|Supta Baddha Konasana
Reclining Hand-to-Big-Toe Pose|Supta Padangusthasana
Reclining Hero Pose|Supta Virasana
Reverse Plank|Purvottanasana
Reverse Tabletop Pose|Ardha Purvottanasana
Reverse Warrior|Viparita Virabhadrasana
Revolved Half Moon Pose|Parivrtta Ardha Chandrasana
Revolved Head-to-Knee Pose|Parivrtta Janu Sirsasana
Revolved Side Angle Pose|Parivrtta Parsvakonasana
Revolved Triangle Pose|Parivrtta Trikonasana
Rooster Pose|Kukkutasana
Sage Koundinya's Pose|Eka Pada Koundinyasana
Scale Pose|Tolasana
Scorpion Pose|Vrschikasana
Seated Forward Bend|Paschimottanasana
Shoulder-Pressing Pose|Bhujapidasana
Shoulderstand|Sarvangasana
Side Crow Pose|Parsva Bakasana
Side Plank|Vasisthasana
Sphinx Pose|Salamba Bhujangasana
Staff Pose|Dandasana
Standing Crescent Moon|Indudalasana
Standing Forward Bend|Uttanasana
Standing Split|Urdhva Prasarita Eka Padasana
Supine Spinal Twist|Supta Matsyendrasana
Thread the Needle Pose|Parsva Balasana
Thunderbolt Pose|Vajrasana
Toe Stand|Padangustasana
Tortoise Pose|Kurmasana
Tree Pose|Vrksasana
Triangle Pose|Trikonasana
Upward Salute|Urdhva Hastasana
Upward-Facing Dog|Urdhva Mukha Svanasana
Warrior I
Warrior II
Warrior III
Wheel Pose|Urdhva Dhanurasana
Wide-Angle Seated Forward Bend|Upavistha Konasana
Wide-Legged Forward Bend|Prasarita Padottanasana
Wild Thing|Camatkarasana
Wind-Relieving Pose|Pavanamuktasana
""".strip().splitlines()
# What every asana of a family asks people to be careful about.
FAMILY_CAUTIONS = {
    "inversion": (
        "high-blood-pressure", "heart-disease", "stroke", "glaucoma", "retinal-detachment",
        "pregnancy", "neck-injury", "reflux", "vertigo", "menstruation", "epilepsy",
    ),
    "arm balance": ("wrist-injury", "carpal-tunnel", "shoulder-injury", "pregnancy"),
    "backbend": ("pregnancy", "low-back-pain", "recent-surgery"),
    "twist": ("pregnancy", "herniated-disc", "low-back-pain", "osteoporosis"),
    "forward fold": ("herniated-disc", "osteoporosis", "glaucoma", "retinal-detachment"),
    "prone": ("pregnancy",),
    "standing balance": ("vertigo", "ankle-injury", "older-people", "epilepsy"),
    "core": ("pregnancy", "hernia", "recent-surgery"),
    "hip opener": ("hip-injury", "knee-injury"),
}  # fmt: skip
# Inversions in which the head is held low and the whole weight is up: never with these.
NEVER_UPSIDE_DOWN = ("glaucoma", "retinal-detachment", "stroke", "heart-disease")


def advice(entry: Asana | Practice, condition: str) -> str | None:
    """ "avoid", "modify", "fine", or None where it is not known."""
    for caution in entry.cautions:
        if caution.condition == condition:
            return caution.advice
    return "fine" if condition in entry.fine else None


def named(text: str) -> list[str]:
    """The ids of what a text names and one can do."""
    mentions = [m.ids[0] for m in LIBRARY.mentions(text) if not m.weak]
    return [entry_id for entry_id in mentions if entry_id in DOABLE]


def names_of(entry: Asana | Practice | Topic) -> Iterator[str]:
    forms = (entry.english, entry.sanskrit, entry.iast, entry.devanagari, *entry.also)
    return (name for name in forms if name)


def test_there_are_entries_of_every_kind() -> None:
    assert {type(entry) for entry in LIBRARY.entries.values()} == set(FOLDERS.values())


def test_a_file_is_named_for_its_entry() -> None:
    for entry_id, entry in ASANAS.items():
        slug = fold(entry.english.replace("-", " ").replace("\u2019", "")).replace(" ", "-")
        assert entry_id == slug


@pytest.mark.parametrize("line", LISTED)
def test_every_listed_asana_is_there(line: str) -> None:
    english, _, sanskrit = line.partition("|")
    [entry] = [entry for entry in ASANAS.values() if entry.english == english]
    if sanskrit:
        assert entry.sanskrit == sanskrit


@pytest.mark.parametrize(("entry_id", "entry"), list(NAMED.items()))
def test_every_name_finds_an_entry_that_has_it(
    entry_id: str, entry: Asana | Practice | Topic
) -> None:
    for name in names_of(entry):
        found = LIBRARY.find(name)
        assert entry_id in found or fold(name) in SHARED, name
        assert fold(name) in SHARED or any(
            fold(name) in map(fold, names_of(other))
            for other_id in found
            if not isinstance(other := LIBRARY[other_id], Condition)
        ), name


@pytest.mark.parametrize(("entry_id", "entry"), list(DOABLE.items()))
def test_no_condition_is_both_careful_and_fine(entry_id: str, entry: Asana | Practice) -> None:
    careful = [caution.condition for caution in entry.cautions]
    assert len(careful) == len(set(careful))
    assert not set(careful) & set(entry.fine)
    assert set(careful) | set(entry.fine) <= set(CONDITIONS)


@pytest.mark.parametrize(("entry_id", "entry"), list(ASANAS.items()))
def test_every_asana_is_judged_for_every_condition(entry_id: str, entry: Asana) -> None:
    assert [c for c in JUDGED if advice(entry, c) is None] == []


@pytest.mark.parametrize(("condition", "entry"), list(CONDITIONS.items()))
def test_what_a_condition_says_is_what_the_asanas_say(condition: str, entry: Condition) -> None:
    called_safe = [a for text in entry.safe for a in named(recommended(text))]
    assert [a for a in called_safe if advice(DOABLE[a], condition) == "avoid"] == []
    called_unsafe = [a for text in entry.avoid for a in named(text)]
    assert [a for a in called_unsafe if advice(DOABLE[a], condition) == "fine"] == []


@pytest.mark.parametrize(("entry_id", "entry"), list(DOABLE.items()))
def test_what_an_entry_offers_instead_may_be_done(entry_id: str, entry: Asana | Practice) -> None:
    for caution in entry.cautions:
        offered = named(recommended(caution.instead or ""))
        unsafe = [o for o in offered if advice(DOABLE[o], caution.condition) == "avoid"]
        assert unsafe == [], caution.instead


@pytest.mark.parametrize(("entry_id", "entry"), list(ASANAS.items()))
def test_an_asana_is_as_careful_as_its_family(entry_id: str, entry: Asana) -> None:
    asked = FAMILY_CAUTIONS.get(entry.family, ())
    assert [c for c in asked if advice(entry, c) not in ("avoid", "modify")] == []


@pytest.mark.parametrize("entry_id", [i for i, e in ASANAS.items() if e.family == "inversion"])
def test_nobody_with_weak_vessels_or_eyes_is_sent_upside_down(entry_id: str) -> None:
    if entry_id == "dolphin-pose":  # a half inversion with both feet on the floor
        return
    assert {advice(ASANAS[entry_id], c) for c in NEVER_UPSIDE_DOWN} == {"avoid"}


@pytest.mark.parametrize("entry_id", ["kapalabhati", "bhastrika"])
@pytest.mark.parametrize(
    "condition", ["pregnancy", "high-blood-pressure", "heart-disease", "epilepsy", "stroke"]
)
def test_forceful_breathing_is_left_out_with_what_it_harms(entry_id: str, condition: str) -> None:
    assert advice(DOABLE[entry_id], condition) == "avoid"


@pytest.mark.parametrize(("entry_id", "entry"), list(DOABLE.items()))
def test_reasons_and_steps_are_sentences(entry_id: str, entry: Asana | Practice) -> None:
    texts = [entry.summary, *entry.steps, *entry.benefits]
    texts += [c.reason for c in entry.cautions]
    texts += [c.instead for c in entry.cautions if c.instead]
    assert [text for text in texts if text[-1] not in ".?" or text[0].islower()] == []


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_says_when_to_see_a_doctor(condition: str) -> None:
    entry = CONDITIONS[condition]
    helpers = ("doctor", "surgeon", "neurologist", "midwife", "help")
    assert any(helper in text for text in entry.doctor for helper in helpers)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_is_found_by_each_of_its_names(condition: str) -> None:
    entry = CONDITIONS[condition]
    for name in (entry.english, *entry.also):
        assert condition in LIBRARY.conditions(f"is it safe with {name}"), name


def test_a_hint_means_a_condition_only_where_health_is_asked_about() -> None:
    assert LIBRARY.conditions("bend the knees") == []
    assert LIBRARY.conditions("is it safe for my knees", hints=True) == ["knee-injury"]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_stands_well_in_a_sentence(condition: str) -> None:
    phrase = within(condition, LIBRARY.name(condition))
    assert phrase.split()[0] in ("with", "in", "after", "during", "soon", "for")
    assert phrase == phrase.strip()


def test_what_practices_are_built_from_is_there() -> None:
    wanted = {*WARM_UP, *GENERAL, REST, *(a for asanas in AIMS.values() for a in asanas)}
    assert wanted <= set(ASANAS)


def test_shared_names_mean_entries_that_are_there() -> None:
    assert {entry_id for ids in SHARED.values() for entry_id in ids} <= set(NAMED)


@pytest.mark.parametrize(("entry_id", "entry"), ENTRIES)
def test_every_passage_of_an_article_stands_where_it_says(
    entry_id: str, entry: Asana | Practice | Topic | Condition
) -> None:
    article = write_article(entry_id, entry, LIBRARY.name)
    for key, passage in article.passages.items():
        assert passage.text == article.document.text[passage.start : passage.end]
        assert passage.text.strip() == passage.text != ""
        assert article.key_at(passage.start) == key


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), ("abc", "a, b and c")]
)
def test_a_list_reads_as_people_write_it(words: list[str], text: str) -> None:
    assert listed(words) == text


def test_a_broken_entry_is_named_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "asanas").mkdir()
    (tmp_path / "asanas" / "odd-pose.toml").write_text('english = "Odd Pose"')
    with pytest.raises(KnowledgeError, match=r"odd-pose\.toml"):
        Library.read(tmp_path)


def test_an_entry_that_points_nowhere_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="which does not exist"):
        Library({"crow-pose": LIBRARY["crow-pose"]})


def test_every_entry_was_read_by_somebody_who_did_not_write_it() -> None:
    assert not [entry_id for entry_id in LIBRARY if LIBRARY[entry_id].reviewed is None]
