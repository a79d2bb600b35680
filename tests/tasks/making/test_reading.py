"""Reading a film: what is opened and parsed once serves a whole batch."""

from pathlib import Path

import pytest

from configs.recipes.recipe import Recipe
from film.decoding.probe import probe
from film.pictures import keyframes
from tasks.making import reading
from tasks.making.reading import FetchJob, SplitJob, fetch
from tasks.store.film_run import FilmRun
from tasks.store.order import Order
from tasks.store.store import save
from tests.film.drawn import draw
from tests.film.pictures.test_keyframes import scene
from tests.film.standin import shot_list


def test_a_batch_of_frames_opens_the_film_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    movie = probe(draw(tmp_path / "film.mp4", [scene(number // 25) for number in range(75)]))
    shots = save(SplitJob(root=tmp_path, movie=movie), shot_list(movie, [25, 50]))
    opened: list[str] = []
    for name in ("FrameReader", "make_finder"):
        monkeypatch.setattr(keyframes, name, _noted(getattr(keyframes, name), opened, name))
    found = fetch.fn(FetchJob(root=tmp_path, movie=movie, shots=shots, times=(0, 1, 2), detector="haar"))
    assert [frame.at_s for frame in found.load().frames] == [0, 1, 2]
    assert sorted(opened) == ["FrameReader", "make_finder"]


def _noted(real: object, opened: list[str], name: str) -> object:
    def noted(*asked: object, **more: object) -> object:
        opened.append(name)
        return real(*asked, **more)  # type: ignore[operator]

    return noted


@pytest.mark.parametrize(("asked", "told"), [(None, 1), ("none", 0)])
def test_a_comic_without_words_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str | None, told: int
) -> None:
    film = draw(tmp_path / "film.mp4", [scene(0)] * 5)
    film.with_name("other.srt").write_text("x")
    run = FilmRun(
        order=Order(film=film, out=tmp_path / "film.pdf", recipe=Recipe(subtitles=asked), work=tmp_path),
        movie=probe(film),
    )
    lines: list[str] = []
    monkeypatch.setattr(reading, "notice", lines.append)
    monkeypatch.setattr(reading, "run_one", lambda task, job: task.fn(job))
    reading.read_words(run)
    reading.read_words(run)
    assert len(lines) == 2 * told, "of what is in the store it is told again"
    assert all(line.startswith("film.mp4: the comic has no words") and "other.srt" in line for line in lines)


def test_a_warning_names_the_film_once() -> None:
    film = Path("films/a film.ts")
    assert reading.about(film, "the comic has no words") == "a film.ts: the comic has no words"
    assert reading.about(film, "a film.ts is damaged: it ends at 3 s") == "a film.ts is damaged: it ends at 3 s"
