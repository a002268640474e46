from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yoga_assistant.journey.classify import LinearClassifier
from yoga_assistant.protocols import Classifier
from yoga_assistant.testing.contracts import ClassifierContract

EXAMINATION = Path(__file__).parents[2] / "benchmarks" / "data" / "classify.tsv"
CLASSIFIER = LinearClassifier()

TEXT = [
    "show me how to get into crow pose",
    "draw up a weekly plan for my hips",
    "picture this: my back hurts after work, what should I do?",
    "bakasana",
    "tree pose",
    "make me a table of the eight limbs",
    "draw me a chart of poses by level",
    "no picture please, just the steps of warrior two",
    "and its benefits?",
    "is it ok to take photos in class?",
    "zeig mir, wie man den Baum übt",
    "montre-moi comment faire le chien tête en bas",
    "vrikshasana kaise karte hain",
]
IMAGE = [
    "what does natarajasana look like?",
    "draw tree pose",
    "seated twist in the style of a woodcut",
    "show me warrior two from the side",
    "explain crow pose and draw it",
    "now from the side",
    "could I see eka pada rajakapotasana from behind",
    "warrior two, side view",
    "wie sieht die Krähe aus?",
    "à quoi ressemble la posture de l'arbre ?",
    "¿cómo se ve la postura del árbol?",
    "padmasana ki tasveer dikhao",
]


class TestLinearClassifier(ClassifierContract):
    def make(self) -> Classifier:
        return LinearClassifier()


@pytest.mark.parametrize("question", TEXT)
def test_a_wish_for_words_is_text(question: str) -> None:
    assert CLASSIFIER.classify(question).route == "text"


@pytest.mark.parametrize("question", IMAGE)
def test_a_wish_for_a_picture_is_image(question: str) -> None:
    assert CLASSIFIER.classify(question).route == "image"


def test_most_questions_of_another_author_are_told_right() -> None:
    asked = [line.split("\t") for line in EXAMINATION.read_text("utf-8").splitlines()]
    right = sum(CLASSIFIER.classify(question).route == route for route, _, question in asked)
    assert right / len(asked) >= 0.95


@settings(deadline=None)
@given(st.text())
def test_any_text_gets_a_route_and_a_probability(question: str) -> None:
    verdict = CLASSIFIER.classify(question)
    assert verdict.route in ("text", "image")
    assert 0.5 <= verdict.probability <= 1


@pytest.mark.parametrize(
    "question",
    ["a" * 1_000_000, "a " * 500_000, "आ" * 300_000, "draw " * 200_000, "((((" * 250_000],
)
def test_a_huge_text_takes_no_longer_than_its_reading(question: str) -> None:
    started = time.perf_counter()
    CLASSIFIER.classify(question)
    assert time.perf_counter() - started < 5  # it is cut before it is looked at


def test_many_threads_agree_with_one() -> None:
    questions = (TEXT + IMAGE) * 8
    fresh = LinearClassifier()
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(fresh.classify, questions)) == [
            CLASSIFIER.classify(question) for question in questions
        ]
