from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from yoga_assistant import Document
from yoga_assistant.backends.embeddings import StaticEmbedder
from yoga_assistant.errors import IndexMismatchError
from yoga_assistant.journey.retrieve import HybridRetriever
from yoga_assistant.protocols import Retriever
from yoga_assistant.testing.contracts import RetrieverContract

WORDS = ["crow", "tree", "cobra", "wrist", "hamstring", "balance", "breath", "spine", "twist"]


class Letters:
    """Counts letters: an embedder small enough to reason about."""

    name = "letters:1"
    dimensions = 26

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), 26), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for letter in text.lower():
                if "a" <= letter <= "z":
                    row[ord(letter) - ord("a")] += 1
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.maximum(lengths, 1e-9)
        return rows


class TestHybridRetriever(RetrieverContract):
    def make(self) -> Retriever:
        return HybridRetriever(StaticEmbedder())


def documents(texts: Sequence[str]) -> list[Document]:
    return [Document(f"d{n}", f"Title {n}", text) for n, text in enumerate(texts)]


def found(retriever: HybridRetriever, question: str, limit: int = 5) -> list[tuple[str, float]]:
    hits = retriever.search(question, limit=limit)
    return [(hit.document_id, round(hit.score, 5)) for hit in hits]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), min_size=1, max_size=20),
    st.integers(1, 5),
)
def test_adding_bit_by_bit_finds_what_adding_at_once_finds(
    texts: list[list[str]], size: int
) -> None:
    all_documents = documents([" ".join(words) for words in texts])
    at_once, bit_by_bit = HybridRetriever(Letters()), HybridRetriever(Letters())
    at_once.add(all_documents)
    for start in range(0, len(all_documents), size):
        bit_by_bit.add(all_documents[start : start + size])
    assert len(at_once) == len(bit_by_bit) == len(all_documents)
    names = {name for name, _ in found(at_once, "crow wrist", limit=50)}
    assert {name for name, _ in found(bit_by_bit, "crow wrist", limit=50)} == names


def test_segments_merge_into_one_that_scores_as_if_added_at_once() -> None:
    texts = [" ".join(WORDS[n % 9 : n % 9 + 3]) * (1 + n % 4) for n in range(32)]
    at_once, one_by_one = HybridRetriever(Letters()), HybridRetriever(Letters())
    at_once.add(documents(texts))
    for document in documents(texts):
        one_by_one.add([document])
    assert len(one_by_one._index.parts) == 1  # 32 is a power of two
    for question in WORDS:
        assert found(one_by_one, question) == found(at_once, question)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_no_better_passage_is_passed_over_in_a_large_index(seed: int, limit: int) -> None:
    rng = np.random.default_rng(seed)
    texts = [" ".join(rng.choice(WORDS, 4)) for _ in range(1_500)]
    retriever = HybridRetriever(Letters())
    retriever.add(documents(texts))
    every = [hit.score for hit in retriever.search("crow wrist", limit=1_500)]
    some = [hit.score for hit in retriever.search("crow wrist", limit=limit)]
    assert some == sorted(every, reverse=True)[:limit]


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    retriever = HybridRetriever(Letters())
    retriever.add(documents(["crow balance", "balance tree", "balance spine", "balance twist"]))
    assert found(retriever, "balance crow")[0][0] == "d0"


def test_a_document_that_says_exactly_what_was_asked_scores_near_one() -> None:
    retriever = HybridRetriever(Letters())
    retriever.add([Document("a", "", "hamstring stretch"), Document("b", "", "quiet breath")])
    hits = retriever.search("hamstring stretch", limit=2)
    assert hits[0].document_id == "a"
    assert hits[0].score > 0.7 > hits[1].score


def test_the_same_document_is_not_taken_in_twice() -> None:
    retriever = HybridRetriever(Letters())
    retriever.add(documents(["crow"]))
    retriever.add(documents(["crow"]))
    assert len(retriever) == 1


def test_several_passages_of_one_document_come_only_if_asked_for() -> None:
    text = "crow on the wrists\n\ncrow in the air\n\ncrow on the hands"
    retriever = HybridRetriever(Letters())
    retriever.add([Document("a", "Crow", text), Document("b", "Tree", "tree on one leg")])
    assert [hit.document_id for hit in retriever.search("crow", limit=3)] == ["a", "b"]
    quotes = {hit.quote for hit in retriever.search("crow", limit=3, per_document=3)}
    assert quotes == set(text.split("\n\n"))


def test_an_empty_index_and_an_empty_question_find_nothing_wrong() -> None:
    retriever = HybridRetriever(Letters())
    assert retriever.search("crow", limit=3) == []
    retriever.add(documents(["crow"]))
    assert len(retriever.search("???", limit=3)) == 1
    assert retriever.search("crow", limit=0) == []


