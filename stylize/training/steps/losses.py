"""The losses of AnimeGANv2, and two of its relatives', as pure functions; each gives one number, unweighted.

Where the paper, the code and the report of AnimeGANv2 differ, the code is followed and the difference is named. The
weights are in `configs.recipes.train_settings` and its presets. Everything is computed in fp32, whatever comes in.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from stylize.transfer.perceptual import gram

_YUV = (
    (0.299, 0.587, 0.114),
    (-0.14714119, -0.28886916, 0.43601035),
    (0.61497538, -0.51496512, -0.10001026),
)
"""Rows Y, U, V over red, green, blue: TensorFlow's `rgb_to_yuv`. OpenCV's has rounded neighbours of them."""

_HUBER_DELTA = 1.0
"""TensorFlow's default, taken by the code. U differs by 0.87 at most and V by 1.23: it is nearly always a square."""

_RADIUS_PX, _FLAT = 5, 0.2
"""Of the guided filter, as White-box cartoonization takes them; a surface counts as flat under such a variance."""


class Scores(NamedTuple):
    """What the discriminator says, each (B, 1, h, w); or what its saying counts."""

    real: Tensor
    """Of drawings."""
    fake: Tensor
    """Of paintings."""
    gray: Tensor
    """Of drawings without colour, so that colour is asked for."""
    smooth: Tensor
    """Of drawings whose edges are blurred, so that clear edges are asked for; the code takes the colour from these
    too, the paper and the report do not say so."""


class ScoreWeights(NamedTuple):
    """What each part of the discriminator's loss counts.

    The defaults are the report's and the paper's. The code: 1.2, 1.2, 1.2, 0.8 for Hayao; 1, 1, 1, 0.005 for Paprika;
    1.7, 1.7, 1.7, 1 for Shinkai and by default.
    """

    real: float = 1.0
    fake: float = 1.0
    gray: float = 1.0
    smooth: float = 0.1


def painter_loss(fake: Tensor) -> Tensor:
    """Return the generator's least-squares adversarial loss (Mao and others 2017): paintings should score 1.

    Args:
        fake: Scores of paintings, any shape.
    """
    return (fake.float() - 1).square().mean()


def judge_loss(scores: Scores, weights: ScoreWeights) -> Tensor:
    """Return the discriminator's least-squares adversarial loss: drawings should score 1, all else 0.

    Paper, code and report multiply the whole by the adversarial weight, 300; that is left to the caller.
    """
    real = (scores.real.float() - 1).square().mean()
    fake, gray, smooth = (part.float().square().mean() for part in scores[1:])
    return weights.real * real + weights.fake * fake + weights.gray * gray + weights.smooth * smooth


def content_loss(photo: Tensor, painting: Tensor) -> Tensor:
    """Return the mean absolute difference of features, (B, C, H, W) each.

    The layer is VGG19's conv4_4, in the code before its ReLU; the paper and the report write conv4-4 only. They also
    write a sum, the norm; the code takes the mean.
    """
    return (photo.float() - painting.float()).abs().mean()


def style_loss(drawing: Tensor, painting: Tensor) -> Tensor:
    """Return the mean absolute difference of the Gram matrices of features.

    Args:
        drawing: (B, C, H, W), features of drawings without colour: the painting's texture is theirs, its colours not.
        painting: (B, C, h, w), features of paintings in colour.
    """
    return (gram(drawing) - gram(painting)).abs().mean()


def colour_loss(photo: Tensor, painting: Tensor) -> Tensor:
    """Return how far the colours are apart in YUV: L1 on Y, Huber on U and V.

    Args:
        photo: (B, 3, H, W), RGB in [-1, 1].
        painting: The same.
    """
    ours, theirs = to_yuv(photo), to_yuv(painting)
    light = (ours[:, 0] - theirs[:, 0]).abs().mean()
    return light + sum(F.huber_loss(theirs[:, i], ours[:, i], delta=_HUBER_DELTA) for i in (1, 2))


