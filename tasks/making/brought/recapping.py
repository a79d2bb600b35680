"""A recap: panels of the episode before, with their frames in this film's store, to be painted as its own are."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from configs.disk.files import beside
from configs.disk.sealed import digest, send_named
from configs.errors import InputError, OutputError
from film.model import Keyframe, ShotList
from layouts.book.storyboard import Storyboard
from layouts.covers.previously import Recap, retold, weightiest
from tasks.console.progress import aside, notice
from tasks.making.reading import FRAMES, frames_at, open_run
from tasks.store.film_run import FilmRun
from tasks.store.handles import Kept
from tasks.store.order import EpisodeBefore, take_order

Tell = Callable[[FilmRun], tuple[Kept[ShotList], Kept[Storyboard]]]
"""Finds a film's shots and makes its storyboard."""
_NO_SHOT = -1
"""What this film's shots say of places and palettes does not hold for pictures of another one."""


@dataclass(frozen=True)
class TakenRecap:
    """What a book tells of the episode before it, perhaps nothing, and where its pictures are."""

    recap: Recap | None = None
    frames: Mapping[Fraction, Keyframe] = field(default_factory=dict)
    """By their times in the recap, below 0."""


def take_recap(run: FilmRun, before: EpisodeBefore | None, tell: Tell) -> TakenRecap:
    """Choose the moments of the episode before; one that cannot be told again leaves the comic without, and is named.

    Args:
        run: This film.
        before: The other one, if a recap is asked for.
        tell: Makes that one's storyboard, which lies in its store where its own comic is made too.
    """
    if before is None:
        return TakenRecap()
    name, film = run.movie.path.name, before.film.name
    try:
        other = open_run(take_order(before.film, run.order.out, before.recipe, run.order.work))
        with aside():
            shots, kept = tell(other)
            board = kept.load()
            panels = weightiest(board)
            frames = frames_at(other, shots, [panel.at_s for panel in panels])
    except OutputError:
        raise
    except InputError as error:
        notice(f"{name}: it has no recap page, since the episode before cannot be told: {error}")
        return TakenRecap()
    panels = tuple(panel for panel in panels if panel.at_s in frames)
    if not panels:
        notice(f"{name}: it has no recap page, since {film} has too few pictures for one")
        return TakenRecap()
    told = retold(panels, board.film)
    brought = {again.at_s: _bring(frames[one.at_s], other, run) for one, again in zip(panels, told, strict=True)}
    placed = {at: frame.model_copy(update={"at_s": at, "shot": _NO_SHOT}) for at, frame in brought.items()}
    episode = board.film.series.issue if board.film.series else board.film.title
    return TakenRecap(Recap(moments=told, episode=episode), placed)


def _bring(frame: Keyframe, source: FilmRun, run: FilmRun) -> Keyframe:
    """Copy a frame from one film's store into another's, where it bears the same name: its digest."""
    there, here = (each.root / FRAMES / frame.image for each in (source, run))
    if digest(here, notice, named=frame.sha256) is None:
        with beside(here) as draft:
            shutil.copyfile(there, draft)
        send_named(here, frame.sha256)
    return frame
