"""What is asked is checked before any long work begins."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from configs.errors import FontError, OutputError, RecipeError, StyleError, SubtitleError
from configs.recipes.recipe import Recipe, SceneLook, style_title
from stylize.styles.registry import placed_style, style_digest
from tasks.store.order import check_order, take_order
from tasks.styles.sheet import take_sheet
from tests.film.drawn import draw, numbered


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
        (Recipe(page={"margin_side_pt": 199}), RecipeError),
        (Recipe(scenes=[SceneLook(start=1, end=2, style="ink-lime")]), StyleError),
    ],
)
def test_wrong_recipes_are_refused_early(tmp_path: Path, recipe: Recipe, error: type[Exception]) -> None:
    with pytest.raises(error):
        take_order(tmp_path / "a.mkv", None, recipe, tmp_path / "work")


@pytest.mark.parametrize(
    ("flag", "name", "error", "told"),
    [
        ("subtitles", "missing.srt", SubtitleError, "no such subtitle file"),
        ("subtitles", "text.txt", SubtitleError, "not a subtitle file"),
        ("font", "missing.ttf", FontError, "the font cannot be read"),
        ("font", "text.txt", FontError, "not a TrueType or OpenType font"),
    ],
)
def test_files_that_cannot_be_used_are_refused_before_a_server_is_brought_up(
    flag: str, name: str, error: type[Exception], told: str, tmp_path: Path
) -> None:
    film = draw(tmp_path / "a.mkv", numbered, count=2)
    (tmp_path / "text.txt").write_text("No words of a film, and no letters.\n")
    with pytest.raises(error, match=told):
        check_order(film, None, Recipe(style="ink-line", **{flag: str(tmp_path / name)}), tmp_path / "work")


@pytest.mark.parametrize("family", ["nst", "arbitrary"])
def test_a_style_after_pictures_means_the_same_elsewhere(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the recipe and in a scene's look; a worker runs in another folder."""
    pytest.importorskip("torch")
    (tmp_path / "inputs").mkdir()
    for name in ("a.png", "b, red.png"):
        cv2.imwrite(str(tmp_path / "inputs" / name), np.random.default_rng(0).integers(0, 255, (40, 50, 3), np.uint8))
    monkeypatch.chdir(tmp_path)
    both, comma = f"{family}:inputs/a.png, ./inputs/../inputs/a.png", f"{family}:inputs/b, red.png"
    recipe = Recipe(style=both, scenes=[SceneLook(start=1, end=2, style=comma), SceneLook(start=3, end=4)])
    taken = take_order(tmp_path / "a.mkv", None, recipe, tmp_path / "work").recipe
    assert taken.style == f"{family}:{tmp_path}/inputs/a.png,{tmp_path}/inputs/a.png"
    assert [scene.style for scene in taken.scenes] == [f"{family}:{tmp_path}/inputs/b, red.png", None]
    ordered = [style_digest(style) for style in taken.styles]
    monkeypatch.chdir(tmp_path / "work")
    assert [style_digest(style) for style in taken.styles] == ordered
    with pytest.raises(StyleError):
        style_digest(both)
    copy = tmp_path / "copy.png"
    copy.write_bytes((tmp_path / "inputs" / "b, red.png").read_bytes())
    assert style_digest(f"{family}:{copy}") == ordered[1], "what is in the file decides, not where it lies"


def test_a_style_of_weights_means_the_same_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "own.pt").write_bytes(b"any")
    recipe = Recipe(style="animegan:~/own.pt", scenes=[SceneLook(start=1, end=2, style="animegan:own.pt")])
    taken = take_order(tmp_path / "a.mkv", None, recipe, tmp_path / "work").recipe
    assert taken.styles == (f"animegan:{tmp_path}/own.pt",)
    assert placed_style("fast:a/b.safetensors") == f"fast:{tmp_path}/a/b.safetensors"
    for name in ("animegan:paprika", "ink-noir", "atelier-line"):
        assert placed_style(name) == name


def test_what_is_fetched_is_what_the_settings_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else hundreds of megabytes are downloaded in the middle of the run."""
    pytest.importorskip("torch")
    picture = tmp_path / "a.png"
    cv2.imwrite(str(picture), np.random.default_rng(0).integers(0, 255, (40, 50, 3), np.uint8))
    fetched: list[str] = []
    monkeypatch.setattr("configs.weights.catalogue.fetch", lambda name, **_: fetched.append(name) or picture)
    monkeypatch.setattr("tasks.store.order.check", lambda film: None)
    recipe = Recipe(style=f"nst:{picture}", nst={"features": "vgg19"}, scenes=[SceneLook(start=1, end=2)])
    check_order(tmp_path / "a.mkv", None, recipe, tmp_path / "work")
    assert fetched == ["vgg19"]
    take_sheet([tmp_path / "a.mkv"], tmp_path / "s.jpg", [f"nst:{picture}"], (), 1, recipe, tmp_path)
    assert fetched == ["vgg19", "vgg19"]


def test_readers_are_not_told_where_files_lie() -> None:
    assert style_title("nst:/somewhere/of mine/star night.jpg,/elsewhere/b.png") == "nst:star night, b"
    assert style_title("animegan:/x/own.v2.pt") == "animegan:own.v2"
    assert style_title("animegan:paprika") == "animegan:paprika" and style_title("ink-noir") == "ink-noir"


@pytest.mark.parametrize(("edition", "suffix"), [("us", ".pdf"), ("webtoon", ".zip")])
def test_an_edition_says_what_kind_of_file_it_is(tmp_path: Path, edition: str, suffix: str) -> None:
    order = take_order(tmp_path / "a.mkv", None, Recipe(edition=edition), tmp_path / "work")
    assert order.out == tmp_path / f"a{suffix}"
    named = take_order(tmp_path / "a.mkv", tmp_path / "b.EPUB", Recipe(edition=edition), tmp_path / "work")
    assert named.out == tmp_path / "b.EPUB"
    with pytest.raises(OutputError, match=r"of the kind \.docx is unknown; (choose|end)"):
        take_order(tmp_path / "a.mkv", tmp_path / "b.docx", Recipe(edition=edition), tmp_path / "work")
