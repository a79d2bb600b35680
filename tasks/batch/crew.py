"""Processes that make comics of a batch side by side, and what is done when one of them dies: the batch's side.

A process for each film at a time, not a new one for each film: its start takes seconds. One that dies takes only its
own film with it; the next film gets a new one.

Other workers of the pool may make films too, each as a run of the deployment `make-comic`. The batch stays the master
of its films: what no worker takes up within a minute, what one that dies leaves behind, and what fails elsewhere (that
machine may lack the film) is made here.
"""

import os
import queue
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import httpx
from prefect.client.orchestration import get_client
from prefect.states import Crashed
from pydantic import ValidationError

from configs.errors import FilmcomicError
from configs.settings import film_everywhere
from stylize.styles.registry import is_neural
from tasks.batch.apart.spawning import python
from tasks.batch.errands import Errand, Message, dump_context
from tasks.batch.outcomes import FilmOutcome
from tasks.console.progress import notice, report
from tasks.serving.pools import TAKEN_WITHIN_S, run_on_pool

_CORES_A_FILM = 4
_MEMORY_A_FILM = 2 << 30
_STOP_WAIT_S = 15.0
_FAR_DEPLOYMENT = "make-comic/make-comic"
_FILMS_A_PROCESS = 25
"""Then a new one takes its place: what libraries forget to give back does not pile up over hundreds of films."""


def default_jobs(styles: tuple[str, ...]) -> int:
    """Return how many films this machine makes comics of side by side.

    A film alone keeps two to four cores busy (ffmpeg's threads, two tasks) and needs up to 2 GB; the neural styles
    use all cores, or the whole device, by themselves.
    """
    if any(is_neural(style) for style in styles):
        return 1
    return max(1, min(_cores() // _CORES_A_FILM, _free_memory() // _MEMORY_A_FILM))


def _cores() -> int:
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _free_memory() -> int:
    """Return the bytes that are free on this machine and, where it is limited, in this container."""
    free = []
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text().splitlines()
        free.append(int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1]) * 1024)
    with suppress(OSError, ValueError):
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text())
        free.append(limit - int(Path("/sys/fs/cgroup/memory.current").read_text()))
    with suppress(OSError, ValueError):
        free.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return max(0, min(free, default=_MEMORY_A_FILM))


