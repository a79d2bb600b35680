"""EIA-708 captions for digital receivers: packets to captions, for each of the six services.

Their words stand in up to eight windows, which are defined, written to, shown and hidden. Where on the screen they
stand, their colours and pens mean nothing here. Source: ANSI/CTA-708-E, chapters 5 to 8.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from film.words.captions.rolling import Caption, Sentences, part_turns

_START, _MORE = 3, 2
_SERVICES = 6
_EXTENDED = 7
_BESIDES = {
    0x20: " ", 0x21: "\u00a0", 0x25: "…", 0x2A: "Š", 0x2C: "Œ", 0x31: "‘", 0x32: "’", 0x33: "“", 0x34: "”", 0x35: "•",
    0x39: "™", 0x3A: "š", 0x3C: "œ", 0x3D: "℠", 0x3F: "Ÿ", 0x76: "⅛", 0x77: "⅜", 0x78: "⅝", 0x79: "⅞",
}  # fmt: skip
"""Characters after the byte 0x10."""
_PARAMETERS = {
    **dict.fromkeys(range(0x88, 0x8E), 1), 0x90: 2, 0x91: 3, 0x92: 2, 0x97: 4, **dict.fromkeys(range(0x98, 0xA0), 6),
}  # fmt: skip
"""How many bytes follow a command; none where it is not listed."""
_LINGER_S = Fraction(3)
_TOGETHER_S = Fraction(1, 10)
"""Windows that come and go within so much of each other hold one caption."""
_FORGOTTEN_AFTER_S, _FORGOTTEN_S = Fraction(30), Fraction(6)
"""Words that nobody took away for so long are told to stand as long as it takes to read them, at most so long."""
_MOST_ROWS, _MOST_COLUMNS = 15, 42


class Services:
    """Gathers the captions of a film's services, three bytes at a time."""

    def __init__(self) -> None:
        self._services = [_Service() for _ in range(_SERVICES)]
        self._packet = bytearray()

    def take(self, at_s: Fraction, kind: int, first: int, second: int) -> None:
        """Take a pair of bytes, in the order in which they are shown.

        Args:
            at_s: When its picture is shown.
            kind: 3 where it begins a packet, 2 where it goes on with one.
            first: A byte.
            second: The next one.
        """
        if kind == _START:
            self._packet = bytearray()
        elif not self._packet or kind != _MORE:
            return
        self._packet += bytes((first, second))
        if len(self._packet) >= _length(self._packet[0]):
            for number, data in _blocks(bytes(self._packet)):
                self._services[number - 1].take(at_s, data)
            self._packet = bytearray()

    def captions(self, end_s: Fraction) -> dict[str, tuple[Caption, ...]]:
        """Return what each service that has words has said until the film's end: `dtv1`, the main one, to `dtv6`."""
        for service in self._services:
            service.close(end_s)
        told = {f"dtv{number}": service.captions() for number, service in enumerate(self._services, start=1)}
        return {name: captions for name, captions in told.items() if captions}


def _length(header: int) -> int:
    return 2 * (header & 0x3F) or 128


