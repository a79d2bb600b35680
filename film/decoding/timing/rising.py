"""Times that rise: what repeats, or is slightly out of order, is placed between its neighbours."""

from fractions import Fraction

_REORDERED_MOST = 16
"""Frames: nearly no format lets one be shown by more places earlier or later than it is decoded."""
_FARTHER = {"vvc": 33}
"""Those that do: H.266 is coded in groups of 32 frames, the last of which comes first."""
_REORDERED_SURELY = 4
"""Frames that encoders commonly reorder by: so few are no recording of their own, however slow they follow."""
_SLIGHT_S = Fraction(1)
"""What jumps back by more is no matter of order."""


def reach_of(codec: str) -> int:
    """Return by how many places a format's frames may be shown earlier or later than they are decoded."""
    return _FARTHER.get(codec, _REORDERED_MOST)


class Rising:
    """Keeps times rising: one that repeats, or lies slightly before others, comes shortly after the frame before.

    Stamps are repeated by careless rounding, and permuted where frames that build on later ones (B-frames) got their
    time of decoding for that of display. Neither moves the stamps around them: those are taken as they are.

    Args:
        frame_s: How long a frame stands on average.
        reach: By how many places frames are reordered at most.
    """

    def __init__(self, frame_s: Fraction, reach: int = _REORDERED_MOST) -> None:
        self._frame_s = frame_s
        most_s = reach * frame_s if reach > _REORDERED_MOST else min(_SLIGHT_S, reach * frame_s)
        self.slight_s = max(_REORDERED_SURELY * frame_s, most_s)
        """What may lie before the latest time and be a matter of order."""
        self.late_most = max(Fraction(reach), _SLIGHT_S / frame_s)
        """Frames that may follow each other without a later time."""
        self.latest_s = Fraction(0)
        """Of the times as they were given."""
        self._late = 0
        self.last_s: Fraction | None = None
        self.stuck = False
        """Whether the times no longer rise, for longer than a wrong order explains."""

    @property
    def end_s(self) -> Fraction:
        """Where the last frame ends."""
        return Fraction(0) if self.last_s is None else self.latest_s + self._frame_s

    def place(self, time_s: Fraction) -> Fraction | None:
        """Return the time of the next frame; None where the times start anew: then `start` says how to go on."""
        if self.last_s is None or time_s > self.last_s:
            return self.start(time_s, stuck=False)
        if self.stuck or time_s < self.latest_s - self.slight_s:
            return None
        if self._late >= self.late_most:
            self.latest_s += self._late * self._frame_s
            self.stuck = True
            return None
        self._late += 1
        self.latest_s = max(self.latest_s, time_s)
        # Ever closer to half a frame after the latest and never beyond, so as not to overtake the next.
        self.last_s += (self.latest_s + self._frame_s / 2 - self.last_s) / (self._late + 1)
        return self.last_s

    def start(self, time_s: Fraction, *, stuck: bool) -> Fraction:
        """Take a time as it is, whatever came before, and return it."""
        self._late, self.stuck = 0, stuck
        self.last_s = self.latest_s = time_s
        return time_s
