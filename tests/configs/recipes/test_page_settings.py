import pytest

from configs.errors import RecipeError
from configs.recipes.page_settings import FORMATS, PageFormat, load_format


@pytest.mark.parametrize("name", FORMATS)
def test_presets_are_whole_and_readable(name: str) -> None:
    page = load_format(name)
    assert page.name == name
    assert page.type_pt >= 6.5
    assert page.leading >= 1.2
    assert page.live_width_pt > (2 if name in ("phone", "webtoon") else 3) * page.panel_least_width_pt
    assert page.gutter_across_pt < page.gutter_down_pt


def test_us_comic_and_a4_have_their_trim_sizes() -> None:
    us, a4 = load_format("us"), load_format("a4")
    assert (us.width_pt / 72, us.height_pt / 72) == (6.625, 10.25)
    assert (a4.width_pt / 72 * 25.4, a4.height_pt / 72 * 25.4) == pytest.approx((210, 297), abs=0.01)


def test_a_recipe_overrides_the_preset() -> None:
    assert load_format("us", {"type_pt": 8.25}).type_pt == 8.25
    assert load_format("us", {}) == load_format("us")


@pytest.mark.parametrize(
    ("name", "overrides", "told"),
    [
        ("b5", {}, "unknown edition b5; choose one of us, a4, manga, phone, webtoon"),
        ("us", {"typ_pt": 8}, "page settings: unknown key typ_pt; did you mean type_pt?"),
        ("us", {"type_pt": 4}, "type_pt"),
        ("us", {"margin_side_pt": 199}, "margins leave less than the smallest panel"),
        ("a4", {"leading": 1.0}, "leading"),
        ("a4", {"ppi": "many"}, "ppi"),
    ],
)
def test_wrong_settings_are_told_in_one_line(name: str, overrides: dict[str, object], told: str) -> None:
    with pytest.raises(RecipeError) as caught:
        load_format(name, overrides)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_format_travels_as_json() -> None:
    page = load_format("a4")
    assert PageFormat.model_validate_json(page.model_dump_json()) == page
