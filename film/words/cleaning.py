"""Cues to lines: what is said and by whom, cleaned of every mark-up; pure.

What is not speech becomes a sound, a song, a narration or a sign. Only directions for the voice (`[whispering]`
before words) and remarks of the authors are dropped.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from film.model import Line, LineKind
from film.words.roles import directions, headings, speakers, stress
from film.words.roles.unsaid import Written, in_capitals, unsaid
from film.words.subtitles import markup
from film.words.subtitles.cues import Cue, nothing_collected

_SAME_MOMENT_S = Fraction(1, 50)
"""Cues this close together that say the same are one cue cut in two; people who repeat themselves breathe."""
_HABIT = 0.6
"""Where more than this share of cues is slanted, placed or in capitals, it is the file's look and means nothing."""
_EMPTY = " -–—_*#|~[](){}<>\"'"
"""A line of nothing but these says nothing."""


class _Said(NamedTuple):
    start_s: Fraction
    end_s: Fraction
    text: str
    kind: LineKind
    speaker: str = ""
    off_screen: bool = False
    foreign: bool = False


class _Read(NamedTuple):
    """A cue and what every question about it begins with, found once."""

    cue: Cue
    rows: tuple[str, ...]
    """With their mark-up."""
    words: tuple[str, ...]
    """Of each row, without mark-up."""
    speaker: str
    """As the format names it."""
    voice: str
    """The speaker, or the first voice in the text."""
    italic: bool
    """All of it."""
    placed: bool
    """At the top or at a point of the picture, or in a style for signs."""
    unsaid: bool = False
    """By its words and how it is written nobody says it."""


@dataclass(frozen=True, slots=True)
class _Habits:
    slanted: bool
    placed: bool
    names: frozenset[str]


@nothing_collected()
def clean(cues: Iterable[Cue], *, duration_s: Fraction = Fraction(0)) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """Turn raw cues into lines, ordered by their start, then as the file has them.

    Args:
        cues: As a file or track writes them; times zero where players start the film.
        duration_s: Length of the film; 0 where it is not known.

    Returns:
        The lines, and one warning for each way in which cues were left out.
    """
    timed, warnings = _within(sorted(cues, key=_start), duration_s)
    readings = [reading for cue in timed if any((reading := _read(cue)).words)]
    readings = _unrolled(_spelled([_mended(reading) for reading in readings]))
    habits = _habits(readings)
    readings = _silenced(readings, habits)
    lines = _cried(_merged(_said(reading, habits) for reading in readings))
    told = [Line.model_validate({"index": at, **one._asdict()}) for at, one in enumerate(lines)]
    return stress.stressed(told), warnings


def _start(cue: Cue) -> tuple[float, Fraction]:
    return cue.start_s.numerator / cue.start_s.denominator, cue.start_s  # fractions are slow to compare


def _read(cue: Cue) -> _Read:
    rows = tuple(map(stress.mark_slanted, markup.rows_of(cue.text)))
    speaker = markup.plain(cue.speaker) if cue.speaker else ""
    return _Read(
        cue=cue,
        rows=rows,
        words=tuple(map(markup.plain, rows)),
        speaker=speaker,
        voice=speaker or markup.voice_of(cue.text),
        italic=markup.wholly_italic(cue.text, slanted=cue.italic),
        placed=cue.sign or markup.is_placed(cue.text),
    )


def _within(cues: Sequence[Cue], duration_s: Fraction) -> tuple[list[Cue], tuple[str, ...]]:
    """Keep the cues that the film reaches, of ordered ones; one that starts before it but ends in it starts with it."""
    first_late = bisect_left(cues, duration_s, key=lambda cue: cue.start_s) if duration_s else len(cues)
    first_inside = bisect_left(cues, Fraction(0), hi=first_late, key=lambda cue: cue.start_s)
    begun = [replace(cue, start_s=Fraction(0)) for cue in cues[:first_inside] if cue.end_s > 0]
    late, early = len(cues) - first_late, first_inside - len(begun)
    told = ((late, "starts after the film has ended", "start after the film has ended"),
            (early, "ends before the film starts", "end before the film starts"))  # fmt: skip
    warnings = [
        f"1 subtitle {one} and is left out" if count == 1 else f"{count} subtitles {many} and are left out"
        for count, one, many in told
        if count
    ]
    return [*begun, *cues[first_inside:first_late]], tuple(warnings)


