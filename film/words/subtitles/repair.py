"""Damaged subtitle files, read or mended so that all of them is read; pure.

Strict readers want canonical times and complete fields; people's files have dots for commas, no hours, no index,
coordinates, reordered columns. Cues without a start are dropped and counted. SubRip and SubStation are parted here
alone, in one walk over the rows: a file of a day's film is read in seconds, one of rubbish too.
"""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from film.words.subtitles.cues import MOST_CUES, TooManyCuesError

_ARROW = re.compile(r"\s*(?:-\s?-?\s?>|[–—]+>|→)\s*")
_STAMP = re.compile(r"^(-?)(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,5})(?:\.(\d{1,9}))?$")
_LONGEST_TIMING = 500
_TIME_HEAD = re.compile(r"^-?\d[\d:.]*(?:[:.]-\d[\d:.-]*)?")
_INDEX = re.compile(r"^\s*\d{1,6}\s*$")
_LAST_MS = 359_999_999
"""The latest time that canonical stamps can hold: 99:59:59.999."""
_CANONICAL = re.compile(
    r"(\d\d):(\d\d):(\d\d)[,.](\d{3}) --> (\d\d):(\d\d):(\d\d)[,.](\d{3})(?: +[A-Za-z].*)?$", re.ASCII
)
"""Timings as nearly all files have them; what is else is read with patience."""
_CLOCK = re.compile(r"(\d{1,3}):(\d\d):(\d\d)[,.](\d{1,3})", re.ASCII)
_USUAL_EVENT = re.compile(
    r"Dialogue: [^,]*,(\d{1,2}:\d\d:\d\d\.\d\d),(\d{1,2}:\d\d:\d\d\.\d\d)"
    r",([^,]*),([^,]*),[^,]*,[^,]*,[^,]*,([^,]*),(.*)",
    re.ASCII | re.DOTALL,
)
_STAMPS = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})[.,](\d{1,3})")
_HEADER = re.compile(r"\ufeff?WEBVTT(?:\s|$)")
_MAP_ROW = "X-TIMESTAMP-MAP="
_MPEGTS = re.compile(r"MPEGTS:(\d{1,20})", re.ASCII)
_LOCAL = re.compile(r"LOCAL:([\d:.]+)", re.ASCII)
_TS_RATE, _TS_TURN = 90_000, 1 << 33
"""Ticks of an MPEG stream in a second, and those after which its clock starts at zero again."""
_EVENT_FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")


def stamp(text: str) -> Fraction | None:
    """Read a time of day loosely: hours may lack, commas and dots mean the same, digits may be few or many.

    Returns:
        Seconds, negative ones too; None where it is no time.
    """
    plain_ms = _plain_ms(text)
    if plain_ms is not None:
        return Fraction(plain_ms, 1000)
    text = re.sub(r"\s*([:.,;：])\s*", r"\1", text.strip()).translate(str.maketrans(",;：", "..:"))
    if re.search(r"[:.]-\d", text):  # `00:00:-1,-500`: programs that shift times write it
        text = "-" + text.replace("-", "")
    if re.fullmatch(r"-?\d+:\d+:\d+:\d+", text) or re.fullmatch(r"-?\d+\.\d+\.\d+\.\d+", text):
        head, _, tail = text.replace(".", ":").rpartition(":")
        text = f"{head}.{tail}"
    match = _STAMP.match(text)
    if match is None or not ("." in text or ":" in text):
        return None
    minus, hours, minutes, seconds, digits = match.groups()
    value = Fraction(int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds))
    if digits:
        value += Fraction(int(digits), 10 ** len(digits))
    return -value if minus else value


def _plain_ms(text: str) -> int | None:
    """Read `1:02:03.45`, as nearly all files write times, in milliseconds; None for what asks for patience."""
    match = _CLOCK.fullmatch(text)
    return _stamp_ms(match.groups()) if match else None


def _milliseconds(seconds: Fraction) -> int:
    """Return whole milliseconds; what lies before zero or beyond 99 hours is set to the limit."""
    return min(max(round(seconds * 1000), 0), _LAST_MS)


