"""What is found out about films, on every awkward file at hand."""

import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from configs.errors import FilmError
from configs.units import file_sha256
from film.decoding.ffmpeg import executable, film_input
from film.decoding.probe import probe
from film.model import Movie, StreamKind
from tests.film.programs import drawn_input, run
from tests.material import shared

ERRORS = {
    "nasty/zero_byte.mp4": "empty",
    "nasty/random_bytes.mp4": "cannot be read as a film",
    "nasty/truncated_no_moov.mp4": "its index .moov. is missing",
    "nasty/truncated_header_only.mp4": "cannot be read as a film",
    "nasty/audio_only.mp4": "no video stream",
    "nasty/audio_only.mp3": "no video stream",
    "nasty/found/-video-with-dash-.mp4": "too small",
    "nasty/found/invalid-bitstream.webm": "none of its pictures can be decoded",
}

SIZES = {
    "nasty/anamorphic_sar.mp4": (853, 480),
    "nasty/rotated_meta_90.mp4": (204, 480),
    "nasty/rotated_meta_180.mp4": (480, 204),
    "nasty/rotated_meta_270.mp4": (204, 480),
    "nasty/found/decord_video_0.mov": (568, 320),
    "nasty/found/decord_video_90.mov": (320, 568),
    "nasty/found/decord_video_180.mov": (568, 320),
    "nasty/portrait_360x640.mp4": (360, 640),
    "nasty/odd_641x359_yuv444.mp4": (641, 359),
    "nasty/uhd_3840_5fps.mp4": (3840, 2174),
    "nasty/tiny_32x14.mp4": (33, 14),
}


@pytest.mark.parametrize(("name", "words"), ERRORS.items())
def test_what_cannot_become_a_comic_is_said_in_one_line(name: str, words: str) -> None:
    with pytest.raises(FilmError, match=words) as refused:
        probe(shared(name))
    line = str(refused.value)
    assert "\n" not in line
    assert Path(name).name in line
    assert ";" in line, "a cure follows"


@pytest.mark.parametrize(("name", "size_px"), SIZES.items())
def test_sizes_are_as_players_show_them(name: str, size_px: tuple[int, int]) -> None:
    assert probe(shared(name)).size_px == size_px


def test_an_ordinary_film() -> None:
    path = shared("films/sintel_trailer.subs_srt_eng_vie_ara.mkv")
    movie = probe(path)
    assert movie.rate == 24
    assert movie.sha256 == file_sha256(path)
    assert movie.path.is_absolute()
    assert abs(movie.duration_s - Fraction("52.166")) < Fraction(1, 100)
    assert (movie.rotation, movie.hdr, movie.interlaced, movie.start_offset_s) == (0, "", False, 0)
    assert [stream.kind for stream in movie.streams] == [StreamKind.VIDEO, StreamKind.AUDIO, *[StreamKind.TEXT] * 3]
    assert [stream.language for stream in movie.streams[2:]] == ["eng", "vie", "ara"]
    assert [stream.default for stream in movie.streams[2:]] == [False, True, False]
    assert Movie.model_validate_json(movie.model_dump_json()).streams == movie.streams


@pytest.mark.parametrize("name", ["sample_with_pgs_subtitles.mkv", "sample_with_vobsub.mkv"])
def test_picture_subtitles_are_told_from_text(name: str) -> None:
    assert StreamKind.PICTURE in {stream.kind for stream in probe(shared(f"nasty/found/{name}")).streams}


def test_the_start_offset_is_exact() -> None:
    assert probe(shared("nasty/start_offset_3.5s.mkv")).start_offset_s == Fraction(7, 2)
    assert probe(shared("nasty/vfr.mp4")).start_offset_s == Fraction(512, 12800)


def test_the_end_is_looked_up_and_not_believed() -> None:
    assert probe(shared("nasty/start_offset_3.5s.mkv")).duration_s < Fraction("6.01")  # the header says 9.5
    assert probe(shared("nasty/vfr.mp4")).duration_s == Fraction("5.96")  # the stream says 5.6


def test_interlacing_is_seen() -> None:
    assert probe(shared("nasty/interlaced_mpeg2_tff.mpg")).interlaced
    assert not probe(shared("nasty/vp9_opus.webm")).interlaced


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plain") / "plain.mp4"
    run(drawn_input("testsrc2=s=320x180:r=25:d=1").output(str(path), vcodec="libx264", pix_fmt="yuv420p"))
    return path


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_hdr_is_seen(tmp_path: Path, plain: Path, transfer: str) -> None:
    path = tmp_path / "hdr.mp4"
    marks = f"setparams=color_trc={transfer}:color_primaries=bt2020:colorspace=bt2020nc"
    run(film_input(plain).output(str(path), vcodec="libx264", pix_fmt="yuv420p10le", vf=marks))
    assert probe(path).hdr == transfer


@pytest.mark.parametrize(
    ("name", "opacity", "told"),
    [("clear.mov", 0.5, True), ("opaque.mov", 1.0, False), ("clear.webm", 0.5, True)],
)
def test_transparency_that_is_lost_is_told(name: str, opacity: float, told: bool, tmp_path: Path) -> None:
    path = tmp_path / name
    picture = f"testsrc2=s=64x64:r=8:d=0.5,format=yuva420p,colorchannelmixer=aa={opacity}"
    codec = (
        ("qtrle",) if name.endswith(".mov") else ("libvpx-vp9", "-pix_fmt", "yuv420p", "-metadata:s:v", "alpha_mode=1")
    )
    _ffmpeg("-f", "lavfi", "-i", picture, "-c:v", *codec, path)
    assert any("transparent" in note for note in probe(path).notes) == told


def _ffmpeg(*words: object) -> None:
    line = [executable(), "-nostdin", "-loglevel", "error", *map(str, words)]
    subprocess.run(line, check=True, timeout=60)


def test_title_and_chapters(tmp_path: Path, plain: Path) -> None:
    notes, path = tmp_path / "notes.txt", tmp_path / "chapters.mkv"
    notes.write_text(
        ";FFMETADATA1\ntitle=A  Film\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=400\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=400\nEND=1000\ntitle=Two\n"
    )
    _ffmpeg("-i", plain, "-f", "ffmetadata", "-i", notes, "-map_metadata", 1, "-map_chapters", 1, "-c", "copy", path)
    movie = probe(path)
    assert movie.title == "A Film"
    assert [(chapter.start_s, chapter.title) for chapter in movie.chapters] == [(0, "One"), (Fraction(2, 5), "Two")]


def test_a_cover_is_not_the_picture(tmp_path: Path, plain: Path) -> None:
    cover, song, both = tmp_path / "cover.png", tmp_path / "song.mp3", tmp_path / "both.mp4"
    _ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-frames:v", 1, cover)
    maps = ("-map", "0", "-map", "1")
    _ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-i", cover, *maps, "-c:v", "copy", "-disposition:v", "attached_pic", song)
    with pytest.raises(FilmError, match="no video stream"):
        probe(song)
    _ffmpeg("-i", cover, "-i", plain, *maps, "-c", "copy", "-disposition:v:0", "attached_pic", both)
    movie = probe(both)
    assert movie.size_px == (320, 180)
    assert [stream.codec for stream in movie.streams] == ["h264"]
