"""A film is painted in stretches that can be stopped and gone on with at any border, and give the same film."""

import threading
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from configs.recipes.recipe import Recipe
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.encoding.encoder import Encoder
from film.encoding.joining import Encoded, join
from film.model import Shot, Transition
from stylize.styles.stylizer import Batch, Stylizer
from tasks.console.progress import Notice, Step, Tally, listening
from tasks.making import painting
from tasks.making.painting import manner_of
from tasks.media import stretches
from tasks.media.stretches import (
    PaintedStretch,
    StretchJob,
    StretchSpan,
    count_done,
    counting,
    paint_stretch,
    plan_spans,
)
from tests.film.drawn import draw

RATE = 25


def shots(*starts: float) -> tuple[Shot, ...]:
    """Return shots that begin at these times; only that is looked at."""
    times = [Fraction(str(start)) for start in starts]
    return tuple(
        Shot(
            index=index, start_s=start, end_s=start + 1, first_frame=0, transition=Transition.HARD,
            clean_start_s=start, clean_end_s=start + 1,
        )
        for index, start in enumerate(times)
    )  # fmt: skip


@given(
    some.lists(some.integers(1, 200), max_size=30),
    some.integers(0, 40),
    some.integers(41, 260),
)
def test_spans_cover_a_range_and_heed_the_shots(tenths: list[int], start: int, end: int) -> None:
    begins = sorted({0, *tenths})
    found = plan_spans(Fraction(start, 10), Fraction(end, 10), shots(*(each / 10 for each in begins)))
    assert found[0].start_s == Fraction(start, 10) and found[-1].end_s == Fraction(end, 10)
    assert all(before.end_s == after.start_s for before, after in pairwise(found))
    assert all(span.start_s < span.end_s <= span.start_s + stretches._LENGTH_S for span in found)
    borders = {Fraction(each, 10) for each in begins if start < each < end}
    begun = {span.start_s for span in found[1:] if not span.goes_on}
    assert {cut for span in found for cut in span.cuts} | begun == borders, "each is a cut, or a start"
    for before, after in pairwise(found):
        assert not after.goes_on or (after.since_s == before.since_s and not before.cuts and not after.cuts)


def test_without_shots_any_stretch_stands_alone() -> None:
    found = plan_spans(Fraction(1), Fraction(10), ())
    assert [span.goes_on for span in found] == [False] * 3 and found[-1].end_s == 10


def test_a_long_film_is_no_flood_of_tasks() -> None:
    assert len(plan_spans(Fraction(0), Fraction(3 * 3600), ())) <= stretches._MOST_STRETCHES


class Counting(Stylizer):
    """Darkens, and counts what it is given."""

    name = "counting"
    batch_limit = 4

    def __init__(self) -> None:
        self.batches: list[int] = []

    def paint(self, batch: Batch) -> Batch:
        self.batches.append(len(batch))
        return np.ascontiguousarray(batch * np.float32(0.8) + np.float32(0.1))


