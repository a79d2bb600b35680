"""A film's own recipe: layers of keys, each with the file that it comes from, laid over the recipe of the batch.

From the lowest: the batch's recipe, the film's sidecar, its row in a list of films, the flags of the command line.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from configs.errors import FilmcomicError, RecipeError
from configs.recipes.page_settings import load_format
from configs.recipes.recipe import Recipe, as_recipe
from configs.recipes.tables import RecipeTable
from configs.settings import at_home
from configs.typefaces import FONTS
from stylize.styles.registry import check_style

PRIORITY = "priority"
_PRIORITY = TypeAdapter(int)
_APART = ({"subtitles", "track"},)
"""Keys of which a film has one: a layer that gives the one takes the other out of those below."""


@dataclass(frozen=True)
class RecipeLayer:
    """Keys of a recipe that somebody wrote for one film."""

    path: Path
    """The file that they stand in; names of files count from its folder."""
    keys: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""
    """Leads to them in that file, as in `line 4, column `."""

    def blamed(self, problem: str, cure: str, key: str = "") -> RecipeError:
        """Return an error that names the file, the place in it, and the key."""
        told = f"{key}: {problem}" if key else problem
        return RecipeError(self.where + told, cure=cure, path=self.path)


def make_layer(path: Path, given: Mapping[str, Any], where: str = "") -> tuple[RecipeLayer, int | None]:
    """Check keys by themselves; return them with the files that they name found, and the priority among them.

    Raises:
        RecipeError: A key is unknown or a value out of range.
    """
    blank = RecipeLayer(path, where=where)
    keys = dict(given)
    said = keys.pop(PRIORITY, None)
    try:
        priority = None if said is None else _PRIORITY.validate_python(said)
    except ValidationError:
        raise blank.blamed(f"{said!r} is no whole number", "give one; higher ones go first", PRIORITY) from None
    try:
        as_recipe(keys, path)
    except RecipeError as error:
        raise blank.blamed(error.problem, error.cure) from None
    return RecipeLayer(path, _found(keys, path.absolute().parent), where), priority


def own_recipe(base: Recipe, layers: Sequence[RecipeLayer], firm: Collection[str] = ()) -> Recipe:
    """Lay a film's layers over the recipe of its batch.

    Args:
        base: The recipe of the batch.
        layers: The film's own, the lowest first.
        firm: Keys of the base that beat the film's own: a person has just given them.

    Raises:
        FilmcomicError: What is asked for does not go together, or there is no such style or edition. The file that
            asks for it is named.
    """
    if not layers:
        return base
    laid: dict[str, Any] = {key: _open(getattr(base, key)) for key in base.model_fields_set}
    for layer in layers:
        laid = _lay(laid, layer.keys)
    laid = _lay(laid, {key: _open(getattr(base, key)) for key in firm})
    try:
        recipe = as_recipe(laid, None)
    except RecipeError as error:
        raise layers[-1].blamed(error.problem, error.cure) from None
    with_style = [layer for layer in layers if {"style", "scenes"} & layer.keys.keys()]
    try:
        for style in recipe.styles:
            check_style(style, recipe.device, settings=recipe.settings)
    except FilmcomicError as error:
        raise (with_style or layers)[-1].blamed(error.problem, error.cure, "style") from None
    try:
        load_format(recipe.edition, recipe.page)
    except FilmcomicError as error:
        raise layers[-1].blamed(error.problem, error.cure) from None
    return recipe


def _lay(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay keys over others, tables key by key."""
    gone = {key for pair in _APART for key in pair if pair & over.keys()}
    laid = {key: value for key, value in under.items() if key not in gone}
    for key, value in over.items():
        below = laid.get(key)
        laid[key] = {**below, **value} if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return laid


def _open(value: Any) -> Any:
    """Return a table's keys for a table, for they are laid one by one."""
    return value.given if isinstance(value, RecipeTable) else value


def _found(keys: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return keys whose names of files count from a folder with these told from the root."""
    told = dict(keys)
    if told.get("subtitles", "none") != "none":
        told["subtitles"] = str(folder / at_home(str(told["subtitles"])))
    if "font" in told and str(told["font"]) not in FONTS:
        told["font"] = str(folder / at_home(str(told["font"])))
    if "style" in told:
        told["style"] = _with_files(str(told["style"]), folder)
    if "scenes" in told:
        told["scenes"] = [
            {**scene, "style": _with_files(str(scene["style"]), folder)} if "style" in scene else scene
            for scene in told["scenes"]
        ]
    return told


def _with_files(style: str, folder: Path) -> str:
    """Return a style whose pictures or weights (`nst:painting.jpg`) are told from the root where they lie there."""
    family, colon, look = style.partition(":")
    parts = look.split(",")
    named = [
        str(folder / part.strip()) if part.strip() and (folder / part.strip()).is_file() else part for part in parts
    ]
    return f"{family}{colon}{','.join(named)}"
