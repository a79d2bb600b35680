"""How much films flicker in a style: the film itself, painted frame by frame, and by `Steady`.

`python -m benchmarks.steadiness [--style NAME ...] [--film NAME ...] [--frames 24] [--width 480] [--strips FOLDER]`

The warping error is that of Lai et al. 2018: each frame less the one before, warped along the film's own movement,
squared and summed over the channels, where nothing was hidden before (Sundaram et al. 2010, and Ruder et al. 2016 for
the borders of what moves). The judge's movement is searched more finely than the one that is judged. It warps with a
cubic kernel, since the usual bilinear one blurs a sharp picture and takes that for flicker; the ratio with that one is
told too. A picture without detail would not flicker either, so the detail is told beside it: the mean gradient against
frame by frame, and the mean distance from the film, likewise. What a style adds is its error less the film's own: smoke
and flashes differ from frame to frame in the film too; less than nothing is left where the film's grain is gone. Time
is the processor's, of the whole over that of painting.

The constants of `Steady` were chosen on Sintel's dragon and the battle's explosions; what else there is was painted
afterwards.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from configs.errors import FilmcomicError
from film.decoding.probe import probe
from film.decoding.seek import FrameReader
from stylize.styles.registry import check_style, make_stylizer
from stylize.styles.steady.steady import Steady
from stylize.styles.stylizer import Batch, Picture, Stylizer

RATIO_TARGET = 0.5
"""Of the warping error frame by frame."""
COST_TARGET = 1.5
"""Times the time frame by frame."""
STYLES = ("atelier-colour", "ink-line", "animegan:hayao")
PIECES = {
    "battle, a hall": ("tears_of_steel_battle.webm", 740),
    "battle, explosions": ("tears_of_steel_battle.webm", 60),
    "Sintel, a dragon": ("sintel_775s.mp4", 6000),
    "bunny, a meadow": ("bbb_480p_30s.mp4", 300),
    "bunny, a bird": ("bbb_480p_30s.mp4", 480),
}
"""Film and first frame; all run at 24 frames a second, and none has a cut in its first second and a half."""
_RATE = 24
_MATERIAL = Path(os.environ.get("FILMCOMIC_MATERIAL", Path(__file__).resolve().parents[2] / "shared")) / "films"


class Warp(NamedTuple):
    """The judge's movement between two frames."""

    origin: npt.NDArray[np.float32]
    """(H, W, 2): where each pixel lay in the frame before."""
    seen: npt.NDArray[np.bool_]
    """(H, W): whether it was to be seen there."""


class Once(Stylizer):
    """Paints each frame once, and tells the time that it took: what comes after is measured without it."""

    def __init__(self, style: Stylizer) -> None:
        self.name, self._style = style.name, style
        self._painted: dict[bytes, Picture] = {}
        self.seconds = 0.0

    def paint(self, batch: Batch) -> Batch:
        """Paint, or give what was painted."""
        began = time.process_time()
        for frame in batch:
            if frame.tobytes() not in self._painted:
                self._painted[frame.tobytes()] = self._style.paint(frame[None])[0]
        self.seconds += time.process_time() - began
        return np.stack([self._painted[frame.tobytes()] for frame in batch])

    def settle(self, references: Sequence[Picture]) -> Stylizer:
        """Settle the style; one that measures nothing goes on with the same paintings."""
        settled = self._style.settle(references)
        return self if settled is self._style else settled


def main(given: Sequence[str] = ()) -> None:
    asked = _arguments(given)
    print(f"{asked.frames} frames of {asked.width} px; squared errors in ten-thousandths")
    print(
        f"  {'':34} {'film':>6} {'frame by':>9} {'steady':>7} {'ratio':>6} {'bilinear':>9} {'of what':>8}"
        f" {'gradient':>9} {'distance':>9} {'time':>6}\n  {'':41} {'frame':>9} {'':24} {'it adds':>8}"
    )
    for style in asked.style:
        try:
            check_style(style, "cpu")
            painter = make_stylizer(style, device="cpu")
        except FilmcomicError as error:
            print(f"  {style}: {error}")
            continue
        for piece, (name, first) in PIECES.items():
            if not any(film in piece for film in asked.film):
                continue
            if not (_MATERIAL / name).is_file():
                print(f"  {piece}: {name} is not at hand (set FILMCOMIC_MATERIAL)")
                continue
            frames = _frames(_MATERIAL / name, first, asked.frames, asked.width)
            _measure(piece, frames, painter, asked.strips)


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.steadiness")
    parser.add_argument("--style", nargs="+", default=STYLES)
    parser.add_argument("--film", nargs="+", default=["battle", "Sintel", "bunny"])
    parser.add_argument("--frames", type=int, default=_RATE)
    parser.add_argument("--width", type=int, default=480)
    parser.add_argument("--strips", type=Path, help="write consecutive frames there, side by side, to be looked at")
    return parser.parse_args(given)


