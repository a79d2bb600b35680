"""What stood beside a film's pictures stands beside the painted ones."""

from fractions import Fraction
from pathlib import Path

import av
import pysubs2
import pytest

from configs.errors import FilmError
from film.decoding.ffmpeg import executable, run_to_end
from film.decoding.probe import probe
from film.encoding.accompanying import accompany
from film.encoding.encoder import Encoder, codec_for
from film.model import Movie, StreamKind
from tests.film.drawn import draw, numbered

CUES = [(0.4, 0.9, "one"), (1.4, 1.9, "two"), (2.4, 2.8, "three")]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds with two tracks of sound, words in Vietnamese, chapters and a title."""
    folder = tmp_path_factory.mktemp("film")
    draw(folder / "mute.mp4", lambda number: numbered(number), count=75)
    words = pysubs2.SSAFile()
    words.events = [pysubs2.SSAEvent(round(a * 1000), round(b * 1000), text) for a, b, text in CUES]
    words.save(str(folder / "words.srt"))
    marks = "".join(f"[CHAPTER]\nTIMEBASE=1/1\nSTART={a}\nEND={a + 1}\ntitle=Part {a + 1}\n" for a in range(3))
    (folder / "marks.txt").write_text(f";FFMETADATA1\ntitle=A Title\n{marks}")
    sound = ["-f", "lavfi", "-t", "3", "-i"]
    command = ["-i", str(folder / "mute.mp4"), *sound, "sine=440", *sound, "sine=880"]
    command += ["-i", str(folder / "words.srt"), "-f", "ffmetadata", "-i", str(folder / "marks.txt")]
    command += ["-map", "0", "-map", "1", "-map", "2", "-map", "3", "-map_metadata", "4", "-c:v", "copy"]
    command += [
        "-c:a:0",
        "aac",
        "-c:a:1",
        "libopus",
        "-c:s",
        "srt",
        "-metadata:s:s:0",
        "language=vie",
        str(folder / "film.mkv"),
    ]
    run_to_end(command, lambda: None)
    return folder / "film.mkv"


def painted(folder: Path, seconds: int, suffix: str) -> Path:
    target = folder / "painted.mp4"
    with Encoder(target, (96, 64), Fraction(25), Fraction(1, 25_000), codec_for(suffix)) as made:
        for number in range(25 * seconds):
            made.add(numbered(number), number * 1000)
    return target


def whole(film: Path, folder: Path, suffix: str, **given: object) -> tuple[Movie, list[str]]:
    """Put the film's tracks beside painted pictures; return what was made, and what was told."""
    span, told = given.get("span", (Fraction(0), None)), []
    seconds = 3 if span[1] is None else int(span[1] - span[0])  # type: ignore[index]
    made = folder / f"made{suffix}"
    accompany(
        painted(folder, seconds, suffix),
        probe(film),
        span,  # type: ignore[arg-type]
        Fraction(0),
        made,
        suffix=suffix,
        tell=told.append,
        alive=lambda: None,
    )
    return probe(made), told


KEPT = {".mkv": ["aac", "opus", "subrip"], ".mp4": ["aac", "opus", "mov_text"], ".mov": ["aac", "aac", "mov_text"]}
KEPT[".webm"] = ["opus", "opus", "webvtt"]


@pytest.mark.parametrize("suffix", sorted(KEPT))
def test_sound_words_chapters_and_title_stay(film: Path, suffix: str, tmp_path: Path) -> None:
    movie, told = whole(film, tmp_path, suffix)
    before = probe(film)
    assert codecs(movie) == KEPT[suffix]
    assert movie.streams[3].language.startswith("vi") and movie.title == "A Title"
    assert [(round(mark.start_s, 2), mark.title) for mark in movie.chapters] == [
        (0, "Part 1"), (1, "Part 2"), (2, "Part 3")
    ]  # fmt: skip
    assert abs(movie.duration_s - before.duration_s) <= Fraction(1, 1000)
    changed = [now for now, was in zip(KEPT[suffix], ["aac", "opus", "subrip"], strict=True) if now != was]
    assert len(told) == len(changed)
    for at, now, was in zip((1, 2), KEPT[suffix], ("aac", "opus"), strict=False):
        if now == was:
            assert sound(tmp_path / f"made{suffix}", at) == sound(film, at), "copied as it lies"


def codecs(movie: Movie) -> list[str]:
    """Return the codecs of sound and words; an MP4's chapters are a track of data."""
    return [stream.codec for stream in movie.streams[1:] if stream.kind is not StreamKind.DATA]


def sound(path: Path, index: int) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(container.streams[index]) if packet.size]


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".webm"])
def test_of_a_range_its_own_sound_and_words_are_taken(film: Path, suffix: str, tmp_path: Path) -> None:
    movie, _ = whole(film, tmp_path, suffix, span=(Fraction("1.1"), Fraction("3.1")))
    made = tmp_path / f"made{suffix}"
    run_to_end(["-i", str(made), "-map", "0:s", str(tmp_path / "words.srt")], lambda: None)
    cues = [(event.start / 1000, event.text) for event in pysubs2.load(str(tmp_path / "words.srt"))]
    assert cues == [(pytest.approx(0.3, abs=0.03), "two"), (pytest.approx(1.3, abs=0.03), "three")]
    assert [mark.title for mark in movie.chapters] == ["Part 2", "Part 3"]
    with av.open(str(made)) as container:
        assert abs(container.duration / av.time_base - 2) < 0.06


def test_picture_subtitles_that_have_no_form_are_told(film: Path, tmp_path: Path) -> None:
    movie = probe(film)
    words = movie.streams[3].model_copy(update={"kind": StreamKind.PICTURE, "codec": "hdmv_pgs_subtitle"})
    told: list[str] = []
    accompany(
        painted(tmp_path, 3, ".mp4"),
        movie.model_copy(update={"streams": (*movie.streams[:3], words)}),
        (Fraction(0), None),
        Fraction(0),
        tmp_path / "made.mp4",
        suffix=".mp4",
        tell=told.append,
        alive=lambda: None,
    )
    assert told == ["film.mkv: track 3 (hdmv_pgs_subtitle) is left out, the container has no form for it; .mkv has"]
    assert codecs(probe(tmp_path / "made.mp4")) == ["aac", "opus"]


def test_what_goes_wrong_is_told_in_a_line(film: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"broken")
    given = {"suffix": ".mp4", "tell": print, "alive": lambda: None}
    with pytest.raises(FilmError, match=r"film\.mkv: its sound or its words cannot be put beside.*; try an output in"):
        accompany(tmp_path / "broken.mp4", probe(film), (Fraction(0), None), Fraction(0), tmp_path / "a.mp4", **given)
    if Path("/dev/full").exists():
        with pytest.raises(OSError, match="No space left"):
            source = painted(tmp_path, 3, ".mkv")
            given["suffix"] = ".mkv"
            accompany(source, probe(film), (Fraction(0), None), Fraction(0), Path("/dev/full"), **given)


def test_the_program_is_ended_when_the_run_is(film: Path, tmp_path: Path) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    assert executable()
    with pytest.raises(KeyboardInterrupt):
        endless = ["-re", "-f", "lavfi", "-i", "testsrc2", str(tmp_path / "endless.mkv")]
        run_to_end(endless, stop)