def _mended(reading: _Read) -> _Read:
    """Give a cue that ends where it starts, or before, the time that it takes to read it."""
    cue = reading.cue
    end_s, start_s = cue.end_s, cue.start_s
    if end_s.numerator * start_s.denominator > start_s.numerator * end_s.denominator:  # they are slow to compare
        return reading
    return reading._replace(cue=replace(cue, end_s=cue.start_s + _reading_time(reading)))


def _reading_time(reading: _Read) -> Fraction:
    """15 letters a second, between 1 and 6 seconds."""
    return min(Fraction(6), max(Fraction(1), Fraction(sum(map(len, reading.words)), 15)))


def _habits(readings: Sequence[_Read]) -> _Habits:
    silent = _shown([one for one in readings if not one.voice])
    slanted = sum(one.italic for one in readings)
    placed = sum(one.placed for one in silent)
    rows = (row for one in readings for row in one.words[:2])
    return _Habits(
        slanted=len(readings) >= 4 and slanted > _HABIT * len(readings),
        placed=len(silent) >= 4 and placed > _HABIT * len(silent),
        names=speakers.known_names(rows, (one.voice for one in readings)),
    )


def _silenced(readings: Sequence[_Read], habits: _Habits) -> list[_Read]:
    """Mark what nobody says: scenes, places, times, titles and the end."""
    written = [
        Written(
            text="\n".join(filter(None, one.words)),
            start_s=one.cue.start_s,
            end_s=one.cue.end_s,
            named=bool(one.voice or any(_names(row, habits) for row in one.words)),
        )
        for one in readings
    ]
    return [one._replace(unsaid=found) for one, found in zip(readings, unsaid(written), strict=True)]


def _names(row: str, habits: _Habits) -> bool:
    """Tell whether a row begins with the name of who speaks."""
    return (":" in row or "：" in row) and bool(_introduced(speakers.take_dash(row), habits)[0])


def _shown(readings: Iterable[_Read]) -> list[_Read]:
    """Leave out repetitions that touch: a sign drawn frame by frame is one sign, not the look of the file."""
    ends: dict[tuple[str, ...], Fraction] = {}
    shown: list[_Read] = []
    for one in readings:
        end_s = ends.get(one.words)
        if end_s is None or one.cue.start_s - end_s >= _SAME_MOMENT_S:
            shown.append(one)
        ends[one.words] = one.cue.end_s if end_s is None else max(end_s, one.cue.end_s)
    return shown


def _spelled(readings: Iterable[_Read]) -> list[_Read]:
    """Join the letters of a sign that are placed one by one and go together, and a sign that is typed letter by letter.

    So are the syllables of a song. The same letter at the same point is a layer of the one before.
    """
    joined: list[_Read] = []
    latest = ""  # the letter that was joined last, with its mark-up
    for one in readings:
        last = joined[-1] if joined else None
        if last and last.placed and one.placed and not (last.voice or one.voice) and len(one.words) == 1:
            old, new = last.words[0], one.words[0]
            if latest and _is_piece(one) and one.cue.end_s == last.cue.end_s:
                if one.cue.text != latest:
                    gap = "" if len(new) == len(markup.plain(latest)) == 1 else " "
                    joined[-1] = _read(replace(last.cue, text=last.cue.text + gap + new))
                latest = one.cue.text
                continue
            touch = abs(one.cue.start_s - last.cue.end_s) < _SAME_MOMENT_S
            if touch and len(last.words) == 1 and new.startswith(old) and 0 < len(new) - len(old) <= 2:
                joined[-1] = one._replace(cue=replace(one.cue, start_s=last.cue.start_s))
                latest = ""
                continue
        latest = one.cue.text if one.placed and _is_piece(one) else ""
        joined.append(one)
    return joined


def _is_piece(reading: _Read) -> bool:
    """Tell a letter or a syllable from words."""
    return len(reading.words) == 1 and len(reading.words[0]) <= 3 and reading.words[0].isalpha()


