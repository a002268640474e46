"""How an answer looks: in colour on a terminal, plain in a pipe, or as JSON for a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import IO, TYPE_CHECKING, Any

from .types import Caution, ImageAnswer, ReadReport, Source, TextAnswer, failures

if TYPE_CHECKING:
    from rich.console import Console
    from rich.markdown import Markdown

QUOTE_MOST = 240  # characters of a passage that a list of passages shows

# A text from elsewhere must not move the cursor, ring the bell or recolour the terminal.
_CONTROLS = dict.fromkeys([*range(32), *range(127, 160)])
del _CONTROLS[ord("\t")], _CONTROLS[ord("\n")]


class Page:
    """Writes plain text: into pipes and files, and where no colour is wanted."""

    def answer(self, answer: TextAnswer) -> None:
        self._line(clean(str(answer)))

    def words(self, words: Iterable[str]) -> None:
        """The text of an answer while it is written."""
        blank = ""
        for word in words:
            text = (blank + clean(word)).rstrip()
            blank = (blank + clean(word))[len(text) :]
            print(text, end="", flush=True)
        self._line("")

    def beside(self, answer: TextAnswer) -> None:
        """What stands below the text: cautions and sources."""
        if below := str(answer).removeprefix(answer.text).strip():
            self._line(f"\n{clean(below)}")

    def picture(self, picture: ImageAnswer, path: str) -> None:
        self._line(clean(f"saved {path}"))
        for caution in picture.cautions:
            self._line(clean(f"! {caution}"))

    def passages(self, sources: Sequence[Source]) -> None:
        for number, source in enumerate(sources, start=1):
            where = f", {source.url}" if source.url else ""
            self._line(clean(f"[{number}] {source.title}{where} ({source.score:.2f})"))
            self._line(clean(f"    {shortened(source.quote, QUOTE_MOST)}"))

    def _line(self, text: str) -> None:
        print(text, flush=True)


class ColourPage(Page):
    """Writes for a person at a terminal: Markdown shaped, cautions bold, sources dim."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = False

    def answer(self, answer: TextAnswer) -> None:
        self._paragraph(answer.text)
        self.beside(answer)

    def words(self, words: Iterable[str]) -> None:
        """Paragraphs stay as they are once they are complete; only the last one is redrawn."""
        from rich.live import Live

        paragraph = ""
        try:
            with Live(console=self._console, refresh_per_second=12, transient=True) as live:
                for word in words:
                    *complete, paragraph = (paragraph + word).split("\n\n")
                    for text in complete:
                        self._paragraph(text)
                    live.update(self._markdown(paragraph))
        finally:
            self._paragraph(paragraph)

    def beside(self, answer: TextAnswer) -> None:
        self._cautions(answer.cautions)
        if answer.sources:
            self._gap()
            self._styled("Sources", "dim bold")
        for number, source in enumerate(answer.sources, start=1):
            self._styled(_listed(number, source), "dim", no_wrap=True, overflow="ellipsis")
        for failure in failures(answer.unread, answer.unkept):
            self._styled(failure, "yellow")

    def picture(self, picture: ImageAnswer, path: str) -> None:
        self._began = True
        self._styled(f"saved {path}", "green")
        self._cautions(picture.cautions)

    def passages(self, sources: Sequence[Source]) -> None:
        for number, source in enumerate(sources, start=1):
            self._styled(f"[{number}] {source.title} ({source.score:.2f})", "bold")
            if source.url:
                self._styled(f"    {source.url}", "dim")
            self._styled(f"    {shortened(source.quote, QUOTE_MOST)}", "")

    def _cautions(self, cautions: Sequence[Caution]) -> None:
        if cautions:
            self._gap()
            self._styled("Take care", "bold yellow")
        for caution in cautions:
            self._styled(f"! {caution}", "yellow")

    def _paragraph(self, text: str) -> None:
        if text.strip():
            self._gap()
            self._console.print(self._markdown(text))

    def _gap(self) -> None:
        """A blank line between what belongs apart."""
        if self._began:
            self._console.print()
        self._began = True

    def _styled(self, text: str, style: str, **options: Any) -> None:
        from rich.text import Text

        self._console.print(Text(clean(text), style), **options)

    def _markdown(self, text: str) -> Markdown:
        from rich.markdown import Markdown

        # Links are written out: what a link shows may differ from where it leads.
        return Markdown(clean(text), hyperlinks=False)


def page() -> Page:
    """The page that suits the standard output."""
    if not is_terminal(sys.stdout):
        return Page()
    from rich.console import Console

    console = Console()
    return Page() if console.no_color or console.is_dumb_terminal else ColourPage(console)


def is_terminal(stream: IO[str] | None) -> bool:
    return stream is not None and stream.isatty()


def answer_json(answer: TextAnswer) -> dict[str, Any]:
    """A text answer under the keys that the command line promises."""
    return {
        "question": answer.question,
        "text": answer.text,
        "sources": [source_json(source) for source in answer.sources],
        "cautions": [asdict(caution) for caution in answer.cautions],
        "model": answer.model,
        "timings": dict(answer.timings),
        "usage": {**asdict(answer.usage), "total_tokens": answer.usage.total_tokens},
        "links": answer.links,
        "unread": [asdict(each) for each in answer.unread],
    }


def picture_json(picture: ImageAnswer, path: str) -> dict[str, Any]:
    """A picture under the keys that the command line promises; the picture itself is in `file`."""
    return {
        "question": picture.question,
        "file": path,
        "prompt": picture.prompt.text,
        "cautions": [asdict(caution) for caution in picture.cautions],
        "model": picture.model,
        "timings": dict(picture.timings),
    }


def report_json(report: ReadReport) -> dict[str, Any]:
    """What was read under the keys that the command line promises."""
    pages = report.pages
    return {
        "read": [{"url": p.url, "title": p.title, "characters": len(p.text)} for p in pages],
        "unread": [asdict(each) for each in report.unread],
        "unkept": report.unkept,
    }


def source_json(source: Source) -> dict[str, Any]:
    names = ("title", "quote", "start", "end", "score", "url", "document_id")
    return {name: getattr(source, name) for name in names}


def print_json(value: Mapping[str, Any], *, indent: int | None = 2) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=indent), flush=True)


def clean(text: str) -> str:
    """The text without signs that would steer a terminal."""
    return text.translate(_CONTROLS)


def shortened(text: str, most: int) -> str:
    """The text on one line, cut at a word's end if it is longer than `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + " …"


def _listed(number: int, source: Source) -> str:
    where = f", {source.url}" if source.url else ""
    return f"[{number}] {source.title}{where}: {shortened(source.gist, QUOTE_MOST)}"
