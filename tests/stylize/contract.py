"""What every style promises (`stylize.styles.stylizer`), and weights that must be at hand."""

from pathlib import Path

import numpy as np

from configs.errors import WeightsError
from stylize.styles.stylizer import Batch, Stylizer


def keep_the_contract(stylizer: Stylizer, batch: Batch) -> None:
    """Assert what holds of every style for a batch of two pictures or more."""
    before = batch.copy()
    painted = stylizer.paint(batch)
    assert painted.shape == batch.shape and painted.dtype == np.float32 and painted.flags.c_contiguous
    assert painted.min() >= 0 and painted.max() <= 1 and painted.std() > 0.01
    assert np.array_equal(batch, before)
    assert np.array_equal(painted, stylizer.paint(batch))
    assert np.array_equal(painted[1:], stylizer.paint(batch[1:])), "a picture's result is its own"


def no_network(*_: object) -> Path:
    """Stand in for a download: what is not at hand cannot be had."""
    raise WeightsError("no network in tests")
