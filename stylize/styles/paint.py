"""Painting files: keyframes in, paintings out, whole ones in batches of one size, parts of frames one by one.

Every painting is written beside its target and renamed, so that whatever is there is whole and an interrupted run
goes on where it stopped.
"""

import math
from collections.abc import Callable, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from configs.disk.sealed import Tell, digest, sealed
from configs.errors import FilmcomicError, StyleError
from configs.units import Face, Frozen
from stylize.styles.dials import AS_PAINTED, Dials, apply_dials, by_own_means
from stylize.styles.stylizer import FramePart, Picture, Stylizer, look_at, scaled_down

_SMALLEST_PX = 8
"""The least side that the stylizers' contract allows."""

_PNG_LEVEL = 3
"""zlib's level: 6 saves some 5 % of a file that soon becomes a JPEG, for twice the time."""

_BAND_PX, _LARGE_BAND_PX = 1_600_000, 1_000_000
"""No more of a part is painted at once: a full page of a large film takes no more memory than a panel across it. The
bands of a larger one are smaller, for all of it is held besides."""

_REFERENCE_PX = 640 * 360
"""References are read no larger: only their statistics are wanted."""


class PaintRequest(Frozen):
    """One picture to be painted."""

    source: Path
    target: Path
    """A PNG; its folder is made."""
    size_px: tuple[int, int]
    """Width and height to paint the whole frame at."""
    part: tuple[int, int, int, int] | None = None
    """What of it is painted: left, top, right, bottom in pixels at that size; None: the whole. Only for styles that
    paint parts (`Stylizer.paint_part`)."""
    faces: tuple[Face, ...] = ()
    """Heads in the picture, for the dial that keeps them."""

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the painting."""
        return self.size_px[::-1] if self.part is None else FramePart(self.size_px, *self.part).shape


class PaintingMemoryError(FilmcomicError, MemoryError):
    """Not even one picture fits into memory; it may later, when other work has ended."""


def paint_files(
    stylizer: Stylizer,
    jobs: Sequence[PaintRequest],
    *,
    dials: Dials = AS_PAINTED,
    references: Sequence[Path] = (),
    progress: Callable[[float], None] | None = None,
    tell: Tell = lambda line: None,
) -> None:
    """Paint each source at its size into its target; targets that are there already, whole, are left as they are.

    Args:
        stylizer: The style, ready to paint.
        jobs: Sources and targets; the order does not matter.
        dials: How every painting is finished.
        references: Pictures of the same scene from which the style takes one palette for all jobs; none: each picture
            is painted for itself.
        progress: Told the share that is done, from 0 to 1.
        tell: Called with one line for each target that is damaged.

    Raises:
        FilmcomicError: A source cannot be read.
        StyleError: What is painted of it is no picture.
        OutputError: A target cannot be written.
        PaintingMemoryError: A single picture does not fit into memory.
    """
    missing = {job.target: job for job in jobs if digest(job.target, tell) is None}
    todo = sorted(missing.values(), key=lambda job: (job.size_px, job.part or (), job.target))
    done = len(jobs) - len(todo)
    if not todo:
        return
    stylizer, dials = _prepared(stylizer, dials, references)
    limit = max(1, stylizer.batch_limit)
    for _, equal in groupby(todo, key=lambda job: (job.size_px, job.part)):
        waiting = list(equal)
        while waiting:
            batch, waiting = waiting[:limit], waiting[limit:]
            limit = _paint_or_halve(stylizer, dials, batch, limit)
            done += len(batch)
            if progress:
                progress(done / len(jobs))


def _prepared(stylizer: Stylizer, dials: Dials, references: Sequence[Path]) -> tuple[Stylizer, Dials]:
    """Set the style up for these jobs: its palette, and its strength where it has means of its own for that."""
    try:
        stylizer, dials = by_own_means(stylizer, dials)
        # only now: the palette of the weaker style is another one
        if references:
            stylizer = stylizer.settle([_reference(path) for path in references])
    except MemoryError as error:
        raise PaintingMemoryError(
            f"memory ran out before the first picture with {stylizer.name}",
            cure="close other programs, or choose another style or device",
        ) from error
    return stylizer, dials


def _paint_or_halve(stylizer: Stylizer, dials: Dials, batch: list[PaintRequest], limit: int) -> int:
    """Paint a batch, in ever smaller pieces where memory runs out; return the size that fitted."""
    try:
        _paint_batch(stylizer, dials, batch)
        return limit
    except MemoryError as error:
        if len(batch) == 1:
            height, width = batch[0].shape
            raise PaintingMemoryError(
                f"memory ran out painting one picture of {width}x{height} with {stylizer.name}",
                cure="close other programs, or ask for less: smaller pages, another style or device",
                path=batch[0].source,
            ) from error
    half = (len(batch) + 1) // 2
    for piece in (batch[:half], batch[half:]):
        half = min(half, _paint_or_halve(stylizer, dials, piece, half))
    return half


def _paint_batch(stylizer: Stylizer, dials: Dials, jobs: list[PaintRequest]) -> None:
    pictures, paintings = _painted(stylizer, jobs)
    for job, picture, painting in zip(jobs, pictures, paintings, strict=True):
        if not np.isfinite(painting).all():
            cure = "choose another style, or change its weights or its settings"
            raise StyleError(f"{stylizer.name} paints values of it that are no numbers", cure=cure, path=job.source)
        if digest(job.target, lambda line: None) is None:  # another process may have been quicker
            _write(job.target, _finished(job, picture, painting, dials), job.shape)


def _painted(stylizer: Stylizer, jobs: list[PaintRequest]) -> tuple[Sequence[Picture], Sequence[Picture]]:
    """Return what is painted of each file, and its paintings."""
    if jobs[0].part is None:
        pictures = np.stack([_read(job.source, job.size_px) for job in jobs])
        return list(pictures), list(stylizer.paint(pictures))
    part = FramePart(jobs[0].size_px, *jobs[0].part)
    frames = [_unit(_decoded(job.source)) for job in jobs]
    seen = [look_at(scaled_down(frame, part), part) for frame in frames]
    return seen, [_in_bands(stylizer, frame, part) for frame in frames]


def _in_bands(stylizer: Stylizer, frame: Picture, part: FramePart) -> Picture:
    painting = np.empty((*part.shape, 3), np.float32)
    for band in _bands(part):
        painting[band.top - part.top : band.bottom - part.top] = stylizer.paint_part(frame, band)
    return painting


def _bands(part: FramePart) -> list[FramePart]:
    """Cut a large part into bands, each of which is painted as the whole would be there."""
    height, width = part.shape
    count = -(-height * width // (_BAND_PX if height * width <= _BAND_PX else _LARGE_BAND_PX))
    edges = [part.top + round(height * number / count) for number in range(count + 1)]
    return [part._replace(top=top, bottom=bottom) for top, bottom in pairwise(edges)]


def _finished(job: PaintRequest, picture: Picture, painting: Picture, dials: Dials) -> Picture:
    """Finish a painting as the dials say; of a part, faces lie where they do in the whole."""
    within = None if job.part is None else FramePart(job.size_px, *job.part)
    return apply_dials(painting, picture, dials, job.faces, within)


def _read(source: Path, size_px: tuple[int, int]) -> Picture:
    """Read a picture as RGB in [0, 1] at this size, at least 8 px either way."""
    return _scaled(_decoded(source), size_px)


def _reference(source: Path) -> Picture:
    """Read a picture as RGB in [0, 1], reduced to what its statistics take."""
    picture = _decoded(source)
    height, width = picture.shape[:2]
    factor = min(1.0, math.sqrt(_REFERENCE_PX / (height * width)))
    return _scaled(picture, (round(width * factor), round(height * factor)))


def _decoded(source: Path) -> npt.NDArray[np.uint8]:
    """Read a picture's file, BGR."""
    try:
        stored = np.frombuffer(source.read_bytes(), np.uint8)
    except OSError as error:
        raise _unreadable(source, error.strerror or str(error)) from None
    picture = cv2.imdecode(stored, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION) if stored.size else None
    if picture is None:
        raise _unreadable(source, "it is damaged")
    return np.asarray(picture, np.uint8)


