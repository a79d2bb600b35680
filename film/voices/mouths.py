"""Whose mouth moves while words are heard: every face of every spoken shot is watched, also one that is alone.

A face is followed through some frames of the line. Its mouth is laid over that of the frames before, as well as it will
go, and so is its nose: what changes in both is the head or the light. Three things can come of it: the mouth moves, it
rests, or nobody can tell. (Speakers told by the change of the mouth: Everingham, Sivic and Zisserman, "Hello! My name
is... Buffy", BMVC 2006.)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import hypot

import cv2
import numpy as np
from numpy.typing import NDArray

from configs.units import Box, Face, Frozen, Seconds
from film.decoding.developing.picture import Picture
from film.decoding.seek import FrameReader
from film.model import Keyframe, Line, Movie, Shot, ShotList
from film.pictures.faces import FaceFinder, make_finder
from film.voices.people import portrait, same_people
from film.voices.turns import Span, heard_spans

_LEAST_HEIGHT = 0.1
"""A face lower than this, in heights of the picture, has a mouth of a few pixels."""
_LEAST_PX = 54
"""Of a face: in a lower one a shut mouth cannot be told from one that speaks."""
_FRAMES, _APART_S, _LEAST_S = 14, Fraction(1, 9), Fraction(2, 5)
_LEAD_S = Fraction(1, 10)
"""Subtitles come a little before the voice."""
_INSIDE_S = Fraction(1, 12)
"""So far from a cut frames are taken: cuts are known to a frame or two, and another face there looks like speech."""
_SEEN, _SEEN_SHARE = 4, 0.6
"""In so many of the frames a face must be found; in such a share of them it is seen well."""
_STRAYS = 0.8
"""From one frame to the next a face moves by less than this, in its own widths."""
_PATCH_PX, _ROOM = (32, 24), 2.0
"""Of a mouth, and how much larger the part of the next frame is in which it is looked for."""
_SIZES = (0.92, 1.0, 1.08)
_MOUTH = (0.62, 0.36)
"""Size of the patch around the mouth, in widths and heights of the face; that around the nose is as large."""
_NOSE = 0.36
"""How far above the mouth it lies."""
_LAG = 3
"""So many frames on, a third of a second, a mouth is compared: no syllable is longer."""
_SLIPS, _FEW = 8, 3
"""One of so many comparisons may be wrong, where there are more than a few."""
_MOVES, _MOVES_MORE = 0.04, 1.5
"""A mouth that changes by so much, and so many times as much as its nose, moves. Change is 1 less the correlation."""
_RESTS, _RESTS_NOSE = 0.0255, 0.025
"""A mouth that changes by less rests, where the head is calm enough to tell; where it is seen seldom, by less still."""
_STILL = 0.6
"""In parts of that: a mouth so still rests, wherever its nose was found."""
_CLEAR = 1.35
"""Of several mouths that move the one that moves so many times as much as the next one speaks."""
_WHOLE_LOOKS, _LOOKS_AGAIN, _LOST = 6, 3, 2
"""Once in so many frames the whole picture is searched for faces, or in so many while some are missing, else only where
they were; after so many frames without it a face is lost."""
_AROUND, _AROUND_PX = 0.8, 100
_LONG_SIDE_PX, _WHOLE_PX = 640, 480

Floats = NDArray[np.float32]


class Mouth(StrEnum):
    """What a mouth does while a line is heard."""

    MOVES = "moves"
    RESTS = "rests"
    UNCLEAR = "unclear"
    """Too small, turned away, blurred, or neither clearly the one nor the other."""


class Sighting(Frozen):
    """A face of a keyframe, and what its mouth does while a line is heard in its shot."""

    line: int
    """Index of the line."""
    shot: int
    at_s: Seconds
    """Of the keyframe."""
    face: int
    """Index into the keyframe's faces."""
    mouth: Mouth
    change: float = 0.0
    """How much it changes, from 0 (as a still)."""
    person: int | None = None
    """Who it is, where it was seen well: all sightings of one person bear one number."""


