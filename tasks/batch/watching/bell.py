"""What wakes the watch: the system, when something comes into the folder, or the clock.

It only says when to look. What is there is found by looking, so an event that is lost or told twice does no harm: also
where the system tells of everything the folder is looked through now and then.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from watchfiles import Change, watch

from film.model import FILM_SUFFIXES

LOOK_S = 5.0
"""How often a folder is looked through where the system does not tell of what comes: on shares."""
SURE_S = 30.0
"""How often where it does."""
_TICK_MS = 500


class Bell:
    """Waits until it is worth while to look.

    Args:
        folder: The folder, by a name that is text.
        recursive: Whether the folders below it count too.
        polling: Never ask the system, only the clock.
        tell: Called with one line when the system cannot be asked.
    """

    def __init__(self, folder: Path, recursive: bool, polling: bool, tell: Callable[[str], None]) -> None:
        self._folder = folder.absolute()
        self._recursive = recursive
        self._polling = polling
        self._tell = tell
        self._ticks: Iterator[bool] | None = None
        self._identity: tuple[int, int] | None = None

    @property
    def pause_s(self) -> float:
        """How long to wait where nothing is expected."""
        return LOOK_S if self._ticks is None else SURE_S

    def arm(self) -> None:
        """Listen from now on, anew where the folder is another one than before; call it before looking."""
        if self._polling:
            return
        with suppress(OSError):
            status = self._folder.stat()
            if self._ticks is None or self._identity != (status.st_dev, status.st_ino):
                self._identity = (status.st_dev, status.st_ino)
                self._ticks = self._listen()
                self._rang(self._ticks)  # it begins to listen with the first

    def wait(self, most_s: float) -> None:
        """Wait until something comes, at most so many seconds.

        Raises:
            KeyboardInterrupt: A signal ends the watch.
        """
        deadline = time.monotonic() + most_s
        while (left_s := deadline - time.monotonic()) > 0:
            if self._ticks is None or left_s < _TICK_MS / 1000:
                time.sleep(left_s)
            elif self._rang(self._ticks):
                return

    def _rang(self, ticks: Iterator[bool]) -> bool:
        try:
            return next(ticks)
        except RuntimeError:  # watchfiles ends at a name that is no UTF-8: something has come
            self._ticks = None
            return True
        except OSError as error:
            self._polling, self._ticks = True, None
            why = str(error).splitlines()[0]
            self._tell(f"{self._folder}: the system cannot tell of what comes ({why}); it is looked for instead")
            return True

    def _listen(self) -> Iterator[bool]:
        """Yield twice a second whether something came."""
        changes = watch(
            self._folder,
            watch_filter=self._matters,
            debounce=_TICK_MS,
            step=100,
            rust_timeout=_TICK_MS,
            yield_on_timeout=True,
            force_polling=False,
            recursive=self._recursive,
            ignore_permission_denied=True,
        )
        for change in changes:
            yield bool(change)

    def _matters(self, change: Change, name: str) -> bool:
        """Tell whether a change may be a film that comes, or the folder that goes: not a comic that is made there."""
        path = Path(name)
        return path.suffix.lower() in FILM_SUFFIXES or path == self._folder or path.is_dir()
