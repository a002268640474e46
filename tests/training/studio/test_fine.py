"""Fine pictures show the same scene as fast ones."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytest

from yoga_assistant.errors import MissingExtraError
from yoga_assistant.training.studio import render


def test_without_blender_the_error_has_the_pip_line(
    screen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **more: Any) -> Any:
        if name == "bpy":
            raise ModuleNotFoundError("No module named 'bpy'", name="bpy")
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match="--no-deps bpy"):
        render("tree-pose", size=64, quality="fine")


def test_a_fine_picture_is_the_same_scene_in_better_light(screen: None) -> None:
    pytest.importorskip("bpy")
    wish: dict[str, Any] = {"view": "front", "place": "photo studio", "seed": 5, "size": 96}
    fast, fine, again = (
        render("warrior-ii", quality=quality, **wish) for quality in ("fast", "fine", "fine")
    )

    assert fine.caption == fast.caption
    assert fine.joints == pytest.approx(fast.joints)
    assert fine.image.tobytes() == again.image.tobytes()
    assert fine.image.tobytes() != fast.image.tobytes()
    one, other = (np.asarray(each.image, dtype=float).ravel() for each in (fast, fine))
    assert np.corrcoef(one, other)[0, 1] > 0.85
