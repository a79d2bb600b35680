"""The rule by which found cuts are scored."""

from typing import Any

import pytest

from benchmarks.scoring import Score, score

TRUTH: dict[str, Any] = {
    "events": [
        {"kind": "hard", "start": 100, "end": 100},
        {"kind": "dissolve", "start": 200, "end": 220},
        {"kind": "fade", "start": 300, "end": 330},
    ],
    "distractors": [{"kind": "flash", "start": 50, "end": 52}],
    "ignore": [[400, 450]],
}


@pytest.mark.parametrize(
    ("found", "hits", "false"),
    [
        ([100, 210, 315], 3, {}),
        ([98, 198, 332], 3, {}),
        ([97, 197, 333], 0, {"other": 3}),
        ([100, 101], 1, {"second": 1}),
        ([305, 325], 1, {"second": 1}),
        ([51, 54, 55], 0, {"flash": 2, "other": 1}),
        ([400, 425, 450, 451], 0, {"other": 1}),
        ([], 0, {}),
    ],
)
def test_borders_are_counted(found: list[int], hits: int, false: dict[str, int]) -> None:
    result = score(found, TRUTH)
    assert result.hits.total() == hits
    assert dict(result.false) == false
    assert len(result.missed) == 3 - hits


def test_figures() -> None:
    result = score([100, 210, 500], TRUTH)
    assert (result.precision, result.recall) == (2 / 3, 2 / 3)
    assert result.f1 == pytest.approx(2 / 3)
    assert (result.rate("hard"), result.rate("fade"), result.rate("unheard of")) == (1, 0, 1)
    both = result + score([100, 210, 315], TRUTH)
    assert both.f1 == pytest.approx(5 / 6)
    assert Score().f1 == 1
