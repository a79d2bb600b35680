"""Who speaks, told by the mouths: of several faces in sight the one whose mouth moves while the words are heard.

A face is followed through some frames of the line. Its mouth is compared from frame to frame, the two laid over each
other as well as they will go, and so is its upper half: what moves both is the head or the light. (Speakers told by the
change of the mouth: Everingham, Sivic and Zisserman, "Hello! My name is... Buffy", BMVC 2006.)
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import hypot

import cv2
import numpy as np
from numpy.typing import NDArray

from configs.units import Box, Face, Frozen, Seconds
from film.decoding.developing.picture import Picture
from film.decoding.seek import FrameReader
from film.model import Keyframe, Line, LineKind, Movie, Shot, ShotList
from film.pictures.faces import make_finder
from film.pictures.moments import spoken_by_shot

_SAID = frozenset({LineKind.SPEECH, LineKind.SHOUT, LineKind.WHISPER, LineKind.SONG})
_LEAST_HEIGHT = 0.1
"""A face lower than this, in heights of the picture, has a mouth of a few pixels."""
_FRAMES, _APART_S, _LONGEST_S = 9, Fraction(2, 25), Fraction(3, 2)
_LEAD_S = Fraction(1, 10)
"""Subtitles come a little before the voice."""
_SEEN = 5
"""In so many of the frames a face must be found."""
_STRAYS = 0.8
"""From one frame to the next a face moves by less than this, in its own widths."""
_PATCH_PX = (32, 20)
_SHIFT_PX = 2
_MOUTH = (0.62, 0.38)
"""Size of the patch around the mouth, in widths and heights of the face; that around the eyes is as large."""
_EYES = 0.36
_HEAD_SHARE = 0.6
_CLEAR, _LEAST = 1.35, 0.1
"""The mouth that moves most must move so many times as much as the next one, and so much at all."""
_LONG_SIDE_PX = 960

Floats = NDArray[np.float32]


class Speaking(Frozen):
    """Whose mouth moves in a keyframe's shot while a line is heard."""

    line: int
    """Index of the line."""
    at_s: Seconds
    """Of the keyframe."""
    face: int
    """Index into the keyframe's faces."""


@dataclass
class Track:
    """A face followed through frames."""

    boxes: list[Box] = field(default_factory=list)
    mouths: list[Floats] = field(default_factory=list)
    eyes: list[Floats] = field(default_factory=list)

    @property
    def movement(self) -> float:
        """How much the mouth moves beyond what the whole face does; in standard deviations of the face's light."""
        return max(0.0, _change(self.mouths) - _HEAD_SHARE * _change(self.eyes))


def watch(movie: Movie, shots: ShotList, keyframes: Sequence[Keyframe], lines: Sequence[Line]) -> tuple[Speaking, ...]:
    """Tell for keyframes with several faces which of them says the lines of their shot, where that can be seen.

    Args:
        movie: The probed film.
        shots: Its shots.
        keyframes: In order of time.
        lines: All lines of the film.

    Raises:
        FilmError: The film cannot be read.
    """
    crowded: dict[int, list[Keyframe]] = {}
    for keyframe in keyframes:
        if len(_large(keyframe.faces)) > 1:
            crowded.setdefault(keyframe.shot, []).append(keyframe)
    said = [(shots.shots[shot], frames) for shot, frames in sorted(crowded.items())]
    spoken = spoken_by_shot([shot for shot, _ in said], lines)
    wanted = [
        (shot, frames, line) for shot, frames in said for line in spoken.get(shot.index, ()) if line.kind in _SAID
    ]
    if not wanted:
        return ()
    found: list[Speaking] = []
    with FrameReader(movie, shots.picture, long_side_px=_LONG_SIDE_PX) as reader:
        finder = make_finder()
        for shot, frames, line in wanted:
            speaker = find_speaking([(picture, finder.find(picture)) for picture in _looks(reader, shot, line)])
            for frame in frames if speaker is not None else ():
                face = _nearest(frame.faces, speaker) if speaker is not None else None
                if face is not None:
                    found.append(Speaking(line=line.index, at_s=frame.at_s, face=face))
    return tuple(found)


