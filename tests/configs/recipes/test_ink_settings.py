"""The ink looks' settings: presets, overrides, faults told in one line."""

import tomllib

import pytest

from configs.errors import RecipeError
from configs.recipes.ink_settings import InkSettings, load_look, look_names
from tests.material import ROOT

PRESETS = ROOT / "configs/presets/ink_looks"


def test_the_default_look_comes_first() -> None:
    assert look_names() == ["line", "noir", "watercolour"]


@pytest.mark.parametrize("name", ["line", "noir", "watercolour"])
def test_a_preset_gives_every_setting(name: str) -> None:
    given = tomllib.loads((PRESETS / f"ink-{name}.toml").read_text(encoding="utf-8"))
    assert set(given) == set(InkSettings.model_fields)
    assert load_look(name).description


def test_every_setting_is_explained_and_bounded() -> None:
    for name, field in InkSettings.model_fields.items():
        schema = InkSettings.model_json_schema()["properties"][name]
        assert field.description, name
        if schema.get("type") in ("number", "integer"):
            assert {"minimum", "maximum"} <= set(schema), name


def test_overrides_beat_the_preset_and_leave_it_alone() -> None:
    changed = load_look("line", {"line_width": 3, "finish": "wash"})
    assert (changed.line_width, changed.finish) == (3, "wash")
    assert load_look("line").line_width != 3
    assert changed.bands == load_look("line").bands


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"line_widht": 2}, "unknown key line_widht; did you mean line_width?"),
        ({"zzz": 2}, "unknown key zzz; known keys: description, finish"),
        ({"line_width": -1}, "line_width: input should be greater than or equal to 0.3"),
        ({"lift": 2}, "lift: input should be less than or equal to 1"),
        ({"bands": "many"}, "bands: input should be a valid number"),
        ({"finish": "oil"}, "finish: input should be 'flat', 'screen' or 'wash'"),
        ({"lift": float("nan")}, "lift"),
        ({"bands": float("inf")}, "bands"),
    ],
)
def test_faults_are_told_in_one_line(settings: dict[str, float], told: str) -> None:
    with pytest.raises(RecipeError) as caught:
        load_look("line", settings)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_look_names_the_known_ones() -> None:
    with pytest.raises(RecipeError, match="line, noir, watercolour"):
        load_look("oil")


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_look("line").bands = 3  # type: ignore[misc]
