"""Yoga Assistant: questions about yoga, answered in words or pictures.

>>> from yoga_assistant import YogaAssistant
>>> print(YogaAssistant().ask("How do I enter crow pose?"))  # doctest: +SKIP

Importing this loads nothing heavy; a name loads its module when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .assistant import YogaAssistant as YogaAssistant
    from .backends.html import extract as extract
    from .chat import Chat as Chat
    from .errors import YogaError as YogaError
    from .journey.links import split_links as split_links
    from .knowledge import Library as Library
    from .types import Answer as Answer
    from .types import Caution as Caution
    from .types import Completion as Completion
    from .types import Document as Document
    from .types import ImageAnswer as ImageAnswer
    from .types import ImagePrompt as ImagePrompt
    from .types import Page as Page
    from .types import ReadReport as ReadReport
    from .types import Source as Source
    from .types import TextAnswer as TextAnswer
    from .types import TextPrompt as TextPrompt
    from .types import Usage as Usage

_HOMES = {
    "YogaAssistant": "assistant",
    "Chat": "chat",
    "YogaError": "errors",
    "extract": "backends.html",
    "split_links": "journey.links",
    "Library": "knowledge",
    "Answer": "types",
    "Caution": "types",
    "Completion": "types",
    "Document": "types",
    "ImageAnswer": "types",
    "ImagePrompt": "types",
    "Page": "types",
    "ReadReport": "types",
    "Source": "types",
    "TextAnswer": "types",
    "TextPrompt": "types",
    "Usage": "types",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
