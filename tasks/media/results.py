"""What became of each of the files that are painted: a fault of one does not keep the others from being painted."""

from dataclasses import dataclass
from pathlib import Path

from configs.errors import BatchError, InputError, OutputError
from tasks.console.progress import Notice, notice, tell


@dataclass(frozen=True)
class Saved(Notice):
    """One more file is painted."""

    path: Path


class Results:
    """Gathers what was made.

    Args:
        asked: How many files are to be painted.
    """

    def __init__(self, asked: int) -> None:
        self._asked = asked
        self._saved: list[Path] = []
        self._faults: list[InputError] = []

    def add(self, path: Path) -> None:
        """Note a file as painted."""
        self._saved.append(path)
        tell(Saved(f"{path.name}: {len(self._saved) + len(self._faults)} of {self._asked}", path))

    def note(self, error: InputError) -> None:
        """Note what is wrong with an input; what is wrong with the place of all outputs is raised at once.

        Raises:
            InputError: It is the only input, or it is no input's fault.
        """
        if self._asked == 1 or isinstance(error, OutputError):
            raise error
        self._faults.append(error)
        notice(str(error))

    def conclude(self) -> tuple[Path, ...]:
        """Return what was painted.

        Raises:
            BatchError: Some inputs were not.
        """
        if self._faults:
            told = "is" if len(self._faults) == 1 else "are"
            raise BatchError(f"{len(self._faults)} of {self._asked} {told} not painted, for the reasons above")
        return tuple(self._saved)
