"""The recipe: everything a person may ask of a run, and how flag, recipe and preset are laid over each other.

A recipe file is TOML. Every key has a default, so an empty file is a recipe too. A flag of the command line beats
the recipe's key, which beats the preset (a look or a page format from `configs/presets`).
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    NonNegativeInt,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from configs.disk.untrusted import NAME
from configs.errors import RecipeError
from configs.recipes.arbitrary_settings import ArbitraryTable
from configs.recipes.balloon_settings import BalloonTable
from configs.recipes.ink_settings import InkTable
from configs.recipes.nst_settings import NstTable
from configs.recipes.page_settings import FORMATS, PageTable, load_format
from configs.recipes.tables import explain
from configs.units import Frozen, to_seconds

_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)")


def parse_clock(value: Any) -> Fraction:
    """Read `1:02:03.5`, `02:03`, `90` or a number as seconds.

    Raises:
        ValueError: It is none of these, or negative.
    """
    if isinstance(value, str) and (clock := _CLOCK.fullmatch(value.strip())):
        hours, minutes, seconds = clock.groups()
        if (hours and int(minutes) > 59) or Fraction(seconds) >= 60:
            raise ValueError(f"{value!r} is no time; write hours:minutes:seconds, as in 00:01:30")
        return int(hours or 0) * 3600 + int(minutes) * 60 + Fraction(seconds)
    try:
        seconds_only = to_seconds(value)
    except ValueError:
        raise ValueError(f"{value!r} is no time; write hours:minutes:seconds, as in 00:01:30") from None
    if seconds_only < 0:
        raise ValueError(f"{value!r} lies before the film's start")
    return seconds_only


def clock(value: Fraction) -> str:
    """Write seconds as `h:mm:ss` with the fraction only where there is one."""
    whole = int(value)
    rest = f"{float(value - whole):.6f}".rstrip("0").rstrip(".")[1:]
    return f"{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}{rest}"


Clock = Annotated[
    Fraction,
    BeforeValidator(parse_clock),
    PlainSerializer(clock, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["0:01:30"]}),
]
"""A point of the film: seconds in memory, `h:mm:ss` where people read it."""

_TRACK = re.compile(r"\d{1,6}|cc[1-4]|dtv[1-6]")


def parse_track(value: Any) -> str:
    """Read the name of a track of words: its number in the film, or `cc1`, `dtv1` ... for captions in the picture.

    Raises:
        ValueError: It is neither.
    """
    name = str(value).strip().casefold()
    if isinstance(value, bool) or not _TRACK.fullmatch(name):
        raise ValueError(f"{value!r} is no track; give its number, or cc1 or the like, as filmcomic tracks lists it")
    return str(int(name)) if name.isdecimal() else name


TrackName = Annotated[str, BeforeValidator(parse_track), WithJsonSchema({"type": "string", "examples": ["2", "cc1"]})]
"""A track of words inside a film."""

Number = float | int | bool | str
"""What a setting may be."""

Title = Annotated[str, NAME]
"""Words of a person, on one line."""

_USUAL_STYLES = {"manga": "ink-noir"}
"""Of the editions that are not drawn in colour: black and white, with a screen of dots for the tones between."""

SpeakerName = Annotated[str, Field(min_length=1), NAME]
"""As the words name somebody."""

PaperColour = Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")]
"""Red, green and blue in hexadecimal."""

Share = Annotated[float, Field(ge=0, le=1)]
"""From nothing to all."""


class Look(Frozen):
    """How a picture is to be painted; what is None is left to the style."""

    style: str
    strength: Share | None = None
    faces: Share | None = None
    brightness: bool | None = None


class SceneLook(Frozen):
    """A range of the film that is painted in its own way: a dream in watercolour."""

    start: Clock = Field(description="Where the range begins, as in 0:01:00")
    end: Clock = Field(description="Where it ends: the first moment that is painted as the rest is again")
    style: str | None = Field(None, description="How its pictures are drawn; left out, as the rest of the film")
    strength: Share | None = Field(None, description="Strength of the style there, 0 to 1")
    faces: Share | None = Field(None, description="How much faces are kept there, 0 to 1")
    brightness: bool | None = Field(None, description="Whether its pictures keep the film's brightness")

    @model_validator(mode="after")
    def _ordered(self) -> "SceneLook":
        if self.end <= self.start:
            raise ValueError(f"the end {clock(self.end)} is not after the start {clock(self.start)}")
        return self


class Recipe(Frozen):
    """What a person asks of a run. The dashboard's form is made from it."""

    style: str = Field(
        "atelier-colour",
        description="How pictures are drawn; `filmcomic styles` lists them. Left out, `manga` has `ink-noir`",
    )
    strength: Share | None = Field(
        None, description="Strength of the style: 1 is all of it, 0 the film's own picture; left out, the style decides"
    )
    faces: Share | None = Field(
        None, description="How much faces are kept, 0 to 1, where the style would distort them; left out, it decides"
    )
    brightness: bool | None = Field(
        None, description="Whether paintings get the brightness and the blacks of the film; left out, the style decides"
    )
    scenes: tuple[SceneLook, ...] = Field(
        (), description="Ranges of the film, one after another, that are painted in another style or strength"
    )
    edition: str = Field(
        "us",
        description="What is made: us or a4 (comic pages), manga (B6, from right to left), phone, webtoon (a strip)",
    )
    pages: Annotated[int, Field(ge=1, le=5000)] | None = Field(
        None, description="The most story pages; left out, the film decides"
    )
    subtitles: str | None = Field(
        None, description="A subtitle file, or none for a comic without words; left out, the best one is found"
    )
    track: TrackName | None = Field(
        None, description="Number of the track that has the words, or cc1 for captions in the picture"
    )
    language: Title = Field("", description="Language of the words, as in en, vie; left out, the film's own default")
    start: Clock | None = Field(None, description="Where to begin, as in 0:01:00")
    end: Clock | None = Field(None, description="Where to stop, as in 0:09:30")
    title: Title = Field(
        "", description="Title on the cover, of an episode below that of its series; left out, the film's or the file's"
    )
    series: Title = Field("", description="Series that the film is an episode of; left out, the file's name may tell")
    season: NonNegativeInt | None = Field(None, description="Season of the series; left out, the file's name may tell")
    number: NonNegativeInt | None = Field(None, description="Number in the series; left out, the file's name may tell")
    cast: dict[SpeakerName, PaperColour] = Field(
        {}, description="Paper of the balloons of named speakers, pale, as in ROBOT: #d8ecff; left out, mostly white"
    )
    credit: Title = Field("", description="To whom the film belongs, for the small print: © A. Maker, CC BY 3.0")
    sounds: Literal["captions", "words", "written", "none"] = Field(
        "captions",
        description="What becomes of described noises: sound words (BANG!) and small captions for what has none; sound "
        "words alone; the descriptions as they are written; or nothing",
    )
    descriptions: Literal["captions", "none"] = Field(
        "captions",
        description="What becomes of words that tell those who do not see what is to be seen: captions among what is "
        "said, or nothing",
    )
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="Where neural styles are computed")
    font: Path | None = Field(None, description="A font file, or shantell-sans, to letter with; left out, our own hand")
    case: Literal["capitals", "mixed"] = Field(
        "capitals", description="Lettering in capitals, as comics have it, or in capitals and small letters"
    )
    ink: InkTable = Field(InkTable(), description="Settings of the ink looks that differ from the preset")
    nst: NstTable = Field(NstTable(), description="Settings of painting after a picture (nst:) that differ")
    arbitrary: ArbitraryTable = Field(
        ArbitraryTable(), description="Settings of the quick painting after a picture (arbitrary:)"
    )
    page: PageTable = Field(PageTable(), description="Settings of the edition's pages that differ from the preset")
    balloons: BalloonTable = Field(
        BalloonTable(), description="What places of balloons cost that differs from the usual"
    )

    @model_validator(mode="before")
    @classmethod
    def _renamed(cls, given: Any) -> Any:
        return _renamed(given) if isinstance(given, Mapping) else given

    @model_validator(mode="after")
    def _of_one_source(self) -> "Recipe":
        if self.track is not None and self.subtitles is not None:
            raise ValueError("track and subtitles both say where the words come from: give one of them")
        return self

    @model_validator(mode="after")
    def _ordered(self) -> "Recipe":
        if self.end is not None and self.end <= (self.start or 0):
            raise ValueError(f"the end {clock(self.end)} is not after the start {clock(self.start or Fraction(0))}")
        for before, after in pairwise(self.scenes):
            if after.start < before.end:
                told = f"the range from {clock(after.start)} begins before the one before it ends"
                raise ValueError(f"scenes: {told} ({clock(before.end)})")
        return self

    def look_at(self, at_s: Fraction) -> Look:
        """Return how the picture shown at a time of the film is to be painted."""
        whole = Look(style=self.style, strength=self.strength, faces=self.faces, brightness=self.brightness)
        scene = next((scene for scene in self.scenes if scene.start <= at_s < scene.end), None)
        own = scene.model_dump(exclude={"start", "end"}, exclude_none=True) if scene else {}
        return whole.model_copy(update=own)

    @property
    def styles(self) -> tuple[str, ...]:
        """Every style that is asked for, the whole film's first."""
        return tuple(dict.fromkeys([self.style, *(scene.style for scene in self.scenes if scene.style)]))

    def restyled(self, change: Callable[[str], str]) -> "Recipe":
        """Return the recipe with the name of every style that it asks for changed, the scenes' as well."""
        scenes = tuple(
            scene.model_copy(update={"style": change(scene.style)}) if scene.style else scene for scene in self.scenes
        )
        return self.model_copy(update={"style": change(self.style), "scenes": scenes})

    @property
    def settings(self) -> dict[str, dict[str, Number]]:
        """The tables of the styles' settings, by section; a family of styles reads its own."""
        return {"ink": self.ink.given, "nst": self.nst.given, "arbitrary": self.arbitrary.given}


