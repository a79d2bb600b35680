"""The ink looks: what each setting means, and the presets that give a look its values.

Lengths are in thousandths of the picture's size (the square root of its area), so that a small and a large
painting of one frame look alike. Lightness and contrast are in units of CIE Lab: 0 is black, 100 is white.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from configs.errors import RecipeError
from configs.recipes.tables import PRESETS_OWN, RecipeTable, settled
from configs.units import Frozen

_PRESETS = Path(__file__).parents[1] / "presets" / "ink_looks"

_Share = Annotated[float, Field(ge=0, le=1)]
_Length = Annotated[float, Field(ge=0, le=40)]
_Contrast = Annotated[float, Field(ge=0, le=100)]


class InkSettings(Frozen):
    """Everything that decides how an ink look paints."""

    description: Annotated[str, PRESETS_OWN] = Field(description="One line for `filmcomic styles`")
    finish: Literal["flat", "screen", "wash"] = Field(description="Flat colours, a black and white screen, or washes")

    lift: _Share = Field(description="How far a dark scene is brought up; its blacks stay")
    calm: Annotated[float, Field(ge=0.1, le=30)] = Field(
        description="Contrast of grain and noise that is smoothed away"
    )
    stroke_passes: Annotated[int, Field(ge=0, le=6)] = Field(description="How often strokes are drawn out along edges")
    stroke_length: _Length = Field(description="How far strokes reach along edges")
    flatness: Annotated[float, Field(ge=0.1, le=40)] = Field(description="Contrast that melts into one flat colour")
    flow_length: _Length = Field(description="How far colours are drawn along the forms")
    detail: _Share = Field(description="How much of lost small things (eyes, mouths) is put back")

    bands: Annotated[float, Field(ge=2, le=32)] = Field(description="Steps of lightness from black to white")
    band_edge: Annotated[float, Field(ge=0.2, le=12)] = Field(description="How crisp the steps may be; 0.5 is none")
    chroma: Annotated[float, Field(ge=0, le=3)] = Field(description="Strength of the colours; 1 is the film's own")

    line_width: Annotated[float, Field(ge=0.3, le=10)] = Field(description="Width of the fine pen")
    line_length: _Length = Field(description="How far a line bridges gaps along its edge")
    line_contrast: _Contrast = Field(description="Contrast at which an edge becomes a line")
    line_softness: Annotated[float, Field(ge=0.1, le=100)] = Field(description="Further contrast until a line is black")
    line_busy: Annotated[float, Field(ge=0, le=5)] = Field(description="How much more contrast it takes in busy places")
    line_shortest: Annotated[float, Field(ge=0, le=200)] = Field(description="Marks shorter than this are left out")
    line_strength: _Share = Field(description="How dark lines are; 1 is ink, 0.5 pencil")
    contour_width: Annotated[float, Field(ge=0, le=10)] = Field(description="Width of the broad pen; 0 is none")
    contour_contrast: _Contrast = Field(description="Contrast at which an edge is drawn with the broad pen")

    blacks: Annotated[float, Field(ge=0, le=60)] = Field(description="Lightness under which all is solid black")
    whites: Annotated[float, Field(ge=40, le=101)] = Field(description="Lightness over which paper stays white")

    dot_pitch_px: Annotated[float, Field(ge=3, le=40)] = Field(
        description="Pixels from dot to dot; print has about 250 an inch"
    )
    dot_angle: Annotated[float, Field(ge=0, le=90)] = Field(description="Angle of the dot screen in degrees")

    paper: _Share = Field(description="How rough the paper is")
    granulation: _Share = Field(description="How much pigment gathers in the paper's hollows")
    pooling: Annotated[float, Field(ge=0, le=3)] = Field(description="How much pigment gathers at a wash's edge")


class InkTable(RecipeTable[InkSettings]):
    """A recipe's table `[ink]`: the ink looks.

    Lengths are in thousandths of the picture's size, lightness and contrast in units of CIE Lab: 100 is white.
    """


def look_names() -> list[str]:
    """Return the names of the looks that have a preset: `line`, `noir`, `watercolour`."""
    found = sorted(path.stem.removeprefix("ink-") for path in _PRESETS.glob("ink-*.toml"))
    return sorted(found, key=lambda name: name != "line")  # the default first


def load_look(name: str, overrides: Mapping[str, Any] | None = None) -> InkSettings:
    """Return the settings of a look, with some of them replaced.

    Args:
        name: `line`, `noir` or `watercolour`.
        overrides: Settings that differ from the preset.

    Raises:
        RecipeError: The look or a key is unknown, or a value is out of range.
    """
    if name not in look_names():
        raise RecipeError(f"unknown ink look {name}", cure=f"choose one of {', '.join(look_names())}")
    return settled(InkSettings, _preset(name), overrides, "ink settings")


@lru_cache
def _preset(name: str) -> dict[str, Any]:
    return tomllib.loads((_PRESETS / f"ink-{name}.toml").read_text(encoding="utf-8"))
