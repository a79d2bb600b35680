"""HDR pixels to ordinary ones in numpy, for pictures that do not come through ffmpeg's own filters.

The same curve as `film.decoding.developing.filters.tone_chain`: linear light up to `KNEE` of diffuse white, above
it Möbius' curve, which bends brighter light softly into what is left (as ffmpeg's `tonemap=mobius` does).
Sources: ITU-R BT.2100 (PQ, HLG), BT.2020 and BT.709 primaries, BT.1886 (what ordinary displays do).

Dolby Vision without a base that other players show (profile 5 and its kin) is in IPT of PQ: brightness, red against
green, yellow against blue, made from cones' responses that were mixed a little. Sources: Ebner and Fairchild's IPT
(1998), Hunt, Pointer and Estevez' cones for D65, Dolby's "What is ICtCp?" (crosstalk).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from film.decoding.developing.transfer import HLG, IPT, PQ, CurvePiece, Grading

WHITE_NITS = 203.0
"""What counts as diffuse white: the reference of ITU-R BT.2408, for PQ as for HLG. The mean colours of films that were
brought from ordinary light to PQ by it come back within three levels of 255; with 100 nits they were 30 too bright."""
KNEE = 0.8
PEAK = 10.0
"""The brightest light that keeps apart from white, as a multiple of it."""

_HLG_PEAK_NITS = 1000.0
_BT2020_TO_BT709 = np.array(
    [[1.660491, -0.587641, -0.072850], [-0.124550, 1.132900, -0.008349], [-0.018151, -0.100579, 1.118730]], np.float32
)
_LEVELS = 1 << 16
_CROSSTALK = 0.02
_XYZ_TO_CONES = np.array([[0.40024, 0.7076, -0.08081], [-0.2263, 1.16532, 0.0457], [0, 0, 0.91822]])
_BT2020_TO_XYZ = np.array([[0.636958, 0.144617, 0.168881], [0.2627, 0.677998, 0.059302], [0, 0.028073, 1.060985]])
_CONES_TO_IPT = np.array([[0.4, 0.4, 0.2], [4.455, -4.851, 0.396], [0.8056, 0.3572, -1.1628]])
_USUAL = Grading(
    own_colours=True,
    curves=(),
    to_cones=np.linalg.inv(_CONES_TO_IPT).astype(np.float32),
    neutral=np.array([0, 0.5, 0.5], np.float32),
    unmixed=np.linalg.inv(np.full((3, 3), _CROSSTALK) + (1 - 3 * _CROSSTALK) * np.eye(3)).astype(np.float32),
)
_CONES_TO_BT2020 = np.linalg.inv(_XYZ_TO_CONES @ _BT2020_TO_XYZ).astype(np.float32)

Float = NDArray[np.float32]


def tone_map(rgb: NDArray[np.uint16], transfer: str, grading: Grading | None = None) -> NDArray[np.uint8]:
    """Bring a picture in BT.2020 primaries to BT.709.

    Args:
        rgb: Full-range R'G'B', shape (height, width, 3), 16 bits; for `ipt-pq-c2` I, P and T in their place.
        transfer: `smpte2084`, `arib-std-b67` or `ipt-pq-c2`.
        grading: What a frame of `ipt-pq-c2` says of its own values; None: the usual.

    Returns:
        Full-range R'G'B', uint8, same shape.
    """
    if transfer == IPT:
        usual = grading or _USUAL
        cones = np.take(_light_table(PQ), _cones(rgb, usual))
        light = np.maximum(cv2.transform(cones, _CONES_TO_BT2020 @ usual.unmixed), 0)
    else:
        light = np.take(_light_table(transfer), rgb)
    if transfer == HLG:
        light *= _system_gamma(light)
    light = np.maximum(cv2.transform(light / np.float32(WHITE_NITS), _BT2020_TO_BT709), 0)
    strongest = np.maximum(light.max(axis=2, keepdims=True), np.float32(1e-6))
    light *= _shoulder(strongest) / strongest
    steps = np.clip(light * (_LEVELS - 1) + 0.5, 0, _LEVELS - 1).astype(np.uint16)
    return np.asarray(_GAMMA[steps], np.uint8)


def _light_table(transfer: str) -> Float:
    """Return the light in nits of each 16-bit value; for HLG of the scene, scaled to the peak."""
    value = np.linspace(0, 1, _LEVELS)
    if transfer == PQ:
        m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
        root = value ** (1 / m2)
        return np.asarray(10_000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1), np.float32)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(value <= 0.5, value**2 / 3, (np.exp((value - c) / a) + b) / 12)
    return np.asarray(_HLG_PEAK_NITS * scene, np.float32)


def _cones(ipt: NDArray[np.uint16], grading: Grading) -> NDArray[np.uint16]:
    """Return the three cones' responses, PQ and still mixed; P and T are neutral in the middle."""
    signal = ipt.astype(np.float32) / np.float32(_LEVELS - 1)
    if grading.curves:
        parts = [_reshaped(signal, at, *curve) for at, curve in enumerate(grading.curves)]
        signal = np.stack(parts, axis=-1).astype(np.float32)
    responses = cv2.transform(signal - grading.neutral, grading.to_cones)
    return np.asarray(np.rint(np.clip(responses, 0, 1) * (_LEVELS - 1)), np.uint16)


