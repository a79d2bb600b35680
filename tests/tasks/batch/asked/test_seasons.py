"""A folder of episodes: one series, one season, a number for each."""

from pathlib import Path
from typing import Any

import pytest

from configs.recipes.recipe import Recipe
from tasks.batch.asked.arranging import arrange, ask_films
from tasks.batch.asked.seasons import episodes_before, season_layers


def told(folder: str, *stems: str, base: Recipe = Recipe()) -> list[tuple[Any, ...]]:
    films = [Path(folder) / f"{stem}.mkv" for stem in stems]
    found = season_layers(films, base)
    return [tuple(found[film][0].keys.get(key) for key in ("series", "season", "number")) for film in films]


def test_names_of_releases_tell_and_most_of_them_name_the_series() -> None:
    stems = ["The.Show.S01E01.Pilot.720p", "the show 1x02", "Show S01E03", "S01E04"]
    assert told("/films/x", *stems) == [("The Show", 1, number) for number in (1, 2, 3, 4)]


@pytest.mark.parametrize("folder", ["/films/The Show", "/films/The Show/Season 2", "/films/The.Show/S02"])
def test_plain_names_take_the_folder_s(folder: str) -> None:
    season = None if folder.endswith("Show") else 2
    assert told(folder, "Part 10 of 10", "Part 2 of 10") == [("The Show", season, 10), ("The Show", season, 2)]
    assert told(folder, "B", "A") == [("The Show", season, 2), ("The Show", season, 1)]
    assert told(folder, "1999", "2001") == [("The Show", season, 1), ("The Show", season, 2)], "years count nothing"


def test_a_number_is_given_once() -> None:
    assert [number for _, _, number in told("/x/Show", "Show.S01E01", "Show.S01E01.v2", "Show.S01E02", "Special")] == [
        *(1, 3, 2, 4)  # what tells no number comes after what does
    ]
    assert told("/x/Show", "Show.S01E01", "Show.S02E01") == [("Show", 1, 1), ("Show", 2, 1)]


def test_what_a_batch_says_is_the_series_and_what_a_film_says_its_own(tmp_path: Path) -> None:
    assert told("/x/y", "a", base=Recipe(title="The Lamp", season=3)) == [("The Lamp", 3, 1)]
    one, other = tmp_path / "a.mkv", tmp_path / "b.mkv"
    for film in (one, other):
        film.write_bytes(b"film")
    other.with_suffix(".toml").write_text("title = 'Fog'\nnumber = 0")
    recipe = Recipe(title="The Lamp", style="ink-line")
    done = arrange(ask_films([tmp_path]), [tmp_path], None, recipe, ("title", "style"), season=True)
    said = {film.name: (each.series, each.number, each.title, each.style) for film, each in done.recipes.items()}
    assert [film.name for film in done.placed] == ["b.mkv", "a.mkv"]
    assert said == {"a.mkv": ("The Lamp", 1, "", "ink-line"), "b.mkv": ("The Lamp", 0, "Fog", "ink-line")}


def test_each_episode_follows_another_one_of_its_series_in_order(tmp_path: Path) -> None:
    one, two, other, third = (Path(name) for name in ("b", "a", "x", "c"))
    turns = {two: ("Show", 1, 10), one: ("show", 1, 2), other: ("Other", -1, 1), third: ("Show", 2, 1)}
    assert episodes_before(turns) == {two: one, third: two}
    for number in (1, 2, 3):
        (tmp_path / f"Show.S01E0{number}.mkv").write_bytes(b"film")
    (tmp_path / "Show.S01E02.toml").write_text("stlye = 'x'")
    done = arrange(ask_films([tmp_path]), [tmp_path], None, Recipe(), (), season=True)
    assert len(done.placed) == 2, "one is refused, and yet it comes before the third"
    assert {film.stem: before.stem for film, before in done.before.items()} == {
        "Show.S01E02": "Show.S01E01",
        "Show.S01E03": "Show.S01E02",
    }
