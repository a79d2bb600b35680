"""How TTML writes times: clocks, frames, ticks, and numbers with their unit."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,3}):(\d{1,3})(?:[.,](\d{1,9})\d*|[:;](\d{1,4})(?:\.(\d{1,4}))?)?")
_OFFSET = re.compile(r"(\d{1,12})(?:[.,](\d{1,9})\d*)?\s*(h|ms|m|s|f|t)?")
_SECONDS = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "": Fraction(1), "ms": Fraction(1, 1000)}
_TEN_MINUTES = 10


@dataclass(slots=True)
class TimeBase:
    """The clock of one document; its defaults are those of the standard."""

    frame_rate: Fraction = Fraction(30)
    """Frames that a second of the clock counts."""
    multiplier: Fraction = Fraction(1)
    """What makes it the rate of the film: 1000/1001."""
    subframes: int = 1
    tick_rate: Fraction = Fraction(1)
    counts_frames: bool = False
    """SMPTE's time code: a second is as long as its frames take."""
    drop: int = 0
    """Numbers of frames left out in each minute but the tenth."""
    zero_s: Fraction = Fraction(0)
    """What the clock shows where the film starts."""

    @classmethod
    def of(cls, values: dict[str, str]) -> Self:
        """Read the parameters of a document's root, by their local names."""
        told = _number(values.get("frameRate", ""))
        rate = told or Fraction(30)
        parts = [_number(one) for one in re.split(r"[\s:/]+", values.get("frameRateMultiplier", "").strip())]
        above, below = (parts[0], parts[1]) if len(parts) == 2 else (None, None)
        multiplier = above / below if above and below else Fraction(1)
        subframes = int(_number(values.get("subFrameRate", "")) or 1)
        ticks = _number(values.get("tickRate", "")) or (rate * multiplier * subframes if told else Fraction(1))
        smpte = values.get("timeBase") == "smpte"
        drop = {"dropNTSC": 2, "dropPAL": 4}.get(values.get("dropMode", ""), 0) if smpte else 0
        return cls(rate, multiplier, max(1, subframes), ticks, smpte, drop)

    def seconds(self, text: str) -> Fraction | None:
        """Return the seconds that a time expression means; None for one that cannot be read."""
        text = text.strip()
        clock = _CLOCK.fullmatch(text)
        if clock:
            return self._of_clock(clock)
        offset = _OFFSET.fullmatch(text)
        if not offset:
            return None
        number = Fraction(f"{offset[1]}.{offset[2] or 0}")
        if offset[3] == "f":
            return number / (self.frame_rate * self.multiplier)
        return number / self.tick_rate if offset[3] == "t" else number * _SECONDS[offset[3] or ""]

    def _of_clock(self, clock: re.Match[str]) -> Fraction:
        hours, minutes, seconds, digits, frames, subs = clock.groups()
        whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
        past = Fraction(int(frames or 0)) + Fraction(int(subs or 0), self.subframes)
        if not self.counts_frames or digits:
            return whole + Fraction(f"0.{digits or 0}") + past / (self.frame_rate * self.multiplier)
        count = whole * self.frame_rate + past
        if self.drop:
            minute = whole // 60
            # PAL leaves numbers out in even minutes alone
            minutes_left = minute - minute // _TEN_MINUTES if self.drop == 2 else minute // 2 - minute // 20
            count -= self.drop * minutes_left
        return count / (self.frame_rate * self.multiplier)


def _number(text: str) -> Fraction | None:
    match = re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,6})?)\s*", text)
    value = Fraction(match[1]) if match else Fraction(0)
    return value or None
