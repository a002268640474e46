"""A question becomes what a diffusion model is told."""

from __future__ import annotations

from ..knowledge import Asana, Library
from ..types import ImagePrompt, Intent


def image_prompt(
    question: str, intent: Intent, library: Library, seed: int | None = None
) -> ImagePrompt:
    """The question with the full names of the asanas that it speaks of, also in a follow-up."""
    names = ", ".join(library.article(subject).document.title for subject in intent.subjects)
    text = f"{names}: {question}" if names else question
    asanas = [entry.english for entry in map(library.entries.__getitem__, intent.subjects)
              if isinstance(entry, Asana)]  # fmt: skip
    return ImagePrompt(question, text, intent, seed, next(iter(asanas), None))
