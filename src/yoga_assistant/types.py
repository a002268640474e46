"""The nouns: what one stage of the journey hands to the next, and what the user gets."""

from __future__ import annotations

import html
import io
import os
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from .errors import needs_extra

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from PIL.Image import Image

Route = Literal["text", "image"]
Role = Literal["system", "user", "assistant"]

Facet = Literal[
    "overview", "steps", "benefits", "safety", "comparison", "sequence", "meaning", "anatomy",
    "beginner", "deeper", "mistakes", "breath", "hold", "props", "counterposes", "preparation",
    "alternatives", "level", "names", "story", "shape", "related", "find", "avoid",
]  # fmt: skip
Danger = Literal["emergency", "self-harm", "symptom", "medication", "against advice", "cure"]
Remark = Literal["greeting", "thanks", "farewell", "who"]


@dataclass(frozen=True, slots=True)
class Document:
    """Something that was read, whole: an entry of the knowledge, a page, a file."""

    id: str  # the entry's id, the page's canonical address, the file's path
    title: str
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What a link pointed at, as it is read: light Markdown, and what it says of itself."""

    url: str  # where it was found in the end, redirects followed
    title: str
    text: str
    author: str | None = None
    date: str | None = None  # of publication, ISO 8601
    canonical: str | None = None  # the address that the page itself gives as its own
    language: str | None = None  # BCP 47, such as "en"
    etag: str | None = None
    last_modified: str | None = None  # as the server wrote it
    fetched_at: float | None = None  # Unix time
    timings: Mapping[str, float] = field(default_factory=dict)  # seconds: dns, connect, ...

    @property
    def document(self) -> Document:
        """The page as something that was read; one page at two addresses is one document."""
        address = self.canonical or self.url
        return Document(address, self.title, self.text, address)


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that stand together in a document: `document.text[start:end]`."""

    document: Document
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Pack:
    """A document as one embedder's index holds it, ready to be kept."""

    embedder: str
    spans: tuple[tuple[int, int], ...]  # start and end of each passage in the document's text
    vectors: tuple[bytes, ...]  # one a passage, in half precision
    postings: bytes  # which passage holds which term


@dataclass(frozen=True, slots=True)
class Job:
    """A page that waits to be learned, and was handed out until it is done or the time is up."""

    number: int
    page: Page
    tries: int  # this one included


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that was found for a question, and how well it fits.

    `source.text[source.start:source.end] == source.quote`, always.
    """

    title: str
    text: str  # of the whole document
    start: int
    end: int
    score: float  # 1 is the best that the search can give, 0 is no relation
    document_id: str
    url: str | None = None

    @classmethod
    def of(cls, passage: Passage, score: float) -> Source:
        document = passage.document
        return cls(
            document.title,
            document.text,
            passage.start,
            passage.end,
            score,
            document.id,
            document.url,
        )

    @property
    def quote(self) -> str:
        return self.text[self.start : self.end]

    @property
    def gist(self) -> str:
        """The first line of the quote that is not the title, without marks of a heading."""
        lines = (line.lstrip("# ") for line in self.quote.splitlines())
        return next((line for line in lines if line not in ("", self.title)), "")

    @property
    def passage(self) -> Passage:
        document = Document(self.document_id, self.title, self.text, self.url)
        return Passage(document, self.start, self.end)

    def __repr__(self) -> str:
        return f"Source({self.title!r}, {self.quote[:60]!r}, score={self.score:.2f})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a classifier decided, and how sure it is."""

    route: Route
    probability: float  # of the route that was chosen, 0.5 to 1


@dataclass(frozen=True, slots=True)
class Intent:
    """What a question is about, in the knowledge's own terms."""

    subjects: tuple[str, ...] = ()  # ids of the entries spoken of, in order
    names: tuple[str, ...] = ()  # what the question calls them
    facets: tuple[Facet, ...] = ()  # what is asked about them
    conditions: tuple[str, ...] = ()  # ids of the states of health spoken of
    stated: tuple[str, ...] = ()  # those of them that are named, not only a part of the body
    aims: tuple[str, ...] = ()  # what a practice is wanted for: "sleep", "hips" ...
    minutes: float | None = None  # how long it should last
    danger: Danger | None = None  # a question that belongs to a doctor
    alternatives: tuple[str, ...] = ()  # ids that an ambiguous name could have meant as well
    about_yoga: bool = True
    unknown: tuple[str, ...] = ()  # states of health spoken of that the knowledge does not hold
    families: tuple[str, ...] = ()  # groups of asanas asked for: "arm balance"
    without: tuple[str, ...] = ()  # groups of asanas that are to be left out
    stretches: tuple[str, ...] = ()  # muscles that an asana is wanted for, to stretch them
    strengthens: tuple[str, ...] = ()  # ... to strengthen them
    level: Literal["beginner", "intermediate", "advanced"] | None = None  # of what is asked for
    meditates: bool = False  # meditation is asked for, not postures
    alignment: tuple[str, ...] = ()  # parts of the body whose place is asked about, other words
    strange: str | None = None  # a name spoken of that no posture or practice has
    unknowable: bool = False  # asks for what no book of yoga holds: a price, a date, somebody's day
    remark: Remark | None = None  # no question, but something that is said to a person


