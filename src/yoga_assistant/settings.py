"""The only reader of the environment: `YOGA_…` variables and the key of OpenAI."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from .errors import SettingsError

PREFIX = "YOGA_"


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be chosen from outside, each by the variable `YOGA_` and its name in capitals."""

    llm: str | None = None  # "offline", "openai:gpt-4o-mini"
    classifier: str | None = None
    retriever: str | None = None  # "hybrid", "hybrid:minilm"
    scraper: str | None = None
    store: str | None = None  # the path of a file
    diffusion: str | None = None
    openai_base_url: str | None = None
    openai_api_key: str | None = field(default=None, repr=False)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings that the environment names; empty values count as absent.

        `OPENAI_API_KEY` is read too, where `YOGA_OPENAI_API_KEY` is not set.

        Raises:
            SettingsError: a variable begins with `YOGA_` and is none of ours.
        """
        environ = os.environ if environ is None else environ
        known = {PREFIX + item.name.upper(): item.name for item in fields(cls)}
        for name in environ:
            if name.startswith(PREFIX) and name not in known:
                raise SettingsError(f"unknown setting {name}", hint=_did_you_mean(name, known))
        values = {known[name]: value for name, value in environ.items() if name in known and value}
        if key := environ.get("OPENAI_API_KEY"):
            values.setdefault("openai_api_key", key)
        return cls(**values)


def _did_you_mean(name: str, known: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else "known are " + ", ".join(sorted(known))
