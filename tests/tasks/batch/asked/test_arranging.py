"""Folders, films, patterns and lists: which films they mean, in which order, and where each comic goes."""

from pathlib import Path

import pytest

from configs.errors import InputError
from configs.recipes.recipe import Recipe
from tasks.batch.asked.arranging import Arranged, arrange, ask_films

LIST = """film;style;pages;priority;out;note;page.type_pt
a.mkv;ink-noir;3;;;;8,5
"b;c.mkv";;;2;;"says ""yes""
to all";
;ink-line;;;;;
nowhere.mkv;;;;;;
s*/*.mkv;;;1;new/;;
s1/d.mkv;;zero;;;;
a.mkv;;;;;;
e.mkv;;;;é.cbz;;
"""


def films(folder: Path, *names: str) -> list[Path]:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"film")
    return [folder / name for name in names]


def arranged(*inputs: Path, out: Path | None = None, base: Recipe = Recipe(), **ways: object) -> Arranged:
    return arrange(ask_films(inputs, **ways), inputs, out, base, ())  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_list_is_read_as_spreadsheets_write_it(encoding: str, tmp_path: Path) -> None:
    films(tmp_path, "a.mkv", "b;c.mkv", "s1/d.mkv", "s2/f.mkv", "e.mkv")
    listed = tmp_path / "films.csv"
    listed.write_bytes(LIST.replace("\n", "\r\n").encode(encoding))
    done = arranged(listed)
    told = [problem.problem.removeprefix(f"{listed}: ") for problem in done.refused]
    assert [line.partition(":")[0] for line in told] == [
        "line 5, column film",
        "line 6, column film",
        "line 8, column pages",
        "line 9, column film",
    ]
    assert "line 2 names it already" in told[3] and "there is no" in told[1]
    named = {str(film.relative_to(tmp_path)): str(comic.relative_to(tmp_path)) for film, comic in done.placed.items()}
    assert list(named.items()) == [
        ("b;c.mkv", "b;c.pdf"),
        ("s2/f.mkv", "new/f.pdf"),
        ("a.mkv", "a.pdf"),
        ("e.mkv", "é.cbz"),
    ]
    recipe = done.recipes[tmp_path / "a.mkv"]
    assert (recipe.style, recipe.pages, recipe.page.type_pt) == ("ink-noir", 3, 8.5)
    assert any("the column note is not looked at" in note for note in done.notes)


def test_a_row_goes_before_a_sidecar_and_before_a_pattern_and_a_folder(tmp_path: Path) -> None:
    (film, other) = films(tmp_path, "a.mkv", "b.mkv")
    film.with_suffix(".toml").write_text("pages = 3\nstyle = 'ink-noir'\npriority = 9")
    listed = tmp_path / "films.csv"
    listed.write_text("film,pages,priority\n*.mkv,7,1\na.mkv,5,\n")
    done = arranged(tmp_path, listed)
    recipes = {film.name: (recipe.pages, recipe.style) for film, recipe in done.recipes.items()}
    assert recipes == {"a.mkv": (5, "ink-noir"), "b.mkv": (7, "atelier-colour")}
    assert done.priorities == {film: 9, other: 1}


def test_a_film_whose_row_is_wrong_is_not_made_by_another_input(tmp_path: Path) -> None:
    films(tmp_path, "a.mkv", "b.mkv", "c.mkv", "d1.mkv", "d2.mkv")
    listed = tmp_path / "films.csv"
    listed.write_text("film,pages\na.mkv,none\nb.mkv,2\nb.mkv,3\nd*,0\n")
    assert [film.name for film in arranged(tmp_path, listed).placed] == ["b.mkv", "c.mkv"]


def test_a_bad_sidecar_takes_its_film_alone(tmp_path: Path) -> None:
    good, bad = films(tmp_path, "a.mkv", "b.mkv")
    bad.with_suffix(".toml").write_text("stlye = 3")
    done = arranged(tmp_path)
    assert list(done.placed) == [good]
    assert [(one.film, one.problem.partition(": ")[2]) for one in done.refused] == [
        (bad, "unknown key stlye; did you mean style?")
    ]


