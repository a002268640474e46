"""Nothing connects anywhere unless an online backend was chosen, and importing costs nothing."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from yoga_assistant import YogaAssistant

CROW = "How do I enter crow pose, and is it safe for my wrists?"

# Python runs this before anything else, in a process that finds it on its path.
SITE = """\
import sys

def refuse(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        sys.stderr.write(f"network: {event} {args}\\n")
        raise RuntimeError("this process has no network")

sys.addaudithook(refuse)
"""
HEAVY = (
    "asyncio numpy scipy sklearn torch transformers tokenizers openai httpx rich click msgspec "
    "rtoml rapidfuzz Stemmer PIL diffusers"
)


def python(code: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def walled(tmp_path: Path) -> dict[str, str]:
    """The environment of a process in which every attempt to connect fails and is told."""
    (tmp_path / "sitecustomize.py").write_text(SITE)
    before = [path for path in (os.environ.get("PYTHONPATH"),) if path]
    return {"PYTHONPATH": os.pathsep.join([str(tmp_path), *before])}


@pytest.mark.usefixtures("no_network")
def test_every_verb_works_without_a_network() -> None:
    yoga = YogaAssistant()
    assert yoga.ask(CROW, route="text").sources
    assert yoga.classify(CROW) == "text"
    assert yoga.search("stand on one leg")
    assert str(yoga.preview(CROW))
    assert len(yoga.ask_many([CROW, "tree pose"])) == 2
    chat = yoga.chat()
    chat.ask("How do I do tree pose?", route="text")
    assert "Tree" in chat.ask("and its benefits?", route="text").sources[0].title
    with yoga.stream(CROW) as words:
        assert "".join(words)
    yoga.warm_up()
    yoga.close()


@pytest.mark.usefixtures("no_network")
def test_every_async_verb_works_without_a_network() -> None:
    async def converse() -> None:
        yoga = YogaAssistant()
        assert (await yoga.aask(CROW, route="text")).sources
        async with yoga.astream(CROW) as words:
            assert [word async for word in words]
        assert (await yoga.chat().aask("tree pose", route="text")).text

    asyncio.run(converse())


def test_the_wall_around_a_process_holds(walled: dict[str, str]) -> None:
    result = python("import socket; socket.create_connection(('127.0.0.1', 9))", **walled)
    assert result.returncode != 0
    assert "network: socket." in result.stderr


@pytest.mark.parametrize(
    "args", [["ask", CROW], ["ask", "--stream", CROW], ["search", "arm balance"], ["backends"]]
)
def test_the_command_line_works_without_a_network(args: list[str], walled: dict[str, str]) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "yoga_assistant", *args],
        env={**os.environ, **walled},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0
    assert result.stdout
    assert not result.stderr


def test_a_chat_works_without_a_network(walled: dict[str, str]) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "yoga_assistant", "chat"],
        env={**os.environ, **walled},
        input="tree pose\nand its benefits?\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0
    assert result.stdout.count("Sources") == 2
    assert not result.stderr


def test_importing_loads_nothing_heavy() -> None:
    code = f"import sys, yoga_assistant; print(*set('{HEAVY}'.split()) & set(sys.modules))"
    assert python(code).stdout.split() == []


def test_answering_loads_no_model_runtime_and_no_client() -> None:
    code = f"""
import sys
from yoga_assistant import YogaAssistant
yoga = YogaAssistant()
yoga.ask({CROW!r}); yoga.search("arm balance"); yoga.classify("draw tree pose")
print(*set(sys.modules) & set("sklearn scipy torch transformers openai httpx rich click".split()))
"""
    result = python(code)
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == []


def test_a_piped_answer_loads_no_colour() -> None:
    code = f"""
import contextlib, sys
from yoga_assistant.cli import program
with contextlib.suppress(SystemExit):
    program(["ask", {CROW!r}])
print("loaded", *set(sys.modules) & {{"rich", "openai", "httpx", "sklearn", "torch"}})
"""
    assert python(code).stdout.splitlines()[-1] == "loaded"
