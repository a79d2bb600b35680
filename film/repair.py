"""Damaged subtitle files, mended so that strict readers read all of them; text to text, pure.

The readers (pysubs2, webvtt-py) want canonical times and complete fields; people's files have dots for commas,
no hours, no index, coordinates, reordered columns. Cues without a start are dropped and counted.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

_ARROW = re.compile(r"\s*(?:-\s?-?\s?>|[–—]+>|→)\s*")
_STAMP = re.compile(r"^(-?)(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,5})(?:\.(\d{1,9}))?$")
_LONGEST_TIMING = 500
_TIME_HEAD = re.compile(r"^-?\d[\d:.]*")
_INDEX = re.compile(r"^\s*\d{1,6}\s*$")
_LAST_S = Fraction(359_999_999, 1000)
"""The latest time that canonical stamps can hold: 99:59:59.999."""
_EVENT_FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_NAMELESS = frozenset({"layer", "marginl", "marginr", "marginv", "marked"})


def stamp(text: str) -> Fraction | None:
    """Read a time of day loosely: hours may lack, commas and dots mean the same, digits may be few or many.

    Returns:
        Seconds, negative ones too; None where it is no time.
    """
    text = re.sub(r"\s*([:.,;：])\s*", r"\1", text.strip()).translate(str.maketrans(",;：", "..:"))
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


def written(seconds: Fraction, point: str) -> str:
    """Write a time canonically, to the millisecond; what lies before zero or beyond 99 hours is set to the limit."""
    whole = round(min(max(seconds, Fraction(0)), _LAST_S) * 1000)
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}{point}{whole % 1000:03d}"


def timing(row: str) -> tuple[Fraction | None, Fraction | None] | None:
    """Read a row as the two times of a cue.

    Returns:
        Start and end, None for one that cannot be read; None altogether where the row is no timing.
    """
    if len(row) > _LONGEST_TIMING or not (">" in row or "→" in row):
        return None
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


def repair_srt(text: str) -> tuple[str, int]:
    """Return SubRip text with canonical times, an index before each, and the number of cues dropped."""
    source = text.splitlines()
    times = {at: found for at, row in enumerate(source) if (found := timing(row)) is not None}
    indexed = 2 * sum(at > 0 and bool(_INDEX.match(source[at - 1])) for at in times) > len(times)
    rows: list[str] = []
    number = dropped = 0
    skipping = True  # whatever stands before the first timing is a heading
    for at, row in enumerate(source):
        if at in times:
            number = _take_number(rows, number) if indexed else number + 1
            start, end = times[at]
            skipping = start is None
            dropped += skipping
            if start is not None:
                rows += ["", "0", f"{written(start, ',')} --> {written(start if end is None else end, ',')}"]
        elif not skipping and indexed and _untimed(source, at, number):
            skipping = True
            dropped += at + 1 < len(source)
        elif not skipping or _INDEX.match(row):
            rows.append(row.rstrip())
    return "\n".join([*rows, "", "0", ""]), dropped


def _take_number(rows: list[str], number: int) -> int:
    """Take the number of the coming cue off the end of the rows, where it stands; return it, else the next."""
    blank = False
    while rows and not rows[-1]:
        rows.pop()
        blank = True
    if rows and _INDEX.match(rows[-1]) and not (blank and len(rows) > 1 and rows[-2]):
        return int(rows.pop())
    return number + 1


def _untimed(source: list[str], at: int, number: int) -> bool:
    """Tell whether a row is the number of a cue whose timing is missing: a blank, the next number, then words."""
    if at == 0 or source[at - 1].strip() or not _INDEX.match(source[at]) or int(source[at]) != number + 1:
        return False
    return at + 1 == len(source) or (bool(source[at + 1].strip()) and timing(source[at + 1]) is None)


def repair_vtt(text: str) -> tuple[str, int]:
    """Return WebVTT text with a header and canonical times, and the number of cues dropped."""
    rows = text.splitlines()
    if not rows or not rows[0].startswith("WEBVTT"):
        rows = ["WEBVTT", "", *rows]
    fresh: list[str] = []
    dropped = 0
    skipping = False
    for row in rows:
        times = timing(row)
        if times is not None:
            skipping = times[0] is None
            dropped += skipping
            if times[0] is not None:
                end = times[0] if times[1] is None else times[1]
                fresh.append(f"{_long(times[0])} --> {_long(end)}")
        elif not skipping or not row.strip():
            skipping = False
            fresh.append(row.rstrip())
    return "\n".join(fresh) + "\n", dropped


def _long(seconds: Fraction) -> str:
    """Write a time for WebVTT, whose hours have no limit."""
    whole = round(max(seconds, Fraction(0)) * 1000)
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"


def repair_ass(text: str) -> tuple[str, int]:
    """Return the events of a SubStation file with all columns in canonical order, and the number of events dropped.

    Styles are not carried over: `italic_styles` reads what matters of them.
    """
    events: list[str] = []
    dropped = 0
    columns: tuple[str, ...] = ()
    for kind, rest in _entries(text):
        if kind == "format" and "text" in (names := _columns(rest)):
            columns = names
        elif kind in {"dialogue", "comment"}:
            event = _event(columns or _usual_columns(rest), rest)
            dropped += event is None
            if event:
                events.append(f"{kind.capitalize()}: {event}")
    heading = ["[Script Info]", "", "[V4+ Styles]", "", "[Events]", f"Format: {', '.join(_EVENT_FIELDS)}"]
    return "\n".join([*heading, *events, ""]), dropped


def _entries(text: str) -> Iterator[tuple[str, str]]:
    for row in text.splitlines():
        kind, colon, rest = row.partition(":")
        if colon:
            yield kind.strip().casefold(), rest.strip()


def _columns(rest: str) -> tuple[str, ...]:
    names = tuple(name.strip().casefold() for name in rest.split(","))
    return tuple("name" if name == "actor" else name for name in names)


def _usual_columns(rest: str) -> tuple[str, ...]:
    """Tell the columns of an event without a heading: all of them, or none for margins and effect."""
    margins = rest.split(",", 8)[5:8]
    whole = len(margins) == 3 and all(not margin.strip() or margin.strip().isdigit() for margin in margins)
    return _EVENT_FIELDS if whole else (*_EVENT_FIELDS[:5], "text")


def _event(columns: tuple[str, ...], rest: str) -> str | None:
    values = dict(zip(columns, rest.split(",", len(columns) - 1), strict=False))
    start, end = stamp(values.get("start", "")), stamp(values.get("end", ""))
    if start is None or "text" not in values:
        return None
    values |= {"start": written(start, "."), "end": written(start if end is None else end, ".")}
    return ",".join("0" if name in _NAMELESS else values.get(name, "").strip() for name in _EVENT_FIELDS)


def italic_styles(text: str) -> frozenset[str]:
    """Return the names of a SubStation file's slanted styles."""
    columns: tuple[str, ...] = ()
    slanted: set[str] = set()
    for kind, rest in _entries(text):
        if kind == "format" and "text" not in (names := _columns(rest)):
            columns = names
        elif kind == "style":
            values = dict(zip(columns, (value.strip() for value in rest.split(",")), strict=False))
            if values.get("italic", "0") not in {"", "0"}:
                slanted.add(values.get("name", "").lstrip("*"))
    return frozenset(slanted)
