"""What a run over a film would do, where, and about how long: nothing is decoded or painted to tell it.

The stages themselves are asked, one after another, until one is not all in the store; what comes after that is
reckoned from the film's length and size.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from configs.units import Frozen
from film.decoding.probe import probe
from stylize.styles.registry import paints_parts
from tasks.making.composing import make_book, needed_times
from tasks.making.hearing import read_sound
from tasks.making.painting import GPU_POOL, gains_from_pool, manner_of, paint_jobs, scenes_of
from tasks.making.planning import plan_book
from tasks.making.reading import frames_at, read_keyframes, read_shots, read_words
from tasks.making.spread.gain import paint_size, part_s, spread_s
from tasks.making.spread.sharing import SHARED_STAGES
from tasks.making.telling import make_storyboard
from tasks.serving.pools import CPU_POOL, others_online, worker_online
from tasks.serving.server import found_server, leading_to
from tasks.store.film_run import FilmRun
from tasks.store.handles import Kept
from tasks.store.order import Order
from tasks.store.stages import looking_ahead
from tasks.store.store import Job, open_store

_PIXELS_A_SECOND = 150e6
"""Decoded and looked at, on a core."""
_SHOT_EVERY_S = 4.0
_PICK_S, _PAINT_S, _PAGE_S = 0.9, 1.1, 0.6
"""Processor seconds: of a shot's frames, of a picture in a style of our own, of a page in the book."""
_SOUND_A_SECOND = 0.012
_PANELS_A_PAGE = 4.7
_FILM_S_A_PAGE = 34.0
_CORES_USED = 1.6
"""Of those that are there; a machine with one uses that."""


class StagePlan(Frozen):
    """One stage of a run."""

    stage: str
    known: int | None
    """How many of its pieces are in the store; None where it is not known yet which pieces there will be."""
    pieces: int | None
    """How many there are in all."""
    where: str
    """`here`, `pool gpu`, or `here + N of pool cpu` where workers would take parts of it."""
    about_s: float | None
    """What is left of it, in seconds of this machine; None where nobody can tell."""


@dataclass
class _Lookout:
    """Looks for the jobs of stages in the store, and goes no further than they lead."""

    seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __call__(self, name: str, jobs: Sequence[Job[Any]]) -> list[Kept[Any]]:
        found = [job.found() for job in jobs]
        there = [one for one in found if one is not None]
        known, pieces = self.seen.get(name, (0, 0))
        self.seen[name] = known + len(there), pieces + len(jobs)
        if len(there) < len(jobs):
            raise _NotYet
        return there


class _NotYet(Exception):
    """A stage is not all in the store."""


def foresee(order: Order) -> tuple[FilmRun, list[StagePlan]]:
    """Return the stages of a run in their order.

    Args:
        order: What is asked for.

    Raises:
        FilmcomicError: As the run would before its work.
    """
    run = FilmRun(order=order, movie=probe(order.film))
    open_store(run.root)
    lookout = _Lookout()
    with looking_ahead(lookout):
        _walk(run, lookout)
    return run, _told(run, lookout, _asked(lambda: others_online(CPU_POOL)) if order.spread else 0)


def _walk(run: FilmRun, lookout: _Lookout) -> None:
    """Go through the stages as the flow does, as far as the store leads."""
    words = shots = None
    with suppress(_NotYet):
        words = read_words(run)
    with suppress(_NotYet):
        shots = read_shots(run)
    if words is None or shots is None:
        return
    with suppress(_NotYet):
        keyframes = read_keyframes(run, shots, words)
        board = make_storyboard(run, shots, words, keyframes, read_sound(run, shots, words, keyframes))
        book = make_book(run, board)
        frames = frames_at(run, shots, needed_times(book))
        planned = plan_book(run.order.recipe, scenes_of(shots), frames, book.load())
        lookout("paint", paint_jobs(run.root, planned.values(), paint_size(spread=run.order.spread)))


