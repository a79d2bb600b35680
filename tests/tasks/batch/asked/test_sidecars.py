"""A recipe beside a film: found by its name, laid between the batch's recipe and the flags, told where it is wrong."""

from pathlib import Path

import pytest

from configs.errors import FilmcomicError, PlaceError
from configs.recipes.recipe import Recipe, load_recipe
from tasks.batch.asked.own_recipes import own_recipe
from tasks.batch.asked.sidecars import SidecarFinder


def put(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def made(film: Path, base: Recipe = Recipe(), firm: tuple[str, ...] = ()) -> Recipe:
    return own_recipe(base, SidecarFinder().read(film)[0], firm)


def test_a_sidecar_bears_its_film_s_name_or_lies_in_its_own_folder(tmp_path: Path) -> None:
    film = put(tmp_path / "A Film.mkv")
    assert SidecarFinder().find(film) == () and made(film) is not None
    of_folder, own = (
        put(tmp_path / "film.toml", "pages = 4\nstyle = 'ink-noir'"),
        put(tmp_path / "a film.TOML", "pages = 9"),
    )
    put(tmp_path / "A Film-trailer.mp4")
    assert SidecarFinder().find(film) == (of_folder, own)
    assert (made(film).pages, made(film).style) == (9, "ink-noir"), "the nearer one goes first, key by key"


def test_a_sidecar_of_a_folder_with_several_films_is_told_and_left(tmp_path: Path) -> None:
    film = put(tmp_path / "a.mkv")
    put(tmp_path / "film.toml", "pages = 4")
    assert SidecarFinder().stray(tmp_path) == ""
    put(tmp_path / "b.mkv")
    assert SidecarFinder().find(film) == ()
    assert "2 films lie beside it" in SidecarFinder().stray(tmp_path) and "a.toml" in SidecarFinder().stray(tmp_path)


def test_flags_beat_a_sidecar_and_that_beats_the_batch_s_recipe(tmp_path: Path) -> None:
    film = put(tmp_path / "a.mkv")
    put(tmp_path / "a.toml", "style = 'ink-noir'\npages = 3\n[page]\ntype_pt = 9\n")
    base = load_recipe(
        put(tmp_path / "b.toml", "style = 'ink-line'\n[page]\ntype_pt = 8\nmarks = true\n"), {"pages": 7}
    )
    recipe = made(film, base, ("pages",))
    assert (recipe.style, recipe.pages, recipe.page.given) == ("ink-noir", 7, {"marks": True, "type_pt": 9})


def test_words_come_from_what_the_nearest_layer_names(tmp_path: Path) -> None:
    film = put(tmp_path / "a.mkv")
    put(tmp_path / "a.toml", "track = 2")
    assert (made(film, Recipe(subtitles="none")).subtitles, made(film).track) == (None, "2")
    firm = made(film, Recipe(subtitles="none"), ("subtitles",))
    assert (firm.subtitles, firm.track) == ("none", None)


def test_files_that_a_sidecar_names_count_from_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film, words = put(tmp_path / "films/a.mkv"), put(tmp_path / "films/words.srt")
    picture = put(tmp_path / "films/p.jpg")
    put(tmp_path / "films/a.toml", "subtitles = 'words.srt'\nfont = 'shantell-sans'\n")
    monkeypatch.chdir(tmp_path)
    told = made(film)
    assert (told.subtitles, str(told.font)) == (str(words), "shantell-sans")
    put(tmp_path / "films/a.toml", "style = 'nst:p.jpg'")
    ((layer,), _) = SidecarFinder().read(Path("films/a.mkv"))
    assert layer.keys["style"] == f"nst:{picture}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("styel = 'ink-line'", "a.toml: unknown key styel; did you mean style?"),
        ("pages = 0", "a.toml: pages: input should be greater than or equal to 1; change the value"),
        ("style = 'ink-lime'", "a.toml: style: "),
        ("edition = 'b5'", "a.toml: "),
        ("priority = 'soon'", "a.toml: priority: 'soon' is no whole number; give one; higher ones go first"),
        ("pages = ", "a.toml: the recipe is not TOML"),
        ("start = '0:09:00'\n", "a.toml: the end 0:05:00 is not after the start 0:09:00"),
    ],
)
def test_a_bad_sidecar_is_told_in_a_line_that_names_it(text: str, told: str, tmp_path: Path) -> None:
    film = put(tmp_path / "a.mkv")
    put(tmp_path / "a.toml", text)
    with pytest.raises(FilmcomicError) as caught:
        made(film, Recipe(end="0:05:00"))
    assert str(caught.value).startswith(f"{tmp_path}/{told}") and caught.value.cure


def test_a_sidecar_that_leads_out_of_a_worker_s_folders_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = put(tmp_path / "films/a.mkv")
    (tmp_path / "films/a.toml").symlink_to(put(tmp_path / "secret", "word"))
    monkeypatch.setenv("FILMCOMIC_ROOTS", str(tmp_path / "films"))
    with pytest.raises(PlaceError):
        SidecarFinder().read(film)
