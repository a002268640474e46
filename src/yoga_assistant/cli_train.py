"""The command line of the workshop: `yoga-assistant train finetune | prune | distill | ...`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, Final

import click

from .errors import TrainingError, extra
from .options import (
    EXIT_CODES,
    F,
    arguments_checked,
    debug_option,
    made_of,
    options_of,
    read_config,
)
from .training.lessons import (
    AUTOENCODER,
    BK_SDM,
    FEW_STEPS,
    ORIGINAL,
    Coding,
    Lesson,
    Shortening,
    Teaching,
)
from .training.recipe import Recipe

_WAYS: Final = ("finetune", "distill", "steps")
_NO_LESSON: Final = frozenset({"lesson"})
_OF_LATENTS: Final = frozenset({"size", "flip", "dream_steps", "dream_guidance"})
_NOT_OF_LATENTS: Final = frozenset(f.name for f in fields(Lesson)) - _OF_LATENTS


@click.group()
def train() -> None:
    """The commands; what they are for stands where `yoga-assistant` has them from."""


def _trains(recipe: Recipe) -> Callable[[F], F]:
    """The options that every command of training has."""

    def add(command: F) -> F:
        command = options_of(Recipe, recipe)(command)
        text = "Say what would be done, and do nothing."
        command = click.option("--dry-run", is_flag=True, help=text)(command)
        text = "A TOML file of the settings below; flags come before it."
        command = click.option("--config", metavar="FILE", help=text)(command)
        text = "The folder of the run."
        command = click.option("--out", required=True, metavar="DIR", help=text)(command)
        return debug_option(command)

    return add


@train.command(epilog=EXIT_CODES)
@click.argument("model")
@click.argument("captions")
@_trains(ORIGINAL)
@options_of(Teaching, Teaching())
def finetune(model: str, captions: str, **ways: Any) -> None:
    """Fine-tune MODEL (a folder, a run, or a name on the hub) on CAPTIONS.

    CAPTIONS is a folder with a metadata.jsonl: {"file_name": "tree.png", "text": "tree pose"}.
    """
    recipe, teaching = _settings(ways, ORIGINAL, Teaching())
    if ways["dry_run"]:
        _told(captions, recipe, teaching, ways["out"])
        _plan(model, recipe, "finetune", size=teaching.size, lora_rank=teaching.lora_rank)
        return
    from .training import finetune_diffusion

    out = ways["out"]
    with arguments_checked():
        print(finetune_diffusion(model, captions, out=out, recipe=recipe, teaching=teaching))


@train.command(epilog=EXIT_CODES)
@click.argument("model")
@click.option("--out", metavar="DIR", help="The folder of the smaller model.")
@click.option("--total-ratio", type=float, help="Of all parameters that may remain, 0 to 1.")
@click.option("--parameters", type=int, help="That the UNet may have.")
@click.option("--macs", type=int, help="Multiply-accumulate operations that a step may take.")
@click.option("--seconds", type=float, help="That a step may take here.")
@click.option("--preset", help="A known cut, such as bk-tiny.")
@click.option("--keep-mid", is_flag=True, help="Keep a middle block, on which some tools insist.")
@click.option("--dry-run", is_flag=True, help="List the legal cuts, and write nothing.")
@debug_option
@extra("train", "pruning a model")
def prune(model: str, out: str | None, keep_mid: bool, dry_run: bool, **budget: Any) -> None:
    """Make a smaller MODEL within a budget; text encoder and autoencoder stay whole.

    It draws badly until it is taught: see `train distill`.
    """
    from .training.pipeline import load_pipeline, load_unet, save_with
    from .training.pruning import plans
    from .training.pruning import prune as pruned

    if dry_run:
        for plan in plans(load_unet(model)):
            print(f"{plan.parameters:>13,} parameters, {plan.macs:>16,} MACs: {plan}")
        return
    folder = _empty_folder(out)
    pipeline = load_pipeline(model)
    kept = _parameters(pipeline) - _parameters(pipeline.unet)
    with arguments_checked():
        student = pruned(pipeline.unet, kept=kept, keep_mid=keep_mid, **budget)
    save_with(pipeline, student, folder)
    before, after = _parameters(pipeline), kept + _parameters(student)
    print(f"{before:,} parameters became {after:,} ({after / before:.1%}): {folder}")


@train.command(epilog=EXIT_CODES)
@click.argument("teacher")
@click.argument("student")
@click.argument("captions")
@_trains(BK_SDM)
@options_of(Lesson, Lesson())
def distill(teacher: str, student: str, captions: str, **ways: Any) -> None:
    """Teach STUDENT, such as `train prune` makes, to draw as TEACHER does.

    CAPTIONS is a folder with a metadata.jsonl, or a file of captions without pictures.
    """
    recipe, lesson = _settings(ways, BK_SDM, Lesson())
    if ways["dry_run"]:
        _told(captions, recipe, lesson, ways["out"])
        _plan(teacher, recipe, "distill", student=student, size=lesson.size)
        return
    from .training import distill, load_unet

    out, pupil = ways["out"], load_unet(student)
    with arguments_checked():
        print(distill(teacher, pupil, captions, out=out, recipe=recipe, lesson=lesson))


@train.command(epilog=EXIT_CODES)
@click.argument("model")
@click.argument("captions")
@_trains(FEW_STEPS)
@options_of(Shortening, Shortening(), _NO_LESSON)
@options_of(Lesson, Lesson(), _NOT_OF_LATENTS)
def steps(model: str, captions: str, **ways: Any) -> None:
    """Teach MODEL to draw in a few steps, without guidance."""
    recipe, shortening = _settings(ways, FEW_STEPS, Shortening(), _OF_LATENTS)
    lesson = made_of(Lesson(), _config(ways, FEW_STEPS, Shortening(), _OF_LATENTS), ways)
    if ways["dry_run"]:
        _told(captions, recipe, shortening, ways["out"])
        _plan(model, recipe, "steps", size=lesson.size)
        return
    from .training import shorten

    out, shortening = ways["out"], replace(shortening, lesson=lesson)
    with arguments_checked():
        print(shorten(model, captions, out=out, recipe=recipe, shortening=shortening))


@train.command(epilog=EXIT_CODES)
@click.argument("model")
@click.argument("captions")
@_trains(AUTOENCODER)
@options_of(Coding, Coding())
def vae(model: str, captions: str, **ways: Any) -> None:
    """Train the autoencoder of MODEL on the pictures of CAPTIONS.

    MODEL is a checkpoint, or a .json file with the configuration of one to train from nothing.
    """
    recipe, coding = _settings(ways, AUTOENCODER, Coding())
    if ways["dry_run"]:
        _told(captions, recipe, coding, ways["out"])
        return
    from .training import train_vae

    given = _architecture(model) if model.endswith(".json") else model
    with arguments_checked():
        print(train_vae(given, captions, out=ways["out"], recipe=recipe, coding=coding))


@train.command(epilog=EXIT_CODES)
@click.option("--out", required=True, metavar="DIR", help="Where the pictures go.")
@click.option("--n", default=6000, show_default=True, help="How many pictures.")
@click.option("--size", default=512, show_default=True, help="Pixels a side.")
@click.option("--seed", default=0, show_default=True, help="Another seed, other pictures.")
@click.option("--asana", "asanas", multiple=True, help="Only this one; may be given again.")
@click.option("--workers", type=int, help="Processes; by default one a processor.")
@debug_option
@arguments_checked()
def studio(out: str, workers: int | None, **recipe: Any) -> None:
    """Draw yoga pictures with captions and known joints, to train on."""
    with extra("studio", "drawing pictures to train on"):
        from .training.studio import StudioSet

    wanted = StudioSet(**recipe)
    drawn = wanted.write(out, workers=workers)
    print(f"{wanted.n} pictures in {out}, {drawn} of them drawn now")


@train.command("check-data", epilog=EXIT_CODES)
@click.argument("captions")
@click.option("--model", help="Whose tokens are counted.")
@click.option("--size", type=int, default=512, show_default=True, help="To be learned in, pixels.")
@click.option("--flip", is_flag=True, help="Mirrored pictures will be learned too.")
@click.option("--sheet", metavar="FILE", help="Where a contact sheet goes, as PNG.")
@debug_option
@click.pass_context
@extra("train", "looking at pictures")
def check_data(
    ctx: click.Context, captions: str, model: str | None, size: int, flip: bool, sheet: str | None
) -> None:
    """Say what is wrong with CAPTIONS and their pictures, all of it at once."""
    from .training.checking import check_data, contact_sheet

    counting: dict[str, Any] = {}
    if model:
        from .training.pipeline import load_tokenizer

        tokenizer = load_tokenizer(model)
        counting["count_tokens"] = lambda text: len(tokenizer(text, verbose=False).input_ids)
        counting["most_tokens"] = tokenizer.model_max_length
    report = check_data(captions, size=size, flip=flip, **counting)
    print(report)
    if sheet:
        contact_sheet(report.captions).save(sheet, "PNG")
        print(f"contact sheet: {sheet}")
    ctx.meta["exit_code"] = 0 if report.is_fit else 1


@train.command(epilog=EXIT_CODES)
@click.argument("model")
@click.option("--trained-as", type=click.Choice(_WAYS), default="finetune")
@click.option("--student", metavar="DIR", help="Of a distillation.")
@click.option(
    "--size", type=int, default=512, show_default=True, help="Of the pictures, in pixels."
)
@click.option("--lora-rank", type=int, help="Of an adapter.")
@options_of(Recipe, ORIGINAL)
@debug_option
def plan(model: str, trained_as: str, **ways: Any) -> None:
    """Say how much memory a run would take; only configurations are read."""
    given = {name: ways[name] for name in ("student", "size", "lora_rank")}
    _plan(model, made_of(ORIGINAL, {}, ways), trained_as, **given)


@train.command(epilog=EXIT_CODES)
@click.argument("run")
@click.option("--plot", metavar="FILE", help="Where a plot of the loss goes, as SVG.")
@debug_option
def show(run: str, plot: str | None) -> None:
    """Say what RUN is made of and how far it has come."""
    from .training.run import Run

    found = Run.open(run)
    print(found)
    if plot:
        Path(plot).write_text(found.plot(), encoding="utf-8")
        print(f"plot: {plot}")


def _settings(
    ways: Mapping[str, Any], recipe: Recipe, lesson: Any, more: frozenset[str] = frozenset()
) -> tuple[Recipe, Any]:
    config = _config(ways, recipe, lesson, more)
    return made_of(recipe, config, ways), made_of(lesson, config, ways)


def _config(
    ways: Mapping[str, Any], recipe: Recipe, lesson: Any, more: frozenset[str]
) -> dict[str, Any]:
    known = frozenset(asdict(recipe)) | frozenset(asdict(lesson)) - _NO_LESSON | more
    return read_config(ways["config"], known)


def _told(captions: str, recipe: Recipe, lesson: Any, out: str) -> None:
    from .training.data import Captions

    found = Captions.read(captions)
    pictures = sum(item.image is not None for item in found)
    print(f"would train in {out} on {len(found)} captions, {pictures} with pictures")
    for settings in (recipe, lesson):
        print(", ".join(f"{key} {value}" for key, value in asdict(settings).items()))


def _plan(model: str, recipe: Recipe, trained_as: Any, **given: Any) -> None:
    from .training import plan_memory

    print(plan_memory(model, recipe, trained_as, **given))


def _parameters(model: Any) -> int:
    from .training.cost import parameters_of

    if hasattr(model, "components"):
        parts = (model.unet, model.text_encoder, model.vae)
        return parameters_of(*parts)
    return parameters_of(model)


def _empty_folder(out: str | None) -> Path:
    if out is None:
        raise click.UsageError("--out names the folder of the smaller model")
    folder = Path(out)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TrainingError(f"{out} is not an empty folder", hint="choose another one")
    return folder


def _architecture(path: str) -> dict[str, Any]:
    import json

    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(found, dict):
        raise TrainingError(f"{path} is no object of settings")
    return found
