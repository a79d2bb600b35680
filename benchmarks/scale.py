"""How work grows with the film's length: from words and shots to the storyboard and the pages, nothing decoded.

    seconds of the processor for films of 15, 30, 60 and 120 minutes, each stage by itself, in two runs:
    the first, in which everything is made, and one that finds everything in the store

The films are made up, with 12 shots and 12.5 lines a minute; frames are noise as large as a stamp. A stage grows no
faster than the film when a minute of the longest costs at most 1.3 times what a minute of the shortest does.
"""

import gc
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from configs.recipes.recipe import Recipe
from configs.units import Box, Face
from film.model import FrameStats, Line, LineKind, Movie, Shot, ShotList, Transition
from film.pictures.faces import Heads
from film.voices.loudness import Loudness
from tasks.making import composing, hearing, painting, planning, reading, redrawing, telling
from tasks.making.brought import linting
from tasks.showing import contact_sheet
from tasks.store.film_run import FilmRun
from tasks.store.order import Order
from tasks.store.store import open_store, save

MINUTES = (15, 30, 60, 120)
SHOTS_A_MINUTE, LINES_A_MINUTE, RATE = 12, 12.5, 24
AT_MOST = 1.3
"""So many times what a minute of the shortest film costs a minute of the longest may cost."""
_LEAST_S = 0.1
"""A stage that takes less than this a run for the longest film is not judged: the clock is too coarse."""
_CACHED_RUNS = 3
"""The least of so many counts."""
_SIZE_PX = (64, 36)
_TEXT = "the a dragon never I you we was gone into night come here please know what do not over under"
_WORDS = _TEXT.split()

Seconds = dict[str, float]


class _Reader:
    """Stands for an open film: gives a stamp of noise for any time."""

    def __init__(self, movie: Movie, picture: Box, *, long_side_px: int | None = None) -> None:
        self.picture = picture

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, at_s: Fraction) -> tuple[Fraction, NDArray[np.uint8]]:
        """Return the frame shown at a time: 9 by 16 patches, the same for the same frame."""
        frame = max(0, int(at_s * RATE))
        patches = np.random.default_rng(frame).integers(40, 216, (9, 16, 3), np.uint8)
        return Fraction(frame, RATE), patches.repeat(4, axis=0).repeat(4, axis=1)


class _Finder:
    """Stands for the face detector: sees none, one or two faces, always the same in the same picture."""

    def find(self, picture: NDArray[np.uint8], *, long_side_px: int | None = None) -> tuple[Face, ...]:
        """Return the faces."""
        boxes = [Box(x0=x0, y0=0.2, x1=x0 + 0.2, y1=0.7) for x0 in (0.1, 0.6)]
        faces = [Face(box=box, mouth=(box.x0 + 0.1, 0.55), score=0.9) for box in boxes]
        return tuple(faces[: int(picture[0, 0, 0]) % 3])

    def search(self, picture: NDArray[np.uint8]) -> Heads:
        """Return the faces; there is none that only may be one."""
        return Heads(faces := self.find(picture), (), bool(faces))


def made_up_shots(minutes: int) -> ShotList:
    """Return the shots of a film of this length in scenes of about a dozen, and what was measured of its frames."""
    dice = random.Random(minutes)
    frames = minutes * 60 * RATE
    cuts = [0, *sorted(dice.sample(range(1, frames), minutes * SHOTS_A_MINUTE - 1)), frames]
    shots = [_shot(index, *span) for index, span in enumerate(pairwise(cuts))]
    scenes = [0, *(at for at in range(1, len(shots)) if dice.random() < 1 / 14), len(shots)]
    figures = np.random.default_rng(minutes).uniform(0, 1, (4, frames)).round(3)
    luma, contrast, sharpness, change = (figures.T * (100, 40, 900, 12) + (60, 20, 100, 0)).round(3).T.tolist()
    stats = FrameStats(
        time_s=tuple(at / RATE for at in range(frames)),
        luma=tuple(luma),
        contrast=tuple(contrast),
        sharpness=tuple(sharpness),
        change=tuple(change),
    )
    return ShotList(shots=tuple(shots), scenes=tuple(pairwise(scenes)), stats=stats)