def _frames(path: Path, first: int, count: int, width: int) -> Batch:
    """Read consecutive frames, scaled to this width."""
    frames = []
    with FrameReader(probe(path), long_side_px=width) as reader:
        for number in range(first, first + count):
            picture = reader.read(Fraction(2 * number + 1, 2 * _RATE))[1]
            frames.append(picture.astype(np.float32) / np.float32(255))
    return np.stack(frames)


def _measure(piece: str, frames: Batch, painter: Stylizer, strips: Path | None) -> None:
    style = Once(painter)
    alone = style.paint(frames)
    began = time.process_time()
    steady = Steady(style).paint(frames)
    spent = time.process_time() - began
    if style.settle([frames[0]]) is style:  # the paintings were at hand
        spent += style.seconds
    warps = _warps(frames)
    film, loose, held = (warping_error(video, warps) * 1e4 for video in (frames, alone, steady))
    plain = warping_error(steady, warps, cv2.INTER_LINEAR) / warping_error(alone, warps, cv2.INTER_LINEAR)
    print(
        f"  {style.name + ', ' + piece:34} {film:6.1f} {loose:9.1f} {held:7.1f} {held / loose:6.2f} {plain:9.2f}"
        f" {(held - film) / (loose - film):8.2f} {_gradient(steady) / _gradient(alone):9.3f}"
        f" {np.abs(steady - frames).mean() / np.abs(alone - frames).mean():9.3f} {spent / style.seconds:6.2f}",
        flush=True,
    )
    if strips:
        strips.mkdir(parents=True, exist_ok=True)
        _write_strip(strips / f"{style.name}, {piece}.png".replace(":", "-").replace(", ", "_"), frames, alone, steady)


def warping_error(video: Batch, warps: Sequence[Warp], kernel: int = cv2.INTER_CUBIC) -> float:
    """Return the mean squared difference of each frame from the warped one before, where that can be seen."""
    errors = []
    for (before, after), warp in zip(pairwise(video), warps, strict=True):
        moved = cv2.remap(before, warp.origin, None, kernel, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
        errors.append(float(np.square(moved - after).sum(axis=-1)[warp.seen].mean()))
    return float(np.mean(errors))


def _warps(frames: Batch) -> list[Warp]:
    grey = [np.rint(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) * 255).astype(np.uint8) for frame in frames]
    return [_warp(before, after) for before, after in pairwise(grey)]


def _warp(before: npt.NDArray[np.uint8], after: npt.NDArray[np.uint8]) -> Warp:
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0)
    search.setPatchStride(3)
    search.setVariationalRefinementIterations(10)
    back, forth = search.calc(after, before, None), search.calc(before, after, None)  # type: ignore[call-overload]
    height, width = after.shape
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).astype(np.float32)
    origin = grid + back
    returned = cv2.remap(forth, origin, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    length = np.square(back).sum(axis=-1)
    seen = np.square(back + returned).sum(axis=-1) <= 0.01 * (length + np.square(returned).sum(axis=-1)) + 0.5
    bend = np.square(np.gradient(back, axis=1)).sum(axis=-1) + np.square(np.gradient(back, axis=0)).sum(axis=-1)
    seen &= bend <= 0.01 * length + 0.002
    seen &= ((origin >= 0) & (origin <= (width - 1, height - 1))).all(axis=-1)
    return Warp(origin, seen)


def _gradient(video: Batch) -> float:
    """Return the mean length of lightness's gradient."""
    luma = video @ np.array([0.299, 0.587, 0.114], np.float32)
    return float(np.hypot(np.diff(luma, axis=2)[:, :-1], np.diff(luma, axis=1)[:, :, :-1]).mean())


def _write_strip(path: Path, *videos: Batch) -> None:
    """Write six consecutive frames' middle, twice enlarged: a row for each video."""
    height, width = videos[0].shape[1:3]
    middle = np.s_[10:16, height // 4 : height * 3 // 4, width // 3 : width * 2 // 3]
    rows = [np.hstack(list(video[middle])) for video in videos]
    strip = cv2.resize(np.vstack(rows), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(path), cv2.cvtColor(np.rint(np.clip(strip, 0, 1) * 255).astype(np.uint8), cv2.COLOR_RGB2BGR))


if __name__ == "__main__":
    main(sys.argv[1:])
