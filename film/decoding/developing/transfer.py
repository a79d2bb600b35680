"""Which light a film's values stand for: HDR is told by the pictures, by the container, or only by what lies beside.

Frames of Dolby Vision bear its metadata as ffmpeg has read them (`libavutil/dovi_meta.h`); what they mean is told in
ETSI GS CCM 001.
"""

import ctypes
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

PQ, HLG, IPT = "smpte2084", "arib-std-b67", "ipt-pq-c2"
_TRANSFERS = {16: PQ, 18: HLG}
"""By the numbers of ITU-T H.273."""
_UNSAID = (0, 2, 3)
_BASES = {1: PQ, 4: HLG, 6: PQ}
"""By the compatibility that Dolby Vision tells of its base layer (ETSI GS CCM 001)."""
_GRADED = frozenset(["MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL", "DYNAMIC_HDR_PLUS"])
_HDR_BITS = 10


class DolbyVision(NamedTuple):
    """What a container says of Dolby Vision in it."""

    profile: int
    compatibility: int
    """What of it players without Dolby Vision can show; 0: nothing."""


class CurvePiece(NamedTuple):
    """How values between two pivots are reshaped, either by a polynomial of their own or by products of all three."""

    until: float
    """Its upper pivot, 0 to 1."""
    polynomial: tuple[float, ...]
    """Factors of 1, x, x²; empty where the products rule."""
    constant: float
    products: tuple[tuple[float, ...], ...]
    """For each power of them, factors of x, y, z, xy, xz, yz, xyz."""


class Grading(NamedTuple):
    """What a frame of Dolby Vision says of its own values."""

    own_colours: bool
    """Whether no other player can show them: full-range values of profile 0 in the metadata's own count."""
    curves: tuple[tuple[float, tuple[CurvePiece, ...]], ...]
    """For each component its lowest pivot and its pieces; empty where values are as they are stored."""
    to_cones: NDArray[np.float32]
    """3x3, before the values become light."""
    neutral: NDArray[np.float32]
    """What is taken off the three components before."""
    unmixed: NDArray[np.float32]
    """3x3, after the values have become light."""


def transfer_of(frame: VideoFrame, told: int, dolby: DolbyVision | None) -> tuple[str, str]:
    """Return the transfer function that needs tone-mapping, and a note where it is guessed or its colours are.

    Args:
        frame: The film's first.
        told: The container's transfer function, a number of ITU-T H.273.
        dolby: The container's record of Dolby Vision, if it has one.

    Returns:
        `smpte2084`, `arib-std-b67`, `ipt-pq-c2`, or empty for ordinary video; and the note, mostly empty.
    """
    if dolby is not None and dolby.compatibility == 0:
        note = f"is Dolby Vision of profile {dolby.profile} without its metadata: its colours are approximate"
        return IPT, note if grading_of(frame) is None else ""
    said = int(frame.color_trc)
    if said in _UNSAID:
        said = told
    if said not in _UNSAID:
        return _TRANSFERS.get(said, ""), ""
    if dolby is None and (grading := grading_of(frame)) and grading.own_colours:  # a stream without a container
        return IPT, ""
    if dolby is not None and dolby.compatibility in _BASES:
        return _BASES[dolby.compatibility], ""
    if set(_side_data(frame)) & _GRADED and frame.format.components[0].bits >= _HDR_BITS:
        return PQ, "says how it was graded but not how its light is stored: it is taken for HDR10"
    return "", ""


def grading_of(frame: VideoFrame) -> Grading | None:
    """Return what a frame's own metadata say; None where it has none, or none that make sense."""
    data = _side_data(frame).get("DOVI_METADATA")
    if data is None or len(data) < ctypes.sizeof(_Offsets):
        return None
    offsets = _Offsets.from_buffer_copy(data)
    try:
        header = _Header.from_buffer_copy(data, offsets.header)
        mapping = _Mapping.from_buffer_copy(data, offsets.mapping)
        colour = _Colour.from_buffer_copy(data, offsets.colour)
        if not (8 <= header.depth <= 16 and 13 <= header.denominator <= 32):
            return None
        return Grading(
            own_colours=header.profile == 0 and header.full_range == 1,
            curves=tuple(_curve(curve, (1 << header.depth) - 1, 1 << header.denominator) for curve in mapping.curves),
            to_cones=_matrix(colour.to_cones).reshape(3, 3),
            neutral=_matrix(colour.neutral),
            unmixed=_matrix(colour.unmixed).reshape(3, 3),
        )
    except (ValueError, ZeroDivisionError):  # of another version of ffmpeg
        return None


def _curve(curve: Any, most: int, one: int) -> tuple[float, tuple[CurvePiece, ...]]:
    if not 2 <= curve.count <= len(curve.pivots):
        raise ValueError("no such curve")
    pieces = []
    for at in range(curve.count - 1):
        by_products = curve.kinds[at] == 1
        order = curve.powers[at] if by_products else curve.orders[at] + 1
        pieces.append(
            CurvePiece(
                until=curve.pivots[at + 1] / most,
                polynomial=() if by_products else tuple(factor / one for factor in curve.factors[at][:order]),
                constant=curve.constants[at] / one,
                products=tuple(tuple(factor / one for factor in row) for row in curve.products[at][:order])
                if by_products
                else (),
            )
        )
    return curve.pivots[0] / most, tuple(pieces)


def _matrix(numbers: Any) -> NDArray[np.float32]:
    return np.array([Fraction(number.numerator, number.denominator) for number in numbers], np.float32)


def _side_data(frame: VideoFrame) -> dict[str, bytes]:
    side_data: Any = frame.side_data  # PyAV's types know other keys than PyAV
    return {data.type.name: bytes(data) for data in side_data}


_PIECES = 8


class _Offsets(ctypes.Structure):
    _fields_ = (("header", ctypes.c_size_t), ("mapping", ctypes.c_size_t), ("colour", ctypes.c_size_t))


class _Header(ctypes.Structure):
    _fields_ = (
        ("kind", ctypes.c_uint8),
        ("form", ctypes.c_uint16),
        *((name, ctypes.c_uint8) for name in ("profile", "level", "chroma", "data_type", "denominator", "normalized")),
        ("full_range", ctypes.c_uint8),
        ("depth", ctypes.c_uint8),
    )


class _Curve(ctypes.Structure):
    _fields_ = (
        ("count", ctypes.c_uint8),
        ("pivots", ctypes.c_uint16 * (_PIECES + 1)),
        ("kinds", ctypes.c_int * _PIECES),
        ("orders", ctypes.c_uint8 * _PIECES),
        ("factors", ctypes.c_int64 * 3 * _PIECES),
        ("powers", ctypes.c_uint8 * _PIECES),
        ("constants", ctypes.c_int64 * _PIECES),
        ("products", ctypes.c_int64 * 7 * 3 * _PIECES),
    )


class _Mapping(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_uint8) for name in ("number", "space", "chroma")),
        ("curves", _Curve * 3),
    )


class _Rational(ctypes.Structure):
    _fields_ = (("numerator", ctypes.c_int), ("denominator", ctypes.c_int))


class _Colour(ctypes.Structure):
    _fields_ = (
        ("number", ctypes.c_uint8),
        ("refresh", ctypes.c_uint8),
        ("to_cones", _Rational * 9),
        ("neutral", _Rational * 3),
        ("unmixed", _Rational * 9),
    )
