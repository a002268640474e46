from __future__ import annotations

import pytest

from yoga_assistant.errors import SettingsError
from yoga_assistant.settings import Settings


def test_the_environment_names_the_parts() -> None:
    settings = Settings.from_env({"YOGA_LLM": "openai:gpt-4o-mini", "HOME": "/root"})
    assert settings.llm == "openai:gpt-4o-mini"
    assert settings.diffusion is None


def test_an_unknown_name_is_an_error_that_suggests_the_right_one() -> None:
    with pytest.raises(SettingsError, match=r"YOGA_LLN.*did you mean YOGA_LLM"):
        Settings.from_env({"YOGA_LLN": "offline"})


def test_an_empty_value_counts_as_absent() -> None:
    assert Settings.from_env({"YOGA_LLM": "", "OPENAI_API_KEY": ""}) == Settings()


def test_our_own_name_for_the_key_comes_first() -> None:
    both = {"OPENAI_API_KEY": "theirs", "YOGA_OPENAI_API_KEY": "ours"}
    assert Settings.from_env(both).openai_api_key == "ours"
    assert Settings.from_env({"OPENAI_API_KEY": "theirs"}).openai_api_key == "theirs"


def test_the_key_is_not_shown() -> None:
    assert "sk-secret" not in repr(Settings(openai_api_key="sk-secret"))
