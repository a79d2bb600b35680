"""The dashboard's form: made from a flow's parameters, which the server checks against the same schema."""

from typing import Any

import pytest
from prefect.utilities.callables import parameter_schema
from prefect.utilities.schema_tools import is_valid_schema, validate

from configs.recipes.recipe import Recipe
from configs.recipes.tables import RecipeTable
from flows.batch import make_comics, watch_folder
from flows.comic import make_board, make_comic, render_board
from flows.media import stylize_media
from flows.sheet import make_sheet

FLOWS = [make_comic, make_comics, watch_folder, make_board, render_board, make_sheet, stylize_media]
TABLES = [name for name, field in Recipe.model_fields.items() if isinstance(field.default, RecipeTable)]


def form(flow: Any) -> dict[str, Any]:
    return parameter_schema(flow).model_dump_for_openapi()


def faults(recipe: dict[str, Any]) -> list[str]:
    given = {"film": "film.mkv", "recipe": recipe}
    return [fault.json_path for fault in validate(given, form(make_comic))]  # type: ignore[arg-type]


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: str(flow.name))
def test_every_field_is_shown_with_words_and_bounds(flow: Any) -> None:
    shown = form(flow)
    is_valid_schema(shown)  # type: ignore[arg-type]
    recipe = shown["definitions"]["Recipe"]["properties"]
    for name in TABLES:
        table = shown["definitions"][recipe[name]["$ref"].rpartition("/")[2]]
        assert recipe[name]["description"] and recipe[name]["default"] == {}
        assert table["properties"].keys() and not table.get("required") and table["additionalProperties"] is False
        for key, field in table["properties"].items():
            assert field["description"], f"{name}.{key}"
            for kind in field["anyOf"]:
                numeric = kind["type"] in ("number", "integer")
                assert not numeric or {"minimum", "maximum"} <= kind.keys(), f"{name}.{key}"


@pytest.mark.parametrize(
    "recipe",
    [
        {},
        {"page": {}},
        {"page": {"ppi": 100, "marks": True, "direction": "rtl", "page_panels": None}},
        {"ink": {"finish": "wash", "lift": 0.5}, "nst": {"blend": "2, 1"}, "arbitrary": {"size": 128}},
        Recipe(page={"ppi": 100}, nst={"seed": 3}).model_dump(mode="json"),
    ],
)
def test_what_a_recipe_takes_the_form_takes(recipe: dict[str, Any]) -> None:
    assert faults(recipe) == []
    assert make_comic.validate_parameters({"film": "film.mkv", "recipe": recipe})["recipe"] == Recipe(**recipe)


@pytest.mark.parametrize(
    ("recipe", "key"),
    [
        ({"page": {"margn": 3}}, "page"),
        ({"page": {"type_pt": 4}}, "page.type_pt"),
        ({"page": {"direction": "up"}}, "page.direction"),
        ({"ink": {"lift": 2}}, "ink.lift"),
        ({"nst": {"steps": 0}}, "nst.steps"),
        ({"arbitrary": {"size": "large"}}, "arbitrary.size"),
    ],
)
def test_what_a_recipe_refuses_the_form_refuses(recipe: dict[str, Any], key: str) -> None:
    """Before a run is made of it; the field is named."""
    assert faults(recipe) == [f"$.recipe.{key}"]
