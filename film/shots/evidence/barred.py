"""Bars of single shots, by vote: in a film that was joined of several formats some shots have bars and some have none.

The bars of a whole film are told by all its bright frames (`film.decoding.developing.bars`). A shot has fewer and may
be dark at its edges, so nothing is believed of one frame, nor of one shot: a format is known when several shots show
its bars beyond doubt - both black in nearly every frame, equally wide, ending at one firm line. Shots that are too
dark for that are of a known format when nothing of them lies in its bars and some frames end at just its edge, or the
shots before and after are of it. Where it is not sure, nothing is cut off.
"""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from configs.units import WHOLE, Box

_EVERY = 6
"""Of so many frames one is looked at."""
_BLACK, _LIT = 26, 34
"""Lightness up to which a line's brightest pixels pass for black, and from which a pixel is part of a picture."""
_NARROWEST, _WIDEST = 0.025, 0.36
"""Parts of a side that a bar may take."""
_NEAR = 1
"""Lines by which an edge may lie elsewhere: it ends within a line, and bright frames light that."""
_LOST = 0.06
"""Share of a shot's frames that may have something in a bar: noise, a logo that comes and goes."""
_FIRM = 0.7
"""Part of both edges along which the picture is lit, in a shot's best frame."""
_SUPPORT, _SOME = 0.5, 0.1
"""Share of a shot's frames that end at just the edge: where the shot makes a format known, and where it is of it."""
_FRAMES, _ALONE = 4, 10
"""Frames that must tell: in one of several shots, and where one shot alone is believed."""
_SHOTS = 3
"""Shots that make a format known, whatever its shape; of a usual shape two do, and one that lasts."""
_DIM_FRAMES = 30
"""Frames, of so many shots, that end at just the edges on both sides: they tell a usual shape also where it is dark."""
_AROUND = 2
"""Shots before and after that a shot may have its bars from."""
_SMEARED = 0.7
"""Lines by which a bar is wider than it looks: smoothing lights its last one."""
_SHAPES = (9 / 16, 1.0, 4 / 3, 1.375, 1.5, 1.66, 16 / 9, 1.85, 2.0, 2.2, 2.35, 2.39, 2.55, 2.76)
"""Usual ones: width by height."""
_LIKE = 0.03

Samples = NDArray[np.float64]


class _Edges(NamedTuple):
    """What is black at two opposite sides of a frame: lines, and how much of the next ones is lit."""

    near: int
    far: int
    firm: float


@dataclass(frozen=True)
class _Vote:
    """What a shot says of one pair of sides."""

    samples: Samples
    """(n, 3): near, far, firm."""
    width: float = 0.0
    """Lines that are black at both sides in all frames but a few; 0 where the sides differ."""

    def ends(self, width: float) -> NDArray[np.bool_]:
        """Tell which frames end at just this edge, on both sides."""
        return np.asarray((np.abs(self.samples[:, :2] - width) <= _NEAR).all(axis=1), np.bool_)

    def support(self, width: float) -> float:
        """Return the share of frames that end at just this edge."""
        return float(self.ends(width).mean()) if len(self.samples) else 0.0

    def touches(self, width: float) -> float:
        """Return the share of frames that end at just this edge on one side, and not beyond it on the other."""
        least = self.samples[:, :2].min(axis=1)
        return float((np.abs(least - width) <= _NEAR).mean()) if len(self.samples) else 0.0

    def lost(self, width: float) -> float:
        """Return the share of frames that have something in such bars."""
        if not len(self.samples):
            return 0.0
        return float((self.samples[:, :2] < width - _NEAR).any(axis=1).mean())

    def firm(self, width: float) -> float:
        """Return how much of the edges is lit in the best frame that ends there."""
        there = self.ends(width)
        return float(self.samples[there, 2].max()) if there.any() else 0.0


class BarVotes:
    """Gathers what is black at the edges of frames while they go by, and tells shots with bars afterwards."""

    def __init__(self) -> None:
        self._seen = 0
        self._at: list[int] = []
        self._edges: tuple[list[_Edges], list[_Edges]] = [], []
        self._shape = (1, 1)

    def add(self, grey: NDArray[np.uint8]) -> None:
        """Look at the next small frame, whole, in lightness; most are passed over."""
        number, self._seen = self._seen, self._seen + 1
        if number % _EVERY:
            return
        self._shape = grey.shape[:2]
        smooth = np.asarray(cv2.blur(grey, (3, 3)), np.uint8)  # single bright dots are noise
        lit = smooth > _BLACK
        if not lit.any():
            return
        self._at.append(number)
        columns, rows = _stretch(np.any(lit, axis=0)), _stretch(np.any(lit, axis=1))
        self._edges[0].append(_edges(grey[:, columns], rows))
        self._edges[1].append(_edges(grey[rows].T, columns))

    def pictures(self, spans: Sequence[tuple[int, int]]) -> list[Box | None]:
        """Tell what is left of each shot without its bars.

        Args:
            spans: The frames of the shots, clear of transitions: first and end.

        Returns:
            For each the picture in fractions of the frame, `WHOLE` where there are none; None where too little was
            seen of it to tell.
        """
        height, width = self._shape
        columns = self._voted(1, spans, width, [height] * len(spans))
        rows = self._voted(0, spans, height, [width - 2 * (bar or 0.0) for bar in columns])
        return [
            _box(None if down is None else down / height, None if across is None else across / width)
            for down, across in zip(rows, columns, strict=True)
        ]

    def _voted(
        self, axis: int, spans: Sequence[tuple[int, int]], lines: int, others: Sequence[float]
    ) -> list[float | None]:
        """Return how many lines each shot's bars take; None where that cannot be told.

        Args:
            axis: 0: bars above and below; 1: on the left and right.
            spans: As `pictures` takes them.
            lines: Of the side that bars take some of.
            others: Lines of each shot's other side.
        """
        at = np.asarray(self._at)
        samples = np.asarray(self._edges[axis], np.float64).reshape(-1, 3)
        bounds = [np.searchsorted(at, span) for span in spans]
        votes = [_vote(samples[begin:stop], lines) for begin, stop in bounds]
        known = _known(votes, lines, others)
        return list(_between([_told(vote, known) for vote in votes], votes))


