"""What several tests share: a stranger's backends, installed for the time of a test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