@dataclass
class Track:
    """A face followed through frames."""

    boxes: list[Box] = field(default_factory=list)
    mouths: list[tuple[int, Floats]] = field(default_factory=list)
    """The number of the frame, and the patch."""
    noses: list[tuple[int, Floats]] = field(default_factory=list)
    height_px: float = 0.0
    portrait: Floats | None = None

    @property
    def middle(self) -> Box:
        """Where the face is in the middle of the time."""
        return self.boxes[len(self.boxes) // 2]

    @property
    def change(self) -> tuple[float, float]:
        """How much the mouth and the nose change, 0 (as stills) to 1 and more."""
        return _change(self.mouths), _change(self.noses)

    def does(self, looks: int) -> Mouth:
        """Return what the mouth does, seen in so many frames."""
        if len(self.boxes) < _SEEN:
            return Mouth.UNCLEAR
        mouth, nose = self.change
        if mouth >= _MOVES and mouth >= _MOVES_MORE * nose:
            return Mouth.MOVES
        rests = _RESTS * min(1.0, len(self.boxes) / (_SEEN_SHARE * looks))
        calm = nose <= _RESTS_NOSE or mouth <= _STILL * rests
        return Mouth.RESTS if calm and mouth <= rests and self.height_px >= _LEAST_PX else Mouth.UNCLEAR


def watch(movie: Movie, shots: ShotList, keyframes: Sequence[Keyframe], lines: Sequence[Line]) -> tuple[Sighting, ...]:
    """Tell for the faces of all keyframes whether their mouths move while a line is heard in their shot.

    Args:
        movie: The probed film.
        shots: Its shots.
        keyframes: In order of time.
        lines: All lines of the film.

    Returns:
        One for each line, each keyframe of a shot in which it is heard, and each face in it.

    Raises:
        FilmError: The film cannot be read.
    """
    faced: dict[int, list[Keyframe]] = {}
    for keyframe in keyframes:
        if keyframe.faces:
            faced.setdefault(keyframe.shot, []).append(keyframe)
    wanted = list(_heard_in([shots.shots[shot] for shot in sorted(faced)], lines))
    if not wanted:
        return ()
    found: list[tuple[Sighting, Floats | None]] = []
    with FrameReader(movie, shots.picture, long_side_px=_LONG_SIDE_PX) as reader:
        finder = make_finder()
        for shot, line, span in wanted:
            tracks = follow(_looks(reader, span), finder, max(len(frame.faces) for frame in faced[shot.index]))
            for frame in faced[shot.index]:
                found += _sightings(line, frame, tracks)
    who = same_people([portrait for _, portrait in found])
    return tuple(one.model_copy(update={"person": number}) for (one, _), number in zip(found, who, strict=True))


def _heard_in(shots: Sequence[Shot], lines: Sequence[Line]) -> Iterable[tuple[Shot, int, Span]]:
    """Yield the shots that a line is heard in for long enough, with the line's index and the time."""
    spans = sorted(heard_spans(lines).items(), key=lambda item: (item[1], item[0]))
    first = 0
    for shot in shots:
        while first < len(spans) and spans[first][1][1] <= shot.start_s:
            first += 1
        for index, (start_s, end_s) in spans[first:]:
            if start_s >= shot.end_s:
                break
            begin_s = max(start_s + _LEAD_S, shot.clean_start_s + _INSIDE_S)
            until_s = min(end_s, shot.clean_end_s - _INSIDE_S)
            if min(end_s, shot.end_s) - max(start_s, shot.start_s) >= _LEAST_S:
                yield shot, index, (begin_s, until_s)


def _looks(reader: FrameReader, span: Span) -> list[Picture]:
    """Read frames of a stretch of time."""
    lasts_s = span[1] - span[0]
    count = min(_FRAMES, int(lasts_s / _APART_S) + 1) if lasts_s > 0 else 0
    return [reader.read(span[0] + _APART_S * number)[1] for number in range(count)] if count >= _SEEN else []


def _sightings(line: int, frame: Keyframe, tracks: "Tracks") -> list[tuple[Sighting, Floats | None]]:
    """Tell of each face of a keyframe what the track that is nearest to it does, with its portrait."""
    found, does = tracks.found, tracks.does
    alone = len(frame.faces) == len(found) == 1
    told: list[tuple[Sighting, Floats | None]] = []
    for face, one in enumerate(frame.faces):
        sighting = Sighting(line=line, shot=frame.shot, at_s=frame.at_s, face=face, mouth=Mouth.UNCLEAR)
        near = min(range(len(found)), key=lambda at: _away(found[at].middle, one.box), default=None)
        if near is None or not (alone or _away(found[near].middle, one.box) < 1.0):
            told.append((sighting, None))
            continue
        seen = {"mouth": does[near], "change": round(found[near].change[0], 4)}
        told.append((sighting.model_copy(update=seen), found[near].portrait))
    return told


@dataclass(frozen=True)
class Tracks:
    """The faces that were followed through some frames."""

    found: tuple[Track, ...]
    looks: int

    @property
    def does(self) -> list[Mouth]:
        """Return what each mouth does; of several that move one must clearly move most."""
        does = [track.does(self.looks) for track in self.found]
        moving = sorted((self.found[at].change[0] for at, one in enumerate(does) if one is Mouth.MOVES), reverse=True)
        if len(moving) < 2:
            return does
        least = _CLEAR * moving[1]
        return [
            Mouth.UNCLEAR if one is Mouth.MOVES and track.change[0] < least else one
            for one, track in zip(does, self.found, strict=True)
        ]


def follow(looks: Sequence[Picture], finder: FaceFinder, many: int = 1) -> Tracks:
    """Follow each face by its nearest likeness in the frame before.

    Args:
        looks: Pictures that follow each other by about a ninth of a second: RGB, uint8.
        finder: Finds the faces.
        many: So many faces the shot is known to have.
    """
    tracks: list[Track] = []
    for number, picture in enumerate(looks):
        free = list(tracks)
        for face in _faces(picture, number, tracks, finder, many):
            near = min(free, key=lambda track: _away(track.boxes[-1], face.box), default=None)
            if near is None or _away(near.boxes[-1], face.box) > _STRAYS:
                near = Track()
                tracks.append(near)
            else:
                free.remove(near)
            _look(near, number, picture, face)
    return Tracks(tuple(track for track in tracks if len(track.boxes) >= _SEEN), len(looks))


def _faces(picture: Picture, number: int, tracks: Sequence[Track], finder: FaceFinder, many: int) -> list[Face]:
    """Find faces in the whole picture now and then, else only around those that are known: that is quicker."""
    known = [track.boxes[-1] for track in tracks if number - track.mouths[-1][0] <= _LOST]
    often = _WHOLE_LOOKS if len(known) >= min(many, 2) else _LOOKS_AGAIN
    if number % often == 0 or len(known) > 2:
        return [face for face in finder.find(picture, long_side_px=_WHOLE_PX) if face.box.height >= _LEAST_HEIGHT]
    found = []
    for box in known:
        part = _grown(box)
        height, width = picture.shape[:2]
        x0, x1, y0, y1 = int(part.x0 * width), int(part.x1 * width), int(part.y0 * height), int(part.y1 * height)
        cut = np.ascontiguousarray(picture[y0:y1, x0:x1])
        if not cut.size:
            continue
        scale = min(1.0, _AROUND_PX / (box.height * height))
        faces = finder.find(cut, long_side_px=max(96, round(scale * max(cut.shape[:2]))))
        inside = [
            _brought_out(face, (x0 / width, y0 / height, (x1 - x0) / width, (y1 - y0) / height)) for face in faces
        ]
        large = [face for face in inside if face.box.height >= _LEAST_HEIGHT]
        found += sorted(large, key=lambda face: _away(face.box, box))[:1]
    return found


def _grown(box: Box) -> Box:
    across, down = _AROUND * box.width, _AROUND * box.height
    return Box(
        x0=max(0.0, box.x0 - across),
        y0=max(0.0, box.y0 - down),
        x1=min(1.0, box.x1 + across),
        y1=min(1.0, box.y1 + down),
    )


def _brought_out(face: Face, part: tuple[float, float, float, float]) -> Face:
    """Return a face that was found in a part (left, top, width, height) in fractions of the whole."""
    x, y, width, height = part
    box = Box(
        x0=x + face.box.x0 * width,
        y0=y + face.box.y0 * height,
        x1=min(1.0, x + face.box.x1 * width),
        y1=min(1.0, y + face.box.y1 * height),
    )
    return Face(box=box, mouth=(x + face.mouth[0] * width, y + face.mouth[1] * height), score=face.score)


def _look(track: Track, number: int, picture: Picture, face: Face) -> None:
    """Note a face."""
    (x, y), middle = face.mouth, face.box.centre[0]
    track.boxes.append(face.box)
    if len(track.boxes) == _SEEN:
        track.portrait = portrait(picture, face.box)
    track.height_px = max(track.height_px, face.box.height * picture.shape[0])
    track.mouths.append((number, _patch(picture, (x, y), face.box)))
    track.noses.append((number, _patch(picture, ((x + middle) / 2, y - _NOSE * face.box.height), face.box)))


def _away(one: Box, other: Box) -> float:
    """Return how far two boxes are apart, in their widths and heights."""
    (ax, ay), (bx, by) = one.centre, other.centre
    return hypot((ax - bx) / max(one.width, other.width), (ay - by) / max(one.height, other.height))


def _patch(picture: Picture, centre: tuple[float, float], face: Box) -> Floats:
    """Cut a part of a face out, grey, with some room around it."""
    height, width = picture.shape[:2]
    size = tuple(round(_ROOM * side) for side in _PATCH_PX)
    across, down = _ROOM * _MOUTH[0] * face.width * width, _ROOM * _MOUTH[1] * face.height * height
    x, y = centre[0] * width, centre[1] * height
    x0, x1 = int(max(0, x - across / 2)), int(min(width, x + across / 2 + 2))
    y0, y1 = int(max(0, y - down / 2)), int(min(height, y + down / 2 + 2))
    if x1 - x0 < 2 or y1 - y0 < 2:
        return np.zeros(size[::-1], np.float32)
    grey = cv2.cvtColor(np.ascontiguousarray(picture[y0:y1, x0:x1]), cv2.COLOR_RGB2GRAY)
    scale = size[0] / across, size[1] / down
    small = cv2.resize(grey, None, fx=scale[0], fy=scale[1], interpolation=cv2.INTER_AREA)
    corner = (x - x0) * scale[0] - size[0] / 2, (y - y0) * scale[1] - size[1] / 2
    moved = np.array([[1, 0, -corner[0]], [0, 1, -corner[1]]], np.float32)
    return np.asarray(cv2.warpAffine(small, moved, size, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _change(patches: Sequence[tuple[int, Floats]]) -> float:
    """Return the middle change of a patch over up to a third of a second; the few largest ones are slips."""
    changes = sorted(
        _difference(one, other)
        for at, (number, one) in enumerate(patches)
        for later, other in patches[at + 1 : at + 1 + _LAG]
        if later - number <= _LAG
    )
    slips = -(-len(changes) // _SLIPS) if len(changes) > _FEW else 0
    return float(np.mean(changes[: len(changes) - slips])) if changes else 0.0


def _difference(one: Floats, other: Floats) -> float:
    """Return 1 less the best correlation of a patch with the next one, under small shifts and sizes."""
    left, top = (round((_ROOM - 1) / 2 * side) for side in _PATCH_PX)
    inner = one[top : top + _PATCH_PX[1], left : left + _PATCH_PX[0]]
    best = 0.0
    for size in _SIZES:
        template = cv2.resize(inner, (round(size * _PATCH_PX[0]), round(size * _PATCH_PX[1])))
        best = max(best, float(cv2.matchTemplate(other, template, cv2.TM_CCOEFF_NORMED).max()))
    return 1 - best
