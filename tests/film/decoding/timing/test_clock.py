"""The clock alone: made-up timestamps, and the times that come of them."""

from array import array
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from film.decoding.timing.clock import Clock, breaks, film_time
from film.decoding.timing.packets import Alongside, PacketLog
from film.decoding.timing.passages import TimingFacts, timeline_of
from film.decoding.timing.rising import reach_of
from film.model import Movie

FRAME_MS = 40


def _movie(rate: int = 25) -> Movie:
    return Movie(path=Path("film.mkv"), sha256="", size_px=(96, 64), rate=Fraction(rate), duration_s=Fraction(10))


def _timed(movie: Movie, stamps_ms: Sequence[int]) -> tuple[list[Fraction], Clock]:
    """Have a clock read stamps; the times come back in milliseconds, strictly rising."""
    clock = Clock(movie)
    read_s = [clock.read(Fraction(at, 1000)) for at in stamps_ms]
    times_ms = [at_s * 1000 for at_s in read_s if at_s is not None]
    assert all(left < right for left, right in pairwise(times_ms))
    return times_ms, clock


def _log(stamps_ms: Sequence[int], *, keys: Sequence[int] = (), alongside: Sequence[Alongside] = ()) -> PacketLog:
    stamps = array("q", stamps_ms)
    places = array("q", [1000 * number for number in range(len(stamps))])
    return PacketLog(Fraction(1, 1000), stamps, places, array("q", keys or [0]), alongside=list(alongside))


def _repaired(log: PacketLog, **facts: Fraction | bool) -> Movie:
    known = TimingFacts(**{"start_s": Fraction(log.stamps[0], 1000), "live": True, **facts})
    rate, timeline = timeline_of(log, Fraction(25), known)
    end = {"duration_s": timeline.end_s} if timeline.passages else {}
    movie = _movie().model_copy(
        update={"rate": rate, "timeline": timeline, "start_offset_s": known.start_s, **end},
    )
    return Movie.model_validate_json(movie.model_dump_json())


def _run(count: int, start_ms: int = 0, step_ms: int = FRAME_MS) -> list[int]:
    return [start_ms + step_ms * number for number in range(count)]