@pytest.fixture
def style(monkeypatch: pytest.MonkeyPatch) -> Counting:
    made = Counting()
    monkeypatch.setattr(painting, "_stylizer", lambda *_: made)
    return made


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty frames: a slow movement, a cut at the thirtieth."""

    def picture(number: int) -> np.ndarray:  # type: ignore[type-arg]
        wide = np.random.default_rng(number // 30).integers(40, 220, (8, 20, 3), np.uint8).repeat(8, 0).repeat(8, 1)
        return np.ascontiguousarray(wide[:, number % 30 : number % 30 + 96])

    return draw(tmp_path_factory.mktemp("film") / "film.mp4", picture, count=60)


def jobs_of(
    film: Path, root: Path, spans: Sequence[StretchSpan], *, steady: bool = True, every: int = 1
) -> list[StretchJob]:
    recipe = Recipe(style="ink-line")
    made: list[StretchJob] = []
    for span in spans:
        job = StretchJob(
            root=root,
            movie=probe(film),
            manner=manner_of(recipe.look_at(Fraction(0)), recipe),
            span=span,
            from_s=spans[0].start_s,
            codec="libx264",
            steady=steady,
            every=every,
            detector="",
            before=made[-1].after if span.goes_on else None,
            handed_on=True,
        )
        made.append(job)
    return made


def frames_of(jobs: Sequence[StretchJob], made: Sequence[PaintedStretch], folder: Path) -> list[np.ndarray]:  # type: ignore[type-arg]
    parts = [Encoded(job.root / each.video, each.first) for job, each in zip(jobs, made, strict=True) if each.frames]
    join(parts, folder / "whole.mp4", made[0].tick_s, made[-1].last + 100)
    with FrameReader(probe(folder / "whole.mp4")) as reader:
        return [frame for _, frame in reader.walk(Fraction(0), Fraction(99))]


def cut_up(*borders: str, cuts: tuple[str, ...] = ("1.2",)) -> list[StretchSpan]:
    times = [Fraction(border) for border in borders]
    marks = [Fraction(cut) for cut in cuts]
    spans = []
    for start, end in pairwise(times):
        inside = tuple(mark for mark in marks if start < mark < end)
        since = max([mark for mark in marks if mark <= start], default=times[0])
        spans.append(StretchSpan(start_s=start, end_s=end, since_s=since, cuts=inside))
    return spans


def paint(jobs: Sequence[StretchJob]) -> list[PaintedStretch]:
    return [paint_stretch.fn(job).load() for job in jobs]


@pytest.mark.parametrize("every", [1, 2])
def test_stretches_give_the_film_that_one_stretch_gives(
    every: int, film: Path, tmp_path: Path, style: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the state that was carried over is gone, and where there is no frame in a stretch."""
    encoded: list[tuple[int, bytes]] = []
    real = Encoder.add
    monkeypatch.setattr(
        Encoder, "add", lambda self, frame, ticks: encoded.append((ticks, frame.tobytes())) or real(self, frame, ticks)
    )
    paint(jobs_of(film, tmp_path / "one", cut_up("0", "3"), every=every))
    whole = encoded.copy()
    assert len(whole) == 60
    encoded.clear()
    many = jobs_of(film, tmp_path / "many", cut_up("0", "0.41", "0.42", "1.2", "1.9", "3"), every=every)
    assert [each.frames for each in paint(many)] == [11, 0, 19, 18, 12]
    assert encoded == whole
    last = many[-1]
    stored = (last.root / last.video).read_bytes()
    for gone in (last.root / last.video, last.root / many[-2].after):
        gone.unlink()
    assert last.found() is None
    paint_stretch.fn(last)
    assert (last.root / last.video).read_bytes() == stored


def test_a_finished_stretch_is_not_painted_again(film: Path, tmp_path: Path, style: Counting) -> None:
    jobs = jobs_of(film, tmp_path, cut_up("0", "1.2", "3"), steady=False)
    paint(jobs)
    assert sum(style.batches) == 60 and max(style.batches) == 4, "as many at once as the style takes"
    paint(jobs_of(film, tmp_path, cut_up("0", "1.2", "3"), steady=False))
    assert sum(style.batches) == 60
    (tmp_path / jobs[0].video).write_bytes(b"damaged")
    paint(jobs)
    assert sum(style.batches) == 90


def test_every_second_frame_is_painted_and_held(film: Path, tmp_path: Path, style: Counting) -> None:
    jobs = jobs_of(film, tmp_path, cut_up("0", "3"), steady=False, every=2)
    frames = frames_of(jobs, paint(jobs), tmp_path)
    assert sum(style.batches) == 30
    held = [np.abs(a.astype(int) - b).mean() for a, b in pairwise(frames)]
    assert max(held[::2]) < 2 < min(held[1::2])


def test_a_range_begins_with_the_frame_that_is_shown_there(film: Path, tmp_path: Path, style: Counting) -> None:
    span = StretchSpan(start_s=Fraction("0.43"), end_s=Fraction("0.6"), since_s=Fraction("0.43"))
    (made,) = paint(jobs_of(film, tmp_path, [span], steady=False))
    assert (made.frames, made.first) == (5, 0), "from 0.40 on, shown from 0.43 on"
    assert made.last * made.tick_s == Fraction("0.56") - Fraction("0.43")


def test_frames_are_counted_once_whoever_painted_them(film: Path, tmp_path: Path, style: Counting) -> None:
    heard: list[float] = []

    def hear(event: Step | Notice) -> None:
        if isinstance(event, Step):
            heard.append(event.done)

    jobs = jobs_of(film, tmp_path, cut_up("0", "1.2", "3"), steady=False)
    paint_stretch.fn(jobs[0])
    with listening(hear), counting(jobs[0].movie, Tally("pictures", 60)):
        for job in jobs:
            count_done(job, paint_stretch.fn(job))
    assert heard[-1] == 60 and heard == sorted(heard)
    assert not stretches._counted and not stretches._tallies


def test_a_stop_is_heeded_between_frames(film: Path, tmp_path: Path, style: Counting) -> None:
    stopping = threading.Event()
    stopping.set()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("tasks.console.progress.stopping", stopping)
        paint_stretch.fn(jobs_of(film, tmp_path, cut_up("0", "3"))[0])
    assert not [path for path in tmp_path.rglob("*") if path.is_file()], "nothing half-written is left"
