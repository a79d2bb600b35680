"""The gallery's order: which picture, which styles, what is refused, and what is timed."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from configs.errors import InputError, OutputError, StyleError
from configs.recipes.recipe import Look, Recipe
from stylize.styles.photos import Photo, frame_png
from stylize.styles.stylizer import StyleInfo
from tasks.console.progress import Notice, Step, listening
from tasks.making.painting import Painting, Picture, manner_of, paint_jobs
from tasks.styles.gallery import GalleryOrder, TimeJob, check_gallery, styles_after, take_gallery, time_painting


def take(tmp_path: Path, name: str = "a.png", **asked: object) -> GalleryOrder:
    given = {"out": tmp_path / "g.html", "styles": ["ink-line", "ink-noir"], "paintings": [], "at": None, **asked}
    return take_gallery(tmp_path / name, recipe=Recipe(), work=tmp_path / "work", **given)


def test_an_order_of_a_photo_and_one_of_a_frame(tmp_path: Path) -> None:
    photo, frame = take(tmp_path), take(tmp_path, "a.mkv", at="0:37.5")
    assert photo.at_s is None and frame.at_s == Fraction("37.5")
    assert photo.styles == ("ink-line", "ink-noir") and photo.order.film == tmp_path / "a.png"
    assert take(tmp_path, "a.gif").at_s is None and take(tmp_path, "a.gif", at="1").at_s == 1


@pytest.mark.parametrize(
    ("name", "asked", "line"),
    [
        ("a.mkv", {}, "a.mkv: it has many pictures; choose one with --at"),
        ("a.jpg", {"at": "1"}, "a.jpg: --at is for films"),
        ("a.mkv", {"at": "1,2"}, "names 2 times"),
        ("a.mkv", {"at": "soon"}, "--at"),
        ("a.png", {"out": Path("g.pdf")}, "g.pdf: the gallery is a page of HTML"),
        ("a.png", {"styles": ["ink-lime"]}, "did you mean ink-line"),
        ("a.png", {"paintings": [Path("none.jpg")]}, "none.jpg"),
    ],
)
def test_what_is_wrong_is_told_before_any_work(tmp_path: Path, name: str, asked: dict[str, object], line: str) -> None:
    with pytest.raises((InputError, OutputError, StyleError), match=line) as told:
        take(tmp_path, name, **asked)
    assert "\n" not in str(told.value)


def test_a_photo_that_is_not_read_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic")
    asked = (tmp_path / "g.html", ["ink-line"], [], None, Recipe(), tmp_path / "work")
    with pytest.raises(InputError, match="HEIC"):
        check_gallery(tmp_path / "a.heic", *asked)


def test_each_way_that_is_ready_paints_after_each_painting(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Step | Notice] = []
    info = {"licence": "MIT", "description": "it", "template": True}
    styles = [
        StyleInfo(name="ink-line", **{**info, "template": False}, ready=True),
        StyleInfo(name="nst:PATH", ready=True, **info),
        StyleInfo(name="arbitrary:PATH", ready=False, needs="its weights", **info),
    ]
    monkeypatch.setattr("tasks.styles.gallery.describe_styles", lambda: styles)
    with listening(heard.append):
        assert styles_after([Path("a,b.jpg"), Path("c.jpg")]) == ["nst:a,b.jpg", "nst:c.jpg"]
        assert styles_after([]) == []
    assert heard == [Notice("arbitrary is left out: needs its weights")]


def test_what_is_there_already_is_painted_anew_to_be_timed(tmp_path: Path) -> None:
    """A painting that an interrupted run has left would else be told as made in no time."""
    picture = np.random.default_rng(0).integers(0, 255, (90, 160, 3), np.uint8)
    (tmp_path / "f.png").write_bytes(frame_png(Photo(picture, None, 1)))
    manner = manner_of(Look(style="ink-line"), Recipe())
    shown = Picture(source=Path("f.png"), sha256="0" * 64, size_px=(160, 90))
    (batch,) = paint_jobs(tmp_path, [Painting(manner=manner, picture=shown)])
    job = TimeJob(root=tmp_path, batch=batch)
    first = time_painting.fn(job).load()
    with Image.open(tmp_path / first.painting) as painting:
        assert painting.size == (160, 90)
    assert first.seconds > 0.005 and time_painting.fn(job).load() == first, "what was timed is not timed again"
    (tmp_path / job.target).unlink()
    assert time_painting.fn(job).load().seconds > first.seconds / 20
