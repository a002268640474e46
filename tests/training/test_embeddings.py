"""Distilling a teacher into static embeddings, with a small teacher whose answers are known."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torch")
pytest.importorskip("tokenizers")

from yoga_assistant.backends.embeddings import StaticEmbedder
from yoga_assistant.training.embedding_texts import (
    Lesson,
    Word,
    knowledge,
    knowledge_groups,
    names,
    phrases,
    wordnet,
    yoga_words,
)
from yoga_assistant.training.embeddings import Recipe, distill_static

VOCABULARY = ["[PAD]", "[unused0]", "[unused1]", "[UNK]", "lift", "the", "hips", "head", "knees"]
VOCABULARY += ["bend", "rest", "ba", "##kasana"]
RECIPE = Recipe(dimensions=8, epochs=60, batch_size=8)


class WordTeacher:
    """Gives every word a direction of its own; a text is their mean."""

    name = "words-16"
    dimensions = 16

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.array([self._mean(text) for text in texts], np.float32)
        rows /= np.sqrt((rows**2).sum(1, keepdims=True)).clip(1e-9)
        return rows

    def _mean(self, text: str) -> NDArray[np.float64]:
        mean = np.zeros(16)
        for word in text.lower().split():
            mean += self._direction(word)
        return mean

    def _direction(self, word: str) -> NDArray[np.float64]:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
        return np.random.default_rng(seed).standard_normal(16)


TEACHER = WordTeacher()
TEXTS = ["lift the hips", "bend the knees", "rest the head", "lift the head", "bend", "rest knees"]
LESSONS = [Lesson(text, text) for text in TEXTS]


@pytest.fixture
def vocabulary(tmp_path: Path) -> Path:
    path = tmp_path / "vocab.txt"
    path.write_text("\n".join(VOCABULARY) + "\n", "utf-8")
    return path


def test_the_student_agrees_with_its_teacher(tmp_path: Path, vocabulary: Path) -> None:
    recipe = Recipe(dimensions=16, epochs=300, batch_size=8)
    distill_static(tmp_path, teacher=TEACHER, vocabulary=vocabulary, lessons=LESSONS, recipe=recipe)
    learned = StaticEmbedder(tmp_path).embed(TEXTS)
    taught = TEACHER.embed(TEXTS)
    np.testing.assert_allclose(learned @ learned.T, taught @ taught.T, atol=0.05)


def test_a_new_word_means_what_its_lessons_say(tmp_path: Path, vocabulary: Path) -> None:
    words = [Word(("bakasana", "kakasana"), "lift the hips", "rest")]
    lessons = [*LESSONS, *[Lesson("bakasana", "lift the hips")] * 4]
    distill_static(
        tmp_path,
        teacher=TEACHER,
        vocabulary=vocabulary,
        lessons=lessons,
        words=words,
        recipe=RECIPE,
    )
    word, meaning, other = StaticEmbedder(tmp_path).embed(["bakasana", "lift the hips", "bend"])
    assert word @ meaning > 0.9 > word @ other
    tokens = (tmp_path / "vocabulary.txt").read_text("utf-8").split("\n")
    assert tokens[1:3] == ["bakasana", "kakasana"]
    assert len(tokens) == len(VOCABULARY)


def test_a_group_draws_its_texts_together(tmp_path: Path, vocabulary: Path) -> None:
    def likeness(groups: list[list[str]]) -> float:
        distill_static(
            tmp_path,
            teacher=TEACHER,
            vocabulary=vocabulary,
            lessons=LESSONS,
            groups=groups,
            recipe=Recipe(dimensions=8, epochs=60, batch_size=8, contrast=1),
        )
        left, right = StaticEmbedder(tmp_path).embed(["hips", "knees"])
        return float(left @ right)

    assert likeness([["hips", "knees"], ["head", "rest"]]) > likeness([]) + 0.2


def test_the_same_seed_gives_the_same_weights(tmp_path: Path, vocabulary: Path) -> None:
    made = [
        distill_static(
            tmp_path / folder,
            teacher=TEACHER,
            vocabulary=vocabulary,
            lessons=LESSONS,
            recipe=Recipe(dimensions=8, seed=seed),
        )
        for folder, seed in (("one", 1), ("again", 1), ("two", 2))
    ]
    assert made[0] == made[1] == StaticEmbedder(tmp_path / "one").name
    assert made[0] != made[2]


def test_every_spelling_of_a_yoga_word_stands_once() -> None:
    spellings = [spelling for word in yoga_words() for spelling in word.spellings]
    assert len(set(spellings)) == len(spellings)
    assert all(word.english and word.gloss for word in yoga_words())


def test_names_are_taught_by_their_english_words() -> None:
    lessons = list(names())
    assert Lesson("bakasana", "crow pose") in lessons
    assert not any("bakasana" in lesson.meaning for lesson in lessons)


def test_phrases_are_as_many_as_asked_and_repeatable() -> None:
    assert len(list(phrases(50))) == 50
    assert list(phrases(50)) == list(phrases(50)) != list(phrases(50, seed=1))
    assert not any("{" in lesson.text for lesson in phrases(500))


def test_the_knowledge_teaches_other_names_and_groups_what_belongs_together() -> None:
    assert any(text == "Bakasana" and "Crow" in meaning for text, meaning in knowledge())
    crow = next(group for group in knowledge_groups() if "Bakasana" in group)
    assert any("upper arms" in text for text in crow)
    assert all(len(group) >= 2 for group in knowledge_groups())


def test_wordnet_gives_words_definitions_and_examples(tmp_path: Path) -> None:
    (tmp_path / "data.verb").write_text(
        "  1 licence\n"
        '00000001 29 v 02 bend_over 0 stoop 0 000 | lean forward; "she stooped low"  \n',
        "utf-8",
    )
    texts = [lesson.text for lesson in wordnet(tmp_path)]
    assert texts == ["bend over, stoop: lean forward", "she stooped low", "bend over", "stoop"]