def find_speaking(looks: Sequence[tuple[Picture, Sequence[Face]]]) -> Box | None:
    """Return where the face lies whose mouth moves most, in the middle of the time; None where no one stands out.

    Args:
        looks: Pictures that follow each other (RGB, uint8) with their faces.
    """
    tracks = [track for track in _follow(looks) if len(track.boxes) >= _SEEN]
    if len(tracks) < 2:
        return None
    tracks.sort(key=lambda track: -track.movement)
    best, second = tracks[0].movement, tracks[1].movement
    if best < _LEAST or best < _CLEAR * second:
        return None
    return tracks[0].boxes[len(tracks[0].boxes) // 2]


def _looks(reader: FrameReader, shot: Shot, line: Line) -> list[Picture]:
    """Read frames while a line is heard in a shot."""
    first = max(line.start_s + _LEAD_S, shot.clean_start_s)
    last = min(line.end_s, shot.clean_end_s, first + _LONGEST_S)
    count = min(_FRAMES, int((last - first) / _APART_S)) if last > first else 0
    if count < _SEEN:
        return []
    step_s = (last - first) / count
    return [reader.read(first + step_s * number)[1] for number in range(count)]


def _follow(looks: Sequence[tuple[Picture, Sequence[Face]]]) -> list[Track]:
    """Follow each face by its nearest likeness in the frame before."""
    tracks: list[Track] = []
    for picture, faces in looks:
        free = list(tracks)
        for face in _large(faces):
            near = min(free, key=lambda track: _away(track.boxes[-1], face.box), default=None)
            if near is None or _away(near.boxes[-1], face.box) > _STRAYS:
                near = Track()
                tracks.append(near)
            else:
                free.remove(near)
            contrast = max(float(_patch(picture, face.box.centre, face.box, (1.0, 1.0)).std()), 4.0)
            eyes = (face.box.centre[0], face.box.y0 + _EYES * face.box.height)
            near.boxes.append(face.box)
            near.mouths.append(_patch(picture, face.mouth, face.box, _MOUTH) / contrast)
            near.eyes.append(_patch(picture, eyes, face.box, _MOUTH) / contrast)
    return tracks


def _large(faces: Sequence[Face]) -> list[Face]:
    return [face for face in faces if face.box.height >= _LEAST_HEIGHT]


def _away(one: Box, other: Box) -> float:
    """Return how far two boxes are apart, in their widths and heights."""
    (ax, ay), (bx, by) = one.centre, other.centre
    return hypot((ax - bx) / max(one.width, other.width), (ay - by) / max(one.height, other.height))


def _nearest(faces: Sequence[Face], box: Box) -> int | None:
    near = min(range(len(faces)), key=lambda at: _away(faces[at].box, box))
    return near if _away(faces[near].box, box) < 1.0 else None


def _patch(picture: Picture, centre: tuple[float, float], face: Box, size: tuple[float, float]) -> Floats:
    """Cut a part of a face out, grey and small; its size is told in widths and heights of the face."""
    height, width = picture.shape[:2]
    half_w, half_h = size[0] * face.width * width / 2, size[1] * face.height * height / 2
    x, y = centre[0] * width, centre[1] * height
    x0, x1 = int(max(0, x - half_w)), int(min(width, x + half_w + 1))
    y0, y1 = int(max(0, y - half_h)), int(min(height, y + half_h + 1))
    if x1 - x0 < 2 or y1 - y0 < 2:
        return np.zeros(_PATCH_PX[::-1], np.float32)
    grey = cv2.cvtColor(np.ascontiguousarray(picture[y0:y1, x0:x1]), cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, _PATCH_PX, interpolation=cv2.INTER_AREA), np.float32)


def _change(patches: Sequence[Floats]) -> float:
    """Return the middle change from patch to patch, each pair laid over each other as well as it goes."""
    changes = [_difference(one, other) for one, other in pairwise(patches)]
    return float(np.mean(changes)) if changes else 0.0


def _difference(one: Floats, other: Floats) -> float:
    """Return the least mean difference under small shifts; a change of the light alone does not count."""
    edge = _SHIFT_PX
    inner = one[edge:-edge, edge:-edge]
    inner = inner - inner.mean()
    height, width = inner.shape
    best = np.inf
    for down in range(2 * edge + 1):
        for right in range(2 * edge + 1):
            part = other[down : down + height, right : right + width]
            best = min(best, float(np.abs(inner - (part - part.mean())).mean()))
    return best
