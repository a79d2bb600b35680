"""Films of every kind painted by a style that changes nothing: what comes out is what went in, or one line."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from configs.errors import FilmError, OutputError
from configs.recipes.recipe import Recipe
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.model import Movie
from stylize.styles.stylizer import Batch, Stylizer
from tasks.console.progress import Notice, listening
from tasks.making import painting
from tasks.media import clips
from tasks.media.clips import finish_clip, stretch_jobs, tell_damage, tell_doubts
from tasks.media.stretches import paint_stretch
from tasks.store.film_run import FilmRun
from tasks.store.order import Order
from tests.film.drawn import draw, numbered
from tests.material import shared


class Unchanging(Stylizer):
    name = "unchanging"
    batch_limit = 4

    def paint(self, batch: Batch) -> Batch:
        return batch.copy()


@pytest.fixture(autouse=True)
def _style(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting, "_stylizer", lambda *_: Unchanging())


def painted(film: Path, out: Path, **recipe: object) -> Path:
    """Paint a film as the flow does, but for the server."""
    order = Order(film=film, out=out, recipe=Recipe(style="ink-line", **recipe), work=out.parent / "work")
    run = FilmRun(order=order, movie=probe(film))
    jobs = stretch_jobs(run, (), steady=False, every=1)
    finish_clip(run, [paint_stretch.fn(job) for job in jobs])
    return out


def seen(movie: Movie, end_s: float = 99) -> list[tuple[float, np.ndarray]]:  # type: ignore[type-arg]
    with FrameReader(movie) as reader:
        return [(float(time_s), frame) for time_s, frame in reader.walk(Fraction(0), Fraction(str(end_s)))]


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("vfr.mp4", ".mp4"),
        ("vfr.mp4", ".mkv"),
        ("hevc_10bit.mp4", ".mp4"),
        ("rotated_meta_90.mp4", ".mov"),
        ("rotated_meta_180.mp4", ".webm"),
        ("interlaced_mpeg2_tff.mpg", ".mp4"),
        ("start_offset_3.5s.mkv", ".mp4"),
        ("anamorphic_sar.mp4", ".mp4"),
        ("odd_641x359_yuv444.mp4", ".mp4"),
        ("animated.gif", ".mp4"),
        ("one_frame.mp4", ".mp4"),
        ("one_fps.mp4", ".mp4"),
        ("truncated_faststart_half.mp4", ".mp4"),
        ("tiny_32x14.mp4", ".webm"),
    ],
)
def test_a_film_of_any_kind_comes_out_as_it_went_in(name: str, suffix: str, tmp_path: Path) -> None:
    """Upright, in its own colours, each frame at its own time, with its own sound."""
    end_s = 2.5 if "vfr" in name or "fps" in name else 0.4
    before = probe(shared(f"nasty/{name}"))
    after = probe(painted(before.path, tmp_path / f"out{suffix}", end=end_s))
    assert (after.rotation, after.pixel_aspect, after.interlaced, after.hdr) == (0, 1, False, "")
    assert after.size_px == tuple(side + side % 2 for side in before.size_px)
    width, height = before.size_px
    was, now = seen(before, end_s), seen(after)
    assert len(was) == len(now)
    # Matroska's times are whole milliseconds
    assert max(abs(a - b) for (a, _), (b, _) in zip(was, now, strict=True)) <= 0.0011
    gaps = [
        np.abs(a.astype(int) - b[:height, :width]).mean() for (_, a), (_, b) in zip(was[::5], now[::5], strict=True)
    ]
    assert max(gaps) < 6, "but for what is lost by coding"
    assert len(after.streams) == len(before.streams)


@pytest.mark.parametrize(
    "name", ["audio_only.mp4", "audio_only.mp3", "random_bytes.mp4", "truncated_header_only.mp4", "zero_byte.mp4"]
)
def test_what_is_no_film_is_told_in_a_line(name: str, tmp_path: Path) -> None:
    film = shared(f"nasty/{name}")
    with pytest.raises(FilmError) as error:
        painted(film, tmp_path / "out.mp4")
    assert name in str(error.value) and ";" in str(error.value) and not list(tmp_path.iterdir())


def test_what_is_doubtful_is_told_where_nobody_looks_for_shots(tmp_path: Path) -> None:
    film = draw(tmp_path / "a.mkv", numbered, count=2)
    movie = probe(film).model_copy(update={"notes": ("is transparent in parts",)})
    order = Order(film=film, out=tmp_path / "b.mkv", recipe=Recipe(style="ink-line"), work=tmp_path / "work")
    said: list[Notice] = []
    with listening(said.append):
        tell_doubts(FilmRun(order=order, movie=movie), steady=False)
    assert [notice.text for notice in said] == ["a.mkv is transparent in parts"]


@pytest.mark.parametrize(
    ("recipe", "steady", "told"),
    [({}, False, True), ({}, True, False), ({"end": 1}, False, False), ({"start": 1}, True, True)],
)
def test_damage_that_is_met_while_painting_is_told(
    recipe: dict[str, int], steady: bool, told: bool, tmp_path: Path
) -> None:
    """Where nobody looks for shots, or in the range alone; of a whole film the search for shots has told of it."""
    noise = np.random.default_rng(3).integers(0, 256, (8, 64, 96, 3), np.uint8)
    film = draw(tmp_path / "a.mp4", lambda number: noise[number % 8], count=100, options={"g": "25", "bf": "0"})
    data = bytearray(film.read_bytes())
    for at in range(len(data) * 6 // 10, len(data) * 7 // 10, 97):
        data[at] ^= 0x5A
    film.write_bytes(data)
    order = Order(film=film, out=tmp_path / "b.mp4", recipe=Recipe(style="ink-line", **recipe), work=tmp_path / "work")
    run = FilmRun(order=order, movie=probe(film))
    made = [paint_stretch.fn(job) for job in stretch_jobs(run, (), steady=False, every=1)]
    said: list[Notice] = []
    with listening(said.append):
        tell_damage(run, made, steady=steady)
    assert bool(said) is told
    assert all("a.mp4 is damaged: " in one.text and "broken or missing" in one.text for one in said)


def test_a_range_is_its_own_film(tmp_path: Path) -> None:
    film = draw(tmp_path / "a.mp4", numbered, count=100)
    movie = probe(painted(film, tmp_path / "b.mp4", start="0:00:01.01", end="0:00:02"))
    assert [round(time_s, 3) for time_s, _ in seen(movie)] == [0, *(round(0.03 + 0.04 * at, 3) for at in range(24))]
    assert movie.duration_s == Fraction(99, 100)


def test_a_disk_that_fills_up_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = draw(tmp_path / "a.mp4", numbered, count=10)
    out = tmp_path / "b.mp4"
    out.write_bytes(b"of an earlier run")

    def full(*args: object, **_: object) -> None:
        draft = args[4]
        assert isinstance(draft, Path)
        draft.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(clips, "accompany", full)
    with pytest.raises(OutputError, match=r"b\.mp4: the disk is full; free some space"):
        painted(film, out)
    assert out.read_bytes() == b"of an earlier run"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "b.mp4", "work"]
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")]
