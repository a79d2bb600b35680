"""A whole film with `ink`: memory, the gain of the cache, and time against bare decoding.

    (c) a second, fully cached run against the first
    (d) peak memory of a ten-minute 1080p film, and of one half as long: it must not grow with the length
    (e) the whole run against `ffmpeg -f null`, and what a film of two hours would take

The film is joined from the open films at hand, scaled up to 1080p with grain, and kept in the work folder.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import psutil

from configs.settings import cache_root
from tests.material import SHARED

_PARTS = (
    "anthology_175s_204p.mp4",
    "composed_247s_480p.mp4",
    "tears_of_steel_battle.webm",
    "bbb_480p_30s.mp4",
    "sintel_trailer.mp4",
    "tears_of_steel_battle.webm",
)
_WHOLE_S = 600
_TWO_HOURS_S = 7200


@dataclass(frozen=True)
class Run:
    """One run of the program: how long it took, and the most memory all its processes held together."""

    wall_s: float
    peak_mb: float
    server_mb: float
    """Of that, Prefect's server, which does not read films."""


def ffmpeg() -> str:
    """Return the static ffmpeg that the program itself uses."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def long_film(seconds: int) -> Path:
    """Return a 1080p H.264 film of this length, made at the first call."""
    target = cache_root() / "bench" / f"film_1080p_{seconds}s.mp4"
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    scale = "scale=1920:1080:flags=bicubic,setsar=1,fps=24,noise=alls=6:allf=t,format=yuv420p"
    parts = [SHARED / "films" / name for name in _PARTS]
    inputs = [word for part in parts for word in ("-i", str(part))]
    graph = ";".join(f"[{at}:v]{scale}[v{at}]" for at in range(len(parts)))
    joined = "".join(f"[v{at}]" for at in range(len(parts))) + f"concat=n={len(parts)}:v=1[out]"
    draft = target.with_suffix(".part.mp4")
    quality = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "23", "-g", "96"]
    filters = ["-filter_complex", f"{graph};{joined}", "-map", "[out]", "-t", str(seconds)]
    subprocess.run([ffmpeg(), "-y", "-loglevel", "error", *inputs, *filters, *quality, str(draft)], check=True)
    draft.replace(target)
    return target


def first_half(film: Path) -> Path:
    """Return the first half of a film, cut without encoding it anew."""
    target = film.with_name(f"{film.stem}_half.mp4")
    length = ["-t", str(_WHOLE_S // 2), "-c", "copy"]
    subprocess.run([ffmpeg(), "-y", "-loglevel", "error", "-i", str(film), *length, str(target)], check=True)
    return target


def decode_s(film: Path) -> float:
    """Return how long bare decoding takes."""
    began = time.monotonic()
    subprocess.run([ffmpeg(), "-loglevel", "error", "-i", str(film), "-map", "0:v:0", "-f", "null", "-"], check=True)
    return time.monotonic() - began


def run(film: Path, work: Path, out: Path) -> Run:
    """Make the comic in a process of its own and watch the memory of all its processes."""
    environment = {**os.environ, "FILMCOMIC_WORK": str(work)}
    command = [sys.executable, "-m", "flows.cli", "make", str(film), "-o", str(out)]
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    peaks = [0.0, 0.0]
    watcher = threading.Thread(target=_watch, args=(psutil.Process(process.pid), peaks))
    watcher.start()
    code = process.wait()
    watcher.join()
    if code:
        sys.exit(f"the run failed with {code}")
    return Run(time.monotonic() - began, *peaks)


def _watch(root: psutil.Process, peaks: list[float]) -> None:
    """Sample the resident memory (PSS would count shared pages once; RSS is the stricter figure)."""
    while True:
        try:
            family = [root, *root.children(recursive=True)]
            sizes = {each.pid: each.memory_info().rss / 1e6 for each in family}
            server = sum(sizes[each.pid] for each in family if _is_server(each))
        except psutil.Error:
            if not root.is_running() or root.status() == psutil.STATUS_ZOMBIE:
                return
            continue
        if sum(sizes.values()) > peaks[0]:
            peaks[:] = [sum(sizes.values()), server]
        if root.status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.2)


def _is_server(process: psutil.Process) -> bool:
    words = process.cmdline()
    return any("prefect" in word or "uvicorn" in word for word in words) and "flows.cli" not in words


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        whole = long_film(_WHOLE_S)
        half = first_half(whole)
        runs = {}
        for name, film in (("half", half), ("whole", whole)):
            runs[name] = run(film, base / f"work-{name}", base / f"{name}.pdf")
            megabytes = (base / f"{name}.pdf").stat().st_size / 1e6
            made = runs[name]
            print(f"{name:6} peak {made.peak_mb:.0f} MB (server {made.server_mb:.0f}), PDF {megabytes:.1f} MB")
        bare = decode_s(whole)
        cached = run(whole, base / "work-whole", base / "again.pdf")
        shutil.rmtree(base / "work-half")
        tiny = run(SHARED / "nasty" / "two_frames.mp4", base / "work-tiny", base / "tiny.pdf")
        first = runs["whole"].wall_s
        gain = max(0.0, cached.wall_s - tiny.wall_s) / (first - tiny.wall_s)
        print(f"(c) cached run / first run, both less the start-up of a two-frame film: {gain:.3f} (at most 0.1)")
        print(f"(d) growth from half to whole: {runs['whole'].peak_mb - runs['half'].peak_mb:+.0f} MB")
        hours = [seconds / _WHOLE_S * _TWO_HOURS_S / 60 for seconds in (first, bare)]
        print(f"(e) whole run / ffmpeg -f null: {first / bare:.2f}")
        print(f"    a film of two hours would take about {hours[0]:.0f} min, bare decoding {hours[1]:.0f} min")


if __name__ == "__main__":
    main()
