"""The command line: `yoga-assistant ask | chat | search | read | backends | train | evaluate`."""

from __future__ import annotations

import io
import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click

from . import __version__, terminal
from .errors import MissingExtraError, QuestionError, SettingsError, StoreError, YogaError
from .options import EXIT_CODES, F, debug_option, json_option
from .settings import Settings

if TYPE_CHECKING:
    from .assistant import YogaAssistant
    from .chat import Chat
    from .types import ImageAnswer

    Route = Literal["text", "image"]

FAILED, USAGE, MISSING, FAULT, INTERRUPTED, UNREAD = 1, 2, 3, 70, 130, 141
STDIN_MOST = 1_000_000  # characters; far more than a question may have
ISSUES = "please report it, with what --debug adds: it is a fault of yoga-assistant"
ELSEWHERE = "choose another place with --output FILE"
PROMPT = "> "
CHAT_HELP = """\
Ask anything about yoga; what was said before is remembered.
  /help    this help
  /quit    leave (so does Ctrl-D)
Ctrl-C ends an answer that is being written."""


def main() -> None:
    """Runs `yoga-assistant`, which `python -m yoga_assistant` is too."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # An exception, unlike the signal itself, closes connections and gives the cursor back.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    program()


class _Program(click.Group):
    """Ends with a line on what went wrong, a line on what to do, and a telling exit code."""

    def main(self, *args: Any, **options: Any) -> NoReturn:
        options["standalone_mode"] = False
        try:
            sys.exit(super().main(*args, **options))
        except click.Abort:
            sys.exit(INTERRUPTED)
        except click.ClickException as error:
            _complain(error.format_message(), _usage_hint(error))
            sys.exit(USAGE)

    def invoke(self, ctx: click.Context) -> int:
        try:
            super().invoke(ctx)
            print(end="", flush=True)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            _drop_output()
            return UNREAD
        except Exception as error:
            if ctx.meta.get("debug"):
                raise
            return _report(error)
        return int(ctx.meta.get("exit_code", 0))


def _retriever(command: F) -> F:
    text = 'What finds passages, such as "hybrid:minilm".'
    return click.option("--retriever", metavar="NAME", help=text)(command)


def _store(command: F) -> F:
    text = "The file that keeps what was read; it is made if there is none."
    return click.option("--store", metavar="FILE", help=text)(command)


def _answering(command: F) -> F:
    """The options that `ask` and `chat` share."""
    stream = "Print words as they are written; by default on a terminal."
    command = click.option("--stream/--no-stream", default=None, help=stream)(command)
    llm = 'What writes, such as "offline" or "openai:gpt-4o-mini".'
    command = click.option("--llm", metavar="NAME", help=llm)(command)
    return debug_option(json_option(_store(_retriever(command))))


@click.group(
    "yoga-assistant",
    cls=_Program,
    epilog=EXIT_CODES,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "-V", "--version", message="yoga-assistant %(version)s")
@click.pass_context
def program(ctx: click.Context, /) -> None:
    """Answers questions about yoga: offline, with sources, careful about health.

    Settings come from YOGA_... variables, such as YOGA_LLM; options come before them.
    """
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())


class _Late(click.Group):
    """Commands whose module is loaded when one of them is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._loaded().list_commands(ctx)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return self._loaded().get_command(ctx, name)

    def _loaded(self) -> click.Group:
        module = import_module(f".cli_{self.name}", __package__)
        group: click.Group = getattr(module, str(self.name))
        return group


@program.group(cls=_Late)
def train() -> None:
    """Fine-tune, prune and distil diffusion models, and shorten their way to a picture.

    A command that is run once more in the same folder goes on where it stopped.
    """


@program.group(cls=_Late)
def evaluate() -> None:
    """Measure how good, fast and large models are."""


