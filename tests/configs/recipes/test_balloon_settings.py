"""What places of balloons cost: the usual numbers, what a recipe changes, and what of it goes into keys."""

import pytest

from configs.errors import RecipeError
from configs.recipes.balloon_settings import USUAL, BalloonTable, Costs, load_costs, tuning
from configs.recipes.recipe import Recipe

NUMBERS = {
    "low": 8,
    "off_middle": 0.6,
    "untailed_low": 6,
    "untailed_right": 5,
    "ill_shaped": 10,
    "face": 90,
    "face_touched": 15,
    "face_grazed": 0.01,
    "head": 25,
    "hat": 4,
    "hat_pt": 3,
    "subject": 14,
    "subject_by_faces": 6,
    "subject_most": 0.6,
    "busy": 12,
    "sound_lifted": 5,
    "sound_away": 16,
    "tail_long": 14,
    "tail_least_pt": 9,
    "tail_short": 0.7,
    "tail_cramped_pt": 4.5,
    "tail_cramped": 12,
    "tail_up": 3,
    "tail_on_face": 25,
    "tail_on_balloon": 30,
    "tail_under_balloon": 30,
    "tails_crossed": 40,
    "unseen_aside": 12,
    "unseen_far_pt": 24,
    "unseen_far": 8,
    "unseen_room_pt": 9,
    "back": 3,
    "locked_astray": 25,
    "order_overlap": 0.2,
    "order_rise_pt": 1,
    "order_level_pt": 4,
    "joined_apart": 0.9,
    "joined_askew": 0.5,
    "neck_pt": 22,
}


def test_the_usual_numbers() -> None:
    """Only what differs from them is in keys: whoever changes one raises the version of `books`."""
    assert USUAL.model_dump() == NUMBERS


def test_every_number_has_its_reason_and_its_bounds() -> None:
    for name, field in Costs.model_json_schema()["properties"].items():
        assert len(field["description"].split()) >= 5, name
        assert field["minimum"] <= field["default"] <= field["maximum"], name
        assert field["minimum"] == 0, "nothing is rewarded for being bad"


def test_a_recipe_tunes_some() -> None:
    own = Recipe(balloons={"low": 4}).balloons
    assert load_costs(own) == USUAL.model_copy(update={"low": 4.0})
    assert load_costs(BalloonTable()) == USUAL


def test_a_key_tells_what_differs_alone() -> None:
    assert tuning(BalloonTable()) == tuning(BalloonTable(low=8, face=90.0)) == {}
    assert tuning(BalloonTable(low=4, face=90)) == {"balloons": {"low": 4.0}}


@pytest.mark.parametrize(
    ("own", "told"),
    [({"lowe": 1}, "unknown key lowe; did you mean low?"), ({"low": -1}, "low: input should be greater than or")],
)
def test_faults_in_one_line(own: dict[str, float], told: str) -> None:
    with pytest.raises(RecipeError) as caught:
        load_costs(own)  # type: ignore[arg-type]
    assert str(caught.value).startswith(f"balloon settings: {told}")