def _said(reading: _Read, habits: _Habits) -> list[_Said]:
    """Return what one cue says; at once where it is one row of ordinary words, as most are."""
    words = reading.words
    if reading.unsaid and (heading := headings.heading_of("\n".join(filter(None, words)))):
        return [_Said(reading.cue.start_s, reading.cue.end_s, heading, LineKind.SIGN)]
    if len(words) == 1 and speakers.is_ordinary(words[0]) and not markup.may_have_voices(reading.cue.text):
        cue, speaker = reading.cue, reading.speaker
        return [_Said(cue.start_s, cue.end_s, words[0], _spoken_kind(speaker, _cue_kind(reading, habits)), speaker)]
    pieces = list(_pieces(reading, habits))
    if len(pieces) == 1 and pieces[0].kind is LineKind.SIGN and pieces[0].text == " ".join(filter(None, words)):
        return [pieces[0]._replace(text="\n".join(filter(None, words)))]
    return pieces


def _pieces(reading: _Read, habits: _Habits) -> Iterator[_Said]:
    """Yield what one cue says: by each of its voices, dashes and brackets."""
    kind = _cue_kind(reading, habits)
    for name, words in _by_voice(reading):
        for part in speakers.part_dashes(_apart(words)):
            yield from _utterance(reading.cue, part, kind, name, habits)


def _cue_kind(reading: _Read, habits: _Habits) -> LineKind:
    if reading.voice:
        return LineKind.SPEECH
    if reading.unsaid or (not habits.placed and reading.placed):
        return LineKind.SIGN
    if not habits.slanted and reading.italic:
        return LineKind.NARRATION
    return LineKind.SPEECH


def _by_voice(reading: _Read) -> Iterable[tuple[str, list[str]]]:
    """Return the rows of words that each voice of a cue says."""
    if markup.may_have_voices(reading.cue.text):
        return _parted_voices(reading)
    return ((reading.speaker, list(filter(None, reading.words))),)


def _parted_voices(reading: _Read) -> Iterator[tuple[str, list[str]]]:
    name, group = reading.speaker, list[str]()
    for part in (part for row in reading.rows for part in markup.part_voices(row)):
        named = markup.voice_of(part)
        if named and named != name and group:
            yield name, group
            group = []
        name = named or name
        if words := markup.plain(part):
            group.append(words)
    if group:
        yield name, group


def _apart(rows: Sequence[str]) -> list[str]:
    """Let rows that are wholly a sound stand alone, by the dash that parts speakers."""
    if len(rows) < 2:
        return list(rows)
    alone = [not speakers.take_sounds(speakers.take_dash(row))[1] for row in rows]
    if all(alone) or not any(alone):
        return list(rows)
    fresh = [here or (at > 0 and alone[at - 1]) for at, here in enumerate(alone)]
    return [f"- {speakers.take_dash(row)}" if start else row for row, start in zip(rows, fresh, strict=True)]


def _utterance(cue: Cue, text: str, kind: LineKind, voice: str, habits: _Habits) -> Iterator[_Said]:
    if speakers.is_ordinary(text):  # most are, and the questions below are many
        yield _Said(cue.start_s, cue.end_s, text, _spoken_kind(voice, kind), voice)
        return
    text, song = speakers.take_song(speakers.take_dash(text))
    name, tone, text = _introduced(text, habits)
    before, words, after = speakers.take_sounds(text)
    if first := headings.caption_of(before):
        yield _Said(cue.start_s, cue.end_s, first, LineKind.SIGN)
        before = ""
    directed = directions.tone_of(before) if words else None
    if words and (directed or speakers.is_tone(before)):
        tone, before = tone | (directed or directions.PLAIN), ""
    if words and before and not name and speakers.looks_like_name(before):
        name, before = before.rstrip(":： "), ""
    words, song_inside = speakers.take_song(speakers.take_dash(words))
    later_name, words = speakers.take_name(words, habits.names)
    speaker = later_name or name or voice
    words, starred = speakers.take_stars(words)
    if starred:
        kind = LineKind.SOUND
    elif song or song_inside:
        kind = LineKind.SONG
    elif speaker and speakers.narrates(speaker):
        kind = LineKind.NARRATION
    elif tone.kind or speaker:
        kind = tone.kind or LineKind.SPEECH
    last = headings.caption_of(after)
    after = "" if last else after
    for part, what in ((before, _heard(before, alone=not words)), (words, kind), (after, LineKind.SOUND)):
        if part.strip(_EMPTY):
            said = what is not LineKind.SOUND
            away, foreign = said and tone.off_screen, said and tone.foreign
            yield _Said(cue.start_s, cue.end_s, part, what, speaker, off_screen=away, foreign=foreign)
    if last:
        yield _Said(cue.start_s, cue.end_s, last, LineKind.SIGN)


