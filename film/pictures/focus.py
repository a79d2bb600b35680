"""What a crop of a picture must keep: the faces, else what moves, else what stands out."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from configs.units import Box, Face
from film.decoding.developing.picture import Picture
from film.pictures.appraisal import shrink
from film.pictures.faces import Heads
from film.pictures.writing import written_on_plain

_WIDE_PX = 160
_HEAD = (0.35, 0.45, 0.35, 0.55)
"""How far a head goes beyond its face: left, up, right, down, in parts of the face's width and height."""
_LESSER_FACE = 0.2
"""Faces smaller than this part of the largest are bystanders (by area)."""
_SHARE = 0.04
"""The part of the weight that may lie outside the box on each side."""
_CENTRE_SIGMA = 0.42
_STRONG = 0.4
_PAD = 0.03
_SWEEPS = 2
_LEAST_SIDE = 0.25
_CELLS, _CELLS_MOST = 12, 24
_STANDING, _CONTOUR = 0.55, 160.0
_SALIENT_PX = 64
_SALIENT_PART = 97
"""The barrier (Lab, all channels together) that so much of a picture lies below tells how salient its subject is."""
_SALIENT_LEAST, _SALIENT_MOST = 35.0, 100.0
"""Bare floors, skies and murk have less than the one; a figure whole before a plain ground more than the other."""
_SALIENT_SHAPE = 0.5
"""From this part of that barrier on a pixel is of the subject."""
_CLUTTER, _OUTLINED = 1.0, 2.0
"""How much steeper than elsewhere colours change along the subject's contour: no more in a crowd or in foliage, where
everything stands out, and so much where one thing does."""

Floats = NDArray[np.float32]


def focus_of(picture: Picture, found: Heads, neighbour: Picture | None) -> Box:
    """Return the focus in fractions of the picture: the faces; else what stands out, with what may be a head.

    Args:
        picture: RGB, uint8.
        found: The faces in it.
        neighbour: A frame of the same shot shortly before or after, for what moves; None where there is none.
    """
    if found.faces:
        return heads(found.faces)
    small = shrink(picture, _WIDE_PX)
    if (written := written_on_plain(small)) is not None:
        return _box_around(written, share=0.0)
    weight = _standing_out(small)
    if neighbour is not None:
        weight = weight * (0.3 + 0.7 * _moving(small, shrink(neighbour, _WIDE_PX)))
    out = _box_around(weight * (0.3 + 0.7 * _centre(small.shape[1], small.shape[0])))
    return _around_all([out, *(_head(face.box) for face in found.likely)])


def busy_parts(picture: Picture) -> str:
    """Return how much stands out in each part of a picture, for what is laid over it to keep to the calm ones.

    What stands out from the edges (the minimum barrier, as for the focus) counts, and so do fine contours: hands,
    tools, writing.

    Returns:
        Rows of hexadecimal digits from the top, 0 (calm) to f, parted by spaces; 12 to a row.
    """
    small = shrink(picture, _WIDE_PX)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    contours = np.minimum(np.hypot(across, down) / _CONTOUR, 1.0)
    weight = _STANDING * _standing_out(small) + (1 - _STANDING) * cv2.GaussianBlur(contours, (0, 0), 2)
    rows = min(_CELLS_MOST, max(3, round(_CELLS * small.shape[0] / small.shape[1])))
    cells = cv2.resize(weight.astype(np.float32), (_CELLS, rows), interpolation=cv2.INTER_AREA)
    return " ".join("".join(f"{round(15 * float(cell)):x}" for cell in row) for row in np.clip(cells, 0, 1))


def salience(picture: Picture) -> float:
    """Return how strongly one thing stands out whole from what is around it, 0 (nothing) to 1, in any lighting.

    A figure cut by the left, right or upper edge does not: from there it can be reached without a change of colour. Nor
    does anything in clutter, where contours are everywhere.

    Args:
        picture: RGB, uint8.
    """
    small = shrink(picture, _SALIENT_PX)
    barrier = _barrier(small, _SALIENT_PX / _WIDE_PX)
    high = float(np.percentile(barrier, _SALIENT_PART))
    strong = _ramp(high, _SALIENT_LEAST, _SALIENT_MOST)
    return strong * _ramp(_contoured(small, barrier > _SALIENT_SHAPE * high), _CLUTTER, _OUTLINED) if strong else 0.0


def _contoured(small: Picture, subject: NDArray[np.bool_]) -> float:
    """Return how many times steeper grey tones change along a subject's contour than elsewhere."""
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    steep = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    mask, cross = subject.astype(np.uint8), np.ones((3, 3), np.uint8)
    contour = cv2.dilate(mask, cross) > cv2.erode(mask, cross)
    if not contour.any() or contour.all():
        return 0.0
    return float(steep[contour].mean()) / max(1e-3, float(steep[~contour].mean()))


