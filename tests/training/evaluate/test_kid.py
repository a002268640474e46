"""The kernel distance agrees with the one that the field uses, and sees what it should."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torchmetrics.image.kid import KernelInceptionDistance

from yoga_assistant.training.evaluate import Clip, kid, nearest, originality


class Given(torch.nn.Module):  # type: ignore[misc]
    """Gives features that are known, whatever the pictures."""

    num_features = 16

    def forward(self, features: Any) -> Any:
        return features


@pytest.mark.filterwarnings("ignore:Metric `Kernel Inception Distance` will save")
def test_it_agrees_with_torchmetrics_on_the_same_features(clip: Clip, pictures: Any) -> None:
    drawn, real = pictures(20, seed=1), pictures(20, seed=2, dark=120)
    theirs = KernelInceptionDistance(feature=Given(), subsets=1, subset_size=20, normalize=False)
    theirs.update(clip.pictures(real), real=True)
    theirs.update(clip.pictures(drawn), real=False)
    expected = float(theirs.compute()[0])
    assert kid(drawn, real, clip).mean / 1000 == pytest.approx(expected, rel=1e-3)


def test_pictures_of_the_same_kind_are_near_and_others_are_far(clip: Clip, pictures: Any) -> None:
    alike = kid(pictures(60, seed=1), pictures(60, seed=2), clip)
    unlike = kid(pictures(60, seed=1), pictures(60, seed=2, dark=120), clip)
    assert alike.better_than(unlike)
    assert alike.low < 0 < alike.high


def test_its_name_has_its_encoder(clip: Clip, pictures: Any) -> None:
    assert clip.name in kid(pictures(10), pictures(10, seed=1), clip).metric


def test_too_few_pictures_are_refused(clip: Clip, pictures: Any) -> None:
    with pytest.raises(ValueError, match="at least 10 pictures on each side, not 9 and 10"):
        kid(pictures(9), pictures(10), clip)


def test_a_copy_is_found_and_named(clip: Clip, pictures: Any) -> None:
    learned = pictures(12, seed=3)
    drawn = [learned[7], *pictures(3, seed=9, dark=100)]
    found = nearest(drawn, learned, clip)
    assert found[0][0] == 7
    assert found[0][1] == pytest.approx(1, abs=1e-5)
    assert all(cosine < 0.9999 for _, cosine in found[1:])
    assert originality(drawn, learned, clip).mean == pytest.approx(
        np.mean([cosine for _, cosine in found])
    )


def test_nothing_to_compare_is_refused(clip: Clip, pictures: Any) -> None:
    with pytest.raises(ValueError, match="no pictures"):
        nearest([], pictures(1), clip)
