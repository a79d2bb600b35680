"""A painted film put beside the sound, the words, the chapters and the title of the film that it was painted from.

What the new container can hold is copied as it lies; other sound is encoded again, other words are written in its own
form, and what it has no form for at all is left out and told.
"""

import errno
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from configs.errors import FilmError
from film.decoding.ffmpeg import FfmpegError, run_to_end
from film.decoding.source import UNEDITED, WHITELISTS
from film.encoding.encoder import CONTAINERS
from film.model import Movie, Stream, StreamKind

_DISK_FULL = "no space left"


class _Holds(NamedTuple):
    """What a container takes."""

    sound: frozenset[str]
    """Codecs of sound."""
    else_sound: str
    """ffmpeg's encoder for other sound."""
    words: frozenset[str]
    """Codecs of subtitles."""
    else_words: str
    """ffmpeg's encoder for other subtitles made of text."""


_PCM = frozenset(
    f"pcm_{kind}" for kind in ("u8", "s16le", "s16be", "s24le", "s24be", "s32le", "s32be", "f32le", "f32be")
)
_COMMON = frozenset(["aac", "mp3", "ac3", "eac3", "alac"])
_HOLDS = {
    "mp4": _Holds(_COMMON | {"opus", "flac", "mp2", "dts"}, "aac", frozenset(["mov_text"]), "mov_text"),
    "mov": _Holds(_COMMON | _PCM, "aac", frozenset(["mov_text"]), "mov_text"),
    "matroska": _Holds(
        _COMMON | {"mp2", "mp1", "dts", "truehd", "mlp", "flac", "vorbis", "opus", "wavpack", "tta", "wmav1", "wmav2"}
        | _PCM - {"pcm_s32be", "pcm_f32be"},
        "aac",
        frozenset(["subrip", "ass", "ssa", "webvtt", "hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle"]),
        "srt",
    ),
    "webm": _Holds(frozenset(["opus", "vorbis"]), "libopus", frozenset(["webvtt"]), "webvtt"),
}  # fmt: skip


def accompany(
    painted: Path,
    movie: Movie,
    span: tuple[Fraction, Fraction | None],
    first_s: Fraction,
    draft: Path,
    *,
    suffix: str,
    tell: Callable[[str], None],
    alive: Callable[[], None],
) -> None:
    """Write the finished film.

    Args:
        painted: Its pictures alone, an MP4 whose times count from the first one.
        movie: The film they were painted from.
        span: The range of that film; where its end is None, all of what is there.
        first_s: When the first picture is shown, counted from the start of the range.
        draft: The file to write.
        suffix: Its final ending, one of `CONTAINERS`.
        tell: Called with one line for each track that is not copied.
        alive: Called now and then; what it raises ends the work.

    Raises:
        OSError: The disk is full.
        FilmError: The film's sound or words cannot be read.
    """
    form = CONTAINERS[suffix.lower()]
    start_s, end_s = span
    words = ["-y", "-itsoffset", _decimal(first_s), "-i", str(painted)]
    words += [word for name, value in WHITELISTS.items() for word in (f"-{name}", value)]
    if movie.unedited:
        words += [word for name, value in UNEDITED.items() for word in (f"-{name}", value)]
    if start_s:  # what lies before it is not wanted, though a seek lands there
        words += ["-ss", _decimal(start_s)]
    if end_s is not None:
        words += ["-t", _decimal(end_s - start_s)]
    words += ["-i", str(movie.path), "-map", "0:v:0", "-c:v", "copy"]
    words += [*_tracks(movie, form, tell), *(["-copypriorss", "0"] if start_s else [])]
    words += ["-map_metadata", "1", "-map_chapters", "1", "-max_interleave_delta", "0"]
    if end_s is not None:  # of the input it does not bind words that are written in another form
        words += ["-t", _decimal(end_s - start_s)]
    words += ["-fflags", "+bitexact", "-flags:a", "+bitexact", "-strict", "-2", "-f", form]
    if form in ("mp4", "mov"):
        words += ["-movflags", "+faststart"]
    try:
        run_to_end([*words, str(draft)], alive)
    except FfmpegError as error:
        if _DISK_FULL in error.problem.lower():
            raise OSError(errno.ENOSPC, error.problem, str(draft)) from error
        problem = f"its sound or its words cannot be put beside the painted pictures ({error.problem})"
        raise FilmError(problem, cure="try an output in .mkv, which takes most of them", path=movie.path) from error


def _tracks(movie: Movie, form: str, tell: Callable[[str], None]) -> list[str]:
    """Return what is done with each track of sound and words."""
    holds, words = _HOLDS[form], []
    count = {"a": 0, "s": 0}
    for stream in movie.streams[1:]:
        kind, how = _how(stream, holds)
        if not how:
            if stream.kind is not StreamKind.DATA:
                tell(f"{movie.path.name}: {_named(stream)} is left out, the container has no form for it; .mkv has")
            continue
        if how != "copy":
            tell(f"{movie.path.name}: {_named(stream)} becomes {how.removeprefix('lib')}, since the container takes it")
        words += ["-map", f"1:{stream.index}", f"-c:{kind}:{count[kind]}", how]
        count[kind] += 1
    return [*words, "-map", "1:t?"] if form == "matroska" else words


def _how(stream: Stream, holds: _Holds) -> tuple[str, str]:
    """Return the kind of a track in ffmpeg's letter, and how it is written: copied, by an encoder, or not at all."""
    if stream.kind is StreamKind.AUDIO:
        return "a", "copy" if stream.codec in holds.sound else holds.else_sound
    if stream.kind is StreamKind.TEXT:
        return "s", "copy" if stream.codec in holds.words else holds.else_words
    return "s", "copy" if stream.kind is StreamKind.PICTURE and stream.codec in holds.words else ""


def _named(stream: Stream) -> str:
    return f"track {stream.index} ({stream.codec})"


def _decimal(time_s: Fraction) -> str:
    return f"{float(time_s):.6f}"