def style_title(style: str) -> str:
    """Name a style for readers: of a person's own files the names alone, without the folders they lie in."""
    family, colon, look = style.partition(":")
    if "/" not in look:
        return style
    return f"{family}{colon}{', '.join(Path(part.strip()).stem for part in look.split(','))}"


def _renamed(given: Mapping[str, Any]) -> dict[str, Any]:
    """Read the key `format`, which older recipes have, as `edition`."""
    if "edition" in given:
        return dict(given)
    return {"edition" if key == "format" else key: value for key, value in given.items()}


def load_recipe(path: Path | None, flags: Mapping[str, Any]) -> Recipe:
    """Read a recipe file and lay the flags over it; a flag that is None was not given.

    Raises:
        RecipeError: The file cannot be read, a key is unknown, also in a table, or a value is out of range.
    """
    given = {} if path is None else read_recipe(path)
    return as_recipe(given | {key: value for key, value in flags.items() if value is not None}, path)


def as_recipe(given: Mapping[str, Any], path: Path | None) -> Recipe:
    """Turn keys into a recipe.

    Args:
        given: Values by key.
        path: The file that they are from, for what is told of them.

    Raises:
        RecipeError: A key is unknown, also in a table, or a value is out of range.
    """
    try:
        recipe = Recipe.model_validate(given)
    except ValidationError as error:
        raise explain(error, Recipe, path) from None
    recipe = _drawn_as_usual(recipe)
    # where no edition is named, that of a storyboard may stand
    if recipe.edition in FORMATS and "edition" in recipe.model_fields_set:
        try:
            load_format(recipe.edition, recipe.page)
        except RecipeError as error:
            raise RecipeError(error.problem, cure=error.cure, path=path) from None
    return recipe


def _drawn_as_usual(recipe: Recipe) -> Recipe:
    """Return the recipe with the style that its edition usually has; one that a person or a storyboard names stands."""
    style = _USUAL_STYLES.get(recipe.edition)
    if style is None or "style" in recipe.model_fields_set:
        return recipe
    drawn = recipe.model_copy(update={"style": style})
    drawn.model_fields_set.discard("style")  # nobody has named it
    return drawn


def read_recipe(path: Path, cure: str = "check the name given to --recipe") -> dict[str, Any]:
    """Return the keys of a recipe file as they stand there; an older name of a key as the present one.

    Args:
        path: The file.
        cure: What helps when it cannot be read.

    Raises:
        RecipeError: It cannot be read, or is no TOML.
    """
    try:
        return _renamed(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise RecipeError(f"the recipe cannot be read ({error.strerror})", cure=cure, path=path) from None
    except UnicodeDecodeError:
        raise RecipeError("the recipe is not UTF-8 text", cure="save it as UTF-8", path=path) from None
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"the recipe is not TOML: {error}", cure="mend that line", path=path) from None
