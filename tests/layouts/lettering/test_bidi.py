"""Lines of mixed directions, against a complete implementation of the algorithm."""

import bidi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.lettering.bidi import base_level, levels, visual_runs

ALPHABET = "abc אבג ابت 12 34 ٣٤ .,:;!?-+%$ \" '"


def seen(text: str) -> str:
    """Return a text as it stands from left to right."""
    return "".join(text[begin:end][:: -1 if level % 2 else 1] for begin, end, level in visual_runs(text))


@given(st.text(ALPHABET, min_size=1, max_size=24).map(str.strip).filter(bool))
def test_any_line_stands_as_the_reference_says(text: str) -> None:
    assert seen(text) == bidi.get_display(text, base_dir="LR"[base_level(text)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain words.", [0] * 12),
        ("אבג", [1, 1, 1]),
        ("אב 12", [1, 1, 1, 2, 2]),
        ("ab אב.", [0, 0, 0, 1, 1, 0]),
        ("", []),
    ],
)
def test_levels(text: str, expected: list[int]) -> None:
    assert levels(text) == expected


@given(st.text(ALPHABET, max_size=24))
def test_every_letter_is_seen_once(text: str) -> None:
    covered = sorted(at for begin, end, _ in visual_runs(text) for at in range(begin, end))
    assert covered == list(range(len(text)))
