"""torchvision, and with it transformers and diffusers, import whatever torch is installed."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("foreign", ["torchvision", "transformers", "diffusers", "open_clip"])
def test_after_the_workshop_a_library_that_tries_torchvision_imports(foreign: str) -> None:
    code = f"import yoga_assistant.training, {foreign}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]


def test_nothing_heavy_is_loaded_where_there_is_no_torchvision() -> None:
    code = """if True:
        import sys, importlib.util
        found = importlib.util.find_spec
        importlib.util.find_spec = lambda name, *_: None if name == "torchvision" else found(name)
        import yoga_assistant.training
        assert "torch" not in sys.modules
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
