"""What decides a result is in its key: the film's name, the words beside it, who looks for faces."""

import ast
import inspect
from pathlib import Path
from typing import Any

import pytest

from configs.recipes.recipe import Recipe
from film.model import Dialogue, Keyframe, Movie, ShotList
from film.voices.loudness import Loudness
from tasks.making import telling
from tasks.making.composing import ComposeJob, PackJob, PublishJob
from tasks.making.hearing import Heard, MovingMouths, WatchJob
from tasks.making.painting import PaintJob
from tasks.making.reading import FetchJob, GatherJob, Keyframes, ListenJob, Notes, PickJob
from tasks.store.film_run import FilmRun
from tasks.store.handles import Kept, Made
from tasks.store.order import Order
from tasks.store.store import FilmJob, Job


def kept(kind: type[Made], root: Path = Path("store")) -> Kept[Made]:
    return Kept[kind](root=root, path=Path("aa/aa.json"), sha256="1" * 64)  # type: ignore[valid-type]


def movie(folder: Path, name: str = "film.mp4") -> Movie:
    return Movie(path=folder / name, sha256="0" * 64, duration_s=1, rate=24, size_px=(9, 9))


def tell_job(film: Movie, **asked: Any) -> telling.TellJob:
    given = {"shots": kept(ShotList), "words": kept(Dialogue), "keyframes": kept(Keyframes)}
    given["heard"] = Heard(loudness=kept(Loudness), speaking=kept(MovingMouths))
    given |= {"style": "ink-line", "format": "us", "pages": None, "start_s": 0, "end_s": 9}
    recipe = Recipe(title=asked.pop("title", ""))
    order = Order(film=film.path, out=film.path.with_suffix(".pdf"), recipe=recipe, work=Path("work"))
    given["title"] = FilmRun(order=order, movie=film).title
    return telling.TellJob(root=Path("store"), movie=film, **given, **asked)


def test_a_renamed_film_is_told_anew_and_a_moved_one_is_not(tmp_path: Path) -> None:
    before = tell_job(movie(tmp_path, "wrong name 720p.mp4"))
    assert tell_job(movie(tmp_path, "The Right Title.mp4")).key != before.key
    assert tell_job(movie(tmp_path / "elsewhere", "wrong name 720p.mp4")).key == before.key
    assert tell_job(movie(tmp_path, "wrong name 720p.mp4"), title="Another").key != before.key


def test_every_word_that_lies_beside_the_film_is_in_the_key(tmp_path: Path) -> None:
    def key(subtitles: str | None = None) -> str:
        return ListenJob(root=tmp_path, movie=movie(tmp_path), subtitles=subtitles, language="").key

    keys = [key()]
    for name, text in (("film.srt", "a"), ("FILM.en.SRT", "b"), ("film.srt", "c")):
        (tmp_path / name).write_text(text)
        keys.append(key())
    assert len(set(keys)) == 4
    (tmp_path / "other.srt").write_text("d")
    assert key() == keys[-1], "it bears another film's name"
    named = key(str(tmp_path / "other.srt"))
    (tmp_path / "film.srt").write_text("e")
    assert key(str(tmp_path / "other.srt")) == named, "the words that were named are the only ones"
    (tmp_path / "film.ad.srt").write_text("g")
    described = key(str(tmp_path / "other.srt"))
    assert described != named, "descriptions are told among them"
    (tmp_path / "other.srt").write_text("f")
    assert key(str(tmp_path / "other.srt")) not in {named, described}


def test_what_one_detector_noted_is_not_taken_for_anothers(tmp_path: Path) -> None:
    shots = kept(ShotList, tmp_path)
    frame = Keyframe(shot=0, at_s=1, image=Path(f"{'a' * 64}.jpg"), sha256=EMPTY, size_px=(9, 9))
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / frame.image).touch()
    Notes(shots, "haar").remember(frame.at_s, frame)
    assert Notes(shots, "haar").recall(frame.at_s) == frame
    assert Notes(shots, "yunet").recall(frame.at_s) is None
    other = shots.model_copy(update={"sha256": "2" * 64})
    assert Notes(other, "haar").recall(frame.at_s) is None
    jobs = [
        FetchJob(root=tmp_path, movie=movie(tmp_path), shots=shots, times=(1,), detector=detector)  # type: ignore[arg-type]
        for detector in ("haar", "yunet")
    ]
    assert jobs[0].key != jobs[1].key


EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def _reading(kind: type[Job]) -> str:
    """Return the source of a job's class, and of the functions that take such a job."""
    tree = ast.parse(Path(inspect.getfile(kind)).read_text())
    takes = [
        node
        for node in tree.body
        if (isinstance(node, ast.ClassDef) and node.name == kind.__name__)
        or (
            isinstance(node, ast.FunctionDef)
            and any(one.annotation and ast.unparse(one.annotation) == kind.__name__ for one in node.args.args)
        )
    ]
    return "\n".join(map(ast.unparse, takes))


KINDS = [ListenJob, PickJob, FetchJob, GatherJob, WatchJob, telling.TellJob, ComposeJob, PaintJob, PublishJob, PackJob]


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_job_is_read(kind: type[Job]) -> None:
    """A field that nobody reads decides nothing, and is only in the way."""
    source = _reading(kind)
    for name in set(kind.model_fields) - set(FilmJob.model_fields):
        assert f"job.{name}" in source or f"self.{name}" in source, f"{kind.__name__}.{name} is never read"
