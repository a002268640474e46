"""`yoga.read`: links, files and folders become what later questions are answered from."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from yoga_assistant import ReadReport, YogaAssistant
from yoga_assistant.backends.plain import read_text
from yoga_assistant.backends.sqlite import SQLiteStore
from yoga_assistant.cli import program
from yoga_assistant.errors import ScrapeError, StoreError
from yoga_assistant.testing.fakes import FakeScraper
from yoga_assistant.types import Pack, Page

LINK = "https://example.org/zebra"
QUESTION = "How is the zebra stance done?"
ZEBRA = "# The zebra stance\n\nThe zebra stance is done on two toes while humming one low note."
HTML = f"""<html><head><title>The zebra stance</title>
<link rel=canonical href="https://elsewhere.example/other"></head>
<body><article><h1>The zebra stance</h1><p>{ZEBRA.splitlines()[-1]} It was thought out by
a circus, and it wakes up tired feet after a long day at a desk.</p></article></body></html>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Notes as people have them: a few that can be read, and some that cannot."""
    notes = tmp_path / "notes"
    (notes / "deep").mkdir(parents=True)
    (notes / "zebra.md").write_text(ZEBRA)
    (notes / "deep" / "okapi.html").write_text(HTML.replace("zebra", "okapi"))
    (notes / "gnu.txt").write_text("The gnu stance is done lying down, with both eyes closed.")
    (notes / "empty.md").write_text(" \n")
    (notes / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (notes / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    (notes / ".hidden.md").write_text("The yak stance is a secret.")
    return notes


def told(report: ReadReport) -> dict[str, str]:
    """The reasons by the name of the file."""
    return {Path(each.url).name: each.reason for each in report.unread}


@pytest.mark.parametrize("name", ["zebra.md", "zebra.txt", "zebra.html", "zebra"])
def test_a_file_that_was_read_answers_and_is_the_source(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(HTML if name.endswith("html") else ZEBRA)
    yoga = YogaAssistant()
    report = yoga.read(path)
    assert [page.title for page in report.pages] == [
        "The zebra stance" if not name.endswith("txt") and "." in name else report.pages[0].title
    ]
    answer = yoga.ask(QUESTION, route="text")
    assert "humming" in answer.text
    assert answer.sources[0].url == str(path)


def test_a_folder_is_read_through_and_one_bad_file_ends_nothing(folder: Path) -> None:
    yoga = YogaAssistant()
    report = yoga.read(folder)
    assert sorted(Path(page.url).name for page in report.pages) == [
        "gnu.txt",
        "okapi.html",
        "zebra.md",
    ]
    reasons = told(report)
    assert sorted(reasons) == ["broken.pdf", "empty.md", "photo.jpg"]
    assert "empty" in reasons["empty.md"]
    assert "not read" in reasons["photo.jpg"]
    assert "PDF" in reasons["broken.pdf"]
    assert "Read 3 pages" in str(report)
    assert "photo.jpg" in str(report)
    for word, name in (("zebra", "humming"), ("gnu", "eyes closed"), ("okapi", "humming")):
        assert name in yoga.ask(f"How is the {word} stance done?", route="text").text
    assert not any("secret" in found.quote for found in yoga.search("the yak stance is a secret"))


def test_links_and_files_go_together(folder: Path) -> None:
    yoga = YogaAssistant(scraper=FakeScraper({LINK: HTML}))
    report = yoga.read(LINK, folder / "gnu.txt", str(folder / "zebra.md"), "https://gone.example/x")
    assert len(report.pages) == 3
    [unread] = report.unread
    assert unread.url == "https://gone.example/x"


def test_a_saved_page_takes_no_other_pages_place(tmp_path: Path) -> None:
    (tmp_path / "saved.html").write_text(HTML)
    [page] = YogaAssistant().read(tmp_path / "saved.html").pages
    assert page.document.id == str(tmp_path / "saved.html")


def test_what_was_read_lasts_in_a_store(tmp_path: Path, folder: Path) -> None:
    with YogaAssistant(store=tmp_path / "yoga.db") as yoga:
        yoga.read(folder)
    with YogaAssistant(store=tmp_path / "yoga.db") as yoga:
        assert "humming" in yoga.ask(QUESTION, route="text").text


def test_what_has_not_changed_is_not_read_again(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def noted(text: str, url: str) -> Page:
        opened.append(url)
        return read_text(text, url)

    monkeypatch.setattr("yoga_assistant.backends.files.read_text", noted)
    with YogaAssistant(store=tmp_path / "yoga.db") as yoga:
        yoga.read(folder)
        assert len(opened) == 2
        (folder / "gnu.txt").write_text("The gnu stance is done standing in a river, they say.")
        report = yoga.read(folder)
        assert [Path(path).name for path in opened[2:]] == ["gnu.txt"]
        assert len(report.pages) == 3
        answer = yoga.ask("How is the gnu stance done?", route="text").text
        assert "river" in answer
        assert "eyes closed" not in answer


def test_a_page_is_queued_once_however_often_it_is_read(tmp_path: Path, folder: Path) -> None:
    with YogaAssistant(store=tmp_path / "yoga.db") as yoga:
        yoga.read(folder)
        yoga.read(folder)
    store = SQLiteStore(tmp_path / "yoga.db")
    assert store.waiting() == 3
    store.close()


def test_the_same_place_given_twice_is_read_once(folder: Path) -> None:
    assert len(YogaAssistant().read(folder / "gnu.txt", str(folder / "gnu.txt")).pages) == 1


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("missing.pdf", "No such file"),
        ("missing.md", "No such file"),
        ("missing/", "No such file"),
        ("../missing", "No such file"),
        ("/missing.d/notes", "No such file"),
        (Path("missing"), "No such file"),
        ("https://gone.example/x", "no page"),
        ("gone.example", "no page"),
    ],
)
def test_a_place_that_cannot_be_read_is_an_error_that_names_it(
    place: str | Path, reason: str
) -> None:
    with pytest.raises(ScrapeError, match=reason) as caught:
        YogaAssistant(scraper=FakeScraper({})).read(place)
    assert str(place).strip("./") in str(caught.value)
    assert caught.value.hint


def test_an_empty_folder_and_no_place_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a link, a file or a folder"):
        YogaAssistant().read()
    with pytest.raises(ScrapeError, match="no file"):
        YogaAssistant().read(tmp_path)


def test_a_folder_of_unreadable_files_names_some_and_counts_the_rest(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.jpg").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(ScrapeError, match=r"0\.jpg.*and 6 more"):
        YogaAssistant().read(tmp_path)


def test_a_file_without_permission_is_told(folder: Path) -> None:
    if os.geteuid() == 0:
        (folder / "zebra.md").unlink()
        (folder / "zebra.md").symlink_to(folder / "nowhere")
    else:
        (folder / "zebra.md").chmod(0)
    assert "zebra.md" in told(YogaAssistant().read(folder))


def test_a_store_that_cannot_keep_is_told(folder: Path) -> None:
    class Full(SQLiteStore):
        def put(self, page: Page, pack: Pack | None = None, *, link: str | None = None) -> bool:
            raise StoreError("the disk is full")

    report = YogaAssistant(store=Full()).read(folder)
    assert "disk is full" in str(report)


def test_the_bar_shows_how_far_it_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    YogaAssistant().read(folder, progress=True)
    assert "5/5" in capsys.readouterr().err
    YogaAssistant().read(folder)
    assert not capsys.readouterr().err


def test_async_code_reads_too(folder: Path) -> None:
    assert len(asyncio.run(YogaAssistant().aread(folder)).pages) == 3


def test_the_command_line_reads_into_a_store_and_answers_from_it(folder: Path) -> None:
    store = str(folder.parent / "yoga.db")
    run = CliRunner().invoke
    result = run(program, ["read", str(folder), "--store", store])
    assert result.exit_code == 0
    assert "Read 3 pages." in result.stdout
    assert "photo.jpg" in result.stdout
    assert "humming" in run(program, ["ask", QUESTION, "--store", store]).stdout
    assert "zebra.md" in run(program, ["search", "zebra stance", "--store", store]).stdout
    found = json.loads(run(program, ["read", str(folder), "--store", store, "--json"]).stdout)
    assert list(found) == ["read", "unread", "unkept"]
    assert list(found["read"][0]) == ["url", "title", "characters"]


def test_the_command_line_wants_a_store_to_read_into(folder: Path) -> None:
    result = CliRunner().invoke(program, ["read", str(folder)])
    assert result.exit_code == 2
    assert "--store" in result.stderr


def test_what_was_not_read_is_told_with_what_to_do(folder: Path) -> None:
    assert "PDF, HTML, Markdown and plain text can be read" in str(YogaAssistant().read(folder))


def test_a_source_is_listed_by_its_words_and_not_by_its_title(folder: Path) -> None:
    yoga = YogaAssistant()
    yoga.read(folder / "zebra.md")
    printed = str(yoga.ask(QUESTION, route="text"))
    assert "# The zebra stance" not in printed
    assert "zebra.md: The zebra stance is done" in printed
