"""A training from its plan to its weights: the loop over steps, what it writes on the way, and how it ends."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import torch

from configs.errors import InputError
from stylize.checkpoints.checkpoints import load_into, save_weights
from stylize.neural.device import choose_device
from stylize.training import resume
from stylize.training.data.dataset import Ahead
from stylize.training.data.material import Material, loader_threads
from stylize.training.data.plan import Tell, Told, TrainingOutcome, TrainingPlan
from stylize.training.results.curves import HELD_OUT, History, draw_curves
from stylize.training.results.publish import publish
from stylize.training.results.samples import write_sheet
from stylize.training.steps.adversary import plan_phases
from stylize.training.steps.networks import Networks
from stylize.training.steps.phases import Phase

Reason = Literal["finished", "plateau", "time", "not finite", "stopped"]

_ENOUGH = 0.001
"""Share by which the loss on held-out photos must fall to count as better."""


def train(plan: TrainingPlan, tell: Tell = lambda _: None, stop: Callable[[], bool] = lambda: False) -> TrainingOutcome:
    """Train a style.

    Args:
        plan: What is asked.
        tell: Called after every step, and while the pictures are checked.
        stop: Asked before every step; true ends the training with a checkpoint and without weights.

    Raises:
        InputError: Pictures that cannot be used, a checkpoint of another training, losses that are no numbers from
            the start.
        WeightsError, DeviceError, OutputError: As their makers say.
    """
    plan.check()
    with _torch_as_it_was():
        if plan.threads is not None:
            torch.set_num_threads(plan.threads)
        choose_device(plan.device)  # its error before the pictures are read
        material = Material(plan, progress=lambda share: tell(Told(round(100 * share), 100, "pictures")))
        return Trainer(plan, Networks(plan), material, tell, stop).run()


@contextmanager
def _torch_as_it_was() -> Iterator[None]:
    """Put torch's own settings back: what is painted later in this process must not hang on a training before it."""
    threads, benchmark = torch.get_num_threads(), torch.backends.cudnn.benchmark
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.backends.cudnn.benchmark = benchmark


