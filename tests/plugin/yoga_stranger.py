"""Backends of somebody else, which the tests install by writing a distribution's metadata."""

from __future__ import annotations

import time
from collections.abc import Iterator

from yoga_assistant.errors import LLMUnavailableError
from yoga_assistant.settings import Settings
from yoga_assistant.types import TextPrompt


class Stalling:
    """Begins its answer and never ends it; `calm` gets one at once."""

    def complete(self, prompt: TextPrompt) -> str:
        return "".join(self.stream(prompt))

    def stream(self, prompt: TextPrompt) -> Iterator[str]:
        yield "Stand tall. "
        if "calm" not in prompt.question:
            time.sleep(60)
        yield "Breathe."


class Failing:
    """Reaches no server."""

    def complete(self, prompt: TextPrompt) -> str:
        raise LLMUnavailableError("the server is away", hint="try again later")


class Faulty:
    """Cannot even be made."""

    @classmethod
    def from_settings(cls, model: str | None, settings: Settings) -> Faulty:
        raise KeyError("chakra")

    def complete(self, prompt: TextPrompt) -> str:
        return prompt.question


class Spammer:
    """Writes what would steer a terminal."""

    def complete(self, prompt: TextPrompt) -> str:
        return "\x1b[2J\x1b]0;owned\x07Breathe \x9b31min."


class Talker:
    """Writes far more than anybody reads."""

    def complete(self, prompt: TextPrompt) -> str:
        return "\n".join(f"{n}. Breathe in and out." for n in range(1, 100_000))