def timing(row: str) -> tuple[Fraction | None, Fraction | None] | None:
    """Read a row as the two times of a cue.

    Returns:
        Start and end, None for one that cannot be read; None altogether where the row is no timing.
    """
    if not (">" in row or "→" in row) or len(row) > _LONGEST_TIMING:
        return None
    canonical = _CANONICAL.match(row)
    if canonical:
        start_ms, end_ms = _both(canonical)
        return Fraction(start_ms, 1000), Fraction(end_ms, 1000)
    sides = _ARROW.split(row.strip(), maxsplit=1)
    if len(sides) != 2:
        return None
    start = stamp(sides[0])
    joined = re.sub(r"(?<=\d)\s*([:.,;：])\s*(?=\d)", r"\1", sides[1]).translate(str.maketrans(",;：", "..:"))
    head = _TIME_HEAD.match(joined)
    end = stamp(head.group().rstrip(":.")) if head else None
    if start is None and (end is None or (sides[0] and not sides[0][:1].isdigit() and sides[0][:1] != "-")):
        return None
    return start, end


def _both(canonical: re.Match[str]) -> tuple[int, int]:
    hours, minutes, seconds, rest, hours_2, minutes_2, seconds_2, rest_2 = map(int, canonical.groups())
    return (
        ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest,
        ((hours_2 * 60 + minutes_2) * 60 + seconds_2) * 1000 + rest_2,
    )


class TimedText(NamedTuple):
    r"""When a cue is shown, in whole milliseconds, and its text, rows parted by `\N`."""

    start_ms: int
    end_ms: int
    text: str


def _span(row: str) -> tuple[int, int] | tuple[None, None] | None:
    """Read a row as a timing in milliseconds; a pair of None where its start is unreadable, None where it is none."""
    if ">" not in row and "→" not in row:
        return None
    canonical = _CANONICAL.match(row)
    if canonical:
        return _both(canonical)
    times = timing(row)
    if times is None:
        return None
    start, end = times
    return (None, None) if start is None else (_milliseconds(start), _milliseconds(start if end is None else end))


def has_timing(text: str) -> bool:
    """Tell whether a row of a text is a timing."""
    return any(timing(row) is not None for row in text.splitlines())


def read_srt(text: str) -> tuple[list[TimedText], int]:
    """Read SubRip text; return its cues and the number of those that were dropped; raises TooManyCuesError."""
    source = text.splitlines()
    times = _timings(source)
    indexed = 2 * sum(at > 0 and bool(_INDEX.match(source[at - 1])) for at in times) > len(times)
    rows: list[str] = []
    begun: list[tuple[int, int, int]] = []  # where a cue's rows begin in `rows`, and its times
    number = dropped = 0
    skipping = True  # whatever stands before the first timing is a heading
    for at, row in enumerate(source):
        if at in times:
            number = _take_number(rows, number) if indexed else number + 1
            start, end = times[at]
            skipping = start is None
            dropped += skipping
            if start is not None and end is not None:
                rows.append("-->")
                begun.append((len(rows), start, end))
        elif not skipping and indexed and not (at and source[at - 1].strip()) and _untimed(source, at, number, times):
            skipping = True
            dropped += at + 1 < len(source)
        elif not skipping:
            rows.append(row.rstrip())
            if row.count(":") > 3 and len(stamps := _STAMPS.findall(row)) == 2:  # a timing without its arrow
                rows[-1] = "-->"
                begun.append((len(rows), _stamp_ms(stamps[0]), _stamp_ms(stamps[1])))
        elif _INDEX.match(row):
            rows.append(row.rstrip())
    ends = [first - 1 for first, _, _ in begun[1:]] + [len(rows)]
    return [
        TimedText(b[1], b[2], "\n".join(rows[b[0] : end]).strip().replace("\n", "\\N"))
        for b, end in zip(begun, ends, strict=False)
    ], dropped


def _timings(source: Sequence[str]) -> dict[int, tuple[int, int] | tuple[None, None]]:
    times = {}
    for at, row in enumerate(source):
        if (found := _span(row)) is not None:
            times[at] = found
            _check_count(len(times))
    return times


