"""Options that several commands share, and options made of a dataclass's fields."""

from __future__ import annotations

import re
import tomllib
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import click

from .errors import SettingsError, YogaError

EXIT_CODES = """\b
Exit codes:
  0    answered
  1    a backend, the network or a file failed
  2    wrong usage, settings, or a question that cannot be asked
  3    a part is not installed; the hint has the pip line
  70   a fault of this program
  130  interrupted by Ctrl-C
  141  the reader of the output went away
  143  ended by another program"""

F = TypeVar("F", bound=Callable[..., Any])
_ARGS = re.compile(r"^\s*Args:\n(.*?)(?=\n\s*\n|\Z)", re.DOTALL | re.MULTILINE)
_ENTRY = re.compile(r"^\s{8}([\w, ]+): (.*(?:\n\s{9,}.*)*)", re.MULTILINE)


def debug_option(command: F) -> F:
    """Adds --debug, which shows where an unexpected error came from."""

    def note(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        ctx.meta["debug"] = value

    text = "Show the whole traceback of an error."
    option = click.option("--debug", is_flag=True, expose_value=False, callback=note, help=text)
    return option(command)


def json_option(command: F) -> F:
    """Adds --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def options_of(
    kind: type[Any], defaults: Any, leave_out: frozenset[str] = frozenset()
) -> Callable[[F], F]:
    """A decorator that adds an option for every field of a dataclass, explained by its docstring.

    Args:
        defaults: an object of that kind; the options show its values.
    """
    told, hints = _told(kind), get_type_hints(kind)

    def add(command: F) -> F:
        for field in reversed(fields(kind)):
            if field.name not in leave_out:
                command = _option(field, hints[field.name], defaults, told)(command)
        return command

    return add


def made_of(defaults: Any, config: Mapping[str, Any], flags: Mapping[str, Any]) -> Any:
    """A dataclass like `defaults`, changed by a file's values, then by the flags that were given.

    Raises:
        SettingsError: a value is out of its range or of another type.
    """
    names = {field.name for field in fields(defaults)}
    values = {name: value for name, value in config.items() if name in names}
    values |= {name: value for name, value in flags.items() if name in names and value is not None}
    try:
        return type(defaults)(**{**vars(defaults), **values})
    except (TypeError, ValueError) as error:
        raise SettingsError(str(error)) from error


@contextmanager
def arguments_checked() -> Iterator[None]:
    """A wrong argument of the library is wrong usage of the command line."""
    try:
        yield
    except YogaError:
        raise
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def read_config(path: str | None, known: frozenset[str]) -> dict[str, Any]:
    """The settings of a TOML file; none without a file.

    Raises:
        SettingsError: the file cannot be read, or has a setting that is not `known`.
    """
    if path is None:
        return {}
    try:
        found = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read as TOML: {error}") from error
    if unknown := sorted(found.keys() - known):
        hint = "known are " + ", ".join(sorted(known))
        raise SettingsError(f"{path} has unknown settings: {', '.join(unknown)}", hint=hint)
    return found


def _option(
    field: Field[Any], hint: Any, defaults: Any, told: Mapping[str, str]
) -> Callable[[F], F]:
    flag = "--" + field.name.replace("_", "-")
    default = getattr(defaults, field.name, field.default)
    shown = "none" if default in (None, MISSING) else default
    text = f"{_capital(told.get(field.name, ''))} [{shown}]".strip()
    kind = _plain(hint)
    if kind is bool:
        return click.option(f"{flag}/--no-{flag[2:]}", field.name, default=None, help=text)
    if get_origin(kind) is Literal:
        kind = click.Choice(get_args(kind))
    return click.option(flag, field.name, type=kind, default=None, help=text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _plain(hint: Any) -> Any:
    """The type without "or None"."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(kind for kind in get_args(hint) if kind is not type(None))
    return hint


def _told(kind: type[Any]) -> dict[str, str]:
    """What a class's docstring says of its arguments, in a sentence each."""
    found = _ARGS.search(kind.__doc__ or "")
    told = {}
    for names, text in _ENTRY.findall(found[1] if found else ""):
        for name in names.split(", "):
            told[name] = " ".join(text.split()).rstrip(".")
    return told
