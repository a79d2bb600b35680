"""Values between pixels: long pictures, which OpenCV refuses as they are, are looked up as any others."""

import numpy as np
import pytest

from stylize.classical import flow


def test_a_picture_of_any_length_is_looked_up_as_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    image = random.random((40, 90, 3), np.float32)
    x, y = np.meshgrid(np.arange(90, dtype=np.float32), np.arange(40, dtype=np.float32))
    x, y = (places + random.uniform(-6, 6, places.shape).astype(np.float32) for places in (x, y))
    whole = flow.look_up(image, x, y)
    monkeypatch.setattr(flow, "_LOOKED_UP_PX", 16)
    assert np.abs(flow.look_up(image, x, y) - whole).max() < 1e-6


@pytest.mark.parametrize("shape", [(2, 33_000), (33_000, 2)])
def test_no_side_is_too_long(shape: tuple[int, int]) -> None:
    image = np.arange(66_000, dtype=np.float32).reshape(shape)
    x, y = np.meshgrid(np.arange(shape[1], dtype=np.float32), np.arange(shape[0], dtype=np.float32))
    assert np.array_equal(flow.look_up(image, x, y), image)
