"""One cast over a season: read in another process, one film's trouble being its own."""

from pathlib import Path

from configs.recipes.recipe import Recipe
from tasks.batch.apart.voices import with_shared_casts
from tests.film.drawn import draw, numbered

ROWS = "00:00.{at}00 --> 00:00.{end}00\n<v {name}>Yes.\n\n"


def test_a_speaker_has_one_colour_in_all_episodes(tmp_path: Path) -> None:
    films = [draw(tmp_path / "1.mp4", numbered, count=24)]
    films += [tmp_path / "2.mp4", tmp_path / "3.mp4"]
    films[1].write_bytes(b"no film")
    films[2].write_bytes(films[0].read_bytes())
    for film, names in ((films[0], ["Ann", "ROBOT", "ROBOT"]), (films[2], ["Computer", "ROBOT", "Computer", "Bob"])):
        rows = [ROWS.format(at=at, end=at + 1, name=name) for at, name in enumerate(names, start=1)]
        film.with_suffix(".vtt").write_text("WEBVTT\n\n" + "".join(rows))
    recipes = {film: Recipe(series="Show", number=number) for number, film in enumerate(films)}
    recipes[films[2]] = recipes[films[2]].model_copy(update={"cast": {"Bob": "#ffeecc"}})
    shared = with_shared_casts(recipes, {film: film.with_suffix(".pdf") for film in films}, tmp_path / "work")
    first, none, last = (shared[film].cast for film in films)
    assert first["ROBOT"] == last["ROBOT"] != last["Computer"] != "#ffffff"
    assert (first["Ann"], none, last["Bob"]) == ("#ffffff", {}, "#ffeecc"), "what a film's own recipe says stays"
