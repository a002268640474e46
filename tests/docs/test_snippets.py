"""Every snippet in the README and the docs runs, and prints what stands below it.

Python blocks of a page share a namespace and run in an empty folder, without a network. Of a
console block each `$ yoga-assistant …` runs, and the lines below it are its output, where `...`
stands for any. What needs a key or a network has `<!-- not run: why -->` on the line before, and
must compile all the same.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import shlex
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from yoga_assistant.cli import program

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(
    r"^(?P<mark><!-- not run: [^\n]+ -->\n)?```(?P<language>\w+)[^\n]*\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Snippet:
    language: str
    code: str
    line: int
    runs: bool


def snippets(page: Path) -> Iterator[Snippet]:
    text = page.read_text("utf-8")
    for match in _BLOCK.finditer(text):
        line = text.count("\n", 0, match.start("code"))
        yield Snippet(match["language"], match["code"], line, match["mark"] is None)


def run_python(snippet: Snippet, page: Path, names: dict[str, Any]) -> None:
    # Moved down to its line of the page, where an error's traceback then points to.
    code = compile(
        "\n" * snippet.line + snippet.code,
        str(page),
        "exec",
        flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
    )
    if not snippet.runs:
        return
    if code.co_flags & inspect.CO_COROUTINE:
        asyncio.run(types.FunctionType(code, names)())
    else:
        exec(code, names)


def run_console(snippet: Snippet) -> None:
    for command in re.split(r"^\$ ", snippet.code, flags=re.MULTILINE)[1:]:
        line, _, wanted = command.partition("\n")
        name, *args = shlex.split(line, comments=True)
        if name != "yoga-assistant" or not snippet.runs:
            continue
        result = CliRunner().invoke(program, args)
        assert (result.exit_code == 0) is not wanted.startswith("error:"), result.output
        if wanted.strip():
            pattern = re.escape(wanted.strip()).replace(r"\.\.\.", ".*")
            assert re.fullmatch(pattern, result.output.strip(), re.DOTALL), result.output


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_snippets_of_a_page_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "snippet"}
    for snippet in snippets(page):
        if snippet.language == "python":
            run_python(snippet, page, names)
        elif snippet.language == "console":
            run_console(snippet)


def test_each_page_is_looked_at_and_most_of_them_hold_snippets() -> None:
    languages = [snippet.language for page in PAGES for snippet in snippets(page)]
    fences = sum(page.read_text("utf-8").count("\n```") for page in PAGES)
    assert 2 * len(languages) == fences
    assert min(languages.count("python"), languages.count("console")) > 5
