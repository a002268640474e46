"""Whether a description finds its asana: `data/retrieval.tsv`, written apart from the knowledge.

A query is right when its asana is among the first three documents. Floors: the same index by
keywords or by vectors alone, and chance.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from table import show, wilson
from yoga_assistant import Library, YogaAssistant
from yoga_assistant.journey import retrieve

QUERIES = Path(__file__).parent / "data" / "retrieval.tsv"


def main() -> None:
    queries = [line.split("\t") for line in QUERIES.read_text("utf-8").splitlines()]
    yoga = YogaAssistant()
    yoga.warm_up()
    retriever = yoga._retriever
    titles = [document.title for document in Library.shipped().documents()]
    rng = random.Random(0)

    def chance(_: str) -> list[str]:
        return rng.sample(titles, 3)

    def found(query: str) -> list[str]:
        return [source.title for source in retriever.search(query, limit=3)]

    def journey(query: str) -> list[str]:
        return [source.title for source in yoga.search(query, limit=3)]

    rows = [_row("chance", chance, queries)]
    for name, share in (("keywords alone (BM25)", 0.0), ("vectors alone", 1.0)):
        usual, retrieve.VECTOR_SHARE = retrieve.VECTOR_SHARE, share
        rows.append(_row(name, found, queries))
        retrieve.VECTOR_SHARE = usual
    rows.append(_row("both, fused", found, queries))
    rows.append(_row("yoga.search: both, and names", journey, queries))
    show(
        f"Right asana in the top 3, n = {len(queries)} descriptions",
        ("search", "recall@3", "95 % interval"),
        rows,
    )


def _row(name: str, search: Callable[[str], list[str]], queries: list[list[str]]) -> list[str]:
    right = sum(
        any(title.partition(" (")[0] == asana for title in search(query))
        for asana, query in queries
    )
    low, high = wilson(right, len(queries))
    return [name, f"{right / len(queries):.1%}", f"{low:.1%} to {high:.1%}"]


if __name__ == "__main__":
    main()
