"""The film's clock: from the timestamps of its pictures, one after the other, to the film's own time."""

from fractions import Fraction
from itertools import pairwise

from film.decoding.timing.rising import Rising
from film.model import Foothold, Movie, Passage, Timeline

_NEAR = Fraction(1, 2)
"""Frames by which a timestamp may lie outside its passage: some are the decoder's own estimate."""
_OVERTAKEN = Fraction(1, 64)
"""Frames by which a passage starts later than pictures that ran over into it."""
_ROUNDED_S = Fraction(2, 1_000_000)
_BESIDE_S = Fraction(1)
_STRAGGLERS_MOST = 16
"""Pictures that a decoder may hold back over a hole: so many are reordered at most."""


class Clock:
    """Gives every picture its time; the same for all who read the film, wherever they begin.

    Timestamps are repaired as the film's timeline says. Those that start anew where it does not say so (as when a
    part of the film that has them is damaged) are taken as going on; a picture that comes after a hole and belongs
    before it is none of the film any more.

    Args:
        movie: The probed film.
        foothold: Where decoding begins; None for the beginning of the film, or anywhere in one without passages.
    """

    def __init__(self, movie: Movie, foothold: Foothold | None = None) -> None:
        self._start_s = movie.start_offset_s
        self._timeline = movie.timeline
        self._frame_s = 1 / movie.rate
        self._rising = Rising(self._frame_s)
        self._at = 0
        self._offset_s = movie.start_offset_s
        self._whole_s: Fraction | None = None
        self._leaving_for: int | None = None
        self._seen_s = self._start_s - self._frame_s
        self._leap: tuple[Fraction, Fraction] | None = None
        """The last leap ahead: from where to where."""
        self._stragglers = 0
        self.permuted = movie.timeline.permuted
        """Whether a picture was placed elsewhere than its timestamp says."""
        self.strayed: list[tuple[Fraction, bool]] = []
        """When timestamps started anew without the timeline's saying so, and whether they stood still."""
        if foothold is not None:
            self._begin(foothold)

    @property
    def last_s(self) -> Fraction | None:
        """When the last picture starts."""
        return self._rising.last_s

    @property
    def end_s(self) -> Fraction:
        """Where the last picture ends."""
        return self._rising.end_s

    @property
    def slight_s(self) -> Fraction:
        """By how much times may be out of order."""
        return self._rising.slight_s

    def read(self, stamp_s: Fraction | None) -> Fraction | None:
        """Return the time of the next picture, later than the one before; None where it is no whole picture.

        Args:
            stamp_s: Its timestamp; None where it has none: it comes the usual time after the one before.
        """
        if stamp_s is None:
            stamp_s = self._seen_s + self._frame_s
        self._seen_s = stamp_s = unwound(stamp_s, self._start_s, self._timeline.period_s)
        if self._whole_s is not None:
            if stamp_s < self._whole_s - _NEAR * self._frame_s:
                return None
            self._whole_s = None
        at, last_s = self._passage_of(stamp_s), self._rising.last_s
        if at != self._at:
            # Of the pictures that are still to come, one may be of this passage: it is left with a whole picture.
            self._leaving_for = at
            if stamp_s < self._timeline.passages[at].whole_stamp_s - _NEAR * self._frame_s:
                return None
            self._at, self._offset_s = at, self._offset_of(at)
            if last_s is not None and not self._stands_still:
                given_s = max(stamp_s - self._offset_s, last_s + _OVERTAKEN * self._frame_s)
                return self._rising.start(given_s, stuck=False)
        given_s = stamp_s - self._offset_s
        if self._stands_still:
            return self._rising.start(given_s if last_s is None else last_s + self._frame_s, stuck=True)
        if last_s is not None and given_s > self._rising.latest_s + self._rising.slight_s:
            self._leap, self._stragglers = (self._rising.latest_s, given_s), 0
        time_s = self._rising.place(given_s)
        if time_s is None and (self._is_misplaced(stamp_s) or self._is_straggler(given_s)):
            return None
        if time_s is None:
            return self._carry_on(given_s)
        self.permuted = self.permuted or time_s != given_s
        return time_s

    def _begin(self, foothold: Foothold) -> None:
        self._at, self._whole_s = foothold.passage, foothold.stamp_s
        self._offset_s = self._offset_of(foothold.passage)

    @property
    def _stands_still(self) -> bool:
        return bool(self._timeline.passages) and self._timeline.passages[self._at].stuck

    def _offset_of(self, at: int) -> Fraction:
        return self._timeline.passages[at].offset_s if at else self._start_s

    def _passage_of(self, stamp_s: Fraction) -> int:
        """Return the passage that the next timestamp belongs to: this one, or a later one where it cannot be this."""
        passages = self._timeline.passages
        if self._at + 1 >= len(passages) or self._fits_here(stamp_s, passages[self._at], passages[self._at + 1]):
            return self._at
        following = range(self._at + 1, len(passages))
        return next((at for at in following if self._lies_in(stamp_s, passages[at])), self._at)

    def _fits_here(self, stamp_s: Fraction, passage: Passage, following: Passage) -> bool:
        if passage.stuck:
            return passage.first_stamp_s - self._rising.slight_s <= stamp_s <= passage.last_stamp_s + _ROUNDED_S
        if self._rising.last_s is None:
            return self._lies_in(stamp_s, passage)
        latest_s = self._rising.latest_s + self._offset_s
        if self._leaving_for is not None and self._leaving_for > self._at and stamp_s <= latest_s:
            return False
        if following.stuck and latest_s >= passage.last_stamp_s - _ROUNDED_S and self._lies_in(stamp_s, following):
            return False
        slack_s = _NEAR * self._frame_s
        return latest_s - self._rising.slight_s <= stamp_s <= passage.last_stamp_s + slack_s

    def _is_misplaced(self, stamp_s: Fraction) -> bool:
        """Tell whether a picture comes long after its time, as decoders give some up where parts were joined."""
        passages = self._timeline.passages
        return bool(passages) and not self._rising.stuck and self._lies_in(stamp_s, passages[self._at])

    def _is_straggler(self, given_s: Fraction) -> bool:
        """Tell whether a picture is one from before a hole, that a decoder gives up when it is over."""
        if self._leap is None or self._rising.stuck or not self._leap[0] < given_s < self._leap[1]:
            return False
        self._stragglers += 1
        return self._stragglers <= _STRAGGLERS_MOST

    def _lies_in(self, stamp_s: Fraction, passage: Passage) -> bool:
        slack_s = _ROUNDED_S if passage.stuck else _NEAR * self._frame_s
        return passage.first_stamp_s - slack_s <= stamp_s <= passage.last_stamp_s + slack_s

    def _carry_on(self, given_s: Fraction) -> Fraction:
        # Timestamps that start anew (recordings joined byte by byte) or stand still are taken as going on.
        self.strayed.append((self.end_s, self._rising.stuck))
        self._offset_s -= self.end_s - given_s
        return self._rising.start(self.end_s, stuck=self._rising.stuck)


