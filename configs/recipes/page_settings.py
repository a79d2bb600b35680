"""The page formats: paper, margins, gutters, type. Lengths are in points (1/72 inch), sizes at trim."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from configs.errors import RecipeError
from configs.recipes.recipe import explain
from configs.units import Frozen

_PRESETS = Path(__file__).parent / "presets"

FORMATS = ("us", "a4", "manga", "phone", "webtoon")
"""Editions: page formats that have a preset; the default comes first."""

_MARKS_PT = 27.0
"""Room for crop marks."""

Margin = Annotated[float, Field(ge=9, le=200)]


class PageFormat(Frozen):
    """Everything that decides where panels and words go on a page."""

    name: str
    description: str = ""
    width_pt: Annotated[float, Field(ge=150, le=3000)]
    height_pt: Annotated[float, Field(ge=150, le=3000)]
    margin_side_pt: Margin
    """Left and right: the same, since a PDF is read a page at a time as often as in spreads."""
    margin_top_pt: Margin
    margin_bottom_pt: Margin
    """Holds the page number."""
    gutter_across_pt: Annotated[float, Field(ge=2, le=40)]
    """Between panels side by side; narrower than the one below, so that rows hold together."""
    gutter_down_pt: Annotated[float, Field(ge=2, le=60)]
    """Between rows."""
    panel_border_pt: Annotated[float, Field(ge=0.25, le=6)]
    balloon_border_pt: Annotated[float, Field(ge=0.25, le=6)]
    panel_least_width_pt: Annotated[float, Field(ge=40)]
    panel_least_height_pt: Annotated[float, Field(ge=40)]
    type_pt: Annotated[float, Field(ge=6.5, le=24)]
    """The one size of all words; 6.5 is the least that stays readable in print."""
    sound_pt: Annotated[float, Field(ge=6.5, le=48)]
    """Size of lettered sounds, which belong to the picture."""
    leading: Annotated[float, Field(ge=1.2, le=2)]
    """Baseline to baseline, in type sizes; Vietnamese capitals touch below 1.2."""
    ppi: Annotated[float, Field(ge=72, le=600)]
    """Pixels to the inch that a picture is printed with where the film has them."""
    jpeg_quality: Annotated[int, Field(ge=50, le=98)]
    bleed_pt: Annotated[float, Field(ge=0, le=72)] = 0.0
    """How far pictures that run off the page go on beyond the trim; printers ask for 9 (1/8 inch)."""
    marks: bool = False
    """Draw crop marks outside the bleed, on a larger sheet."""
    direction: Literal["ltr", "rtl"] = "ltr"
    """How panels and pages follow each other; it does not depend on the language of the words."""
    strip: bool = False
    """One endless column instead of pages; `height_pt` is the height of the slices that it is cut into."""
    numbered: bool = True
    """Whether pages bear their number."""
    matter: bool = True
    """Whether thick books have a title page, contents and the like; on a telephone they are in the way."""
    suffix: Literal[".pdf", ".cbz", ".epub", ".html", ".zip"] = ".pdf"
    """The kind of file that the edition is unless a person names one."""
    page_panels: Annotated[int, Field(ge=1)] | None = None
    """Pages of the storyboard with more panels are split; likewise below. Left out, they stay as they are."""
    page_words: Annotated[int, Field(ge=10)] | None = None
    panel_balloons: Annotated[int, Field(ge=1)] | None = None
    """Panels with more balloons are split: the picture is shown again."""

    @model_validator(mode="after")
    def _roomy(self) -> "PageFormat":
        if self.live_width_pt < self.panel_least_width_pt or self.live_height_pt < self.panel_least_height_pt:
            raise ValueError("the margins leave less than the smallest panel")
        return self

    @property
    def slug_pt(self) -> float:
        """Width of what the sheet adds to the trimmed page on every side: bleed and marks."""
        return self.bleed_pt + (_MARKS_PT if self.marks else 0.0)

    @property
    def live_width_pt(self) -> float:
        """Width between the margins."""
        return self.width_pt - 2 * self.margin_side_pt

    @property
    def live_height_pt(self) -> float:
        """Height between the margins."""
        return self.height_pt - self.margin_top_pt - self.margin_bottom_pt


def load_format(name: str, overrides: Mapping[str, Any] | None = None) -> PageFormat:
    """Return a page format, with some of its settings replaced.

    Args:
        name: One of `FORMATS`.
        overrides: Settings that differ from the preset.

    Raises:
        RecipeError: The format or a key is unknown, or a value is out of range.
    """
    if name not in FORMATS:
        raise RecipeError(f"unknown edition {name}", cure=f"choose one of {', '.join(FORMATS)}")
    given = {key: value for key, value in (overrides or {}).items() if key != "name"}
    try:
        return PageFormat.model_validate(_preset(name) | given | {"name": name})
    except ValidationError as error:
        told = explain(error, PageFormat, None)
        raise RecipeError(f"page settings: {told.problem}", cure=told.cure) from None


@lru_cache
def _preset(name: str) -> dict[str, Any]:
    return tomllib.loads((_PRESETS / f"{name}.toml").read_text(encoding="utf-8"))
