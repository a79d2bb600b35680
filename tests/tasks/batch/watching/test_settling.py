"""A film has come when it stands still, and its words too; what a copier has in hand has not."""

import os
from pathlib import Path

import pytest

from tasks.batch.watching.settling import Sightings, is_as_seen, is_temporary, unfinished_by


@pytest.mark.parametrize("name", ["a.part.mp4", "a.temp.mkv", "a.TMP.mp4", "a.crdownload.mp4"])
def test_what_a_copier_has_in_hand_bears_its_ending(name: str) -> None:
    assert is_temporary(Path(name))
    assert not is_temporary(Path(name.replace(".", " ", 1)))


def test_a_file_beside_tells_of_a_download(tmp_path: Path) -> None:
    film = tmp_path / "a.mp4"
    film.write_bytes(b"")
    assert unfinished_by(film) == ""
    (tmp_path / "a.mp4.aria2").write_bytes(b"")
    assert unfinished_by(film) == "a.mp4.aria2"


def test_size_time_and_words_make_it_another_film(tmp_path: Path) -> None:
    film = tmp_path / os.fsdecode(b"caf\xe9.mp4")
    film.write_bytes(b"one")
    os.utime(film, (1000, 1000))
    sightings = Sightings()
    first = sightings.see([film])[film]
    assert sightings.see([film])[film] is first and is_as_seen(film, first)
    film.write_bytes(b"three")
    os.utime(film, (1000, 1000))  # as copiers do
    second = sightings.see([film])[film]
    assert second.mark != first.mark and not is_as_seen(film, first)
    film.with_suffix(".en.srt").write_text("words")
    third = sightings.see([film])[film]
    assert third.mark != second.mark and len(third.pieces) == 2
    film.with_suffix(".pdf").write_bytes(b"its comic")
    assert sightings.see([film])[film] is third
    film.unlink()
    assert sightings.see([film]) == {}


def test_words_of_another_film_make_no_other_film(tmp_path: Path) -> None:
    films = [tmp_path / name for name in ("ep1.mp4", "ep1.2.mkv", "ep10.mp4")]
    for film in films:
        film.write_bytes(b"film")
    sightings = Sightings()
    before = sightings.see(films)
    (tmp_path / "ep1.2.en.srt").write_text("words")
    (tmp_path / "EP10.srt").write_text("words")
    (tmp_path / "ep10.toml").write_text("style = 'ink-noir'")
    (tmp_path / "ep10.json").write_text("{}")
    (tmp_path / "english.srt").write_text("words")
    after = sightings.see(films)
    assert after[films[0]] is before[films[0]]
    assert [len(after[film].pieces) for film in films] == [1, 2, 3], "a recipe counts too"
