import os
from pathlib import Path
from typing import Any

import pytest

from configs.disk.roots import check_places, roots
from configs.errors import PlaceError
from configs.recipes.recipe import Recipe, SceneLook
from configs.units import Frozen


class Job(Frozen):
    root: Path
    source: Path


@pytest.fixture
def films(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that may be used; the current one may not."""
    folder = tmp_path / "films"
    folder.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.srt").write_text("x")
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("FILMCOMIC_ROOTS", os.pathsep.join([str(folder), str(tmp_path / "work")]))
    monkeypatch.chdir(tmp_path)
    return folder


def test_inside_is_inside(films: Path, tmp_path: Path) -> None:
    recipe = Recipe(subtitles="none", style="ink-noir", font=Path("shantell-sans"), title="/etc/passwd", credit="a/b")
    given = {"film": films / "a.mkv", "out": None, "work": tmp_path / "work" / "x", "recipe": recipe, "frames": 6}
    check_places(given)
    check_places({"recipe": Recipe(style=f"nst:{films}/a.jpg", subtitles=str(films / "a.srt")), "films": [films]})
    check_places({"jobs": [Job(root=tmp_path / "work", source=Path("frames/a.jpg"))]})


@pytest.mark.parametrize(
    "given",
    [
        {"film": Path("/etc/passwd")},
        {"film": Path("films/../elsewhere/a.mkv")},
        {"film": Path("films/link/a.mkv")},
        {"film": Path("films-of-others/a.mkv")},
        {"out": Path("a.pdf")},
        {"work": Path("~/x")},
        {"films": (Path("elsewhere/a"),)},
        {"recipe": Recipe(subtitles="/etc/passwd")},
        {"recipe": Recipe(subtitles="secret.srt")},
        {"recipe": Recipe(font=Path("/etc/a.ttf"))},
        {"recipe": Recipe(style="nst:/etc/a.jpg")},
        {"recipe": Recipe(style="fast:elsewhere/secret.srt")},
        {"recipe": Recipe(scenes=(SceneLook(start=0, end=1, style="nst:~/a.jpg"),))},  # type: ignore[arg-type]
        {"styles": ("ink-noir", "nst:/etc/a.jpg")},
        {"jobs": [Job(root=Path("/tmp"), source=Path("a"))]},
        {"jobs": [Job(root=Path("work"), source=Path("../../a"))]},
        {"settings": {"deep": [{"more": Path("/etc")}]}},
    ],
)
def test_outside_is_refused_in_one_line(given: dict[str, Any], films: Path) -> None:
    with pytest.raises(PlaceError) as raised:
        check_places(given)
    line = str(raised.value)
    assert "\n" not in line and str(films) in line and "FILMCOMIC_ROOTS" in line and raised.value.exit_code == 2


def test_without_the_variable_there_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FILMCOMIC_ROOTS", raising=False)
    assert roots() is None
    check_places({"film": Path("/etc/passwd")})


def test_an_empty_variable_allows_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FILMCOMIC_ROOTS", "")
    with pytest.raises(PlaceError):
        check_places({"film": tmp_path})


def test_urls_are_allowed_by_name(films: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILMCOMIC_WORK", "s3://comics/kept")
    monkeypatch.setenv("FILMCOMIC_ROOTS", os.pathsep.join([str(films), "s3://comics/films", str(films / "b")]))
    assert roots() == (films, films / "b")
    check_places({"work": Path("s3://comics/kept"), "film": Path("s3://comics/films/a.mkv"), "out": films / "a.pdf"})
    for given in ("s3://comics/films-of-others/a.mkv", "gs://comics/films/a.mkv", "s3://comics"):
        with pytest.raises(PlaceError):
            check_places({"film": Path(given)})


def test_a_film_below_the_root_of_films_is_judged_by_where_it_lies(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILMCOMIC_FILMS", str(films))
    check_places({"film": Path("series/a.mkv")})
    for given in ({"out": Path("series/a.pdf")}, {"film": Path("../elsewhere/a.mkv")}):
        with pytest.raises(PlaceError):
            check_places(given)