def _shot(index: int, begin: int, end: int) -> Shot:
    start_s, end_s = Fraction(begin, RATE), Fraction(end, RATE)
    how = Transition.HARD if index else Transition.START
    return Shot(
        index=index,
        start_s=start_s,
        end_s=end_s,
        first_frame=begin,
        transition=how,
        clean_start_s=start_s,
        clean_end_s=end_s,
    )


def made_up_lines(minutes: int) -> list[Line]:
    """Return what is said in a film of this length."""
    dice = random.Random(minutes)
    starts = sorted(round(dice.uniform(0, minutes * 60 - 3), 3) for _ in range(int(minutes * LINES_A_MINUTE)))
    lines = []
    for index, start_s in enumerate(starts):
        words = min(16, 1 + int(dice.expovariate(1 / 6)))
        text = " ".join(dice.choice(_WORDS) for _ in range(words)).capitalize() + dice.choice(".!?")
        lines.append(
            Line(
                index=index,
                start_s=start_s,
                end_s=round(start_s + 0.4 + 0.28 * words, 3),
                text=text,
                kind=LineKind.SPEECH,
            )
        )
    return lines


def write_subtitles(lines: Iterable[Line], target: Path) -> None:
    """Write lines as SubRip."""
    cues = (f"{line.index + 1}\n{_stamp(line.start_s)} --> {_stamp(line.end_s)}\n{line.text}\n" for line in lines)
    target.write_text("\n".join(cues), encoding="utf-8")


