"""Neural style transfer after a painting: what each setting means, and values that look good at a bearable price."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from configs.errors import RecipeError
from configs.recipes.tables import RecipeTable, settled
from configs.units import Frozen

_Weight = Annotated[float, Field(ge=0, le=1e6)]
_Share = Annotated[float, Field(ge=0, le=1)]


def shares_of(text: str) -> tuple[float, ...]:
    """Read `2, 1` as numbers; an empty text holds none.

    Raises:
        ValueError: A part is no number, or is negative, or all are zero.
    """
    if not text.strip():
        return ()
    try:
        shares = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise ValueError(f"{text!r} are no shares; write numbers with commas, as in 2, 1") from None
    if not (all(0 <= share < float("inf") for share in shares) and sum(shares) > 0):
        raise ValueError(f"{text!r} are no shares; none may be negative and not all zero")
    return shares


def are_shares(text: str) -> str:
    """Return a text that `shares_of` reads; raises ValueError for others."""
    shares_of(text)
    return text


class NstSettings(Frozen):
    """Everything that decides how a picture is painted after others (the recipe's table `nst`)."""

    features: Literal["auto", "vgg16", "vgg19", "squeezenet1_1", "vgg16-random", "vgg19-random"] = Field(
        "auto", description="Network that sees content and style; auto takes VGG16, VGG19 or SqueezeNet, as at hand"
    )
    pooling: Literal["max", "average"] = Field(
        "average", description="Pooling of a VGG; average gives smoother strokes"
    )
    colours: Literal["style", "match", "keep"] = Field(
        "style", description="The painting's palette, the painting's strokes in the film's palette, or the film's hues"
    )
    blend: Annotated[str, AfterValidator(are_shares)] = Field(
        "", description="Shares of several paintings, as in 2, 1; left out, all count alike"
    )
    alpha: _Weight = Field(1.0, description="Weight of the content")
    beta: _Weight = Field(10.0, description="Weight of the style")
    tv: _Weight = Field(8.0, description="Weight of smoothness; against specks")
    stroke: Annotated[float, Field(ge=0.25, le=4)] = Field(
        1.3, description="Size of the strokes; 1 lays the painting over the picture as it is"
    )
    detail: _Share = Field(0.6, description="How much fine detail of the film is put back where the picture grows")
    optimiser: Literal["lbfgs", "adam"] = Field("lbfgs", description="L-BFGS, or Adam for less memory")
    steps: Annotated[int, Field(ge=1, le=5000)] = Field(80, description="Steps at the coarsest size")
    least_steps: Annotated[int, Field(ge=1, le=5000)] = Field(
        30, description="Steps at the finest size; sizes between lie between"
    )
    coarsest_px: Annotated[int, Field(ge=32, le=4096)] = Field(200, description="Longer side at the first size")
    finest_px: Annotated[int, Field(ge=32, le=4096)] = Field(
        768, description="Longer side at the last size; larger pictures are enlarged from it"
    )
    start: Literal["content", "noise"] = Field("content", description="What the first size starts from")
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(0, description="Of the noise")
    exact: bool = Field(False, description="Compute the network in fp32 also where bf16 is faster")

    def shares(self, count: int) -> tuple[float, ...]:
        """Return the share of each of so many paintings; they sum to 1.

        Raises:
            RecipeError: The blend names another number of paintings.
        """
        given = shares_of(self.blend) or (1.0,) * count
        if len(given) != count:
            cure = f"give {count} numbers, as in {', '.join(['1'] * count)}"
            raise RecipeError(f"nst settings: blend has {len(given)} shares for {count} paintings", cure=cure)
        return tuple(share / sum(given) for share in given)


class NstTable(RecipeTable[NstSettings]):
    """A recipe's table `[nst]`: painting after pictures by optimisation."""


def load_nst(overrides: Mapping[str, Any]) -> NstSettings:
    """Return the settings with some of them replaced.

    Raises:
        RecipeError: A key is unknown, or a value is out of range.
    """
    return settled(NstSettings, {}, overrides, "nst settings")
