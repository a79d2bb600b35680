"""The tolerances of the other tests: as wide as the order of a sum may ask for, too narrow for a term that is lost."""

import numpy as np
import pytest

from tests.arithmetic import apart, near, rounding


@pytest.mark.parametrize("terms", [9, 300, 2304])
def test_any_order_is_within_rounding_and_a_lost_term_is_not(terms: int) -> None:
    products = np.random.default_rng(terms).random((1000, terms), np.float32)
    exact = products.sum(axis=1, dtype=np.float64)
    for ordered in (products, products[:, ::-1], np.sort(products, axis=1)):
        assert apart(np.cumsum(ordered, axis=1)[:, -1], exact) < rounding(terms)
    assert apart(exact - products[:, 0], exact) > 5 * rounding(terms)


def test_no_number_is_near_nothing() -> None:
    spoilt = np.array([1.0, np.nan])
    assert not apart(spoilt, np.ones(2)) < rounding(2) and spoilt.tolist() != near([1.0, 1.0], terms=2)
    assert np.array([1e-8]).tolist() == near([0.0], terms=1, size=1) != [1e-5]
