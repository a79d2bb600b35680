"""Jobs and their keys: the same work has the same key, other work another; nothing half-written is found."""

from pathlib import Path
from typing import Any, ClassVar

import pytest

from configs.errors import FilmcomicError, FilmError, InputError, OutputError
from configs.units import Frozen, file_sha256
from film.decoding.probe import file_state
from film.model import Movie
from tasks.store.store import FilmJob, Job, deliver, film_root, find_films, open_store, save


class _Found(Frozen):
    number: int


class _Count(Job[_Found]):
    stage: ClassVar[str] = "count"
    upto: int

    def identity(self) -> dict[str, Any]:
        return {"upto": self.upto}


class _CountAnew(_Count):
    stage: ClassVar[str] = "count anew"


def test_a_key_depends_on_what_decides_and_on_nothing_else(tmp_path: Path) -> None:
    job = _Count(root=tmp_path, upto=3)
    assert job.key == _Count(root=tmp_path / "elsewhere", upto=3).key
    assert len({job.key, _Count(root=tmp_path, upto=4).key, _CountAnew(root=tmp_path, upto=3).key}) == 3


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    job = _Count(root=tmp_path, upto=3)
    assert job.found() is None
    found = save(job, _Found(number=3))
    assert job.found() == found and found.load() == _Found(number=3)
    assert save(job, _Found(number=3)) == found, "the same value has the same digest"


def test_a_draft_is_not_taken_for_a_result(tmp_path: Path) -> None:
    job = _Count(root=tmp_path, upto=3)
    draft = tmp_path / job.target.parent / f".{job.key}.part.json"
    draft.parent.mkdir(parents=True)
    draft.write_text("{")
    assert job.found() is None
    with pytest.raises(OSError):
        save(job, _Found(number=1)).model_copy(update={"path": Path("gone")}).load()


def test_one_store_a_film(tmp_path: Path) -> None:
    assert film_root(tmp_path, "ab" * 32) == tmp_path / ("ab" * 8)


class _Read(Job[_Found]):
    stage: ClassVar[str] = "read"
    outside: ClassVar[bool] = True
    source: Path

    def identity(self) -> dict[str, Any]:
        return {"source": self.source.read_text()}

    @property
    def changeable(self) -> Path:
        return self.source


class _Seen(FilmJob[_Found]):
    stage: ClassVar[str] = "seen"

    def identity(self) -> dict[str, Any]:
        return {"film": self.movie.sha256}


def test_a_key_is_frozen_when_the_job_is_made_and_travels_with_it(tmp_path: Path) -> None:
    source = tmp_path / "words.srt"
    source.write_text("one")
    job = _Read(root=tmp_path, source=source)
    before = job.key
    source.write_text("two")
    assert job.key == before != _Read(root=tmp_path, source=source).key
    assert _Read.model_validate(job.model_dump(mode="json")).key == before


def test_what_was_read_of_a_changed_file_is_not_kept_under_the_old_key(tmp_path: Path) -> None:
    source = tmp_path / "words.srt"
    source.write_text("one")
    job = _Read(root=tmp_path, source=source)
    source.write_text("two")
    with pytest.raises(InputError, match=r"words\.srt: a file was changed while it was read"):
        save(job, _Found(number=2))
    source.write_text("one")
    assert job.found() is None, "the key is not poisoned"


def test_what_was_read_of_a_changed_film_is_not_kept(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"a film")
    movie = Movie(path=film, sha256="0" * 64, state=file_state(film), duration_s=1, rate=24, size_px=(9, 9))
    job = _Seen(root=tmp_path, movie=movie)
    save(job, _Found(number=1))
    film.write_bytes(b"another film")
    with pytest.raises(FilmError, match=r"film\.mp4: it was changed"):
        save(job, _Found(number=2))


def test_what_was_changed_after_it_was_found_is_not_loaded(tmp_path: Path) -> None:
    job = _Count(root=tmp_path, upto=3)
    found = save(job, _Found(number=3))
    (tmp_path / found.path).write_text('{"number": 4}')
    with pytest.raises(FilmcomicError, match="changed while the run was on"):
        found.load()


def test_what_is_untouched_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of a feature film's shots is long, and every batch of it asks for it."""
    job = _Count(root=tmp_path, upto=3)
    found = save(job, _Found(number=3))
    parsed: list[bytes] = []
    real = _Found.model_validate_json
    monkeypatch.setattr(_Found, "model_validate_json", lambda text: parsed.append(text) or real(text))
    assert found.load() == found.load() == _Found(number=3)
    assert len(parsed) == 1
    found.file.write_text('{"number": 4}')
    with pytest.raises(FilmcomicError, match="changed while the run was on"):
        found.load()
    found.file.unlink()
    with pytest.raises(OSError):
        found.load()


def test_a_store_is_for_its_owner_alone(tmp_path: Path) -> None:
    root = film_root(tmp_path / "work", "ab" * 32)
    open_store(root)
    assert root.stat().st_mode & 0o777 == 0o700 and root.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["", "cuts", "cuts/ab"])
def test_a_store_with_links_in_it_is_refused(tmp_path: Path, name: str) -> None:
    root = film_root(tmp_path / "work", "ab" * 32)
    (tmp_path / "elsewhere").mkdir()
    (root / name).parent.mkdir(parents=True)
    (root / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="it is a link"):
        open_store(root)


def test_what_lies_there_already_is_not_touched(tmp_path: Path) -> None:
    found = save(_Count(root=tmp_path, upto=3), _Found(number=3))
    assert deliver(found, tmp_path / "out.json")
    before = (tmp_path / "out.json").stat()
    assert deliver(found, tmp_path / "out.json")
    after = (tmp_path / "out.json").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    (tmp_path / found.path).write_text('{"number": 4}')
    (tmp_path / "out.json").write_text("old")
    assert not deliver(found, tmp_path / "out.json")
    assert (tmp_path / "out.json").read_text() == "old"


def test_a_job_for_another_machine_finds_the_film_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for machine in ("one", "other"):
        (tmp_path / machine / "series").mkdir(parents=True)
        (tmp_path / machine / "series" / "film.mp4").write_bytes(b"the film")
    film = tmp_path / "one" / "series" / "film.mp4"
    monkeypatch.setenv("FILMCOMIC_FILMS", str(tmp_path / "one"))
    movie = Movie(path=film, sha256=file_sha256(film), state=file_state(film), duration_s=1, rate=24, size_px=(9, 9))
    job = _Seen(root=tmp_path, movie=movie)
    told = job.model_dump(mode="json")
    assert told["movie"]["path"] == "series/film.mp4" and job.model_dump()["movie"]["path"] == film
    monkeypatch.setenv("FILMCOMIC_FILMS", str(tmp_path / "other"))
    came = _Seen.model_validate(told)
    assert came.movie.path == tmp_path / "other" / "series" / "film.mp4" and came.key == job.key
    find_films([came])
    came.movie.path.write_bytes(b"another one")
    with pytest.raises(FilmError, match=r"film\.mp4: .*where it was ordered.*FILMCOMIC_FILMS"):
        find_films([came])
