"""Other frames that a shot could have been shown by: small pictures to choose from, and their exact times."""

from collections.abc import Collection, Sequence
from fractions import Fraction
from pathlib import Path

from PIL import Image

from configs.disk.sealed import sealed
from configs.units import Frozen, Seconds
from film.decoding.seek import FrameReader
from film.model import Line, Movie, Shot, ShotList
from film.pictures.moments import Figures, beats_of
from film.pictures.trim import window_of

WIDTH_PX = 224
_QUALITY = 72
_SAME_S = Fraction(1, 12)
"""Frames nearer to each other than this look the same."""


class Glance(Frozen):
    """A frame, small."""

    at_s: Seconds
    """Its exact timestamp: what a storyboard's `at_s` takes."""
    image: Path
    """JPEG; the file's name alone."""


def other_times(
    shot: Shot, figures: Figures, lines: Sequence[Line], chosen: Collection[Fraction], most: int
) -> list[Fraction]:
    """Return times of a shot that were candidates and were not chosen, in order, spread over the shot.

    Args:
        shot: The shot.
        figures: Of the whole film.
        lines: Those said in it at the least; others do no harm.
        chosen: Times of the keyframes that the shot has.
        most: The most times.
    """
    named = [at for beat in beats_of(shot, figures, lines) for at in beat.times_s]
    named += [shot.start_s + (shot.end_s - shot.start_s) * Fraction(part, 4) for part in (1, 2, 3)]
    inside = [at for at in named if shot.clean_start_s <= at < shot.clean_end_s]
    found: list[Fraction] = []
    while len(found) < most:
        taken = [*chosen, *found]
        left = [at for at in inside if all(abs(at - other) >= _SAME_S for other in taken)]
        if not left:
            break
        found.append(max(left, key=lambda at: (min((abs(at - other) for other in taken), default=Fraction(0)), -at)))
    return sorted(found)


def glance(movie: Movie, shots: ShotList, times: Sequence[Fraction], folder: Path) -> list[Glance]:
    """Fetch small pictures of the frames shown at some times, each written as JPEG under its exact time.

    Raises:
        FilmError: The film cannot be read.
        OutputError: The folder cannot be written to.
    """
    found = []
    with FrameReader(movie, shots.picture, long_side_px=2 * WIDTH_PX) as reader:
        for wanted in sorted(times):
            at_s, whole = reader.read(wanted)
            small = Image.fromarray(whole[window_of(whole, shots.at(at_s), shots.picture)])
            small.thumbnail((WIDTH_PX, WIDTH_PX), Image.Resampling.BOX)
            path = folder / f"{round(at_s * 1_000_000):012}.jpg"
            with sealed(path) as draft:
                small.save(draft, "JPEG", quality=_QUALITY)
            found.append(Glance(at_s=at_s, image=Path(path.name)))
    return found
