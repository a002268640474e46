"""Words or a picture? A linear model over the traits of the question."""

from __future__ import annotations

import math
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..traits import Lexicon, hashed
from ..types import Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WEIGHTS = Path(__file__).parent.parent / "weights" / "classifier"


class LinearClassifier:
    """Logistic regression over hashed traits; made by `yoga_assistant.training.classifier`.

    The probability is calibrated: of the questions to which it gives 0.8, about 80 % are right.
    The weights load on first use.

    Args:
        folder: holds `weights.npz` and `kinds.tsv`; the shipped ones by default.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or WEIGHTS

    def classify(self, question: str) -> Verdict:
        """The route of a question, and how probable it is."""
        places, shares = hashed(question, self._lexicon, len(self._weights))
        logit = self._bias + sum(
            share * weight
            for share, weight in zip(shares, self._weights[places].tolist(), strict=True)
        )
        image = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
        return Verdict("image", image) if image > 0.5 else Verdict("text", 1 - image)

    def warm_up(self) -> None:
        self.classify("warm up")

    @cached_property
    def _lexicon(self) -> Lexicon:
        return Lexicon(self._folder / "kinds.tsv")

    @cached_property
    def _stored(self) -> tuple[NDArray[np.float32], float]:
        import numpy as np

        with np.load(self._folder / "weights.npz", allow_pickle=False) as stored:
            return stored["weights"].astype(np.float32), float(stored["bias"])

    @property
    def _weights(self) -> NDArray[np.float32]:
        return self._stored[0]

    @property
    def _bias(self) -> float:
        return self._stored[1]
