"""Keyframes: the pictures that stand for the shots of a film.

Two steps: `film.pictures.moments` names candidates from the figures of the one pass, then these few are decoded and
judged here. Pictures are stored as JPEG under their own digest; a keyframe carries the name, never the pixels.
"""

import hashlib
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from configs.disk.files import beside, is_same
from configs.units import Face
from film.decoding.developing.picture import Picture
from film.decoding.seek import FrameReader
from film.model import Keyframe, Line, Movie, Shot, ShotList
from film.pictures.appraisal import Appraisal, Floats, appraise, likeness, look_alike, shrink, signature
from film.pictures.faces import FaceFinder, make_finder
from film.pictures.focus import busy_parts, focus_of
from film.pictures.moments import Stretch, moments_of, spoken_by_shot
from film.pictures.trim import window_of

LONG_SIDE_PX = 2400
"""Pictures are stored at most this long: a page-wide panel in print needs no more."""
_QUALITY = 95
_THUMB_PX = 160
_NEXT_S = Fraction(13, 100)
"""How far away the neighbour lies by which motion is seen: no multiple of how long frames stand at any usual rate."""
_OTHERWISE = 0.5
"""How much worse, at most, a picture may be that is taken because the best one repeats its neighbour."""
_NEW_ENOUGH = 0.75
"""A further picture of a shot without words must be less like the one before than this."""


@dataclass(frozen=True)
class _Take:
    """A candidate, decoded and judged."""

    at_s: Fraction
    near: float
    """How near it is to the moment that its beat is about, 0 to 1."""
    picture: Picture
    faces: tuple[Face, ...]
    appraisal: Appraisal
    sign: Floats
    neighbour: Picture | None


def pick(
    movie: Movie,
    shots: ShotList,
    wanted: Sequence[int],
    lines: Sequence[Line],
    folder: Path,
    *,
    start_s: Fraction | None = None,
    end_s: Fraction | None = None,
) -> list[Keyframe]:
    """Choose the pictures of some shots and write them as JPEG into a folder.

    A shot may get none (a flash, or black all through) and a long one several; a shot in which words are said gets
    one at least, and so does every film.

    Args:
        movie: The probed film.
        shots: All its shots; the choice does not depend on how they are split into batches.
        wanted: The indices of the shots of this batch.
        lines: All lines of the film.
        folder: Where `<sha256>.jpg` goes.
        start_s: Nothing is taken from before this time.
        end_s: Nothing is taken from this time on.

    Returns:
        Keyframes in order of time; their `image` is the file's name alone.

    Raises:
        FilmError: The film cannot be read.
        OutputError: The folder cannot be written to.
    """
    moments = moments_of(shots, start_s, end_s)
    worthy = moments.worthy(lines)
    spoken = spoken_by_shot(shots.shots, lines)
    finder = make_finder()
    found: list[Keyframe] = []
    with FrameReader(movie, shots.picture, long_side_px=LONG_SIDE_PX) as reader:
        for index in sorted(set(wanted) & worthy):
            shot = shots.shots[index]
            beats = moments.beats(shot, spoken.get(index, ()))
            for take in _distinct(beats, (_takes(reader, finder, beat, shot) for beat in beats), len(worthy) > 1):
                found.append(_keep(take, index, folder))
    return found


def read_frames(movie: Movie, shots: ShotList, times_s: Sequence[Fraction], folder: Path) -> Iterator[Keyframe]:
    """Yield the frames shown at times that a person asked for, whatever they look like; written as by `pick`.

    The film is opened once; cheapest when the times ascend.

    Raises:
        FilmError: The film cannot be read.
        OutputError: The folder cannot be written to.
    """
    finder = make_finder()
    with FrameReader(movie, shots.picture, long_side_px=LONG_SIDE_PX) as reader:
        for at_s in times_s:
            shot = shots.at(at_s)
            yield _keep(_take(reader, finder, at_s, shot), shot.index, folder)


def drop_duplicates(keyframes: Sequence[Keyframe], folder: Path, *, keep: Collection[int] = ()) -> list[Keyframe]:
    """Leave out pictures that a reader would take for the one before, over the whole film.

    Args:
        keyframes: In order of time.
        folder: Where their images lie.
        keep: Indices of shots that keep one picture at least: those in which words are said (`speaking_shots`).

    Returns:
        What is left, in the same order; never empty unless nothing was given.
    """
    kept: list[Keyframe] = []
    of_shot: Counter[int] = Counter()  # how many of each are kept
    last: Floats | None = None
    for keyframe in keyframes:
        sign = signature(_thumbnail(folder / keyframe.image))
        if last is not None and look_alike(last, sign):
            if not (keyframe.shot in keep and not of_shot[keyframe.shot]):
                continue
            if not (kept[-1].shot in keep and of_shot[kept[-1].shot] == 1):
                of_shot[kept.pop().shot] -= 1
        kept.append(keyframe)
        of_shot[keyframe.shot] += 1
        last = sign
    return kept


