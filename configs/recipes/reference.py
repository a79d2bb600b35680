"""What the tables of a recipe hold, as Markdown: `docs/settings.md` is what this writes, and a test holds it to that.

python -m configs.recipes.reference > docs/settings.md
"""

import inspect
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from configs.recipes.arbitrary_settings import load_arbitrary
from configs.recipes.balloon_settings import load_costs
from configs.recipes.ink_settings import load_look, look_names
from configs.recipes.nst_settings import load_nst
from configs.recipes.page_settings import FORMATS, load_format
from configs.recipes.recipe import Recipe
from configs.recipes.tables import RecipeTable
from configs.units import Frozen

_HEAD = """# Settings

<!-- Written by `python -m configs.recipes.reference > docs/settings.md`. -->

What the tables of a [recipe](recipes.md) hold. Any of it may be left out: then it is as the columns of the presets say,
or as the default does.
"""


def presets() -> dict[str, dict[str, Frozen]]:
    """Return the full settings that each table of a recipe is laid over: by the table, by the preset's name."""
    return {
        "ink": {f"ink-{name}": load_look(name) for name in look_names()},
        "nst": {"default": load_nst({})},
        "arbitrary": {"default": load_arbitrary()},
        "page": {name: load_format(name) for name in FORMATS},
        "balloons": {"default": load_costs()},
    }


def reference() -> str:
    """Return the whole page."""
    parts = [_HEAD]
    for name, laid in presets().items():
        table = "".join(f"{row}\n" for row in rows(name, laid))
        parts.append(f"\n## [{name}]\n\n{inspect.getdoc(_table(name))}\n\n{table}")
    return "".join(parts)


def rows(name: str, laid: Mapping[str, Frozen]) -> Iterator[str]:
    """Yield the rows of one table's settings, its head first.

    Args:
        name: The table, as in a recipe.
        laid: The settings that it is laid over, by their preset's name.
    """
    yield _row(["key", "values", *laid, "meaning"])
    yield _row(["---"] * (3 + len(laid)))
    for key, field in _table(name).model_json_schema()["properties"].items():
        values = [_written(getattr(one, key)) for one in laid.values()]
        yield _row([f"`{key}`", _values(field), *values, field["description"]])


def _table(name: str) -> type[RecipeTable[Any]]:
    table = Recipe.model_fields[name].default
    assert isinstance(table, RecipeTable)
    return type(table)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _values(field: Mapping[str, Any]) -> str:
    """Say what a field may be, from its JSON schema."""
    kind = next(kind for kind in field["anyOf"] if kind["type"] != "null")
    if "enum" in kind:
        return ", ".join(f"`{one}`" for one in kind["enum"])
    if kind["type"] == "boolean":
        return "`true`, `false`"
    if kind["type"] == "string":
        return "text"
    whole = "whole, " if kind["type"] == "integer" else ""
    return f"{whole}{_written(kind['minimum'])} to {_written(kind['maximum'])}"


def _written(value: Any) -> str:
    """Write a value as a recipe would hold it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f"`{value}`".lower()
    return f"{value:.10g}" if isinstance(value, int | float) else f"`{value}`"


if __name__ == "__main__":
    sys.stdout.write(reference())
