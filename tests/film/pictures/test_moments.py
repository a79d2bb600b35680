"""Beats: which shots get pictures, how many, and which frames are looked at."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from film.model import FrameStats, Line, Shot, ShotList, Transition
from film.pictures.moments import (
    Figures,
    beats_of,
    speaking_shots,
    spoken_by_shot,
    spoken_in,
    usable,
    worthy_shots,
)
from tests.calls import calls

RATE = 25


def shot(index: int, start_s: float, end_s: float, clean: tuple[float, float] | None = None) -> Shot:
    clean = clean or (start_s, end_s)
    return Shot(
        index=index,
        start_s=start_s,
        end_s=end_s,
        first_frame=round(start_s * RATE),
        transition=Transition.HARD,
        clean_start_s=clean[0],
        clean_end_s=clean[1],
    )


def stats(length_s: float, **changed: np.ndarray) -> FrameStats:
    count = round(length_s * RATE)
    figures = {
        "time_s": np.arange(count) / RATE,
        "luma": np.full(count, 110.0),
        "contrast": np.full(count, 50.0),
        "sharpness": np.full(count, 300.0),
        "change": np.full(count, 2.0),
    } | changed
    return FrameStats(**{name: tuple(values.tolist()) for name, values in figures.items()})


def film(*shots: Shot, **changed: np.ndarray) -> ShotList:
    return ShotList(shots=shots, scenes=((0, len(shots)),), stats=stats(float(shots[-1].end_s), **changed))


def line(index: int, start_s: float, end_s: float) -> Line:
    return Line(index=index, start_s=start_s, end_s=end_s, text="words")


def black(length_s: float, start_s: float, end_s: float) -> dict[str, np.ndarray]:
    times_s = np.arange(round(length_s * RATE)) / RATE
    inside = (times_s >= start_s) & (times_s < end_s)
    return {"luma": np.where(inside, 2.0, 110.0), "contrast": np.where(inside, 0.5, 50.0)}


def test_short_shot_one_beat() -> None:
    shots = film(shot(0, 0, 3))
    (beat,) = beats_of(shots.shots[0], Figures(shots.stats), [])
    assert not beat.spoken
    assert 2 <= len(beat.times_s) <= 4
    assert all(0 <= at_s < 3 for at_s in beat.times_s)


@pytest.mark.parametrize(("length_s", "cues", "expected"), [(3, 0, 1), (14, 0, 3), (5, 2, 1), (6, 5, 2), (300, 0, 12)])
def test_number_of_beats(length_s: int, cues: int, expected: int) -> None:
    shots = film(shot(0, 0, length_s))
    step = length_s / max(cues, 1)
    lines = [line(number, number * step, number * step + 0.8) for number in range(cues)]
    assert len(beats_of(shots.shots[0], Figures(shots.stats), lines)) == expected


def test_flash_gets_none_but_for_words() -> None:
    shots = film(shot(0, 0, 2), shot(1, 2, 2.2), shot(2, 2.2, 5))
    assert worthy_shots(shots, []) == {0, 2}
    assert worthy_shots(shots, [line(0, 2.02, 2.18)]) == {0, 1, 2}


def test_only_shot_is_kept_however_short() -> None:
    assert worthy_shots(film(shot(0, 0, 0.04)), []) == {0}


def test_black_shot_gets_none_but_for_words() -> None:
    shots = film(shot(0, 0, 2), shot(1, 2, 4), **black(4, 2, 4))
    assert worthy_shots(shots, []) == {0}
    assert worthy_shots(shots, [line(0, 2.5, 3.5)]) == {0, 1}


def test_shot_deep_in_a_fade_gets_none_but_for_words() -> None:
    contrast = np.where(np.arange(100) < 50, 50.0, 7.0)
    shots = film(shot(0, 0, 2), shot(1, 2, 4), contrast=contrast, luma=np.full(100, 90.0))
    assert worthy_shots(shots, []) == {0}
    assert worthy_shots(shots, [line(0, 2.5, 3.5)]) == {0, 1}
    assert worthy_shots(film(shot(0, 0, 4), contrast=np.full(100, 7.0)), []) == {0}


def test_black_film_has_one_picture() -> None:
    assert len(worthy_shots(film(shot(0, 0, 2), shot(1, 2, 4), **black(4, 0, 4)), [])) == 1


def test_never_black_where_there_is_anything_else() -> None:
    shots = film(shot(0, 0, 5), **black(5, 0, 4.2))
    (beat,) = beats_of(shots.shots[0], Figures(shots.stats), [])
    assert any(at_s >= Fraction("4.2") for at_s in beat.times_s)


def test_clear_of_transitions() -> None:
    shots = film(shot(0, 0, 6, clean=(1.5, 4.0)))
    for beat in beats_of(shots.shots[0], Figures(shots.stats), []):
        assert all(Fraction("1.5") <= at_s < 4 for at_s in beat.times_s)


def test_transitions_that_meet_leave_the_middle() -> None:
    assert usable(shot(0, 0, 2, clean=(1.2, 0.8)), None, None) == (Fraction("0.95"), Fraction("1.05"))


def test_range() -> None:
    shots = film(shot(0, 0, 4), shot(1, 4, 8))
    assert worthy_shots(shots, [], start_s=Fraction(5)) == {1}
    assert worthy_shots(shots, [], end_s=Fraction(4)) == {0}
    (beat,) = beats_of(shots.shots[1], Figures(shots.stats), [], start_s=Fraction(5), end_s=Fraction(6))
    assert all(5 <= at_s < 6 for at_s in beat.times_s)


def test_sharp_still_frames_are_preferred() -> None:
    count = 75
    sharpness = np.full(count, 30.0)
    change = np.full(count, 30.0)
    sharpness[40:44], change[40:44] = 600.0, 0.5
    shots = film(shot(0, 0, 3), sharpness=sharpness, change=change)
    (beat,) = beats_of(shots.shots[0], Figures(shots.stats), [])
    assert any(Fraction(40, RATE) <= at_s < Fraction(44, RATE) for at_s in beat.times_s)


def test_words_draw_the_picture() -> None:
    shots = film(shot(0, 0, 6))
    (beat,) = beats_of(shots.shots[0], Figures(shots.stats), [line(0, 4.5, 5.5)])
    assert beat.spoken
    assert beat.aim_s == pytest.approx(5.0)


def test_a_line_belongs_where_it_is_heard() -> None:
    shots = film(shot(0, 0, 2), shot(1, 2, 4), shot(2, 4, 6))
    assert speaking_shots(shots, [line(0, 1.9, 3.5)]) == {1}
    assert speaking_shots(shots, [line(0, 1.2, 4.9)]) == {0, 1, 2}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.04, 9), min_size=1, max_size=6),
    st.lists(st.tuples(st.floats(0, 20), st.floats(0.1, 4)), max_size=8),
    st.integers(0, 2**32 - 1),
)
def test_anything_goes(lengths: list[float], words: list[tuple[float, float]], seed: int) -> None:
    ends = [round(float(end), 3) for end in np.cumsum(lengths)]
    shots = [
        shot(n, start, end) for n, (start, end) in enumerate(zip([0.0, *ends[:-1]], ends, strict=True)) if start < end
    ]
    shots = [one.model_copy(update={"index": number}) for number, one in enumerate(shots)]
    random = np.random.default_rng(seed)
    count = round(ends[-1] * RATE)
    listed = film(*shots, luma=random.uniform(0, 255, count), sharpness=random.uniform(0, 900, count))
    lines = [line(number, start, start + length) for number, (start, length) in enumerate(words)]
    worthy = worthy_shots(listed, lines)
    assert worthy
    for index in worthy:
        beats = beats_of(shots[index], Figures(listed.stats), lines)
        assert beats
        times_s = [at_s for beat in beats for at_s in beat.times_s]
        assert times_s == sorted(set(times_s))
        assert all(shots[index].start_s - 1 <= at_s < shots[index].end_s for at_s in times_s)


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(-20, 400), st.integers(-5, 90)), max_size=12),
)
def test_all_shots_at_once_find_the_lines_that_each_finds(lengths: list[int], said: list[tuple[int, int]]) -> None:
    ends = [sum(lengths[: at + 1]) / 10 for at in range(len(lengths))]
    shots = [shot(at, end - length / 10, end) for at, (length, end) in enumerate(zip(lengths, ends, strict=True))]
    lines = [line(at, start / 10, (start + length) / 10) for at, (start, length) in enumerate(said)]
    wanted = {each.index: found for each in shots if (found := spoken_in(each, lines))}
    assert spoken_by_shot(shots, lines) == wanted


def test_twice_the_shots_and_lines_take_twice_the_work() -> None:
    def work(count: int) -> int:
        shots = film(*(shot(at, 2 * at, 2 * at + 2) for at in range(count)))
        lines = [line(at, 2 * at + 0.3, 2 * at + 1.7) for at in range(count)]
        assert speaking_shots(shots, lines) == frozenset(range(count))
        return calls(lambda: speaking_shots(shots, lines))

    assert work(120) < 3 * work(60)


def _named(shots: ShotList, lines: list[Line]) -> list[list[int]]:
    times_s = np.array(shots.stats.time_s)
    figures = Figures(shots.stats)
    named = [beat.times_s for each in shots.shots for beat in beats_of(each, figures, lines)]
    return [[int(np.argmin(abs(times_s - float(at_s)))) for at_s in times] for times in named]


def _twice(times_s: np.ndarray) -> np.ndarray:
    """Return times of which every 50th repeats the one before, as a clock repairs it."""
    odd = np.where(np.arange(times_s.size) % 50 == 49, 0.75 / RATE, 0)
    return times_s - odd


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda times_s: np.round(times_s, 3), id="milliseconds"),
        pytest.param(lambda times_s: np.round(times_s * 90_000) / 90_000, id="ticks of a broadcast"),
        pytest.param(lambda times_s: times_s + 1.4e-6, id="a hair later"),
        pytest.param(_twice, id="repeated stamps"),
    ],
)
@pytest.mark.parametrize(("rate", "long"), [(24, 47), (24, 50), (30_000 / 1001, 50)])
def test_other_files_of_a_film_name_the_same_frames(
    changed: Callable[[np.ndarray], np.ndarray], rate: float, long: int
) -> None:
    many = 12
    rng = np.random.default_rng(4)
    own_s = np.arange(many * long) / rate
    seen = {
        "luma": np.full(own_s.size, 110.0),
        "contrast": np.full(own_s.size, 50.0),
        "sharpness": rng.normal(0, 30, own_s.size).cumsum() ** 2 / 50 + 100,
        "change": abs(rng.normal(3, 2, own_s.size)),
    }
    borders = [at * long - 0.5 for at in range(many + 1)]
    shots = film(*(shot(at, borders[at] / rate, borders[at + 1] / rate) for at in range(many)), **seen, time_s=own_s)
    other = film(*shots.shots, **seen, time_s=changed(own_s))
    lines = [line(0, 200 / rate, 260 / rate), line(1, 270 / rate, 290 / rate)]
    assert _named(shots, lines) == _named(other, lines)