def _check_count(count: int) -> None:
    if count > MOST_CUES:
        raise TooManyCuesError


def _stamp_ms(groups: Sequence[str]) -> int:
    hours, minutes, seconds, digits = groups
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(digits.ljust(3, "0"))


def _take_number(rows: list[str], number: int) -> int:
    """Take the number of the coming cue off the end of the rows, where it stands; return it, else the next."""
    blank = False
    while rows and not rows[-1]:
        rows.pop()
        blank = True
    if rows and _INDEX.match(rows[-1]) and not (blank and len(rows) > 1 and rows[-2]):
        return int(rows.pop())
    return number + 1


def _untimed(source: list[str], at: int, number: int, times: Mapping[int, object]) -> bool:
    """Tell whether a row is the number of a cue whose timing is missing: a blank, the next number, then words."""
    if at == 0 or at + 1 in times or not _INDEX.match(source[at]) or int(source[at]) != number + 1:
        return False
    return at + 1 == len(source) or bool(source[at + 1].strip())


def repair_vtt(text: str) -> tuple[str, int]:
    """Return WebVTT text with a header and canonical times, and the number dropped; raises TooManyCuesError.

    Segments of a stream, joined, have a header each: it is no cue's text, and its map moves the cues that follow.
    """
    rows = text.splitlines()
    if not rows or not rows[0].startswith("WEBVTT"):
        rows = ["WEBVTT", "", *rows]
    fresh: list[str] = []
    dropped = count = 0
    skipping = heading = False
    first_map: Fraction | None = None
    shift_s = Fraction(0)
    for at, row in enumerate(rows):
        times = timing(row)
        if times is not None:
            heading = False
            count += 1
            _check_count(count)
            skipping = times[0] is None
            dropped += skipping
            if times[0] is not None:
                end = times[0] if times[1] is None else times[1]
                fresh.append(f"{_long(times[0] + shift_s)} --> {_long(end + shift_s)}")
            continue
        if at and _begins_segment(rows, at):
            fresh.append("")
            heading, skipping = True, False
        elif row.startswith(_MAP_ROW) and (heading or not count):
            mapped = _map_s(row)
            first_map = mapped if first_map is None else first_map
            if mapped is not None and first_map is not None:
                shift_s = _since(first_map, mapped)
        elif heading:
            heading = bool(row.strip())
        elif row and not row.strip() and _goes_on(rows, at):
            continue  # a row of blanks is no empty row
        elif not skipping or not row.strip():
            skipping = False
            fresh.append(row.rstrip())
    return "\n".join(fresh) + "\n", dropped


def _goes_on(rows: Sequence[str], at: int) -> bool:
    """Tell whether what follows a row of blanks are words, and no cue with or without a name."""
    following = [*rows[at + 1 : at + 3], "", ""]
    return bool(following[0].strip()) and not any("-->" in row for row in following)


def _begins_segment(rows: Sequence[str], at: int) -> bool:
    """Tell a later header from words: it is alone in its row, or a map follows it."""
    row = rows[at]
    mapped = at + 1 < len(rows) and rows[at + 1].startswith(_MAP_ROW)
    return bool(_HEADER.match(row)) and (mapped or row.strip("\ufeff \t") == "WEBVTT")


def _map_s(row: str) -> Fraction | None:
    """Return by how many seconds a map moves the times of its segment; None where it cannot be read."""
    ticks, local = _MPEGTS.search(row), _LOCAL.search(row)
    local_s = stamp(local[1]) if local else None
    return None if ticks is None or local_s is None else Fraction(int(ticks[1]), _TS_RATE) - local_s


def _since(first_s: Fraction, later_s: Fraction) -> Fraction:
    """Return the seconds between two maps, over the end of the stream's clock too."""
    turn_s = Fraction(_TS_TURN, _TS_RATE)
    return (later_s - first_s + turn_s / 2) % turn_s - turn_s / 2


def _long(seconds: Fraction) -> str:
    """Write a time for WebVTT, whose hours have no limit."""
    whole = round(max(seconds, Fraction(0)) * 1000)
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"


