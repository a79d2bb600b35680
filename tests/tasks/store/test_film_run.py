"""What follows of an order and its film: the range, the title, the cost."""

from fractions import Fraction
from pathlib import Path

import pytest

from configs.errors import InputError
from configs.recipes.recipe import Recipe
from film.decoding.probe import probe
from film.model import Movie
from tasks.store.film_run import FilmRun
from tasks.store.order import Order
from tests.film.programs import drawn_input, run


def run_of(film: Path, recipe: Recipe = Recipe(), title: str = "") -> FilmRun:
    size, rate = (1920, 1080), Fraction(24)
    movie = Movie(path=film, sha256="ab" * 32, duration_s=Fraction(7200), rate=rate, size_px=size, title=title)
    order = Order(film=film, out=film.with_suffix(".pdf"), recipe=recipe, work=film.parent / "not" / "yet")
    return FilmRun(order=order, movie=movie)


def test_one_store_for_one_film(tmp_path: Path) -> None:
    assert run_of(tmp_path / "a.mkv").root == run_of(tmp_path / "b.mkv").root == tmp_path / "not" / "yet" / ("ab" * 8)


def test_ranges_are_clipped_to_the_film_and_refused_outside(tmp_path: Path) -> None:
    start, end = run_of(tmp_path / "a.mkv", Recipe(start=Fraction(60), end=Fraction(99999))).span
    assert start == 60 and 7200 <= end < 7202
    assert run_of(tmp_path / "a.mkv", Recipe(end=Fraction(9))).span == (0, 9)
    with pytest.raises(InputError, match="the film ends at 2:00:00"):
        _ = run_of(tmp_path / "a.mkv", Recipe(start=Fraction(7200))).span


def test_a_stream_without_a_container_has_a_range(tmp_path: Path) -> None:
    path = tmp_path / "bare.h264"
    run(drawn_input("testsrc2=s=96x64:r=24:d=2").output(str(path), vcodec="libx264"))
    whole = run_of(path).model_copy(update={"movie": probe(path)})
    start, end = whole.span
    assert start == 0 and end >= 2
    assert "0:00:02 of film" in whole.cost


def test_the_cost_is_one_line_with_minutes_and_disk(tmp_path: Path) -> None:
    line = run_of(tmp_path / "a.mkv").cost
    assert "a.mkv: 2:00:00 of film" in line and " min and " in line and " MB of disk" in line and "\n" not in line


def test_the_title_is_what_was_asked_else_the_films_own_else_its_name(tmp_path: Path) -> None:
    film = tmp_path / "night_of.the owls.mkv"
    assert run_of(film, Recipe(title="Owls"), title="The Owls").title == "Owls"
    assert run_of(film, title="The Owls").title == "The Owls"
    assert run_of(film).title == "Night Of The Owls"
    assert run_of(tmp_path / "Night of the Owls.mkv").title == "Night of the Owls", "capitals are somebody's choice"
    assert run_of(tmp_path / "__.mkv").title == "Untitled"


def test_a_run_crosses_processes(tmp_path: Path) -> None:
    kept = run_of(tmp_path / "a.mkv", Recipe(start=Fraction(1, 4)))
    assert FilmRun.model_validate_json(kept.model_dump_json()) == kept
