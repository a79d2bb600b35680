"""Films for tests that need no probe: the few facts that the reading of words wants, and films made on the spot."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from film.decoding.ffmpeg import film_input
from film.model import Movie, Stream, StreamKind
from tests.film.programs import run

_PICTURES = {"pgssub", "dvdsub", "dvbsub"}
_KINDS = {"video": StreamKind.VIDEO, "audio": StreamKind.AUDIO, "subtitle": StreamKind.TEXT}


def movie_of(path: Path, **changes: object) -> Movie:
    """Describe a film by what PyAV says, without probing."""
    with av.open(str(path)) as container:
        streams = tuple(_stream(one) for one in container.streams if one.type in _KINDS)
        duration = Fraction(container.duration or 0, 1_000_000)
        offset = Fraction(container.start_time or 0, 1_000_000)
    return _movie(path, duration_s=duration, start_offset_s=offset, streams=streams, **changes)


def _stream(one: Any) -> Stream:
    codec = one.codec_context.name if one.codec_context else ""
    return Stream(
        index=one.index,
        kind=StreamKind.PICTURE if codec in _PICTURES else _KINDS[one.type],
        codec=codec,
        language=one.metadata.get("language", ""),
        default=bool(int(one.disposition) & 1),
    )


def silent_movie(path: Path, duration_s: int = 60, **changes: object) -> Movie:
    """Describe a film that has no streams but a picture; the file need not exist."""
    streams = (Stream(index=0, kind=StreamKind.VIDEO, codec="h264"),)
    return _movie(path, **{"duration_s": Fraction(duration_s), "streams": streams} | changes)


def _movie(path: Path, **facts: object) -> Movie:
    always = {"path": path.absolute(), "sha256": "0" * 64, "rate": Fraction(24), "size_px": (64, 36)}
    return Movie.model_validate(always | facts)


def draw_film(path: Path, times_ms: list[int]) -> Path:
    """Write a small film whose frames are shown at these times, however uneven."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=24, options={"bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, time in enumerate(times_ms):
            frame = av.VideoFrame.from_ndarray(np.full((36, 64, 3), 5 * number % 256, np.uint8), format="rgb24")
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return path


def add_track(film: Path, subtitles: Path, target: Path, *, shift_s: float = 0.0, codec: str = "srt") -> Path:
    """Mux a subtitle file into a film; everything may start later than zero."""
    import ffmpeg

    words = ffmpeg.input(str(subtitles))["s"]
    picture = film_input(film)["v"]
    node = ffmpeg.output(picture, words, str(target), vcodec="copy", scodec=codec, output_ts_offset=shift_s)
    run(node.overwrite_output())
    return target
