"""The page formats: paper, margins, gutters, type. Lengths are in points (1/72 inch), sizes at trim."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from configs.errors import RecipeError
from configs.recipes.tables import PRESETS_OWN, RecipeTable, settled
from configs.units import Frozen

_PRESETS = Path(__file__).parents[1] / "presets" / "page_formats"

FORMATS = ("us", "a4", "manga", "phone", "webtoon")
"""Editions: page formats that have a preset; the default comes first."""

_MARKS_PT = 27.0
"""Room for crop marks."""

Margin = Annotated[float, Field(ge=9, le=200)]
_Border = Annotated[float, Field(ge=0.25, le=6)]


class PageFormat(Frozen):
    """Everything that decides where panels and words go on a page."""

    name: Annotated[str, PRESETS_OWN]
    description: Annotated[str, PRESETS_OWN] = ""
    width_pt: Annotated[float, Field(ge=150, le=3000)] = Field(description="Width of the trimmed page")
    height_pt: Annotated[float, Field(ge=150, le=3000)] = Field(
        description="Height of the trimmed page; of a strip, that of the slices it is cut into"
    )
    margin_side_pt: Margin = Field(description="Left and right: the same, since a PDF is read a page at a time too")
    margin_top_pt: Margin = Field(description="Above the panels")
    margin_bottom_pt: Margin = Field(description="Below the panels; it holds the page number")
    gutter_across_pt: Annotated[float, Field(ge=2, le=40)] = Field(
        description="Between panels side by side; narrower than between rows, so that rows hold together"
    )
    gutter_down_pt: Annotated[float, Field(ge=2, le=60)] = Field(description="Between rows")
    panel_border_pt: _Border = Field(description="Width of the line around a panel")
    balloon_border_pt: _Border = Field(description="Width of the line around a balloon")
    panel_least_width_pt: Annotated[float, Field(ge=40, le=3000)] = Field(description="No panel is narrower")
    panel_least_height_pt: Annotated[float, Field(ge=40, le=3000)] = Field(description="No panel is lower")
    type_pt: Annotated[float, Field(ge=6.5, le=24)] = Field(
        description="The one size of all words; 6.5 is the least that stays readable in print"
    )
    sound_pt: Annotated[float, Field(ge=6.5, le=48)] = Field(
        description="Size of lettered sounds, which belong to the picture"
    )
    leading: Annotated[float, Field(ge=1.2, le=2)] = Field(
        description="Baseline to baseline, in type sizes; Vietnamese capitals touch below 1.2"
    )
    ppi: Annotated[float, Field(ge=72, le=600)] = Field(
        description="Pixels to the inch that a picture is printed with where the film has them"
    )
    jpeg_quality: Annotated[int, Field(ge=50, le=98)] = Field(description="Of the pictures in the PDF")
    bleed_pt: Annotated[float, Field(ge=0, le=72)] = Field(
        0.0, description="How far pictures that run off the page go on beyond the trim; printers ask for 9 (1/8 inch)"
    )
    marks: bool = Field(False, description="Draw crop marks outside the bleed, on a larger sheet")
    direction: Literal["ltr", "rtl"] = Field(
        "ltr", description="How panels and pages follow each other; it does not depend on the language of the words"
    )
    strip: bool = Field(False, description="One endless column instead of pages, cut into slices")
    numbered: bool = Field(True, description="Whether pages bear their number")
    matter: bool = Field(
        True, description="Whether thick books have a title page, contents and the like; a telephone has no room for it"
    )
    suffix: Literal[".pdf", ".cbz", ".epub", ".html", ".zip"] = Field(
        ".pdf", description="The kind of file that the edition is unless a person names one"
    )
    page_panels: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        None, description="Pages of the storyboard with more panels are split; left out, they stay as they are"
    )
    page_words: Annotated[int, Field(ge=10, le=100_000)] | None = Field(
        None, description="Pages of the storyboard with more words are split; left out, they stay as they are"
    )
    panel_balloons: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        None, description="Panels with more balloons are split: the picture is shown again"
    )

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


class PageTable(RecipeTable[PageFormat]):
    """A recipe's table `[page]`: the edition's pages. Lengths are in points, 1/72 inch."""


def load_format(name: str, own: PageTable | Mapping[str, Any] | None = None) -> PageFormat:
    """Return a page format, with some of its settings replaced.

    Args:
        name: One of `FORMATS`.
        own: Settings that differ from the preset.

    Raises:
        RecipeError: The format or a key is unknown, or a value is out of range.
    """
    if name not in FORMATS:
        raise RecipeError(f"unknown edition {name}", cure=f"choose one of {', '.join(FORMATS)}")
    return settled(PageFormat, _preset(name) | {"name": name}, own, "page settings")


@lru_cache
def _preset(name: str) -> dict[str, Any]:
    return tomllib.loads((_PRESETS / f"{name}.toml").read_text(encoding="utf-8"))
