"""What a finished comic tells of itself, and what is asked of every kind of file that can be one."""

import re
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, NonNegativeInt, PositiveInt

from configs.bcp47 import language_tag
from configs.disk.untrusted import NAME
from configs.units import Frozen

_LONGEST = 300
_ISSUE = re.compile(
    r"(?:season (?P<season>\d{1,6}))?(?:, )?(?:episode (?P<number>\d{1,6}))?(?:(?:^|: )(?P<part>.+))?",
    re.IGNORECASE | re.DOTALL,
)


def _clipped(value: object) -> object:
    return value[:_LONGEST] if isinstance(value, str) else value


def _as_tag(value: object) -> object:
    return language_tag(value) if isinstance(value, str) else value


Told = Annotated[str, BeforeValidator(_clipped), NAME]
"""Words from a file: harmless, on one line, no longer than people read."""


class ComicFacts(Frozen):
    """What a file tells of the comic in it; whatever it does not tell is empty."""

    title: Told = ""
    series: Told = ""
    volume: NonNegativeInt | None = None
    """The season."""
    number: Told = ""
    """In the series: mostly a number, but there are issues 1.5 and 12A."""
    language: Annotated[str, BeforeValidator(_as_tag)] = ""
    """A tag of BCP 47."""
    authors: Annotated[tuple[Told, ...], Field(max_length=20)] = ()
    pages: PositiveInt
    rtl: bool = False
    """Read from right to left."""


def issue_facts(issue: str) -> dict[str, Any]:
    """Return what `Series.issue` tells, where it tells it: `title`, `volume` and `number`."""
    found = _ISSUE.fullmatch(issue)
    told = {} if found is None else {"title": found["part"], "volume": found["season"], "number": found["number"]}
    return {name: int(value) if name == "volume" else value for name, value in told.items() if value}


class UntoldError(Exception):
    """A file that is no comic, or a damaged one; it says in a few words what is wrong with it."""


class ComicReader(ABC):
    """Reads one kind of file."""

    suffix: ClassVar[str]
    media_type: ClassVar[str]

    @abstractmethod
    def facts(self, path: Path) -> ComicFacts:
        """Read what the comic tells of itself; no page is drawn for it.

        Raises:
            UntoldError: What is wrong is known. Libraries may raise others of `BROKEN` in `comic_kinds`.
        """

    @abstractmethod
    def picture(self, path: Path, number: int | None, most_px: tuple[int, int]) -> bytes:
        """Return a page as a JPEG file.

        Args:
            path: The comic.
            number: Of the page, from 0; None: the cover.
            most_px: Width and height that it fits into; it is not enlarged beyond what the file holds as pixels.

        Raises:
            UntoldError: As `facts`; there is no such page.
        """
