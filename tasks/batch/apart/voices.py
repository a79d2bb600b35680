"""Who speaks in the episodes of a season, and the colours that they have in all of them.

The films' words are read in another process, since a damaged film may crash the library that opens it; what is read
lies in the films' stores afterwards, where their runs find it.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import Field, ValidationError

from configs.recipes.recipe import Recipe
from configs.units import Frozen
from layouts.book.storyboard import WordsKind
from layouts.telling.boards import SpokenLines, shared_colours, voices_of
from tasks.batch.apart.spawning import python
from tasks.batch.folder.names import is_plain
from tasks.making.reading import words_of

_A_FILM_S = 600.0


class VoicesAsked(Frozen):
    """A film whose speakers are to be counted."""

    film: Path
    recipe: Recipe
    work: Path | None


class VoicesTold(Frozen):
    """How often each speaker of a film is heard, and how often of that out of a machine."""

    voices: dict[str, tuple[int, int]] = Field(default_factory=dict)


def with_shared_casts(
    recipes: Mapping[Path, Recipe], placed: Mapping[Path, Path], work: Path | None
) -> dict[Path, Recipe]:
    """Return the recipes of a season's films with one colour for each speaker in all episodes of a series.

    Args:
        recipes: Those of all films.
        placed: The films that are made.
        work: The work folder.
    """
    films = [film for film in placed if is_plain(film)]
    asked = [VoicesAsked(film=film, recipe=recipes[film], work=work) for film in films]
    heard = dict(zip(films, _counted(asked), strict=True))
    shared = {}
    seasons: dict[str, list[Path]] = {}
    for film in sorted(films, key=lambda one: _turn(recipes[one])):
        seasons.setdefault(recipes[film].series, []).append(film)
    for episodes in seasons.values():
        colours = shared_colours([heard[film] for film in episodes])
        for film in episodes:
            own = {name: colours[name] for name in heard[film]}
            shared[film] = recipes[film].model_copy(update={"cast": own | recipes[film].cast})
    return shared


def _turn(recipe: Recipe) -> tuple[int, int]:
    return -1 if recipe.season is None else recipe.season, -1 if recipe.number is None else recipe.number


def _counted(asked: Sequence[VoicesAsked]) -> list[dict[str, SpokenLines]]:
    """Count each film's voices; one that cannot be read has none, and its run will say why."""
    found: list[dict[str, SpokenLines]] = []
    while len(found) < len(asked):
        left = asked[len(found) :]
        lines = "".join(f"{each.model_dump_json()}\n" for each in left)
        told = []
        with suppress(OSError, subprocess.TimeoutExpired, ValidationError):
            done = subprocess.run(
                **python("tasks.batch.apart.voices"), input=lines, stdout=subprocess.PIPE, timeout=_A_FILM_S * len(left)
            )
            told = [VoicesTold.model_validate_json(line) for line in done.stdout.splitlines()]
        found += [{name: SpokenLines(*counts) for name, counts in each.voices.items()} for each in told]
        if len(told) < len(left):
            found.append({})  # the one that crashed it
    return found


def _tell(asked: VoicesAsked) -> VoicesTold:
    with suppress(Exception):
        lines = words_of(asked.film, asked.recipe, asked.work).lines
        start, end = asked.recipe.start or 0, asked.recipe.end
        within = [line for line in lines if start <= line.start_s and (end is None or line.start_s < end)]
        voices = voices_of((line.speaker, WordsKind(line.kind.value)) for line in within)
        return VoicesTold(voices={name: (voice.said, voice.wired) for name, voice in voices.items()})
    return VoicesTold()


if __name__ == "__main__":
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no answer
    for row in sys.stdin:
        answers.write(_tell(VoicesAsked.model_validate_json(row)).model_dump_json() + "\n")
        answers.flush()