def total_variation(painting: Tensor) -> Tensor:
    """Return half the mean square of the steps down and of those to the right, added.

    The code divides each direction by its own count of steps; the paper has no such loss, it came with version 2.

    Args:
        painting: (B, C, H, W).
    """
    painting = painting.float()
    down = painting[..., 1:, :] - painting[..., :-1, :]
    right = painting[..., :, 1:] - painting[..., :, :-1]
    return down.square().mean() / 2 + right.square().mean() / 2


def region_loss(painting: Tensor, regions: Tensor) -> Tensor:
    """Return the mean absolute difference to the painting whose regions are each filled with their mean colour.

    Pixel by pixel, after the region smoothing of AnimeGANv3 (2023), which compares features. No gradient goes through
    the mean colours: each pixel is drawn to its region, not the region to its pixels.

    Args:
        painting: (B, 3, H, W).
        regions: (B, H, W), whole numbers from 0: which region a pixel belongs to, `stylize.training.steps.regions`.
    """
    painting = painting.float()
    return (painting - fill_regions(painting.detach(), regions)).abs().mean()


def surface_loss(photo: Tensor, painting: Tensor) -> Tensor:
    """Return the mean absolute difference of the surfaces, which a guided filter leaves of each picture.

    After the surface representation of White-box cartoonization (Wang and Yu 2020), which shows it to a discriminator;
    here it ties broad colour and light to the photo and leaves lines and texture free.

    Args:
        photo: (B, 3, H, W), RGB in [-1, 1].
        painting: The same.
    """
    return (guided_filter(photo, _RADIUS_PX, _FLAT) - guided_filter(painting, _RADIUS_PX, _FLAT)).abs().mean()


def guided_filter(picture: Tensor, radius_px: int, flatness: float) -> Tensor:
    """Smooth each channel where its variance is under `flatness`, keep its edges (He, Sun and Tang 2013).

    Args:
        picture: (B, C, H, W); it guides itself.
        radius_px: Of the square windows, which end at the border.
        flatness: In the square of the picture's units.
    """
    picture = picture.float()
    mean = _box(picture, radius_px)
    variance = (_box(picture * picture, radius_px) - mean * mean).clamp(min=0)  # rounding can go below
    slope = variance / (variance + flatness)
    offset = mean - slope * mean
    return _box(slope, radius_px) * picture + _box(offset, radius_px)


def fill_regions(picture: Tensor, regions: Tensor) -> Tensor:
    """Fill each region with its mean colour.

    Args:
        picture: (B, C, H, W).
        regions: (B, H, W), whole numbers from 0.
    """
    batch, channels, height, width = picture.shape
    labels = regions.reshape(batch, 1, height * width).long()
    count = int(labels.max()) + 1
    where = labels.expand(-1, channels, -1)
    sums = picture.new_zeros(batch, channels, count).scatter_add(2, where, picture.flatten(2))
    sizes = picture.new_zeros(batch, 1, count).scatter_add(2, labels, torch.ones_like(labels, dtype=picture.dtype))
    means = sums / sizes.clamp(min=1)
    return means.gather(2, where).reshape(picture.shape)


def to_yuv(picture: Tensor) -> Tensor:
    """Turn RGB in [-1, 1] into YUV: Y in [0, 1], U in [-0.436, 0.436], V in [-0.615, 0.615].

    Args:
        picture: (B, 3, H, W).
    """
    weights = torch.tensor(_YUV, device=picture.device)
    return torch.einsum("yc,bchw->byhw", weights, (picture.float() + 1) / 2)


def _box(x: Tensor, radius_px: int) -> Tensor:
    """Return the mean over a square window, of the part of it that lies inside."""
    return F.avg_pool2d(x, 2 * radius_px + 1, stride=1, padding=radius_px, count_include_pad=False)