@program.command(epilog=EXIT_CODES)
@click.argument("question", nargs=-1, required=True)
@click.option("--route", type=click.Choice(["text", "image"]), help="Decide it yourself.")
@click.option("-o", "--output", metavar="FILE", help="Where a picture goes, as PNG.")
@_answering
def ask(
    question: tuple[str, ...],
    llm: str | None,
    retriever: str | None,
    store: str | None,
    **ways: Any,
) -> None:
    """Answer QUESTION; `-` reads it from the standard input.

    With --json: question, text, sources, cautions, model, timings, usage, links, unread; of a
    picture question, file, prompt, cautions, model, timings.
    """
    asked = _from_stdin() if question == ("-",) else " ".join(question)
    manner = _Manner(**ways)
    with _assistant(llm=llm, retriever=retriever, store=store) as yoga:
        _answer(yoga, yoga, _encodable(asked), manner)


@program.command(epilog=EXIT_CODES)
@_answering
def chat(llm: str | None, retriever: str | None, store: str | None, **ways: Any) -> None:
    """Ask one question after another; what was said before is remembered.

    Piped in, each line is a question. The exit code is then that of the last question that failed.
    With --json each answer is a line of JSON.
    """
    manner = _Manner(**ways, indent=None)
    typed = terminal.is_terminal(sys.stdin)
    with _assistant(llm=llm, retriever=retriever, store=store) as yoga:
        conversation = yoga.chat()
        for line in _typed() if typed else _piped():
            if line == "/quit":
                break
            code = _turn(yoga, conversation, line, manner)
            if code and not typed:
                click.get_current_context().meta["exit_code"] = code


@program.command(epilog=EXIT_CODES)
@click.argument("question", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(min=1), default=5, show_default=True)
@_retriever
@_store
@json_option
@debug_option
def search(
    question: tuple[str, ...], limit: int, retriever: str | None, store: str | None, as_json: bool
) -> None:
    """Show the passages that fit QUESTION, the best first."""
    asked = _encodable(" ".join(question))
    with _assistant(retriever=retriever, store=store) as yoga:
        found = yoga.search(asked, limit=limit)
    if as_json:
        sources = [terminal.source_json(source) for source in found]
        terminal.print_json({"question": asked, "sources": sources})
    else:
        terminal.page().passages(found)


@program.command(epilog=EXIT_CODES)
@click.argument("places", nargs=-1, required=True, metavar="PLACE...")
@_store
@json_option
@debug_option
def read(places: tuple[str, ...], store: str | None, as_json: bool) -> None:
    """Read links, files and folders into a store, for later questions.

    PDF, HTML, Markdown and plain text can be read. What cannot be read is named and ends nothing;
    what has not changed is not read again.

    With --json: read (url, title, characters), unread (url, reason, hint), unkept.
    """
    if not (store or Settings.from_env().store):
        raise click.UsageError("nothing would be kept: name a file, as in --store yoga.db")
    with _assistant(store=store) as yoga:
        report = yoga.read(*map(_encodable, places))
    if as_json:
        terminal.print_json(terminal.report_json(report))
    else:
        print(terminal.clean(str(report)))
    if report.unkept:
        raise StoreError(report.unkept)


@program.command(epilog=EXIT_CODES)
@json_option
@debug_option
def backends(as_json: bool) -> None:
    """List the parts that can be chosen, and what is missing where one cannot be used."""
    from .offers import offers

    found = offers()
    if as_json:
        terminal.print_json({kind: [offer.json() for offer in of] for kind, of in found.items()})
        return
    for kind, of in found.items():
        if of:
            print(kind, *of, sep="\n  ")
    print("none installed:", ", ".join(kind for kind, of in found.items() if not of))


@dataclass(frozen=True, slots=True)
class _Manner:
    """How an answer is wanted."""

    as_json: bool
    stream: bool | None
    route: Route | None = None
    output: str | None = None
    indent: int | None = 2

    def __post_init__(self) -> None:
        if self.as_json and self.stream:
            raise click.UsageError("--stream and --json exclude each other")

    @property
    def streams(self) -> bool:
        wanted = terminal.is_terminal(sys.stdout) if self.stream is None else self.stream
        return wanted and not self.as_json


