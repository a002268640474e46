"""The question classifier, fitted: `python -m yoga_assistant.training.classifier`.

Logistic regression (scikit-learn) over hashed traits. The questions in `questions/*.tsv` were
written for it; `benchmarks/data/classify.tsv` is by another author and never trained on.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from ..errors import needs_extra
from ..traits import Lexicon, hashed
from ..types import Route

QUESTIONS = Path(__file__).parent / "questions"
WEIGHTS = Path(__file__).parent.parent / "weights" / "classifier"
SIZE = 2**18  # weights; fewer collide, more weigh
STRENGTH = 10.0  # inverse of the penalty on large weights; the best of 3, 10 and 40
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """A question whose route is known."""

    route: Route
    category: str
    question: str


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model: `weights` is `(SIZE,)`, float16."""

    weights: Any
    bias: float

    def save(self, path: Path) -> None:
        import numpy as np

        np.savez_compressed(path, weights=self.weights, bias=np.array(self.bias))


def read_examples(folder: Path = QUESTIONS) -> list[Example]:
    """The examples in the folder's TSV files, each question once.

    Raises:
        ValueError: a line is not `route<TAB>category<TAB>question`; names file and line.
    """
    found: dict[str, Example] = {}
    for path in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            parts = line.split("\t")
            if len(parts) != 3 or parts[0] not in get_args(Route):
                raise ValueError(f"{path.name}, line {number}: not route, category, question")
            route: Route = "image" if parts[0] == "image" else "text"
            found.setdefault(parts[2].casefold(), Example(route, parts[1], parts[2]))
    return list(found.values())


def fit(examples: Sequence[Example], lexicon: Lexicon) -> Fit:
    """The model that tells the examples' routes apart; the same examples give the same model.

    Raises:
        ValueError: the examples have but one route.
        MissingExtraError: scikit-learn is not installed.
    """
    import numpy as np

    model = _estimator().fit(_matrix(examples, lexicon), _is_image(examples))
    return Fit(model.coef_[0].astype(np.float16), float(model.intercept_[0]))


def cross_validated(examples: Sequence[Example], lexicon: Lexicon) -> list[float]:
    """The accuracy on each of FOLDS parts by a model that was fitted on the others."""
    from sklearn.model_selection import StratifiedKFold, cross_val_score

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    scores = cross_val_score(
        _estimator(), _matrix(examples, lexicon), _is_image(examples), cv=folds
    )
    return [float(score) for score in scores]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fits the shipped classifier and prints how well it does."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, default=WEIGHTS / "weights.npz")
    parser.add_argument("--check", action="store_true", help="cross-validate first (a minute)")
    options = parser.parse_args(arguments)
    examples, lexicon = read_examples(), Lexicon(WEIGHTS / "kinds.tsv")
    images = sum(example.route == "image" for example in examples)
    print(f"{len(examples)} questions, {images} for pictures")
    if options.check:
        scores = cross_validated(examples, lexicon)
        spread = f"{min(scores):.2%} to {max(scores):.2%}"
        print(f"cross-validated: {sum(scores) / FOLDS:.2%} ({spread})")
    fit(examples, lexicon).save(options.out)
    print(f"wrote {options.out}")


def _estimator() -> Any:
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise needs_extra("train", "fitting the classifier") from error
    return LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0)


def _matrix(examples: Sequence[Example], lexicon: Lexicon) -> Any:
    """The hashed traits, `(n, SIZE)`, sparse."""
    from scipy.sparse import csr_matrix

    places: list[int] = []
    shares: list[float] = []
    starts = [0]
    for example in examples:
        found, counted = hashed(example.question, lexicon, SIZE)
        places += found
        shares += counted
        starts.append(len(places))
    return csr_matrix((shares, places, starts), shape=(len(examples), SIZE))


def _is_image(examples: Sequence[Example]) -> list[bool]:
    return [example.route == "image" for example in examples]


if __name__ == "__main__":
    main()
