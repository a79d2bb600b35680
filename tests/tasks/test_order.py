"""What is asked is checked before any long work begins."""

from fractions import Fraction
from pathlib import Path

import pytest

from configs.errors import InputError, OutputError, RecipeError, StyleError
from configs.recipe import Recipe, SceneLook
from film.model import Movie
from tasks.order import cost_line, take_order


def _movie(path: Path) -> Movie:
    return Movie(path=path, sha256="ab" * 32, duration_s=Fraction(7200), rate=Fraction(24), size_px=(1920, 1080))


def test_the_comic_lies_beside_the_film_unless_said_otherwise(tmp_path: Path) -> None:
    film = tmp_path / "a.b.mkv"
    assert take_order(film, None, Recipe(), tmp_path / "work").out == tmp_path / "a.b.pdf"
    assert take_order(film, tmp_path / "x.pdf", Recipe(), tmp_path / "work").out == tmp_path / "x.pdf"
    assert [path.name for path in tmp_path.iterdir()] == ["work"], "checking leaves nothing behind"


def test_a_film_is_never_replaced_by_its_comic(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="replace the film"):
        take_order(tmp_path / "a.pdf", None, Recipe(), tmp_path / "work")


@pytest.mark.parametrize(
    ("recipe", "error"),
    [
        (Recipe(style="ink-lime"), StyleError),
        (Recipe(edition="a3"), RecipeError),
        (Recipe(page={"nope": 1}), RecipeError),
        (Recipe(ink={"nope": 1}), RecipeError),  # also where another style is asked for
        (Recipe(style="ink-line", nst={"alpha": "much"}), RecipeError),
        (Recipe(style="ink-line", arbitrary={"size": 1}), RecipeError),
        (Recipe(scenes=[SceneLook(start=1, end=2, style="ink-lime")]), StyleError),
    ],
)
def test_wrong_recipes_are_refused_early(tmp_path: Path, recipe: Recipe, error: type[Exception]) -> None:
    with pytest.raises(error):
        take_order(tmp_path / "a.mkv", None, recipe, tmp_path / "work")


def test_ranges_are_clipped_to_the_film_and_refused_outside(tmp_path: Path) -> None:
    film = tmp_path / "a.mkv"
    order = take_order(film, None, Recipe(start=Fraction(60), end=Fraction(99999)), tmp_path / "work")
    assert order.span(_movie(film))[0] == 60 and order.span(_movie(film))[1] >= 7200
    beyond = take_order(film, None, Recipe(start=Fraction(7200)), tmp_path / "work")
    with pytest.raises(InputError, match="the film ends at 2:00:00"):
        beyond.span(_movie(film))


def test_the_cost_is_one_line_with_minutes_and_disk(tmp_path: Path) -> None:
    line = cost_line(_movie(tmp_path / "a.mkv"), (Fraction(0), Fraction(7200)), tmp_path / "not" / "yet")
    assert "a.mkv: 2:00:00 of film" in line and " min and " in line and " MB of disk" in line and "\n" not in line


@pytest.mark.parametrize(("edition", "suffix"), [("us", ".pdf"), ("webtoon", ".zip")])
def test_an_edition_says_what_kind_of_file_it_is(tmp_path: Path, edition: str, suffix: str) -> None:
    order = take_order(tmp_path / "a.mkv", None, Recipe(edition=edition), tmp_path / "work")
    assert order.out == tmp_path / f"a{suffix}"
    named = take_order(tmp_path / "a.mkv", tmp_path / "b.EPUB", Recipe(edition=edition), tmp_path / "work")
    assert named.out == tmp_path / "b.EPUB"
    with pytest.raises(OutputError, match=r"of the kind \.docx is unknown; (choose|end)"):
        take_order(tmp_path / "a.mkv", tmp_path / "b.docx", Recipe(edition=edition), tmp_path / "work")