class Crew:
    """Hands: processes that each make one comic at a time.

    Args:
        entry: The module that they run; it calls `tasks.batch.errands.serve`.
        context: What they need to know of the batch's run; goes to each once.
        alone: Whether there is one only, so that its steps can be shown as they are.
    """

    def __init__(self, entry: str, context: dict[str, Any], alone: bool) -> None:
        self._entry = entry
        self._context = dump_context(context)
        self._alone = alone
        self._idle: queue.SimpleQueue[tuple[subprocess.Popen[str], int]] = queue.SimpleQueue()
        self._hands: list[subprocess.Popen[str]] = []
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def make(self, errand: Errand) -> FilmOutcome:
        """Have a comic made; several threads may call it at a time."""
        hand, served = self._hand()
        assert hand.stdin is not None and hand.stdout is not None
        run = ""
        with suppress(OSError):  # it died while idle: told below
            hand.stdin.write(errand.model_dump_json() + "\n")
            hand.stdin.flush()
        for line in hand.stdout:
            try:
                message = Message.model_validate_json(line)
            except ValidationError:
                break  # cut off in the middle
            if message.outcome is not None:
                if served + 1 < _FILMS_A_PROCESS:
                    self._idle.put((hand, served + 1))
                else:
                    hand.stdin.close()
                return message.outcome
            run = message.text if message.kind == "run" else run
            self._tell(message)
        hand.kill()
        why = _reason(hand.wait())
        if run and not self._closed:
            _record_crash(run, why)
        return FilmOutcome(film=errand.film, problem=f"{errand.film}: {why}")

    def stop(self) -> None:
        """End all processes: at their next report, or after a while by force."""
        with self._lock:
            self._closed = True
            hands = list(self._hands)
        for hand in hands:
            assert hand.stdin is not None
            with suppress(OSError):
                hand.stdin.close()
        for hand in hands:
            try:
                hand.wait(_STOP_WAIT_S)
            except subprocess.TimeoutExpired:
                hand.kill()
                hand.wait()

    def _hand(self) -> "tuple[subprocess.Popen[str], int]":
        """Return a process that waits for a film, and how many it has had."""
        with suppress(queue.Empty):
            while (idle := self._idle.get_nowait())[0].poll() is not None:
                pass
            return idle
        with self._lock:
            if self._closed:
                raise KeyboardInterrupt
            hand = subprocess.Popen(**python(self._entry), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self._hands.append(hand)
        assert hand.stdin is not None
        with suppress(OSError):
            hand.stdin.write(self._context + "\n")
            hand.stdin.flush()
        return hand, 0

    def _tell(self, message: Message) -> None:
        if message.kind == "notice":
            notice(message.text)
        elif message.kind == "step" and self._alone:
            report(message.text, message.done, message.total)


def _reason(code: int) -> str:
    """Say why a process ended that should not have."""
    if code == -signal.SIGKILL:
        return "its process was killed, perhaps since the memory ran out; run again, with --jobs 1 or more memory"
    if code < 0:
        named = next((each.name for each in signal.Signals if each == -code), str(-code))
        return f"its process crashed ({named}), as it does on some damaged films; convert it, or run again"
    return f"its process ended early (exit code {code}); run again with --debug and report it"


def _record_crash(run: str, why: str) -> None:
    """Tell the server of a run that can no longer tell itself."""
    from uuid import UUID

    with suppress(Exception), get_client(sync_client=True) as client:
        client.set_flow_run_state(UUID(run), Crashed(message=why), force=True)


class Maker(Protocol):
    """Whoever makes the comic of one film."""

    def make(self, errand: Errand) -> FilmOutcome:
        """Make it, and say what became of it."""


class FarMaker:
    """One worker elsewhere: a film at a time; where it does not, the film is made here, and no other is sent."""

    def __init__(self, near: Maker, room: threading.Semaphore) -> None:
        """Take who makes films here, and how many may be made here at a time."""
        self._near, self._room, self._gone = near, room, False

    def make(self, errand: Errand) -> FilmOutcome:
        """Make it there, else here."""
        if not self._gone and self._sent(errand) and errand.comic.is_file():
            return FilmOutcome(film=errand.film, comic=errand.comic)
        with self._room:
            return self._near.make(errand)

    def _sent(self, errand: Errand) -> bool:
        if errand.film.name != errand.name:  # it goes by a name that this machine alone knows
            return False
        asked: dict[str, Any] = {
            "film": film_everywhere(errand.film),
            "out": str(errand.comic),
            "recipe": errand.recipe.model_dump(mode="json", exclude_defaults=True),
        }
        if errand.before is not None:
            recipe = errand.before.recipe.model_dump(mode="json", exclude_defaults=True)
            asked["before"] = {"film": film_everywhere(errand.before.film), "recipe": recipe}
        if errand.work is not None:
            asked["work"] = str(errand.work)
        try:
            outcome = run_on_pool(_FAR_DEPLOYMENT, asked, begin_within_s=TAKEN_WITHIN_S, name=errand.name)
        except FilmcomicError as error:  # its own trouble, or that machine's: what is said here is what counts
            notice(f"{errand.name}: not made by another worker ({error}); it is made here")
            return False
        except httpx.HTTPError:
            self._gone = True
            return False
        if not outcome.done:
            self._gone = True
            notice(f"{errand.name}: not made by another worker ({outcome.why}); it is made here")
        return outcome.done


class NearMaker:
    """This machine, which makes so many films at a time as it has room for."""

    def __init__(self, near: Maker, room: threading.Semaphore, *, spread: bool = False) -> None:
        """Take who makes films here, how many may be made here at a time, and whether others may do parts of them."""
        self._near, self._room, self._spread = near, room, spread

    def make(self, errand: Errand) -> FilmOutcome:
        """Make it here."""
        with self._room:
            return self._near.make(errand.model_copy(update={"spread": self._spread}))
