"""The settings of style transfer: defaults, shares of several paintings, one line for what is wrong."""

import pytest

from configs.errors import RecipeError
from configs.recipes.nst_settings import load_nst, shares_of


def test_defaults_and_overrides() -> None:
    assert load_nst({}).features == "auto"
    assert load_nst({"beta": 3, "colours": "keep"}).beta == 3.0


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"betta": 3}, "nst settings: unknown key betta; did you mean beta?"),
        ({"beta": -1}, "nst settings: beta: input should be greater than or equal to 0"),
        ({"colours": "sepia"}, "nst settings: colours: input should be 'style', 'match' or 'keep'"),
        ({"finest_px": 9}, "nst settings: finest_px: input should be greater than or equal to 32"),
        ({"blend": "1, two"}, "nst settings: blend: '1, two' are no shares"),
        ({"blend": "0, 0"}, "nst settings: blend: '0, 0' are no shares"),
        ({"blend": "1, nan"}, "nst settings: blend: '1, nan' are no shares"),
        ({"blend": "1, inf"}, "nst settings: blend: '1, inf' are no shares"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(given: dict[str, object], told: str) -> None:
    with pytest.raises(RecipeError) as caught:
        load_nst(given)
    assert str(caught.value).startswith(told)
    assert "\n" not in str(caught.value)


def test_shares_sum_to_one() -> None:
    assert shares_of(" 2, 1 ,1") == (2.0, 1.0, 1.0)
    assert load_nst({"blend": "2, 1, 1"}).shares(3) == (0.5, 0.25, 0.25)
    assert load_nst({}).shares(4) == (0.25,) * 4


def test_blend_of_another_number_of_paintings() -> None:
    with pytest.raises(RecipeError, match="blend has 2 shares for 3 paintings; give 3 numbers, as in 1, 1, 1"):
        load_nst({"blend": "1, 2"}).shares(3)
