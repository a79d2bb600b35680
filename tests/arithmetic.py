"""How far two results of the same sums may lie apart, so that a test holds on every processor.

In which order a sum is taken, and whether a product is rounded before it is added, is the choice of the processor, the
library and the number of threads. Tolerances follow from that, and from the size of the values; the same bytes are only
to be expected of the same work on the same machine.
"""

from typing import Any

import numpy as np
import pytest

FP32 = 2.0**-23
"""The distance from 1 to the next number."""

FP64, BF16 = 2.0**-52, 2.0**-7


def rounding(terms: int, eps: float = FP32) -> float:
    """Return by what share of its size a sum of so many terms, or a chain of so many operations, may be off.

    Each is rounded by half an eps at most, as often up as down, so that the errors add up like the steps of a random
    walk: with the root of their number, and a third of an eps for the deviation. Four eps are out of the reach of
    chance, for two results that are both rounded and a million values of each.
    """
    return 4 * eps * terms**0.5


def apart(found: Any, wanted: Any) -> float:
    """Return the largest difference between two arrays of one shape, as a share of the largest value that is wanted.

    A value near nought is off by as much as the large ones whose difference it is: sizes are those of the whole array.
    """
    one, other = (np.asarray(getattr(each, "detach", lambda each=each: each)(), np.float64) for each in (found, wanted))
    assert one.shape == other.shape
    return float(np.abs(one - other).max() / np.abs(other).max())


def near(wanted: Any, terms: int, *, size: float | None = None) -> Any:
    """Return what fp32 sums of so many terms must equal; their size is that of the largest one unless it is given."""
    return pytest.approx(wanted, rel=0, abs=rounding(terms) * (size or float(np.abs(wanted).max())))


def terms_of(network: Any) -> int:
    """Return how many products of a convolutional network lie one after the other, from the picture to one value."""
    return sum(value[0].numel() for value in network.parameters() if value.dim() == 4)