def _takes(reader: FrameReader, finder: FaceFinder, beat: Stretch, shot: Shot) -> list[_Take]:
    """Decode and judge the candidates of a beat."""
    takes = [_take(reader, finder, at_s, shot, near) for at_s, near in zip(beat.times_s, beat.near, strict=True)]
    # in a damaged film the frame shown may be one of another shot, long before
    takes = [take for take in takes if shot.start_s <= take.at_s < shot.end_s] or takes
    return sorted(takes, key=lambda take: (-_score(take, beat, takes), take.at_s))


def _take(reader: FrameReader, finder: FaceFinder, at_s: Fraction, shot: Shot, near: float = 1.0) -> _Take:
    exact_s, whole = reader.read(at_s)
    window = window_of(whole, shot, reader.picture)
    picture = np.ascontiguousarray(whole[window])
    faces = finder.find(picture)
    neighbour = None
    if not faces and exact_s + _NEXT_S < shot.clean_end_s:
        following = reader.read(exact_s + _NEXT_S)[1]
        if following.shape == whole.shape:  # the film may change its size in between
            neighbour = shrink(np.ascontiguousarray(following[window]), _THUMB_PX)
    return _Take(exact_s, near, picture, faces, appraise(picture, faces), signature(picture), neighbour)


def _score(take: _Take, beat: Stretch, takes: Sequence[_Take]) -> float:
    """Rate a take among those of its beat: only there can sharpness be compared."""
    sharpest = max(other.appraisal.sharpness for other in takes)
    sharp = take.appraisal.sharpness / sharpest if sharpest > 0 else 1.0
    rated = sharp + 0.8 * take.appraisal.light + 0.8 * take.appraisal.faces
    rated += (0.5 if beat.spoken else 0.25) * take.near
    return rated - 5 * take.appraisal.dark


def _distinct(beats: Sequence[Stretch], ranked: Iterable[list[_Take]], others: bool) -> Iterator[_Take]:
    """Choose one take a beat, none where it would only repeat the one before.

    Args:
        beats: Those of one shot.
        ranked: The takes of each, best first.
        others: Whether other shots have pictures, so that this one may go without.
    """
    last: _Take | None = None
    for beat, takes in zip(beats, ranked, strict=True):
        best = takes[0]
        if best.appraisal.dark and not beat.spoken and (others or last):
            continue
        if last is not None:
            news = [take for take in takes if _is_news(take, last, beat.spoken)]
            floor = _score(best, beat, takes) - _OTHERWISE
            if not news or _score(news[0], beat, takes) < floor:
                continue
            best = news[0]
        last = best
        yield best


def _is_news(take: _Take, last: _Take, spoken: bool) -> bool:
    if look_alike(take.sign, last.sign):
        return False
    return spoken or likeness(take.sign, last.sign) < _NEW_ENOUGH


def _keep(take: _Take, shot: int, folder: Path) -> Keyframe:
    data = _jpeg(take.picture)
    digest = hashlib.sha256(data).hexdigest()
    path = folder / f"{digest}.jpg"
    if not is_same(path, digest):
        with beside(path) as draft:
            draft.write_bytes(data)
    height, width = take.picture.shape[:2]
    return Keyframe(
        shot=shot,
        at_s=take.at_s,
        image=Path(path.name),
        sha256=digest,
        size_px=(width, height),
        faces=take.faces,
        focus=focus_of(take.picture, take.faces, take.neighbour),
        busy=busy_parts(take.picture),
    )


def _jpeg(picture: Picture) -> bytes:
    """Encode with full chroma, the same bytes for the same pixels."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "JPEG", quality=_QUALITY, subsampling=0)
    return stream.getvalue()


def _thumbnail(path: Path) -> Picture:
    """Read a stored picture small; the decoder scales while it reads."""
    with Image.open(path) as image:
        image.draft("RGB", (_THUMB_PX * 2, _THUMB_PX * 2))
        return np.asarray(image.convert("RGB"), np.uint8)
