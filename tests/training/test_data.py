"""Captions: read, split by hash, told by hash; and all that is wrong with them at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from yoga_assistant.errors import TrainingError
from yoga_assistant.training import Captions, check_data
from yoga_assistant.training.checking import contact_sheet
from yoga_assistant.training.data import Captioned, flipped_text

Read = Callable[..., Captions]
TEXTS = st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, unique=True)


def test_a_folder_is_read_with_its_pictures(pictures: Path) -> None:
    captions = Captions.read(pictures)
    assert [item.text for item in captions] == [f"pose {n}, left foot forward" for n in range(6)]
    assert captions[2].picture().size == (18, 20)
    assert len(captions[1:3]) == 2


def test_a_text_file_has_a_caption_a_line(captions: Read) -> None:
    read = captions(" tree pose \n\ncrow\n", "captions.txt")
    assert list(read) == [Captioned("tree pose"), Captioned("crow")]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", 'not an object with a "text"'),
        ("[1]", 'not an object with a "text"'),
        ('{"caption": "tree"}', 'not an object with a "text"'),
        ('{"text": 3}', "empty or not text"),
        ('{"text": "  "}', "empty or not text"),
        ('{"text": "tree", "file_name": 3}', "file_name is 3"),
        ('{"text": "tree", "file_name": "gone.png"}', "no picture"),
    ],
)
def test_a_bad_line_is_named_by_its_number(captions: Read, line: str, told: str) -> None:
    with pytest.raises(TrainingError, match=f"line 2: .*{told}"):
        captions('{"text": "tree"}\n' + line + "\n")


def test_a_file_that_is_not_there_or_empty_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"metadata\.jsonl"):
        Captions.read(tmp_path)
    (tmp_path / "empty.txt").write_text("\n \n")
    with pytest.raises(TrainingError, match=r"empty\.txt has no captions"):
        Captions.read(tmp_path / "empty.txt")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TrainingError, match="not UTF-8"):
        Captions.read(tmp_path / "bytes.txt")


def test_a_file_that_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "tree.png").write_text("no picture")
    with pytest.raises(TrainingError, match=r"tree\.png cannot be read as a picture"):
        Captioned("tree", tmp_path / "tree.png").picture()


def test_a_picture_is_as_the_camera_was_held(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    Image.new("RGB", (30, 20)).save(tmp_path / "turned.jpg", exif=exif)
    assert Captioned("tree", tmp_path / "turned.jpg").picture().size == (20, 30)


@given(TEXTS, st.floats(0.05, 0.95), st.text(min_size=1))
def test_what_is_added_moves_no_old_caption(texts: list[str], share: float, new: str) -> None:
    before, after = (
        Captions(list(map(Captioned, texts))),
        Captions([Captioned(new), *map(Captioned, texts)]),
    )
    kept, held = ({item.text for item in side} for side in before.split(share))
    more_kept, more_held = ({item.text for item in side} for side in after.split(share))
    assert kept <= more_kept
    assert held <= more_held
    assert not more_kept & more_held


def test_the_share_that_is_held_out_is_about_what_was_asked() -> None:
    captions = Captions([Captioned(f"pose {n}") for n in range(2000)])
    assert 150 < len(captions.split(0.1)[1]) < 250


@pytest.mark.parametrize("share", [0, 1, -0.5, float("nan")])
def test_a_share_out_of_its_range_is_named(share: float) -> None:
    with pytest.raises(ValueError, match="held_out"):
        Captions([Captioned("tree")]).split(share)


def test_the_hash_sees_a_byte_of_a_picture_and_a_letter_of_a_caption(tmp_path: Path) -> None:
    path = tmp_path / "tree.png"
    path.write_bytes(b"one")
    first = Captions([Captioned("tree", path)]).hash
    assert Captions([Captioned("tree", path)]).hash == first
    path.write_bytes(b"two")
    assert Captions([Captioned("tree", path)]).hash != first
    assert Captions([Captioned("tref", path)]).hash != Captions([Captioned("tree", path)]).hash


@pytest.mark.parametrize("size", [(40, 20), (20, 40), (20, 20), (33, 25)])
def test_a_picture_is_cut_and_never_stretched(tmp_path: Path, size: tuple[int, int]) -> None:
    """A circle stays one."""
    width, height = size
    y, x = np.mgrid[:height, :width]
    radius = min(size) * 0.3
    circle = (x + 0.5 - width / 2) ** 2 + (y + 0.5 - height / 2) ** 2 < radius**2
    Image.fromarray((circle * 255).astype(np.uint8)).save(tmp_path / "circle.png")
    square = Captioned("circle", tmp_path / "circle.png").square(100)
    assert square.size == (100, 100)
    bright = np.asarray(square)[..., 0] > 127
    tall, wide = (int(bright.any(axis).sum()) for axis in (1, 0))
    assert abs(tall - wide) <= 100 / min(size) + 1
    assert abs(bright.mean() - np.pi * 0.09) < 0.05


@given(st.text())
def test_a_caption_that_is_mirrored_twice_is_itself(text: str) -> None:
    assert flipped_text(flipped_text(text)) == text


@pytest.mark.parametrize(
    ("text", "mirrored"),
    [
        ("Left foot, right hand", "Right foot, left hand"),
        ("LEFT knee", "RIGHT knee"),
        ("a bright room, leftover light", "a bright room, leftover light"),
        ("looking left", "looking right"),
    ],
)
def test_left_and_right_are_exchanged_as_whole_words(text: str, mirrored: str) -> None:
    assert flipped_text(text) == mirrored


def test_all_that_is_wrong_is_found_at_once(pictures: Path, tmp_path: Path) -> None:
    for name, size in (("small", (10, 10)), ("long", (90, 30)), ("good", (40, 30))):
        Image.new("RGB", size, (name == "good" and "red") or "blue").save(tmp_path / f"{name}.png")
    (tmp_path / "copy.png").write_bytes((tmp_path / "good.png").read_bytes())
    (tmp_path / "broken.png").write_text("x")
    rows = [
        {"file_name": "good.png", "text": "tree, left foot lifted"},
        {"file_name": "small.png", "text": "crow"},
        {"file_name": "long.png", "text": "boat"},
        {"file_name": "copy.png", "text": "tree"},
        {"file_name": "broken.png", "text": "fish"},
        {"file_name": "gone.png", "text": "bow"},
        {"text": "cobra"},
        {"text": "cobra"},
        {"text": ""},
        {"text": "word " * 100},
    ]
    (tmp_path / "metadata.jsonl").write_text("\n".join(map(json.dumps, rows)))
    report = check_data(
        tmp_path, size=20, flip=True, count_tokens=lambda text: len(text.split()), most_tokens=77
    )
    found = {(f.kind, f.line, f.is_error) for f in report.findings}
    assert found == {
        ("speaks of left or right", 1, False),
        ("smaller than 20 pixels", 2, False),
        ("so long that most is cut away", 3, False),
        ("picture twice", 4, False),
        ("picture is broken", 5, True),
        ("cannot be read", 6, True),
        ("caption twice", 8, False),
        ("cannot be read", 9, True),
        ("more than 77 tokens", 10, False),
    }
    assert not report.is_fit
    assert [item.text for item in report.captions][:3] == ["tree, left foot lifted", "crow", "boat"]
    assert len(report.captions) == 7
    told = str(report)
    assert "error: cannot be read: 2" in told
    assert "line 4: copy.png, as line 1" in told


def test_nothing_to_complain_of_is_said(pictures: Path) -> None:
    report = check_data(pictures, size=16)
    assert report.is_fit
    assert str(report) == "6 captions, 6 with pictures\nnothing to complain of"


def test_the_contact_sheet_shows_the_pictures(pictures: Path) -> None:
    sheet = contact_sheet(Captions.read(pictures))
    assert sheet.size[0] == 6 * 160
    assert len(set(sheet.convert("L").crop((0, 0, 160, 160)).tobytes())) > 50
    with pytest.raises(TrainingError, match="none of the captions"):
        contact_sheet([Captioned("tree")])
