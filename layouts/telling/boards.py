"""Beats with their page breaks, written down as the pages of a storyboard, and who speaks in it.

Balloons are white, as letterers have them; machines and voices of another world alone have a pale colour of their own,
which differs from the captions' cream and stays with them through the book.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from configs.units import WHOLE, Box, Face
from layouts.book.storyboard import SAID, CastMember, FilmRef, Framing, PageBoard, Panel, Words, WordsKind
from layouts.telling.beats import Beat, Part, Still, TimedWords
from layouts.telling.staging import Staged, slant_of, wild_from

_WHITE = "#ffffff"
_MACHINES = ("#d8ecff", "#d4f3ef", "#e0f4da")
_OTHER_WORLDS = ("#e9e0ff", "#f6ddf3", "#ffe0e3")
"""The colours of their kind; the last one is for all that are left."""
_LEAST_LINES = 2
"""Who says less than this is a passer-by, and has white."""
_MACHINE = re.compile(
    r"robot|roboter|android|cyborg|computer|ordenador|ordinateur|komputer|компьютер|робот|rô-bốt|máy tính|terminal"
    r"|mainframe|operating system|a\.?i\.?|droid|hologram|ロボット|コンピュータ|机器人|機器人|로봇|컴퓨터|روبوت",
    re.IGNORECASE,
)
_OTHER_WORLD = re.compile(
    r"ghost|geist|fantôme|fantasma|fantasme|duch|призрак|дух|hồn ma|spöke|spøgelse|spirit|demon|dämon|démon|demonio"
    r"|devil|teufel|diable|diablo|diavolo|satan|god|gott|dieu|dios|dio|deus|bóg|бог"
    r"|death|oracle|orakel|alien|phantom|spectre|specter|幽霊|悪魔|神|鬼|유령|악마|شبح",
    re.IGNORECASE,
)
"""Whole names, or one word of them."""


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


class SpokenLines(NamedTuple):
    """How often somebody is heard."""

    said: int = 0
    wired: int = 0
    """Of that, out of a machine."""


def voices_of(heard: Iterable[tuple[str, WordsKind]]) -> dict[str, SpokenLines]:
    """Count who says how much, those who say most first; each of the words comes with its speaker and kind."""
    found: dict[str, SpokenLines] = {}
    for name, kind in heard:
        if name and (kind in SAID or kind is WordsKind.NARRATION):
            before = found.get(name, SpokenLines())
            found[name] = SpokenLines(before.said + 1, before.wired + (kind is WordsKind.RADIO))
    return {name: found[name] for name in sorted(found, key=lambda name: (-found[name].said, name))}


def cast_of(cues: Iterable[TimedWords], asked: Mapping[str, str] | None = None) -> tuple[CastMember, ...]:
    """Return the named speakers, those who say most first; machines and voices of another world have a colour.

    Args:
        cues: All words.
        asked: Colours that somebody asks for, by name; its case does not matter.
    """
    voices = voices_of((cue.speaker, cue.kind) for cue in cues)
    machines, others = _kinds(voices)
    own = _coloured(machines, _MACHINES) | _coloured(others, _OTHER_WORLDS)
    told = {name.casefold(): colour for name, colour in (asked or {}).items()}
    return tuple(CastMember(name=name, colour=told.get(name.casefold(), own.get(name, _WHITE))) for name in voices)


def shared_colours(episodes: Sequence[Mapping[str, SpokenLines]]) -> dict[str, str]:
    """Return the colour that each speaker of a season has in all its episodes.

    What somebody is, is told by all that they say; who comes first has the first choice, and two of one kind have
    different colours in every episode as long as there are enough.

    Args:
        episodes: The voices of each, in their order.
    """
    whole: dict[str, SpokenLines] = {}
    for name, voice in ((name, voice) for voices in episodes for name, voice in voices.items()):
        before = whole.get(name, SpokenLines())
        whole[name] = SpokenLines(before.said + voice.said, before.wired + voice.wired)
    machines, others = _kinds(whole)
    found = dict.fromkeys(whole, _WHITE)
    for kind, colours in ((machines, _MACHINES), (others, _OTHER_WORLDS)):
        mine: dict[str, str] = {}
        for name in (name for name in whole if name in kind):
            company = {each for voices in episodes if name in voices for each in voices}
            taken = [colour for each, colour in mine.items() if each in company]
            mine[name] = min(colours, key=lambda one: (taken.count(one), [*mine.values()].count(one)))
        found |= mine
    return found


def _kinds(voices: Mapping[str, SpokenLines]) -> tuple[list[str], list[str]]:
    """Return which speakers are machines, and which are of another world."""
    heard = [name for name, voice in voices.items() if voice.said >= _LEAST_LINES]
    machines = [name for name in heard if 2 * voices[name].wired > voices[name].said or _is_called(name, _MACHINE)]
    return machines, [name for name in heard if name not in machines and _is_called(name, _OTHER_WORLD)]


def _coloured(names: Sequence[str], colours: Sequence[str]) -> dict[str, str]:
    return {name: colours[min(at, len(colours) - 1)] for at, name in enumerate(names)}


def _is_called(name: str, kind: re.Pattern[str]) -> bool:
    """Tell whether a name, or a word of it, is one of a kind: `The Ghost`, `ROBOT #2`."""
    return any(kind.fullmatch(word) for word in (name, *re.split(r"[\s#'’-]+", name)))


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
        crop=None if beat.crop is None else _short_box(beat.crop),
        frame=Framing.BOX if boxed else staged.frame,
        words=tuple(_words(part, still, film) for part in beat.parts),
        faces=tuple(_short_face(face) for face in still.faces),
        focus=None if still.focus == WHOLE else _short_box(still.focus),
        busy=still.busy,
        odd="card" if still.card else "" if still.readable else "unreadable",
        lit=still.lit,
        sharp=still.sharp,
        salience=still.salience,
        seen=still.seen,
        size_px=_own_size(still.size_px, film),
    )


def _own_size(size_px: tuple[int, int], film: FilmRef) -> tuple[int, int] | None:
    return None if size_px == film.size_px else size_px


def see_anew(
    panel: Panel,
    film: FilmRef,
    size_px: tuple[int, int],
    faces: Sequence[Face],
    focus: Box,
    busy: str,
    seen: str,
    *,
    shown: tuple[float, float, float] = (1.0, 1.0, 1.0),
    readable: bool = True,
) -> Panel:
    """Return a panel with what is to be seen in another frame; words that named a face of the old one lose it.

    Its `lit`, `sharp` and `salience` come together as `shown`.
    """
    lit, sharp, salience = shown
    return panel.model_copy(
        update={
            "size_px": _own_size(size_px, film),
            "faces": tuple(_short_face(face) for face in faces),
            "focus": None if focus == WHOLE else _short_box(focus),
            "busy": busy,
            "odd": "" if readable else "unreadable",
            "lit": lit,
            "sharp": sharp,
            "salience": salience,
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
        off_screen=cue.off_screen or still.at_s in cue.unseen,
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
