"""How fast shots are found, beside PySceneDetect as it comes and beside decoding alone.

`python -m benchmarks.shot_speed [FILM ...]`: without films, a minute of the test material at 480p, and the same scaled
up to 1080p with grain by ffmpeg. The three take turns, several rounds; medians and ratios are printed. Run it on a
quiet machine.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from scenedetect import AdaptiveDetector, detect

from film.decoding.ffmpeg import film_input
from film.decoding.probe import probe
from film.model import Movie
from film.shots.shots import find_shots
from tests.film.programs import drawn_input, run
from tests.material import SHARED

ROUNDS = 3
SECONDS = 60
SOURCE = SHARED / "films" / "composed_247s_480p.mp4"


def ours(movie: Movie) -> None:
    find_shots(movie)


def adaptive(movie: Movie) -> None:
    detect(str(movie.path), AdaptiveDetector())


def decoding(movie: Movie) -> None:
    run(film_input(movie.path).output("-", map="0:v:0", format="null"))


RUNNERS: dict[str, Callable[[Movie], None]] = {
    "filmcomic find_shots": ours,
    "PySceneDetect detect(path, AdaptiveDetector())": adaptive,
    "ffmpeg -f null (decoding alone)": decoding,
}


def main() -> None:
    given = [Path(name) for name in sys.argv[1:] if Path(name).is_file()]
    with tempfile.TemporaryDirectory(prefix="filmcomic-bench-") as folder:
        films = given or list(_make_films(Path(folder)))
        for film in films:
            _compare(film)


def _compare(film: Path) -> None:
    movie = probe(film)
    frames = round(movie.duration_s * movie.rate)
    seconds: dict[str, list[float]] = {name: [] for name in RUNNERS}
    for _ in range(ROUNDS):
        for name, runner in RUNNERS.items():
            start = time.perf_counter()
            runner(movie)
            seconds[name].append(time.perf_counter() - start)
    print(f"\n{film.name}: {movie.size_px[0]}x{movie.size_px[1]}, {frames} frames, median of {ROUNDS} rounds in turns")
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    for name, median in medians.items():
        print(f"  {name:48}{frames / median:7.0f} frames/s   {float(movie.duration_s) / median:6.1f} x real time")
    own, stock, bare = medians.values()
    print(f"  {stock / own:.2f} times as fast as PySceneDetect's default (target 1.25)")
    print(f"  {100 * bare / own:.0f} % of the speed of decoding alone (target 80 % at 1080p)")


def _make_films(folder: Path) -> list[Path]:
    if not SOURCE.is_file():
        print(f"{SOURCE} is not here: a test picture instead")
        return [_encode(folder / f"{height}p.mp4", height, source=None) for height in (480, 1080)]
    return [_encode(folder / f"{height}p.mp4", height, source=SOURCE) for height in (480, 1080)]


def _encode(target: Path, height: int, *, source: Path | None) -> Path:
    node = film_input(source, t=SECONDS) if source else drawn_input(f"testsrc2=s=854x480:r=24:d={SECONDS}")
    chain = f"scale=-2:{height},noise=alls=6:allf=t" if height > 480 else f"scale=-2:{height}"
    run(
        node.output(
            str(target), vf=chain, map="0:v:0", vcodec="libx264", preset="veryfast", crf=24, pix_fmt="yuv420p", g=96
        )
    )
    return target


if __name__ == "__main__":
    main()
