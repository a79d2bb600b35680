"""Storyboards for tests, made by hand."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from configs.units import Box, Face
from layouts.book.storyboard import FilmRef, PageBoard, Panel, Storyboard, Words, WordsKind


def face(x0: float, y0: float, x1: float, y1: float) -> Face:
    return Face(box=Box(x0=x0, y0=y0, x1=x1, y1=y1), mouth=((x0 + x1) / 2, y0 + 0.78 * (y1 - y0)), score=0.9)


def words(text: str, kind: str = "speech", **more: object) -> Words:
    return Words(text=text, kind=WordsKind(kind), **more)  # type: ignore[arg-type]


def panel(
    at_s: float, *said: Words, faces: Sequence[Face] = (), weight: float = 1.0, crop: Box | None = None, **more: object
) -> Panel:
    return Panel(at_s=Fraction(str(at_s)), words=said, faces=tuple(faces), weight=weight, crop=crop, **more)  # type: ignore[arg-type]


def board(
    *pages: Sequence[Panel], size_px: tuple[int, int] = (1920, 1080), language: str = "en", chapters: Sequence[str] = ()
) -> Storyboard:
    film = FilmRef(sha256="0" * 64, path="film.mkv", title="The Film", duration_s=Fraction(600), size_px=size_px)
    titles = [*chapters, *[""] * (len(pages) - len(chapters))]
    boards = tuple(PageBoard(panels=tuple(page), chapter=title) for page, title in zip(pages, titles, strict=True))
    return Storyboard(film=film, language=language, style="ink-line", format="us", pages=boards)


def texts(storyboard: Storyboard) -> list[str]:
    return [one.text for page in storyboard.pages for each in page.panels for one in each.words]


class Spoken(NamedTuple):
    """One line of dialogue as the storyboard tells it."""

    line: int | None
    text: str


def spoken(storyboard: Storyboard) -> list[Spoken]:
    """Return what is said, in reading order, the parts of each line put together again."""
    told: list[Spoken] = []
    for words in (words for page in storyboard.pages for panel in page.panels for words in panel.words):
        if told and words.line is not None and told[-1].line == words.line:
            told[-1] = Spoken(words.line, f"{told[-1].text} {words.text}")
        else:
            told.append(Spoken(words.line, words.text))
    return told
