"""The studio: pictures of yoga with known joints.

>>> from yoga_assistant.training.studio import render
>>> picture = render("tree-pose", seed=7)                               # doctest: +SKIP
>>> picture.image.save("tree.png")                                      # doctest: +SKIP
"""

from .dataset import Shot, StudioSet
from .people import PEOPLE, Person, somebody
from .picture import CAMERAS, VIEWS, Picture, render
from .poses import drawable
from .scene import PLACES

__all__ = [
    "CAMERAS", "PEOPLE", "PLACES", "VIEWS", "Person", "Picture", "Shot", "StudioSet", "drawable",
    "render", "somebody",
]  # fmt: skip
