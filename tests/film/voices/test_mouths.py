"""Whose mouth moves and whose rests: a man who cries out, beside a still of himself."""

import subprocess
from fractions import Fraction
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from configs.units import WHOLE
from film.decoding.developing.picture import Picture
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.model import FrameStats, Keyframe, Line, LineKind, Shot, ShotList, Transition
from film.pictures.faces import make_finder
from film.pictures.keyframes import read_frames
from film.voices.mouths import Mouth, follow, watch
from tests.material import shared

_FROM_S, _FOR_S = Fraction("36.7"), Fraction("1.3")
"""`Get down!` in the battle."""


@pytest.fixture(autouse=True)
def yunet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights")))


def pictures() -> list[Picture]:
    with FrameReader(probe(shared("films/tears_of_steel_battle.webm")), long_side_px=640) as reader:
        whole = [reader.read(_FROM_S + Fraction(at, 10))[1] for at in range(10)]
    return [np.ascontiguousarray(one[:, :320]) for one in whole]  # another head is on the right


def seen(looks: list[Picture], many: int = 2) -> list[Mouth]:
    """What the mouths do, from left to right."""
    tracks = follow(looks, make_finder(), many)
    pairs = zip(tracks.found, tracks.does, strict=True)
    return [does for _, does in sorted(pairs, key=lambda pair: pair[0].middle.x0)]


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_mouth_that_moves_is_found_and_the_other_does_not(side: str) -> None:
    live = pictures()
    told = seen([np.hstack([one, live[0]] if side == "left" else [live[0], one]) for one in live])
    assert [one is Mouth.MOVES for one in told] == [side == "left", side == "right"]


def test_a_face_that_is_alone_is_watched_too() -> None:
    live = pictures()
    assert seen(live, 1) == [Mouth.MOVES]
    assert seen([live[2]] * 8, 1) != [Mouth.MOVES]


def test_in_chorus_it_is_not_clear_who_speaks() -> None:
    assert seen([np.hstack([one, one]) for one in pictures()]) == [Mouth.UNCLEAR] * 2


def test_a_head_that_moves_as_a_whole_does_not_speak() -> None:
    live = pictures()[0]
    assert Mouth.MOVES not in seen([np.hstack([np.roll(live, 3 * at, axis=1), live]) for at in range(8)])


def film_of_two(path: Path) -> Path:
    """Write the man beside a still of himself; he stands on the right."""
    source = str(shared("films/tears_of_steel_battle.webm"))
    graph = (
        "[0:v]scale=640:-2,crop=320:ih:0:0,split[a][b];[b]select='eq(n,0)',loop=loop=-1:size=1:start=0,setpts=N/24/TB[c];"
        "[c][a]hstack=shortest=1"
    )
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-ss", str(float(_FROM_S)), "-t", str(float(_FOR_S))]
    subprocess.run([*command, "-i", source, "-an", "-filter_complex", graph, "-r", "24", str(path)], check=True)
    return path


def test_every_face_is_watched_while_a_line_is_heard(tmp_path: Path) -> None:
    movie = probe(film_of_two(tmp_path / "two.mp4"))
    end_s = movie.duration_s
    shot = Shot(
        index=0, start_s=0, end_s=end_s, first_frame=0, transition=Transition.START, clean_start_s=0, clean_end_s=end_s
    )
    stats = FrameStats(time_s=(), luma=(), contrast=(), sharpness=(), change=())
    shots = ShotList(shots=(shot,), scenes=((0, 1),), picture=WHOLE, stats=stats)
    (frame,) = read_frames(movie, shots, [Fraction(1, 2)], tmp_path)
    assert len(frame.faces) == 2
    lines = [
        Line(index=4, start_s=0, end_s=end_s, text="Get down!"),
        Line(index=5, start_s=0, end_s=end_s, text="thunder", kind=LineKind.SOUND),
    ]
    left, right = sorted(watch(movie, shots, [frame], lines), key=lambda one: frame.faces[one.face].box.x0)
    assert {(one.line, one.at_s) for one in (left, right)} == {(4, frame.at_s)}
    assert left.mouth is not Mouth.MOVES and right.mouth is Mouth.MOVES
    assert left.person is not None and right.person is not None
    assert left.change < right.change
    faceless = Keyframe.model_validate(frame.model_dump() | {"faces": ()})
    assert watch(movie, shots, [faceless], lines) == ()
