from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from yoga_assistant.journey.classify import WEIGHTS, LinearClassifier
from yoga_assistant.training.classifier import Example, fit, main, read_examples
from yoga_assistant.traits import Lexicon

LEXICON = Lexicon(WEIGHTS / "kinds.tsv")
FEW = [
    *(Example("image", "few", f"draw me {name}") for name in ("crow", "tree", "cobra", "camel")),
    *(Example("text", "few", f"benefits of {name}") for name in ("crow", "tree", "cobra", "camel")),
]


def test_a_fitted_model_tells_new_questions_apart(tmp_path: Path) -> None:
    shutil.copy(WEIGHTS / "kinds.tsv", tmp_path)
    fit(FEW, LEXICON).save(tmp_path / "weights.npz")
    classifier = LinearClassifier(tmp_path)
    assert classifier.classify("draw me eagle").route == "image"
    assert classifier.classify("benefits of eagle").route == "text"


def test_the_same_examples_give_the_same_model() -> None:
    first, second = fit(FEW, LEXICON), fit(FEW, LEXICON)
    assert np.array_equal(first.weights, second.weights)
    assert first.bias == second.bias


def test_the_shipped_weights_are_those_of_the_shipped_questions(tmp_path: Path) -> None:
    shutil.copy(WEIGHTS / "kinds.tsv", tmp_path)
    main(["--out", str(tmp_path / "weights.npz")])
    shipped, again = LinearClassifier(), LinearClassifier(tmp_path)
    for example in read_examples()[::10]:
        expected = shipped.classify(example.question)
        verdict = again.classify(example.question)
        assert verdict.probability == pytest.approx(expected.probability, abs=0.02)


def test_there_are_at_least_two_thousand_questions_of_both_routes() -> None:
    examples = read_examples()
    images = sum(example.route == "image" for example in examples)
    assert len(examples) >= 2_000
    assert 0.4 < images / len(examples) < 0.6


def test_no_question_of_the_examination_was_trained_on() -> None:
    path = Path(__file__).parents[2] / "benchmarks" / "data" / "classify.tsv"
    asked = {line.split("\t")[2].casefold() for line in path.read_text("utf-8").splitlines()}
    several_words = {question for question in asked if len(question.split()) > 2}
    trained = {example.question.casefold() for example in read_examples()}
    assert several_words & trained == set()


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.tsv").write_text("text\ta\tok\nvideo\ta\tnot ok\n")
    with pytest.raises(ValueError, match=r"mine\.tsv, line 2"):
        read_examples(tmp_path)
