"""The judges that are shipped: whole, of the shape their figures have, and kept as they were learned."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from film.decoding.probe import probe
from film.shots.judging import abrupt, gradual, swept
from film.shots.judging.judge import LEARNED, Judge, judges_from, judges_table, learned
from film.shots.shots import find_shots
from tests.material import shared


def test_each_judge_knows_its_figures() -> None:
    judges = learned()
    assert judges.cut_glances.hidden.shape[0] == len(abrupt.GLANCE_NAMES)
    assert judges.cuts.hidden.shape[0] == len(abrupt.NAMES)
    assert judges.window_glances.hidden.shape[0] == len(gradual.GLANCE_NAMES)
    assert judges.windows.hidden.shape[0] == len(gradual.NAMES)
    assert judges.groups.hidden.shape[0] == len(gradual.GROUP_NAMES)
    assert judges.wipes.hidden.shape[0] == len(swept.NAMES)
    for judge in judges:
        assert judge.hidden.shape[1:] == judge.hidden_bias.shape == judge.out.shape


def test_numbers_come_back_as_they_were() -> None:
    told = json.loads(LEARNED.read_text(encoding="utf-8"))
    assert judges_table(judges_from(told)) == told


@given(st.integers(0, 2**32 - 1), st.floats(0, 1e6))
def test_a_judgement_is_a_probability(seed: int, scale: float) -> None:
    for judge in learned():
        row = (np.random.default_rng(seed).normal(size=judge.mean.shape) * scale).astype(np.float32)
        assert 0 <= judge.probability(row) <= 1
        assert judge.probability(np.stack([row, row])) == pytest.approx(np.full(2, judge.probability(row)), abs=1e-5)


def test_a_glance_sends_on_what_a_close_look_would_keep() -> None:
    """What is refused at a glance is refused for its price, not for what it is."""
    judges = learned()
    lenient = judges._replace(cut_glances=_yes(judges.cut_glances), window_glances=_yes(judges.window_glances))
    movie = probe(shared("films/tears_of_steel_battle.webm"))
    quick, close = (find_shots(movie, judges=some).shots for some in (judges, lenient))
    assert [(shot.first_frame, shot.transition) for shot in quick] == [
        (shot.first_frame, shot.transition) for shot in close
    ]


def _yes(judge: Judge) -> Judge:
    return judge._replace(out=np.zeros_like(judge.out), out_bias=np.float32(100))
