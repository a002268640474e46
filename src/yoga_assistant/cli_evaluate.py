"""The command line of judging: `yoga-assistant evaluate images`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from .errors import TrainingError, extra
from .options import EXIT_CODES, debug_option

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})


@click.group()
def evaluate() -> None:
    """The commands; what they are for stands where `yoga-assistant` has them from."""


@evaluate.command(epilog=EXIT_CODES)
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@click.option("--out", metavar="DIR", required=True, help="Where the pictures are kept.")
@click.option("--report", metavar="FILE", help="Where the report goes, as HTML.")
@click.option("--prompts", metavar="FILE", help="A prompt a line; by default twelve asanas.")
@click.option("--seeds", type=click.IntRange(1), default=8, show_default=True, help="For each.")
@click.option("--steps", type=int, help="Of denoising; by default each model's own.")
@click.option("--guidance", type=float, help="By default each model's own.")
@click.option("--size", type=int, help="Of a side, in pixels; by default each model's own.")
@click.option("--clip", metavar="NAME", default="ViT-B-32", show_default=True, help="Of open_clip.")
@click.option(
    "--clip-weights", metavar="TAG", help="Of CLIP: a file or a tag; none, no CLIP score."
)
@click.option("--real", metavar="DIR", help="Pictures for the kernel distance.")
@click.option("--learned", metavar="DIR", help="Pictures that were learned from: is any copied?")
@debug_option
@extra("eval", "comparing models that draw")
def images(
    models: Sequence[str],
    out: str,
    report: str | None,
    prompts: str | None,
    seeds: int,
    **ways: Any,
) -> None:
    """Let each MODEL draw the same prompts with the same seeds, and measure the pictures.

    MODEL is a folder of diffusers, a run, or a name on the hub; `name=MODEL` names it in the
    report. Run once more with the same settings it goes on where it stopped.
    """
    from .training.evaluate import Clip
    from .training.evaluate import evaluate as judged
    from .training.evaluate import report as write_report
    from .training.evaluate.pictures import PROMPTS

    drawers, notes = _drawers(models, ways)
    weights = ways["clip_weights"]
    found = judged(
        drawers,
        out,
        prompts=_lines(prompts) if prompts else PROMPTS,
        seeds=range(seeds),
        clip=Clip(ways["clip"], weights) if weights else None,
        real=_pictures(ways["real"]),
        learned=_pictures(ways["learned"]),
        notes=notes,
    )
    print(found)
    if report:
        write_report(found, report)
        print(f"report: {report}")


def _drawers(models: Sequence[str], ways: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What draws, and what is known of its size, by the name that it shall have."""
    from .backends.diffusers import StableDiffusion
    from .training.evaluate import size_of
    from .training.pipeline import load_pipeline

    drawers, notes = {}, {}
    for spec in models:
        name, equals, model = spec.partition("=")
        if not equals:
            name = model = spec
        if name in drawers:
            raise click.UsageError(f"two models are named {name!r}")
        settings = {key: ways[key] for key in ("steps", "guidance", "size")}
        drawers[name] = StableDiffusion(model, bar=False, **settings)
        size = size_of(load_pipeline(model))
        notes[name] = {
            "parameters": f"UNet {size.unet:,}, with text encoder and decoder "
            f"{size.with_decoder:,}, whole {size.whole:,}",
            "MACs a step": f"{size.macs:,}",
        }
    return drawers, notes


def _lines(path: str) -> list[str]:
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path} cannot be read: {error}") from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise TrainingError(f"{path} has no prompts", hint="write one a line")
    return lines


def _pictures(folder: str | None) -> list[Any]:
    if folder is None:
        return []
    from .training.data import Captioned

    paths = sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in _PICTURES)
    if not paths:
        raise TrainingError(f"{folder} holds no pictures")
    return [Captioned(path.name, path).picture() for path in paths]
