"""What every backend must do that finds, reads or keeps documents; see `contracts`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from ..errors import MissingExtraError, ScrapeError
from ..protocols import Retriever, Scraper, Store
from ..types import Document, Pack, Page

try:
    import pytest
except ImportError as exc:
    raise MissingExtraError(
        "the contracts are pytest classes and pytest is not installed", hint="pip install pytest"
    ) from exc

ODD_TEXTS = (
    "?",
    "वृक्षासन के क्या लाभ हैं?",
    "ما هي وضعية الشجرة؟",
    "🧘‍♀️🌳",
    'a "quoted" \\ <b>tag</b>\n\ttab {brace} %s',
    "warrior two " * 500,
)


class RetrieverContract(ABC):
    """Of every search. It may know documents of its own; those of the contract are invented."""

    DOCUMENTS = (
        Document("contract-1", "Zarbolina", "Zarbolina\nA zarbolina is held on the left elbow."),
        Document(
            "contract-2",
            "Quimtel",
            "Quimtel\nA quimtel begins with the quimtel breath.\n\n"
            "The quimtel breath is drawn three times.\n\nA quimtel ends as it began: quimtel.",
        ),
    )

    @abstractmethod
    def make(self) -> Retriever: ...

    def test_what_was_added_is_found_by_its_name(self) -> None:
        retriever = self.make()
        for document in self.DOCUMENTS:
            retriever.add([document])
            best = retriever.search(document.title.lower(), limit=3)[0]
            assert (best.document_id, best.title) == (document.id, document.title)

    def test_a_source_quotes_its_document(self) -> None:
        texts = {document.id: document.text for document in self.DOCUMENTS}
        for source in self._search("zarbolina quimtel", limit=10):
            assert source.text[source.start : source.end] == source.quote
            assert source.quote.strip()
            assert source.text == texts.get(source.document_id, source.text)

    def test_sources_come_best_first(self) -> None:
        scores = [source.score for source in self._search("the quimtel breath", limit=10)]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)

    @pytest.mark.parametrize("limit", [1, 2])
    def test_there_are_no_more_sources_than_asked_for(self, limit: int) -> None:
        assert len(self._search("zarbolina quimtel", limit=limit)) <= limit

    @pytest.mark.parametrize("per_document", [1, 2])
    def test_no_document_takes_more_places_than_it_may(self, per_document: int) -> None:
        sources = self._search("quimtel breath", limit=10, per_document=per_document)
        ids = [source.document_id for source in sources]
        assert ids
        assert max(map(ids.count, ids)) <= per_document

    def test_a_search_may_be_kept_to_some_documents(self) -> None:
        for document in self.DOCUMENTS:
            sources = self._search("zarbolina quimtel breath", limit=9, among=[document.id])
            assert {source.document_id for source in sources} == {document.id}
        assert not self._search("zarbolina", limit=9, among=[])

    @pytest.mark.parametrize("question", ["", " ", "xqzv", *ODD_TEXTS])
    def test_every_question_may_be_searched_for(self, question: str) -> None:
        assert len(self._search(question, limit=3)) <= 3

    def test_several_threads_find_what_one_finds(self) -> None:
        retriever = self.make()
        retriever.add(self.DOCUMENTS)
        questions = ["zarbolina", "quimtel breath"]
        alone = [retriever.search(question, limit=3) for question in questions]
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda q: retriever.search(q, limit=3), questions * 8))
        assert found == alone * 8

    def _search(self, question: str, **limits: Any) -> Sequence[Any]:
        retriever = self.make()
        retriever.add(self.DOCUMENTS)
        return retriever.search(question, **limits)


class ScraperContract(ABC):
    """Of every reader of links."""

    @abstractmethod
    def make(self) -> Scraper: ...

    @abstractmethod
    def good_link(self) -> str:
        """A link that a scraper made here can read."""

    @abstractmethod
    def dead_link(self) -> str:
        """A link that it cannot read."""

    def test_a_link_is_read_into_a_page(self) -> None:
        page = self.make().fetch(self.good_link())
        assert page.document.id
        assert page.title.strip()
        assert page.text.strip()

    def test_the_same_link_is_the_same_document(self) -> None:
        scraper, link = self.make(), self.good_link()
        assert scraper.fetch(link).document == scraper.fetch(link).document

    def test_a_dead_link_is_a_scrape_error_that_names_it(self) -> None:
        with pytest.raises(ScrapeError) as caught:
            self.make().fetch(self.dead_link())
        assert caught.value.url == self.dead_link()
        assert caught.value.hint


class StoreContract(ABC):
    """Of every store of what was read, and its queue."""

    PAGE = Page(
        "https://example.org/zarbolina?ref=1",
        "Zarbolina",
        "A zarbolina is held on the left elbow.",
        canonical="https://example.org/zarbolina",
        fetched_at=1.0,
    )
    PACK = Pack("contract", ((0, 12), (13, 38)), (b"\0\1", b"\2\3"), b"postings")

    @abstractmethod
    def make(self) -> Store:
        """An empty store."""

    def test_a_page_comes_back_as_it_was_put(self) -> None:
        store = self.make()
        assert store.put(self.PAGE, self.PACK)
        assert list(store.pages()) == [(self.PAGE, self.PACK)]

    def test_a_page_is_known_by_each_of_its_addresses(self) -> None:
        store = self.make()
        store.put(self.PAGE, link="example.org/zarbolina")
        for address in (self.PAGE.url, "https://example.org/zarbolina", "example.org/zarbolina"):
            assert store.page(address) == self.PAGE
        assert store.page("https://example.org/quimtel") is None

    def test_one_page_at_two_addresses_is_one_page(self) -> None:
        store = self.make()
        store.put(self.PAGE)
        assert not store.put(replace(self.PAGE, url="https://example.org/zarbolina?ref=2"))
        assert len(list(store.pages())) == 1
        assert store.waiting() == 1
        assert store.page("https://example.org/zarbolina?ref=2") is not None

    def test_the_same_text_again_is_noted_as_fresh(self) -> None:
        store = self.make()
        store.put(self.PAGE)
        assert not store.put(replace(self.PAGE, fetched_at=99.0, etag='"new"'))
        page = store.page(self.PAGE.url)
        assert page is not None
        assert (page.fetched_at, page.etag) == (99.0, '"new"')

    def test_a_text_that_changed_takes_the_place_of_the_old_and_waits_anew(self) -> None:
        store = self.make()
        store.put(self.PAGE)
        job = store.take()
        assert job is not None
        store.done(job)
        assert store.put(replace(self.PAGE, text="A zarbolina is held on the right elbow."))
        assert [page.text for page, _ in store.pages()] == [
            "A zarbolina is held on the right elbow."
        ]
        assert store.waiting() == 1

    def test_a_phrase_leads_to_the_pages_that_hold_it(self) -> None:
        store = self.make()
        store.put(self.PAGE)
        store.put(Page("https://example.org/q", "Quimtel", "Held on the elbow, left or right."))
        assert store.find("the left elbow") == ["https://example.org/zarbolina"]
        assert store.find('no "such" phrase') == []

    @pytest.mark.parametrize("phrase", ['"', "a OR b", "*", "NEAR(", "", "\0", "né"])
    def test_any_phrase_may_be_looked_for(self, phrase: str) -> None:
        store = self.make()
        store.put(self.PAGE)
        assert isinstance(store.find(phrase), list)

    def test_what_is_forgotten_is_gone_with_its_job(self) -> None:
        store = self.make()
        store.put(self.PAGE, self.PACK)
        assert store.forget(self.PAGE.url)
        assert not store.forget(self.PAGE.url)
        assert list(store.pages()) == []
        assert store.waiting() == 0
        assert store.find("left elbow") == []

    def test_a_job_is_handed_out_once_until_it_is_done(self) -> None:
        store = self.make()
        store.put(self.PAGE)
        job = store.take()
        assert job is not None
        assert (job.page, job.tries) == (self.PAGE, 1)
        assert store.take() is None
        assert store.waiting() == 1
        store.done(job)
        assert store.waiting() == 0

    def test_a_job_that_failed_comes_back_and_is_set_aside_in_the_end(self) -> None:
        store = self.make()
        store.put(self.PAGE)
        tries = []
        while job := store.take():
            tries.append(job.tries)
            store.fail(job, "no lesson in it")
        assert tries == [1, 2, 3]
        assert store.waiting() == 0
