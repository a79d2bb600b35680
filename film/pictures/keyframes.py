"""Keyframes: the pictures that stand for the shots of a film.

Two steps: `film.pictures.moments` names candidates from the figures of the one pass, then these few are decoded and
judged here. Pictures are stored as JPEG under their own digest; a keyframe carries the name, never the pixels.
"""

import hashlib
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

from configs.disk.files import beside, is_same
from configs.disk.sealed import send_named
from film.decoding.developing.picture import Picture
from film.decoding.seek import FrameReader
from film.model import Keyframe, Line, Movie, Shot, ShotList
from film.pictures.appraisal import ALIKE_SHAPE, FLAT, Floats, likeness, limelight, look_alike, shrink, signature
from film.pictures.faces import make_finder
from film.pictures.focus import busy_parts, focus_of
from film.pictures.moments import Stretch, moments_of, spoken_by_shot
from film.pictures.takes import Take, Takes, are_cards, score

LONG_SIDE_PX = 2400
"""Pictures are stored at most this long: a page-wide panel in print needs no more."""
_QUALITY = 95
_THUMB_PX = 160
_NO_PICTURE: Picture = np.zeros((1, 1, 3), np.uint8)
_OTHERWISE = 0.5
"""How much worse, at most, a picture may be that is taken because the best one repeats its neighbour."""
_NEW_ENOUGH = 0.75
"""A further picture of a shot without words must be less like the one before than this."""
_SOFT, _KNOWN = 0.77, 6
"""Less crisp than so much of the film's middling picture is soft; with fewer pictures nobody knows what is usual."""


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
    found: list[Keyframe] = []
    with FrameReader(movie, shots.picture, long_side_px=LONG_SIDE_PX) as reader:
        takes = Takes(movie, reader, make_finder(), moments.figures)
        for index in sorted(set(wanted) & worthy):
            shot = shots.shots[index]
            beats = moments.beats(shot, spoken.get(index, ()))
            found += _of_shot(takes, shot, beats, folder, others=len(worthy) > 1)
    return found


def number_looks(keyframes: Sequence[Keyframe], folder: Path) -> list[Keyframe]:
    """Give all pictures of a film that a reader would take for the same one number, however far apart they are.

    Args:
        keyframes: In order of time.
        folder: Where their images lie.
    """
    signs = [signature(_thumbnail(folder / keyframe.image)) for keyframe in keyframes]
    if not signs:
        return []
    light = np.stack([sign[..., 0].ravel() for sign in signs])
    shape = light - light.mean(axis=1, keepdims=True)
    spread = np.linalg.norm(shape, axis=1)
    shape /= np.maximum(spread, 1e-6)[:, None]
    flat = spread < FLAT * np.sqrt(shape.shape[1])
    looks: list[int] = []
    for at, sign in enumerate(signs):
        near = np.flatnonzero((shape[:at] @ shape[at] > ALIKE_SHAPE) | (flat[:at] & flat[at]))
        same = next((looks[other] for other in near if look_alike(signs[other], sign)), None)
        looks.append(at if same is None else same)
    return [frame.model_copy(update={"look": look}) for frame, look in zip(keyframes, looks, strict=True)]


def shun_soft(keyframes: Sequence[Keyframe]) -> list[Keyframe]:
    """Call unreadable what is soft all over beside the film's own good pictures: smeared, out of focus, half dissolved.

    A film that is soft from beginning to end loses nothing. Where there may be a head nothing changes.

    Args:
        keyframes: Of the whole film.
    """
    known = [frame.crisp for frame in keyframes if frame.crisp < 1 and frame.readable and not frame.card]
    least = _SOFT * median(known) if len(known) >= _KNOWN else 0.0
    return [frame.model_copy(update={"readable": False}) if frame.crisp < least else frame for frame in keyframes]


def _of_shot(takes: Takes, shot: Shot, beats: Sequence[Stretch], folder: Path, *, others: bool) -> list[Keyframe]:
    """Choose and keep the pictures of one shot; whether they are cards shows when all of it has been seen."""
    seen: list[Take] = []  # without their pictures: those of a long shot would fill the memory

    def ranked() -> Iterator[list[Take]]:
        for beat in beats:
            found = takes.of(beat, shot)
            seen.extend(replace(take, picture=_NO_PICTURE) for take in found)
            yield found

    kept: list[Keyframe] = []
    chosen: list[Take] = []
    for take in _distinct(beats, ranked(), others):
        looked = takes.read(take)
        kept.append(_keep(looked, shot.index, folder))
        chosen.append(replace(looked, picture=shrink(looked.picture, _THUMB_PX)))
    cards = are_cards(chosen, seen)
    return [frame.model_copy(update={"card": card}) for frame, card in zip(kept, cards, strict=True)]


def read_frames(movie: Movie, shots: ShotList, times_s: Sequence[Fraction], folder: Path) -> Iterator[Keyframe]:
    """Yield the frames shown at times that a person asked for, whatever they look like; written as by `pick`.

    The film is opened once; cheapest when the times ascend.

    Raises:
        FilmError: The film cannot be read.
        OutputError: The folder cannot be written to.
    """
    with FrameReader(movie, shots.picture, long_side_px=LONG_SIDE_PX) as reader:
        takes = Takes(movie, reader, make_finder(), moments_of(shots).figures)
        for at_s in times_s:
            shot = shots.at(at_s)
            yield _keep(takes.one(at_s, shot), shot.index, folder)


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


def _distinct(beats: Sequence[Stretch], ranked: Iterable[list[Take]], others: bool) -> Iterator[Take]:
    """Choose one take a beat, none where it would only repeat the one before.

    Args:
        beats: Those of one shot.
        ranked: The takes of each, best first.
        others: Whether other shots have pictures, so that this one may go without.
    """
    last: Take | None = None
    for beat, takes in zip(beats, ranked, strict=True):
        best = takes[0]
        if best.appraisal.dark and not beat.spoken and (others or last):
            continue
        if last is not None:
            news = [take for take in takes if _is_news(take, last, beat.spoken)]
            floor = score(best, beat, takes) - _OTHERWISE
            if not news or score(news[0], beat, takes) < floor:
                continue
            best = news[0]
        last = best
        yield best


def _is_news(take: Take, last: Take, spoken: bool) -> bool:
    if look_alike(take.sign, last.sign):
        return False
    return spoken or likeness(take.sign, last.sign) < _NEW_ENOUGH


def _keep(take: Take, shot: int, folder: Path) -> Keyframe:
    data = _jpeg(take.picture)
    digest = hashlib.sha256(data).hexdigest()
    path = folder / f"{digest}.jpg"
    if not is_same(path, digest):
        with beside(path) as draft:
            draft.write_bytes(data)
        send_named(path, digest)
    height, width = take.picture.shape[:2]
    focus = focus_of(take.picture, take.heads, take.neighbour)
    seen = limelight(take.picture, take.faces[0].box if take.faces else focus, face=bool(take.faces))
    return Keyframe(
        shot=shot,
        at_s=take.at_s,
        image=Path(path.name),
        sha256=digest,
        size_px=(width, height),
        faces=take.faces,
        focus=focus,
        busy=busy_parts(take.picture),
        readable=take.readable,
        crisp=round(take.crisp, 3),
        salience=round(take.salience, 3),
        lit=round(seen.lit, 3),
        sharp=round(seen.sharp, 3),
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
