"""HDR that only the container tells of, and Dolby Vision's own colours, come out as the film they were made from."""

import re
from fractions import Fraction
from pathlib import Path

import av
import cv2
import ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

from film.decoding.developing.picture import Picture, matrix_note, to_rgb
from film.decoding.developing.tonemap import tone_map
from film.decoding.developing.transfer import DolbyVision, transfer_of
from film.decoding.ffmpeg import film_input
from film.decoding.frames import SmallFrames
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.model import Movie
from tests.film.programs import drawn_input, run
from tests.material import shared

_NUMBERS = {"smpte2084": 16, "arib-std-b67": 18}
_LIGHT = {"smpte2084": "npl=203", "arib-std-b67": "npl=203:agamma=0"}
_UNSAID = "setparams=color_trc=unknown:color_primaries=unknown:colorspace=unknown"
_QUIET = {"x265-params": "log-level=none"}


def both(movie: Movie) -> tuple[Picture, Picture, list[str]]:
    frames = SmallFrames(movie)
    small = next(iter(frames)).pictures[0][..., ::-1].copy()
    with FrameReader(movie) as reader:
        return small, reader.read(Fraction(0))[1], frames.warnings


def bars(path: Path, transfer: str, **options: str) -> Path:
    """Write SMPTE's colour bars in HDR; the pictures say nothing of it."""
    chain = (
        "setparams=color_trc=bt709:color_primaries=bt709:colorspace=bt709:range=tv,"
        f"zscale=p=2020:t={transfer}:m=2020_ncl:r=limited:{_LIGHT[transfer]},format=yuv420p10le,{_UNSAID}"
    )
    source = drawn_input("smptebars=s=320x180:r=25:d=0.2,format=yuv444p")
    run(source.output(str(path), vf=chain, **options))
    return path


def is_lit(picture: Picture) -> bool:
    """Tell whether the seven bars have their colours and their light: 75 % of white, and next to nothing."""
    height, width = picture.shape[:2]
    bar = picture[height // 3, [width * (2 * place + 1) // 14 for place in range(7)]].astype(int)
    lit = np.array([(1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1)], bool)
    return bool((bar[lit] > 150).all() and (bar[~lit] < 60).all())


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".mov", ".webm"])
def test_hdr_told_by_the_container_alone(tmp_path: Path, suffix: str, transfer: str) -> None:
    codec = "libvpx-vp9" if suffix == ".webm" else "libx265"
    plain = bars(tmp_path / f"plain{suffix}", transfer, vcodec=codec, **({} if codec != "libx265" else _QUIET))
    tags = {"color_trc": transfer, "color_primaries": "bt2020", "colorspace": "bt2020nc"}
    told = {"movflags": "write_colr"} if suffix in {".mp4", ".mov"} else {}
    run(film_input(plain).output(str(tmp_path / f"told{suffix}"), c="copy", **tags, **told))
    movie = probe(tmp_path / f"told{suffix}")
    assert movie.hdr == transfer
    small, exact, warnings = both(movie)
    assert is_lit(small)
    assert is_lit(exact)
    assert warnings == []
    assert probe(plain).hdr == ""


def test_grading_that_is_told_without_its_light(tmp_path: Path) -> None:
    graded = "log-level=none:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"
    path = bars(tmp_path / "graded.mp4", "smpte2084", vcodec="libx265", **{"x265-params": graded})
    small, exact, warnings = both(probe(path))
    assert is_lit(small)
    assert is_lit(exact)
    assert warnings == ["graded.mp4 says how it was graded but not how its light is stored: it is taken for HDR10"]


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_the_container_of_the_field(suffix: str) -> None:
    small, exact, warnings = both(probe(shared(f"field/film/15_hdr10_tags_only_in_container{suffix}")))
    _, wanted, _ = both(probe(shared("field/film/15b_hdr10_scope_2.42.mkv")))
    assert np.abs(exact.mean(axis=(0, 1)) - wanted.mean(axis=(0, 1))).max() < 2
    assert np.abs(small.mean(axis=(0, 1)) - wanted.mean(axis=(0, 1))).max() < 4
    assert warnings == []


def ipt_of(rgb: Picture) -> NDArray[np.uint16]:
    """Store an ordinary picture as Dolby Vision does, white at 203 nits: all by the published formulas, in doubles."""
    light = (rgb / 255.0) ** 2.4 * 203 / 10_000
    to_xyz = np.array(
        [[0.4123908, 0.3575843, 0.1804808], [0.2126390, 0.7151687, 0.0721923], [0.0193308, 0.1191948, 0.9505322]]
    )
    to_cones = np.array([[0.40024, 0.7076, -0.08081], [-0.2263, 1.16532, 0.0457], [0, 0, 0.91822]])
    mixing = np.array([[0.96, 0.02, 0.02], [0.02, 0.96, 0.02], [0.02, 0.02, 0.96]])
    cones = np.maximum(light @ (mixing @ to_cones @ to_xyz).T, 0)
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    stored = ((c1 + c2 * cones**m1) / (1 + c3 * cones**m1)) ** m2
    ipt = stored @ np.array([[0.4, 0.4, 0.2], [4.455, -4.851, 0.396], [0.8056, 0.3572, -1.1628]]).T + [0, 0.5, 0.5]
    return np.rint(np.clip(ipt, 0, 1) * 65535).astype(np.uint16)


