"""When other workers are given a part of a film: minutes of work or none, and so that all end together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.making.spread.gain import LEAST_S, START_S, part_count, part_s, spread_s

SECONDS, WORKERS = st.floats(0, 1e5), st.integers(0, 40)


@pytest.mark.parametrize(
    ("left_s", "free", "part"),
    [
        (200, 1, 0),  # 85 s there would be hardly more than the start
        (2 * LEAST_S + START_S, 1, LEAST_S),
        (630, 1, 300),  # 330 s here, 30 s and 300 s there
        (630, 4, 120),
        (630, 5, 0),
        (1e4, 0, 0),
    ],
)
def test_a_worker_is_given_minutes_or_nothing(left_s: float, free: int, part: float) -> None:
    assert part_s(left_s, free) == pytest.approx(part)


@given(SECONDS, WORKERS)
def test_no_part_is_small_and_all_end_together(left_s: float, free: int) -> None:
    part = part_s(left_s, free)
    assert part == 0 or part >= LEAST_S
    if part:
        assert left_s - free * part == pytest.approx(START_S + part)
    assert spread_s(left_s, free) <= left_s


@given(SECONDS, st.integers(2, 40))
def test_workers_that_ask_one_after_the_other_get_the_same(left_s: float, free: int) -> None:
    first = part_s(left_s, free)
    if first:
        assert part_s(left_s - first, free - 1) == pytest.approx(first)


@given(st.integers(0, 500), st.floats(0.01, 600), WORKERS)
def test_parts_are_of_what_is_left(left: int, each_s: float, free: int) -> None:
    count = part_count(left, each_s, free)
    assert 0 <= count <= left
    assert count == 0 or count * each_s >= LEAST_S - each_s / 2
