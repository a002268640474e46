"""Which parts can be chosen here, and what is missing where one cannot be used."""

from __future__ import annotations

import inspect
import re
from dataclasses import asdict, dataclass
from importlib.metadata import Distribution, EntryPoint, PackageNotFoundError, distribution
from typing import Any

from .assistant import YogaAssistant
from .errors import YogaError
from .protocols import KINDS
from .registry import available, create
from .settings import Settings

_REQUIREMENT = re.compile(r"([\w.-]+).*;.*\bextra\s*==\s*['\"]([\w.-]+)['\"]")


@dataclass(frozen=True, slots=True)
class Offer:
    """A backend that is installed here, by the name under which it is chosen."""

    kind: str
    name: str
    is_default: bool
    missing: str | None = None  # why it cannot be used now
    hint: str | None = None  # what to do about it

    def __str__(self) -> str:
        state = "ready" if self.missing is None else self.missing
        hint = f": {self.hint}" if self.hint else ""
        default = " (default)" if self.is_default else ""
        return f"{self.name:<12}{state}{hint}{default}"

    def json(self) -> dict[str, Any]:
        return {**asdict(self), "usable": self.missing is None}


def offers(settings: Settings | None = None) -> dict[str, list[Offer]]:
    """The backends of every kind, with the settings that they would be made from."""
    settings = settings or Settings.from_env()
    return {
        kind: [_offer(kind, name, point, settings) for name, point in available(kind).items()]
        for kind in KINDS
    }


def _offer(kind: str, name: str, point: EntryPoint, settings: Settings) -> Offer:
    is_default = name == _default(kind)
    if point.dist and not _installed(point.dist, point.extras):
        line = f"pip install '{point.dist.name}[{','.join(point.extras)}]'"
        return Offer(kind, name, is_default, "not installed", line)
    try:
        create(kind, name, settings)
    except YogaError as error:
        return Offer(kind, name, is_default, error.message, error.hint)
    except Exception as error:  # a stranger's backend may fail in any way; the others are listed
        return Offer(kind, name, is_default, f"{type(error).__name__}: {error}")
    return Offer(kind, name, is_default)


def _default(kind: str) -> str | None:
    parameter = inspect.signature(YogaAssistant).parameters.get(kind)
    return parameter.default if parameter else None


def _installed(owner: Distribution, extras: list[str]) -> bool:
    """Whether all that the extras bring is there; the versions are pip's matter."""
    found = (_REQUIREMENT.match(line) for line in owner.requires or ())
    needed = [match[1] for match in found if match and match[2] in extras]
    return all(map(_is_there, needed))


def _is_there(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
