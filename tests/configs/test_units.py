"""Seconds, boxes and digests."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from configs.units import Box, Frozen, Seconds, text_sha256


class _Mark(Frozen):
    at_s: Seconds


@given(st.fractions(0, 10**5))
def test_times_round_to_the_microsecond_in_json(at_s: Fraction) -> None:
    back = _Mark.model_validate_json(_Mark(at_s=at_s).model_dump_json())
    assert abs(back.at_s - at_s) <= Fraction(6, 10**7)


@pytest.mark.parametrize("value", ["x", float("nan"), float("inf"), None, True, [1]])
def test_what_is_no_time_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        _Mark(at_s=value)  # type: ignore[arg-type]


@pytest.mark.parametrize("corners", [(0.5, 0, 0.5, 1), (0.6, 0, 0.5, 1), (-0.1, 0, 1, 1), (0, 0, 1, 1.1)])
def test_inverted_and_outlying_boxes_are_refused(corners: tuple[float, ...]) -> None:
    with pytest.raises(ValidationError):
        Box(x0=corners[0], y0=corners[1], x1=corners[2], y1=corners[3])


def test_digest_of_text() -> None:
    assert text_sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