def _told(run: FilmRun, lookout: _Lookout, workers: int) -> list[StagePlan]:
    movie, (start, end) = run.movie, run.span
    length_s = float(min(end, movie.duration_s) - start)
    shots = max(1.0, length_s / _SHOT_EVERY_S)
    pages = float(run.order.recipe.pages or max(2.0, length_s / _FILM_S_A_PAGE))
    manner = manner_of(run.order.recipe.look_at(Fraction(0)), run.order.recipe)
    far = gains_from_pool(manner) and _asked(lambda: int(worker_online(GPU_POOL)))
    own = paints_parts(manner.style, manner.settings)  # how long others take nobody knows before
    paint_s = pages * _PANELS_A_PAGE * _PAINT_S if own else None
    pixels = movie.size_px[0] * movie.size_px[1] * float(movie.rate * movie.duration_s)
    costs: tuple[tuple[str, tuple[str, ...], float | None], ...] = (
        ("words", ("listen",), 0.5),
        ("shots", ("split",), pixels / _PIXELS_A_SECOND),
        ("keyframes", ("pick", "gather"), shots * _PICK_S),
        ("sound", ("loudness", "watch mouths"), length_s * _SOUND_A_SECOND),
        ("storyboard", ("tell", "compose", "fetch"), 1 + 0.1 * pages),
        ("pictures", ("paint",), paint_s),
        ("pages", ("publish", "pack"), pages * _PAGE_S),
    )
    cores = min(float(os.cpu_count() or 1), _CORES_USED)
    return [
        _on_gpu(stage) if far and stage.stage == "pictures" else _shared(stage, workers)
        for stage in (_stage(name, tasks, cost, lookout, cores) for name, tasks, cost in costs)
    ]


def _asked(question: Callable[[], int]) -> int:
    """Ask the server that a run would go to; 0 where there is none."""
    server = found_server()
    if server is None:
        return 0
    with leading_to(*server):
        return question()


def _on_gpu(stage: StagePlan) -> StagePlan:
    return stage.model_copy(update={"where": f"pool {GPU_POOL}"})


def _shared(stage: StagePlan, workers: int) -> StagePlan:
    """Tell which parts of a stage other workers would take, and how long it takes then."""
    alone_s = stage.about_s
    gains = workers if alone_s is None else part_s(alone_s, workers)  # networks take long on any processor
    if stage.stage not in SHARED_STAGES.values() or not gains:
        return stage
    about_s = None if alone_s is None else round(spread_s(alone_s, workers), 1)
    return stage.model_copy(update={"where": f"here + {workers} of pool {CPU_POOL}", "about_s": about_s})


def _stage(name: str, tasks: Sequence[str], cost_s: float | None, lookout: _Lookout, cores: float) -> StagePlan:
    seen = [lookout.seen[task] for task in tasks if task in lookout.seen]
    known, pieces = (sum(one[0] for one in seen), sum(one[1] for one in seen)) if seen else (None, None)
    share = 1 - known / pieces if known is not None and pieces else float(pieces != 0)
    about_s = None if cost_s is None and share else (cost_s or 0.0) * share / cores
    return StagePlan(
        stage=name,
        known=known,
        pieces=pieces,
        where="here",
        about_s=None if about_s is None else round(about_s, 1),
    )


def told_plan(run: FilmRun, stages: Sequence[StagePlan]) -> list[str]:
    """Return a plan as lines for a person."""
    wide = max(10, *(len(each.where) for each in stages)) + 2
    lines = [f"{'stage':<12}{'in the store':<16}{'where':<{wide}}about"]
    for each in stages:
        there = "not yet known" if each.pieces is None else "all" if each.known == each.pieces else (
            f"{each.known} of {each.pieces}")  # fmt: skip
        time = "depends" if each.about_s is None else _clock(each.about_s)
        lines.append(f"{each.stage:<12}{there:<16}{each.where:<{wide}}{time}")
    left = sum(each.about_s or 0.0 for each in stages)
    rest = ", and the painting" if any(each.about_s is None for each in stages) else ""
    lines.append(f"{run.movie.path.name}: {_clock(left)} of work left on this machine{rest}" if left or rest else
                 f"{run.movie.path.name}: nothing left but to put the comic in its place")  # fmt: skip
    return lines


def _clock(seconds: float) -> str:
    if 0 < seconds < 1:
        return "< 1 s"
    return f"{round(seconds)} s" if seconds < 90 else f"{round(seconds / 60)} min"
