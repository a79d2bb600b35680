"""The page of all settings says what the code does."""

from configs.recipes.recipe import Recipe
from configs.recipes.reference import presets, reference, rows
from configs.recipes.tables import RecipeTable
from tests.material import ROOT


def test_the_page_is_as_the_code_says() -> None:
    """If it fails: `python -m configs.recipes.reference > docs/settings.md`."""
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == reference()


def test_every_table_has_its_part_and_every_key_its_row() -> None:
    tables = {name: field.default for name, field in Recipe.model_fields.items()}
    tables = {name: table for name, table in tables.items() if isinstance(table, RecipeTable)}
    assert set(presets()) == set(tables)
    for name, table in tables.items():
        keys = [row.split(" | ")[0].strip("| `") for row in list(rows(name, presets()[name]))[2:]]
        assert keys == list(type(table).model_fields)


def test_a_row_tells_values_presets_and_meaning() -> None:
    found = {row.split("`")[1]: row for row in reference().splitlines() if row.startswith("| `")}
    assert (
        found["line_strength"]
        == "| `line_strength` | 0 to 1 | 1 | 1 | 0.75 | How dark lines are; 1 is ink, 0.5 pencil |"
    )
    assert found["steps"].startswith("| `steps` | whole, 1 to 5000 | ")
    assert found["direction"].startswith("| `direction` | `ltr`, `rtl` | `ltr` | `ltr` | `rtl` | ")
    assert found["marks"].startswith("| `marks` | `true`, `false` | `false` | ")
    assert found["page_panels"].startswith("| `page_panels` | whole, 1 to 1000 |  |  | 5 | ")
