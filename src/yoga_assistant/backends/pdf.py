"""PDF files as pages: their text, in order, with words mended and lines joined.

A PDF may be made to hang its reader or to fill the memory, and no thread can be stopped from
outside. So it is read in a process of its own, which is ended when its time is up.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from ..errors import ScrapeError, needs_extra
from ..types import Page
from .media import name_of
from .plain import visible

_CHILD: Final = Path(__file__).with_name("pdf_child.py")
_START_S: Final = 5.0  # for the process to start and to end by itself
_HYPHEN = re.compile(r"(\w)[\u00ad\u2010-]\n(?=[^\W\d_])")
_SOFT_BREAK = re.compile(r"(?<=[\w,;)\u2019])\n(?=[a-z\u00df-\u00f6\u00f8-\u00ff])")
_LIGATURES: Final = str.maketrans(
    dict(zip("\ufb00\ufb01\ufb02\ufb03\ufb04\ufb06", "ff fi fl ffi ffl st".split(), strict=True))
)
_UNTITLED = re.compile(r"(?i)untitled|microsoft word|\S+\.(?:docx?|indd|qxd|tex|dvi|pdf|odt)$")


def read_pdf(
    data: bytes,
    url: str,
    *,
    max_pages: int = 300,
    max_chars: int = 2_000_000,
    timeout_s: float = 20.0,
) -> Page:
    """The text of a PDF; what is beyond the limits is left out.

    Args:
        data: the whole file.
        url: its address, or the path of a local file.

    Raises:
        ScrapeError: it is damaged, locked by a password, or without text, as a scan is; or not
            one page of it could be read in time.
        MissingExtraError: pypdf is not installed.
    """
    if find_spec("pypdf") is None:
        raise needs_extra("pdf", "reading PDF files")
    found = _read_apart(data, max_pages, max_chars, timeout_s)
    if not found["pages"]:
        failure = found.get("failure") or "could not be read with the time and memory it may take"
        raise ScrapeError(f"the PDF {failure}", url=url, hint="check that it opens in a reader")
    text = visible(_mended("\n\n".join(found["pages"])))
    if not any(map(str.isalnum, text)):
        raise ScrapeError(
            "there is no text in the PDF, perhaps only pictures of pages",
            url=url,
            hint="recognise its text first (OCR)",
        )
    title, author = (visible(found.get(key) or "")[:200] for key in ("title", "author"))
    if not title or _UNTITLED.match(title):
        title = name_of(url)
    return Page(url=url, title=title, text=text, author=author or None, date=found.get("date"))


def _read_apart(data: bytes, max_pages: int, max_chars: int, timeout_s: float) -> dict[str, Any]:
    """What the process has found, page by page: the pages before a bad one are kept."""
    limits = map(str, (max_pages, max_chars, timeout_s))
    # -P: the folder of the script does not come before the standard library.
    command = [sys.executable, "-P", str(_CHILD), *limits]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=timeout_s + _START_S, check=False
        )
        lines = done.stdout
    except subprocess.TimeoutExpired as exc:
        lines = exc.stdout or b""
    except OSError as exc:
        return {"pages": [], "failure": f"needs a process of its own, which failed: {exc}"}
    found: dict[str, Any] = {"pages": []}
    for line in lines.splitlines(keepends=True):
        if line.endswith(b"\n"):  # else it was ended in the middle of it
            item = json.loads(line)
            found["pages"] += item.pop("pages", [])
            found |= item
    return found


def _mended(text: str) -> str:
    """The text with the words joined that a line's end divides, and the lines of a sentence."""
    text = text.translate(_LIGATURES)
    return _SOFT_BREAK.sub(" ", _HYPHEN.sub(_joined, text))


def _joined(match: re.Match[str]) -> str:
    following = match.string[match.end()]
    return match[1] if following.islower() else f"{match[1]}-"
