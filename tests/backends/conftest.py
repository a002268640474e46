"""aimock, a server of others' making that answers as OpenAI's does, for this folder's tests."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.request import Request, urlopen

import pytest

HERE = Path(__file__).parent / "aimock"
KEY = "sk-proj-T3st-0nly-9f8e7d6c5b4a"


@pytest.fixture(scope="session")
def aimock_key() -> str:
    """The only key that aimock takes."""
    return KEY


@pytest.fixture(scope="session")
def aimock() -> Iterator[str]:
    """The base_url of a running aimock; `fixtures.json` tells what it answers to what."""
    command = ["node", str(_installed() / "dist" / "aimock-cli.js"), "--config", "aimock.json"]
    process = subprocess.Popen(
        [*command, "--port", "0"],
        cwd=HERE,
        env={**os.environ, "AIMOCK_API_KEYS": KEY},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield _address(process) + "/v1"
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture
def asked(aimock: str) -> Callable[[str], list[dict[str, Any]]]:
    """Finds the bodies of the requests so far whose last message holds some words."""

    def find(words: str) -> list[dict[str, Any]]:
        url = aimock.removesuffix("/v1") + "/__aimock/journal"
        with urlopen(Request(url, headers={"Authorization": f"Bearer {KEY}"})) as reply:
            bodies = [entry["body"] for entry in json.load(reply)]
        return [body for body in bodies if words in body["messages"][-1]["content"]]

    return find


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if "listening on " in line:
            return line.split("listening on ")[1].strip()
    raise AssertionError("aimock ended before it listened:\n" + "".join(said))


def _installed() -> Path:
    """Where aimock lies, in the version that the lock file names; npm fetches it at first use."""
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            _do_without(f"{tool} is not installed, which aimock needs")
    lock = (HERE / "package-lock.json").read_bytes()
    home = _cache() / f"aimock-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not home.exists():
        _install(home)
    return home / "node_modules" / "@copilotkit" / "aimock"


def _install(home: Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        build = Path(folder) / "aimock"
        build.mkdir()
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / name, build)
        npm = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(npm, cwd=build, capture_output=True, text=True)
        if done.returncode:
            _do_without(f"npm could not install aimock:\n{done.stderr}")
        if not home.exists():  # another run may have been faster
            build.rename(home)


def _cache() -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "yoga-assistant" / "tests"


def _do_without(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
