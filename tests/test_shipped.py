from __future__ import annotations

from yoga_assistant import Library
from yoga_assistant.journey.retrieve import HybridRetriever
from yoga_assistant.knowledge import Asana, Entry
from yoga_assistant.registry import create
from yoga_assistant.shipped import INDEX, fill


def test_the_shipped_index_is_that_of_the_shipped_knowledge() -> None:
    documents = Library.shipped().documents()
    restored, built = create("retriever", "hybrid"), create("retriever", "hybrid")
    assert restored.restore(INDEX, documents), "run: python -m yoga_assistant.shipped"
    built.add(documents)
    for question in ("crow on tired wrists", "adho mukha svanasana", "what calms before sleep?"):
        found = [source.quote for source in built.search(question, limit=5)]
        assert [source.quote for source in restored.search(question, limit=5)] == found


def test_an_index_of_other_knowledge_is_built_anew() -> None:
    retriever = create("retriever", "hybrid")
    one = Library({"crow-pose": _alone()})
    fill(retriever, one)
    assert isinstance(retriever, HybridRetriever)
    assert retriever.search("crow", limit=3)[0].document_id == "crow-pose"


def _alone() -> Entry:
    from msgspec.structs import replace

    entry = Library.shipped()["crow-pose"]
    assert isinstance(entry, Asana)
    return replace(entry, prepare=(), counter=(), related=(), cautions=(), fine=())
