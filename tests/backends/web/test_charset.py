"""In which encoding a page is written: told by its bytes, and never at the price of an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yoga_assistant.backends.charset import decode

ASANA = "Vṛkṣāsana"  # in no encoding but Unicode's
MORE = {
    "windows-1252": "Café – “Übung”",
    "iso-8859-1": "Café – “Übung”",  # as browsers read it
    "ascii": "Café",
    "iso-8859-2": "Źródło",
    "iso-8859-9": "İstanbul'da güneş",
    "windows-1251": "Поза дерева",
    "koi8-r": "Поза дерева",
    "ibm866": "Поза дерева",
    "windows-1253": "στάση",
    "windows-1255": "תנוחת העץ",
    "windows-1256": "وضعية الشجرة",
    "tis-620": "ท่าต้นไม้",
    "shift_jis": "木のポーズ①",
    "x-sjis": "木のポーズ",
    "euc-jp": "木のポーズ",
    "iso-2022-jp": "木のポーズ",
    "gb2312": "树式镕",
    "gbk": "树式",
    "big5": "樹式",
    "euc-kr": "나무 자세 똠",
    "utf-8": ASANA,
    "utf-16le": ASANA,
    "utf-16be": ASANA,
    "macintosh": "Café",
}
CODECS = {
    "iso-8859-1": "cp1252", "ascii": "cp1252", "iso-8859-9": "cp1254", "tis-620": "cp874",
    "shift_jis": "cp932", "x-sjis": "cp932", "gb2312": "gb18030", "euc-kr": "cp949",
    "macintosh": "mac_roman",
}  # fmt: skip


@pytest.mark.parametrize(("label", "text"), MORE.items())
def test_the_charset_of_the_header_is_believed(label: str, text: str) -> None:
    data = text.encode(CODECS.get(label, label))
    for shape in ("text/html; charset={}", 'text/html;CHARSET="{}"', "text/html; charset = {} ; x"):
        assert decode(data, shape.format(label)) == text
        assert decode(data, shape.format(label.upper())) == text


@pytest.mark.parametrize("label", [label for label in MORE if not label.startswith("utf-16")])
@pytest.mark.parametrize(
    "meta",
    [
        '<meta charset="{}">',
        "<META CHARSET={}>",
        "<html><head><title>x</title><meta name=a content=b><meta charset = '{}' />",
        '<meta http-equiv="Content-Type" content="text/html; charset={}">',
        "<meta content='text/html;charset={}' http-equiv=content-type>",
        '<?xml version="1.0" encoding="{}"?><html>',
    ],
)
def test_else_the_page_itself_is_asked(label: str, meta: str) -> None:
    page = f"{meta.format(label)}<p>{MORE[label]}"
    assert decode(page.encode(CODECS.get(label, label)), "text/html") == page


def test_a_byte_order_mark_counts_more_than_all_that_is_said() -> None:
    for mark, codec in (("utf-8-sig", "utf-8"), ("utf-16", ""), ("utf-8-sig", "latin-1")):
        assert decode(ASANA.encode(mark), f"text/html; charset={codec or 'koi8-r'}") == ASANA
    assert decode("\ufeffé".encode("utf-16-be"), "text/html; charset=utf-8") == "é"


def test_the_header_counts_more_than_the_page() -> None:
    page = "<meta charset=koi8-r>é"
    assert decode(page.encode(), "text/html; charset=utf-8") == page


def test_an_unknown_charset_is_passed_over() -> None:
    page = f"<meta charset=utf-7><meta charset=x-unknown><p>{ASANA}"
    assert decode(page.encode(), "text/html; charset=klingon") == page


def test_a_page_read_as_ascii_so_far_is_not_utf_16() -> None:
    assert decode(f"<meta charset=utf-16>{ASANA}".encode()).endswith(ASANA)


@pytest.mark.parametrize(
    "decoy",
    [
        "<!-- <meta charset=koi8-r> -->",
        '<meta name="description" content="written with charset=koi8-r">',
        '<meta data-charset="koi8-r">',
        "<metadata charset=koi8-r>",
        "x" * 4096 + "<meta charset=koi8-r>",
    ],
)
def test_what_only_looks_like_a_declaration_is_none(decoy: str) -> None:
    assert decode(f"{decoy}{ASANA}".encode()) == f"{decoy}{ASANA}"


def test_without_a_word_on_it_a_page_is_utf_8_or_else_windows_1252() -> None:
    assert decode(ASANA.encode()) == ASANA
    assert decode("Café – “x”".encode("cp1252")) == "Café – “x”"


def test_bytes_that_do_not_fit_are_marked_not_refused() -> None:
    assert decode(b"a\xffb", "text/html; charset=utf-8") == "a\ufffdb"
    assert decode(b"a\x81b") == "a\ufffdb"


LABELS = st.sampled_from([*MORE, "utf-16", "utf-7", "hz-gb-2312", "x-user-defined", "none"])
STARTS = st.one_of(
    st.binary(max_size=200),
    st.builds(lambda label, rest: f"<meta charset={label}>".encode() + rest, LABELS, st.binary()),
    st.lists(
        st.sampled_from([b"<meta ", b"charset", b"=", b"'", b'"', b">", b"<!--", b"-->", b" "]),
        max_size=300,
    ).map(b"".join),
)


@given(data=STARTS, content_type=st.text() | LABELS.map("text/html; charset={}".format))
def test_whatever_comes_becomes_text(data: bytes, content_type: str) -> None:
    text = decode(data, content_type)
    assert len(text) <= len(data)
    text.encode()  # no halves of letters


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_utf_8_comes_back_as_it_was(text: str) -> None:
    if not text.startswith(("\ufeff", "<")):
        assert decode(text.encode(), "text/html; charset=utf-8") == text
