"""Cautions stand beside an answer, whatever a model wrote."""

from __future__ import annotations

import pytest

from yoga_assistant import YogaAssistant
from yoga_assistant.journey.caution import cautions
from yoga_assistant.knowledge import Asana, Condition, Library, Practice
from yoga_assistant.testing.fakes import FakeClassifier, FakeLLM
from yoga_assistant.types import Caution, Intent, TextAnswer

LIBRARY = Library.shipped()
YOGA = YogaAssistant(llm=FakeLLM("It is perfectly safe."), classifier=FakeClassifier())
DOABLE = [i for i in LIBRARY if isinstance(LIBRARY[i], Asana | Practice)]
CONDITIONS = sorted(
    {c.condition for e in LIBRARY.entries.values() if isinstance(e, Asana) for c in e.cautions}
)


def ask(question: str) -> TextAnswer:
    return YOGA.ask(question, route="text")


def beside(found: tuple[Caution, ...], subject: str) -> list[Caution]:
    return [caution for caution in found if caution.subject == LIBRARY.name(subject)]


@pytest.mark.parametrize("subject", DOABLE)
def test_every_pair_that_calls_for_care_is_cautioned(subject: str) -> None:
    entry = LIBRARY[subject]
    assert isinstance(entry, Asana | Practice)
    for known in entry.cautions:
        found = cautions(Intent(subjects=(subject,), conditions=(known.condition,)), LIBRARY)
        [caution] = beside(found, subject)
        assert caution.advice == known.advice
        assert caution.condition == LIBRARY.name(known.condition)
        told = known.reason if known.advice == "avoid" else known.instead or known.reason
        assert told in caution.text


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_model_cannot_talk_a_caution_away(condition: str) -> None:
    """A question in words, one of each condition, for an asana that must be left out or changed."""
    name = LIBRARY.name(condition).lower().split(" or ")[0]
    subject = next(
        i
        for i, entry in LIBRARY.entries.items()
        if isinstance(entry, Asana) and condition in {c.condition for c in entry.cautions}
    )
    answer = ask(f"Is {LIBRARY.name(subject)} safe with {name}?")
    assert answer.text == "It is perfectly safe."
    assert any(c.condition == LIBRARY.name(condition) for c in beside(answer.cautions, subject))


@pytest.mark.parametrize(
    ("question", "subject", "condition"),
    [
        ("my wrists hurt in plank", "plank-pose", "wrist-injury"),
        ("hedstand with glacoma", "headstand", "glaucoma"),
        ("sirsasana in my third trimester", "headstand", "pregnancy"),
        ("how do I do shoulderstand, I have a bad neck", "shoulderstand", "neck-injury"),
        ("steps of kapalbhati please, I am epileptic", "kapalabhati", "epilepsy"),
    ],
)
def test_a_caution_is_found_however_it_is_asked_for(
    question: str, subject: str, condition: str
) -> None:
    found = beside(ask(question).cautions, subject)
    assert LIBRARY.name(condition) in {caution.condition for caution in found}


def test_a_condition_always_comes_with_its_doctor() -> None:
    state = LIBRARY["glaucoma"]
    assert isinstance(state, Condition)
    assert any(state.doctor[0] in str(c) for c in ask("is headstand safe with glaucoma").cautions)


def test_a_condition_without_an_asana_says_what_holds_for_all_of_yoga() -> None:
    state = LIBRARY["glaucoma"]
    assert isinstance(state, Condition)
    [caution] = ask("which yoga suits me with glaucoma?").cautions
    assert state.summary in caution.text
    assert caution.subject == "yoga"


def test_what_is_fine_is_not_cautioned_against() -> None:
    assert "asthma" in getattr(LIBRARY["crow-pose"], "fine", ())
    assert beside(ask("is crow pose ok with asthma").cautions, "crow-pose") == []


@pytest.mark.parametrize("state", ["bursitis", "dementia", "sjogren syndrome"])
def test_an_unknown_state_is_sent_to_a_doctor(state: str) -> None:
    [caution] = beside(ask(f"is bridge pose ok with {state}").cautions, "bridge-pose")
    assert caution.advice == "see a doctor"
    assert state in caution.text.lower()


def test_without_a_condition_the_gravest_are_named() -> None:
    [caution] = ask("How do I do headstand?").cautions
    assert caution.advice == "avoid"
    for state in ("in pregnancy", "glaucoma", "high blood pressure"):
        assert state in caution.text


@pytest.mark.parametrize(
    "question",
    ["I get chest pain in headstand", "should I stop my insulin", "will yoga cure my asthma",
     "I want to kill myself", "my foot is numb in hero pose",
     "my surgeon told me not to do wheel pose but I will"],
)  # fmt: skip
def test_a_danger_comes_first(question: str) -> None:
    first = ask(question).cautions[0]
    assert first.advice == "see a doctor"
    assert first.subject == "yoga"


def test_no_caution_is_given_twice() -> None:
    found = ask("headstand, sirsasana and headstand again with glaucoma, glaucoma!").cautions
    assert len(found) == len(set(found))


def test_many_asanas_are_all_cautioned() -> None:
    names = ["headstand", "handstand", "plow pose", "wheel pose", "crow pose", "firefly pose"]
    found = ask(f"are {', '.join(names)} ok in pregnancy?").cautions
    avoided = {caution.subject for caution in found if caution.advice == "avoid"}
    assert len(avoided) == len(names)


def test_what_has_no_subject_has_no_caution() -> None:
    assert ask("what is the capital of france").cautions == ()
