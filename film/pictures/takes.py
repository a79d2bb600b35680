"""Takes: candidates for a keyframe, decoded, judged and ranked within their beat.

Whatever is written in the picture, and whatever nobody can make out, comes after all else of its beat.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from configs.units import Face
from film.decoding.developing.picture import Picture
from film.decoding.seek import FrameReader
from film.model import Movie, Shot
from film.pictures.appraisal import Appraisal, Floats, appraise, is_readable, shrink, signature
from film.pictures.faces import FaceFinder, Heads
from film.pictures.focus import salience
from film.pictures.moments import Figures, Stretch
from film.pictures.trim import window_of
from film.pictures.writing import Writing, on_plain_ground, stays_in, writing_in

_THUMB_PX = 160
_NEXT_S = Fraction(13, 100)
"""How far away the neighbour lies by which motion is seen: no multiple of how long frames stand at any usual rate."""
_UNREADABLE, _DARK = 3.0, 5.0
_SALIENT = 0.4
"""What a whole figure is worth: half as much as a face."""
_CRISP_STIR = 8.0
"""How soon motion makes crispness count."""
_TITLES_SHARE, _TITLES_S = Fraction(15, 100), Fraction(60)
"""Titles run over pictures at either end of a film: in this part of it, and for so long at the least."""
_TRACE, _NAME, _MANY, _ON_PLAIN = 3.5, 7.0, 20.0, 5.0
"""Strokes of letters: fewer are none, a short name has so many, and so many are credits; on a plain ground few do."""
_STAYS = 0.012
"""By how much of the picture writing may seem to move that stays."""
_MOVES = 4.0
"""By how much (Lab lightness) two pictures differ between which the camera or the scene has moved."""


@dataclass(frozen=True)
class Take:
    """A candidate, decoded and judged."""

    at_s: Fraction
    near: float
    """How near it is to the moment that its beat is about, 0 to 1."""
    picture: Picture
    heads: Heads
    appraisal: Appraisal
    sign: Floats
    neighbour: Picture | None
    stirred: float = 0.0
    """As `Figures.stirred` has it."""
    salience: float = 1.0
    """As `Keyframe.salience` has it."""
    writing: Writing | None = None
    """None where nobody has looked."""
    fading: bool = False
    """Letters of another take stand in it, too faint to be found alone."""

    @property
    def readable(self) -> bool:
        """Whether a reader makes out what it shows."""
        return is_readable(self.appraisal, face=self.heads.sure, stirred=self.stirred)

    @property
    def faces(self) -> tuple[Face, ...]:
        """The faces found, largest first."""
        return self.heads.faces

    @property
    def crisp(self) -> float:
        """As `Keyframe.crisp` has it."""
        return 1.0 if self.heads.faces or self.heads.likely else self.appraisal.crisp

    @property
    def strokes(self) -> float:
        """How many strokes of letters were found."""
        return self.writing.strokes if self.writing is not None else 0.0

    @property
    def written(self) -> bool:
        """Whether there are letters in it, as far as anybody has looked."""
        return self.strokes >= _TRACE or self.fading


class Takes:
    """Makes the takes of a film's beats.

    Args:
        movie: The film; the reader is open on it.
        reader: Reads its frames.
        finder: Finds faces.
        figures: Of all its frames.
    """

    def __init__(self, movie: Movie, reader: FrameReader, finder: FaceFinder, figures: Figures) -> None:
        self._reader, self._finder, self._figures = reader, finder, figures
        run_s = max(movie.duration_s * _TITLES_SHARE, _TITLES_S)
        self._opening_s, self._closing_s = run_s, movie.duration_s - run_s

    def titles_run(self, at_s: Fraction) -> bool:
        """Tell whether a moment is one at which titles may lie over pictures."""
        return at_s < self._opening_s or at_s >= self._closing_s

    def one(self, at_s: Fraction, shot: Shot, near: float = 1.0) -> Take:
        """Decode and judge the frame shown at a time."""
        exact_s, whole = self._reader.read(at_s)
        window = window_of(whole, shot, self._reader.picture)
        picture = np.ascontiguousarray(whole[window])
        heads = self._finder.search(picture)
        faces = heads.faces
        neighbour = None
        if not faces and exact_s + _NEXT_S < shot.clean_end_s:
            following = self._reader.read(exact_s + _NEXT_S)[1]
            if following.shape == whole.shape:  # the film may change its size in between
                neighbour = shrink(np.ascontiguousarray(following[window]), _THUMB_PX)
        stirred = self._figures.stirred(exact_s, shot)
        seen = appraise(picture, faces)
        return Take(exact_s, near, picture, heads, seen, signature(picture), neighbour, stirred, salience(picture))

    def of(self, beat: Stretch, shot: Shot) -> list[Take]:
        """Return the takes of a beat, best first."""
        takes = self._inside(list(zip(beat.times_s, beat.near, strict=True)), shot)
        if beat.calm and not any(take.readable for take in takes):  # where it moves fast another frame may do
            takes += self._inside(beat.calm, shot)
        # in a damaged film the frame shown may be one of another shot, long before
        takes = [take for take in takes if shot.start_s <= take.at_s < shot.end_s] or takes
        ranked = sorted(takes, key=lambda take: (-score(take, beat, takes), take.at_s))
        return self._unwritten_first(ranked)

    def read(self, take: Take) -> Take:
        """Look for writing, where there may be some and nobody has looked."""
        if take.writing is not None or not (self.titles_run(take.at_s) or on_plain_ground(take.picture)):
            return take
        return replace(take, writing=writing_in(take.picture))

    def _inside(self, moments: Sequence[tuple[Fraction, float]], shot: Shot) -> list[Take]:
        return [self.one(at_s, shot, near) for at_s, near in moments]

    def _unwritten_first(self, takes: Sequence[Take]) -> list[Take]:
        """Put those without writing in front, if the best has some: furthest from it first, for titles fade in."""
        best = self.read(takes[0])
        if best.strokes < _TRACE:
            return [best, *takes[1:]]
        looked = [best, *(self.read(take) for take in takes[1:])]
        known = max(looked, key=lambda take: take.strokes)
        looked = [replace(take, fading=take.strokes < _NAME and _still_there(known, take)) for take in looked]
        written = sorted((take for take in looked if take.written), key=lambda take: take.strokes >= _NAME)
        free = [take for take in looked if not take.written]
        return sorted(free, key=lambda take: -min(abs(take.at_s - other.at_s) for other in written)) + written


def _still_there(known: Take, take: Take) -> bool:
    return known.writing is not None and stays_in(known.writing, known.picture, take.picture)


def score(take: Take, beat: Stretch, takes: Sequence[Take]) -> float:
    """Rate a take among those of its beat: only there can sharpness be compared."""
    sharpest = max(other.appraisal.sharpness for other in takes)
    sharp = take.appraisal.sharpness / sharpest if sharpest > 0 else 1.0
    crispest = max(other.appraisal.crisp for other in takes)
    crisp = take.appraisal.crisp / crispest if crispest > 0 else 1.0
    rated = sharp + 0.8 * take.appraisal.light + 0.8 * take.appraisal.faces
    rated += min(1.0, _CRISP_STIR * take.stirred) * (crisp - 1.0)  # what is smeared, for it moves
    rated += _SALIENT * take.salience
    rated += (0.5 if beat.spoken else 0.25) * take.near
    return rated - _DARK * take.appraisal.dark - _UNREADABLE * (not take.readable)


def are_cards(kept: Sequence[Take], seen: Sequence[Take]) -> list[bool]:
    """Tell which of a shot's pictures are cards: titles, logos with a name, credits.

    On a plain ground some letters are enough. Over a picture they must be many; or nobody's face is seen, and they
    stay where they are while the picture moves, or are not there all the while: they fade, or the shot has another
    picture without them, so that nothing is lost. Signs in the story are no cards.

    Args:
        kept: The takes chosen for the shot, looked at for writing.
        seen: All takes of the shot that were looked at.
    """
    looked = [take for take in seen if take.writing is not None]
    spared = any(take.strokes < _TRACE for take in looked)
    return [_is_card(take, looked, spared) for take in kept]


def _is_card(take: Take, looked: Sequence[Take], spared: bool) -> bool:
    if take.strokes >= _ON_PLAIN and on_plain_ground(take.picture):
        return True
    if take.strokes >= _MANY:
        return True
    if (take.strokes < _NAME and not take.fading) or take.faces:
        return False
    return spared or any(_stays(take, other) for other in looked)


def _stays(take: Take, other: Take) -> bool:
    """Tell whether the same words stand in the same place over two pictures of which much has moved."""
    if take.writing is None or other.writing is None or take.writing.place is None or other.writing.place is None:
        return False
    apart = max(abs(one - two) for one, two in zip(take.writing.place, other.writing.place, strict=True))
    moved = float(np.abs(take.sign[..., 0] - other.sign[..., 0]).mean())
    return other.strokes >= _NAME and apart <= _STAYS and moved >= _MOVES
