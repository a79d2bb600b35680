"""Bringing the features of any network to one magnitude, so that the weights of the losses keep their balance.

AnimeGANv2's weights are meant for the VGG19 of its authors (Caffe's, pictures from 0 to 255), whose features are tens
of times as large as those of torchvision's: with the same weights the latter would hardly count beside an adversarial
loss times 300. So each network is measured on the same pictures and scaled. Pictures of dead leaves (Lee, Mumford and
Huang 2001), opaque discs of all sizes over one another, have much of the statistics of photos and need no file.
"""

import cv2
import numpy as np
import torch
from torch import Tensor

from configs.recipes.train_settings import FEATURE_SCALES, FeatureScale, scale_for
from stylize.transfer.perceptual import TAPS, Features

_COUNT = 8
_SIDE_PX = 256
_SMALLEST_PX, _LARGEST_PX = 4.0, 160.0
"""Radii of the leaves."""
_LEAVES = 300
_SOFT_PX = 1.0
"""Photos are not as sharp as drawn discs."""
_CONTRAST = 0.77
"""Range of the leaves' grays about the middle: with it SqueezeNet finds them as far apart as photos."""
_TINT = 0.06
"""Standard deviation of each channel about the leaf's gray."""
_SEED = 2001


def feature_scale(features: Features) -> FeatureScale:
    """Return the factors of this network's content and style losses at its tap for AnimeGAN.

    From the table of `configs.recipes.train_settings` where it has the network, else measured; either way the same at
    every call.

    Args:
        features: On any device.
    """
    known = FEATURE_SCALES.get(features.name)
    if known is not None:
        return known
    device = next(features.parameters()).device
    difference, channels = measure(features, dead_leaves().to(device))
    return scale_for(difference, channels)


@torch.no_grad()
def measure(features: Features, pictures: Tensor) -> tuple[float, int]:
    """Measure how far the features of unrelated pictures lie apart at the tap for AnimeGAN.

    Args:
        features: The network.
        pictures: (B, 3, H, W), RGB in [0, 1]; each is compared with the next.

    Returns:
        Mean absolute difference, and the number of channels.
    """
    tap = TAPS[features.name]["anime"]
    found = torch.cat([features(picture[None], [tap])[tap].float() for picture in pictures])
    return (found[1:] - found[:-1]).abs().mean().item(), found.shape[1]


def dead_leaves() -> Tensor:
    """Return the pictures to measure on, (8, 3, 256, 256) RGB in [0, 1]; always the same."""
    rng = np.random.default_rng(_SEED)
    return torch.stack([torch.from_numpy(_drawn(rng)).permute(2, 0, 1) for _ in range(_COUNT)])


def _drawn(rng: np.random.Generator) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Draw one picture: as many leaves of radius r as make the density r^-3, so that no scale is preferred."""
    sheet = np.full((_SIDE_PX, _SIDE_PX, 3), 0.5, np.float32)
    shares = rng.random(_LEAVES)
    ends = _SMALLEST_PX**-2, _LARGEST_PX**-2
    radii = (ends[0] + shares * (ends[1] - ends[0])) ** -0.5
    places = rng.integers(-32, _SIDE_PX + 32, (_LEAVES, 2))
    grays = 0.5 + _CONTRAST * (rng.random((_LEAVES, 1)) - 0.5)
    colours = np.clip(grays + _TINT * rng.standard_normal((_LEAVES, 3)), 0, 1)
    for radius, place, colour in zip(radii, places, colours, strict=True):
        cv2.circle(sheet, [int(at) for at in place], round(radius), [float(part) for part in colour], cv2.FILLED)
    return np.asarray(cv2.GaussianBlur(sheet, (0, 0), _SOFT_PX), np.float32)
