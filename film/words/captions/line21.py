"""EIA-608 ("line 21") captions: pairs of bytes to captions with their times, for each of the four channels.

The decoder of ffmpeg (`cc_dec`) is not used: it takes both languages of a field for one, loses the last caption of a
film, gives each row of rolling captions again with every row that follows, and through PyAV it cannot be told in which
unit the times are. Source: ANSI/CTA-608-E.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from film.words.captions import glyphs
from film.words.captions.rolling import Caption, Sentences, part_turns

_ROWS = {
    0x10: (11, 11), 0x11: (1, 2), 0x12: (3, 4), 0x13: (12, 13), 0x14: (14, 15), 0x15: (5, 6), 0x16: (7, 8),
    0x17: (9, 10),
}  # fmt: skip
"""Which rows a preamble's first byte addresses, by bit 5 of the second."""
_LAST_COLUMN = 31
_AGAIN_S = Fraction(1, 5)
"""Control codes are sent twice; the same one later than this is a new one."""
_ERASED_S = Fraction(16)
"""Receivers clear the screen when so long nothing has come."""
_FORGOTTEN_S = Fraction(6)
"""A caption that nobody ever cleared is told to stand as long as it takes to read it, and no longer than this."""
_LINGER_S = Fraction(3)
"""Rolling words stand until others push them away: so long after they came they are no longer what is being said."""


class BytePair(NamedTuple):
    """What one field of a picture carries."""

    at_s: Fraction
    field: int
    """1 or 2."""
    first: int
    second: int


def read_captions(pairs: Iterable[BytePair]) -> dict[str, tuple[Caption, ...]]:
    """Return the captions of each channel that has any, as `Channels` does, of pairs in the order of display."""
    channels = Channels()
    at_s = Fraction(0)
    for pair in pairs:
        at_s = pair.at_s
        channels.take(pair)
    return channels.captions(at_s)


class Channels:
    """Gathers the captions of a film's channels: `cc1`, `cc2` (of field 1), `cc3`, `cc4` (of field 2).

    Captions that pop on or are painted come as they stand on the screen. Those that roll up come as sentences: each
    row once, joined with those that go on with it, parted where `>>` tells of another speaker. What is sent besides
    captions (XDS, text services) is passed over.
    """

    def __init__(self) -> None:
        self._channels = {name: _Channel() for name in ("cc1", "cc2", "cc3", "cc4")}
        one, two, three, four = self._channels.values()
        self._fields = {1: _Field(one, two), 2: _Field(three, four)}

    def take(self, pair: BytePair) -> None:
        """Take a pair of bytes, in the order in which they are shown; parity bits do not matter."""
        self._fields[pair.field].take(pair.at_s, pair.first & 0x7F, pair.second & 0x7F)

    def captions(self, end_s: Fraction) -> dict[str, tuple[Caption, ...]]:
        """Return what each channel that has words has said until the film's end."""
        for channel in self._channels.values():
            channel.close(end_s + 2 * _ERASED_S)
        return {name: tuple(channel.said) for name, channel in self._channels.items() if channel.said}


class _Field:
    """Hands the bytes of one field to the channel that they are for."""

    def __init__(self, first: "_Channel", second: "_Channel") -> None:
        self._channels = first, second
        self._current: _Channel | None = None
        self._last: tuple[int, int] | None = None
        self._last_s = Fraction(0)

    def take(self, at_s: Fraction, first: int, second: int) -> None:
        if not first and not second:
            return  # a filler
        if 0x01 <= first <= 0x0F:  # extended data services; what follows is theirs, until the next control code
            self._current = self._last = None
        elif first >= 0x20 or not first:
            self._last = None
            if self._current is not None:
                self._current.write(at_s, first)
                self._current.write(at_s, second)
        elif first >= 0x10:
            again = self._last == (first, second) and at_s - self._last_s <= _AGAIN_S
            self._last, self._last_s = None if again else (first, second), at_s
            if not again:
                self._current = self._channels[(first >> 3) & 1]
                self._current.obey(at_s, first & 0x17, second)


_Cells = dict[tuple[int, int], tuple[str, bool]]
"""By row and column: a character, and whether it is slanted."""