def unwound(stamp_s: Fraction, start_s: Fraction, period_s: Fraction) -> Fraction:
    """Return a timestamp as near to where the film starts as its format's period lets it be."""
    if period_s > 0 and abs(stamp_s - start_s) > period_s / 2:
        return stamp_s - round((stamp_s - start_s) / period_s) * period_s
    return stamp_s


def film_time(movie: Movie, stamp_s: Fraction, byte: int | None = None) -> Fraction:
    """Return the film's time of something other than a picture, such as words or sound.

    Args:
        movie: The probed film.
        stamp_s: Its timestamp in the container's own seconds.
        byte: Where in the file it lies, by which passages that have the same timestamps are told apart.
    """
    return time_on(movie.timeline, movie.start_offset_s, stamp_s, byte)


def time_on(timeline: Timeline, start_s: Fraction, stamp_s: Fraction, byte: int | None = None) -> Fraction:
    """Return the same as `film_time` where there is no film yet.

    Args:
        timeline: The film's.
        start_s: The timestamp at which players start.
        stamp_s: As there.
        byte: As there.
    """
    passages = timeline.passages
    if not passages:
        return stamp_s - start_s
    stamp_s = unwound(stamp_s, start_s, timeline.period_s)
    at = 0
    if byte is not None and byte >= 0:
        at = max((at for at, passage in enumerate(passages) if 0 <= passage.byte <= byte), default=0)
    # Streams are woven into each other: what lies near a border may belong to the neighbour.
    others = range(at - 1, at + 2) if byte is not None else range(len(passages))
    fitting = (each for each in (at, *others) if 0 <= each < len(passages) and _holds(passages[each], stamp_s))
    found = next(fitting, at)
    return stamp_s - (passages[found].offset_s if found else start_s)


def _holds(passage: Passage, stamp_s: Fraction) -> bool:
    """Tell whether something lies in a passage or beside it: sound may be cut elsewhere than the picture."""
    return passage.first_stamp_s - _BESIDE_S <= stamp_s <= passage.last_stamp_s + _BESIDE_S


def breaks(movie: Movie) -> list[tuple[str, Fraction]]:
    """Return what a film's timestamps do where one passage follows another, and at which of the film's times."""
    passages = movie.timeline.passages
    found = []
    for before, after in pairwise(passages):
        if before.stuck:
            continue
        what = "jump back" if after.first_stamp_s < before.last_stamp_s else "jump ahead"
        at_s = after.first_stamp_s - after.offset_s
        found.append(("stand still" if after.stuck else what, at_s))
    return found
