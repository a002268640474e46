"""How good, fast and large a model that draws is: numbers with intervals, and a report."""

from ...errors import extra

with extra("eval", __name__):
    from .clip import Clip, clip_score
    from .kid import kid
    from .memory import peak_memory
    from .nearest import nearest, originality
    from .pictures import Evaluation, evaluate
    from .pose import Above, Angle, Near, joints_of, pck, pose_accuracy
    from .report import report
    from .score import Score, bootstrap
    from .size import Size, size_of
    from .speed import speed

__all__ = [
    "Above",
    "Angle",
    "Clip",
    "Evaluation",
    "Near",
    "Score",
    "Size",
    "bootstrap",
    "clip_score",
    "evaluate",
    "joints_of",
    "kid",
    "nearest",
    "originality",
    "pck",
    "peak_memory",
    "pose_accuracy",
    "report",
    "size_of",
    "speed",
]
