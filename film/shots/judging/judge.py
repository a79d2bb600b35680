"""Small networks that weigh figures: one hidden layer, a logistic output. What was learned lies beside, with its card.

`python -m benchmarks.transitions.learning` learns them.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

LEARNED = Path(__file__).with_name("learned.json")

Weights = NDArray[np.float32]


class Judge(NamedTuple):
    """The learned weights; n figures, h hidden units."""

    mean: Weights
    """Of each figure in training, (n,)."""
    spread: Weights
    """Standard deviation of each, (n,)."""
    hidden: Weights
    """(n, h)."""
    hidden_bias: Weights
    """(h,)."""
    out: Weights
    """(h,)."""
    out_bias: Weights
    """()."""

    def probability(self, row: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how likely a row of figures, shape (..., n), is what was learned: shape (...), 0 to 1."""
        scaled = np.clip((row - self.mean) / self.spread, -_FAR_OUT, _FAR_OUT)
        score = np.tanh(scaled @ self.hidden + self.hidden_bias) @ self.out + self.out_bias
        return np.asarray(1 / (1 + np.exp(-score)), np.float32)


_FAR_OUT = 5.0
"""Standard deviations: figures beyond count as this far, so that nothing unheard of sways a judge alone."""


class Judges(NamedTuple):
    """One judge for each decision."""

    cut_glances: Judge
    """May a proposal be a hard cut, by what costs little?"""
    cuts: Judge
    """Is a proposal (`film.shots.judging.abrupt`) a hard cut?"""
    window_glances: Judge
    """May a window lie in a dissolve, by what costs little?"""
    windows: Judge
    """Does a window (`film.shots.judging.gradual`) lie in a dissolve?"""
    groups: Judge
    """Are some windows that overlap one dissolve?"""
    wipes: Judge
    """Is a front (`film.shots.judging.swept`) that passes over the picture a wipe?"""


@lru_cache(maxsize=1)
def learned() -> Judges:
    """Return the judges that are shipped."""
    return judges_from(json.loads(LEARNED.read_text(encoding="utf-8")))


def judges_from(table: Mapping[str, Any]) -> Judges:
    """Make judges of numbers, as `judges_table` gives them."""
    return Judges(
        **{
            name: Judge(**{key: np.asarray(value, np.float32) for key, value in weights.items()})
            for name, weights in table.items()
        }
    )


def judges_table(judges: Judges) -> dict[str, Any]:
    """Return judges as plain numbers; five digits are more than the decisions need."""
    return {
        name: {key: _rounded(value) for key, value in judge._asdict().items()}
        for name, judge in judges._asdict().items()
    }


def _rounded(values: Weights) -> Any:
    return [_rounded(value) for value in values] if np.ndim(values) else float(f"{float(values):.5g}")
