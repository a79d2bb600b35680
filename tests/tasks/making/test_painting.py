"""What each picture is painted with: its look, its scene's palette, the batch and the name of its painting."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import uuid4

import cv2
import ffmpeg
import numpy as np
import pytest
from prefect.client.schemas.objects import FlowRun

from configs.errors import StyleError
from configs.recipes.recipe import Recipe, SceneLook
from configs.units import Box, Face
from film.decoding.ffmpeg import film_input
from film.decoding.probe import probe
from film.model import Keyframe
from film.pictures.keyframes import pick
from film.shots.shots import find_shots
from flows.painting import paint_pictures
from stylize.styles.stylizer import Batch, Picture, Stylizer
from tasks.console.progress import listening
from tasks.making import painting
from tasks.making.painting import (
    FilmFrame,
    Painting,
    PaintJob,
    left_by_pool,
    paint,
    paint_jobs,
    plan_paintings,
    tell_terms,
)
from tasks.serving import pools
from tasks.store.order import Order
from tests.film.programs import run
from tests.material import shared

FACE = Face(box=Box(x0=0.2, y0=0.2, x1=0.6, y1=0.8), mouth=(0.4, 0.7), score=0.9)
SIZE = (32, 24)


def test_a_scene_chooses_its_references_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also a film of one scene from end to end."""
    monkeypatch.setattr(painting, "is_settling", lambda style: True)
    chosen: list[int] = []
    real = painting._spread
    monkeypatch.setattr(painting, "_spread", lambda frames: chosen.append(len(frames)) or real(frames))
    assert {len(each.picture.references) for each in plan(order(tmp_path), [(0, 9)], 9)} == {4}
    assert chosen == [9]


def order(tmp_path: Path, **recipe: object) -> Order:
    return Order(
        film=tmp_path / "f.mkv",
        out=tmp_path / "f.pdf",
        recipe=Recipe(**({"style": "ink-line"} | recipe)),
        work=tmp_path,
    )


def frames(count: int, faces: tuple[Face, ...] = ()) -> dict[Fraction, Keyframe]:
    """One frame a shot, a second long each."""
    return {
        Fraction(at): Keyframe(
            shot=at, at_s=Fraction(at), image=Path(f"{at}.jpg"), sha256=f"{at:064}", size_px=(64, 48), faces=faces
        )
        for at in range(count)
    }


def plan(asked: Order, scenes: list[tuple[int, int]], count: int, **kwargs: object) -> list[Painting]:
    made = frames(count, **kwargs)
    return list(plan_paintings(asked.recipe, scenes, made, dict.fromkeys(made, SIZE)).values())


def shas(references: tuple[FilmFrame, ...]) -> list[int]:
    return [int(frame.sha256) for frame in references]


def test_a_range_of_the_film_has_its_own_style_and_strength(tmp_path: Path) -> None:
    dream = SceneLook(start=2, end=4, style="ink-watercolour", strength=0.5)
    paintings = plan(order(tmp_path, scenes=[dream], faces=0.2), [(0, 6)], 6, faces=(FACE,))
    assert [each.manner.style for each in paintings] == ["ink-line"] * 2 + ["ink-watercolour"] * 2 + ["ink-line"] * 2
    assert [each.manner.dials.strength for each in paintings] == [1, 1, 0.5, 0.5, 1, 1]
    assert {each.manner.dials.faces for each in paintings} == {0.2}
    jobs = paint_jobs(tmp_path, paintings)
    assert sorted((job.manner.style, len(job.pictures)) for job in jobs) == [("ink-line", 4), ("ink-watercolour", 2)]


