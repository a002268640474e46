from __future__ import annotations

import pickle

import pytest

from yoga_assistant import errors
from yoga_assistant.errors import MissingExtraError, RateLimitError, ScrapeError, YogaError

ALL = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, YogaError)
]


@pytest.mark.parametrize("kind", ALL)
def test_an_error_says_what_to_do_and_survives_a_trip_to_another_process(
    kind: type[YogaError],
) -> None:
    error = pickle.loads(pickle.dumps(kind("it broke", hint="mend it")))
    assert str(error) == "it broke (mend it)"
    assert (error.message, error.hint) == ("it broke", "mend it")


def test_details_survive_the_trip_too() -> None:
    limited = pickle.loads(pickle.dumps(RateLimitError("slow down", retry_after_s=3.0)))
    assert limited.retry_after_s == 3.0
    lost = pickle.loads(pickle.dumps(ScrapeError("gone", url="https://example.org")))
    assert lost.url == "https://example.org"


def test_the_tree_in_the_docstring_names_every_error() -> None:
    assert errors.__doc__ is not None
    assert [kind.__name__ for kind in ALL if kind.__name__ not in errors.__doc__] == []


def test_a_missing_part_names_the_pip_line() -> None:
    error = errors.needs_extra("images", "drawing pictures")
    assert isinstance(error, MissingExtraError)
    assert isinstance(error, ImportError)
    assert error.hint == "pip install 'yoga-assistant[images]'"
