"""The command line, in this process."""

from __future__ import annotations

import json
import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from yoga_assistant import __version__
from yoga_assistant.cli import program

CROW = "How do I enter crow pose, and is it safe for my wrists?"

pytestmark = pytest.mark.usefixtures("stranger")


def run(*args: str, stdin: str | None = None, **env: str) -> Result:
    return CliRunner(env=env).invoke(program, args, input=stdin)


def complaint(result: Result) -> list[str]:
    """The lines of the error output, which are one of what and one of what to do."""
    lines = result.stderr.splitlines()
    assert [line.split(":")[0] for line in lines] == ["error", "hint"]
    return lines


def test_an_answer_is_its_text_then_the_cautions_then_the_sources() -> None:
    result = run("ask", CROW)
    assert result.exit_code == 0
    text, care, sources = (
        result.stdout.index(part) for part in ("Squat", "\nTake care\n", "\nSources\n[1] Crow Pose")
    )
    assert text < care < sources
    assert CROW not in result.stdout
    assert not result.stderr


def test_a_question_needs_no_quotation_marks() -> None:
    assert run("ask", *CROW.split()).stdout == run("ask", CROW).stdout


def test_a_question_comes_from_the_standard_input_too() -> None:
    assert run("ask", "-", stdin=f"{CROW}\n").stdout == run("ask", CROW).stdout


def test_json_holds_the_documented_keys() -> None:
    answer = json.loads(run("ask", "--json", CROW).stdout)
    keys = "question text sources cautions model timings usage links unread".split()
    assert list(answer) == keys
    assert answer["question"] == CROW
    assert answer["model"] == "offline"
    source = answer["sources"][0]
    assert list(source) == ["title", "quote", "start", "end", "score", "url", "document_id"]
    assert source["end"] - source["start"] == len(source["quote"]) > 0
    assert list(answer["cautions"][0]) == ["condition", "subject", "advice", "text"]
    assert list(answer["usage"]) == ["prompt_tokens", "completion_tokens", "total_tokens"]
    assert answer["timings"]["total"] > 0


def test_streamed_words_make_the_same_answer() -> None:
    assert run("ask", "--stream", CROW).stdout == run("ask", CROW).stdout


def test_streaming_and_json_exclude_each_other() -> None:
    assert run("ask", "--stream", "--json", CROW).exit_code == 2


def test_an_option_comes_before_a_variable() -> None:
    assert run("ask", "tree pose", YOGA_LLM="fake:By variable.").stdout.startswith("By variable.")
    chosen = run("ask", "tree pose", "--llm", "fake:By option.", YOGA_LLM="fake:By variable.")
    assert chosen.stdout.startswith("By option.")


@pytest.mark.parametrize("question", ["", "  \n"])
def test_an_empty_question_is_wrong_usage(question: str) -> None:
    for result in (run("ask", question), run("ask", "-", stdin=question)):
        assert result.exit_code == 2
        assert "empty" in complaint(result)[0]


def test_a_question_longer_than_a_book_chapter_is_wrong_usage() -> None:
    result = run("ask", "-", stdin="tree " * 1_000_000)
    assert result.exit_code == 2
    assert "characters" in complaint(result)[0]


@pytest.mark.parametrize(
    "args",
    [["ask"], ["ask", "--rute", "text", "tree"], ["ask", "--route", "smell", "tree"], ["asq"]],
)
def test_wrong_usage_is_one_line_and_a_hint(args: list[str]) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert complaint(result)[1].endswith("--help")


def test_an_unknown_backend_is_wrong_usage_and_a_near_one_is_named() -> None:
    result = run("ask", "--llm", "ofline", "tree pose")
    assert result.exit_code == 2
    assert "did you mean 'offline'?" in complaint(result)[1]


def test_an_unknown_variable_is_wrong_usage() -> None:
    result = run("ask", "tree pose", YOGA_LMM="offline")
    assert result.exit_code == 2
    assert "YOGA_LLM" in complaint(result)[1]


def test_a_backend_that_fails_is_told_in_one_line() -> None:
    result = run("ask", "--llm", "failing", "tree pose")
    assert result.exit_code == 1
    assert complaint(result) == ["error: the server is away", "hint: try again later"]


def test_a_part_that_is_not_installed_is_told_with_its_pip_line() -> None:
    result = run("ask", "draw tree pose", "--route", "image")
    assert result.exit_code == 3
    assert "pip install 'yoga-assistant[images]'" in complaint(result)[1]


def test_a_fault_of_the_program_asks_for_a_report() -> None:
    result = run("ask", "--llm", "faulty", "tree pose")
    assert result.exit_code == 70
    what, hint = complaint(result)
    assert "KeyError" in what
    assert "report" in hint


def test_debug_lets_the_traceback_through() -> None:
    result = run("ask", "--debug", "--llm", "faulty", "tree pose")
    assert isinstance(result.exception, KeyError)


