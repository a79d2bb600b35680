"""The settings of quick painting after a picture (`arbitrary:`): what each means and how far it goes."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from configs.recipes.tables import RecipeTable, settled
from configs.units import Frozen

_Share = Annotated[float, Field(ge=0, le=1)]


class ArbitrarySettings(Frozen):
    """Everything that decides how a painting after a picture turns out, the picture aside."""

    strength: _Share = Field(1.0, description="From 0, the film's own look as near as the network gets, to the style")
    blend: _Share = Field(0.5, description="Weight of the second style picture where two are given")
    colours: _Share = Field(1.0, description="How far the colours are the style's; at 0 they stay the film's")
    size: Annotated[int, Field(ge=64, le=1024)] = Field(
        256, description="Shorter side, in pixels, at which the style pictures are looked at: larger is finer strokes"
    )
    network: Literal["separable", "plain"] = Field(
        "separable", description="Which of the published networks paints; plain is slower, and must be given"
    )
    steps: Annotated[int, Field(ge=1, le=5000)] = Field(
        160, description="Steps of the fit to a style picture, where the style predictor is not at hand"
    )
    starts: Annotated[int, Field(ge=1, le=8)] = Field(3, description="Starts of the fit; the best of them goes on")


class ArbitraryTable(RecipeTable[ArbitrarySettings]):
    """A recipe's table `[arbitrary]`: quick painting after a picture."""


def load_arbitrary(overrides: Mapping[str, Any] | None = None) -> ArbitrarySettings:
    """Return the settings with some of them replaced.

    Raises:
        RecipeError: A key is unknown, or a value is out of range.
    """
    return settled(ArbitrarySettings, {}, overrides, "settings of arbitrary")
