"""What a person may ask of any style: its strength, how much faces are kept, the source's brightness.

All of it works on the finished painting and its source, at the size that is painted, whatever the style is made of.
Source and painting show the same things in the same places, so that a blend of both is clean. Of a face, its features
are kept rather than its colours: a photo's skin in a drawing's light would look pasted on.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from configs.units import Face, Frozen
from stylize.styles.stylizer import FramePart, Picture, Stylizer

_Plane = npt.NDArray[np.float32]

_HEAD_WIDE, _HEAD_HIGH = 0.64, 0.72
"""Half-axes of the head's ellipse, in widths and heights of the face's box: hair and chin lie outside the box."""
_HEAD_RISE = 0.06
"""How far the head's middle lies above the box's, in heights of the box."""
_FIRM, _SOFT = 0.7, 1.25
"""Where the mask begins to fall from 1 and where it ends at 0, in radii of the ellipse."""
_FEATURES = 0.3
"""What is smaller than this part of a face's width is a feature; the rest is its light and colour."""
_FEATURE_PX = 4.0
"""The blur that parts the two, in pixels of a reduced copy: enough for a smooth one, little work on a large face."""

_INNER, _INNER_FIRM, _INNER_SOFT = 0.36, 0.75, 1.25
"""Half-axes of the oval around eyes, nose and mouth, in widths and heights of the box, and its rim; hair and the line
around the head lie outside it, as the style draws them."""
_EYES, _BELOW_MOUTH = 0.33, 0.06
"""From where to where the oval's middle is taken, in heights of the box: from its top, and below the mouth."""

_BLACK, _DARK = 0.02, 0.1
"""Lightness of the source up to which a pixel stays black, and from which on it is as light as the style makes it."""
_BLACK_BLUR = 1 / 500
"""Width of the neighbourhood in which the source's blacks are looked for, in roots of the area: larger than grain."""
_BLACK_SHARE = 0.005
"""The darkest pixels that say where a picture's black lies: one in two hundred."""
_LEAST_SLOPE, _MOST_SLOPE = 0.3, 3.5
"""Bounds of the curve's slope at black."""
_STEPS = 24
"""Halvings in the search for the slope: far finer than a grey level."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Rec. 601, as AnimeGANv2's own test code weighs."""


class Dials(Frozen):
    """How a painting is finished; the defaults leave it as the style made it."""

    strength: float = Field(1.0, ge=0, le=1)
    """1: the painting; 0: the source."""
    faces: float = Field(0.0, ge=0, le=1)
    """How much of a face is kept: of its features this part, of its colours the square of it."""
    toned: bool = False
    """Whether a kept face gives no more than the lightness of its features, between eyes and mouth: a drawing stays
    of one medium."""
    brightness: bool = False
    """Whether the painting gets the source's mean luma and black point."""

    @property
    def neutral(self) -> bool:
        """Whether nothing is done."""
        return self.strength == 1 and not self.faces and not self.brightness


AS_PAINTED = Dials()


def by_own_means(stylizer: Stylizer, dials: Dials) -> tuple[Stylizer, Dials]:
    """Return the style at the dials' strength where it has means of its own for that, and what is left to be done.

    Raises:
        MemoryError: The weaker style does not fit.
    """
    if dials.strength < 1 and (weaker := stylizer.weakened(dials.strength)):
        return weaker, dials.model_copy(update={"strength": 1.0})
    return stylizer, dials


def apply_dials(
    painting: Picture, source: Picture, dials: Dials, faces: Sequence[Face] = (), part: FramePart | None = None
) -> Picture:
    """Finish a painting as the dials say.

    Args:
        painting: (H, W, 3) RGB in [0, 1].
        source: What was painted, of the same size.
        dials: What to do; the source's brightness can be given to whole frames only.
        faces: Heads in the frame.
        part: Which part of the frame was painted; None: all of it.

    Returns:
        (H, W, 3) in [0, 1]; the painting itself where there is nothing to do.
    """
    if dials.brightness:
        painting = with_brightness_of(source, painting)
    kept = faces if dials.faces else ()
    if dials.toned:
        painting = painting.copy() if kept else painting
        for face in kept:
            _tone(painting, source, face, dials.faces, part)
        kept = ()
    if dials.strength == 1 and not kept:
        return painting
    change = painting - source
    for face in kept:
        _hold_back(change, face, dials.faces, part)
    return np.clip(source + np.float32(dials.strength) * change, 0, 1)


def face_mask(shape: tuple[int, ...], face: Face, part: FramePart | None = None) -> _Plane:
    """Draw where a face is: an ellipse the size of a head, soft at its rim.

    Args:
        shape: Height and width in pixels.
        face: A head, in fractions of the frame.
        part: Which part of the frame the picture is; None: all of it.

    Returns:
        (H, W), from 0 outside to 1 in the face.
    """
    rows, columns = _places(shape, part)
    x, y = face.box.centre
    across = (columns - x) / (_HEAD_WIDE * face.box.width)
    along = (rows - y + _HEAD_RISE * face.box.height) / (_HEAD_HIGH * face.box.height)
    return 1 - _smooth_step(np.hypot(across, along), _FIRM, _SOFT)


def _places(shape: tuple[int, ...], part: FramePart | None) -> tuple[_Plane, _Plane]:
    """Return where rows and columns of pixels lie, in fractions of the frame."""
    (width, height), left, top, *_ = part or FramePart((shape[1], shape[0]), 0, 0, shape[1], shape[0])
    rows = (np.arange(top, top + shape[0])[:, None] + 0.5) / height
    columns = (np.arange(left, left + shape[1])[None, :] + 0.5) / width
    return rows.astype(np.float32), columns.astype(np.float32)


