"""Shot lists for tests of keyframes: from known cuts, with the figures of the frames, without finding shots."""

import json
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import cv2
import numpy as np

from film.decoding.frames import SmallFrames
from film.model import FrameStats, Movie, Shot, ShotList, Transition
from tests.material import shared


def hard_cuts(name: str) -> list[int]:
    """Return the first frames of the shots that the material lists for a film."""
    events = json.loads(shared("films/cuts.json").read_text())[name]["events"]
    return [event["start"] for event in events if event["kind"].startswith("hard")]


def measured(movie: Movie) -> FrameStats:
    """Measure every frame, small."""
    rows: list[tuple[float, float, float, float, float]] = []
    before = None
    for batch in SmallFrames(movie):
        for at_s, picture in zip(batch.times_s, batch.pictures, strict=True):
            grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
            shades = cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb).astype(np.int16)
            change = 0.0 if before is None else float(np.abs(shades - before).mean())
            sharpness = float(cv2.Laplacian(grey, cv2.CV_64F).var())
            rows.append((float(at_s), float(grey.mean()), float(grey.std()), sharpness, change))
            before = shades
    names = ("time_s", "luma", "contrast", "sharpness", "change")
    return FrameStats(**dict(zip(names, zip(*rows, strict=True), strict=True)))


def shot_list(movie: Movie, cuts: Sequence[int] = ()) -> ShotList:
    """Make shots that begin at these frames, all by hard cuts."""
    stats = measured(movie)
    times_s = [Fraction(str(round(at_s, 6))) for at_s in stats.time_s]
    first = [0, *cuts]
    ends_s = [*(times_s[number] for number in first), times_s[-1] + 1 / movie.rate]
    shots = [
        Shot(
            index=index,
            start_s=start_s,
            end_s=end_s,
            first_frame=first[index],
            transition=Transition.HARD if index else Transition.START,
            clean_start_s=start_s,
            clean_end_s=end_s,
        )
        for index, (start_s, end_s) in enumerate(pairwise(ends_s))
    ]
    return ShotList(shots=tuple(shots), scenes=((0, len(shots)),), stats=stats)
