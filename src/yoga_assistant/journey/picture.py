"""A question becomes what a diffusion model is told."""

from __future__ import annotations

from ..knowledge import Library
from ..types import ImagePrompt, Intent


def image_prompt(question: str, intent: Intent, library: Library) -> ImagePrompt:
    """The question with the full names of the asanas that it speaks of, also in a follow-up."""
    names = ", ".join(library.article(subject).document.title for subject in intent.subjects)
    return ImagePrompt(question, f"{names}: {question}" if names else question, intent)
