"""Keyframes by time: our reader against PyAV's own seek-and-decode, interleaved in one run.

    python -m benchmarks.seek_speed [FILM] [--frames 24] [--rounds 3]

Without a film one of 24 s at 1080p is drawn first (H.264, a key frame every 4 s). The baseline is the shortest right
way with PyAV: seek to the key frame before, decode to the timestamp with `thread_type` AUTO, `to_ndarray("rgb24")`.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from film.model import Movie

_RATE = 24


def draw_film(path: Path, seconds: int = 24) -> None:
    """Draw moving noise over slow gradients: enough detail to make the decoder work."""
    noise = np.random.default_rng(1).integers(0, 60, (1080 + 256, 1920 + 256), np.uint8)
    ramp = np.linspace(0, 180, 1920, dtype=np.uint8)[None, :, None]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=_RATE)
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "26", "g": str(4 * _RATE), "sc_threshold": "0"}
        for number in range(seconds * _RATE):
            grain = noise[number % 256 : number % 256 + 1080, (number * 3) % 256 : (number * 3) % 256 + 1920]
            picture = np.roll(ramp, number * 7, axis=1) + grain[:, :, None]
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(np.repeat(picture, 3, axis=2)), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def plain(movie: Movie, times_s: list[Fraction]) -> None:
    with av.open(str(movie.path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        assert stream.time_base is not None
        for at_s in times_s:
            pts = int((at_s + movie.start_offset_s) / stream.time_base)
            container.seek(pts, stream=stream)
            for frame in container.decode(stream):
                if frame.pts is not None and frame.pts >= pts:
                    frame.to_ndarray(format="rgb24")
                    break


def ours(movie: Movie, times_s: list[Fraction]) -> None:
    with FrameReader(movie) as reader:
        for at_s in times_s:
            reader.read(at_s)


def timed(action: Callable[[Movie, list[Fraction]], None], movie: Movie, times_s: list[Fraction]) -> float:
    started = time.perf_counter()
    action(movie, times_s)
    return (time.perf_counter() - started) / len(times_s)


def frame_times(movie: Movie, count: int) -> list[Fraction]:
    with av.open(str(movie.path)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        pts = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None)
        chosen = [pts[round((step + 0.5) * len(pts) / count)] for step in range(count)]
        return [at * stream.time_base - movie.start_offset_s for at in chosen]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("film", type=Path, nargs="?")
    parser.add_argument("--frames", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = asked.film or Path(folder) / "drawn_1080p.mp4"
        if asked.film is None:
            draw_film(path)
        movie = probe(path)
        times_s = frame_times(movie, asked.frames)
        kinds = {"spread": times_s, "neighbours": [at + step * 4 / movie.rate for at in times_s for step in range(3)]}
        for kind, wanted in kinds.items():
            plain_s, ours_s = [], []
            for _ in range(asked.rounds):
                plain_s.append(timed(plain, movie, wanted))
                ours_s.append(timed(ours, movie, wanted))
            base, own = statistics.median(plain_s), statistics.median(ours_s)
            print(
                f"{path.name}, {len(wanted)} {kind} frames: FrameReader {own * 1000:.1f} ms, "
                f"PyAV seek-and-decode {base * 1000:.1f} ms a frame, ratio {own / base:.2f} (target at most 1.10)"
            )


if __name__ == "__main__":
    main()
