"""Pictures with captions, or captions alone: read, checked, split by hash, told by hash.

folder/metadata.jsonl    {"file_name": "tree.png", "text": "a person in tree pose"}, a line each
captions.jsonl           the same; without "file_name" it is a caption without a picture
captions.txt             a caption a line
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, overload

from ..errors import TrainingError, extra

if TYPE_CHECKING:
    from PIL.Image import Image

METADATA: Final = "metadata.jsonl"
_HALF: Final = 2**63
_SIDES: Final = {"left": "right", "right": "left"}
_SIDE = re.compile(r"\b(left|right)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Captioned:
    """A caption, and the picture that it tells of, if there is one."""

    text: str
    image: Path | None = None

    def picture(self) -> Image:
        """The picture in RGB, as the camera was held.

        Raises:
            TrainingError: the file cannot be read as a picture.
        """
        with extra("train", "reading pictures"):
            from PIL import Image, ImageOps, UnidentifiedImageError

        if self.image is None:
            raise TrainingError(f"the caption {self.text!r} has no picture")
        try:
            with Image.open(self.image) as opened:
                return ImageOps.exif_transpose(opened).convert("RGB")
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
            raise TrainingError(f"{self.image} cannot be read as a picture: {error}") from error

    def square(self, size: int) -> Image:
        """The picture scaled until its short side fits, and cut from its middle; never stretched.

        Args:
            size: of the sides, in pixels.
        """
        from PIL import Image

        picture = self.picture()
        scale = size / min(picture.size)
        width, height = (max(round(side * scale), size) for side in picture.size)
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
        left, top = (width - size) // 2, (height - size) // 2
        return picture.crop((left, top, left + size, top + size))


class Captions(Sequence[Captioned]):
    """Captions in the order of their file."""

    def __init__(self, items: Sequence[Captioned]) -> None:
        self._items = tuple(items)

    @classmethod
    def read(cls, path: str | Path) -> Captions:
        """The captions of a folder with a metadata.jsonl, of a JSONL file or of a text file.

        Raises:
            TrainingError: there is nothing there, or a line is not what it should be; the error
                has the line's number.
        """
        items = [_or_raise(item) for _, item in parsed(path)]
        if not items:
            raise TrainingError(f"{path} has no captions")
        return cls(items)

    def split(self, held_out: float = 0.1) -> tuple[Captions, Captions]:
        """Those to learn from, and a share that is held out.

        The caption's hash decides, so equal captions stay together, and new ones move no old one.
        """
        if not 0 < held_out < 1:
            raise ValueError(f"held_out is a share between 0 and 1, not {held_out!r}")
        kept = [item for item in self if _place(item.text) >= held_out]
        return Captions(kept), Captions([item for item in self if _place(item.text) < held_out])

    @property
    def hash(self) -> str:
        """Of all captions and of every byte of the pictures."""
        digest = hashlib.sha256()
        for item in self:
            digest.update(item.text.encode() + b"\0")
            if item.image is not None:
                digest.update(_bytes(item.image))
        return digest.hexdigest()[:16]

    @overload
    def __getitem__(self, place: int) -> Captioned: ...
    @overload
    def __getitem__(self, place: slice) -> Captions: ...
    def __getitem__(self, place: int | slice) -> Captioned | Captions:
        return Captions(self._items[place]) if isinstance(place, slice) else self._items[place]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Captioned]:
        return iter(self._items)


def flipped_text(text: str) -> str:
    """A caption of the mirrored picture.

    >>> flipped_text("Left foot forward, arms to the right")
    'Right foot forward, arms to the left'
    """

    def other(match: re.Match[str]) -> str:
        word = _SIDES[match[0].lower()]
        return (
            word.upper() if match[0].isupper() else word.title() if match[0][0].isupper() else word
        )

    return _SIDE.sub(other, text)


def parsed(path: str | Path) -> Iterator[tuple[int, Captioned | TrainingError]]:
    """Each line's number, and its caption or what is wrong with it.

    Raises:
        TrainingError: the file cannot be read at all.
    """
    file = Path(path)
    if file.is_dir():
        file = file / METADATA
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise TrainingError(
            f"{file} cannot be read: {error.strerror}",
            hint=f"give a folder with a {METADATA}, a .jsonl or a .txt file",
        ) from error
    except UnicodeDecodeError as error:
        raise TrainingError(f"{file} is not UTF-8: {error.reason}") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, _parsed_line(file, number, line)


def _parsed_line(file: Path, number: int, line: str) -> Captioned | TrainingError:
    if file.suffix != ".jsonl":
        return Captioned(line.strip())
    try:
        return _captioned(file, number, line)
    except TrainingError as error:
        return error


def _or_raise(item: Captioned | TrainingError) -> Captioned:
    if isinstance(item, TrainingError):
        raise item
    return item


def _captioned(file: Path, number: int, line: str) -> Captioned:
    try:
        row: dict[str, Any] = json.loads(line)
        text, name = row["text"], row.get("file_name")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TrainingError(
            f'{file}, line {number}: not an object with a "text"',
            hint='such as {"file_name": "tree.png", "text": "a person in tree pose"}',
        ) from error
    if not isinstance(text, str) or not text.strip():
        raise TrainingError(f"{file}, line {number}: the caption is empty or not text")
    if not isinstance(name, str | None):
        raise TrainingError(f"{file}, line {number}: file_name is {name!r}, not text")
    image = None if name is None else file.parent / name
    if image is not None and not image.is_file():
        raise TrainingError(f"{file}, line {number}: there is no picture {image}")
    return Captioned(text, image)


def _bytes(path: Path) -> bytes:
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError as error:
        raise TrainingError(f"{path} cannot be read: {error.strerror}") from error


def _place(text: str) -> float:
    """0 to 1, evenly."""
    return (int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1) / _HALF