def test_a_film_of_which_nothing_comes_changes_no_other_s_name(tmp_path: Path) -> None:
    good, _ = films(tmp_path, "a.mkv", "a.mp4")
    before = arranged(tmp_path).placed[good]
    (tmp_path / "films.csv").write_text("film,pages\na.mp4,none\n")
    assert arranged(tmp_path, tmp_path / "films.csv").placed == {good: before}


def test_a_list_leads_no_worker_out_of_its_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner, outer, away = films(tmp_path, "in/a.mkv", "out/b.mkv", "in/c.mkv")
    listed = tmp_path / "in" / "films.csv"
    listed.write_text("film,out,subtitles\na.mkv,,\n../out/b.mkv,,\nc.mkv,../out/c.pdf,\n")
    monkeypatch.setenv("FILMCOMIC_ROOTS", str(tmp_path / "in"))
    done = arranged(listed)
    assert list(done.placed) == [inner]
    assert [Path(one.film).name for one in done.refused] == [outer.name, away.name]
    assert all("lies outside the folders of this worker" in one.problem for one in done.refused)


def test_films_patterns_and_folders_go_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    films(tmp_path, "x/a.mkv", "x/a.txt", "y/deep/b.mkv", "z [1].mkv", "y/skip.mkv")
    monkeypatch.chdir(tmp_path)
    done = arranged(Path("x"), Path("y/**/*.mkv"), Path("z [1].mkv"), Path("gone.mkv"), exclude=("skip*",))
    assert {str(film): str(comic) for film, comic in done.placed.items()} == {
        "x/a.mkv": "x/a.pdf",
        "y/deep/b.mkv": "y/deep/b.pdf",
        "z [1].mkv": "z [1].pdf",
    }
    assert [one.problem for one in done.refused] == ["gone.mkv: there is no such film or folder; check the name"]
    away = arranged(Path("x"), Path("y/**/b.mkv"), out=Path("out"))
    assert sorted(map(str, away.placed.values())) == ["out/a.pdf", "out/deep/b.pdf"]


def test_what_films_of_different_editions_become_lies_apart(tmp_path: Path) -> None:
    one, other = films(tmp_path, "a.mkv", "a.mp4")
    (tmp_path / "films.csv").write_text("film,edition,out\na.mkv,webtoon,\na.mp4,,a.zip\n")
    done = arranged(tmp_path / "films.csv")
    assert done.placed == {one: tmp_path / "a.zip"}
    assert "line 3, column out: " in done.refused[0].problem and done.refused[0].film == other


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,style\na.mkv,\n", "no column is called film"),
        ("film,style\n", "no film is named in it"),
        ("film,pages,pages\na.mkv,1,2\n", "the column pages is there twice"),
    ],
)
def test_a_list_that_is_none_is_refused(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "films.csv").write_text(text)
    with pytest.raises(InputError, match=told):
        arranged(tmp_path / "films.csv")


def test_an_open_quotation_mark_is_told_with_its_line(tmp_path: Path) -> None:
    films(tmp_path, "a.mkv", "b.mkv")
    (tmp_path / "films.csv").write_text('film,title\na.mkv,A\nb.mkv,"B\nc.mkv,C\n')
    done = arranged(tmp_path / "films.csv")
    assert [film.name for film in done.placed] == ["a.mkv"]
    assert "line 3" in done.refused[0].problem and "close the quotation mark" in done.refused[0].problem


def test_nothing_at_all_is_told_of_the_first(tmp_path: Path) -> None:
    for given, told in (("*.mkv", "no film has a name"), ("nobody", "there is no such film")):
        with pytest.raises(InputError, match=told):
            arranged(tmp_path / given)
