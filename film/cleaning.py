"""Cues to lines: what is said and by whom, cleaned of every mark-up; pure.

What is not speech becomes a sound, a song, a narration or a sign. Only directions for the voice (`[whispering]`
before words) and remarks of the authors are dropped.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from film import markup, speakers, tones
from film.cues import Cue
from film.model import Line, LineKind

_SAME_MOMENT_S = Fraction(1, 50)
"""Cues this close together that say the same are one cue cut in two; people who repeat themselves breathe."""
_HABIT = 0.6
"""Where more than this share of cues is slanted, or placed, it is the file's look and means nothing."""
_EMPTY = " -–—_*#|~[](){}<>\"'"
"""A line of nothing but these says nothing."""


@dataclass(frozen=True, slots=True)
class _Said:
    start_s: Fraction
    end_s: Fraction
    text: str
    kind: LineKind
    speaker: str = ""
    off_screen: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class _Habits:
    slanted: bool
    placed: bool
    names: frozenset[str]


def clean(cues: Iterable[Cue], *, duration_s: Fraction = Fraction(0)) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """Turn raw cues into lines, ordered by their start, then as the file has them.

    Args:
        cues: As a file or track writes them; times zero where players start the film.
        duration_s: Length of the film; 0 where it is not known.

    Returns:
        The lines, and one warning for each way in which cues were left out.
    """
    timed, warnings = _within(sorted(cues, key=lambda cue: cue.start_s), duration_s)
    timed = [cue for cue in timed if any(map(markup.plain, markup.rows_of(cue.text)))]
    timed = _unrolled(_mended(timed))
    habits = _habits(timed)
    return tuple(
        Line(
            index=index,
            start_s=one.start_s,
            end_s=one.end_s,
            text=one.text,
            kind=one.kind,
            speaker=one.speaker,
            off_screen=one.off_screen,
            foreign=one.foreign,
        )
        for index, one in enumerate(_merged(list(_pieces(cue, habits)) for cue in timed))
    ), warnings


def _within(cues: Sequence[Cue], duration_s: Fraction) -> tuple[list[Cue], tuple[str, ...]]:
    """Keep the cues that the film reaches; one that starts before the film but ends in it starts with it."""
    kept: list[Cue] = []
    late = early = 0
    for cue in cues:
        if duration_s and cue.start_s >= duration_s:
            late += 1
        elif cue.start_s < 0 and cue.end_s <= 0:
            early += 1
        else:
            kept.append(replace(cue, start_s=max(cue.start_s, Fraction(0))))
    told = ((late, "starts after the film has ended", "start after the film has ended"),
            (early, "ends before the film starts", "end before the film starts"))  # fmt: skip
    warnings = [
        f"1 subtitle {one} and is left out" if count == 1 else f"{count} subtitles {many} and are left out"
        for count, one, many in told
        if count
    ]
    return kept, tuple(warnings)


def _mended(cues: Sequence[Cue]) -> list[Cue]:
    """Give cues that end where they start, or before, the time that it takes to read them."""
    return [cue if cue.end_s > cue.start_s else replace(cue, end_s=cue.start_s + _reading_time(cue)) for cue in cues]


def _reading_time(cue: Cue) -> Fraction:
    """15 letters a second, between 1 and 6 seconds."""
    letters = sum(len(markup.plain(row)) for row in markup.rows_of(cue.text))
    return min(Fraction(6), max(Fraction(1), Fraction(letters, 15)))


def _habits(cues: Sequence[Cue]) -> _Habits:
    silent = [cue for cue in cues if not _voice(cue)]
    slanted = sum(markup.wholly_italic(cue.text, slanted=cue.italic) for cue in cues)
    placed = sum(cue.sign or markup.placed(cue.text) for cue in silent)
    rows = (markup.plain(row) for cue in cues for row in markup.rows_of(cue.text)[:2])
    return _Habits(
        slanted=len(cues) >= 4 and slanted > _HABIT * len(cues),
        placed=len(silent) >= 4 and placed > _HABIT * len(silent),
        names=speakers.known_names(rows, map(_voice, cues)),
    )


def _voice(cue: Cue) -> str:
    return markup.plain(cue.speaker) or markup.voice_of(cue.text)