def _stretch(lit: NDArray[Any]) -> slice:
    """Return the lines from the first to the last that is lit."""
    there = np.flatnonzero(lit)
    return slice(int(there[0]), int(there[-1]) + 1)


def _edges(picture: NDArray[np.uint8], lit: slice) -> _Edges:
    """Measure the upper and the lower side of a picture between its other two."""
    last = len(picture) - 1
    inner = (min(last, lit.start + 2), max(0, lit.stop - 3))
    return _Edges(lit.start, last + 1 - lit.stop, min(float((picture[line] > _LIT).mean()) for line in inner))


def _vote(samples: Samples, lines: int) -> _Vote:
    if not len(samples):
        return _Vote(samples)
    near, far = (float(np.quantile(samples[:, side], _LOST, method="higher")) for side in (0, 1))
    width = (near + far) / 2
    equal = abs(near - far) <= 2 * _NEAR and _NARROWEST * lines <= width <= _WIDEST * lines
    return _Vote(samples, width if equal else 0.0)


def _known(votes: Sequence[_Vote], lines: int, others: Sequence[float]) -> list[float]:
    """Return the widths of bars that several shots show beyond doubt, the best known first."""
    found: dict[float, int] = {}
    for vote, other in sorted(zip(votes, others, strict=True), key=lambda pair: -len(pair[0].samples)):
        width = vote.width
        if not width or any(abs(width - before) <= _NEAR for before in found):
            continue
        alike = [each for each in votes if each.width and abs(each.width - width) <= _NEAR]
        sure = [each for each in alike if _is_sure(each)]
        usual = _is_usual((lines - 2 * (width + _SMEARED)) / other)
        dim = [int(each.ends(width).sum()) for each in votes if each.lost(width) <= _LOST]
        if (
            len(sure) >= _SHOTS
            or (usual and (len(sure) > 1 or any(len(each.samples) >= _ALONE for each in sure)))
            or (usual and sum(map(bool, dim)) >= _SHOTS and sum(dim) >= _DIM_FRAMES)
        ):
            found[width] = sum(dim)
    return sorted(found, key=lambda width: -found[width])


def _is_sure(vote: _Vote) -> bool:
    """Tell whether a shot shows its bars beyond doubt."""
    enough = len(vote.samples) >= _FRAMES and vote.support(vote.width) >= _SUPPORT
    return enough and vote.firm(vote.width) >= _FIRM


def _is_usual(shape: float) -> bool:
    """Tell whether pictures of this shape, or of the one turned by a quarter, are usual."""
    return any(abs(shape / usual - 1) < _LIKE or abs(shape * usual - 1) < _LIKE for usual in _SHAPES)


def _told(vote: _Vote, known: Sequence[float]) -> float | None:
    """Return the width of a shot's bars, 0 where it has none; None where that is not told by itself."""
    if not len(vote.samples):
        return None
    possible = [width for width in known if vote.lost(width) <= _LOST]
    if not possible:
        return 0.0
    best = max(possible, key=lambda width: (vote.support(width), vote.touches(width)))
    return best if vote.support(best) >= _SOME and vote.ends(best).sum() > 1 else None


def _between(told: Sequence[float | None], votes: Sequence[_Vote]) -> Iterator[float | None]:
    """Give shots that do not tell the bars of those around them, where nothing lies in these.

    Either they touch the edge themselves, or the shots before and after have the same bars.
    """
    sure = [number for number, width in enumerate(told) if width is not None]
    for number, (width, vote) in enumerate(zip(told, votes, strict=True)):
        if width is not None:
            yield width
            continue
        place = bisect(sure, number)
        around = [told[near] or 0.0 for near in sure[max(0, place - _AROUND) : place + _AROUND]]
        possible = [bar for bar in around if bar and vote.lost(bar) <= _LOST]
        best = max(possible, key=vote.touches, default=0.0)
        beside = {told[near] for near in sure[max(0, place - 1) : place + 1]}
        yield best if best and (vote.touches(best) >= _SUPPORT or beside == {best}) else None


def _box(down: float | None, across: float | None) -> Box | None:
    if down is None and across is None:
        return None
    down, across = down or 0.0, across or 0.0
    return Box(x0=across, y0=down, x1=1 - across, y1=1 - down) if down or across else WHOLE
