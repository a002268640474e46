"""What is wrong with captions and pictures, all of it at once, before a GPU is paid for."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import TrainingError
from ..progress import progress
from .data import Captioned, Captions, flipped_text, parsed

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_SHAPE: Final = 2.0  # long side over short side; beyond, half of the picture is cut away
_TOLD: Final = 5  # places of one kind that a report names
_TILE: Final = 160  # pixels
_COLUMNS: Final = 6
_SHEET_MOST: Final = 60


@dataclass(frozen=True)
class Finding:
    """Something about one caption: an error keeps it from being learned, a warning does not."""

    kind: str
    line: int
    text: str
    is_error: bool = False


@dataclass(frozen=True)
class DataReport:
    """What `check_data` found: `print(report)`."""

    captions: Captions  # those without errors
    findings: tuple[Finding, ...]

    @property
    def is_fit(self) -> bool:
        """Whether there is something to learn, and no error."""
        return bool(self.captions) and not any(f.is_error for f in self.findings)

    def __str__(self) -> str:
        pictures = sum(item.image is not None for item in self.captions)
        lines = [f"{len(self.captions)} captions, {pictures} with pictures"]
        kinds = dict.fromkeys((f.kind, f.is_error) for f in self.findings)
        for kind, is_error in sorted(kinds, key=lambda pair: not pair[1]):
            found = [f for f in self.findings if f.kind == kind]
            lines.append(f"{'error' if is_error else 'warning'}: {kind}: {len(found)}")
            lines += [f"  line {f.line}: {f.text}" for f in found[:_TOLD]]
            if len(found) > _TOLD:
                lines.append(f"  and {len(found) - _TOLD} more")
        return "\n".join(lines if self.findings else [*lines, "nothing to complain of"])


def check_data(
    path: str | Path,
    *,
    size: int = 512,
    flip: bool = False,
    count_tokens: Callable[[str], int] | None = None,
    most_tokens: int = 77,
) -> DataReport:
    """Looks at every line of captions, and at every picture.

    Errors are lines that cannot be read, captions and pictures that are missing or broken.
    Warnings are captions of too many tokens, pictures smaller than they will be learned or so
    long that most of them is cut away, equal pictures and captions, and, where pictures shall be
    flipped, captions that speak of left and right.

    Args:
        size: of the sides that pictures will be learned in, in pixels.
        flip: whether mirrored pictures will be learned.
        count_tokens: of a caption, with its start and end; without it tokens are not counted.
        most_tokens: that the text encoder reads.

    Raises:
        TrainingError: there is no such file, or it is not text.
    """
    lines = list(parsed(path))
    findings: list[Finding] = []
    good: list[Captioned] = []
    looks = _Looks(size, flip, count_tokens, most_tokens)
    with progress("captions", len(lines)) as tick:
        for number, item in lines:
            found = list(looks.at(number, item))
            findings += found
            if isinstance(item, Captioned) and not any(f.is_error for f in found):
                good.append(item)
            tick(f"line {number}")
    return DataReport(Captions(good), tuple(findings))


def contact_sheet(captions: Sequence[Captioned]) -> Image:
    """The first pictures as they will be learned, with their captions below them.

    Raises:
        TrainingError: none of the captions has a picture, or one cannot be read.
    """
    from PIL import Image, ImageDraw

    shown = [item for item in captions if item.image is not None][:_SHEET_MOST]
    if not shown:
        raise TrainingError("none of the captions has a picture to show")
    rows, line = -(-len(shown) // _COLUMNS), 12
    height = _TILE + 3 * line
    sheet = Image.new("RGB", (_TILE * min(len(shown), _COLUMNS), rows * height), "white")
    pen = ImageDraw.Draw(sheet)
    for number, item in enumerate(shown):
        left, top = number % _COLUMNS * _TILE, number // _COLUMNS * height
        sheet.paste(item.square(_TILE), (left, top))
        for row, text in enumerate(textwrap.wrap(item.text, 26)[:3]):
            pen.text((left + 2, top + _TILE + row * line), text, fill="black")
    return sheet


class _Looks:
    """The checks, with what was seen so far."""

    def __init__(
        self, size: int, flip: bool, count: Callable[[str], int] | None, most: int
    ) -> None:
        self.size, self.flip, self.count, self.most = size, flip, count, most
        self.texts: dict[str, int] = {}
        self.pictures: dict[str, int] = {}

    def at(self, line: int, item: Captioned | TrainingError) -> Iterator[Finding]:
        if isinstance(item, TrainingError):
            yield Finding("cannot be read", line, item.message, is_error=True)
            return
        yield from self._words(line, item)
        if item.image is not None:
            yield from self._picture(line, item, item.image)

    def _words(self, line: int, item: Captioned) -> Iterator[Finding]:
        if self.count and (tokens := self.count(item.text)) > self.most:
            text = f"{tokens} tokens, the end is cut: {item.text[:60]!r}"
            yield Finding(f"more than {self.most} tokens", line, text)
        if item.image is None and item.text in self.texts:
            yield Finding("caption twice", line, f"as line {self.texts[item.text]}")
        self.texts.setdefault(item.text, line)
        if self.flip and flipped_text(item.text) != item.text:
            text = f"exchanged in the mirrored picture: {item.text[:60]!r}"
            yield Finding("speaks of left or right", line, text)

    def _picture(self, line: int, item: Captioned, path: Path) -> Iterator[Finding]:
        try:
            width, height = item.picture().size
        except TrainingError as error:
            yield Finding("picture is broken", line, error.message, is_error=True)
            return
        told = f"{path.name}, {width} x {height} pixels"
        if min(width, height) < self.size:
            yield Finding(f"smaller than {self.size} pixels", line, told)
        if max(width, height) > LONGEST_SHAPE * min(width, height):
            yield Finding("so long that most is cut away", line, told)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest in self.pictures:
            yield Finding("picture twice", line, f"{path.name}, as line {self.pictures[digest]}")
        self.pictures.setdefault(digest, line)
