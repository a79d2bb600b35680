"""Tone: lift of dark scenes, soft bands of lightness."""

import numpy as np

from stylize.classical.flow import Image, blur, gradients

_SEEN = 0.015  # darker than this is black
_THICKEST_VEIL = 0.12  # lighter blacks than this are fog, and meant


def ramp(value: Image, low: float, high: float) -> Image:
    """Rise smoothly from 0 at `low` to 1 at `high`; falls where `high` is the smaller."""
    share = np.clip((value - np.float32(low)) / np.float32(high - low), 0, 1)
    risen: Image = share * share * (3 - 2 * share)
    return risen


def lift_shadows(lab: Image, *, lift: float, unit_px: float) -> Image:
    """Bring a dark scene up gently, with its blacks held and its colours kept.

    The middle tone of what is not black decides one curve for the picture; where the surroundings are darker still
    the curve bends a little more. Veiled blacks are made black, and a scene brought up gains contrast, so that no
    grey mud is left. A picture that is all but black stays as it is.
    """
    light = lab[..., 0] / 100
    calm = blur(light, 4 * unit_px)[::4, ::4]
    seen = calm[calm > _SEEN]
    if lift <= 0 or seen.size < max(1.0, calm.size * 0.02):
        return lab
    veil = np.float32(lift * min(float(np.percentile(calm, 1)), _THICKEST_VEIL))
    clear = np.maximum(light - veil, 0) / (1 - veil)
    gain, gamma = _curve(np.maximum(seen - veil, 0) / (1 - veil), lift)
    surround = np.clip(blur(clear, 60 * unit_px) * np.float32(gain * 2), 0.2, 1)
    bend = np.float32(gamma) * (1 - np.float32(0.1 * lift) * (1 - surround))
    raised = np.minimum(clear * np.float32(gain), 1) ** bend * ramp(clear, 0, 0.08 / gain)
    raised += np.float32(1 - gamma) * (ramp(raised, 0, 1) - raised)
    ratio = np.clip(raised / np.maximum(light, np.float32(0.01)), 0, 3)
    return np.dstack([raised * 100, lab[..., 1:] * np.sqrt(ratio)[..., None]])


def _curve(seen: Image, lift: float) -> tuple[float, float]:
    """Return the gain and the exponent that bring the middle tone of what is seen towards a half."""
    middle, bright = (float(value) for value in np.percentile(seen, (50, 98)))
    gain = max(bright, 0.04) ** (-0.8 * lift)
    middle = float(np.clip(middle * gain, 0.01, 0.94))
    wanted = max(middle, middle + lift * (0.5 - middle))
    return gain, float(np.clip(np.log(wanted) / np.log(middle), 0.45, 1))


def band_lightness(light: Image, form: Image, *, bands: float, crispest: float, unit_px: float) -> Image:
    """Gather lightness into soft bands (after Winnemoeller, Olsen and Gooch 2006).

    A border between two bands is as crisp as the picture is steep there: clear on a shaded form, nothing over a slow
    slope, so that skies and cheeks show no contour lines; nor in texture, which would fall into blotches.

    Args:
        light: (H, W), 0 to 100.
        form: (H, W), 0 in texture, 1 where edges run one way.
        bands: Steps from 0 to 100.
        crispest: Upper end of the crispness; 0.5 leaves hardly a band.
        unit_px: A thousandth of the picture's size.
    """
    width = np.float32(100 / bands)
    steps = blur(light, 1.5 * unit_px) / width - np.float32(0.5)
    nearest = np.floor(steps + np.float32(0.5))
    across, down = gradients(steps)
    slope = blur(np.sqrt(across * across + down * down), 3 * unit_px) * np.float32(unit_px)
    crisp = np.clip(150 * slope * ramp(form, 0.2, 0.7), min(0.6, crispest), crispest)
    inside = steps - nearest  # -0.5 to 0.5, 0 in the middle of a band
    to_border = np.tanh(2 * crisp * (np.abs(inside) - np.float32(0.5))) / np.tanh(crisp)  # -1 middle, 0 border
    stepped: Image = (nearest + np.float32(0.5) + np.copysign((1 + to_border) / 2, inside)) * width
    return np.clip(stepped, 0, 100)