def _pieces(cue: Cue, habits: _Habits) -> Iterator[_Said]:
    """Yield what one cue says: by each of its voices, dashes and brackets."""
    rows = [part for row in markup.rows_of(cue.text) for part in markup.part_voices(row)]
    kind = _cue_kind(cue, habits)
    voice = markup.plain(cue.speaker)
    for name, group in _by_voice(rows, voice):
        words = [text for row in group if (text := markup.plain(row))]
        for part in speakers.part_dashes(_apart(words)):
            yield from _utterance(cue, part, kind, name, habits)


def _cue_kind(cue: Cue, habits: _Habits) -> LineKind:
    if _voice(cue):
        return LineKind.SPEECH
    if not habits.placed and (cue.sign or markup.placed(cue.text)):
        return LineKind.SIGN
    if not habits.slanted and markup.wholly_italic(cue.text, slanted=cue.italic):
        return LineKind.NARRATION
    return LineKind.SPEECH


def _by_voice(rows: Sequence[str], voice: str) -> Iterator[tuple[str, list[str]]]:
    name, group = voice, list[str]()
    for row in rows:
        named = markup.voice_of(row)
        if named and named != name and group:
            yield name, group
            group = []
        name = named or name
        group.append(row)
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
    text, song = speakers.take_song(speakers.take_dash(text))
    name, tone, text = _introduced(text, habits)
    before, words, after = speakers.take_sounds(text)
    directed = tones.tone_of(before) if words else None
    if words and (directed or speakers.is_tone(before)):
        tone, before = tone | (directed or tones.PLAIN), ""
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
    for part, what in ((before, _heard(before, alone=not words)), (words, kind), (after, LineKind.SOUND)):
        if part.strip(_EMPTY):
            said = what is not LineKind.SOUND
            away, foreign = said and tone.off_screen, said and tone.foreign
            yield _Said(cue.start_s, cue.end_s, part, what, speaker, off_screen=away, foreign=foreign)


def _introduced(text: str, habits: _Habits) -> tuple[str, tones.Tone, str]:
    """Part from a text who says it, and how where that stands beside the name."""
    name, direction, rest = speakers.take_directed_name(text)
    tone = tones.tone_of(direction) if direction else None
    if tone is not None or (name and speakers.is_tone(direction)):
        return name, tone or tones.PLAIN, rest
    name, text = speakers.take_name(text, habits.names)
    return name, tones.PLAIN, text


def _heard(group: str, *, alone: bool) -> LineKind:
    """Tell a sound from a thought: `(I should not have come here.)` is a whole sentence in brackets."""
    sentence = alone and len(group.split()) >= 4 and group[-1:] in {".", "…", "?"}
    return LineKind.THOUGHT if sentence else LineKind.SOUND


def _unrolled(cues: Sequence[Cue]) -> list[Cue]:
    """Undo rolling captions, where each cue repeats the rows that are still to be seen and adds one.

    Only where the file does it again and again: people do repeat each other.
    """
    overlaps = [0, *(_carried(before, after) for before, after in pairwise(cues))]
    repeats = sum(carried > 0 for carried in overlaps)
    if repeats < 3 or repeats * 4 < len(cues):
        return list(cues)
    fresh: list[Cue] = []
    for cue, carried in zip(cues, overlaps, strict=True):
        rows = markup.rows_of(cue.text)[carried:]
        if rows:
            fresh.append(replace(cue, text="\n".join(rows)))
        elif fresh:
            fresh[-1] = replace(fresh[-1], end_s=max(fresh[-1].end_s, cue.end_s))
    return fresh


def _carried(before: Cue, after: Cue) -> int:
    """Return how many rows at the top of a cue still stand from the one before."""
    if after.start_s - before.end_s > _SAME_MOMENT_S:
        return 0
    old = [markup.plain(row) for row in markup.rows_of(before.text)]
    new = [markup.plain(row) for row in markup.rows_of(after.text)]
    if old == new:
        return 0  # a plain repetition: merging sees to it
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
        fresh: dict[tuple[str, LineKind, str], int] = {}
        for one in group:
            key = (one.text, one.kind, one.speaker)
            at = latest.get(key)
            if at is not None and one.start_s - lines[at].end_s < _SAME_MOMENT_S:
                lines[at] = replace(lines[at], end_s=max(lines[at].end_s, one.end_s))
                continue
            fresh[key] = len(lines)
            lines.append(one)
        latest.update(fresh)
    return lines
