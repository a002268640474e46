"""PDF files: their text, and what becomes of those that are made to do harm."""

from __future__ import annotations

import io
import sys
import time
import zlib

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yoga_assistant.backends.pdf import read_pdf
from yoga_assistant.errors import MissingExtraError, ScrapeError

from .net import Fetch, Net, refusal, reply

URL = "http://example.org/files/tree-pose.pdf"


def shown(*lines: str) -> bytes:
    """The drawing of some lines, one below the other."""
    drawn = " T* ".join(
        "(" + line.replace("(", "\\(").replace(")", "\\)") + ") Tj" for line in lines
    )
    return f"BT /F1 12 Tf 14 TL 72 720 Td {drawn} ET".encode("cp1252")


def pdf(*pages: bytes, title: str | None = None) -> bytes:
    """A file with these drawings as its pages."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * each} 0 R" for each in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    )
    for number, page in enumerate(pages):
        packed = zlib.compress(page)
        content = 5 + 2 * number
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % content
        )
        objects.append(
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
        )
    info = b""
    if title is not None:
        objects.append(
            f"<< /Title ({title}) /Author (A. Teacher) /CreationDate (D:20261102) >>".encode()
        )
        info = b"/Info %d 0 R" % len(objects)
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, info, len(data))
    )


def locked(password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(shown("Sit tall."))))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_is_read_in_order_with_its_title_author_and_date() -> None:
    page = read_pdf(pdf(shown("Root to rise."), shown("Breathe."), title="Tree pose"), URL)
    assert page.text == "Root to rise.\n\nBreathe."
    assert (page.title, page.author, page.date) == ("Tree pose", "A. Teacher", "2026-11-02")


@pytest.mark.parametrize("title", [None, "", "Untitled", "Microsoft Word - a.doc", "tree.indd"])
def test_without_a_title_worth_the_name_it_is_called_as_the_file(title: str | None) -> None:
    assert read_pdf(pdf(shown("Sit tall."), title=title), URL).title == "tree-pose.pdf"


def test_words_and_sentences_that_lines_divide_are_whole_again() -> None:
    lines = ("Vrksasana is a stand-", "ing pose of bal-", "ance, and it", "calms the mind.")
    page = read_pdf(pdf(shown(*lines, "Anglo-", "Indian teachers", "Next: rest.")), URL)
    assert page.text == (
        "Vrksasana is a standing pose of balance, and it calms the mind.\n"
        "Anglo-Indian teachers\nNext: rest."
    )


def test_pages_and_letters_are_limited() -> None:
    data = pdf(*(shown(f"Page {number} of the book.") for number in range(1, 8)))
    assert read_pdf(data, URL, max_pages=2).text.endswith("Page 2 of the book.")
    assert read_pdf(data, URL, max_chars=10).text == "Page 1 of"


def test_a_file_locked_against_change_only_is_read() -> None:
    assert read_pdf(locked(""), URL).text == "Sit tall."


def test_a_locked_file_is_an_error() -> None:
    with pytest.raises(ScrapeError, match="locked by a password") as caught:
        read_pdf(locked("secret"), URL)
    assert caught.value.url == URL
    assert caught.value.hint


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"%PDF-1.4\n" + b"\0" * 999, b"no PDF at all"])
def test_a_damaged_file_is_an_error(data: bytes) -> None:
    with pytest.raises(ScrapeError, match="PDF"):
        read_pdf(data, URL)


def test_a_file_of_pictures_only_is_an_error() -> None:
    with pytest.raises(ScrapeError, match="no text"):
        read_pdf(pdf(b"q 1 0 0 1 0 0 cm Q"), URL)


def test_one_bad_page_does_not_take_the_others_with_it() -> None:
    data = pdf(shown("First."), b"x" * 40, shown("Third."))
    broken = data.replace(zlib.compress(b"x" * 40), b"no flate" + b"?" * 4)
    assert read_pdf(broken, URL).text.replace("\n", " ").split() == ["First.", "Third."]


def test_a_page_that_takes_for_ever_is_ended_and_what_was_read_is_kept() -> None:
    endless = b"BT /F1 1 Tf " + b"(a) Tj 1 0 Td " * 2_000_000 + b"ET"
    start = time.monotonic()
    page = read_pdf(pdf(shown("First."), endless, shown("Third.")), URL, timeout_s=1)
    assert page.text.startswith("First.")
    assert time.monotonic() - start < 15


def test_a_file_that_inflates_without_end_is_refused() -> None:
    start = time.monotonic()
    with pytest.raises(ScrapeError):
        read_pdf(pdf(b"\0" * 300_000_000), URL, timeout_s=5)
    assert time.monotonic() - start < 30


def test_without_pypdf_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    with pytest.raises(MissingExtraError, match=r"yoga-assistant\[pdf\]"):
        read_pdf(pdf(shown("Sit tall.")), URL)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 600), st.binary(min_size=1, max_size=20))
def test_whatever_is_broken_ends_in_a_page_or_our_error(place: int, noise: bytes) -> None:
    data = pdf(shown("Sit tall."), title="Tree pose")
    broken = data[:place] + noise + data[place + len(noise) :]
    try:
        assert read_pdf(broken, URL).text
    except ScrapeError as exc:
        if exc.url != URL:
            raise AssertionError("the error does not name the file") from exc


class TestFetched:
    @pytest.mark.parametrize(
        "type_", ["application/pdf", "text/html", "application/octet-stream", "", "text/plain"]
    )
    def test_a_pdf_is_known_by_its_beginning(self, net: Net, type_: str, fetch: Fetch) -> None:
        net.pages["example.org/files/tree-pose.pdf"] = reply(pdf(shown("Sit tall.")), type_=type_)
        page = fetch(net, URL)
        assert (page.title, page.text) == ("tree-pose.pdf", "Sit tall.")

    def test_what_is_wrong_with_it_is_told(self, net: Net, fetch: Fetch) -> None:
        net.pages["example.org/files/tree-pose.pdf"] = reply(locked("x"), type_="application/pdf")
        assert "password" in refusal(fetch, net, URL).message

    def test_a_missing_extra_is_told_as_such(
        self, net: Net, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "pypdf", None)
        net.pages["example.org/files/tree-pose.pdf"] = reply(b"%PDF-1.7", type_="application/pdf")
        with pytest.raises(MissingExtraError):
            fetch(net, URL)