@dataclass(frozen=True, slots=True)
class Caution:
    """What somebody with a condition must know about an asana, whatever a model wrote."""

    condition: str  # "Wrist injury or pain"
    subject: str  # "Crow Pose", or "yoga" for what holds of all of it
    advice: Literal["avoid", "modify", "see a doctor"]
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class TextPrompt:
    """All that a language model is told: the messages, and what they were made of.

    A model that talks reads `messages`; one that looks things up reads the other fields.
    """

    question: str
    intent: Intent = field(default_factory=Intent)
    sources: tuple[Source, ...] = ()
    cautions: tuple[Caution, ...] = ()
    messages: tuple[Message, ...] = ()
    pages: tuple[str, ...] = ()  # ids of the documents that the question's links led to

    def __str__(self) -> str:
        return "\n\n".join(f"[{message.role}]\n{message.content}" for message in self.messages)


@dataclass(frozen=True, slots=True)
class Unread:
    """A link that could not be read, and why."""

    url: str
    reason: str
    hint: str | None = None

    def __str__(self) -> str:
        told = self.reason if self.url in self.reason else f"{self.url}: {self.reason}"
        return f"{told} ({self.hint})" if self.hint else told


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What came of `YogaAssistant.read`: `print(report)`."""

    pages: tuple[Page, ...]
    unread: tuple[Unread, ...] = ()  # what was skipped or could not be read
    unkept: str | None = None  # why what was read could not be kept

    def __str__(self) -> str:
        count = len(self.pages)
        lines = [f"Read {count} {'page' if count == 1 else 'pages'}."]
        return "\n".join(lines + failures(self.unread, self.unkept))


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer cost, in tokens as the model's server counts them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Completion:
    """What a language model wrote, with what only it can know.

    Marks such as [1] in `text` are the numbers of the prompt's sources.
    """

    text: str
    model: str | None = None
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """An answer in words: `print(answer)`, or look at its parts."""

    question: str
    text: str
    sources: tuple[Source, ...]
    cautions: tuple[Caution, ...]
    model: str
    prompt: TextPrompt
    timings: Mapping[str, float]  # seconds per stage of the journey
    usage: Usage = field(default_factory=Usage)
    links: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()  # links that could not be read
    unkept: str | None = None  # why what was read could not be kept

    def __str__(self) -> str:
        parts = [self.text]
        if self.cautions:
            parts.append("Take care\n" + "\n".join(f"! {caution}" for caution in self.cautions))
        if self.sources:
            parts.append("Sources\n" + "\n".join(_numbered(self.sources)))
        if failed := failures(self.unread, self.unkept):
            parts.append("\n".join(failed))
        return "\n\n".join(parts)

    def _repr_markdown_(self) -> str:
        parts = [self.text]
        if self.cautions:
            parts.append("\n".join(f"> **Take care.** {caution}\n>" for caution in self.cautions))
        if self.sources:
            items = (html.escape(line, quote=False) for line in _numbered(self.sources))
            parts.append("<small>" + "<br>".join(items) + "</small>")
        if failed := failures(self.unread, self.unkept):
            parts.append("<br>".join(html.escape(line, quote=False) for line in failed))
        return "\n\n".join(parts)


@dataclass(frozen=True, slots=True)
class ImagePrompt:
    """What a diffusion model is told."""

    question: str
    text: str
    intent: Intent = field(default_factory=Intent)
    seed: int | None = None  # 0 to 2**63 - 1
    asana: str | None = None  # the English name of the asana to be shown


@dataclass(frozen=True, slots=True)
class ImageAnswer:
    """An answer in a picture: `answer.save("pose.png")`; in a notebook it shows itself."""

    question: str
    png: bytes = field(repr=False)
    prompt: ImagePrompt
    model: str
    cautions: tuple[Caution, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)  # seconds per stage

    @property
    def image(self) -> Image:
        """The picture for Pillow.

        Raises:
            MissingExtraError: Pillow is not installed.
        """
        try:
            from PIL import Image
        except ImportError as error:
            raise needs_extra("images", "a picture for Pillow") from error
        return Image.open(io.BytesIO(self.png))

    @property
    def seed(self) -> int | None:
        """What draws this picture once more: `yoga.draw(question, seed=answer.seed)`."""
        return self.prompt.seed

    @property
    def asana(self) -> str | None:
        """The English name of the asana that it shows, if the question named one."""
        return self.prompt.asana

    def save(self, path: str | PathLike[str]) -> None:
        """Writes the picture: as PNG, or in the format of another suffix, such as ".jpg".

        Raises:
            ValueError: there is no such format; nothing is written.
        """
        suffix = os.path.splitext(path)[1].lower()
        data = self.png if suffix in ("", ".png") else _in_format(self.image, suffix)
        with open(path, "wb") as file:
            file.write(data)

    def _repr_png_(self) -> bytes:
        return self.png


Answer = TextAnswer | ImageAnswer


def _in_format(image: Image, suffix: str) -> bytes:
    from PIL import Image as Pillow

    written = io.BytesIO()
    try:
        image.save(written, Pillow.registered_extensions()[suffix])
    except (KeyError, OSError) as error:
        raise ValueError(f"a picture cannot be saved as {suffix!r}; try .png or .jpg") from error
    return written.getvalue()


def failures(unread: tuple[Unread, ...], unkept: str | None) -> list[str]:
    """What was not read and not kept, a line each."""
    told = [f"Not read: {each}" for each in unread]
    return [*told, *([f"Not kept: {unkept}"] if unkept else [])]


def _numbered(sources: tuple[Source, ...]) -> Iterator[str]:
    for number, source in enumerate(sources, start=1):
        where = f", {source.url}" if source.url else ""
        said = textwrap.shorten(source.gist, 80, placeholder=" …")
        yield f"[{number}] {source.title}{where}: {said}"
