"""Rules for lettering: its room, its size, how much of it there is, and whether it says what the film says."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from layouts.balloons.balloons import LEAST_PT
from layouts.balloons.grammar import text_on_page
from layouts.book.copyfitting import word_count
from layouts.book.page import FontFace, Shape
from layouts.book.storyboard import sounds
from layouts.lettering.font_files import Style
from layouts.lettering.fonts import Lettering
from layouts.proof.proof import Place, Proof, ReadPanel, box_of
from layouts.proof.wording import compare, describe_change, tokens

_PADDING = 0.12
"""Between letters and outline, in sizes of the type: less looks as if they touched."""
_HAIR_PT = 0.3
_OTHER_SIZES = frozenset({Shape.SOUND, Shape.NOTE, Shape.SHOUT})
_BALLOON_WORDS, _PANEL_WORDS, _PAGE_WORDS = 25, 35, 210

Found = Iterator[tuple[Place, str]]


def has_room_in_its_balloon(proof: Proof) -> Found:
    """Letters stand inside their balloon's outline, and keep away from it."""
    for balloon in proof.balloons:
        if balloon.sound or not balloon.placed.lines:
            continue
        least = _PADDING * balloon.placed.lines[0].size_pt
        inside = balloon.outline.buffer(-least)
        out = [line for line, ground in zip(balloon.placed.lines, balloon.line_boxes, strict=True)
               if not inside.contains(ground)]  # fmt: skip
        if out:
            yield balloon.place, f'"{out[0].text.strip()}" touches the outline'


def stays_in_the_live_area(proof: Proof) -> Found:
    """All text stands in the live area, whatever its balloon or panel does."""
    live = box_of(proof.live).buffer(_HAIR_PT)
    for balloon in proof.balloons:
        if not all(live.contains(ground) for ground in balloon.line_boxes):
            yield balloon.place, "its text leaves the live area"


def has_one_size(proof: Proof) -> Found:
    """One size of type through the book, but for sounds, notes and shouts; nothing too small to be read in print."""
    plain = [each for each in proof.balloons if each.placed.shape not in _OTHER_SIZES]
    sizes = Counter(line.size_pt for each in plain for line in each.placed.lines)
    usual = max(sizes, key=lambda size: sizes[size], default=0.0)
    for balloon in proof.balloons:
        own = {line.size_pt for line in balloon.placed.lines}
        if min(own, default=LEAST_PT) < LEAST_PT:
            yield balloon.place, f"is set in {min(own):g} pt, which is too small to read"
        elif balloon.placed.shape not in _OTHER_SIZES and own - {usual}:
            yield balloon.place, f"is set in {min(own - {usual}):g} pt, the rest of the book in {usual:g}"


def is_brief(proof: Proof) -> Found:
    """At most 25 words in a balloon, 35 in a panel, 210 on a page."""
    for page in proof.pages:
        on_page = 0
        for panel in page.panels:
            in_panel = 0
            for balloon in panel.balloons:
                count = word_count(balloon.text)
                in_panel += count
                if count > _BALLOON_WORDS:
                    yield balloon.place, f"holds {count} words; more than {_BALLOON_WORDS} are a speech"
            on_page += in_panel
            if in_panel > _PANEL_WORDS:
                yield panel.place, f"holds {in_panel} words; the most is {_PANEL_WORDS}"
        if on_page > _PAGE_WORDS:
            yield page.place, f"holds {on_page} words; the most is {_PAGE_WORDS}"


def captions_come_first(proof: Proof) -> Found:
    """A caption comes before the balloons of its panel, unless it is told to be later in time."""
    for panel in proof.panels:
        spoken = False
        for balloon in panel.balloons:
            if balloon.placed.shape is not Shape.CAPTION:
                spoken = spoken or balloon.placed.shape not in (Shape.SOUND, Shape.NOTE)
            elif spoken and not _later(panel, balloon.placed.words_index):
                yield balloon.place, "is a caption and stands after a balloon"


def _later(panel: ReadPanel, number: int) -> bool:
    starts = [each.start_s for each in panel.words[: number + 1]]
    known = [start_s for start_s in starts if start_s is not None]
    return len(known) > 1 and starts[-1] == known[-1] > max(known[:-1])


def has_letters_for_all(proof: Proof) -> Found:
    """Each letter is in the font that it is set in: others would be dropped without a word."""
    faces = {face.name: face for face in proof.book.fonts}
    for balloon in proof.balloons:
        for run in (run for line in balloon.placed.lines for run in line.runs):
            face = faces.get(run.font)
            lost = run.text.strip() if face is None else _lacking(face, run.text)
            if lost:
                yield balloon.place, f'"{lost}" is not in the font {run.font}'


@lru_cache(maxsize=4096)
def _lacking(face: FontFace, text: str) -> str:
    lettering = Lettering(chains=((Style.REGULAR, (face,)),))
    return "" if lettering.covers(text) else "".join(char for char in text if not lettering.covers(char))


def says_what_is_told(proof: Proof) -> Found:
    """Each page's balloons say the storyboard's words, all of them and in their order."""
    for page in proof.pages:
        if page.board is None:
            continue
        told = [text_on_page(words) for panel in page.board.panels for words in panel.words]
        drawn = [(balloon.text, balloon.place) for balloon in page.balloons]
        yield from _changes(told, drawn, page.place)


def says_what_is_heard(proof: Proof) -> Found:
    """The storyboard has every word of the subtitles once and in order; noises are told by words of their own."""
    if proof.heard is None:
        return
    told = [(words.text, panel.place) for panel in proof.panels for words in panel.words if not sounds(words)]
    yield from _changes(proof.heard, told, Place())


def _changes(wanted: Sequence[str], said: Sequence[tuple[str, Place]], where: Place) -> Found:
    """Tell what is lost, doubled or added, at the place where the reader is then."""
    places = [place for text, place in said for _ in tokens(text)]
    for change in compare(wanted, [text for text, _ in said]):
        at = change.at if change.said else change.at - 1
        yield (places[min(max(at, 0), len(places) - 1)] if places else where), describe_change(change)
