"""Paintings brought to full size: detail comes back where the painting follows the picture, and nowhere else."""

from typing import Any

import numpy as np

from stylize.transfer.gatys.detail import enlarge_painting, resize


def bars(height: int = 96, width: int = 128) -> Any:
    """Draw broad steps of grey with fine lines on them, which a quarter of the size cannot show."""
    _, columns = np.mgrid[0:height, 0:width]
    grey = 0.3 + 0.4 * (columns // 32 % 2) + np.where(columns % 4 == 0, 0.12, 0.0)
    return np.repeat(grey[..., None], 3, axis=2).astype(np.float32)


def error(one: Any, other: Any) -> float:
    return float(np.abs(one - other).mean())


def test_detail_comes_back() -> None:
    picture = bars()
    small = resize(picture, 64, 48)
    plain, detailed = (enlarge_painting(small, picture, detail=share) for share in (0.0, 1.0))
    assert np.array_equal(plain, resize(small, 128, 96))
    assert error(detailed, picture) < 0.5 * error(plain, picture)


def test_no_detail_where_the_painting_is_flat() -> None:
    picture = bars()
    flat = np.full((48, 64, 3), 0.5, np.float32)
    assert error(enlarge_painting(flat, picture, detail=1.0), 0.5) < 1e-5


def test_grey_paintings_and_equal_sizes() -> None:
    picture = bars()
    assert enlarge_painting(resize(picture, 64, 48)[..., :1], picture, detail=0.5).shape == (96, 128, 1)
    assert enlarge_painting(picture, picture, detail=1.0) is picture


def test_resized_keeps_shape_and_range() -> None:
    edge = np.repeat((np.arange(16) >= 8).astype(np.float32)[None, :, None], 16, axis=0)
    assert resize(edge, 40, 33).shape == (33, 40, 1)
    assert resize(edge, 40, 33).min() == 0 and resize(edge, 40, 33).max() == 1
