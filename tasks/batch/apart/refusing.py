"""Whether nothing but refusals would come of a batch: films that cannot be read, found without a run for them.

The films are opened in another process, since a damaged one may crash the library that opens it.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from configs.errors import FilmcomicError
from film.decoding.probe import check
from tasks.batch.apart.spawning import python
from tasks.batch.folder.names import is_plain, show_name

_A_FILM_S = 120.0


def all_refused(films: Sequence[Path]) -> dict[Path, str]:
    """Return why each film is refused when all are; nothing as soon as one is not, or when it cannot be told."""
    command = "\n".join(os.fsencode(film).hex() for film in films)
    try:
        done = subprocess.run(
            **python("tasks.batch.apart.refusing"), input=command, capture_output=True, timeout=_A_FILM_S * len(films)
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    told = done.stdout.splitlines()
    return dict(zip(films, told, strict=True)) if done.returncode == 0 and len(told) == len(films) else {}


def _refusals(films: Iterable[Path]) -> list[str]:
    """Return the refusals up to the first film that is none."""
    told = []
    for film in films:
        if not is_plain(film):  # it is worked on under another name
            break
        try:
            check(film)
        except FilmcomicError as error:
            told.append(show_name(str(error)))
            continue
        break
    return told


if __name__ == "__main__":
    named = [Path(os.fsdecode(bytes.fromhex(line.strip()))) for line in sys.stdin]
    sys.stdout.writelines(f"{line}\n" for line in _refusals(named))
