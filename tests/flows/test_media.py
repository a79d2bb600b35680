"""Photos and films painted, start to end: each as a file of its own kind, whatever happens on the way."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from configs.errors import BatchError, FilmError, InputError
from configs.recipes.recipe import Recipe
from configs.units import file_sha256
from film.decoding.ffmpeg import run_to_end
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from flows.media import stylize_media
from tests.film.drawn import draw
from tests.flows.test_killed import STOPPED, finished
from tests.material import ROOT

pytestmark = pytest.mark.usefixtures("prefect_server")

INK = Recipe(style="ink-line")
SECONDS = 10


def picture(number: int) -> np.ndarray:  # type: ignore[type-arg]
    """Draw coloured blocks that move a little, and others from the hundredth frame on."""
    blocks = np.random.default_rng(number // 100).integers(30, 220, (8, 20, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    return np.ascontiguousarray(blocks[:, number % 100 // 4 : number % 100 // 4 + 96])


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds with sound, at a rate that varies: the second hundred of frames stands longer."""
    folder = tmp_path_factory.mktemp("film")
    times_ms = [number * 40 for number in range(100)] + [4000 + number * 60 for number in range(100)]
    draw(folder / "mute.mp4", picture, count=200, times_ms=times_ms)
    command = ["-i", str(folder / "mute.mp4"), "-f", "lavfi", "-t", str(SECONDS), "-i", "sine=440"]
    run_to_end([*command, "-c:v", "copy", "-c:a", "aac", str(folder / "film.mp4")], lambda: None)
    return folder / "film.mp4"


def painted(work: Path) -> dict[str, str]:
    """Return the digest of each stretch that lies in a work folder, by its name."""
    return {path.name: file_sha256(path) for path in work.rglob("stretch/*/*.mp4")}


def times(path: Path) -> list[float]:
    movie = probe(path)
    with FrameReader(movie) as reader:
        return [round(float(time_s), 5) for time_s, _ in reader.walk(movie.duration_s * 0, movie.duration_s + 1)]


def test_a_folder_of_photos_and_films_is_painted(film: Path, tmp_path: Path, heard: list[str]) -> None:
    """What cannot be read is told, and the others are painted all the same."""
    given, out = tmp_path / "in", tmp_path / "out"
    given.mkdir()
    Image.fromarray(picture(0)).save(given / "a.jpg", quality=95)
    clear = Image.fromarray(picture(150)).convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    clear.save(given / "b.png")
    (given / "c.jpg").write_bytes(b"no photo")
    (given / "d.mp4").symlink_to(film)
    (given / "e.mkv").write_bytes(b"no film")
    with pytest.raises(BatchError, match="2 of 5 are not painted, for the reasons above"):
        stylize_media((given,), out, INK.model_copy(update={"end": 1}), work=tmp_path / "work", every=5)
    assert sorted(path.name for path in out.iterdir()) == ["a.jpg", "b.png", "d.mp4"]
    assert any("c.jpg: is no picture that can be read" in line for line in heard)
    assert any("e.mkv: cannot be read as a film" in line for line in heard)
    painted = np.asarray(Image.open(out / "a.jpg"), int)
    assert painted.shape == (64, 96, 3) and np.abs(painted - picture(0)).mean() > 10
    made = Image.open(out / "b.png")
    assert np.array_equal(made.getchannel("A"), clear.getchannel("A"))
    assert not [path for path in (tmp_path / "work/photos/frames").iterdir() if path.is_file()], "they are large"
    assert len(times(out / "d.mp4")) == 25


def test_a_film_keeps_its_times_and_sound(film: Path, tmp_path: Path) -> None:
    """Also of a variable rate, frame by frame."""
    (made,) = stylize_media((film,), tmp_path / "made.mkv", INK, work=tmp_path / "work", steady=False, every=25)
    movie = probe(made)
    assert times(made) == pytest.approx(times(film), abs=0.0011)
    assert abs(movie.duration_s - probe(film).duration_s) < 0.002
    assert [stream.codec for stream in movie.streams] == ["h264", "aac"]
    before = made.read_bytes(), made.stat().st_ino
    assert stylize_media((film,), made, INK, work=tmp_path / "work", steady=False, every=25) == (made,)
    assert made.read_bytes() == before[0]


@pytest.mark.timeout(600)
def test_a_killed_run_goes_on_with_the_next_stretch(film: Path, tmp_path: Path, prefect_server: str) -> None:
    whole = stylize_media((film,), tmp_path / "whole.mp4", INK, work=tmp_path / "undisturbed", every=5)[0].read_bytes()
    out, work = tmp_path / "made.mp4", tmp_path / "work"
    given = ["stylize", str(film), "-o", str(out), "--work", str(work), "--style", "ink-line", "--every", "5"]
    command = [sys.executable, "-c", STOPPED, "stretch", "5", str(int(signal.SIGKILL)), *given]
    ended = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PREFECT_API_URL": prefect_server}, capture_output=True, text=True
    )
    assert ended.returncode == -signal.SIGKILL and not out.exists(), ended.stderr
    before = finished(work)
    assert len([path for path in before if path.suffix == ".mp4"]) >= 1
    made = stylize_media((film,), out, INK, work=work, every=5)[0].read_bytes()
    assert painted(work) == painted(tmp_path / "undisturbed") and len(painted(work)) == 3
    assert made == whole
    after = finished(work)
    assert {path: after.get(path) for path in before if path.suffix == ".json"} == {
        path: made for path, made in before.items() if path.suffix == ".json"
    }, "what was finished is not done again"
    assert [path for path in tmp_path.rglob("*") if path.name.startswith(".") or path.suffix == ".npz"] == []


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [("a.png", b"", InputError), ("a.mp4", b"\0\0\0\x18ftypmp42", FilmError), ("a.mp4", b"ID3\3", FilmError)],
)
def test_the_only_input_that_is_wrong_fails_with_its_own_line(
    name: str, content: bytes, error: type[InputError], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=rf"{name}: "):
        stylize_media((tmp_path / name,), tmp_path / f"out{Path(name).suffix}", INK, work=tmp_path / "work")
    assert not (tmp_path / f"out{Path(name).suffix}").exists()


def test_a_clip_of_one_frame(tmp_path: Path) -> None:
    film = draw(tmp_path / "a.mp4", picture, count=1)
    (made,) = stylize_media((film,), tmp_path / "b.webm", INK, work=tmp_path / "work")
    assert times(made) == [0.0]