def _scaled(picture: npt.NDArray[np.uint8], size_px: tuple[int, int]) -> Picture:
    """Turn BGR into RGB in [0, 1] at this size, at least 8 px either way."""
    width, height = (max(side, _SMALLEST_PX) for side in size_px)
    shrinks = width <= picture.shape[1] and height <= picture.shape[0]
    scaled = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return _unit(np.asarray(scaled, np.uint8))


def _unit(picture: npt.NDArray[np.uint8]) -> Picture:
    """Turn BGR into RGB in [0, 1]."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.float32) / np.float32(255)


def _unreadable(source: Path, why: str) -> FilmcomicError:
    return FilmcomicError(f"the keyframe cannot be read ({why})", cure="delete it and run again", path=source)


def _write(target: Path, painting: npt.NDArray[Any], shape: tuple[int, int]) -> None:
    """Write a painting as PNG, beside the target and renamed."""
    if painting.shape[:2] != shape:
        painting = cv2.resize(painting, shape[::-1], interpolation=cv2.INTER_AREA)
    shades = np.rint(np.clip(painting, 0, 1) * 255).astype(np.uint8)
    written, stored = cv2.imencode(
        ".png", cv2.cvtColor(shades, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, _PNG_LEVEL]
    )
    if not written:
        raise FilmcomicError("the painting could not be encoded as PNG", path=target)
    with sealed(target) as draft:
        draft.write_bytes(stored.tobytes())
