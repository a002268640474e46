"""What can go wrong, as one tree: each error says what happened, to what, and what to do next.

    YogaError
    ├── QuestionError         (ValueError)   the question is empty, too long or not text
    ├── SettingsError         (ValueError)   an unknown backend or setting, or a missing key
    ├── MissingExtraError     (ImportError)  a part that is not installed; names the pip line
    ├── KnowledgeError                       an entry of the knowledge is broken
    ├── IndexMismatchError                   vectors made by another embedding model
    ├── ScrapeError                          a link or a file could not be read
    ├── StoreError                           what was read cannot be kept, or brought back
    ├── DiffusionError                       a picture could not be drawn
    ├── TrainingError                        a run of training cannot begin or go on
    ├── BackendError                         a backend failed in a way that it does not explain
    └── LLMError                             a language model gave no answer
        ├── AuthenticationError              the key is wrong or lacks a permission
        ├── QuotaError                       the account is used up: waiting does not help
        ├── RateLimitError    (retryable)    too many requests: `retry_after_s` says when
        ├── ContextLengthError               the prompt is longer than the model reads
        ├── LLMTimeoutError   (retryable)    no answer in time
        └── LLMUnavailableError (retryable)  the server cannot be reached or failed

`hint` is one sentence on what to do; `retryable` tells whether the same call may succeed later.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class YogaError(Exception):
    """The root of all that is raised on purpose, apart from a wrong argument's ValueError."""

    retryable: bool = False

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class QuestionError(YogaError, ValueError):
    """The question cannot be asked."""


class SettingsError(YogaError, ValueError):
    """A backend, a model or a setting that does not exist, or a key that is missing."""


class MissingExtraError(YogaError, ImportError):
    """A part of the library that is not installed."""


class KnowledgeError(YogaError):
    """An entry of the knowledge is broken."""


class IndexMismatchError(YogaError):
    """Vectors of one embedding model met an index of another."""


class ScrapeError(YogaError):
    """A link or a file could not be read."""

    def __init__(self, message: str, *, url: str = "", hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.url = url


class StoreError(YogaError):
    """What was read cannot be kept, or brought back."""


class DiffusionError(YogaError):
    """A picture could not be drawn."""


class TrainingError(YogaError):
    """A run of training cannot begin, or cannot go on."""


class BackendError(YogaError):
    """A backend raised something of its own; `__cause__` holds it."""


class LLMError(YogaError):
    """A language model gave no answer."""


class AuthenticationError(LLMError):
    """The key is missing, wrong or lacks a permission."""


class QuotaError(LLMError):
    """The account has no credit left: trying again does not help."""


class RateLimitError(LLMError):
    """Too many requests in too short a time."""

    retryable = True

    def __init__(
        self, message: str, *, retry_after_s: float | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_s = retry_after_s


class ContextLengthError(LLMError):
    """The prompt is longer than the model can read."""


class LLMTimeoutError(LLMError):
    """The model did not answer in time."""

    retryable = True


class LLMUnavailableError(LLMError):
    """The server cannot be reached, broke off or failed."""

    retryable = True


@contextmanager
def extra(name: str, what: str) -> Iterator[None]:
    """Within it, or as a decorator: a module that is not installed is a missing extra."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise needs_extra(name, what) from error


def needs_extra(extra: str, what: str) -> MissingExtraError:
    """The error for `what` when the extra that brings it is not installed.

    >>> str(needs_extra("images", "drawing pictures"))
    "drawing pictures needs a part that is not installed (pip install 'yoga-assistant[images]')"
    """
    return MissingExtraError(
        f"{what} needs a part that is not installed",
        hint=f"pip install 'yoga-assistant[{extra}]'",
    )
