"""The page of asanas shows all that can be drawn, and only what is there."""

from __future__ import annotations

import re
from pathlib import Path

from yoga_assistant.knowledge import Library
from yoga_assistant.knowledge.schema import Asana

DOCS = Path(__file__).parents[2] / "docs"


def test_every_asana_with_geometry_is_shown() -> None:
    library = Library.shipped()
    entries = {name: library[name] for name in library}
    wanted = {
        name
        for name, entry in entries.items()
        if isinstance(entry, Asana) and entry.geometry is not None
    }
    shown = re.findall(r"\(asanas/([a-z-]+)\.webp\)", (DOCS / "asanas.md").read_text("utf-8"))

    assert set(shown) == wanted
    assert {file.stem for file in (DOCS / "asanas").glob("*.webp")} == wanted
