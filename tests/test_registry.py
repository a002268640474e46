from __future__ import annotations

import pytest

from yoga_assistant.errors import SettingsError
from yoga_assistant.protocols import KINDS
from yoga_assistant.registry import available, create
from yoga_assistant.settings import Settings
from yoga_assistant.testing.fakes import FakeLLM


def test_every_shipped_backend_comes_in_by_entry_point_and_fits_its_kind() -> None:
    settings = Settings(openai_api_key="sk-test")
    models = {"diffusers": "diffusers:runs/small"}  # where a name alone does not suffice
    for kind, protocol in KINDS.items():
        for name in available(kind):
            if name != "minilm":
                assert isinstance(create(kind, models.get(name, name), settings), protocol)
    assert {"offline", "openai"} <= available("llm").keys()


def test_an_object_is_taken_as_it_is() -> None:
    llm = FakeLLM()
    assert create("llm", llm) is llm


def test_a_strangers_backend_is_found_by_its_name(stranger: None) -> None:
    assert isinstance(create("llm", "fake"), FakeLLM)


def test_a_model_is_handed_to_the_backend(stranger: None) -> None:
    assert create("llm", "fake:Breathe.").reply == "Breathe."


def test_what_is_missing_is_named() -> None:
    with pytest.raises(SettingsError, match="it must have: complete"):
        create("llm", object())
    with pytest.raises(SettingsError, match="no scraper named 'wbe'"):
        create("scraper", "wbe")
