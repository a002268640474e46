"""Makes torchvision importable where its compiled part is made for another torch.

torchvision's wheels are built for a GPU. Over a torch for the CPU the compiled part cannot be
loaded, then `import torchvision` fails for two missing operators, and with it transformers,
diffusers and open_clip, which try it. Nobody here calls the two: declaring them is enough.
"""

from __future__ import annotations

import functools
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

_OPERATORS: Final = ("nms", "qnms")
_SCHEMA: Final = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


@functools.cache
def declare_torchvision_operators() -> Any:
    """Declares the operators, where torchvision is installed and its compiled part does not load.

    Returns:
        What keeps them declared, or None where nothing had to be done.
    """
    spec = find_spec("torchvision")
    if spec is None or spec.origin is None or find_spec("torch") is None:
        return None
    compiled = Path(spec.origin).parent.glob("_C*")
    return None if all(map(_loads, compiled)) else _declared()


def _loads(path: Path) -> bool:
    import torch

    try:
        torch.ops.load_library(path)
    except OSError:
        return False
    return True


def _declared() -> Any:
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in _OPERATORS:
        library.define(name + _SCHEMA)
    return library