def _blocks(packet: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the services of a packet and what is for them."""
    at, end = 1, min(_length(packet[0]), len(packet))
    while at < end:
        number, size = packet[at] >> 5, packet[at] & 0x1F
        at += 1
        if number == _EXTENDED and size:
            number = packet[at] & 0x3F if at < end else 0
            at += 1
        if number == 0:
            return
        if number <= _SERVICES:
            yield number, packet[at : min(at + size, end)]
        at += size


@dataclass(slots=True)
class _Window:
    anchor: int = 0
    """How far down it stands."""
    rows: int = 1
    visible: bool = False
    cells: dict[tuple[int, int], tuple[str, bool]] = field(default_factory=dict)
    row: int = 0
    column: int = 0
    shown_s: Fraction = Fraction(0)
    touched_s: Fraction = Fraction(0)
    sentences: Sentences = field(default_factory=Sentences)


@dataclass(slots=True)
class _Service:
    """The windows of one service, and what has been said in them."""

    windows: dict[int, _Window] = field(default_factory=dict)
    current: int = 0
    slanted: bool = False
    pending: bytes = b""
    said: list[tuple[int, Caption]] = field(default_factory=list)
    """With how far down each stood."""

    def take(self, at_s: Fraction, data: bytes) -> None:
        """Take the bytes of a block; a command that is cut off waits for its rest."""
        data, self.pending = self.pending + data, b""
        at = 0
        while at < len(data):
            size = _size(data[at : at + 2])
            if at + size > len(data):
                self.pending = data[at:]
                return
            self._obey(at_s, data[at : at + size])
            at += size

    def _obey(self, at_s: Fraction, code: bytes) -> None:
        first, rest = code[0], code[1:]
        if letter := _letter(code):
            self._write(at_s, letter)
        elif first == 0x08:
            self._back()
        elif first == 0x0C:
            self._clear(at_s, [self.current])
        elif first == 0x0D:
            self._roll(at_s)
        elif first == 0x0E and (window := self.windows.get(self.current)):
            window.cells = {place: cell for place, cell in window.cells.items() if place[0] != window.row}
            window.column = 0
        elif 0x80 <= first <= 0x87:
            self.current = first - 0x80
        elif 0x88 <= first <= 0x8C:
            self._change(at_s, first, [number for number in range(8) if rest[0] >> number & 1])
        elif first == 0x8F:
            self._change(at_s, 0x8C, list(range(8)))
        elif first == 0x90:
            self.slanted = bool(rest[1] & 0x80)
        elif first == 0x92 and (window := self.windows.get(self.current)):
            window.row, window.column = rest[0] & 0x0F, min(rest[1] & 0x3F, _MOST_COLUMNS)
        elif 0x98 <= first <= 0x9F:
            self._define(at_s, first - 0x98, rest)

    def _define(self, at_s: Fraction, number: int, rest: bytes) -> None:
        fresh = number not in self.windows
        window = self.windows.setdefault(number, _Window())
        window.anchor, window.rows = rest[1] & 0x7F, (rest[3] & 0x0F) + 1
        self.current = number
        if fresh:
            self.slanted = False
        self._show(at_s, window, visible=bool(rest[0] & 0x20))

    def _change(self, at_s: Fraction, command: int, numbers: list[int]) -> None:
        if command == 0x88:
            self._clear(at_s, numbers)
            return
        for number in numbers:
            if window := self.windows.get(number):
                visible = command == 0x89 or (command == 0x8B and not window.visible)
                self._show(at_s, window, visible=visible)
                if command == 0x8C:
                    del self.windows[number]

    def _show(self, at_s: Fraction, window: _Window, *, visible: bool) -> None:
        if window.visible and not visible:
            self._note(at_s, window)
        elif visible and not window.visible:
            window.shown_s = window.touched_s = at_s
        window.visible = visible

    def _clear(self, at_s: Fraction, numbers: list[int]) -> None:
        for number in numbers:
            if window := self.windows.get(number):
                self._note(at_s, window)
                window.cells, window.row, window.column = {}, 0, 0

    def _write(self, at_s: Fraction, letter: str) -> None:
        window = self.windows.get(self.current)
        if window is None:
            return
        if window.visible:
            window.shown_s = window.shown_s if window.cells else at_s
            window.touched_s = at_s
        window.cells[window.row, window.column] = letter, self.slanted
        window.column = min(window.column + 1, _MOST_COLUMNS)

    def _back(self) -> None:
        if window := self.windows.get(self.current):
            window.column = max(0, window.column - 1)
            window.cells.pop((window.row, window.column), None)

    def _roll(self, at_s: Fraction) -> None:
        """Begin a row; what stands in a window that is seen already has been read by then, and is noted."""
        window = self.windows.get(self.current)
        if window is None:
            return
        if window.visible and window.cells:
            text, italic = _text(window)
            row = Caption(window.shown_s, min(at_s, window.touched_s + _LINGER_S), text, italic)
            self.said += [(window.anchor, one) for one in window.sentences.add(row, window.touched_s)]
            window.cells = {}
        window.row, window.column = min(window.row + 1, _MOST_ROWS), 0

    def _note(self, at_s: Fraction, window: _Window) -> None:
        """Note what stands in a window that is seen, before it goes."""
        if not window.visible:
            return
        text, italic = _text(window)
        end_s = (
            at_s if at_s - window.touched_s <= 30 else window.touched_s + min(_FORGOTTEN_S, 1 + Fraction(len(text), 15))
        )
        held = window.sentences
        if text and not held.begun:
            self.said.append((window.anchor, Caption(window.shown_s, end_s, text, italic)))
        elif text:
            end_s = min(end_s, window.touched_s + _LINGER_S)
            rows = held.add(Caption(window.shown_s, end_s, text, italic), window.touched_s)
            self.said += [(window.anchor, one) for one in rows]
        self.said += [(window.anchor, one) for one in held.end()]
        window.shown_s = window.touched_s = at_s

    def close(self, at_s: Fraction) -> None:
        """End with what is still seen."""
        self._change(at_s + 2 * _FORGOTTEN_AFTER_S, 0x8C, list(range(8)))

    def captions(self) -> tuple[Caption, ...]:
        """Return what has been said in order; windows that came and went together are one caption, from the top."""
        joined: list[tuple[int, Caption]] = []
        for anchor, one in sorted(self.said, key=lambda each: (each[1].start_s, each[0])):
            last = joined[-1][1] if joined else None
            if last and one.start_s - last.start_s <= _TOGETHER_S and abs(one.end_s - last.end_s) <= _TOGETHER_S:
                above = joined[-1][0] <= anchor
                rows = (last.text, one.text) if above else (one.text, last.text)
                joined[-1] = anchor, last._replace(text="\n".join(rows), italic=last.italic and one.italic)
            else:
                joined.append((anchor, one))
        return tuple(one for _, one in joined)


def _size(code: bytes) -> int:
    """Return how many bytes a code takes, itself included."""
    first = code[0]
    if first == 0x10:
        second = code[1] if len(code) > 1 else 0x20
        extra = second >> 3 if second < 0x20 else 4 if 0x80 <= second < 0x88 else 5 if 0x88 <= second < 0x90 else 0
        return 2 + extra
    if first < 0x20:
        return 1 if first < 0x10 else 2 if first < 0x18 else 3
    return 1 + _PARAMETERS.get(first, 0)


def _letter(code: bytes) -> str:
    """Return the character of a code, empty where it is none."""
    first = code[0]
    if first == 0x10:
        return _BESIDES.get(code[1], "")
    if first == 0x18:
        return chr(int.from_bytes(code[1:3], "big"))
    if first == 0x7F:
        return "♪"
    return chr(first) if 0x20 <= first < 0x80 or first >= 0xA0 else ""


def _text(window: _Window) -> tuple[str, bool]:
    """Return the rows of a window, and whether all of it is slanted."""
    rows: list[str] = []
    for row in sorted({place[0] for place in window.cells}):
        letters = {column: letter for (each, column), (letter, _) in window.cells.items() if each == row}
        text = "".join(letters.get(column, " ") for column in range(max(letters) + 1))
        rows += part_turns(" ".join(text.split()))
    slants = [slanted for letter, slanted in window.cells.values() if letter.strip()]
    return "\n".join(rows), bool(slants) and all(slants)
