"""Photos in other light and other colours: a style that is trained on few films must not learn their palettes.

Every variant is a function of the photo's digest and of its number alone, so that what is made of it can be kept.
"""

import hashlib

import cv2
import numpy as np

from stylize.classical.tones import lift_shadows
from stylize.styles.opening import Picture

_LIFTS = (0.2, 0.8)
_GAMMAS = (0.7, 1.5)
_CHROMAS = (0.7, 1.5)
_TINT = 6.0
"""Lab units."""
_SMALL_TURN = 0.5
"""Radians of hue; every second variant turns by any angle."""


def recolour(photo: Picture, digest: str, variant: int, *, lift: float) -> Picture:
    """Return a variant of a photo.

    Args:
        photo: (H, W, 3) RGB, 0 to 255.
        digest: Of the photo's file.
        variant: 0 is the photo itself, brought up where it is dark; others have colours of their own.
        lift: How far variant 0 is brought up, 0 to 1; see `stylize.classical.tones.lifted`.

    Returns:
        The same shape.
    """
    if variant == 0 and not lift:
        return photo
    shades = photo.astype(np.float32) / np.float32(255)
    if variant:
        dice = _dice(digest, variant)
        lift = float(dice.uniform(*_LIFTS))
        lab = _turned(shades ** np.float32(dice.uniform(*_GAMMAS)), dice, variant)
    else:
        lab = cv2.cvtColor(shades, cv2.COLOR_RGB2Lab)
    unit_px = float(np.sqrt(photo.shape[0] * photo.shape[1])) / 1000
    risen = np.ascontiguousarray(lift_shadows(lab, lift=lift, unit_px=unit_px), np.float32)
    result: Picture = np.rint(np.clip(cv2.cvtColor(risen, cv2.COLOR_Lab2RGB), 0, 1) * 255).astype(np.uint8)
    return result


def _dice(digest: str, variant: int) -> np.random.Generator:
    return np.random.default_rng(list(hashlib.sha256(f"{digest} {variant}".encode()).digest()))


def _turned(shades: np.ndarray, dice: np.random.Generator, variant: int) -> np.ndarray:
    """Turn the hues, strengthen or weaken them, tint the whole; returns Lab."""
    lab = cv2.cvtColor(np.ascontiguousarray(shades, np.float32), cv2.COLOR_RGB2Lab)
    angle = dice.uniform(-1, 1) * (np.pi if variant % 2 == 0 else _SMALL_TURN)
    chroma = dice.uniform(*_CHROMAS)
    turn = chroma * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    hues = lab[..., 1:] @ turn.T.astype(np.float32) + dice.uniform(-_TINT, _TINT, 2).astype(np.float32)
    valid = np.dstack([lab[..., :1], hues]).astype(np.float32)
    # through RGB and back, so that no colour is left that a picture cannot have
    return cv2.cvtColor(np.clip(cv2.cvtColor(valid, cv2.COLOR_Lab2RGB), 0, 1), cv2.COLOR_RGB2Lab)