def test_an_index_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    texts = documents(["crow on the wrists", "tree on one leg", "cobra and spine"])
    saved, restored = HybridRetriever(Letters()), HybridRetriever(Letters())
    saved.add(texts)
    saved.save(tmp_path / "index.npz")
    assert restored.restore(tmp_path / "index.npz", texts)
    for question in ("crow", "one leg", "spine"):
        expected = saved.search(question, limit=3)
        for hit, other in zip(restored.search(question, limit=3), expected, strict=True):
            assert hit.quote == other.quote
            assert hit.score == pytest.approx(other.score, abs=1e-3)  # vectors are kept in float16


def test_an_index_of_other_texts_is_not_used(tmp_path: Path) -> None:
    retriever = HybridRetriever(Letters())
    retriever.add(documents(["crow"]))
    retriever.save(tmp_path / "index.npz")
    other = HybridRetriever(Letters())
    assert not other.restore(tmp_path / "index.npz", documents(["crow!"]))
    assert not other.restore(tmp_path / "no-such-file.npz", documents(["crow"]))
    assert len(other) == 0


def test_a_strangers_vectors_are_refused(tmp_path: Path) -> None:
    class OtherLetters(Letters):
        name = "letters:2"

    class Short(Letters):
        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return super().embed(texts)[:, :5]

    retriever = HybridRetriever(Letters())
    retriever.add(documents(["crow"]))
    retriever.save(tmp_path / "index.npz")
    with pytest.raises(IndexMismatchError, match=r"letters:1.*letters:2"):
        HybridRetriever(OtherLetters()).restore(tmp_path / "index.npz", documents(["crow"]))
    with pytest.raises(IndexMismatchError, match="shape"):
        HybridRetriever(Short()).add(documents(["crow"]))


def test_searching_goes_on_while_documents_are_added() -> None:
    retriever = HybridRetriever(Letters())
    retriever.add(documents(["crow"]))
    stop = threading.Event()
    failures: list[Exception] = []

    def search() -> None:
        while not stop.is_set():
            try:
                assert retriever.search("crow", limit=1)[0].quote
            except Exception as error:
                failures.append(error)
                return

    thread = threading.Thread(target=search)
    thread.start()
    for n in range(200):
        retriever.add([Document(f"new{n}", "New", f"tree {n} balance")])
    stop.set()
    thread.join()
    assert failures == []
    assert len(retriever) == 201


def test_a_document_that_changed_takes_the_place_of_the_old() -> None:
    retriever = HybridRetriever(Letters())
    retriever.add([Document("a", "A", "crow crow"), Document("b", "B", "tree")])
    retriever.add([Document("a", "A", "cobra")])
    hits = retriever.search("crow cobra tree", limit=9, per_document=9)
    assert {hit.text for hit in hits} == {"cobra", "tree"}
    assert len(retriever) == 2


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(WORDS)), max_size=40))
def test_only_the_last_version_of_what_was_not_removed_is_found(
    changes: list[tuple[int, str]],
) -> None:
    retriever, known = HybridRetriever(Letters()), dict[str, str]()
    for number, word in changes:
        name = f"d{number}"
        if known.get(name) == word:
            retriever.remove([name])
            del known[name]
        else:
            retriever.add([Document(name, "T", word)])
            known[name] = word
    hits = retriever.search(" ".join(WORDS), limit=50, per_document=50)
    assert {hit.document_id: hit.text for hit in hits} == known
    assert len(retriever) == len(known) == len(hits)


def test_what_was_packed_is_found_as_what_was_added() -> None:
    texts = [
        " ".join(WORDS[n % 9 : n % 9 + 3]) + "\n\nA second passage on breath." for n in range(9)
    ]
    added, packed = HybridRetriever(StaticEmbedder()), HybridRetriever(StaticEmbedder())
    added.add(documents(texts))
    packed.add_packed([(document, packed.pack(document)) for document in documents(texts)])
    for question in WORDS:
        ours = {hit.document_id: hit.score for hit in packed.search(question, limit=9)}
        theirs = {hit.document_id: hit.score for hit in added.search(question, limit=9)}
        assert ours == pytest.approx(theirs, abs=1e-3)


def test_what_was_packed_for_another_embedder_is_refused() -> None:
    pack = HybridRetriever(Letters()).pack(Document("a", "A", "crow"))
    with pytest.raises(IndexMismatchError, match="letters:1"):
        HybridRetriever(StaticEmbedder()).add_packed([(Document("a", "A", "crow"), pack)])


def test_a_document_without_a_word_is_packed_too() -> None:
    retriever, blank = HybridRetriever(StaticEmbedder()), Document("a", "A", "  \n ")
    retriever.add_packed([(blank, retriever.pack(blank))])
    assert len(retriever) == 0
