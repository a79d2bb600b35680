"""Tiles: every pixel once, margins where they are needed, edges on the network's step."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stylize.neural.tiles import cut


@given(
    st.integers(8, 900), st.integers(8, 900), st.integers(1, 500_000), st.sampled_from([8, 51, 64]), st.integers(1, 16)
)
def test_every_pixel_is_owned_once_and_sees_as_far_as_it_must(
    height: int, width: int, limit_px: int, reach_px: int, step_px: int
) -> None:
    owned = np.zeros((height, width), int)
    for rows, columns in cut(height, width, limit_px=limit_px, reach_px=reach_px, step_px=step_px):
        owned[rows.own, columns.own] += 1
        for span, side in ((rows, height), (columns, width)):
            assert span.start % step_px == 0 and (span.end % step_px == 0 or span.end == side)
            assert span.start <= max(0, span.first - reach_px) and span.end >= min(side, span.last + reach_px)
            assert span.inner.stop - span.inner.start == span.own.stop - span.own.start > 0
    assert (owned == 1).all()


@pytest.mark.parametrize(("height", "width"), [(1080, 1920), (2160, 3840), (3000, 500), (700, 5000)])
def test_tiles_keep_to_the_limit_and_little_is_painted_twice(height: int, width: int) -> None:
    limit_px = 1 << 20
    tiles = cut(height, width, limit_px=limit_px, reach_px=64, step_px=16)
    seen = [(rows.end - rows.start) * (columns.end - columns.start) for rows, columns in tiles]
    assert max(seen) <= limit_px
    assert sum(seen) <= 1.3 * height * width


def test_what_fits_is_one_tile() -> None:
    assert len(cut(300, 400, limit_px=300 * 400, reach_px=64, step_px=16)) == 1
    assert len(cut(300, 400, limit_px=300 * 400 - 1, reach_px=64, step_px=16)) == 2