def test_the_painting_is_named_by_all_that_decides_it(tmp_path: Path) -> None:
    def target(count: int = 2, faces: tuple[Face, ...] = (FACE,), **recipe: object) -> Path:
        return plan(order(tmp_path, **recipe), [(0, 2)], count, faces=faces)[0].target

    plain = target()
    assert target() == plain == target(faces=()) == target(strength=1) == target(nst={"steps": 3})
    others = [
        target(style="ink-noir"), target(strength=0.9), target(faces=(FACE,), brightness=True),
        target(ink={"bands": 4}),
    ]  # fmt: skip
    assert len({plain, *others}) == 5
    neural = {"style": "animegan:paprika"}
    assert target(**neural) != target(faces=(), **neural), "where faces are kept, they decide"
    assert target(2, **neural) != target(1, **neural), "and so does the company, where it makes the palette"
    assert target(2) == target(1)


def test_faces_are_kept_as_the_recipe_says(tmp_path: Path) -> None:
    asked = order(tmp_path, scenes=[SceneLook(start=1, end=2, faces=1)])
    first, second = plan(asked, [(0, 2)], 2, faces=(FACE,))
    assert first.picture.faces == () and second.picture.faces == (FACE,)


def test_palettes_come_from_few_frames_of_the_scene_in_the_same_look(tmp_path: Path) -> None:
    dream = SceneLook(start=7, end=8, style="ink-noir")
    asked = order(tmp_path, style="animegan:paprika", scenes=[dream])
    paintings = plan(asked, [(0, 1), (1, 7), (7, 10)], 10)
    assert shas(paintings[0].picture.references) == [], "a frame alone is its own palette"
    scene = shas(paintings[1].picture.references)
    assert len(scene) == 4 and set(scene) < set(range(1, 7)) and scene == sorted(scene)
    assert all(shas(each.picture.references) == scene for each in paintings[1:7])
    assert shas(paintings[7].picture.references) == [], "ink takes no palette"
    assert shas(paintings[8].picture.references) == [8, 9]
    assert all(not each.picture.references for each in plan(order(tmp_path), [(0, 10)], 10))


def test_one_frame_at_one_size_is_painted_once(tmp_path: Path) -> None:
    paintings = plan(order(tmp_path), [], 3)
    assert [len(job.pictures) for job in paint_jobs(tmp_path, [*paintings, *paintings])] == [3]


def test_what_a_licence_does_not_allow_is_said_once_a_run(tmp_path: Path) -> None:
    heard: list[Any] = []
    restricted = order(tmp_path, style="animegan:hayao", scenes=[SceneLook(start=1, end=2, style="ink-noir")])
    with listening(heard.append):
        tell_terms(job.manner for job in paint_jobs(tmp_path, plan(restricted, [], 40)))
        tell_terms(each.manner for each in plan(order(tmp_path, style="animegan:face-paint"), [], 2))
    (said,) = [event.text for event in heard]
    assert said.startswith("animegan:hayao: ") and "no commercial use" in said and "\n" not in said


class Told(Stylizer):
    """Paints the mean of its references."""

    name = "told"

    def __init__(self, shade: float = 0.0) -> None:
        self.shade = shade
        self.settled: list[int] = []

    def settle(self, references: list[Picture]) -> Stylizer:  # type: ignore[override]
        self.settled.append(len(references))
        return Told(float(np.mean(references)))

    def paint(self, batch: Batch) -> Batch:
        return np.full_like(batch, self.shade)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    stylizer = Told()
    monkeypatch.setattr(painting, "make_stylizer", lambda *_, **__: stylizer)
    monkeypatch.setattr(painting, "stop_if_asked", lambda: None)
    painting._stylizer.cache_clear()
    return stylizer


