"""The tree of errors that a person can cause or meet.

Every message is one line that names the file (or the option), says what is wrong and what to do next.
The command line prints it and leaves with `exit_code`; the trace shows with `--debug` only.

    FilmcomicError            1   our own fault, or nothing more precise
      InputError              2   wrong use or bad input
        FilmError             2   the film cannot be read
        SubtitleError         2   the subtitles cannot be read or do not exist
        RecipeError           2   an unknown key or a value out of range
        StoryboardError       2   an edited storyboard is wrong, and where
        FontError             2   a script that no font at hand can letter
        StyleError            2   an unknown style, or one that lacks what it needs
        WeightsError          2   a download that failed or a digest that differs
        DeviceError           2   a device asked for that is not there
        OutputError           2   the output cannot be written (rights, space)
        ServerError           2   a Prefect server that was named but does not answer
      BatchError              3   some films of a batch failed

An interrupted run leaves with 130 (Ctrl-C), 143 (SIGTERM) or 129 (SIGHUP); that is `KeyboardInterrupt`, none of these.
`filmcomic lint` and `filmcomic doctor` leave with `FAULTS_FOUND` when they find faults: the program did what it was
asked, so that is no error.
"""

from pathlib import Path

FAULTS_FOUND = 4
"""The exit code of a lint or a doctor's round that found something; nothing else leaves with it."""


class FilmcomicError(Exception):
    """Base of all errors that are told in one line.

    Args:
        problem: What is wrong, without a full stop at the end.
        cure: What to do next, in the imperative; left out where nothing can be done.
        path: The file that it is about; it comes first in the message.
    """

    exit_code = 1

    def __init__(self, problem: str, *, cure: str = "", path: Path | str | None = None) -> None:
        super().__init__(problem, cure, path)
        self.problem = problem
        self.cure = cure
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by keyword: errors cross process borders in batch runs."""
        return (_rebuild, (type(self), self.problem, self.cure, self.path))

    def __str__(self) -> str:
        """Return the one line: file, problem, cure."""
        where = f"{self.path}: " if self.path is not None else ""
        then = f"; {self.cure}" if self.cure else ""
        return " ".join(f"{where}{self.problem}{then}".split())


def _rebuild(kind: type[FilmcomicError], problem: str, cure: str, path: Path | str | None) -> FilmcomicError:
    return kind(problem, cure=cure, path=path)


class InputError(FilmcomicError):
    """Wrong use or bad input: trying again without a change cannot help."""

    exit_code = 2


class FilmError(InputError):
    """The film cannot be read."""


class SubtitleError(InputError):
    """The subtitles cannot be read, or the ones asked for do not exist."""


class RecipeError(InputError):
    """An unknown key in a recipe, or a value out of range."""


class StoryboardError(InputError):
    """A storyboard, perhaps edited by hand, that does not hold together."""


class FontError(InputError):
    """Text in a script that no font at hand can letter."""


class StyleError(InputError):
    """An unknown style, or one that lacks what it needs."""


class WeightsError(InputError):
    """Weights that cannot be had, or whose digest differs."""


class DeviceError(InputError):
    """A device that was asked for and is not there."""


class OutputError(InputError):
    """The output cannot be written."""


class StoreError(OutputError):
    """The store that many machines share cannot be reached, or refuses what is asked of it."""


class PlaceError(InputError):
    """A path that lies outside the folders that a worker may use."""


class ServerError(InputError):
    """A Prefect server that was named does not answer."""


class BatchError(FilmcomicError):
    """Some films of a batch failed; the summary names them."""

    exit_code = 3
