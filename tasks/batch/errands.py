"""A process that makes one film's comic after another for a batch, told on its standard input: the hand's own side.

Whatever happens to it (a library's crash, the system short of memory), the batch and the other films go on. It ends
when its input ends, so nothing is left when the batch itself is killed. Messages are lines of JSON.
"""

import base64
import os
import pickle
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO, Any, Literal, NoReturn

from configs.recipes.recipe import Recipe
from configs.units import Frozen
from tasks.batch.outcomes import FilmOutcome
from tasks.console.interrupts import ENDING
from tasks.console.progress import Notice, Step, listening, stopping
from tasks.store.order import EpisodeBefore

_INTERRUPTED = 130
_STOP_WAIT_S = 10.0
"""How long a stage may take to come to a report once all is to stop."""


class Errand(Frozen):
    """One film to make a comic of."""

    film: Path
    comic: Path
    name: str
    """Of its run on the dashboard."""
    recipe: Recipe
    work: Path | None
    before: EpisodeBefore | None = None
    """What its recap page tells of."""
    spread: bool = False
    """Whether other workers of the pool may do parts of it."""


class Message(Frozen):
    """What a hand tells the batch."""

    kind: Literal["step", "notice", "run", "outcome"]
    text: str = ""
    """Of a notice; of a step, its stage; of a run, its id on the server."""
    done: float = 0
    total: float = 1
    outcome: FilmOutcome | None = None


Make = Callable[[Errand, dict[str, Any], Callable[[str], None]], FilmOutcome]
"""Makes one comic in the batch's context; the last argument is to be called with the id of the run."""


def serve(make: Make) -> NoReturn:
    """Take errands from standard input until it ends, then leave; what else is printed goes to standard error."""
    told = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    errands: queue.SimpleQueue[str] = queue.SimpleQueue()
    for number in ENDING:
        signal.signal(number, _stop)
    threading.Thread(target=_listen, args=(sys.stdin, errands), daemon=True).start()
    lock = threading.Lock()

    def tell(message: Message) -> None:
        with lock:
            told.write(message.model_dump_json() + "\n")
            told.flush()

    try:
        context = pickle.loads(base64.b64decode(errands.get()))  # from the batch that started this process
        while line := errands.get():
            errand = Errand.model_validate_json(line)
            with listening(lambda event: tell(_message(event))):
                outcome = make(errand, context, lambda run: tell(Message(kind="run", text=run)))
            tell(Message(kind="outcome", outcome=outcome))
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(_INTERRUPTED)
    os._exit(0)  # at once: everything is told and sent, film by film


def _message(event: Step | Notice) -> Message:
    if isinstance(event, Notice):
        return Message(kind="notice", text=event.text)
    return Message(kind="step", text=event.stage, done=event.done, total=event.total)


def _listen(stream: IO[str], errands: "queue.SimpleQueue[str]") -> None:
    """Pass errands on; when the batch is gone or wants to stop, stop what is going on, at last by force."""
    for line in stream:
        errands.put(line.strip())
    errands.put("")
    time.sleep(0.2)  # an idle hand is gone by now
    if not stopping.is_set():
        os.kill(os.getpid(), signal.SIGINT)
    time.sleep(_STOP_WAIT_S)
    os._exit(_INTERRUPTED)


def _stop(number: int, frame: FrameType | None) -> None:
    """Stop at the next report; at once when asked again."""
    if stopping.is_set():
        os._exit(_INTERRUPTED)
    stopping.set()
    raise KeyboardInterrupt


def dump_context(context: dict[str, Any]) -> str:
    """Return a context as a line of text for a hand."""
    return base64.b64encode(pickle.dumps(context)).decode()