def test_each_scene_is_painted_with_its_palette_whatever_the_batch(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shades = [20, 60, 200, 240]
    (tmp_path / "frames").mkdir()
    for at, shade in enumerate(shades):
        cv2.imwrite(str(tmp_path / "frames" / f"{at}.jpg"), np.full((48, 64, 3), shade, np.uint8))
    paintings = plan(order(tmp_path, style="animegan:paprika", brightness=False, faces=0), [(0, 2), (2, 4)], 4)

    def painted() -> list[bytes]:
        return [(tmp_path / each.target).read_bytes() for each in paintings]

    for job in paint_jobs(tmp_path, paintings):
        paint.fn(job)
        assert job.found() is not None
    assert told.settled == [2, 2]
    found = [int(cv2.imread(str(tmp_path / each.target))[0, 0, 0]) for each in paintings]
    assert np.abs(np.array(found) - [40, 40, 220, 220]).max() <= 1
    first = painted()
    paint.fn(paint_jobs(tmp_path, paintings)[0])
    assert told.settled == [2, 2], "nothing is left to do, so nothing is read"
    for each in paintings:
        (tmp_path / each.target).unlink()
    for single in reversed(paintings):
        paint.fn(paint_jobs(tmp_path, [single])[0])
    assert painted() == first
    painting._stylizer.cache_clear()


@pytest.mark.parametrize(
    ("online", "done", "left"), [(True, True, ["ink-line"]), (True, False, None), (False, True, None)]
)
def test_networks_go_to_the_pool_and_ink_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, online: bool, done: bool, left: list[str] | None
) -> None:
    sent: list[dict[str, object]] = []

    class Outcome:
        why = "it broke"

        def __init__(self) -> None:
            self.done = done

    def run_on_pool(_: str, parameters: dict[str, object]) -> Outcome:
        sent.append(json.loads(json.dumps(parameters)))
        return Outcome()

    monkeypatch.setattr(painting, "worker_online", lambda _: online)
    monkeypatch.setattr(painting, "run_on_pool", run_on_pool)
    monkeypatch.setattr(painting, "notice", lambda _: None)
    mixed = order(tmp_path, scenes=[SceneLook(start=1, end=2, style="animegan:paprika")])
    jobs = paint_jobs(tmp_path, plan(mixed, [(0, 3)], 3))
    assert [job.manner.style for job in left_by_pool(jobs)] == (left or [job.manner.style for job in jobs])
    assert len(sent) == online
    if online:
        (job,) = sent[0]["jobs"]  # type: ignore[misc]
        assert painting.PaintJob.model_validate(job) in jobs, "a job survives the way to the worker"


class Counted(Stylizer):
    """Paints the shade that the style's file held when it was made, slowly made."""

    name = "counted"

    def __init__(self, path: Path) -> None:
        time.sleep(0.2)
        self.shade = int(path.read_text()) / 255

    def paint(self, batch: Batch) -> Batch:
        return np.full_like(batch, self.shade)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[str]]:
    """A style that is one file, and the list of its makings."""
    made: list[str] = []

    def make_stylizer(name: str, **_: object) -> Stylizer:
        made.append(name)
        return Counted(Path(name.partition(":")[2]))

    def style_digest(name: str, *_: object) -> str:
        path = Path(name.partition(":")[2])
        if not path.is_file():
            raise StyleError("there is no such style picture", cure="give the path of one", path=path)
        return path.read_text()

    monkeypatch.setattr(painting, "make_stylizer", make_stylizer)
    monkeypatch.setattr(painting, "style_digest", style_digest)
    monkeypatch.setattr(painting, "stop_if_asked", lambda: None)
    monkeypatch.setattr(painting, "paint_batches", lambda jobs: [paint.fn(job) for job in jobs])
    painting._stylizer.cache_clear()
    path = tmp_path / "style.png"
    path.write_text("100")
    (tmp_path / "frames").mkdir()
    for at in range(6):
        cv2.imwrite(str(tmp_path / "frames" / f"{at}.jpg"), np.full((48, 64, 3), 10 * at, np.uint8))
    return path, made


def jobs_of(tmp_path: Path, style: Path, *, family: str = "nst", count: int = 2) -> list[PaintJob]:
    asked = order(tmp_path, style=f"{family}:{style}", brightness=False, faces=0)
    planned = plan(asked, [], count)
    return [job for each in planned for job in paint_jobs(tmp_path, [each])]


