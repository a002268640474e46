"""What several tests share: a stranger's backends, and a world without a network."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from yoga_assistant.operators import declare_torchvision_operators

declare_torchvision_operators()  # for tests that import diffusers before anything of ours

PLUGIN = Path(__file__).parent / "plugin"
METADATA = """\
Metadata-Version: 2.1
Name: yoga-stranger
Version: 1.0
Provides-Extra: giant
Requires-Dist: a-package-that-nobody-has ; extra == 'giant'
"""
ENTRY_POINTS = """\
[yoga_assistant.llm]
fake = yoga_assistant.testing.fakes:FakeLLM
stalling = yoga_stranger:Stalling
failing = yoga_stranger:Failing
faulty = yoga_stranger:Faulty
spammer = yoga_stranger:Spammer
talker = yoga_stranger:Talker
giant = yoga_stranger:Giant [giant]

[yoga_assistant.diffusion]
square = yoga_assistant.testing.fakes:FakeDiffusion
"""


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what is set where it runs."""
    for name in os.environ:
        if name.startswith("YOGA_") or name in ("OPENAI_API_KEY", "NO_COLOR", "FORCE_COLOR"):
            monkeypatch.delenv(name)


@pytest.fixture
def stranger(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installs the backends of `tests/plugin`, here and in every process that is started."""
    folder = tmp_path_factory.mktemp("site")
    info = folder / "yoga_stranger-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(METADATA)
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    for path in (PLUGIN, folder):
        monkeypatch.syspath_prepend(path)
    before = [path for path in (os.environ.get("PYTHONPATH"),) if path]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(PLUGIN), str(folder), *before]))


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing in this process may look up a name or connect; whoever tries fails the test."""
    attempts: list[str] = []

    def refuse(*args: object, **options: object) -> NoReturn:
        attempts.append(f"{args} {options}")
        raise OSError("this test has no network")

    for owner, name in ((socket.socket, "connect"), (socket.socket, "connect_ex")):
        monkeypatch.setattr(owner, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    yield
    assert not attempts