class Trainer:
    """One training under way.

    Args:
        plan: What is asked.
        networks: What is trained.
        material: What it sees.
        tell: As in `train`.
        stop: As in `train`.
    """

    def __init__(
        self, plan: TrainingPlan, networks: Networks, material: Material, tell: Tell, stop: Callable[[], bool]
    ) -> None:
        self.plan = plan
        self.networks = networks
        self.material = material
        self.phases = plan_phases(plan.settings, networks, material)
        self.total = self.phases[-1].last
        self.step = 0
        """Steps done."""
        self.history = History()
        self._tell = tell
        self._stop = stop
        self._phase: Phase | None = None
        self._ahead: Ahead[Any] | None = None
        self._patience: dict[str, Any] = {"best": math.inf, "since": 0}
        self._made: list[Path] = []
        self._sheet: Path | None = None
        self._identity = resume.identity(plan, networks.features, material.digests)

    def run(self) -> TrainingOutcome:
        """Train to an end of some kind, and write what that end leaves."""
        if self.plan.resume:
            self._go_on()
        began_s = time.monotonic()
        try:
            reason = self._loop(began_s)
        finally:
            self._close()
        return self._end(reason)

    def _loop(self, began_s: float) -> Reason:
        while self.step < self.total:
            if self._stop():
                return "stopped"
            if self.plan.minutes is not None and time.monotonic() - began_s > 60 * self.plan.minutes:
                return "time"
            if not self._advance():
                self._go_back()
                return "not finite"
            sampled = self.step % self.plan.settings.sample_every == 0 or self.step == self.total
            better = self._sample() if sampled else True
            if self.step % self.plan.settings.checkpoint_every == 0 and not self._save():
                self._go_back()
                return "not finite"
            self._report()
            if not better:
                return "plateau"
        return "finished"

    def _advance(self) -> bool:
        """Do one step; false where a loss is no finite number."""
        phase = self._enter(self.step)
        assert self._ahead is not None
        losses = phase.step(self.step, self._ahead.at(self.step, phase.last))
        numbers = dict(zip(losses, torch.stack(list(losses.values())).tolist(), strict=True))
        if not all(map(math.isfinite, numbers.values())):
            return False
        if self.networks.mean:
            self.networks.mean.follow(self.networks.generator, self.step)
        self.step += 1
        self.history.add(self.step, phase.name, numbers)
        return True

    def _enter(self, step: int) -> Phase:
        """Return the phase of a step; on its first step prepare it."""
        phase = next(phase for phase in self.phases if step < phase.last)
        if phase is not self._phase:
            self._close()
            phase.begin()
            self._phase = phase
            self._patience = {"best": math.inf, "since": 0}  # another loss, which cannot be compared
            self._ahead = Ahead(phase.sample, loader_threads())
        return phase

    def _close(self) -> None:
        if self._ahead is not None:
            self._ahead.close()
            self._ahead = None

    def _sample(self) -> bool:
        """Write a sheet, the curve and the table; false where the held-out loss has not fallen for too long."""
        assert self._phase is not None
        held_out = float(self._phase.held_out())
        self.history.add(self.step, self._phase.name, {HELD_OUT: held_out})
        self._sheet = self.plan.out / "samples" / f"{self.step:08}.png"
        photos = self.material.sheet_photos()
        write_sheet(photos, [self.networks.paint(photo[None])[0] for photo in photos], self._sheet)
        self._write_history()
        self._made.append(self._sheet)
        return self._still_hopeful(held_out)

    def _still_hopeful(self, held_out: float) -> bool:
        best: float = self._patience["best"]
        if held_out < best - _ENOUGH * abs(best) or math.isinf(best):
            self._patience = {"best": held_out, "since": 0}
            if self.plan.settings.patience:
                save_weights(self.networks.painter, self._best, half=False, metadata={"step": str(self.step)})
        else:
            self._patience["since"] += 1
        return not 0 < self.plan.settings.patience <= self._patience["since"]

    @property
    def _best(self) -> Path:
        return self.plan.checkpoints / "best.safetensors"

    def _write_history(self) -> None:
        self.history.write(self.plan.out / "losses.csv")
        curve = self.plan.out / "losses.png"
        draw_curves(self.history, curve, f"{self.plan.style}: losses by step")
        self._made.append(curve)

    def _save(self) -> bool:
        """Write a checkpoint; false where a weight is no finite number any more."""
        assert self._phase is not None
        networks = self.networks.all()
        if not all(bool(torch.isfinite(value).all()) for each in networks.values() for value in each.parameters()):
            return False
        self.history.write(self.plan.out / "losses.csv")
        path = resume.save(
            self.plan.checkpoints,
            self._identity,
            step=self.step,
            phase=self._phase.name,
            networks=networks,
            optimisers=self._phase.optimisers,
            patience=self._patience,
        )
        self._made.append(path)
        return True

    def _go_on(self) -> None:
        """Take up the last checkpoint, where there is one."""
        found, spoilt = resume.latest(self.plan.checkpoints, self._identity)
        for line in spoilt:
            self._tell(Told(0, self.total, "pictures", notice=line))
        if found is None:
            return
        by_name = {phase.name: phase for phase in self.phases}
        if found.phase not in by_name:
            raise InputError(
                f"the checkpoint is in the phase {found.phase}, which has no steps any more",
                cure="ask for as many steps of it as before",
                path=self.plan.checkpoints,
            )
        phase = by_name[found.phase]
        phase.begin()
        resume.restore(found, self.networks.all(), phase.optimisers)
        self._phase, self.step, self._patience = phase, found.step, dict(found.patience)
        self._ahead = Ahead(phase.sample, loader_threads())
        self.history = History.read(self.plan.out / "losses.csv", upto=found.step)

    def _go_back(self) -> None:
        """Return to the last good checkpoint after losses that are no numbers."""
        bad = self.step
        self._close()
        self._go_on()
        if self._phase is None or not resume.checkpoints(self.plan.checkpoints):
            raise InputError(
                f"the losses are no finite numbers after {bad} steps, and there is no checkpoint yet",
                cure="lower init_lr, warm_lr or g_lr with --set, or set precision=fp32",
                path=self.plan.out,
            )

    def _end(self, reason: Reason) -> TrainingOutcome:
        """Write what an end leaves: a checkpoint always, weights and their card unless a person stopped it."""
        if reason != "not finite" and self.step and self._phase is not None:
            self._save()
        curve = self.plan.out / "losses.png"
        if self.history.rows and HELD_OUT not in self.history.rows[-1].losses:  # else just drawn
            self._write_history()
        outcome = TrainingOutcome(
            reason=reason,
            step=self.step,
            total=self.total,
            weights=None,
            card=None,
            curve=curve if curve.is_file() else None,
            sheet=self._sheet,
            losses=self.history.recent(),
        )
        if reason != "stopped":
            if reason == "plateau" and self._best.is_file():
                load_into(self.networks.painter, self._best)
            outcome = publish(self.plan, outcome, self.networks, self.material)
            self._made += [path for path in (outcome.weights, outcome.card) if path]
        self._report()
        return outcome

    def _report(self) -> None:
        made, self._made = tuple(self._made), []
        phase = self._phase.name if self._phase else "pictures"
        losses = self.history.rows[-1].losses if self.history.rows else {}
        self._tell(Told(self.step, self.total, phase, losses, made))
