"""The storyboard: the whole comic as an editable document before it is drawn. The heart of the program.

People edit its JSON by hand: they may change times, lines, weights, order, and lock crops. `load` says in one line
where an edited file is wrong.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, NonNegativeInt, PositiveInt

from configs.disk.untrusted import NAME, TOLD
from configs.units import Box, Face, Frozen, Seconds

SCHEMA_VERSION = 1
YEARS = range(1870, 2100)
"""In which films come out."""


class WordsKind(StrEnum):
    """What holds the words."""

    SPEECH = "speech"
    SHOUT = "shout"
    """Speech that is all capitals with an exclamation mark is one without being told."""
    WHISPER = "whisper"
    THOUGHT = "thought"
    RADIO = "radio"
    """Out of a machine: radio, telephone, television."""
    SONG = "song"
    SOUND = "sound"
    NOTE = "note"
    """A noise without a word of its own, described in a small caption."""
    NARRATION = "narration"
    SIGN = "sign"


SAID = frozenset(
    {WordsKind.SPEECH, WordsKind.SHOUT, WordsKind.WHISPER, WordsKind.THOUGHT, WordsKind.RADIO, WordsKind.SONG}
)
"""What comes from somebody: it has a tail."""


class Framing(StrEnum):
    """How a panel stands on the page."""

    BOX = "box"
    BLEED = "bleed"
    """A splash: from trim to trim, without a border."""
    BORDERLESS = "borderless"
    """Without a border: dreams, memories."""
    INSET = "inset"
    """Small, inside the panel before it."""


Share = Annotated[float, Field(ge=0, le=1)]
Spot = tuple[Share, Share]
Title = Annotated[str, NAME]


def _as_text(path: object) -> object:
    """Make a path fit for JSON: bytes of a name that are not UTF-8 become question marks."""
    return path.encode("utf-8", "replace").decode() if isinstance(path, str) else path


class Words(Frozen):
    """One balloon or caption: a line of dialogue, or a part of it."""

    text: Annotated[str, Field(min_length=1), TOLD]
    kind: WordsKind = WordsKind.SPEECH
    speaker: Title = ""
    start_s: Seconds | None = None
    """When it is said; kept for the reader, not needed for drawing."""
    line: int | None = None
    """Index of the subtitle line it came from; parts of one line share it."""
    face: Annotated[int, Field(ge=1)] | None = None
    """Which of the panel's faces says it, counted from 1; left out, the speaker is guessed."""
    off_screen: bool = False
    """Whoever says it is out of the picture: the tail leaves by the panel's side."""
    foreign: bool = False
    """In another language than the film's: set in angle brackets."""
    loud: Share | None = None
    """How loud a sound is for its film, which decides how large its letters are; left out, as sounds usually are."""
    spot: Spot | None = None
    """Locked: where the middle of its balloon stands (x, y), in fractions of the panel."""


def sounds(words: Words) -> bool:
    """Tell whether words are a noise: they are not those of the subtitles."""
    return words.kind in (WordsKind.SOUND, WordsKind.NOTE)


class Panel(Frozen):
    """One framed picture: the frame of the film at a time, and the words in it."""

    at_s: Seconds
    shot: int | None = None
    weight: Annotated[float, Field(gt=0, le=8)] = 1.0
    """Share of the page that it asks for, 1 is ordinary; 8 is a splash."""
    crop: Box | None = None
    """Where a person has locked one, or the picture is shown a second time, in fractions of it inside the bars."""
    frame: Framing = Framing.BOX
    lock: bool = False
    """Keep the frame as it is: an inset stays inset whatever it covers; no words are passed on from here or to here."""
    words: tuple[Words, ...] = ()
    faces: tuple[Face, ...] = ()
    focus: Box | None = None
    busy: Annotated[str, Field(pattern="^([0-9a-f]+( [0-9a-f]+)*)?$")] = ""
    """How much stands out where: rows of hexadecimal digits from the top, 0 (calm) to f; words keep to the calm."""
    odd: Literal["", "card", "unreadable"] = ""
    """What speaks against its picture: it is a title, a logo or credits, or nobody makes out what it shows."""
    lit: Share = 1.0
    """How well its subject is lit: the largest face, else the focus; likewise how sharply it is seen."""
    sharp: Share = 1.0
    salience: Share = 1.0
    """How strongly one thing stands out whole from what is around it."""
    seen: str = ""
    """Begins the digest of the frame that `faces`, `focus` and `busy` were found in; another one is looked at anew."""
    size_px: tuple[PositiveInt, PositiveInt] | None = None
    """Of its picture, where that is another than most of the film has."""
    opens_scene: bool = False
    """The first panel of another place or time: strips leave a wide gap before it."""


class PageBoard(Frozen):
    """The panels of one page in reading order."""

    panels: Annotated[tuple[Panel, ...], Field(min_length=1)]
    chapter: Title = ""
    """Title of the chapter that begins on this page; it becomes a bookmark."""
    slant: Annotated[float, Field(ge=-15, le=15)] = 0.0
    """Degrees by which upright gutters lean; for action. Below 0 to the left."""


class CastMember(Frozen):
    """Somebody who speaks, and the paper of their balloons."""

    name: Annotated[str, Field(min_length=1), NAME]
    """As `speaker` has it."""
    colour: Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")] = "#ffffff"
    """Red, green and blue in hexadecimal; pale, for dark letters stand on it."""


class Series(Frozen):
    """What a film is an episode of."""

    name: Annotated[str, Field(min_length=1), NAME]
    season: NonNegativeInt | None = None
    number: NonNegativeInt | None = None
    """Of the episode."""
    part: Title = ""
    """The episode's own title."""

    @property
    def issue(self) -> str:
        """As it stands below the series' name: `Season 1, episode 2: Pilot`."""
        counted = (("season", self.season), ("episode", self.number))
        told = ", ".join(f"{name} {number}" for name, number in counted if number is not None)
        return ": ".join(filter(None, (told[:1].upper() + told[1:], self.part)))


class FilmRef(Frozen):
    """The film that the storyboard was made from."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    path: Annotated[str, BeforeValidator(_as_text)]
    """Where it lay: a hint."""
    title: Title
    year: Annotated[int, Field(ge=YEARS.start, lt=YEARS.stop)] | None = None
    """In which it came out."""
    series: Series | None = None
    duration_s: Seconds
    size_px: tuple[int, int]
    """Size of the picture inside the bars; most of the film's frames have it."""

    @property
    def whole_title(self) -> str:
        """Return the title with the episode, as catalogues have it."""
        return self.title if self.series is None else " – ".join(filter(None, (self.title, self.series.issue)))


class Storyboard(Frozen):
    """A comic before it is drawn."""

    schema_version: Literal[1] = 1
    film: FilmRef
    language: Title = ""
    """Of the words; becomes the PDF's language."""
    words_from: Title = ""
    """Where the words came from, for the small print: the file's name, or the film's track."""
    style: Title
    format: Title
    """Name of the edition that it was made for; any other can be drawn from it as well."""
    cast: tuple[CastMember, ...] = ()
    """Who is named as a speaker; where it is given, each `speaker` must stand in it."""
    pages: Annotated[tuple[PageBoard, ...], Field(min_length=1)]
