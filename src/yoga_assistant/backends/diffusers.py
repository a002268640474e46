"""Draws with any text-to-image checkpoint that diffusers opens: whole, pruned or of few steps."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal, get_args

from ..checkpoints import newest, wishes
from ..errors import DiffusionError, SettingsError, needs_extra
from ..operators import declare_torchvision_operators
from ..progress import progress
from ..quiet import quiet
from ..settings import Settings
from ..types import ImagePrompt

DType = Literal["auto", "fp32", "fp16", "bf16"]
_DTYPES: Final = {"fp32": "float32", "fp16": "float16", "bf16": "bfloat16"}
STEPS: Final = 25
GUIDANCE: Final = 7.5
_SEEDS: Final = 2**63


class StableDiffusion:
    """A diffusion model in a folder, in the folder of a run, or on the hub.

    Nothing is loaded before the first picture, or `warm_up`. One picture is drawn at a time; calls
    from several threads wait for each other. The same prompt, seed and settings draw the same
    picture on the same device.

    Args:
        model: a folder as diffusers writes it, a run of `yoga_assistant.training`, or a name.
        lora: the folder of an adapter to it.
        steps: of denoising; by default what the checkpoint asks for, else 25.
        guidance: how strictly the words are followed; 1 or less leaves guidance out and halves the
            time. By default what the checkpoint asks for, else 7.5.
        size: side of the square, or width and height, in pixels; by default the checkpoint's own.
        negative: what the picture shall not show.
        batch: pictures that `draw_many` draws at a time.
        device: such as "cuda:1"; by default the GPU if there is one.
        dtype: of the weights; "auto" is fp16 on a GPU and fp32 elsewhere.
        threads: of the CPU while a picture is drawn; by default torch's setting.
        on_step: told steps done and their total after each step; what it raises ends the drawing.
        bar: whether to show a bar; by default where a person watches.

    Raises:
        ValueError: a setting is out of its range; the error names it.
    """

    def __init__(
        self,
        model: str | Path,
        *,
        lora: str | Path | None = None,
        steps: int | None = None,
        guidance: float | None = None,
        size: int | tuple[int, int] | None = None,
        negative: str = "",
        batch: int = 1,
        device: str | None = None,
        dtype: DType = "auto",
        threads: int | None = None,
        on_step: Callable[[int, int], None] | None = None,
        bar: bool | None = None,
    ) -> None:
        for name, value in (("steps", steps), ("batch", batch), ("threads", threads)):
            if value is not None and value < 1:
                raise ValueError(f"{name} is at least 1, not {value!r}")
        if dtype not in get_args(DType):
            raise ValueError(f"dtype is one of {get_args(DType)}, not {dtype!r}")
        sides = (size, size) if isinstance(size, int) else size
        if sides and min(sides) < 8:
            raise ValueError(f"size is at least 8 pixels, not {size!r}")
        self.model, self.lora = str(model), lora
        self.steps, self.guidance, self.sides = steps, guidance, sides
        self.negative, self.batch, self.threads = negative, batch, threads
        self.device, self.dtype = device, dtype
        self.on_step, self.bar = on_step, bar
        self._pipeline: Any = None
        self._drawing = threading.Lock()
        self._cancelled = threading.Event()

    @classmethod
    def from_settings(cls, model: str | None, _: Settings) -> StableDiffusion:
        """The model of "diffusers:FOLDER".

        Raises:
            SettingsError: no model is named.
        """
        if not model:
            raise SettingsError(
                "'diffusers' needs a model", hint="such as 'diffusers:FOLDER', or a name on the hub"
            )
        return cls(model)

    def draw(self, prompt: ImagePrompt) -> bytes:
        """The picture as PNG.

        Raises:
            MissingExtraError: the extra "images" is not installed.
            DiffusionError: the model cannot be opened, the memory does not suffice, the
                checkpoint's safety checker refused the picture, or `cancel` was called.
        """
        return self.draw_many([prompt])[0]

    def draw_many(self, prompts: Sequence[ImagePrompt]) -> list[bytes]:
        """The pictures of several prompts as PNG, `batch` of them at a time.

        Each has the seed of its own prompt; a batch may change the last bits of a picture.

        Raises:
            MissingExtraError, DiffusionError: as `draw`.
        """
        with self._drawing:
            self._cancelled.clear()
            pipeline = self._loaded()
            steps, starts = self._steps(), range(0, len(prompts), self.batch)
            drawn: list[bytes] = []
            with _threads(self.threads), progress("drawing", steps * len(starts), self.bar) as tick:
                for start in starts:
                    group = prompts[start : start + self.batch]
                    drawn += self._draw(pipeline, group, steps, tick)
            return drawn

    async def adraw(self, prompt: ImagePrompt) -> bytes:
        """`draw` in a thread; whoever gives up waiting ends the drawing."""
        try:
            return await asyncio.to_thread(self.draw, prompt)
        except asyncio.CancelledError:
            self.cancel()
            raise

    def cancel(self) -> None:
        """Ends what is being drawn after the step under way, with a DiffusionError."""
        self._cancelled.set()

    def warm_up(self) -> None:
        """Loads the model now."""
        with self._drawing:
            self._loaded()

    def close(self) -> None:
        """Frees the model; the next picture loads it again."""
        with self._drawing:
            self._pipeline = None

    def _draw(
        self, pipeline: Any, prompts: Sequence[ImagePrompt], steps: int, tick: Callable[[str], None]
    ) -> list[bytes]:
        def after_step(_: Any, step: int, __: Any, values: dict[str, Any]) -> dict[str, Any]:
            if self._cancelled.is_set():
                raise DiffusionError("the drawing was cancelled")
            if self.on_step:
                self.on_step(step + 1, steps)
            tick(f"step {step + 1}")
            return values

        wanted, generators = self._wishes(), [_generator(prompt.seed) for prompt in prompts]
        with _own_errors(self.model):
            drawn = pipeline(
                [prompt.text for prompt in prompts],
                negative_prompt=[self.negative] * len(prompts) if self.negative else None,
                num_inference_steps=steps,
                guidance_scale=_first(self.guidance, wanted.get("guidance"), GUIDANCE),
                width=self.sides[0] if self.sides else None,
                height=self.sides[1] if self.sides else None,
                generator=generators,
                callback_on_step_end=after_step,
            )
        if any(getattr(drawn, "nsfw_content_detected", None) or ()):
            raise DiffusionError(
                "the model's safety checker refused the picture",
                hint="try another seed or other words",
            )
        return [_png(image) for image in drawn.images]

    def _steps(self) -> int:
        return int(_first(self.steps, self._wishes().get("steps"), STEPS))

    def _wishes(self) -> Any:
        return wishes(newest(self.model))

    def _loaded(self) -> Any:
        if self._pipeline is None:
            self._pipeline = self._load()
        return self._pipeline

    def _load(self) -> Any:
        declare_torchvision_operators()
        try:
            import torch
            from diffusers import DiffusionPipeline
        except ImportError as error:
            raise needs_extra("images", "drawing pictures") from error
        device = self.device or str(torch.accelerator.current_accelerator() or "cpu")
        dtype = ("fp32" if device == "cpu" else "fp16") if self.dtype == "auto" else self.dtype
        try:
            with quiet():
                pipeline = DiffusionPipeline.from_pretrained(
                    str(newest(self.model)), dtype=getattr(torch, _DTYPES[dtype])
                )
                if self.lora is not None:
                    pipeline.load_lora_weights(str(newest(self.lora)))
            pipeline = pipeline.to(device)
        except Exception as error:  # of diffusers, transformers, the hub, the network, the driver
            raise self._not_opened(error) from error
        pipeline.set_progress_bar_config(disable=True)
        return pipeline

    def _not_opened(self, error: Exception) -> DiffusionError:
        if _is_out_of_memory(error):
            return _out_of_memory(self.model)
        told = (str(error) or repr(error)).strip().splitlines()[0]
        return DiffusionError(
            f"the model {self.model!r} cannot be opened: {told}",
            hint="give a folder that diffusers writes, a run, or a name on the hub while online",
        )


def _generator(seed: int | None) -> Any:
    """On the CPU, so that a seed's noise is the same on every device."""
    import torch

    generator = torch.Generator()
    if seed is None:
        generator.seed()
        return generator
    if not 0 <= seed < _SEEDS:
        raise ValueError(f"seed is 0 to 2**63 - 1, not {seed!r}")
    return generator.manual_seed(seed)


@contextmanager
def _own_errors(model: str) -> Iterator[None]:
    try:
        yield
    except (DiffusionError, KeyboardInterrupt):
        raise
    except (RuntimeError, MemoryError, ValueError, TypeError) as error:
        if _is_out_of_memory(error):
            raise _out_of_memory(model) from error
        raise DiffusionError(f"{model!r} could not draw: {error}") from error


def _is_out_of_memory(error: Exception) -> bool:
    told = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in told or "allocate memory" in told


def _out_of_memory(model: str) -> DiffusionError:
    return DiffusionError(
        f"the memory does not suffice for {model!r}",
        hint="lower size or batch, use dtype='fp16' or 'bf16', or a smaller model",
    )


@contextmanager
def _threads(count: int | None) -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _first(*values: Any) -> Any:
    return next(value for value in values if value is not None)


def _png(image: Any) -> bytes:
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