def test_a_text_cannot_steer_the_terminal() -> None:
    result = run("ask", "--llm", "spammer", "tree pose")
    assert result.stdout.startswith("[2J]0;ownedBreathe 31min.")
    assert not set(result.stdout) & {"\x1b", "\x07", "\x9b"}


def test_a_picture_is_saved_where_it_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "tree.png"
    args = ("ask", "--route", "image", "tree pose", "-o", str(path))
    assert run(*args, YOGA_DIFFUSION="square").stdout.startswith(f"saved {path}\n")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_picture_without_a_place_overwrites_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        run("ask", "--route", "image", "Tree pose / ../now!", YOGA_DIFFUSION="square")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["tree-pose-now-2.png", "tree-pose-now.png"]


def test_a_picture_has_its_own_json(tmp_path: Path) -> None:
    path = str(tmp_path / "tree.png")
    args = ("ask", "--json", "--route", "image", "tree pose", "-o", path)
    answer = json.loads(run(*args, YOGA_DIFFUSION="square").stdout)
    assert list(answer) == ["question", "file", "prompt", "cautions", "model", "timings"]
    assert answer["file"] == path


def test_a_picture_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    path = str(tmp_path / "no" / "such" / "folder.png")
    result = run("ask", "--route", "image", "tree pose", "-o", path, YOGA_DIFFUSION="square")
    assert result.exit_code == 1
    assert path in complaint(result)[0]


def test_words_are_not_written_to_a_picture_file(tmp_path: Path) -> None:
    path = tmp_path / "tree.png"
    assert run("ask", "--route", "text", "tree pose", "-o", str(path)).exit_code == 2
    assert not path.exists()


def test_a_search_shows_as_many_passages_as_wanted() -> None:
    found = json.loads(run("search", "--json", "--limit", "3", "stand on one leg").stdout)
    assert found["question"] == "stand on one leg"
    lines = run("search", "--limit", "3", "stand on one leg").stdout.splitlines()
    titles = [line for line in lines if line.startswith("[")]
    assert len(titles) == len(found["sources"]) == 3
    for source, line in zip(found["sources"], titles, strict=True):
        assert source["title"] in line


def test_a_search_for_less_than_one_passage_is_wrong_usage() -> None:
    assert run("search", "--limit", "0", "tree").exit_code == 2


def test_backends_lists_what_can_be_chosen_and_what_is_missing() -> None:
    lines = run("backends").stdout.splitlines()
    lines = [" ".join(line.split()) for line in lines]
    assert "offline ready (default)" in lines
    assert "fake ready" in lines
    assert "giant not installed: pip install 'yoga-stranger[giant]'" in lines
    assert "faulty KeyError: 'chakra'" in lines
    assert any(line.startswith("openai OpenAI needs a key") for line in lines)


def test_backends_as_json_says_for_each_whether_it_is_usable() -> None:
    found = json.loads(run("backends", "--json", OPENAI_API_KEY="sk-unused").stdout)
    offers = {offer["name"]: offer for offer in found["llm"]}
    assert [name for name, offer in offers.items() if offer["is_default"]] == ["offline"]
    assert offers["openai"]["usable"]
    assert not offers["giant"]["usable"]
    assert found["judge"] == []


def test_the_version_is_the_packages() -> None:
    assert run("--version").stdout == f"yoga-assistant {__version__}\n"


@pytest.mark.parametrize("command", [[], ["ask"], ["chat"], ["search"], ["backends"]])
def test_help_tells_the_exit_codes(command: list[str]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    codes = re.findall(r"^ +(\d+) ", result.stdout, re.MULTILINE)
    assert codes == ["0", "1", "2", "3", "70", "130", "141", "143"]


def test_the_bare_name_shows_the_help() -> None:
    result = run()
    assert result.exit_code == 0
    assert result.stdout == run("--help").stdout


def test_a_chat_takes_a_question_a_line_and_remembers() -> None:
    result = run("chat", stdin="How do I do tree pose?\n\nand its benefits?\n")
    assert result.exit_code == 0
    first, second = result.stdout.split("\nSources\n")[:2]
    assert "Tree Pose" in first
    assert "balance" in second


def test_a_chat_as_json_is_a_line_for_each_answer() -> None:
    lines = run("chat", "--json", stdin="tree pose\ncrow pose\n").stdout.splitlines()
    assert [json.loads(line)["question"] for line in lines] == ["tree pose", "crow pose"]


def test_a_question_that_fails_ends_no_chat_but_shows_in_the_exit_code() -> None:
    result = run("chat", stdin=f"{'x' * 30_000}\ntree pose\n")
    assert result.exit_code == 2
    assert "characters" in complaint(result)[0]
    assert "Tree Pose" in result.stdout


def test_a_chat_ends_at_quit_and_explains_itself() -> None:
    result = run("chat", stdin="/help\n/quit\ntree pose\n")
    assert result.exit_code == 0
    assert "/quit" in result.stdout
    assert "Tree Pose" not in result.stdout


def test_the_program_is_installed_by_its_name() -> None:
    [point] = entry_points(group="console_scripts", name="yoga-assistant")
    assert callable(point.load())
