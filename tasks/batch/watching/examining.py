"""Whether films that have come can be read to their end.

They are opened in a process apart, since a damaged one may crash the library that opens it: then a new process goes on
with the next film.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from configs.errors import FilmcomicError
from configs.units import Frozen
from film.decoding.probe import peek
from tasks.batch.apart.spawning import python
from tasks.batch.folder.names import is_plain, show_name
from tasks.batch.folder.plain import link_plainly

_A_FILM_S = 300.0
"""All its packets are gone through, which takes a second or two from a disk, and minutes over a slow line."""


class Examined(Frozen):
    """What was found in a film."""

    problem: str = ""
    """Why it cannot be read, a line for a person; "" where it can."""
    whole: bool = True
    """False where it ends before its container says that it does."""


def examine(films: Sequence[Path], work: Path | None) -> dict[Path, Examined]:
    """Open films and look for their ends.

    Args:
        films: The films, by any name.
        work: The work folder: films whose names are no text are opened by a link in it.

    Returns:
        What was found in each.
    """
    answers: dict[Path, Examined] = {}
    names: dict[Path, Path] = {}
    for film in films:
        try:
            names[film] = film if is_plain(film) else link_plainly(film, work)
        except FilmcomicError as error:
            answers[film] = Examined(problem=show_name(str(error)))
    left = list(names)
    while left:
        for film, examined in zip(list(left), _answers([names[film] for film in left]), strict=False):
            told = examined.problem.replace(str(names[film]), show_name(film))
            answers[film] = examined.model_copy(update={"problem": told})
            left.remove(film)
        if left:  # the process did not come to an end with this one
            film = left.pop(0)
            problem = f"{show_name(film)}: reading it crashes or never ends; convert it, or get another copy"
            answers[film] = Examined(problem=problem, whole=False)
    return answers


def _answers(films: Sequence[Path]) -> list[Examined]:
    """Return what was found in the first films, up to the one that a process cannot bear."""
    command = "".join(os.fsencode(film).hex() + "\n" for film in films)
    asked = python("tasks.batch.watching.examining") | {"stderr": subprocess.DEVNULL}
    try:
        told: str | bytes = subprocess.run(
            **asked, input=command, stdout=subprocess.PIPE, timeout=_A_FILM_S * len(films)
        ).stdout
    except subprocess.TimeoutExpired as error:
        told = error.stdout or ""
    lines = told if isinstance(told, str) else told.decode("utf-8", "replace")
    answers = []
    for line in lines.splitlines():
        try:
            answers.append(Examined.model_validate_json(line))
        except ValidationError:  # cut off in the middle
            break
    return answers


def _judged(films: Iterable[Path]) -> Iterator[Examined]:
    for film in films:
        try:
            yield Examined(whole=not peek(film).promised_s)
        except FilmcomicError as error:
            yield Examined(problem=show_name(str(error)), whole=False)


if __name__ == "__main__":
    for found in _judged([Path(os.fsdecode(bytes.fromhex(line.strip()))) for line in sys.stdin]):
        sys.stdout.write(found.model_dump_json() + "\n")
        sys.stdout.flush()
