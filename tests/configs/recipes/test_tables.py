"""The tables of a recipe: the fields of the full settings, none of which must be given; faults with file and key."""

import pickle
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from configs.errors import RecipeError
from configs.recipes.arbitrary_settings import ArbitraryTable
from configs.recipes.balloon_settings import BalloonTable
from configs.recipes.ink_settings import InkTable, load_look
from configs.recipes.nst_settings import NstTable
from configs.recipes.page_settings import PageTable, load_format
from configs.recipes.recipe import Recipe, load_recipe
from configs.recipes.tables import PRESETS_OWN, RecipeTable, settled

TABLES = {"ink": InkTable, "nst": NstTable, "arbitrary": ArbitraryTable, "page": PageTable, "balloons": BalloonTable}
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "enum", "const")


def kinds(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a field may be, None apart."""
    return [each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_the_fields_of_the_full_settings_and_their_words_and_bounds(name: str) -> None:
    table, full = TABLES[name], TABLES[name].full
    shown, whole = (kind.model_json_schema()["properties"] for kind in (table, full))
    assert set(shown) == {key for key, field in full.model_fields.items() if PRESETS_OWN not in field.metadata}
    for key, field in shown.items():
        assert field["description"] == whole[key]["description"] != ""
        told = [{bound: each.get(bound) for bound in BOUNDS} for each in kinds(field)]
        assert told == [{bound: each.get(bound) for bound in BOUNDS} for each in kinds(whole[key])]
        for each in kinds(field):
            assert each["type"] not in ("number", "integer") or {"minimum", "maximum"} <= set(each), key
    assert table().given == {}, "nothing must be given"


def test_the_recipe_holds_every_table() -> None:
    held = {name: field.annotation for name, field in Recipe.model_fields.items()}
    found = {name: kind for name, kind in held.items() if isinstance(kind, type) and issubclass(kind, RecipeTable)}
    assert found.items() >= TABLES.items()
    assert all(Recipe.model_fields[name].description for name in found)


def test_what_is_given_beats_the_preset() -> None:
    own = InkTable(line_width=3, finish="wash")
    assert own.given == {"finish": "wash", "line_width": 3.0}
    assert load_look("line", own.given) == load_look("line", {"line_width": 3, "finish": "wash"})
    assert load_format("us", PageTable(type_pt=8.25)) == load_format("us", {"type_pt": 8.25})
    assert settled(PageTable.full, load_format("us").model_dump(), PageTable(), "page settings") == load_format("us")


def test_a_recipe_is_written_with_what_it_gives_alone() -> None:
    """So its digests are the same whatever fields there are, and in whichever order they are given."""
    one, other = Recipe(page={"ppi": 100, "marks": False}), Recipe(page={"marks": False, "ppi": 100.0})
    assert one == other and one.model_dump_json() == other.model_dump_json()
    assert one.model_dump(mode="json")["page"] == {"ppi": 100.0, "marks": False}
    assert Recipe(page={"ppi": None}) == Recipe() and Recipe().model_dump(mode="json")["page"] == {}
    assert Recipe.model_validate_json(one.model_dump_json()) == one == pickle.loads(pickle.dumps(one))
    assert one.settings == {"ink": {}, "nst": {}, "arbitrary": {}}
    assert Recipe(nst={"blend": "2, 1", "exact": True}).settings["nst"] == {"blend": "2, 1", "exact": True}
    assert str(PageTable(ppi=100)) == "ppi=100.0"


def test_a_table_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Recipe().page.ppi = 100  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[page]\nmargn = 30", "unknown key page.margn; did you mean margin_side_pt or margin_top_pt"),
        ("[page]\nwidht = 30", "unknown key page.widht; did you mean width_pt"),
        ("[ink]\nline_widht = 2", "unknown key ink.line_widht; did you mean line_width?"),
        ("[nst]\nzzz = 2", "unknown key nst.zzz; known keys: features, pooling"),
        ('[page]\nname = "us"', "unknown key page.name; known keys"),
        ('[page]\ntitle = "A"', "unknown key page.title; write title above the first [table]"),
        ("[[scenes]]\nstart = 5\nend = 6\npages = 3", "unknown key scenes.0.pages; write pages above the first"),
        ("line_width = 2", "unknown key line_width; write it below [ink]"),
        ("steps = 2", "unknown key steps; write it below [nst] or [arbitrary]"),
        ("page = 3", "page is a table; write [page], and its keys in the lines below it"),
        ("[[ink]]\nlift = 1", "ink is a table; write [ink]"),
        ("[page]\ntype_pt = 4", "page.type_pt: input should be greater than or equal to 6.5"),
        ("[page]\nppi = nan", "page.ppi: "),
        ('[ink]\nfinish = "oil"', "ink.finish: input should be 'flat', 'screen' or 'wash'"),
        ("[ink]\nbands = inf", "ink.bands: input should be less than or equal to 32"),
        ('[nst]\nalpha = "much"', "nst.alpha: input should be a valid number"),
        ('[nst]\nblend = "0, 0"', "nst.blend: '0, 0' are no shares"),
        ("[arbitrary]\nsize = 1.5", "arbitrary.size: input should be a valid integer"),
        ('edition = "us"\n[page]\nmargin_side_pt = 199', "page settings: the margins leave less than the smallest"),
    ],
)
def test_faults_are_told_when_the_recipe_is_read(tmp_path: Path, text: str, told: str) -> None:
    """Whatever style and edition are asked for; the line names the file, the table and the key."""
    file = tmp_path / "r.toml"
    file.write_text(text)
    with pytest.raises(RecipeError) as caught:
        load_recipe(file, {})
    line = str(caught.value)
    assert line.startswith(f"{file}: {told}") and "\n" not in line and caught.value.exit_code == 2


def test_margins_are_judged_by_the_edition_that_is_named(tmp_path: Path) -> None:
    """Where none is named, a storyboard may bring its own, larger one."""
    file = tmp_path / "r.toml"
    file.write_text("[page]\nmargin_side_pt = 199\n")
    assert load_recipe(file, {}).page.given == load_recipe(file, {"edition": "a4"}).page.given
    with pytest.raises(RecipeError, match="margins"):
        load_recipe(file, {"edition": "us"})