def _stamp(at_s: Fraction) -> str:
    seconds, thousandths = divmod(round(at_s * 1000), 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{thousandths:03}"


@contextmanager
def _nothing_decoded() -> Iterator[None]:
    """Run tasks as plain functions, with stand-ins for whatever reads pictures."""

    def run_one(stage: Any, job: Any) -> Any:
        return stage.fn(job)

    def run_all(stage: Any, jobs: Iterable[Any], seen: Callable[[int], None] | None = None) -> list[Any]:
        return [stage.fn(job) for job in jobs]

    with ExitStack() as stack:
        for name in ("film.pictures.keyframes", "film.pictures.glances", "film.voices.mouths"):
            stack.enter_context(patch(f"{name}.FrameReader", _Reader))
        for name in ("film.pictures.keyframes", "film.voices.mouths"):
            stack.enter_context(patch(f"{name}.make_finder", _Finder))
        stack.enter_context(patch("film.pictures.faces.fetch_detector"))
        for module in (reading, hearing, telling, composing, contact_sheet):
            for runner in (run_one, run_all):
                if hasattr(module, runner.__name__):
                    stack.enter_context(patch.object(module, runner.__name__, runner))
        yield


class Stopwatch:
    """Notes what each stage takes, in seconds of the processor."""

    def __init__(self) -> None:
        self.spent: Seconds = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Take the time of a block; it is not charged with the rubbish of those before."""
        gc.collect()
        began = time.process_time()
        yield
        self.spent[stage] = time.process_time() - began


def prepare(minutes: int, folder: Path) -> FilmRun:
    """Write a film that is only a name, with subtitles, and return it with what is asked of it."""
    film = folder / "film.mkv"
    film.touch()
    subtitles = film.with_suffix(".srt")
    if not subtitles.exists():
        write_subtitles(made_up_lines(minutes), subtitles)
    movie = Movie(path=film, sha256=f"{minutes:064}", duration_s=Fraction(minutes * 60), rate=RATE, size_px=_SIZE_PX)
    run = FilmRun(
        order=Order(film=film, out=folder / "contact.html", recipe=Recipe(), work=folder / "work"), movie=movie
    )
    open_store(run.root)
    return run


def put_decoded(run: FilmRun, minutes: int) -> None:
    """Put what decoding would give into the store: the shots, the loudness."""
    levels = random.Random(minutes).choices(range(-60, -10), k=minutes * 600)
    split = reading.SplitJob(root=run.root, movie=run.movie)
    measure = hearing.LoudnessJob(root=run.root, movie=run.movie)
    if split.found() is None:
        save(split, made_up_shots(minutes))
    if measure.found() is None:
        save(measure, Loudness(levels_db=tuple(levels)))


def spend(minutes: int, folder: Path, watch: Callable[[str], AbstractContextManager[None]]) -> None:
    """Do what the tasks do for a film of this length, each stage inside a block of the watch.

    Args:
        minutes: The film's length.
        folder: Where its store lies; what an earlier call has left in it is found.
        watch: Is told the stage's name.
    """
    run = prepare(minutes, folder)
    put_decoded(run, minutes)
    with _nothing_decoded():
        with watch("words"):
            words = reading.read_words(run)
        with watch("shots"):
            shots = reading.read_shots(run)
        with watch("keyframes"):
            keyframes = reading.read_keyframes(run, shots, words)
        with watch("sound"):
            heard = hearing.read_sound(run, shots, words, keyframes)
        with watch("storyboard"):
            storyboard = telling.make_storyboard(run, shots, words, keyframes, heard)
        with watch("pages"):
            book = composing.make_book(run, storyboard)
        with watch("paintings"):
            frames = reading.frames_at(run, shots, composing.needed_times(book))
            paintings = planning.plan_book(run.order.recipe, painting.scenes_of(shots), frames, book.load())
            redrawing.to_redraw(run.root, book.load(), paintings)
            painting.paint_jobs(run.root, paintings.values())
        with watch("proof"):
            linting.lint_run(run.root, book.load(), storyboard.load(), run.order.recipe)
        with watch("contact"):
            contact_sheet.draw_contact(run, shots, words, keyframes)


def apart(minutes: int, folder: Path, times: int = 1) -> Seconds:
    """Do the same in processes of their own, which remember nothing of the run before; the least of each stage."""
    command = [sys.executable, "-m", "benchmarks.scale", str(minutes), str(folder)]
    runs: list[Seconds] = []
    for _ in range(times):
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    found = {stage: min(each[stage] for each in runs) for stage in runs[0]}
    return found | {"all": sum(found.values())}


def table(title: str, spent: Sequence[Seconds]) -> bool:
    """Print what every stage took for every length, and tell whether none grows faster than the film."""
    longest, shortest = MINUTES[-1] / MINUTES[0], spent[0]
    print(f"\n{title:12}" + "".join(f"{minutes:>9} min" for minutes in MINUTES) + "    growth")
    grown = []
    for stage in shortest:
        ratio = spent[-1][stage] / max(shortest[stage], 1e-6) / longest
        judged = spent[-1][stage] >= _LEAST_S
        grown.append(judged and ratio > AT_MOST)
        mark = " !" if grown[-1] else "" if judged else " (too little to tell)"
        print(f"{stage:12}" + "".join(f"{each[stage]:>11.2f} s" for each in spent) + f"{ratio:>10.2f}{mark}")
    return not any(grown)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        runs: list[tuple[Seconds, Seconds]] = []
        for minutes in MINUTES:
            folder = Path(name, str(minutes))
            folder.mkdir()
            runs.append((apart(minutes, folder), apart(minutes, folder, _CACHED_RUNS)))
    even = [
        table(title, each) for title, each in zip(("first run", "cached run"), zip(*runs, strict=True), strict=True)
    ]
    print(f"\nseconds of the processor; growth: a minute at {MINUTES[-1]} min against one at {MINUTES[0]} min")
    print(f"time grows {'no faster than the film' if all(even) else 'FASTER than the film'} (at most {AT_MOST})")


if __name__ == "__main__" and len(sys.argv) == 3:
    stopwatch = Stopwatch()
    spend(int(sys.argv[1]), Path(sys.argv[2]), stopwatch)
    print(json.dumps(stopwatch.spent))
elif __name__ == "__main__":
    main()
