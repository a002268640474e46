"""Models side by side, end to end, and the page that shows it."""

from __future__ import annotations

import html.parser
import time
from pathlib import Path
from typing import Any

import pytest

from yoga_assistant.errors import TrainingError
from yoga_assistant.testing.fakes import FakeDiffusion
from yoga_assistant.training.cost import macs_of, parameters_of
from yoga_assistant.training.evaluate import (
    Clip,
    evaluate,
    peak_memory,
    report,
    size_of,
    speed,
)

PROMPTS = ("tree pose", "crow pose")
HOSTILE = '<script>alert("x")</script>'


def test_every_prompt_is_drawn_with_every_seed_by_every_model(tmp_path: Path) -> None:
    models = {"one": FakeDiffusion(), "two": FakeDiffusion()}
    found = evaluate(models, tmp_path, prompts=PROMPTS, seeds=(3, 4, 5))
    for model in models.values():
        asked = [(prompt.text, prompt.seed) for prompt in model.prompts]
        assert [(text, seed) for text in PROMPTS for seed in (3, 4, 5)] == asked[:6]
    assert found.picture("one", 1, 4) == FakeDiffusion().draw(models["one"].prompts[4])


def test_what_was_drawn_before_is_not_drawn_again(tmp_path: Path) -> None:
    first = FakeDiffusion()
    evaluate({"one": first}, tmp_path, prompts=PROMPTS, seeds=(1, 2))
    path = next(tmp_path.glob("one*/001-2.png"))
    path.unlink()
    again = FakeDiffusion()
    evaluate({"one": again}, tmp_path, prompts=PROMPTS, seeds=(1, 2))
    timed = len(first.prompts) - 4
    assert len(again.prompts) == 1 + timed
    assert (again.prompts[0].text, again.prompts[0].seed) == ("crow pose", 2)
    assert path.is_file()


def test_a_folder_of_other_prompts_is_refused(tmp_path: Path) -> None:
    evaluate({"one": FakeDiffusion()}, tmp_path, prompts=PROMPTS, seeds=(1,))
    with pytest.raises(TrainingError, match="other models, prompts or seeds"):
        evaluate({"one": FakeDiffusion()}, tmp_path, prompts=PROMPTS[:1], seeds=(1,))


def test_all_that_can_be_measured_is(tmp_path: Path, clip: Clip, pictures: Any) -> None:
    found = evaluate(
        {"one": FakeDiffusion()},
        tmp_path,
        prompts=PROMPTS,
        seeds=range(5),
        clip=clip,
        real=pictures(10),
        learned=pictures(3),
        notes={"one": {"parameters": "none"}},
    )
    names = [score.metric.split(" (")[0] for score in found.scores["one"]]
    assert names == ["CLIP score", "KID x 1000", "cosine to the nearest of 3 learned",
                     "time of a picture"]  # fmt: skip
    assert found.notes["one"]["parameters"] == "none"
    assert "MiB" in found.notes["one"]["peak memory"]
    assert "CLIP score" in str(found)


@pytest.mark.parametrize(
    "wrong", [{"models": {}}, {"prompts": ()}, {"seeds": ()}, {"real": [1]}, {"learned": [1]}]
)
def test_an_evaluation_of_nothing_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    given = {"models": {"one": FakeDiffusion()}, "out": tmp_path, "prompts": PROMPTS, "seeds": (1,)}
    with pytest.raises(ValueError, match="wants"):
        evaluate(**{**given, **wrong})


class Page(html.parser.HTMLParser):
    """The elements of a page, and whatever they load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        self.tags.append(tag)
        self.loads += [value for name, value in attributes if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_report_shows_every_picture_and_loads_nothing(tmp_path: Path, clip: Clip) -> None:
    models = {"one": FakeDiffusion(), HOSTILE: FakeDiffusion(16)}
    prompts = (*PROMPTS, HOSTILE)
    found = evaluate(models, tmp_path / "e", prompts=prompts, seeds=(1, 2), clip=clip)
    report(found, tmp_path / "out.html")
    page = Page((tmp_path / "out.html").read_text())
    assert page.tags.count("img") == 2 * 3 * 2
    assert "script" not in page.tags
    assert HOSTILE in page.text
    assert all(load.startswith("data:image/png;base64,") for load in page.loads)
    assert page.tags.count("svg") == 2
    for score in found.scores["one"]:
        assert score.metric in page.text
        assert f"{score.mean:.4g}" in page.text


def test_speed_is_measured_after_a_warm_up() -> None:
    calls = []
    score = speed(lambda: calls.append(1), runs=4, warm_up=2)
    assert (len(calls), score.n, score.unit) == (6, 4, "s")
    assert not score.higher_is_better
    with pytest.raises(ValueError, match="runs"):
        speed(lambda: None, runs=0)


def test_the_peak_of_memory_holds_what_was_allocated() -> None:
    def draw() -> None:
        held = bytearray(200_000_000)
        held[::4096] = b"x" * len(held[::4096])
        time.sleep(0.1)

    idle, busy = peak_memory(lambda: None), peak_memory(draw)
    assert busy - idle > 150_000_000


def test_a_pipelines_size_is_counted_in_each_way(pipeline: Any) -> None:
    size = size_of(pipeline)
    unet, text, vae = (
        parameters_of(part) for part in (pipeline.unet, pipeline.text_encoder, pipeline.vae)
    )
    encoder = parameters_of(pipeline.vae.encoder, pipeline.vae.quant_conv)
    assert (size.unet, size.whole) == (unet, unet + text + vae)
    assert size.with_decoder == size.whole - encoder
    assert size.macs == macs_of(pipeline.unet)
