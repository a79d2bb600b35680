"""What became of each film of a batch: told as it happens, and summed up on the dashboard at the end."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from prefect.client.schemas.objects import State

from configs.errors import BatchError, FilmcomicError, InputError
from configs.units import Frozen
from layouts.contacts.finished.comic_kinds import read_comic
from tasks.batch.folder.names import show_name
from tasks.console.printing import put_path
from tasks.console.progress import Notice, Step, listening
from tasks.showing.film_table import FilmRow, FilmTable


class FilmOutcome(Frozen):
    """What became of one film."""

    film: Path
    comic: Path | None = None
    problem: str = ""
    unchanged: bool = False
    """The comic in its place was already the one that a run would have made."""
    seconds: float | None = None
    """That its run took."""
    pages: int | None = None
    """Of its comic, all told; None where the file does not tell."""

    @property
    def word(self) -> Literal["made", "unchanged", "failed"]:
        """What became of it, in a word."""
        return "failed" if self.problem else "unchanged" if self.unchanged else "made"


@dataclass(frozen=True)
class Ended(Notice):
    """One more film of the batch is done with."""

    outcome: FilmOutcome


def tell_end(outcome: FilmOutcome, count: int, total: int) -> Ended:
    """Tell what became of a film, the count-th of the batch to end."""
    what = outcome.problem or show_name(outcome.film.name)
    return Ended(f"{count} of {total} {outcome.word}: {what}", outcome)


@contextmanager
def comics_printed(real: Callable[[Path], Path]) -> Iterator[None]:
    """Print where each comic lies, as soon as its film is done with.

    Args:
        real: Returns the place of a comic as a person knows it.
    """
    output = None if sys.stdout.isatty() else sys.stdout  # bars take a terminal's output over, and print it above them

    def hear(event: Step | Notice) -> None:
        if isinstance(event, Ended) and event.outcome.comic:
            put_path(real(event.outcome.comic), output)

    with listening(hear):
        yield


def outcome_of(film: Path, comic: Path, state: State[Any]) -> FilmOutcome:
    """Turn the end of one film's run into its outcome; what is no film's fault is told with its kind."""
    if state.is_completed():
        return FilmOutcome(film=film, comic=comic)
    error = state.result(raise_on_failure=False)
    known = isinstance(error, FilmcomicError)
    told = str(error) if known else f"{film}: unexpected {type(error).__name__}: {error}"
    return FilmOutcome(film=film, problem=" ".join(told.split()))


def show_outcomes(outcomes: Sequence[FilmOutcome], notes: Sequence[str]) -> None:
    """Put the summary on the dashboard.

    Args:
        outcomes: One for each film.
        notes: What was left out of the folder.
    """
    table = FilmTable()
    table.begin([(each, FilmRow(film=show_name(each.film), **outcome_fields(each))) for each in outcomes], notes)
    table.end()


def outcome_fields(outcome: FilmOutcome) -> dict[str, Any]:
    """Return what a table's row tells of an outcome."""
    return {
        "state": "failed" if outcome.problem else "unchanged" if outcome.unchanged else "done",
        "reason": outcome.problem,
        "seconds": outcome.seconds,
        "pages": outcome.pages,
        "comic": show_name(outcome.comic or ""),
    }


def count_pages(comic: Path) -> int | None:
    """Return how many pages a comic has, with its cover; None where its file does not tell."""
    try:
        return read_comic(comic).pages
    except InputError:
        return None


def conclude(outcomes: Sequence[FilmOutcome]) -> list[FilmOutcome]:
    """Return the outcomes; raise when a film failed.

    Raises:
        BatchError: Some films failed; the message names them.
    """
    failed = [each for each in outcomes if each.problem]
    if failed:
        told = "; ".join(each.problem for each in failed)
        raise BatchError(f"{len(failed)} of {len(outcomes)} films failed ({count_outcomes(outcomes)}): {told}")
    return list(outcomes)


def count_outcomes(outcomes: Sequence[FilmOutcome]) -> str:
    """Count what became of the films: `7 made, 2 unchanged, 1 failed`."""
    counts = {word: sum(each.word == word for each in outcomes) for word in ("made", "unchanged", "failed")}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count)
