"""Static token embeddings distilled from a sentence encoder.

The student is a table with one vector a token; a text's embedding is the sum of its tokens'
vectors, brought to length one. The table is fitted so that this sum points where the teacher's
embedding of the text points (in the spirit of MinishLab's Model2Vec and Tokenlearn). Texts that
speak of the same thing may be drawn together beyond what the teacher knows (`groups`, InfoNCE).

The command that made the shipped weights stands in `weights/static-minilm/README.md`.
"""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from torch import Tensor
from torch.nn.functional import cross_entropy, embedding_bag, normalize

from ..protocols import Embedder
from .embedding_texts import Lesson, Word

Floats = NDArray[np.float32]
log = logging.getLogger("yoga_assistant.training.embeddings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How the table is fitted; the defaults made the shipped weights."""

    dimensions: int = 256
    epochs: int = 2
    batch_size: int = 2048
    learning_rate: float = 0.02
    contrast: float = 0.03  # what a group's InfoNCE weighs beside the teacher's cosine
    temperature: float = 0.05
    seed: int = 0


def distill_static(
    out: Path,
    *,
    teacher: Embedder,
    vocabulary: Path,
    lessons: Sequence[Lesson],
    words: Sequence[Word] = (),
    groups: Sequence[Sequence[str]] = (),
    recipe: Recipe | None = None,
) -> str:
    """Writes `vectors.npy`, `vocabulary.txt` and `model.json` into `out`; gives the model's name.

    Args:
        out: the folder; made if it is not there.
        teacher: what the sums shall agree with.
        vocabulary: the teacher's WordPiece `vocab.txt`, one token a line.
        lessons: the texts to learn from.
        words: whole words to add; they take the vocabulary's `[unused…]` places.
        groups: each holds texts that speak of the same thing.
    """
    recipe = recipe or Recipe()
    tokens = _with_words(vocabulary.read_text("utf-8").removesuffix("\n").split("\n"), words)
    texts = _Bags(_tokenizer(tokens), [lesson.text for lesson in lessons])
    taught = teacher.embed([lesson.meaning for lesson in lessons])  # (lessons, teacher's)
    axes = _principal_axes(taught, recipe.dimensions)
    start = _start(tokens, words, teacher) @ axes  # (tokens, dimensions)
    table = _fit(start, texts, taught @ axes, _Groups(_tokenizer(tokens), groups), recipe)
    return _write(out, _quantised(table, recipe.seed), tokens, teacher.name)


def _with_words(tokens: list[str], words: Sequence[Word]) -> list[str]:
    known = set(tokens)
    new = (w for word in words for w in word.spellings if w not in known)
    unused = (place for place, token in enumerate(tokens) if token.startswith("[unused"))
    for word, place in zip(dict.fromkeys(new), unused, strict=False):
        tokens[place] = word
    return tokens


def _tokenizer(tokens: Sequence[str]) -> Tokenizer:
    ids = {token: place for place, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


class _Bags:
    """The token ids of many texts in one long row."""

    def __init__(self, tokenizer: Tokenizer, texts: Sequence[str]) -> None:
        unknown = tokenizer.token_to_id("[UNK]")
        bags = [[i for i in e.ids if i != unknown] for e in tokenizer.encode_batch(list(texts))]
        self._lengths = np.array([len(bag) for bag in bags])
        self._ends = self._lengths.cumsum()
        self._flat = np.concatenate([np.array(bag, np.int64) for bag in bags])
        self.filled = np.flatnonzero(self._lengths)

    def embed(self, table: Tensor, rows: NDArray[np.int64]) -> Tensor:
        """The embeddings of some texts, `(len(rows), dimensions)`, of length one."""
        lengths = self._lengths[rows]
        ends = lengths.cumsum()
        places = np.arange(ends[-1]) + np.repeat(self._ends[rows] - ends, lengths)
        ids, offsets = torch.from_numpy(self._flat[places]), torch.from_numpy(ends - lengths)
        return normalize(embedding_bag(ids, table, offsets, mode="sum"), dim=1)


class _Groups:
    """Draws two texts of each group."""

    def __init__(self, tokenizer: Tokenizer, groups: Sequence[Sequence[str]]) -> None:
        self._bags = _Bags(tokenizer, [text for group in groups for text in group] or ["a"])
        owner = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
        filled = self._bags.filled[self._bags.filled < len(owner)]
        members = [filled[owner[filled] == group] for group in range(len(groups))]
        self._members = [texts for texts in members if len(texts) >= 2]

    def contrast(self, table: Tensor, temperature: float, rng: np.random.Generator) -> Tensor:
        """InfoNCE: one text of a group should find the other among those of all groups."""
        if not self._members:
            return torch.zeros(())
        pairs = np.array([rng.choice(texts, 2, replace=False) for texts in self._members])
        asked, found = (self._bags.embed(table, side) for side in pairs.T)  # (groups, dimensions)
        return cross_entropy(asked @ found.T / temperature, torch.arange(len(pairs)))


def _principal_axes(rows: Floats, dimensions: int) -> Floats:
    """The axes that keep dot products best: of the rows as they are, not centred."""
    _, axes = np.linalg.eigh(rows.T @ rows)
    return np.ascontiguousarray(axes[:, ::-1][:, :dimensions], np.float32)


def _start(tokens: Sequence[str], words: Sequence[Word], teacher: Embedder) -> Floats:
    """The teacher's embedding of each token alone; rare ones weigh more (SIF, Arora et al.)."""
    told = {s: f"{word.english}. {word.gloss}" for word in words for s in word.spellings}
    rows = teacher.embed([told.get(token, token.removeprefix("##")) for token in tokens])
    rank = np.arange(len(tokens)) + 2  # BERT's vocabulary is sorted by frequency
    frequency = 1 / (rank * np.log(len(tokens)))
    weights = 1e-3 / (1e-3 + frequency)
    weights[[token in told for token in tokens]] = 1
    weights[[token.startswith("[") and len(token) > 1 for token in tokens]] = 0
    start: Floats = rows * weights[:, None].astype(np.float32)
    return start


def _fit(start: Floats, texts: _Bags, taught: Floats, groups: _Groups, recipe: Recipe) -> Floats:
    rng = np.random.default_rng(recipe.seed)
    table = torch.tensor(start, requires_grad=True)
    targets = normalize(torch.from_numpy(taught), dim=1)
    optimizer = torch.optim.Adam([table], lr=recipe.learning_rate)
    batches = _batches(texts.filled, recipe, rng)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1, 0, total_iters=len(batches))
    for step, rows in enumerate(batches):
        cosine = (texts.embed(table, rows) * targets[torch.from_numpy(rows)]).sum(1).mean()
        contrast = groups.contrast(table, recipe.temperature, rng)
        optimizer.zero_grad()
        (1 - cosine + recipe.contrast * contrast).backward()
        optimizer.step()
        schedule.step()
        if step % 50 == 0 or step == len(batches) - 1:
            log.info("step %d: cosine %.4f, contrast %.4f", step, cosine.item(), contrast.item())
    fitted: Floats = table.detach().numpy()
    return fitted


def _batches(rows: NDArray[np.int64], recipe: Recipe, rng: np.random.Generator) -> list[Any]:
    batches = max(1, len(rows) // recipe.batch_size)
    return [
        batch
        for _ in range(recipe.epochs)
        for batch in np.array_split(rng.permutation(rows), batches)
    ]


def _quantised(table: Floats, seed: int) -> NDArray[np.int8]:
    """One scale for all: a random rotation spreads what the principal axes had bunched.

    What lies beyond five deviations of the rows that weigh most is clipped.
    """
    random = np.random.default_rng(seed).standard_normal((table.shape[1],) * 2)
    rotated = table @ np.linalg.qr(random)[0].astype(np.float32)
    limit = 5 * np.quantile(rotated.std(axis=1), 0.99)
    vectors: NDArray[np.int8] = np.rint(rotated.clip(-limit, limit) * (127 / limit)).astype(np.int8)
    return vectors


def _write(out: Path, vectors: NDArray[np.int8], tokens: Sequence[str], teacher: str) -> str:
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "vectors.npy", vectors, allow_pickle=False)
    (out / "vocabulary.txt").write_bytes("\n".join(tokens).encode())
    checksum = 0
    for file in ("vocabulary.txt", "vectors.npy"):
        checksum = zlib.crc32((out / file).read_bytes(), checksum)
    dimensions = vectors.shape[1]
    name = f"static-minilm-{dimensions}:{checksum:08x}"
    model = {"name": name, "dimensions": dimensions, "teacher": teacher}
    (out / "model.json").write_text(json.dumps(model, indent=2) + "\n", "utf-8")
    return name