COLOURS = np.array(
    [
        [(0, 0, 0), (20, 20, 20), (128, 128, 128), (190, 190, 190)],
        [(180, 30, 20), (40, 160, 60), (30, 50, 190), (200, 170, 40)],
    ],
    np.uint8,
)


def test_dolby_visions_own_colours_are_turned_back() -> None:
    assert np.abs(tone_map(ipt_of(COLOURS), "ipt-pq-c2").astype(int) - COLOURS).max() <= 3


def large(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(picture, (256, 128), interpolation=cv2.INTER_NEAREST), np.uint8)


def dolby(path: Path, profile: int, compatibility: int, ipt: NDArray[np.uint16], metadata: bytes = b"") -> Path:
    """Write a film in Dolby Vision's own colours, MP4, with the record of a profile and metadata for every frame."""
    stored = ipt >> 6
    first, bare = path.with_name("first.mp4"), path.with_name("bare.hevc")
    encoder = av.CodecContext.create("libx265", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = 256, 128, "yuv444p10le"
    encoder.time_base, encoder.options = Fraction(1, 25), {"x265-params": "log-level=none:qp=4:range=full"}
    packets = []
    for number in range(3):
        frame = av.VideoFrame(256, 128, "yuv444p10le")
        frame.pts = number
        for plane, values in zip(frame.planes, np.moveaxis(stored, -1, 0), strict=True):
            padded = np.zeros((128, plane.line_size // 2), np.uint16)
            padded[:, :256] = values
            plane.update(padded.tobytes())
        packets += encoder.encode(frame)
    bare.write_bytes(b"".join(bytes(packet) + metadata for packet in [*packets, *encoder.encode()]))
    run(film_input(bare, framerate=25).output(str(first), c="copy"))
    data = bytearray(first.read_bytes())
    record = bytes([1, 0, profile << 1, 6 << 3 | 0b101, compatibility << 4]) + bytes(19)
    box = (8 + len(record)).to_bytes(4) + b"dvcC" + record
    entry = next(data.index(name) for name in (b"hev1", b"hvc1") if name in data)
    at = entry - 4 + int.from_bytes(data[entry - 4 : entry])
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", bytes(data[entry : entry + 4])):
        place = (entry if name in (b"hev1", b"hvc1") else data.index(name, data.index(b"moov"))) - 4
        data[place : place + 4] = (int.from_bytes(data[place : place + 4]) + len(box)).to_bytes(4)
    data[at:at] = box
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_dolby_vision_without_a_base_is_drawn_in_its_colours(tmp_path: Path, suffix: str) -> None:
    path = dolby(tmp_path / "film.mp4", 5, 0, ipt_of(large(COLOURS)))
    if suffix == ".mkv":
        run(ffmpeg.input(str(path)).output(str(tmp_path / "film.mkv"), c="copy", strict="unofficial"))
        path = tmp_path / "film.mkv"
    movie = probe(path)
    assert movie.hdr == "ipt-pq-c2"
    small, exact, warnings = both(movie)
    assert warnings == [f"film{suffix} is Dolby Vision of profile 5 without its metadata: its colours are approximate"]
    for shown in (small, exact):
        middles = shown[32::64, 32::64].astype(int)
        assert np.abs(middles - COLOURS).max() <= 8


class Bits:
    """Writes numbers as Dolby's metadata do (ETSI GS CCM 001)."""

    def __init__(self) -> None:
        self.text = ""

    def plain(self, value: int, width: int) -> None:
        self.text += f"{value & ((1 << width) - 1):0{width}b}"

    def golomb(self, *values: int) -> None:
        for value in values:
            self.text += "0" * ((value + 1).bit_length() - 1) + f"{value + 1:b}"

    def factor(self, value: float) -> None:
        whole, part = divmod(round(value * (1 << 23)), 1 << 23)
        self.golomb(2 * whole - 1 if whole > 0 else -2 * whole)
        self.plain(part, 23)


def metadata() -> bytes:
    """Return a NAL unit for profile 5: brightness in two straight pieces, P by products of all, T by a square."""
    bits = Bits()
    for value, width in ((2, 6), (18, 11), (0, 4), (0, 4), (1, 1), (0, 1), (0, 2)):
        bits.plain(value, width)
    bits.golomb(23)
    bits.plain(1, 2)
    bits.plain(1, 1)
    bits.golomb(2, 2, 4)
    for value, width in ((0, 1), (0, 3), (0, 1), (1, 1), (1, 1), (0, 1)):
        bits.plain(value, width)
    bits.golomb(0, 0, 0)
    for steps in ((0, 512, 511), (0, 1023), (0, 1023)):
        bits.golomb(len(steps) - 2)
        for step in steps:
            bits.plain(step, 10)
    bits.golomb(0, 0)
    for factors in ((0.0, 0.8), (0.8 * 512 / 1023 - 1.2 * 512 / 1023, 1.2)):
        bits.golomb(0, 0)
        bits.plain(0, 1)
        for factor in factors:
            bits.factor(factor)
    bits.golomb(1)
    bits.plain(0, 2)
    for factor in (0.02, 0, 0.9, 0, 0, 0.1, 0, 0):
        bits.factor(factor)
    bits.golomb(0, 1)
    for factor in (0.0, 0.9, 0.1):
        bits.factor(factor)
    bits.golomb(0, 0, 1)
    for value in (8192, 799, 1681, 8192, -933, 1091, 8192, 267, -5545):
        bits.plain(value, 16)
    for value in (0, 1 << 27, 1 << 27):
        bits.plain(value, 32)
    for value in (17081, -349, -349, -349, 17081, -349, -349, -349, 17081):
        bits.plain(value, 16)
    for value, width in ((65535, 16), (0, 16), (0, 16), (0, 32), (12, 5), (2, 2), (0, 2), (1, 2), (7, 12), (3079, 12)):
        bits.plain(value, width)
    bits.plain(42, 10)
    bits.golomb(0)
    bits.text += "0" * (-len(bits.text) % 8) + "0" * 32
    data = bytes([25]) + int(bits.text, 2).to_bytes(len(bits.text) // 8) + b"\x80"
    return b"\0\0\0\1\x7c\1" + re.sub(rb"\0\0(?=[\0-\3])", b"\0\0\3", data)


def test_what_a_scenes_metadata_change_is_turned_back(tmp_path: Path) -> None:
    meant = ipt_of(large(COLOURS)) / 65535
    x = np.where(meant[..., 0] < 0.8 * 512 / 1023, meant[..., 0] / 0.8, (meant[..., 0] + 0.4 * 512 / 1023) / 1.2)
    z = (-0.9 + np.sqrt(0.81 + 0.4 * meant[..., 2])) / 0.2
    y = (meant[..., 1] - 0.02 - 0.1 * x * z) / 0.9
    stored = np.rint(np.stack([x, y, z], axis=-1) * 65535).astype(np.uint16)
    movie = probe(dolby(tmp_path / "film.mp4", 5, 0, stored, metadata()))
    assert (movie.hdr, movie.notes) == ("ipt-pq-c2", ())
    assert probe(tmp_path / "bare.hevc").hdr == "ipt-pq-c2", "where no container tells of it the metadata do"
    small, exact, warnings = both(movie)
    assert warnings == []
    for shown in (small, exact):
        assert np.abs(shown[32::64, 32::64].astype(int) - COLOURS).max() <= 10


@pytest.mark.parametrize(
    "name", ["14_dolby_vision_profile5.mp4", "15_hdr10_tags_only_in_container.mp4", "15b_hdr10_scope_2.42.mkv"]
)
def test_films_of_the_field_have_the_colours_of_the_one_they_were_made_of(name: str) -> None:
    found = []
    for film in (f"field/film/{name}", "films/tears_of_steel_battle.webm"):
        with FrameReader(probe(shared(film))) as reader:
            found.append([reader.read(Fraction(at))[1].mean(axis=(0, 1)) for at in (0, 3, 6, 8)])
    assert np.abs(np.array(found[0]) - found[1]).max() < 5


@pytest.mark.parametrize(
    ("compatibility", "transfer"), [(1, "smpte2084"), (6, "smpte2084"), (4, "arib-std-b67"), (2, "")]
)
def test_a_base_that_others_show_is_what_it_says(compatibility: int, transfer: str) -> None:
    frame = av.VideoFrame(16, 16, "yuv420p10le")
    assert transfer_of(frame, 2, DolbyVision(8, compatibility)) == (transfer, "")
    assert transfer_of(frame, 2, None) == ("", "")
    assert transfer_of(frame, 1, DolbyVision(8, 1)) == ("", ""), "the container's own word goes before"
    for name, number in _NUMBERS.items():
        assert transfer_of(frame, number, None) == (name, "")


@pytest.mark.parametrize(("matrix", "known"), [(8, True), (10, False), (12, False), (14, False), (1, True)])
def test_no_matrix_refuses_a_film(matrix: int, known: bool) -> None:
    red, green, blue = 200, 30, 90
    luma, orange = red / 4 + green / 2 + blue / 4, red / 2 - blue / 2 + 128
    stored = (luma, 256 - red / 4 + green / 2 - blue / 4 - 128, orange) if matrix == 8 else (128, 128, 128)
    planes = np.stack([np.full((16, 16), round(value), np.uint8) for value in stored])
    frame = av.VideoFrame.from_ndarray(planes, format="yuv444p")
    frame.colorspace, frame.color_range = matrix, 2
    note = matrix_note(frame)
    assert ("" if known else f"(matrix {matrix}): they are approximate") in note and bool(note) is not known
    picture = to_rgb(frame, (8, 8))
    wanted = (red, green, blue) if matrix == 8 else (128, 128, 128)
    assert np.abs(picture.astype(int) - wanted).max() <= 3
