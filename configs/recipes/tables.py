"""The tables of a recipe: what of some full settings a person may set, laid over a preset; and what is wrong with them.

The full settings (`InkSettings`, `PageFormat`) are the one place where a field is described and bounded. A recipe's
table of them has the same fields, each of which may be left out: then the preset decides.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, TypeVar, get_args

from pydantic import BaseModel, Field, ValidationError, create_model, model_serializer

from configs.errors import RecipeError
from configs.units import Frozen

Full = TypeVar("Full", bound=Frozen)

PRESETS_OWN = "what a preset says of itself"
"""Marks a field of full settings, in its `Annotated`, that no recipe sets: a name, a description."""

_NEAR = 0.6
"""From this likeness on (1 is the same) a known key, or a word in it, may be meant by an unknown one."""


class RecipeTable(Frozen, Generic[Full]):
    """A table of a recipe; what is None in it is left to the preset.

    A subclass names the full settings, as in `class InkTable(RecipeTable[InkSettings])`, and has their fields with
    their descriptions and bounds.
    """

    full: ClassVar[type[Frozen]]
    """The settings that the table is a part of."""

    def __class_getitem__(cls, full: Any) -> Any:
        """Return the base of the table of some full settings: a model of their fields, none of which must be given."""
        if not (isinstance(full, type) and issubclass(full, Frozen)):  # in an annotation
            return cls
        fields: dict[str, Any] = {}
        for name, field in full.model_fields.items():
            if PRESETS_OWN not in field.metadata:
                kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
                fields[name] = kind | None, Field(None, description=field.description)
        made = create_model(f"{full.__name__}Table", __base__=cls, __module__=cls.__module__, **fields)
        made.full = full
        return made

    @property
    def given(self) -> dict[str, Any]:
        """What differs from the preset, by key, in the order of the fields."""
        own = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in own.items() if value is not None}

    def __repr_args__(self) -> Iterable[tuple[str, Any]]:
        """Show what is given alone."""
        return self.given.items()

    @model_serializer
    def _as_given(self) -> dict[str, Any]:
        """Write what is given alone: a new field changes no key of a recipe that does not set it."""
        return self.given


def settled(
    full: type[Full], preset: Mapping[str, Any], own: Mapping[str, Any] | RecipeTable[Full] | None, what: str
) -> Full:
    """Return full settings: a preset's, with some of them replaced.

    Args:
        full: Their model.
        preset: Values of the preset, by key.
        own: Values that differ from it.
        what: Names the settings in an error, as in `ink settings`.

    Raises:
        RecipeError: A key is unknown, or a value is out of range.
    """
    given = own.given if isinstance(own, RecipeTable) else dict(own or {})
    try:
        return full.model_validate({**preset, **given})
    except ValidationError as error:
        told = explain(error, full, None)
        raise RecipeError(f"{what}: {told.problem}", cure=told.cure) from None


def explain(error: ValidationError, model: type[Frozen], path: Path | None) -> RecipeError:
    """Turn the first fault that pydantic found into one line that names the file, the key and the cure.

    Args:
        error: What pydantic found.
        model: The model that was asked for; the fault may lie in a model inside it.
        path: The file that was read, where it was one.
    """
    fault = error.errors(include_url=False)[0]
    place = [part for part in fault["loc"] if part not in ("function-after", "constrained-int")]
    key = ".".join(str(part) for part in place)
    if fault["type"] == "extra_forbidden":
        return RecipeError(f"unknown key {key}", cure=_meant(place, model), path=path)
    if fault["type"] == "model_type":
        return RecipeError(f"{key} is a table", cure=f"write [{key}], and its keys in the lines below it", path=path)
    told = fault["msg"].removeprefix("Value error, ")
    told = told[:1].lower() + told[1:]
    return RecipeError(f"{key}: {told}" if key else told, cure="change the value", path=path)


def _meant(place: Sequence[int | str], model: type[BaseModel]) -> str:
    """Say what an unknown key may have been meant to be: one in the wrong table, or one of nearly the same name."""
    *within, name = map(str, place)
    home = _inside(model, within)
    known = list(home.model_fields)
    if home is not model and name in model.model_fields:
        return f"write {name} above the first [table]: below it stands what belongs to that"
    tables = [table for table in model.model_fields if name in _inside(model, [table]).model_fields]
    if home is model and tables:
        return f"write it below [{'] or ['.join(tables)}]"
    near = _nearest(name, {one: [one] for one in known}, 1), _nearest(name, {one: one.split("_") for one in known}, 3)
    likeness, best = max(near, key=lambda found: found[0])
    return f"did you mean {' or '.join(best)}?" if likeness >= _NEAR else f"known keys: {', '.join(known)}"


def _nearest(name: str, spelt: Mapping[str, Sequence[str]], most: int) -> tuple[float, list[str]]:
    """Return how like a name the nearest of some keys are, and these keys; each is spelt in one or several ways."""
    likeness = {key: max(_likeness(name, one) for one in ways) for key, ways in spelt.items()}
    best = max(likeness.values(), default=0.0)
    return best, [key for key in spelt if likeness[key] == best][:most]


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()


def _inside(model: type[BaseModel], names: Sequence[str]) -> type[BaseModel]:
    """Follow names of fields into the models inside a model, also through lists; stay where there is none."""
    for name in names:
        if not name.isdigit():
            field = model.model_fields.get(name)
            model = _model_of(field.annotation if field else None) or model
    return model


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """Return the model that an annotation holds, as `tuple[SceneLook, ...]` does."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_of(part))), None)