def features_mask(shape: tuple[int, ...], face: Face, part: FramePart | None = None) -> _Plane:
    """Draw where a face has its eyes, nose and mouth: an oval from brows to chin, soft at its rim.

    Args:
        shape: Height and width in pixels.
        face: A head, in fractions of the frame; the mouth tells how it is turned.
        part: Which part of the frame the picture is; None: all of it.

    Returns:
        (H, W), from 0 outside to 1.
    """
    rows, columns = _places(shape, part)
    x = (face.box.centre[0] + face.mouth[0]) / 2
    y = (face.box.y0 + face.mouth[1] + (_EYES + _BELOW_MOUTH) * face.box.height) / 2
    across, along = (columns - x) / (_INNER * face.box.width), (rows - y) / (_INNER * face.box.height)
    return 1 - _smooth_step(np.hypot(across, along), _INNER_FIRM, _INNER_SOFT)


def _tone(painting: Picture, source: Picture, face: Face, amount: float, part: FramePart | None) -> None:
    """Give a face's features some of the lightness that they have in the source, in place; their colours stay."""
    mask = features_mask(painting.shape, face, part)
    window = _window(mask)
    if window is None:
        return
    change = _luma(painting[window] - source[window])
    fine = change - _blurred(change, _FEATURES * face.box.width * (part.size_px[0] if part else painting.shape[1]))
    painting[window] = np.clip(painting[window] - (np.float32(amount) * mask[window] * fine)[..., None], 0, 1)


def _window(mask: _Plane) -> tuple[slice, slice] | None:
    """Return the rows and columns in which a mask is not all 0; None where it is."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if rows.size else None


def _hold_back(change: Picture, face: Face, amount: float, part: FramePart | None) -> None:
    """Take the features' part of the change to a picture off a face, and less of that of its light; in place."""
    mask = face_mask(change.shape, face, part)
    if (window := _window(mask)) is None:
        return
    near, share = change[window], np.float32(amount) * mask[window][..., None]
    light = _blurred(near, _FEATURES * face.box.width * (part.size_px[0] if part else change.shape[1]))
    change[window] = near - share * (near - light) - share * np.float32(amount) * light


def _blurred(picture: npt.NDArray[np.float32], radius_px: float) -> npt.NDArray[np.float32]:
    """Blur by a Gaussian of this radius, on a reduced copy where it is large."""
    height, width = picture.shape[:2]
    factor = min(1.0, _FEATURE_PX / max(radius_px, 1e-3))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), max(0.1, radius_px * factor), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def with_brightness_of(source: Picture, painting: Picture) -> Picture:
    """Give a painting the source's mean luma and black point, as far as it goes without harm.

    AnimeGANv2's test code multiplies the painting by the ratio of the mean lumas, which burns out highlights and lifts
    blacks. Here the black point comes first; then a curve brings the mean up or down that leaves black black and white
    white; and where the source is black, the painting gets no lighter than that.

    Args:
        source: (H, W, 3) RGB in [0, 1].
        painting: Of the same size.
    """
    wanted, found = _luma(source), _luma(painting)
    near = cv2.GaussianBlur(wanted, (0, 0), max(0.5, _BLACK_BLUR * float(np.sqrt(wanted.size))))
    grounded = _grounded(found, wanted)
    slope = _slope_for(float(wanted.mean()), grounded)
    lit = _curve(grounded, slope)
    free = _smooth_step(near, _BLACK, _DARK)
    lit = np.where(lit > near, near + free * (lit - near), lit)
    return _relit(painting, found, lit)


def _luma(picture: Picture) -> _Plane:
    return np.asarray(picture @ _LUMA, np.float32)


def _grounded(luma: _Plane, wanted: _Plane) -> _Plane:
    """Bring the black point down to the wanted one; never up."""
    black, deeper = (float(np.quantile(each, _BLACK_SHARE)) for each in (luma, wanted))
    if black <= deeper or black > 0.9:
        return luma
    lighter = deeper + (luma - black) * ((1 - deeper) / (1 - black))
    return np.where(luma < black, luma * np.float32(deeper / black), lighter).astype(np.float32)


def _curve(luma: _Plane, slope: float) -> _Plane:
    """Bend lightness: 0 and 1 stay, the slope at 0 is the given one, at 1 its inverse; slopes from 1 down darken."""
    return np.asarray(luma * slope / (1 + luma * (slope - 1)), np.float32)


def _slope_for(mean: float, luma: _Plane) -> float:
    """Return the slope with which the curve brings the mean luma to the wanted one, or as near as may be."""
    counts, edges = np.histogram(luma, 512, (0, 1))
    middles = ((edges[:-1] + edges[1:]) / 2).astype(np.float32)
    low, high = _LEAST_SLOPE, _MOST_SLOPE
    for _ in range(_STEPS):
        slope = (low * high) ** 0.5
        reached = float((_curve(middles, slope) * counts).sum()) / luma.size
        low, high = (slope, high) if reached < mean else (low, slope)
    return float((low * high) ** 0.5)


def _relit(painting: Picture, luma: _Plane, wanted: _Plane) -> Picture:
    """Scale colours to another luma; a channel that would leave the range pulls the others toward grey instead."""
    factor = wanted / np.maximum(luma, 1e-4)
    scaled = painting * factor[..., None]
    peak = scaled.max(axis=-1)
    # toward the grey of the wanted luma, just so far that the largest channel comes to 1
    keep = np.where(peak > 1, (1 - wanted) / np.maximum(peak - wanted, 1e-6), 1)
    return np.clip(wanted[..., None] + keep[..., None] * (scaled - wanted[..., None]), 0, 1).astype(np.float32)


def _smooth_step(x: npt.NDArray[Any], low: float, high: float) -> _Plane:
    t = np.clip((x - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)
