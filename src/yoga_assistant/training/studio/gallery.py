"""`python -m yoga_assistant.training.studio.gallery docs` writes the page of all asanas."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ...knowledge import Library
from ...progress import progress
from .picture import render
from .poses import drawable

if TYPE_CHECKING:
    from PIL.Image import Image

    from ...knowledge.schema import View

_VIEWS: Final[tuple[View, ...]] = ("front", "three-quarter", "side")
_SIZE: Final = 200
_HEAD: Final = """# The asanas that can be drawn

Each from the front, at three quarters and from the side, as `render` draws them: {count} asanas
have geometry. Directions of limbs, contacts, the view that shows an asana best and the legal range
of every joint stand in its file under `src/yoga_assistant/knowledge/asanas/`; the page is written
by `python -m yoga_assistant.training.studio.gallery docs`.

Not yet right, and so without geometry: Side Crow Pose and Eight-Angle Pose. Both put a leg over an
arm on one side; the solver finds ways around it that nobody would take.
"""


def strip(asana: str, size: int = _SIZE) -> Image:
    """Three views of an asana side by side."""
    from PIL import Image

    whole = Image.new("RGB", (size * len(_VIEWS), size))
    for place, view in enumerate(_VIEWS):
        one = render(asana, view=view, side="left", place="photo studio", seed=1, size=2 * size)
        whole.paste(one.image.resize((size, size), Image.Resampling.LANCZOS), (place * size, 0))
    return whole


def write(docs: Path) -> None:
    """Writes `asanas.md` and a picture for each asana."""
    folder = docs / "asanas"
    folder.mkdir(exist_ok=True)
    library = Library.shipped()
    lines = [_HEAD.format(count=len(drawable()))]
    with progress("drawing", len(drawable())) as done:
        for asana in sorted(drawable(), key=library.name):
            strip(asana).save(folder / f"{asana}.webp", "WEBP", quality=70, method=6)
            lines.append(
                f"\n## {library.name(asana)}\n\n![{library.name(asana)}](asanas/{asana}.webp)\n"
            )
            done(asana)
    (docs / "asanas.md").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