def shades(jobs: list[PaintJob]) -> list[int]:
    return [int(cv2.imread(str(job.root / target))[0, 0, 0]) for job in jobs for target in job.targets]


@pytest.mark.parametrize("family", ["nst", "ink"])
def test_a_model_is_loaded_once(own: tuple[Path, list[str]], tmp_path: Path, monkeypatch: Any, family: str) -> None:
    path, made = own
    monkeypatch.setattr(painting, "is_neural", lambda _: family == "nst")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(paint.fn, jobs_of(tmp_path, path, count=4)))
    assert len(made) == 1


def test_a_file_that_is_another_one_meanwhile_paints_anew(own: tuple[Path, list[str]], tmp_path: Path) -> None:
    path, made = own
    first = jobs_of(tmp_path, path)
    painting.paint_batches(first)
    path.write_text("200")
    second = jobs_of(tmp_path, path)
    painting.paint_batches(second)
    assert shades(first) == [100, 100] and shades(second) == [200, 200] and len(made) == 2


@pytest.mark.parametrize("how", ["changed", "gone", "while it is read"])
def test_nothing_is_painted_after_another_file_than_was_ordered(
    own: tuple[Path, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    path, made = own
    jobs = jobs_of(tmp_path, path)
    if how == "changed":
        path.write_text("200")
    elif how == "gone":
        path.unlink()
    else:

        def make_stylizer(*_: object, **__: object) -> Stylizer:
            path.write_text("200")
            return Counted(path)

        monkeypatch.setattr(painting, "make_stylizer", make_stylizer)
    why = painting.paint_or_give_back(jobs)
    assert ("made of other files" in why or "there is no such style picture" in why) and "\n" not in why
    assert str(path) in why
    with pytest.raises(StyleError):
        paint.fn(jobs[0])
    assert not [target for job in jobs for target in job.targets if (tmp_path / target).exists()] and not made


def test_a_worker_paints_what_it_can_and_gives_the_rest_back(own: tuple[Path, list[str]], tmp_path: Path) -> None:
    path, _ = own
    other = tmp_path / "other.png"
    other.write_text("50")
    jobs = [*jobs_of(tmp_path, path), *jobs_of(tmp_path, other)]
    path.unlink()
    state = paint_pictures.fn(jobs)
    assert state.is_completed() and str(path) in state.message
    outcome = pools._outcome(FlowRun(flow_id=uuid4(), state=state))
    assert not outcome.done and outcome.why == state.message
    assert [job.found() is not None for job in jobs] == [False, False, True, True] and shades(jobs[2:]) == [50, 50]
    path.write_text("100")
    assert paint_pictures.fn(jobs) == 4 and shades(jobs) == [100, 100, 50, 50]


def test_bars_never_reach_a_style(tmp_path: Path) -> None:
    """What is painted, and what palettes are taken from, are the stored frames; a letterboxed film's have none."""
    framed = tmp_path / "framed.mp4"
    clip = film_input(shared("films/tears_of_steel_battle.webm"), ss=12, t=2)["v"]
    padded = ffmpeg.filter(clip, "pad", 800, 480, 0, 74)
    run(ffmpeg.output(padded, str(framed), vcodec="libx264", preset="ultrafast").overwrite_output())
    movie = probe(framed)
    (frame, *_) = pick(movie, find_shots(movie), [0], [], tmp_path / "frames")
    assert movie.size_px == (800, 480) and abs(frame.size_px[1] - 332) <= 6
    made = plan_paintings(order(tmp_path).recipe, (), {frame.at_s: frame}, {frame.at_s: SIZE})
    stored = cv2.imread(str(tmp_path / made[frame.at_s].picture.source))
    edges = np.concatenate([stored[:2].max(axis=(1, 2)), stored[-2:].max(axis=(1, 2))])
    assert stored.shape[:2] == frame.size_px[::-1] and (edges > 40).all()
