"""The sheet's order: which styles, which times, and what is refused before any work."""

from fractions import Fraction
from pathlib import Path

import pytest

from configs.errors import InputError, StyleError
from configs.recipes.recipe import Recipe, SceneLook
from film.model import Keyframe, Movie
from stylize.styles.stylizer import StyleInfo
from tasks.store.film_run import FilmRun
from tasks.store.order import Order
from tasks.styles.sheet import choose_styles, parse_times, sheet_jobs, spread, take_sheet


def test_patterns_name_styles_that_are_ready() -> None:
    inks = choose_styles(["ink-*"])
    assert {"ink-line", "ink-noir", "ink-watercolour"} <= set(inks)
    assert choose_styles(["ink-noir", "ink-*"]) == ["ink-noir", *(name for name in inks if name != "ink-noir")]
    assert set(inks) <= set(choose_styles([]))
    assert choose_styles(["animegan:paprika"]) == ["animegan:paprika"], "ready or not: it may be fetched"
    with pytest.raises(StyleError, match=r"nst:\*"):
        choose_styles(["nst:*"])
    with pytest.raises(StyleError, match=r"oil-\*"):
        choose_styles(["oil-*"])


def test_a_name_that_paths_are_to_be_put_into_is_no_column(monkeypatch: pytest.MonkeyPatch) -> None:
    info = {"licence": "MIT", "description": "it", "ready": True}
    styles = [StyleInfo(name="ink-line", **info), StyleInfo(name="nst:PATH[,PATH...]", template=True, **info)]
    monkeypatch.setattr("tasks.styles.sheet.describe_styles", lambda: styles)
    assert choose_styles(()) == ["ink-line"]


def test_times_are_read_with_commas_between() -> None:
    assert parse_times("0:05,1:02.5,7") == (5, Fraction("62.5"), 7)
    with pytest.raises(InputError, match=r"--at.*soon"):
        parse_times("5,soon")


@pytest.mark.parametrize(
    ("count", "wanted", "picked"), [(12, 3, [2, 6, 10]), (5, 2, [1, 3]), (2, 5, [0, 1]), (0, 2, []), (1, 1, [0])]
)
def test_frames_are_spread_and_no_end_is_taken(count: int, wanted: int, picked: list[int]) -> None:
    frames = [Keyframe(shot=at, at_s=at, image="x.jpg", sha256="", size_px=(9, 9)) for at in range(count)]
    assert [frame.shot for frame in spread(frames, wanted)] == picked


def test_an_order_is_one_strip_a_film(tmp_path: Path) -> None:
    films = [tmp_path / f"{name}.mkv" for name in "abc"]
    sheet = take_sheet(films, tmp_path / "s.jpg", ["ink-noir", "ink-line"], [], 7, Recipe(), tmp_path / "work")
    assert sheet.styles == ("ink-noir", "ink-line") and sheet.out == tmp_path / "s.jpg"
    assert [strip.count for strip in sheet.strips] == [3, 2, 2]
    assert [strip.order.film for strip in sheet.strips] == films
    assert {strip.order.recipe.subtitles for strip in sheet.strips} == {"none"}
    given = take_sheet(films[:2], tmp_path / "s.jpg", ["ink-line"], ["1,2", "0:03"], 6, Recipe(), tmp_path / "work")
    assert [strip.times for strip in given.strips] == [(1, 2), (3,)]


def test_a_film_is_painted_in_the_style_of_the_column_alone(tmp_path: Path) -> None:
    film, recipe = tmp_path / "a.mkv", Recipe(style="ink-noir", scenes=[SceneLook(start=0, end=9, style="ink-wash")])
    movie = Movie(path=film, sha256="ab" * 32, duration_s=9, rate=24, size_px=(1280, 720))
    run = FilmRun(order=Order(film=film, out=tmp_path / "s.jpg", recipe=recipe, work=tmp_path), movie=movie)
    frame = Keyframe(shot=0, at_s=1, image="x.jpg", sha256="0" * 64, size_px=(1280, 720))
    (job,) = sheet_jobs(run, {frame.at_s: frame}, "ink-line")
    assert job.manner.style == "ink-line" and job.root == run.root
    assert [picture.size_px for picture in job.pictures] == [(640, 360)]


def test_what_is_wrong_is_told_before_any_work(tmp_path: Path) -> None:
    film, out, work = tmp_path / "a.mkv", tmp_path / "s.jpg", tmp_path / "work"
    with pytest.raises(InputError, match="no film"):
        take_sheet([], out, [], [], 6, Recipe(), work)
    with pytest.raises(InputError, match="once for each film"):
        take_sheet([film], out, [], ["1", "2"], 6, Recipe(), work)
    with pytest.raises(StyleError, match="ink-lime"):
        take_sheet([film], out, ["ink-line", "ink-lime"], [], 6, Recipe(), work)