class Event(NamedTuple):
    """One event of a SubStation file: times in whole milliseconds, columns as the file has them."""

    start_ms: int
    end_ms: int
    style: str
    name: str
    effect: str
    text: str


def read_ass(text: str) -> tuple[list[Event], int]:
    """Read the events of a SubStation file, whatever the order of its columns; return the number of those dropped.

    Comments are left out. Styles are not read: `italic_styles` reads what matters of them. Raises TooManyCuesError.
    """
    events: list[Event] = []
    dropped = 0
    columns: tuple[str, ...] = ()
    for row in text.splitlines():
        if columns == _EVENT_FIELDS and (usual := _USUAL_EVENT.match(row)):
            begin, end, *words = usual.groups()
            events.append(Event(_hundredths(begin), _hundredths(end), *map(str.strip, words)))
            _check_count(len(events))
            continue
        kind, rest = _entry(row)
        if kind == "dialogue" or kind == "comment":
            event = _event(columns or _usual_columns(rest), rest)
            dropped += event is None
            if event and kind == "dialogue":
                events.append(event)
                _check_count(len(events))
        elif kind == "format" and "text" in (names := _columns(rest)):
            columns = names
    return events, dropped


def _hundredths(text: str) -> int:
    """Read `1:02:03.45`, which the pattern has checked, as milliseconds."""
    return int(text[:-9]) * 3_600_000 + int(text[-8:-6]) * 60_000 + int(text[-5:-3]) * 1000 + int(text[-2:]) * 10


def _entry(row: str) -> tuple[str, str]:
    kind, colon, rest = row.partition(":")
    return (kind.strip().casefold(), rest.strip()) if colon else ("", "")


def _columns(rest: str) -> tuple[str, ...]:
    names = tuple(name.strip().casefold() for name in rest.split(","))
    return tuple("name" if name == "actor" else name for name in names)


def _usual_columns(rest: str) -> tuple[str, ...]:
    """Tell the columns of an event without a heading: all of them, or none for margins and effect."""
    margins = rest.split(",", 8)[5:8]
    whole = len(margins) == 3 and all(not margin.strip() or margin.strip().isdigit() for margin in margins)
    return _EVENT_FIELDS if whole else (*_EVENT_FIELDS[:5], "text")


def _event(columns: tuple[str, ...], rest: str) -> Event | None:
    values = rest.split(",", len(columns) - 1)
    start, end, style, name, effect, text = (values[at] if 0 <= at < len(values) else None for at in _places(columns))
    begins_ms = _clock_ms(start or "")
    if begins_ms is None or text is None:
        return None
    ends_ms = _clock_ms(end or "")
    return Event(
        begins_ms,
        begins_ms if ends_ms is None else ends_ms,
        (style or "").strip(),
        (name or "").strip(),
        (effect or "").strip(),
        text.strip(),
    )


@lru_cache(maxsize=16)
def _places(columns: tuple[str, ...]) -> tuple[int, ...]:
    """Return where the columns stand that are read, -1 for those that are not there; of two of a name the last."""
    at = {name: place for place, name in enumerate(columns)}
    return tuple(at.get(name, -1) for name in ("start", "end", "style", "name", "effect", "text"))


def _clock_ms(text: str) -> int | None:
    plain_ms = _plain_ms(text)
    if plain_ms is not None:
        return min(plain_ms, _LAST_MS)
    seconds = stamp(text)
    return None if seconds is None else _milliseconds(seconds)


def italic_styles(text: str) -> frozenset[str]:
    """Return the names of a SubStation file's slanted styles."""
    columns: tuple[str, ...] = ()
    slanted: set[str] = set()
    for row in text.splitlines():
        if row.startswith("Dialogue:"):
            continue
        kind, rest = _entry(row)
        if kind == "format" and "text" not in (names := _columns(rest)):
            columns = names
        elif kind == "style":
            values = dict(zip(columns, (value.strip() for value in rest.split(",")), strict=False))
            if values.get("italic", "0") not in {"", "0"}:
                slanted.add(values.get("name", "").lstrip("*"))
    return frozenset(slanted)
