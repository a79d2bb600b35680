"""The settings of quick painting after a picture (`arbitrary:`): what each means and how far it goes."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from configs.errors import RecipeError
from configs.recipes.nst_settings import are_shares, shares_of
from configs.recipes.tables import RecipeTable, settled
from configs.units import Frozen

_Share = Annotated[float, Field(ge=0, le=1)]


class ArbitrarySettings(Frozen):
    """Everything that decides how a painting after a picture turns out, the picture aside."""

    strength: _Share = Field(1.0, description="From 0, the film's own look as near as the network gets, to the style")
    blend: _Share = Field(0.5, description="Weight of the second style picture where two are given")
    shares: Annotated[str, AfterValidator(are_shares)] = Field(
        "", description="Shares of several style pictures, as in 2, 1, 1; left out, three or more count alike"
    )
    colours: _Share = Field(1.0, description="How far the colours are the style's; at 0 they stay the film's")
    size: Annotated[int, Field(ge=64, le=1024)] = Field(
        256, description="Shorter side, in pixels, at which the style pictures are looked at: larger is finer strokes"
    )
    network: Literal["small", "separable", "plain"] = Field(
        "small",
        description="Which of the published networks paints: small predicts styles and needs no torch, and gives way "
        "to separable where its files cannot be had; plain is the slowest, and must be given",
    )
    steps: Annotated[int, Field(ge=1, le=5000)] = Field(
        160, description="Steps of the fit to a style picture, where no style predictor is at hand"
    )
    starts: Annotated[int, Field(ge=1, le=8)] = Field(3, description="Starts of the fit; the best of them goes on")

    def weights(self, count: int) -> tuple[float, ...]:
        """Return the weight of each of so many style pictures; they sum to 1.

        Raises:
            RecipeError: There are shares for another number of pictures.
        """
        given = shares_of(self.shares)
        if not given:
            return (1 - self.blend, self.blend) if count == 2 else (1 / count,) * count
        if len(given) != count:
            cure = f"give one for each, as in {', '.join(['1'] * count)}"
            told = f"settings of arbitrary: shares has {len(given)} numbers, and the style {count} pictures"
            raise RecipeError(told, cure=cure)
        return tuple(share / sum(given) for share in given)


class ArbitraryTable(RecipeTable[ArbitrarySettings]):
    """A recipe's table `[arbitrary]`: quick painting after a picture."""


def load_arbitrary(overrides: Mapping[str, Any] | None = None) -> ArbitrarySettings:
    """Return the settings with some of them replaced.

    Raises:
        RecipeError: A key is unknown, or a value is out of range.
    """
    return settled(ArbitrarySettings, {}, overrides, "settings of arbitrary")
