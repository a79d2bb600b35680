"""The simulated queue must agree with what can be reckoned by hand."""

import pytest

from benchmarks.queueing import Film, Fleet, library, simulate


def test_films_of_one_worker_follow_one_another() -> None:
    took = simulate([Film(10, 10, rows=0)] * 5, Fleet(machines=1, workers=1, cores=2, take_up_s=3))
    assert took.all_done_s == pytest.approx(5 * 13)
    assert took.waits_s == pytest.approx([13, 26, 39, 52, 65])


@pytest.mark.parametrize(
    ("wide", "quicker"), [(1.0, 2.0), (2.0, 1.0), (1.5, 2 / 1.5)], ids=["one-core", "both-cores", "between"]
)
def test_two_workers_are_as_much_quicker_as_the_cores_allow(wide: float, quicker: float) -> None:
    films = [Film(work_s=20 * wide, alone_s=20, rows=0)] * 8
    one, two = (simulate(films, Fleet(machines=1, workers=count, cores=2)).all_done_s for count in (1, 2))
    assert one / two == pytest.approx(quicker, rel=0.01)


def test_what_waits_for_no_processor_takes_none_of_its_time() -> None:
    """Half of the time such a film waits, for a disk or a server: four of them fill two cores."""
    films = [Film(work_s=5, alone_s=10, rows=0)] * 8
    assert simulate(films, Fleet(machines=1, workers=4, cores=2)).all_done_s == pytest.approx(20, rel=0.01)


def test_a_slow_server_holds_everything_up() -> None:
    took = simulate([Film(1, 1, rows=100)] * 20, Fleet(machines=10, workers=2, cores=2, rows_a_second=10))
    assert took.all_done_s == pytest.approx(20 * 100 / 10, rel=0.05) and took.server_busy > 0.95


def test_a_day_of_films_is_the_same_each_time() -> None:
    films = library(200, Film(100, 90, 40))
    assert films == library(200, Film(100, 90, 40)) and len({film.work_s for film in films}) == 200
    assert 0.9 < sum(film.work_s for film in films) / 200 / 100 < 1.3
