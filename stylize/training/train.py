"""Training a style from the command line: `python -m stylize.training.train --photos DIR --drawings DIR --out DIR`.

Needs torch and no Prefect; the same training as a flow is in `flows/train.py`. One line of progress goes to stderr
every few seconds, the path of the finished weights to stdout. Ctrl-C stops after the step under way with a checkpoint,
and `--resume` goes on from there.
"""

import argparse
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from configs.errors import FilmcomicError, InputError, StyleError
from configs.recipes.train_settings import training_names
from stylize.training.data.plan import Told, TrainingOutcome, TrainingPlan, make_plan

_EVERY_S = 10.0
_INTERRUPTED = 130
_INSTALL = "pip install -e '.[torch]'"


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        raise InputError(message, cure="see --help")


def parse(arguments: Sequence[str]) -> TrainingPlan:
    """Read the command line.

    Raises:
        InputError: An option is wrong.
        RecipeError: A preset, a setting or its value is.
    """
    parser = _Parser(prog="python -m stylize.training.train", description="Train a style from folders of pictures.")
    photos, drawings = "folder of photos or film frames; may repeat", "folder of drawings; may repeat"
    parser.add_argument("--photos", action="append", default=[], type=Path, metavar="DIR", help=photos)
    parser.add_argument("--drawings", action="append", default=[], type=Path, metavar="DIR", help=drawings)
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="where everything is written")
    parser.add_argument("--name", default="", help="of the style; else the name of the folder")
    parser.add_argument("--feedforward", type=Path, metavar="PAINTING", help="learn the style of this one picture")
    parser.add_argument("--painting-px", type=int, default=512, help="size it is seen at: larger, broader strokes")
    parser.add_argument("--preset", help=f"published values: {', '.join(training_names())}")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting; may repeat")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint, if there is one")
    parser.add_argument("--start-from", type=Path, metavar="FILE", help="weights of the same network to begin with")
    parser.add_argument("--minutes", type=float, help="stop after this time, with weights")
    parser.add_argument("--threads", type=int, help="of the processor's arithmetic")
    parser.add_argument("--ema", type=float, default=0.0, metavar="0.999", help="keep a running mean of the weights")
    parser.add_argument("--targets", type=Path, metavar="DIR", help="keep self-made targets here, for other trainings")
    parser.add_argument("--licence", default="", help="of the weights; it goes with them")
    parser.add_argument("--debug", action="store_true", help="show the trace of an error")
    given = vars(parser.parse_args(list(arguments)))
    del given["debug"]
    painting = given.pop("feedforward")
    return make_plan(given.pop("preset"), given.pop("set"), painting=painting, **given)


class Speaker:
    """Tells on stderr how far a training is, a line every few seconds."""

    def __init__(self) -> None:
        self._told_s = time.monotonic()
        self._told_step = 0
        self._began = False

    def __call__(self, told: Told) -> None:
        """Hear of a step."""
        if told.notice:
            _say(told.notice)
        now = time.monotonic()
        if told.phase != "pictures" and not self._began:
            self._began, self._told_s, self._told_step = True, now, told.step
            _say(progress_line(told, 0.0))
        elif now - self._told_s >= _EVERY_S or (self._began and told.step == told.total != self._told_step):
            rate = (told.step - self._told_step) / max(1e-9, now - self._told_s)
            self._told_s, self._told_step = now, told.step
            _say(progress_line(told, rate))


def progress_line(told: Told, rate: float) -> str:
    """Write a training's state in one line.

    Args:
        told: The state.
        rate: Steps in a second; 0 where it is not known yet.
    """
    parts = [f"{told.phase} {told.step}/{told.total}"]
    parts += [f"{name} {value:.4g}" for name, value in told.losses.items()]
    if rate and told.phase != "pictures":
        left_s = (told.total - told.step) / rate
        parts.append(f"{rate:.2f} steps/s, {left_s / 60:.0f} min left" if left_s >= 90 else f"{rate:.2f} steps/s")
    parts += [str(path) for path in told.made if path.suffix == ".png"]
    return "  ".join(parts)


class _Stop:
    """Set by the first Ctrl-C; a second one leaves at once."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        return self.asked

    def hear(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        _say("stopping after this step; once more leaves at once")


@contextmanager
def _stoppable() -> Iterator[_Stop]:
    stop = _Stop()
    before = {number: signal.signal(number, stop.hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def call(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code: 0, 1, 2 or 130; every error is one line."""
    try:
        plan = parse(arguments)
        with _stoppable() as stop:
            outcome = _train(plan, stop)
    except KeyboardInterrupt:
        return _fail("interrupted; --resume goes on from the last checkpoint", _INTERRUPTED)
    except FilmcomicError as error:
        _trace(arguments)
        return _fail(str(error), error.exit_code)
    except MemoryError as error:
        _trace(arguments)
        return _fail(f"out of memory ({error}); lower batch or crop_px with --set", 1)
    except Exception as error:
        _trace(arguments)
        return _fail(f"this is our fault: {type(error).__name__}: {error}; run again with --debug and report it", 1)
    if outcome.reason == "stopped":
        return _fail(outcome.said, _INTERRUPTED)
    _say(outcome.said)
    sys.stdout.write(f"{outcome.weights}\n")
    return 0


def _train(plan: TrainingPlan, stop: _Stop) -> TrainingOutcome:
    try:
        import torch  # noqa: F401 - to tell in one line that it is missing
    except ImportError as error:
        raise StyleError("training needs torch, which is not installed", cure=_INSTALL) from error
    from stylize.neural.device import memory_guarded
    from stylize.training.trainer import train

    speaker = Speaker()

    def tell(told: Told) -> None:
        if stop.asked and told.phase == "pictures":
            raise KeyboardInterrupt  # nothing is trained yet that would need a checkpoint
        speaker(told)

    with memory_guarded():
        return train(plan, tell, stop)


def _trace(arguments: Sequence[str]) -> None:
    if "--debug" in arguments:
        traceback.print_exc()


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _fail(text: str, code: int) -> int:
    _say("stylize.training.train: " + " ".join(text.split()))
    return code


if __name__ == "__main__":
    sys.exit(call(sys.argv[1:]))
