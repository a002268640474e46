"""Compressed pages: inflated piece by piece, and never beyond what may be kept."""

from __future__ import annotations

import gzip
import random
import time
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yoga_assistant.backends.inflate import Inflater
from yoga_assistant.errors import ScrapeError

TEXT = b"Root to rise, and breathe. " * 400


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "GZip ": gzip.compress(TEXT[:999]) + gzip.compress(TEXT[999:]),
    "deflate": zlib.compress(TEXT),
    "Deflate": bare(TEXT),
    "identity": TEXT,
    "": TEXT,
}


def inflated(encoding: str, chunks: list[bytes], most: int = 1_000_000) -> bytes:
    inflater = Inflater(encoding, most)
    parts = [inflater.feed(chunk) for chunk in chunks]
    inflater.finish()
    return b"".join(parts)


@pytest.mark.parametrize(("encoding", "data"), PACKED.items())
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_what_was_compressed_comes_back_however_it_is_cut(
    encoding: str, data: bytes, size: int
) -> None:
    chunks = [data[start : start + size] for start in range(0, len(data), size)]
    assert inflated(encoding, chunks) == TEXT


def test_padding_behind_the_end_is_left() -> None:
    assert inflated("gzip", [gzip.compress(TEXT) + b"\0" * 100]) == TEXT


@pytest.mark.parametrize(
    "encoding", ["br", "zstd", "compress", "gzip, gzip", "gzip,br", "deflate, gzip", "x", "\u00e9"]
)
def test_what_was_not_asked_for_and_what_is_stacked_is_refused(encoding: str) -> None:
    with pytest.raises(ScrapeError, match="not asked for"):
        Inflater(encoding, 1)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", ""])
def test_one_byte_too_many_is_an_error(encoding: str) -> None:
    packed = {"gzip": gzip.compress(TEXT), "deflate": zlib.compress(TEXT), "": TEXT}[encoding]
    assert inflated(encoding, [packed], len(TEXT)) == TEXT
    with pytest.raises(ScrapeError, match="larger than"):
        inflated(encoding, [packed], len(TEXT) - 1)


def test_a_bomb_is_refused_at_once() -> None:
    bomb = gzip.compress(b"\0" * 200_000_000, compresslevel=9)
    start = time.monotonic()
    with pytest.raises(ScrapeError, match="larger than 5,000,000 bytes"):
        inflated("gzip", [bomb], 5_000_000)
    assert time.monotonic() - start < 1


def test_a_stream_of_countless_parts_is_refused() -> None:
    with pytest.raises(ScrapeError, match="too many parts"):
        inflated("gzip", [gzip.compress(b"") * 5000])


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_breaks_off_or_is_something_else_is_refused(encoding: str) -> None:
    packed = PACKED[encoding]
    with pytest.raises(ScrapeError, match="breaks off"):
        inflated(encoding, [packed[:-20]])
    with pytest.raises(ScrapeError, match=f"not compressed as {encoding}"):
        inflated(encoding, [b"<html>no, it is not</html>" * 9])


@given(
    data=st.binary(), encoding=st.sampled_from(["gzip", "deflate", "", "br"]), seed=st.integers()
)
def test_whatever_comes_ends_in_bytes_or_our_error(data: bytes, encoding: str, seed: int) -> None:
    packed = bytearray(gzip.compress(data) if encoding == "gzip" else zlib.compress(data))
    packed[random.Random(seed).randrange(len(packed))] ^= 0x55
    for sent in (bytes(packed), data):
        with suppress(ScrapeError):
            assert len(inflated(encoding, [sent], 50)) <= 50