def _ramp(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


def heads(faces: tuple[Face, ...]) -> Box:
    """Return the box around the heads of all faces that matter."""
    areas = [face.box.width * face.box.height for face in faces]
    return _around_all(
        [_head(face.box) for face, area in zip(faces, areas, strict=True) if area >= _LESSER_FACE * max(areas)]
    )


def _around_all(boxes: Sequence[Box]) -> Box:
    return Box(
        x0=min(box.x0 for box in boxes),
        y0=min(box.y0 for box in boxes),
        x1=max(box.x1 for box in boxes),
        y1=max(box.y1 for box in boxes),
    )


def _head(face: Box) -> Box:
    left, up, right, down = _HEAD
    return Box(
        x0=round(max(0.0, face.x0 - left * face.width), 5),
        y0=round(max(0.0, face.y0 - up * face.height), 5),
        x1=round(min(1.0, face.x1 + right * face.width), 5),
        y1=round(min(1.0, face.y1 + down * face.height), 5),
    )


def _standing_out(small: Picture) -> Floats:
    """Weigh pixels by the barrier between them and the picture's edges, 0 to 1.

    What can be reached from the left, right or upper edge without a change of colour is background, however bright
    or leafy it is. The lower edge does not count: people stand in it. (Minimum barrier distance: Zhang et al.,
    "Minimum Barrier Salient Object Detection at 80 FPS", 2015; here swept by whole rows and columns.)
    """
    return _normal(_barrier(small))


def _barrier(small: Picture, scale: float = 1.0) -> Floats:
    """Return the barrier in Lab, all channels together, (H, W); the scale is that of the picture to the usual one."""
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 1.5 * scale), cv2.COLOR_RGB2Lab).astype(np.float32)
    cost = _barriers(lab)
    return np.asarray(cv2.GaussianBlur(cost[..., 0] + cost[..., 1] + cost[..., 2], (0, 0), 2 * scale), np.float32)


def _barriers(lab: Floats) -> Floats:
    """Return how far values must rise and fall, together, on the best way from an edge to each pixel.

    Args:
        lab: (H, W, 3); each channel goes its own way, all three at once.
    """
    cost = np.full(lab.shape, np.inf, np.float32)
    cost[0] = cost[:, 0] = cost[:, -1] = 0
    high, low = lab.copy(), lab.copy()
    for _ in range(_SWEEPS):
        for turned in (False, True):
            fields = [field.transpose(1, 0, 2) if turned else field for field in (lab, cost, high, low)]
            count = fields[0].shape[0]
            for row in range(1, count):
                _step(fields, row, row - 1)
            for row in range(count - 2, -1, -1):
                _step(fields, row, row + 1)
    return cost


def _step(fields: list[Floats], row: int, come_from: int) -> None:
    """Let a row be reached from its neighbour where that is the better way."""
    channels, cost, high, low = fields
    up, down = np.maximum(high[come_from], channels[row]), np.minimum(low[come_from], channels[row])
    rise = up - down
    better = (rise < cost[row]) & np.isfinite(cost[come_from])
    np.copyto(cost[row], rise, where=better)
    np.copyto(high[row], up, where=better)
    np.copyto(low[row], down, where=better)


def _moving(small: Picture, neighbour: Picture) -> Floats:
    """Weigh pixels by what moves against the background, 0 to 1; flat where the whole picture changes."""
    one = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    other = cv2.cvtColor(neighbour, cv2.COLOR_RGB2GRAY).astype(np.float32)
    height, width = one.shape
    if one.shape != other.shape or min(height, width) < 16:
        return np.ones((height, width), np.float32)
    (dx, dy), _ = cv2.phaseCorrelate(other, one, cv2.createHanningWindow((width, height), cv2.CV_32F))
    if max(abs(dx) / width, abs(dy) / height) < 0.15:  # the camera pans: lay the background over itself
        shift = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
        other = np.asarray(cv2.warpAffine(other, shift, (width, height), borderMode=cv2.BORDER_REPLICATE), np.float32)
    motion = np.asarray(cv2.GaussianBlur(np.abs(one - other), (0, 0), 4), np.float32)
    strongest = float(motion.max())
    if strongest < 4 or float((motion > 0.4 * strongest).mean()) > 0.35:
        return np.ones((height, width), np.float32)
    return _normal(motion)


def _centre(width: int, height: int) -> Floats:
    x = np.linspace(-1, 1, width)[None, :] / (2 * _CENTRE_SIGMA)
    y = np.linspace(-1, 1, height)[:, None] / (2 * _CENTRE_SIGMA)
    return np.asarray(np.exp(-(x**2 + y**2) / 2), np.float32)


def _box_around(weight: Floats, share: float = _SHARE) -> Box:
    """Return the box that holds what weighs much, all but a share on each side."""
    strong = np.where(weight >= _STRONG * weight.max(), weight, 0)
    if not float(strong.sum()) > 0:
        strong = np.ones_like(weight)
    x0, x1 = _middle_part(strong.sum(axis=0), share)
    y0, y1 = _middle_part(strong.sum(axis=1), share)
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)


def _middle_part(weights: Floats, share: float) -> tuple[float, float]:
    """Return where the middle of the weight begins and ends along one axis, in fractions."""
    grown = np.cumsum(weights) / weights.sum()
    first = max(0.0, int(np.searchsorted(grown, share, side="right")) / weights.size - _PAD)
    last = min(1.0, (int(np.searchsorted(grown, (1 - share) * (1 - 1e-6))) + 1) / weights.size + _PAD)
    lacking = max(0.0, _LEAST_SIDE - (last - first))
    first = min(max(0.0, first - lacking / 2), 1 - _LEAST_SIDE)
    return round(first, 4), round(min(1.0, max(last + lacking / 2, first + _LEAST_SIDE)), 4)


def _normal(weight: Floats) -> Floats:
    highest = float(weight.max())
    return np.asarray(weight / highest if highest > 1e-6 else np.zeros_like(weight), np.float32)
