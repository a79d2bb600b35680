"""Films that are whole but not read: their kind and the cure are told, never that they are damaged or no film."""

from pathlib import Path

import ffmpeg
import pytest

from configs.errors import FilmError
from film.decoding.probe import probe
from film.decoding.source import foreign_container
from film.model import FILM_SUFFIXES
from tests.film.programs import drawn_input, run
from tests.material import shared


def draw(path: Path, **options: object) -> Path:
    """Write a second of a test picture in whatever container the options name."""
    run(drawn_input("testsrc2=s=176x144:r=25:d=1").output(str(path), **options))
    return path


def told(path: Path) -> str:
    """Return the one line with which a film is refused."""
    with pytest.raises(FilmError) as refused:
        probe(path)
    line = str(refused.value)
    assert "\n" not in line
    assert line.count(path.name) == 1
    return line


@pytest.mark.parametrize(
    ("name", "options", "kind"),
    [
        ("a.rm", {"vcodec": "rv10"}, "RealMedia"),
        ("a.wtv", {"vcodec": "mpeg2video"}, "WTV"),
        ("a.mjpeg", {}, "Motion JPEG"),
        ("a.mjpg", {"format": "mpjpeg"}, "Motion JPEG"),
        ("a.drc", {"vcodec": "vc2", "strict": -1, "pix_fmt": "yuv420p"}, "Dirac"),
        ("renamed.mp4", {"vcodec": "rv10", "format": "rm"}, "RealMedia"),
    ],
)
def test_a_container_that_is_not_read_is_named_with_its_cure(
    tmp_path: Path, name: str, options: dict[str, object], kind: str
) -> None:
    film = draw(tmp_path / name, **options)
    line = told(film)
    assert kind in line
    assert "convert it with ffmpeg" in line
    converted = tmp_path / "converted.mkv"
    run(ffmpeg.input(str(film)).output(str(converted)))
    assert probe(converted).size_px == (176, 144)


@pytest.mark.parametrize("name", ["24a_realmedia.rmvb", "24b_windows_media_center.wtv", "24c_ipcam.mjpeg"])
def test_films_from_the_field_are_named(name: str) -> None:
    assert "convert it with ffmpeg" in told(shared(f"field/film/{name}"))


@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_one_picture_is_no_film_of_a_named_kind(tmp_path: Path, ending: str) -> None:
    picture = draw(tmp_path / f"photo.{ending}", vframes=1)
    assert foreign_container(picture) == ""
    assert "is of a format that is not read" in told(picture)


@pytest.mark.parametrize(
    ("ending", "options"),
    [
        ("3g2", {"vcodec": "mpeg4"}),
        ("f4v", {}),
        ("ogm", {"vcodec": "libtheora", "format": "ogg"}),
        ("m1v", {}),
        ("m2v", {}),
        ("h264", {}),
        ("asf", {}),
        ("dvr-ms", {"format": "asf"}),
        ("divx", {"format": "avi"}),
        ("vro", {"format": "vob"}),
        ("mod", {"format": "vob"}),
        ("tod", {"format": "mpegts"}),
        ("nut", {}),
        ("y4m", {}),
        ("apng", {}),
    ],
)
def test_endings_that_are_found_open(tmp_path: Path, ending: str, options: dict[str, object]) -> None:
    assert f".{ending}" in FILM_SUFFIXES
    assert probe(draw(tmp_path / f"a.{ending}", **options)).size_px == (176, 144)
