"""Whether one film told by five files has the same shots: as it is, and in four copies that show the same.

`python -m benchmarks.same_shots FILM [--start S --length S] [--keep FOLDER]`: makes the copies (with bars up to 16:9;
mirrored; as a transport stream joined of parts that each begin their clock anew; with a doubled timestamp every five
seconds), finds the shots of each, and says how many begin within two frames of where they do in the film as it is.
Each that does not is listed with what was made of that place in both: by which judge, and how likely a change it is.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from film.decoding.ffmpeg import film_input
from film.decoding.probe import probe
from film.model import Shot, ShotList
from film.shots.shots import find_shots
from tests.film.programs import run

_SLACK_FRAMES = 2
_NEAR_FRAMES = 12
"""What was decided so near a shot's first frame is told."""
_PART_S = 97
"""Length of the parts that begin anew."""
_EVERY_S = 5
_LOOK: dict[str, Any] = {"vcodec": "libx264", "preset": "ultrafast", "crf": 20, "fps_mode": "passthrough"}


class Told(NamedTuple):
    """What was found in a file."""

    shots: tuple[Shot, ...]
    noted: Sequence[tuple[str, int, float]]
    """Every decision: the judge, the frame, how likely a change."""

    def about(self, frame: int) -> str:
        """Say what was decided around a frame."""
        near = [one for one in self.noted if abs(one[1] - frame) <= _NEAR_FRAMES]
        best = sorted(near, key=lambda one: -one[2])[:3]
        return ", ".join(f"{judge} at {at:+d}: {sure:.2f}" for judge, at, sure in _from(frame, best)) or "not proposed"


def _from(frame: int, noted: Sequence[tuple[str, int, float]]) -> list[tuple[str, int, float]]:
    return [(judge, at - frame, sure) for judge, at, sure in noted]


def with_bars(film: Path, folder: Path) -> Path:
    """Make a copy with bars above and below, up to 16:9."""
    return _encoded(film, folder / "with_bars.mkv", "pad=iw:ceil(iw*9/32)*2:0:(oh-ih)/2")


def mirrored(film: Path, folder: Path) -> Path:
    """Make a copy with left and right changed over."""
    return _encoded(film, folder / "mirrored.mkv", "hflip")


def _encoded(film: Path, path: Path, filters: str) -> Path:
    run(film_input(film).output(str(path), vf=filters, map="0:v:0", **_LOOK))
    return path


def with_restarts(film: Path, folder: Path, part_s: int = _PART_S) -> Path:
    """Make a transport stream of parts that each begin at 0."""
    parts = folder / "part%03d.ts"
    path = folder / "with_restarts.ts"
    run(film_input(film).output(str(parts), c="copy", f="segment", segment_time=part_s, reset_timestamps=1))
    with path.open("wb") as joined:
        for part in sorted(folder.glob("part*.ts")):
            joined.write(part.read_bytes())
            part.unlink()
    return path


def with_doubled_stamps(film: Path, folder: Path, ending: str = "mkv") -> Path:
    """Make a copy in which a frame has the timestamp of the one before, every five seconds."""
    path = folder / f"with_doubled_stamps.{ending}"
    rate = probe(film).rate
    every = round(_EVERY_S * rate)
    setts = f"setts=ts='TS-if(eq(mod(N,{every}),{every - 1}),{1 / rate}/TB,0)'"
    run(film_input(film).output(str(path), c="copy", map="0:v:0", **{"bsf:v": setts}))
    return path


COPIES: dict[str, Callable[[Path, Path], Path]] = {
    "with bars": with_bars,
    "mirrored": mirrored,
    "clock restarts": with_restarts,
    "doubled stamps": with_doubled_stamps,
}


def told_by(path: Path) -> Told:
    """Find the shots of a file."""
    noted: list[tuple[str, int, float]] = []
    found: ShotList = find_shots(probe(path), note=lambda *one: noted.append(one))
    return Told(found.shots, noted)


def differences(own: Sequence[Shot], other: Sequence[Shot], slack_s: Fraction) -> tuple[list[Shot], list[Shot]]:
    """Return the shots that the film as it is has alone, and those that the copy has alone.

    Args:
        own: Shots of the film as it is.
        other: Those of the copy.
        slack_s: How far two beginnings of one shot may be apart.
    """
    return _alone(own, other, slack_s), _alone(other, own, slack_s)


def _alone(some: Sequence[Shot], others: Sequence[Shot], slack_s: Fraction) -> list[Shot]:
    return [one for one in some if not any(abs(one.start_s - other.start_s) <= slack_s for other in others)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("film", type=Path)
    parser.add_argument("--start", type=float, default=0, help="seconds to leave out")
    parser.add_argument("--length", type=float, help="seconds to look at")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the copies")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="filmcomic-bench-") as temporary:
        folder = args.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        film = args.film if args.length is None else _piece(args.film, folder, args.start, args.length)
        own = told_by(film)
        slack_s = (_SLACK_FRAMES + Fraction(1, 100)) / probe(film).rate
        print(f"{'as it is':16}{len(own.shots)} shots", flush=True)
        for name, make in COPIES.items():
            kept = next(folder.glob(f"{make.__name__}.*"), None)
            _compare(name, own, told_by(kept or make(film, folder)), slack_s)


def _piece(film: Path, folder: Path, start_s: float, length_s: float) -> Path:
    path = folder / f"piece{start_s:g}_{length_s:g}.mkv"
    if not path.exists():
        run(film_input(film, ss=start_s, t=length_s).output(str(path), map="0:v:0", **_LOOK))
    return path


def _compare(name: str, own: Told, other: Told, slack_s: Fraction) -> None:
    lost, added = differences(own.shots, other.shots, slack_s)
    print(f"{name:16}{len(other.shots)} shots, {len(own.shots) - len(lost)} of {len(own.shots)} the same")
    for word, alone in (("lost", lost), ("more", added)):
        for shot in alone:
            told = f"film: {own.about(shot.first_frame)}; copy: {other.about(shot.first_frame)}"
            print(
                f"    {word} {shot.transition.value} at {float(shot.start_s):.2f} s, frame {shot.first_frame}: {told}"
            )


if __name__ == "__main__":
    main()
