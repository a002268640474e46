"""The command line as a process of its own: on a terminal, in a pipe, interrupted, killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-m", "yoga_assistant"]
PATIENCE_S = 30.0  # a busy machine starts a process slowly

pytestmark = pytest.mark.usefixtures("stranger")


def run(*args: str | bytes, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PROGRAM, *args], input=stdin, capture_output=True, timeout=PATIENCE_S, check=False
    )


class Terminal:
    """A process on a terminal of its own, and a person who reads and types."""

    def __init__(self, *args: str, env: dict[str, str] | None = None) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [*PROGRAM, *args],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "80", **(env or {})},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        self.shown = ""
        self._waited = 0

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def wait_for(self, text: str) -> None:
        """Reads until `text` appears after what was waited for before."""
        deadline = time.monotonic() + PATIENCE_S
        while (found := self.shown.find(text, self._waited)) < 0:
            assert time.monotonic() < deadline, f"no {text!r} in {self.shown!r}"
            assert self._read() is not None, f"the end came before {text!r}: {self.shown!r}"
        self._waited = found + len(text)

    def interrupt(self) -> None:
        """Presses Ctrl-C until something happens.

        One that comes just before Python begins to wait for input is noticed only with the next
        key; a person presses again.
        """
        before = len(self.shown)
        deadline = time.monotonic() + PATIENCE_S
        while len(self.shown) <= before + len("^C") and self.process.poll() is None:
            assert time.monotonic() < deadline, f"Ctrl-C does nothing after {self.shown!r}"
            self.type("\x03")
            for _ in range(3):
                self._read()

    def finish(self) -> int:
        """Reads to the end; the exit code."""
        deadline = time.monotonic() + PATIENCE_S
        while self._read() is not None:
            assert time.monotonic() < deadline, f"no end after {self.shown!r}"
        return self.process.wait(PATIENCE_S)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def _read(self) -> str | None:
        ready, _, _ = select.select([self._ours], [], [], 1.0)
        if not ready:
            return ""
        try:
            piece = os.read(self._ours, 65536).decode(errors="replace")
        except OSError:  # how a terminal says that nobody writes to it any more
            return None
        self.shown += piece
        return piece or None


@contextlib.contextmanager
def terminal(*args: str, env: dict[str, str] | None = None) -> Iterator[Terminal]:
    opened = Terminal(*args, env=env)
    try:
        yield opened
    finally:
        opened.close()


def test_a_pipe_gets_plain_text() -> None:
    result = run("ask", "How do I enter crow pose, and is it safe for my wrists?")
    assert result.returncode == 0
    assert b"Take care\n! Wrist" in result.stdout
    assert b"\x1b" not in result.stdout
    assert not result.stderr


def test_a_terminal_gets_colour_and_the_cautions_stand_out() -> None:
    with terminal("ask", "How do I enter crow pose, and is it safe for my wrists?") as screen:
        assert screen.finish() == 0
    assert "\x1b[1;33mTake care" in screen.shown
    assert re.search(r"\x1b\[2m\[1\] Crow Pose", screen.shown)
    assert "safe for my wrists?" not in screen.shown


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_without_colour_gets_plain_text(env: dict[str, str]) -> None:
    with terminal("ask", "tree pose", env=env) as screen:
        assert screen.finish() == 0
    assert "Tree Pose" in screen.shown
    assert "\x1b" not in screen.shown


def test_ctrl_c_ends_an_answer_and_keeps_what_was_written() -> None:
    with terminal("ask", "--llm", "stalling", "tree pose") as screen:
        screen.wait_for("Stand tall.")
        screen.interrupt()
        assert screen.finish() == 130
    assert "Traceback" not in screen.shown
    assert screen.shown.rindex("\x1b[?25h") > screen.shown.rindex("\x1b[?25l"), "no cursor"


def test_ctrl_c_in_a_chat_ends_the_answer_and_ctrl_d_the_chat() -> None:
    with terminal("chat", "--llm", "stalling") as screen:
        screen.wait_for("> ")
        screen.type("tree pose\n")
        screen.wait_for("Stand tall.")
        screen.interrupt()
        screen.wait_for("> ")
        screen.type("calm tree pose\n")
        screen.wait_for("Breathe.")
        screen.wait_for("> ")
        screen.type("\x04")
        assert screen.finish() == 0
    assert "Traceback" not in screen.shown


def test_ctrl_c_at_the_prompt_clears_the_line_and_stays() -> None:
    with terminal("chat", env={"NO_COLOR": "1"}) as screen:
        screen.wait_for("> ")
        screen.type("draw a terrible")
        screen.wait_for("terrible")
        screen.interrupt()
        screen.wait_for("> ")
        screen.type("/quit\n")
        assert screen.finish() == 0


def test_the_arrow_up_recalls_a_question() -> None:
    pytest.importorskip("readline")
    with terminal("chat", "--llm", "fake:Breathe.", env={"NO_COLOR": "1"}) as screen:
        screen.wait_for("> ")
        screen.type("tree pose\n")
        screen.wait_for("Breathe.")
        screen.wait_for("> ")
        screen.type("\x1b[A\n")
        screen.wait_for("Breathe.")
        screen.wait_for("> ")
        screen.type("\x04")
        assert screen.finish() == 0
    assert screen.shown.count("> tree pose") == 2


def test_nothing_is_said_when_the_reader_of_the_output_goes_away() -> None:
    process = subprocess.Popen(
        [*PROGRAM, "ask", "--llm", "talker", "tree pose"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        assert process.stdout.readline() == b"1. Breathe in and out.\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_a_kill_is_quiet_and_gives_the_cursor_back() -> None:
    with terminal("ask", "--llm", "stalling", "tree pose") as screen:
        screen.wait_for("Stand tall.")
        screen.process.send_signal(signal.SIGTERM)
        assert screen.finish() == 143
    assert "Traceback" not in screen.shown
    assert screen.shown.rindex("\x1b[?25h") > screen.shown.rindex("\x1b[?25l"), "no cursor"


def test_bytes_that_are_no_text_are_a_question_like_any_other() -> None:
    for result in (run("ask", b"tree pose \xff\xfe"), run("ask", "-", stdin=b"tree pose \xff\xfe")):
        assert result.returncode == 0
        assert b"Tree Pose" in result.stdout


def test_a_standard_input_that_is_closed_holds_no_question(tmp_path: Path) -> None:
    for command, code in (("ask -", 2), ("chat", 0)):
        line = f"exec {sys.executable} -m yoga_assistant {command} <&-"
        result = subprocess.run(
            ["sh", "-c", line], capture_output=True, timeout=PATIENCE_S, check=False
        )
        assert result.returncode == code
        assert b"Traceback" not in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk")
def test_a_full_disk_is_told() -> None:
    with open("/dev/full", "wb") as full:
        result = subprocess.run(
            [*PROGRAM, "ask", "tree pose"],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=PATIENCE_S,
            check=False,
        )
    assert result.returncode == 1
    assert result.stderr.decode().startswith("error: [Errno 28]")
    assert len(result.stderr.splitlines()) == 2