@dataclass(slots=True)
class _Channel:
    """One service: its two memories, what is being done with them, and what has been said."""

    said: list[Caption] = field(default_factory=list)
    mode: str = ""
    """`pop`, `paint`, `roll`; `text` for a service that is none of captions; empty until one is told."""
    shown: _Cells = field(default_factory=dict)
    shown_s: Fraction = Fraction(0)
    """Since when."""
    loaded: _Cells = field(default_factory=dict)
    row: int = 15
    column: int = 0
    slanted: bool = False
    touched_s: Fraction = Fraction(0)
    sentence: Sentences = field(default_factory=Sentences)

    def write(self, at_s: Fraction, code: int) -> None:
        """Take one byte of text."""
        self._put(at_s, glyphs.basic(code))

    def _put(self, at_s: Fraction, letter: str) -> None:
        if not letter or self.mode in {"", "text"}:
            return
        cells = self.loaded if self.mode == "pop" else self.shown
        if cells is self.shown:
            if cells and at_s - self.touched_s > _ERASED_S:
                self._erase(at_s)
                cells = self.shown
            if not cells:
                self.shown_s = at_s
            self.touched_s = at_s
        cells[self.row, self.column] = letter, self.slanted
        self.column = min(self.column + 1, _LAST_COLUMN)

    def obey(self, at_s: Fraction, first: int, second: int) -> None:
        """Take a control code of this channel, as that of channel 1."""
        if second >= 0x40:
            self._address(at_s, first, second)
        elif first == 0x11 and second < 0x30:  # a change of style within a row, which takes a place
            self.slanted = second & 0x0E == 0x0E
            self._put(at_s, " ")
        elif first == 0x11:
            self._put(at_s, glyphs.special(second))
        elif first in {0x12, 0x13}:
            if letter := glyphs.extended(first, second):
                self.column = max(0, self.column - 1)
                self._put(at_s, letter)
        elif first == 0x17 and 0x21 <= second <= 0x23:
            self.column = min(self.column + second - 0x20, _LAST_COLUMN)
        elif first in {0x14, 0x15}:
            self._command(at_s, second)

    def _address(self, at_s: Fraction, first: int, second: int) -> None:
        row = _ROWS[first][second >> 5 & 1]
        if self.mode == "roll":  # the base row moves, and with it what stands there
            self.shown = {(row, column): cell for (_, column), cell in self.shown.items()}
        elif self.mode == "paint" and any(each == row for each, _ in self.shown):
            self._erase(at_s)
        self.row = row
        self.column = (second & 0x0E) * 2 if second & 0x10 else 0
        self.slanted = second & 0x1E == 0x0E

    def _command(self, at_s: Fraction, code: int) -> None:
        if code == 0x20:
            self._enter("pop", at_s)
        elif code == 0x21:
            self._back()
        elif code == 0x24:
            cells = self.loaded if self.mode == "pop" else self.shown
            for place in [each for each in cells if each[0] == self.row and each[1] >= self.column]:
                del cells[place]
        elif code in {0x25, 0x26, 0x27}:
            self._enter("roll", at_s)
        elif code == 0x29:
            self._enter("paint", at_s)
        elif code in {0x2A, 0x2B}:
            self._enter("text", at_s)
        elif code == 0x2C:
            self._erase(at_s)
        elif code == 0x2D and self.mode == "roll":
            self._roll(at_s)
            self.column = 0
        elif code == 0x2E:
            self.loaded = {}
        elif code == 0x2F:
            self._erase(at_s)
            self.shown, self.loaded, self.shown_s, self.touched_s = self.loaded, {}, at_s, at_s
            self.mode = "pop"

    def _enter(self, mode: str, at_s: Fraction) -> None:
        if mode == "roll" and self.mode != "roll":
            self._erase(at_s)
            self.row, self.column = 15, 0
        elif self.mode == "roll" and mode != "roll":
            self._erase(at_s)
        self.mode, self.slanted = mode, False

    def _back(self) -> None:
        self.column = max(0, self.column - 1)
        (self.loaded if self.mode == "pop" else self.shown).pop((self.row, self.column), None)

    def _roll(self, at_s: Fraction) -> None:
        if self.shown:
            text, italic = _read(self.shown)
            row = Caption(self.shown_s, min(at_s, self.touched_s + _LINGER_S), text, italic)
            self.said += self.sentence.add(row, self.touched_s)
        self.shown = {}

    def _erase(self, at_s: Fraction) -> None:
        """Clear the screen, and note what stood there."""
        if self.mode == "roll":
            self._roll(at_s)
            self.said += self.sentence.end()
        elif self.shown:
            text, italic = _read(self.shown)
            if text:
                forgotten = at_s - self.touched_s > _ERASED_S
                end_s = self.touched_s + min(_FORGOTTEN_S, 1 + Fraction(len(text), 15)) if forgotten else at_s
                self.said.append(Caption(self.shown_s, end_s, text, italic))
        self.shown = {}

    def close(self, at_s: Fraction) -> None:
        """End with what stands there."""
        self._erase(at_s)


def _read(cells: _Cells) -> tuple[str, bool]:
    """Return the rows of a screen, and whether all of it is slanted."""
    rows = []
    for row in sorted({place[0] for place in cells}):
        letters = {column: letter for (each, column), (letter, _) in cells.items() if each == row}
        text = "".join(letters.get(column, " ") for column in range(max(letters) + 1))
        rows += part_turns(" ".join(text.replace("█", " ").split()))
    slants = [slanted for letter, slanted in cells.values() if letter != " "]
    return "\n".join(row for row in rows if row.strip()), bool(slants) and all(slants)