def _spoken_kind(speaker: str, kind: LineKind) -> LineKind:
    if not speaker:
        return kind
    return LineKind.NARRATION if speakers.narrates(speaker) else LineKind.SPEECH


def _introduced(text: str, habits: _Habits) -> tuple[str, directions.Tone, str]:
    """Part from a text who says it, and how where that stands beside the name."""
    name, direction, rest = speakers.take_directed_name(text)
    tone = directions.tone_of(direction) if direction else None
    if tone is not None or (name and speakers.is_tone(direction)):
        return name, tone or directions.PLAIN, rest
    name, text = speakers.take_name(text, habits.names)
    return name, directions.PLAIN, text


def _heard(group: str, *, alone: bool) -> LineKind:
    """Tell a sound from a thought: `(I should not have come.)` is a whole sentence."""
    sentence = alone and len(group.split()) >= 4 and group[-1:] in {".", "…", "?"}
    return LineKind.THOUGHT if sentence else LineKind.SOUND


def _unrolled(readings: Sequence[_Read]) -> list[_Read]:
    """Undo rolling captions, where each cue repeats the rows that are still to be seen and adds one.

    Only where the file does it again and again: people do repeat each other.
    """
    overlaps = [0, *(_carried(before, after) for before, after in pairwise(readings))]
    repeats = sum(carried > 0 for carried in overlaps)
    if repeats < 3 or repeats * 4 < len(readings):
        return list(readings)
    fresh: list[_Read] = []
    for reading, carried in zip(readings, overlaps, strict=True):
        rows = reading.rows[carried:]
        if rows:
            fresh.append(_read(replace(reading.cue, text="\n".join(rows))))
        elif fresh:
            last = fresh[-1].cue
            fresh[-1] = fresh[-1]._replace(cue=replace(last, end_s=max(last.end_s, reading.cue.end_s)))
    return fresh


def _carried(before: _Read, after: _Read) -> int:
    """Return how many rows at the top of a cue still stand from the one before."""
    old, new = before.words, after.words
    if old == new or new[0] not in old:
        return 0  # a plain repetition: merging sees to it
    if after.cue.start_s - before.cue.end_s > _SAME_MOMENT_S:
        return 0
    for count in range(min(len(old), len(new)), 0, -1):
        if old[-count:] == new[:count] and any(len(row.split()) > 1 for row in new[:count]):
            return count
    return 0


def _merged(said: Iterable[Sequence[_Said]]) -> list[_Said]:
    """Join repetitions of the same words in cues that touch or overlap: layered, doubled and cut-up cues.

    Within one cue nothing is joined: two people may say the same.
    """
    lines: list[_Said] = []
    latest: dict[tuple[str, LineKind, str], int] = {}
    for group in said:
        before = len(lines)
        for one in group:
            key = (one.text, one.kind, one.speaker)
            at = latest.get(key)
            if at is not None and at < before and one.start_s - lines[at].end_s < _SAME_MOMENT_S:
                lines[at] = lines[at]._replace(end_s=max(lines[at].end_s, one.end_s))
                continue
            lines.append(one)
            latest[key] = len(lines) - 1
    return lines


def _cried(lines: Sequence[_Said]) -> list[_Said]:
    """Make cries of exclamations in capitals, but where the talk has no small letters at all, as broadcasters write."""
    cased = [one.text for one in lines if one.kind is LineKind.SPEECH and one.text.upper() != one.text.lower()]
    loud = sum(map(in_capitals, cased))
    if not loud or (len(cased) >= 4 and loud > _HABIT * len(cased)):
        return list(lines)
    return [
        one._replace(kind=LineKind.SHOUT)
        if one.kind is LineKind.SPEECH and "!" in one.text and in_capitals(one.text)
        else one
        for one in lines
    ]
