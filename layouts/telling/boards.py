"""Beats with their page breaks, written down as the pages of a storyboard, and who speaks in it.

Of the named speakers whoever says most keeps the usual white, so that most of a page stays calm; the others have pale
colours that differ from each other and from the captions' cream. A colour stays with somebody through the book.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from configs.units import WHOLE, Box, Face
from layouts.book.storyboard import SAID, CastMember, FilmRef, Framing, PageBoard, Panel, Words, WordsKind
from layouts.telling.beats import Beat, Part, Still, TimedWords
from layouts.telling.staging import Staged, slant_of, wild_from

_PALE = ("#ffffff", "#d8ecff", "#e0f4da", "#ffe0e3", "#e9e0ff", "#ffe6cb", "#d4f3ef", "#f6ddf3")
_LEAST_LINES = 2
"""Who says less than this is a passer-by, and has white."""


@dataclass(frozen=True)
class StagedStory:
    """Beats, how they are staged, where the pages break and the chapters begin."""

    beats: Sequence[Beat]
    staged: Sequence[Staged]
    marks: dict[int, list[str]]
    """Titles of chapters, by the number of the beat that opens them."""
    pages: Sequence[range]


def write_boards(book: StagedStory, film: FilmRef) -> tuple[PageBoard, ...]:
    """Return the pages of a storyboard."""
    wild = wild_from(book.beats)
    slants = [slant_of([book.beats[at] for at in page], number, wild) for number, page in enumerate(book.pages, 1)]
    return tuple(_board(book, page, slant, film) for page, slant in zip(book.pages, slants, strict=True))


def mark_scenes(boards: Sequence[PageBoard], opens: Sequence[bool]) -> tuple[PageBoard, ...]:
    """Mark the panels that open a scene, all but the first of the book; one entry for each panel."""
    told = iter([False, *opens[1:]])
    return tuple(
        board.model_copy(
            update={"panels": tuple(panel.model_copy(update={"opens_scene": next(told)}) for panel in board.panels)}
        )
        for board in boards
    )


def cast_of(cues: Iterable[TimedWords]) -> tuple[CastMember, ...]:
    """Return the named speakers, those who say most first."""
    said = Counter(cue.speaker for cue in cues if cue.speaker and (cue.kind in SAID or cue.kind is WordsKind.NARRATION))
    ranked = sorted(said, key=lambda name: (-said[name], name))
    coloured = [name for name in ranked if said[name] >= _LEAST_LINES]
    own = dict(zip(coloured, _PALE, strict=False))
    return tuple(CastMember(name=name, colour=own.get(name, _PALE[0])) for name in ranked)


def _board(book: StagedStory, page: range, slant: float, film: FilmRef) -> PageBoard:
    titles = [title for at in page for title in book.marks.get(at, ()) if title]
    panels = tuple(_panel(book.beats[at], book.staged[at], film, opens=at == page.start) for at in page)
    return PageBoard(panels=panels, chapter=_chapter(titles), slant=slant)


def _chapter(titles: Sequence[str]) -> str:
    """One title for all the chapters that begin on a page."""
    return titles[0] if len(titles) == 1 else f"{titles[0]} – {titles[-1]}" if titles else ""


def _panel(beat: Beat, staged: Staged, film: FilmRef, *, opens: bool) -> Panel:
    still = beat.still
    boxed = staged.frame is Framing.INSET and opens  # there is nothing on the page that it could lie in
    return Panel(
        at_s=still.at_s,
        shot=still.shot,
        weight=staged.weight,
        frame=Framing.BOX if boxed else staged.frame,
        words=tuple(_words(part, still, film) for part in beat.parts),
        faces=tuple(_short_face(face) for face in still.faces),
        focus=None if still.focus == WHOLE else _short_box(still.focus),
        busy=still.busy,
        seen=still.seen,
        size_px=_own_size(still.size_px, film),
    )


def _own_size(size_px: tuple[int, int], film: FilmRef) -> tuple[int, int] | None:
    return None if size_px == film.size_px else size_px


def see_anew(
    panel: Panel, film: FilmRef, size_px: tuple[int, int], faces: Sequence[Face], focus: Box, busy: str, seen: str
) -> Panel:
    """Return a panel with what is to be seen in another frame; words that named a face of the old one lose it."""
    return panel.model_copy(
        update={
            "size_px": _own_size(size_px, film),
            "faces": tuple(_short_face(face) for face in faces),
            "focus": None if focus == WHOLE else _short_box(focus),
            "busy": busy,
            "seen": seen,
            "words": tuple(words.model_copy(update={"face": None}) for words in panel.words),
        }
    )


def _words(part: Part, still: Still, film: FilmRef) -> Words:
    start_s = part.start_s if 0 <= part.start_s <= film.duration_s else None
    cue, face = part.cue, dict(part.cue.faces).get(still.at_s)
    return Words(
        text=part.text,
        kind=cue.kind,
        speaker=cue.speaker,
        start_s=start_s,
        line=cue.index,
        face=None if face is None or face >= len(still.faces) else face + 1,
        off_screen=cue.off_screen,
        foreign=cue.foreign,
        loud=cue.loud,
    )


def _short_face(face: Face) -> Face:
    x, y = face.mouth
    return Face(box=_short_box(face.box), mouth=(round(x, 4), round(y, 4)), score=round(face.score, 3))


def _short_box(box: Box) -> Box:
    """Round to what a person can read and a page can show; a box too thin for that stays."""
    corners = [round(corner, 4) for corner in (box.x0, box.y0, box.x1, box.y1)]
    x0, y0, x1, y1 = corners
    return Box(x0=x0, y0=y0, x1=x1, y1=y1) if x0 < x1 and y0 < y1 else box
