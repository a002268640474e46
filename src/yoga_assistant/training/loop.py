"""The one training loop: a task and its examples in, a run with checkpoints out.

    step s: examples of s ──> losses ──> gradient ──> clip ──> weights ──> moving average ──> log
               └ which ones, their seeds and the learning rate depend on s and nothing else ┘

So nothing has to be remembered but the weights: a run that was killed goes on bit by bit as if it
had not been, and any number of processes (`accelerate launch`) sees the same examples and noise.
"""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from torch import Tensor, nn
from torch.utils.data import DataLoader

from ..checkpoints import complete
from ..errors import TrainingError
from ..progress import progress
from . import checkpoint
from .average import Average
from .draws import Batches, draws, mixed
from .recipe import Recipe
from .run import LOG, Run, begin

Batch = dict[str, Any]


class Examples(Protocol):
    """What is learned from: example `index`, varied by `seed` alone, as a dictionary of tensors."""

    def __len__(self) -> int: ...

    def __getitem__(self, key: tuple[int, int]) -> Batch: ...


class Task(Protocol):
    """What is trained, and how a batch is judged."""

    name: str
    model: nn.Module
    details: Mapping[str, Any]  # settings of its own, for run.json

    def to(self, device: torch.device) -> None:
        """Moves what is not trained to where it is computed."""
        ...

    def losses(self, model: nn.Module, batch: Batch) -> dict[str, Tensor]:
        """The terms of the loss, each a scalar that is already weighted."""
        ...

    def save(self, folder: Path) -> None:
        """Writes the model as other tools open it."""
        ...


def fit(
    task: Task,
    examples: Examples,
    recipe: Recipe,
    out: str | Path,
    *,
    data: Mapping[str, Any] | None = None,
) -> Run:
    """Trains in a folder; a folder that holds a part of the same run is gone on with.

    Ctrl-C and SIGTERM end it after the step under way, with a checkpoint.

    Args:
        data: what tells these examples from others, such as their hash, for `run.json`.

    Raises:
        TrainingError: the folder holds another run, the disk is full, or the gradient was not
            finite for `recipe.patience` steps in a row.
    """
    if len(examples) == 0:
        raise ValueError("there are no examples to learn from")
    with torch.random.fork_rng():
        return _Fit(task, examples, recipe, Path(out), dict(data or {})).run()


