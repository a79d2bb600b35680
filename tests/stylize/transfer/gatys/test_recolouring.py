"""Palettes: given exactly where they can be, bounded where they cannot; lightness apart from colour."""

from typing import Any

import numpy as np

from stylize.transfer.gatys.recolouring import luma, mix_palettes, palette_of, transfer_palette, with_luma
from tests.arithmetic import FP64, apart, near, rounding


def cloud(seed: int, spread: float = 0.08) -> Any:
    """Draw a picture whose colours lie well inside [0, 1], unevenly spread."""
    rng = np.random.default_rng(seed)
    axes = rng.standard_normal((3, 3)) * spread / 2
    return np.clip(0.5 + rng.standard_normal((40, 50, 3)).clip(-2, 2) @ axes, 0.02, 0.98).astype(np.float32)


def test_palette_by_hand() -> None:
    picture = np.array([[[0.0, 0.5, 1.0], [1.0, 0.5, 0.0]]], np.float32)
    found = palette_of(picture)
    assert found.mean.tolist() == [0.5, 0.5, 0.5]
    assert found.covariance.tolist() == [[0.25, 0, -0.25], [0, 0, 0], [-0.25, 0, 0.25]]


def test_the_palette_is_taken_over() -> None:
    wanted = palette_of(cloud(2))
    found = palette_of(transfer_palette(cloud(1), wanted))
    # near, not equal, whatever the arithmetic: variances are taken for a little larger, and colours are clipped
    assert np.allclose(found.mean, wanted.mean, atol=2e-3)
    assert np.allclose(found.covariance, wanted.covariance, atol=4e-4)


def test_its_own_palette_changes_nothing() -> None:
    picture = cloud(3)
    assert apart(transfer_palette(picture, palette_of(picture)), picture) < rounding(1)  # fp64 inside


def test_contrast_is_not_raised_without_end() -> None:
    faint = (0.02 + 0.001 * cloud(4)).astype(np.float32)
    made = transfer_palette(faint, palette_of(cloud(5, spread=0.3)))
    assert 1 < made.std(axis=(0, 1)).max() / faint.std(axis=(0, 1)).max() < 2.6


def test_plain_pictures_have_a_palette() -> None:
    plain = np.full((9, 9, 3), 0.25, np.float32)
    made = transfer_palette(plain, palette_of(cloud(6)))
    assert apart(made, np.broadcast_to(palette_of(cloud(6)).mean, made.shape)) < rounding(1)
    assert np.isfinite(transfer_palette(cloud(6), palette_of(plain))).all()


def test_mixed_palettes() -> None:
    one, other = palette_of(cloud(1)), palette_of(cloud(2))
    between = mix_palettes([one, other], (0.75, 0.25))
    for found, *ends in zip(between, one, other, strict=True):
        assert apart(found, 0.75 * ends[0] + 0.25 * ends[1]) < rounding(2, FP64)


def test_lightness_is_apart_from_colour() -> None:
    picture = cloud(7)
    lighter = np.clip(luma(picture) + np.float32(0.1), 0, 1)
    made = with_luma(picture, lighter)
    assert apart(luma(made), lighter) < rounding(3 * 3)  # three lumas of shades up to 1
    assert np.abs((made - luma(made)) - (picture - luma(picture))).max() < rounding(3 * 3)


def test_luma_by_hand() -> None:
    assert luma(np.array([[[1, 0, 0], [0, 1, 0], [1, 1, 1]]], np.float32))[0, :, 0] == near([0.299, 0.587, 1], terms=3)