def _answer(yoga: YogaAssistant, asked: YogaAssistant | Chat, question: str, how: _Manner) -> None:
    """Asks, and prints the answer; `asked` is the assistant itself or a chat with it."""
    if (how.route or yoga.classify(question)) == "image":
        _save(asked.ask(question, route="image"), how)
    elif how.output:
        raise click.UsageError("--output is for a picture; this question asks for words")
    elif how.streams:
        page = terminal.page()
        with asked.stream(question, route="text") as words:
            page.words(words)
        page.beside(words.answer)
    else:
        answer = asked.ask(question, route="text")
        if how.as_json:
            terminal.print_json(terminal.answer_json(answer), indent=how.indent)
        else:
            terminal.page().answer(answer)


def _save(picture: ImageAnswer, how: _Manner) -> None:
    path = how.output or _free_name(picture.question)
    try:
        picture.save(path)
    except OSError as error:
        raise YogaError(f"cannot write {path!r}: {error.strerror}", hint=ELSEWHERE) from error
    if how.as_json:
        terminal.print_json(terminal.picture_json(picture, path), indent=how.indent)
    else:
        terminal.page().picture(picture, path)


def _turn(yoga: YogaAssistant, conversation: Chat, line: str, how: _Manner) -> int:
    """One turn of a chat; what goes wrong is told and the chat goes on."""
    try:
        if line == "/help":
            print(CHAT_HELP)
        else:
            _answer(yoga, conversation, line, how)
            if not how.as_json:
                print(flush=True)
    except YogaError as error:
        return _report(error)
    except KeyboardInterrupt:
        if not terminal.is_terminal(sys.stdin):
            raise
        print("\n(interrupted)")
    return 0


def _typed() -> Iterator[str]:
    """What a person types, line by line, with the keys that edit and recall lines."""
    with suppress(ImportError):
        import readline  # noqa: F401
    print(f"Yoga Assistant {__version__}. Ask, or /help.", file=sys.stderr)
    while True:
        try:
            line = _encodable(input(PROMPT)).strip()
        except KeyboardInterrupt:
            print()
            continue
        except EOFError:
            print()
            return
        if line:
            yield line


def _piped() -> Iterator[str]:
    for line in sys.stdin or ():
        if line.strip():
            yield _encodable(line).strip()


def _assistant(**parts: str | None) -> YogaAssistant:
    from .assistant import YogaAssistant

    chosen: dict[str, Any] = {kind: name for kind, name in parts.items() if name}
    return YogaAssistant.from_env(**chosen)


def _from_stdin() -> str:
    return sys.stdin.read(STDIN_MOST).strip() if sys.stdin else ""


def _encodable(text: str) -> str:
    """The text without the lone surrogates that stand for bytes which are no text."""
    return text.encode(errors="replace").decode()


def _free_name(question: str) -> str:
    """The name of a file that does not exist yet, made of the question's first words."""
    words = "-".join(re.findall(r"\w+", question.lower())[:6])[:60] or "picture"
    names = (f"{words}{f'-{n}' if n > 1 else ''}.png" for n in count(1))
    return next(name for name in names if not os.path.exists(name))


def _report(error: Exception) -> int:
    if isinstance(error, YogaError):
        _complain(error.message, error.hint)
        if isinstance(error, MissingExtraError):
            return MISSING
        return USAGE if isinstance(error, QuestionError | SettingsError) else FAILED
    if isinstance(error, OSError):
        _complain(str(error), "see to the file or disk")
        _drop_output()
        return FAILED
    _complain(f"{type(error).__name__}: {error}", ISSUES)
    return FAULT


def _drop_output() -> None:
    """What could not be written would be written, and fail, once more when Python ends."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str, hint: str | None) -> None:
    for kind, text in (("error", message), ("hint", hint)):
        if text:
            print(f"{kind}: {terminal.clean(' '.join(text.split()))}", file=sys.stderr)


def _usage_hint(error: click.ClickException) -> str | None:
    context = getattr(error, "ctx", None)
    return f"see {context.command_path} --help" if context else None
