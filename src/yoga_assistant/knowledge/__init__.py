"""What the library knows about yoga: data files, their reader, and how a question is understood."""

from .library import Article, Library, Mention
from .schema import Asana, Condition, Entry, Practice, Topic
from .understand import understand

__all__ = [
    "Article",
    "Asana",
    "Condition",
    "Entry",
    "Library",
    "Mention",
    "Practice",
    "Topic",
    "understand",
]
