"""Who says a line: what mouths do, whose voice it is, and who bears which name, weighed against each other.

A mouth that moves or rests says most. Whoever was seen to speak is known by voice and name from then on, and who was
seen to be silent while somebody spoke has another voice. Where nothing is clear nothing is told: a balloon that points
at the wrong person is worse than one that points at nobody.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from statistics import median

from configs.units import Frozen, Seconds
from film.model import Line
from film.voices.mouths import Mouth, Sighting
from film.voices.pitch import Voice, voices_of
from film.voices.turns import exchanges, heard_spans

_MOUTH = {Mouth.MOVES: 2.0, Mouth.RESTS: -2.0, Mouth.UNCLEAR: 0.0}
_NAME = 2.0
"""For the name that somebody is known by; against any other."""
_VOICE, _OTHER_VOICE = 1.5, 2.0
"""For a known voice; against another one."""
_NEW_VOICE, _HEARD_VOICE = 1.0, 1.5
"""For a voice unlike all, and several, that somebody was silent to; against one of those."""
_ALIKE, _UNLIKE = 0.3, 0.6
"""Octaves up to which two voices may be one, and from which on they are two."""
_SPEAKS, _SILENT, _AHEAD = 1.0, -1.5, 1.0
"""Who is weighed so much speaks, so little is silent; and how much more than the next one it takes."""


class Speaking(Frozen):
    """Which face of a keyframe says a line."""

    line: int
    """Index of the line."""
    at_s: Seconds
    """Of the keyframe."""
    face: int | None
    """Index into the keyframe's faces; None: whoever says it is not to be seen there."""


@dataclass
class _Person:
    """Somebody, as far as known."""

    names: Counter[str] = field(default_factory=Counter)
    """Of the lines that they were seen to say."""
    spoke: dict[int, float] = field(default_factory=dict)
    """Pitches of their lines, by the lines' indices."""
    listened: dict[int, float] = field(default_factory=dict)
    """Pitches of the lines that they were silent to."""


def attribute(
    lines: Sequence[Line], sightings: Sequence[Sighting], pitches_hz: Sequence[int] = ()
) -> tuple[Speaking, ...]:
    """Tell for the keyframes of the shots in which a line is heard who of those in sight says it, where that is clear.

    Args:
        lines: All lines of the film.
        sightings: What the mouths do.
        pitches_hz: The film's pitches, as `Loudness` has them.
    """
    named = {line.index: line.speaker for line in lines if line.speaker}
    cried = {line.index for line in lines if "!" in line.text}  # has another pitch than the same voice's talk
    heard = voices_of(pitches_hz, heard_spans(lines))
    voices = {index: voice for index, voice in heard.items() if index not in cried}
    people = _people(sightings, named, voices)
    weighed: dict[tuple[int, Seconds], dict[int, float]] = {}
    for one in sightings:
        weight = _MOUTH[one.mouth]
        if one.person is not None:
            weight += _known(people[one.person], one.line, named.get(one.line, ""), voices.get(one.line))
        weighed.setdefault((one.line, one.at_s), {})[one.face] = weight
    told = {key: _choice(faces) for key, faces in weighed.items()}
    _by_turns(lines, sightings, told)
    return tuple(
        Speaking(line=line, at_s=at_s, face=choice[0]) for (line, at_s), choice in sorted(told.items()) if choice
    )


def _people(sightings: Sequence[Sighting], named: Mapping[int, str], voices: Mapping[int, Voice]) -> dict[int, _Person]:
    """Gather what is known of everybody: only what is seen without doubt counts."""
    people: dict[int, _Person] = {}
    by_line = groupby(sorted(sightings, key=lambda one: one.line), key=lambda one: one.line)
    for line, group in by_line:
        seen = list(group)
        speak = {one.person for one in seen if one.mouth is Mouth.MOVES}
        for one in seen:
            if one.person is None:
                continue
            person = people.setdefault(one.person, _Person())
            voice = voices.get(line)
            if one.mouth is Mouth.MOVES and len(speak) == 1:
                if line in named and line not in person.spoke:
                    person.names[named[line]] += 1
                person.spoke[line] = voice.pitch_hz if voice else 0.0
            elif one.mouth is Mouth.RESTS and voice:
                person.listened[line] = voice.pitch_hz
    return people


def _known(person: _Person, line: int, name: str, voice: Voice | None) -> float:
    """Weigh whether a line is somebody's by its name and voice; what is seen in the line itself counts but once."""
    own = Counter(person.names)
    if name and line in person.spoke:
        own[name] -= 1
    usual, count = own.most_common(1)[0] if own else ("", 0)
    weight = (_NAME if usual == name else -_NAME) if name and count > 0 else 0.0
    if voice is None:
        return weight
    spoke = [pitch for index, pitch in person.spoke.items() if index != line and pitch]
    if spoke:
        octaves = voice.octaves_from(Voice(pitch_hz=median(spoke)))
        return weight + (_VOICE if octaves <= _ALIKE else -_OTHER_VOICE if octaves >= _UNLIKE else 0.0)
    listened = [voice.octaves_from(Voice(pitch_hz=pitch)) for index, pitch in person.listened.items() if index != line]
    if len(listened) > 1 and min(listened) >= _UNLIKE:
        return weight + _NEW_VOICE
    return weight - (_HEARD_VOICE if listened and min(listened) <= _ALIKE else 0.0)


_Choice = tuple[int | None]


def _choice(faces: Mapping[int, float]) -> _Choice | None:
    """Return the face that speaks, that it is none of them, or None where it is not clear."""
    ranked = sorted(faces, key=lambda face: (-faces[face], face))
    best = faces[ranked[0]]
    if best <= _SILENT:
        return (None,)
    following = faces[ranked[1]] if len(ranked) > 1 else None
    if best >= _SPEAKS and (following is None or best - following >= _AHEAD):
        return (ranked[0],)
    return None


def _by_turns(
    lines: Sequence[Line], sightings: Sequence[Sighting], told: dict[tuple[int, Seconds], _Choice | None]
) -> None:
    """Let the dashes of a cue alternate: who says one of them does not say the next."""
    change = {(each.line, each.at_s, each.face): each.change for each in sightings}
    faces: dict[tuple[int, Seconds], list[int]] = {}
    for each in sightings:
        faces.setdefault((each.line, each.at_s), []).append(each.face)
    for group in exchanges(lines):
        for first, then in pairwise(group):
            if first.speaker and first.speaker == then.speaker:
                continue
            for at_s in sorted(at for line, at in faces if line == first.index and (then.index, at) in faces):
                keys = (first.index, at_s), (then.index, at_s)
                seen = faces[keys[0]]
                one, other = told[keys[0]], told[keys[1]]
                if one is None and other is None and len(seen) == 1:
                    moved = [change[*key, seen[0]] for key in keys]
                    one = (seen[0],) if moved[0] > moved[1] else (None,)
                if one is not None and other is not None and one == other and one[0] is not None:
                    moved = [change[*key, one[0]] for key in keys]
                    one, other = (one, None) if moved[0] >= moved[1] else (None, other)
                told[keys[0]] = one or _answers(other, seen)
                told[keys[1]] = other or _answers(one, seen)


def _answers(other: _Choice | None, seen: Sequence[int]) -> _Choice | None:
    """Return who speaks where somebody else says the dash before or after: of two faces the other one."""
    if other is None or other[0] is None:
        return None
    rest = [face for face in seen if face != other[0]]
    return (rest[0] if rest else None,) if len(rest) < 2 else None
