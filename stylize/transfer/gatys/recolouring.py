"""The palette of one picture given to another, and its lightness without its colours.

Linear colour transfer (Gatys and others 2016, Preserving color in neural artistic style transfer), by the map of least
change between the two clouds of colours (Pitie and Kokaram 2007), so that hues turn no further than they must.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.float32]
"""(H, W, 3) float32 RGB in [0, 1]."""

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Of BT.601, whose lightness lies nearest to what the gamma-coded values show."""

_MOST_GAIN = 2.5
"""Contrast is raised by no more: a dark frame holds little but noise and blocks."""

_FLOOR = 1e-4
"""Added to the variances, so that a grey or a plain picture has an inverse."""


class Palette(NamedTuple):
    """Mean and covariance of a picture's colours."""

    mean: npt.NDArray[np.float64]
    covariance: npt.NDArray[np.float64]


def palette_of(picture: Image) -> Palette:
    """Return the palette of a picture (H, W, C)."""
    colours = picture.reshape(-1, picture.shape[2]).astype(np.float64)
    mean = colours.mean(axis=0)
    centred = colours - mean
    return Palette(mean, centred.T @ centred / len(colours))


def mix_palettes(palettes: list[Palette], shares: tuple[float, ...]) -> Palette:
    """Return the palette between several; shares sum to 1."""
    weights = np.asarray(shares)
    return Palette(
        np.tensordot(weights, np.stack([palette.mean for palette in palettes]), axes=1),
        np.tensordot(weights, np.stack([palette.covariance for palette in palettes]), axes=1),
    )


def transfer_palette(picture: Image, wanted: Palette) -> Image:
    """Return the picture (H, W, C) in another palette, clipped to [0, 1]."""
    own = palette_of(picture)
    turn = _turn(own.covariance, wanted.covariance)
    moved = (picture - own.mean) @ turn + wanted.mean
    return np.clip(moved, 0, 1).astype(np.float32)


def luma(picture: Image) -> Image:
    """Return the lightness (H, W, 1) of a picture (H, W, 3)."""
    return (picture @ _LUMA)[..., None]


def with_luma(picture: Image, lightness: Image) -> Image:
    """Return the picture with another lightness (H, W, 1) and its own differences of colour, clipped to [0, 1]."""
    return np.clip(picture + (lightness - luma(picture)), 0, 1)


def _turn(own: npt.NDArray[np.float64], wanted: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the symmetric map T with T own T = wanted, its gain bounded."""
    floor = _FLOOR * np.eye(len(own))
    root, inverse = _power(own + floor, 0.5), _power(own + floor, -0.5)
    turn = inverse @ _power(root @ (wanted + floor) @ root, 0.5) @ inverse
    gains, axes = np.linalg.eigh((turn + turn.T) / 2)
    bounded: npt.NDArray[np.float64] = (axes * np.minimum(gains, _MOST_GAIN)) @ axes.T
    return bounded


def _power(matrix: npt.NDArray[np.float64], exponent: float) -> npt.NDArray[np.float64]:
    values, axes = np.linalg.eigh(matrix)
    raised: npt.NDArray[np.float64] = (axes * np.maximum(values, 1e-12) ** exponent) @ axes.T
    return raised