def _reshaped(signal: Float, at: int, lowest: float, pieces: tuple[CurvePiece, ...]) -> Float:
    """Return one component as it was before it was fitted into the few levels that are stored."""
    own = np.clip(signal[..., at], lowest, pieces[-1].until)
    x, y, z = (signal[..., each] for each in range(3))
    done, start = np.empty_like(own), -np.inf
    for number, piece in enumerate(pieces):
        inside = own >= start
        if number < len(pieces) - 1:
            inside &= own < piece.until
        start = piece.until
        if piece.polynomial:
            value = np.polynomial.polynomial.polyval(own[inside], piece.polynomial)
        else:
            terms = [term[inside] for term in (x, y, z, x * y, x * z, y * z, x * y * z)]
            value = np.full_like(own[inside], piece.constant)
            for power, factors in enumerate(piece.products, start=1):
                value += sum(factor * term**power for factor, term in zip(factors, terms, strict=True))
        done[inside] = value
    return np.clip(done, 0, 1)


def _system_gamma(light: Float) -> Float:
    # HLG stores the light of the scene; a display of 1000 nits shows its luminance to the power of 1.2.
    weights = np.array([[0.2627, 0.6780, 0.0593]], np.float32)
    luminance = cv2.transform(light, weights)[..., None] if light.ndim == 3 else light
    return np.asarray(np.maximum(luminance / _HLG_PEAK_NITS, 1e-6) ** 0.2, np.float32)


def _shoulder(light: Float) -> Float:
    # Möbius' curve through (KNEE, KNEE) with slope 1 there, and through (PEAK, 1).
    a = -(KNEE**2) * (PEAK - 1) / (KNEE**2 - 2 * KNEE + PEAK)
    b = (KNEE**2 - 2 * KNEE * PEAK + PEAK) / (PEAK - 1)
    scale = (b * b + 2 * b * KNEE + KNEE * KNEE) / (b - a)
    high = np.maximum(light, KNEE)
    bent = scale * (high + a) / (high + b)
    return np.asarray(np.where(light <= KNEE, light, bent), np.float32)


def _gamma_table() -> NDArray[np.uint8]:
    # What ordinary displays do to their signal (BT.1886), turned round: both sides are light on a screen.
    light = np.linspace(0, 1, _LEVELS)
    return np.asarray(np.rint(255 * light ** (1 / 2.4)), np.uint8)


_GAMMA = _gamma_table()
