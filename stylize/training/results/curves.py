"""The losses of a training: remembered, written as CSV, drawn as a picture."""

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from configs.disk.files import beside, write_text

HELD_OUT = "held_out"
"""Name of the generator's loss on held-out photos; only the steps that were sampled have it."""

_RECENT = 50
_SMOOTH_SHARE = 0.02
"""Width of the curves' running mean, as a share of all steps."""
_COLUMNS = 3
_MOST_POINTS = 4000
_CHART_INCH, _TITLE_INCH = 2.6, 0.7
_WIDE = 20
"""From this ratio of largest to smallest on, a chart is logarithmic."""
_COLOURS = {"content": "#7a7a7a", "warm": "#b5651d", "adversarial": "#1f4e8c"}


@dataclass(frozen=True)
class StepLosses:
    """The losses of one step."""

    step: int
    """Steps done after it, of all phases."""
    phase: str
    losses: dict[str, float]


class History:
    """The losses of all steps so far."""

    def __init__(self, rows: list[StepLosses] | None = None) -> None:
        self.rows = rows or []

    def add(self, step: int, phase: str, losses: Mapping[str, float]) -> None:
        """Remember the losses of a step; more of them may be added to the last one."""
        if self.rows and self.rows[-1].step == step:
            self.rows[-1].losses.update(losses)
        else:
            self.rows.append(StepLosses(step, phase, dict(losses)))

    def recent(self) -> dict[str, float]:
        """Return the mean of each loss over the last fifty steps of the last phase."""
        if not self.rows:
            return {}
        last = [row for row in self.rows[-_RECENT:] if row.phase == self.rows[-1].phase]
        names = dict.fromkeys(name for row in last for name in row.losses)
        return {name: _mean([row.losses[name] for row in last if name in row.losses]) for name in names}

    def names(self) -> list[str]:
        """Return the names of all losses, in the order in which they came first."""
        return list(dict.fromkeys(name for row in self.rows for name in row.losses))

    def write(self, path: Path) -> None:
        """Write all as CSV: step, phase, one column for each loss; raises OutputError."""
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        names = self.names()
        table.writerow(["step", "phase", *names])
        for row in self.rows:
            # nine digits give a 32-bit number back exactly
            numbers = [f"{row.losses[name]:.9g}" if name in row.losses else "" for name in names]
            table.writerow([row.step, row.phase, *numbers])
        write_text(path, text.getvalue())

    @classmethod
    def read(cls, path: Path, upto: int) -> "History":
        """Read what `write` wrote, up to a step; nothing where there is no such file, or it is another's."""
        try:
            with path.open(newline="") as stream:
                lines = list(csv.DictReader(stream))
            rows = [_row(line) for line in lines]
        except (OSError, KeyError, ValueError, TypeError, csv.Error):
            return cls()
        return cls([row for row in rows if row.step <= upto])


def _row(line: Mapping[str, str]) -> StepLosses:
    numbers = {name: float(value) for name, value in line.items() if name not in ("step", "phase") and value}
    return StepLosses(int(line["step"]), line["phase"], numbers)


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def draw_curves(history: History, path: Path, title: str) -> None:
    """Draw one small chart for each loss, with the phases' borders; raises OutputError.

    Args:
        history: At least one step.
        path: A PNG.
        title: Over the whole.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # slow to import; without pyplot nothing is global
    from matplotlib.figure import Figure

    names = history.names()
    lines = -(-len(names) // _COLUMNS)
    height = _CHART_INCH * lines + _TITLE_INCH
    figure = Figure(figsize=(4.2 * min(len(names), _COLUMNS), height))
    FigureCanvasAgg(figure)
    figure.suptitle(title, y=1 - _TITLE_INCH / 3 / height)
    # measured spaces: matplotlib's own layouts take seconds
    figure.subplots_adjust(0.06, 0.35 / height, 0.985, 1 - _TITLE_INCH / height, wspace=0.2, hspace=0.3)
    for number, name in enumerate(names, start=1):
        axes = figure.add_subplot(lines, min(len(names), _COLUMNS), number)
        _draw_one(axes, history, name)
    with beside(path) as draft:
        figure.savefig(draft, dpi=110, metadata={"Software": None})


def _draw_one(axes: Any, history: History, name: str) -> None:
    """Draw one loss, each phase by itself: its losses are other sums."""
    sparse = name == HELD_OUT
    least, most = math.inf, 0.0
    for phase in dict.fromkeys(row.phase for row in history.rows):
        steps, values = _curve([row for row in history.rows if row.phase == phase and name in row.losses], name)
        if not len(values):
            continue
        axes.plot(steps, values, color="#9db4d3", linewidth=0.6, marker="o" if sparse else "", markersize=2.5)
        if not sparse:
            axes.plot(steps, _smoothed(values), linewidth=1.3, color=_COLOURS.get(phase, "#1f4e8c"), label=phase)
        least, most = min(least, float(values.min())), max(most, float(values.max()))
    if 0 < least < most / _WIDE:
        axes.set_yscale("log")
    axes.set_title(name.replace("_", " "), fontsize=9)
    axes.tick_params(labelsize=7)
    axes.grid(alpha=0.25, linewidth=0.5)
    if name == "loss":
        axes.legend(fontsize=7)


def _curve(rows: list[StepLosses], name: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    chosen = rows[:: max(1, len(rows) // _MOST_POINTS)]
    steps, values = [row.step for row in chosen], [row.losses[name] for row in chosen]
    return np.array(steps, np.float64), np.array(values, np.float64)


def _smoothed(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the running mean over a window that shrinks at both ends."""
    reach = max(1, int(len(values) * _SMOOTH_SHARE))
    sums = np.concatenate(([0.0], np.cumsum(values)))
    at = np.arange(len(values))
    low, high = np.maximum(at - reach, 0), np.minimum(at + reach + 1, len(values))
    return np.asarray((sums[high] - sums[low]) / (high - low))
