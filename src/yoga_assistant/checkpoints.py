"""Where a run of training keeps its models, and how each of them likes to be drawn with.

out/step-00000500/            a folder that plain diffusers opens
                  done.json   written last: without it the folder does not count
                  drawing.json   {"steps": 4, "guidance": 1.0}, where the model has such a wish
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

DONE: Final = "done.json"
DRAWING: Final = "drawing.json"
PART: Final = ".part"  # the end of the name of a folder that is not whole yet


def complete(out: Path) -> list[Path]:
    """The checkpoints that were written to the end, the newest last."""
    return sorted(done.parent for done in out.glob(f"step-*/{DONE}") if _is_whole(done))


def newest(model: str | Path) -> str | Path:
    """The newest checkpoint of a run's folder; any other folder or name is given back."""
    found = complete(Path(model)) if Path(model).is_dir() else []
    return found[-1] if found else model


def wishes(folder: str | Path) -> Mapping[str, Any]:
    """What a model is best drawn with, as far as its maker noted it."""
    try:
        found = json.loads((Path(folder) / DRAWING).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_whole(done: Path) -> bool:
    if done.parent.name.endswith(PART):
        return False
    try:
        sizes: dict[str, int] = json.loads(done.read_text())["files"]
        return all((done.parent / f).stat().st_size == size for f, size in sizes.items())
    except (OSError, ValueError, KeyError):
        return False