@pytest.mark.parametrize(
    "stamps_ms",
    [
        [0, 40, 80, 80, 160, 200, 240, 240, 320],
        [0, 0, 0, 0, 160, 200],
        [0, 80, 120, 40, 200, 240, 160, 320],  # B-frames that bear their time of decoding
        [0, 160, 120, 200, 80, 280, 240, 320, 40, 480, 440, 520],
        [0, 40, 90, 89, 160, 200],
        [1000 * (number // 25) for number in range(75)],  # a clock of whole seconds
    ],
)
def test_stamps_that_repeat_or_are_permuted_leave_all_others_as_they_are(stamps_ms: list[int]) -> None:
    times_ms, clock = _timed(_movie(), stamps_ms)
    latest_ms = -1
    for given, time in zip(stamps_ms, times_ms, strict=True):
        if given > latest_ms:
            latest_ms = given
            assert time == given
        assert latest_ms <= time < latest_ms + 40
    assert clock.end_s == Fraction(latest_ms + 40, 1000)
    assert clock.strayed == []
    assert _repaired(_log(stamps_ms)).timeline.passages == ()


def test_a_passage_of_twice_the_rate_is_not_overtaken() -> None:
    assert _timed(_movie(), [0, 40, 80, 80, 100, 120, 140])[0][4:] == [100, 120, 140]
    times_ms, clock = _timed(_movie(), [0, 40, 80, 80, 82, 84, 120, 160])
    assert times_ms[6:] == [120, 160]
    assert clock.strayed == []


def test_slides_with_a_repeated_stamp_keep_their_times() -> None:
    times_ms, clock = _timed(_movie(1), [0, 1000, 2000, 2000, 4000, 3000, 5000])
    assert [times_ms[index] for index in (0, 1, 2, 4, 6)] == [0, 1000, 2000, 4000, 5000]
    assert clock.strayed == []


@pytest.mark.parametrize("repaired", [True, False])
def test_stamps_that_jump_back_far_go_on(repaired: bool) -> None:
    """With a timeline and, where a damaged part hides the jump from it, without."""
    stamps_ms = _run(25) * 3
    movie = _repaired(_log(stamps_ms)) if repaired else _movie()
    times_ms, clock = _timed(movie, stamps_ms)
    assert times_ms == _run(75)
    told = breaks(movie) if repaired else [("jump back", at_s) for at_s, _ in clock.strayed]
    assert told == [("jump back", 1), ("jump back", 2)]
    assert not (repaired and clock.strayed)


@pytest.mark.parametrize("step_ms", [0, 1])
def test_stamps_that_stand_still_or_creep_go_on_at_the_usual_rate(step_ms: int) -> None:
    stamps_ms = [*_run(50), *_run(100, 1960, step_ms), *_run(25, 6000)]
    movie = _repaired(_log(stamps_ms))
    times_ms, clock = _timed(movie, stamps_ms)
    assert times_ms == pytest.approx(_run(175), abs=FRAME_MS)
    assert clock.strayed == []
    assert breaks(movie)[0][0] == "stand still"
    assert movie.duration_s == pytest.approx(7, abs=0.05)


def test_stamps_that_stand_still_unforeseen_go_on_too() -> None:
    times_ms, clock = _timed(_movie(), [0] * 100 + [40, 80])
    assert times_ms[-60:] == [40 * number for number in range(42, 102)]
    assert clock.end_s == Fraction(102 * 40, 1000)
    assert clock.strayed[0][1]


def test_a_leap_of_a_broadcast_takes_no_time_but_a_still_picture_does() -> None:
    leap = [*_run(50), *_run(50, 3_600_000)]
    movie = _repaired(_log(leap))
    assert _timed(movie, leap)[0] == _run(100)
    assert breaks(movie) == [("jump ahead", 2)]
    in_a_file = [*_run(50), *_run(50, 300_000)]
    assert _repaired(_log(in_a_file), live=False).timeline.passages == ()
    slides = _run(50, step_ms=20_000)
    assert _repaired(_log(slides)).timeline.passages == ()
    # while the sound goes on, it is the picture that is lost
    sounding = _log(in_a_file, alongside=[Alongside(0, 302, 0)])
    assert _repaired(sounding).timeline.passages == ()


def test_groups_of_32_are_no_recordings_of_their_own() -> None:
    """H.266's usual order: the last of a group first, then what lies half way, and so on."""

    def ordered(first: int, last: int) -> list[int]:
        middle = (first + last) // 2
        return [middle, *ordered(first, middle), *ordered(middle, last)] if last - first > 1 else []

    groups = [[0], *([start + 32, *ordered(start, start + 32)] for start in range(0, 96, 32))]
    stamps_ms = [FRAME_MS * number for group in groups for number in group]
    assert _repaired(_log(stamps_ms), reordered=reach_of("vvc")).timeline.passages == ()
    assert len(_repaired(_log(stamps_ms), reordered=reach_of("hevc")).timeline.passages) > 1


def test_a_rate_that_counts_a_leap_is_put_right() -> None:
    log = _log([*_run(50), *_run(50, 3_600_000)])
    rate, timeline = timeline_of(log, Fraction(100, 3604), TimingFacts(start_s=Fraction(0), live=False))
    assert rate == 25
    assert timeline.end_s == 4


def test_a_slip_of_the_clock_for_a_moment_shifts_nothing_after_it() -> None:
    stamps_ms = [*_run(50), *_run(3, 100), *_run(50, 2120)]
    times_ms, _ = _timed(_repaired(_log(stamps_ms)), stamps_ms)
    assert times_ms == _run(103)


def test_pictures_before_a_part_s_first_key_frame_are_none() -> None:
    stamps_ms = [*_run(50), *_run(50, 800)]
    movie = _repaired(_log(stamps_ms, keys=[0, 60, 90]))
    times_ms, clock = _timed(movie, stamps_ms)
    assert times_ms == [*_run(50), *_run(40, 60 * FRAME_MS)]
    assert clock.end_s == movie.duration_s == 4


def test_a_clock_that_wraps_goes_on() -> None:
    period = Fraction(10)
    stamps_ms = [at % 10_000 for at in _run(100, 8000)]
    unwrapped = _log(_run(100, 8000))
    assert _repaired(unwrapped, period_s=period).timeline.passages == ()
    joined = [*_run(50, 8000), *_run(50, 8400)]
    movie = _repaired(_log(joined), period_s=period)
    times_ms, _ = _timed(movie, [at % 10_000 for at in joined])
    assert times_ms == _run(100)
    assert stamps_ms[0] == 8000


def test_a_clock_begun_at_a_foothold_tells_what_the_whole_one_tells() -> None:
    stamps_ms = [*_run(200, 1400), *_run(200, 500), *_run(200, 900_000)]
    movie = _repaired(_log(stamps_ms, keys=range(0, 600, 50)))
    whole, _ = _timed(movie, stamps_ms)
    assert {each.passage for each in movie.timeline.footholds} == {0, 1, 2}
    for foothold in movie.timeline.footholds:
        clock = Clock(movie, foothold)
        for number in range(foothold.packet, 600):
            at_s = clock.read(Fraction(stamps_ms[number], 1000))
            assert at_s is not None
            assert at_s * 1000 == whole[number]


def test_sound_and_words_follow_the_passage_that_they_lie_in() -> None:
    stamps_ms = [*_run(50, 1400), *_run(50, 1400)]
    movie = _repaired(_log(stamps_ms))
    assert film_time(movie, Fraction(2), 10_000) == Fraction(3, 5)
    assert film_time(movie, Fraction(2), 60_000) == Fraction(13, 5)
    leap = _repaired(_log([*_run(50), *_run(50, 3_600_000)]))
    assert film_time(leap, Fraction(3601)) == 3  # as of chapters, which lie nowhere
    assert film_time(leap, Fraction(1)) == 1
    # the last sound of a part may come after the first picture of the next one
    assert film_time(leap, Fraction(199, 100), 50_500) == Fraction(199, 100)
