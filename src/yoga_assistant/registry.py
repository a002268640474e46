"""From a name to an object: `"openai:gpt-4o-mini"` becomes an `OpenAILLM`, by entry point.

Each kind of backend has the entry-point group `yoga_assistant.<kind>`; what ships here comes in by
the same door as a stranger's.
"""

from __future__ import annotations

import difflib
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from .errors import SettingsError
from .protocols import KINDS
from .settings import Settings


def create(kind: str, spec: object, settings: Settings | None = None) -> Any:
    """The backend that `spec` stands for: an object as it is, or one made from `"backend:model"`.

    Raises:
        SettingsError: there is no such backend, or the object lacks what its kind must do.
        MissingExtraError: the backend needs a package that is not installed.
    """
    if not isinstance(spec, str):
        return _checked(kind, spec)
    name, _, model = spec.partition(":")
    backend = _find(kind, name).load()
    if hasattr(backend, "from_settings"):
        return _checked(kind, backend.from_settings(model or None, settings or Settings()))
    return _checked(kind, backend(model) if model else backend())


def check(kind: str, spec: object | None) -> None:
    """Sees that `create` would find the backend, without loading it.

    Raises:
        SettingsError: there is none of that name, or the object lacks what its kind must do.
    """
    if isinstance(spec, str):
        _find(kind, spec.partition(":")[0])
    elif spec is not None:
        _checked(kind, spec)


def available(kind: str) -> dict[str, EntryPoint]:
    """The backends of a kind that are installed, by name."""
    found = entry_points(group=f"yoga_assistant.{kind}")
    return {point.name: point for point in sorted(found, key=lambda point: point.name)}


def _find(kind: str, name: str) -> EntryPoint:
    points = available(kind)
    if name in points:
        return points[name]
    close = difflib.get_close_matches(name, points, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "installed: " + (", ".join(points) or "none")
    raise SettingsError(f"there is no {kind} named {name!r}", hint=hint)


def _checked(kind: str, backend: object) -> object:
    if isinstance(backend, KINDS[kind]):
        return backend
    wanted = ", ".join(sorted(_members(KINDS[kind])))
    raise SettingsError(
        f"{type(backend).__name__} cannot serve as {kind}", hint=f"it must have: {wanted}"
    )


def _members(protocol: type[Any]) -> set[str]:
    own = {name for name in vars(protocol) if not name.startswith("_")}
    return own | set(vars(protocol).get("__annotations__", {}))
