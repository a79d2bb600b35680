"""No comb teeth in any picture, however its film is flagged, and no frame woven that has no fields."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from film.decoding.developing.combs import Shown, deinterlaced, is_combed
from film.decoding.developing.picture import Picture
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from tests.film.joined import joined
from tests.film.programs import drawn_input, run
from tests.material import shared

_FLAGGED = {"flags": "+ilme+ildct"}
MOVING = "color=0x305080:s=320x180:r={rate}:d={length},split[a][b];" + (
    "[b]crop=40:100,lutyuv=y=235:u=128:v=128[c];[a][c]overlay=x=10+{speed}*n:y=40"
)


def part(path: Path, *, fields: bool, flagged: bool = True, codec: str = "libx264", **options: str) -> Path:
    """Write a second in which a white block moves 12 pixels a frame; in fields, half of it from one to the next."""
    rate, speed = (50, 6) if fields else (25, 12)
    chain = MOVING.format(rate=rate, speed=speed, length=0.8)
    if fields:
        chain += f",tinterlace=interleave_top,setfield={'tff' if flagged else 'prog'}"
    given = dict(_FLAGGED) if fields and flagged else {}
    if codec == "mpeg2video":
        given["video_bitrate"] = "4M"
    run(drawn_input(f"{chain},format=yuv420p").output(str(path), vcodec=codec, **given, **options))
    return path


def teeth(picture: Picture) -> float:
    """Measure how much each line differs from both its neighbours, which agree."""
    grey = picture.mean(axis=2)
    up, own, down = grey[:-2], grey[1:-1], grey[2:]
    return float(np.maximum(np.minimum(np.abs(own - up), np.abs(own - down)) - np.abs(up - down), 0).mean())


def teeth_of(path: Path, times_s: list[Fraction], *, woven: bool = True) -> list[float]:
    movie = probe(path)
    with FrameReader(movie) as reader, pytest.MonkeyPatch.context() as patch:
        if not woven:
            patch.setattr("film.decoding.developing.picture.deinterlaced", lambda shown: shown.frame)
        return [teeth(reader.read(at_s)[1]) for at_s in times_s]


@pytest.mark.parametrize("codec", ["libx264", "mpeg2video"])
@pytest.mark.parametrize("first", [True, False])
def test_fields_before_or_after_whole_frames(tmp_path: Path, codec: str, first: bool) -> None:
    parts = [part(tmp_path / f"{fields}.ts", fields=fields, codec=codec) for fields in (first, not first)]
    raw = joined(tmp_path / "joined.ts", parts)
    path = tmp_path / "joined.mkv"
    with av.open(str(raw)) as source, av.open(str(path), "w") as target:  # with a clock that runs on
        stream = target.add_stream_from_template(source.streams.video[0])
        step = int(Fraction(1, 25) / source.streams.video[0].time_base)
        for number, packet in enumerate(each for each in source.demux(video=0) if each.size):
            packet.pts = packet.dts = number * step
            packet.stream = stream
            target.mux(packet)
    assert probe(path).interlaced
    times_s = [Fraction(number, 25) for number in range(2, 38)]
    combed, whole = teeth_of(path, times_s, woven=False), teeth_of(path, times_s)
    fields = combed[:16] if first else combed[-16:]
    assert min(fields) > 0.8, "without weaving there are teeth"
    assert max(whole) < 0.4


@pytest.mark.parametrize(
    ("codec", "options"),
    [
        ("libx264", {}),
        ("libx264", {"pix_fmt": "yuv420p10le"}),
        ("mpeg4", {"q:v": "3"}),
        ("libvpx-vp9", {"deadline": "realtime"}),
    ],
)
def test_fields_that_no_flag_tells_of(tmp_path: Path, codec: str, options: dict[str, str]) -> None:
    path = part(tmp_path / "wrong.mkv", fields=True, flagged=False, codec=codec, **options)
    assert not probe(path).interlaced
    times_s = [Fraction(number, 25) for number in (0, 1, 2, 7, 12, 18, 4, 0)]
    assert min(teeth_of(path, times_s, woven=False)) > 0.8
    assert max(teeth_of(path, times_s)) < 0.4


def test_telecine(tmp_path: Path) -> None:
    chain = MOVING.format(rate=24, speed=12, length=0.8) + ",telecine,setfield=prog,format=yuv420p"
    run(drawn_input(chain).output(str(tmp_path / "telecine.mp4"), vcodec="libx264"))
    times_s = [Fraction(number * 1001, 30000) for number in range(1, 20)]
    combed, whole = (teeth_of(tmp_path / "telecine.mp4", times_s, woven=woven) for woven in (False, True))
    assert sum(one > 0.8 for one in combed) >= 6, "two frames in five"
    assert max(whole) < 0.4


@pytest.mark.parametrize("name", ["tears_of_steel_battle.webm", "bbb_480p_30s.mp4", "sintel_trailer.mp4"])
def test_whole_frames_are_left_as_they_are(name: str) -> None:
    before = None
    with av.open(str(shared(f"films/{name}"))) as container:
        for number, frame in enumerate(container.decode(video=0)):
            shown = Shown(before, frame, None)
            assert not is_combed(shown)
            if number % 50 == 0:
                assert deinterlaced(shown) is frame
            before = frame
            if number == 200:
                break


def test_still_patterns_of_fine_lines_are_no_combs(tmp_path: Path) -> None:
    lines = np.zeros((128, 160, 3), np.uint8)
    lines[::2] = 200
    lines[:, 80:] = 128
    frames = [av.VideoFrame.from_ndarray(lines, format="rgb24").reformat(format="yuv420p") for _ in range(2)]
    assert not is_combed(Shown(frames[0], frames[1], None))
    assert not is_combed(Shown(None, frames[0], None))
    other = np.full_like(lines, 90)
    moved = av.VideoFrame.from_ndarray(other, format="rgb24").reformat(format="yuv420p")
    assert is_combed(Shown(moved, frames[0], None))


def test_neighbours_of_another_size_are_no_neighbours() -> None:
    def frame(width: int) -> av.VideoFrame:
        made = av.VideoFrame.from_ndarray(np.full((96, width, 3), 90, np.uint8), format="rgb24")
        made = made.reformat(format="yuv420p")
        made.pts, made.time_base = 0, Fraction(1, 25)
        return made

    shown = Shown(frame(160), frame(128), frame(160))
    assert (deinterlaced(shown).width, deinterlaced(shown).height) == (128, 96)


def test_a_logo_before_interlaced_pictures() -> None:
    path = shared("field/film/17_progressive_logo_then_interlaced.ts")
    times_s = [Fraction(number, 25) for number in (60, 80, 100, 120, 140)]
    assert min(teeth_of(path, times_s, woven=False)) > 4 * max(teeth_of(path, times_s))


def test_heavy_noise_is_no_comb() -> None:
    dice = np.random.default_rng(1)
    for spread in (8, 25, 50):
        grain = [np.clip(120 + dice.normal(0, spread, (144, 256)), 0, 255).astype(np.uint8) for _ in range(2)]
        frames = [av.VideoFrame.from_ndarray(each, format="gray").reformat(format="yuv420p") for each in grain]
        assert not is_combed(Shown(frames[0], frames[1], None))