class _Fit:
    def __init__(
        self, task: Task, examples: Examples, recipe: Recipe, out: Path, data: dict[str, Any]
    ) -> None:
        self.task, self.examples, self.recipe, self.out = task, examples, recipe, out
        self.accelerator = _accelerator(recipe)
        details = {**task.details, "processes": self.accelerator.num_processes}
        if self.accelerator.is_main_process:
            begin(out, task.name, recipe, details, {**data, "examples": len(examples)})
        self.accelerator.wait_for_everyone()
        self.trained = [p for p in task.model.parameters() if p.requires_grad]
        for parameter in self.trained:
            parameter.data = parameter.data.float()
        task.to(self.accelerator.device)
        self.model, self.optimizer = self.accelerator.prepare(
            task.model,
            torch.optim.AdamW(self.trained, lr=recipe.lr, weight_decay=recipe.weight_decay),
        )
        self.average = None if recipe.ema is None else Average(task.model, recipe.ema)
        self.skipped = 0  # steps in a row
        self.stopping = False

    def run(self) -> Run:
        first, run = self._restore(), Run(self.out)
        if first >= self.recipe.steps:
            return run
        batches = self._loader(first)
        left, quiet = self.recipe.steps - first, None if self.accelerator.is_main_process else False
        with ExitStack() as stack:
            tick = stack.enter_context(progress(self.task.name, left, quiet))
            log = stack.enter_context(_log(self.out, first, self.accelerator.is_main_process))
            stack.enter_context(self._stopped_by_signals())
            for step in range(first, self.recipe.steps):
                line = self._step(step, batches)
                log(line)
                tick(f"loss {line['loss']}")
                done = step + 1
                if done % self.recipe.save_every == 0 or done == self.recipe.steps or self._stop():
                    self._save(done)
                if self.stopping:
                    raise KeyboardInterrupt
        return run

    def _step(self, step: int, batches: Iterator[Batch]) -> dict[str, Any]:
        started, rate = time.perf_counter(), self.recipe.lr_at(step)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        terms: dict[str, float] = {}
        shares: dict[str, float] = {}
        self.model.train()
        for part in range(self.recipe.accumulate):
            batch = _on(next(batches), self.accelerator.device)
            torch.manual_seed(mixed(self.recipe.seed, step, part))  # of dropout
            with ExitStack() as stack:
                if part < self.recipe.accumulate - 1:
                    stack.enter_context(self.accelerator.no_sync(self.model))
                with self.accelerator.autocast():
                    losses = self.task.losses(self.model, batch)
                if part == 0 and self._shares_wanted(step, losses):
                    shares = self._shares(losses)
                self.accelerator.backward(sum(losses.values()) / self.recipe.accumulate)
            for name, loss in losses.items():
                terms[name] = terms.get(name, 0.0) + float(loss.detach()) / self.recipe.accumulate
        norm = float(self.accelerator.clip_grad_norm_(self.trained, self.recipe.clip))
        if applied := self._apply(step, norm):
            self.skipped = 0
        line = {
            "step": step,
            "loss": _number(sum(terms.values())),
            "terms": {name: _number(value) for name, value in terms.items()},
            "lr": rate,
            "norm": _number(norm),
            "seconds": round(time.perf_counter() - started, 4),
        }
        return (
            line | ({"shares": shares} if shares else {}) | ({} if applied else {"skipped": True})
        )

    def _apply(self, step: int, norm: float) -> bool:
        """Whether the gradient was finite; one that is not changes nothing but fp16's scale."""
        finite = norm < float("inf")  # false of nan as well
        if finite or self.recipe.precision == "fp16":
            self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        if finite:
            if self.average:
                self.average.update(step)
            return True
        self.skipped += 1
        if self.skipped >= self.recipe.patience:
            places = [place for place, _ in draws(self.recipe, len(self.examples), step, 0, 1)]
            raise TrainingError(
                f"the gradient was not finite in {self.skipped} steps in a row, up to step {step} "
                f"(examples {places[:8]})",
                hint="look at these examples, lower lr, or use bf16 or fp32; the last checkpoint "
                "is as it was",
            )
        return False

    def _shares_wanted(self, step: int, losses: Mapping[str, Tensor]) -> bool:
        every = self.recipe.shares_every
        return bool(every) and step % every == 0 and len(losses) > 1

    def _shares(self, losses: Mapping[str, Tensor]) -> dict[str, float]:
        """The norm of each term's gradient, as a share of all of them."""
        norms = {}
        for name, loss in losses.items():
            gradients = torch.autograd.grad(
                loss, self.trained, retain_graph=True, allow_unused=True
            )
            squares = [g.float().square().sum() for g in gradients if g is not None]
            norms[name] = float(torch.stack(squares).sum().sqrt()) if squares else 0.0
        total = sum(norms.values())
        return {name: round(norm / total, 4) for name, norm in norms.items()} if total else {}

    def _loader(self, first: int) -> Iterator[Batch]:
        rank, world = self.accelerator.process_index, self.accelerator.num_processes
        batches = Batches(self.recipe, len(self.examples), first, rank, world)
        loader = DataLoader(
            _Seeded(self.examples), batch_sampler=batches, num_workers=self.recipe.workers
        )
        return iter(loader)

    def _restore(self) -> int:
        found = complete(self.out)
        if not found:
            return 0
        state = checkpoint.read(found[-1])
        named = dict(self.task.model.named_parameters())
        with torch.no_grad():
            for name, weight in state["weights"].items():
                named[name].copy_(weight)
        self.optimizer.load_state_dict(state["optimizer"])
        if self.average:
            self.average.load(state["average"])
        if self.accelerator.scaler is not None:
            self.accelerator.scaler.load_state_dict(state["scaler"])
        return int(state["step"])

    def _save(self, step: int) -> None:
        self.accelerator.wait_for_everyone()
        if not self.accelerator.is_main_process:
            return
        named = self.task.model.named_parameters()
        state = {
            "step": step,
            "weights": {n: p.detach().cpu() for n, p in named if p.requires_grad},
            "average": self.average.state() if self.average else None,
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.accelerator.scaler.state_dict() if self.accelerator.scaler else None,
        }
        with ExitStack() as stack:
            if self.average:
                state["weights"] = {n: w.clone() for n, w in state["weights"].items()}
                state["average"] = {n: w.clone() for n, w in self.average.state().items()}
                stack.enter_context(self.average.swapped_in())
            checkpoint.write(self.out, step, state, self.task.save, self.recipe.keep)

    def _stop(self) -> bool:
        """Whether any process was asked to stop; all of them learn it at the same step."""
        if self.accelerator.num_processes > 1:
            flag = torch.tensor([int(self.stopping)], device=self.accelerator.device)
            self.stopping = bool(self.accelerator.gather(flag).any())
        return self.stopping

    @contextmanager
    def _stopped_by_signals(self) -> Iterator[None]:
        """The first Ctrl-C or SIGTERM waits for the step to end, a second one does not."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def note(*_: object) -> None:
            if self.stopping:
                raise KeyboardInterrupt
            self.stopping = True

        before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class _Seeded:
    """Examples that hold their seed, for the noise that is drawn for them."""

    def __init__(self, examples: Examples) -> None:
        self.examples = examples

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, key: tuple[int, int]) -> Batch:
        return {**self.examples[key], "seed": key[1]}


def _accelerator(recipe: Recipe) -> Accelerator:
    if recipe.precision == "fp16" and not torch.accelerator.is_available():
        raise ValueError("fp16 needs a GPU; on the CPU precision is 'fp32' or 'bf16'")
    AcceleratorState._reset_state()  # of an earlier run in this process, in another precision
    return Accelerator(mixed_precision="no" if recipe.precision == "fp32" else recipe.precision)


def _on(batch: Batch, device: torch.device) -> Batch:
    return {k: v.to(device) if isinstance(v, Tensor) else v for k, v in batch.items()}


def _number(value: float) -> float | None:
    """JSON has no nan."""
    return round(value, 6) if abs(value) < float("inf") else None


@contextmanager
def _log(out: Path, first: int, wanted: bool) -> Iterator[Any]:
    """Writes lines to the log, from which those of steps that are done again are removed."""
    if not wanted:
        yield lambda _: None
        return
    kept = [line for line in Run(out).log if line["step"] < first]
    with (out / LOG).open("w") as file:
        file.writelines(json.dumps(line) + "\n" for line in kept)
        yield lambda line: print(json.dumps(line), file=file, flush=True)
