"""Telling the story: frames and words become the panels and pages of a storyboard.

    stills + cues -> beats (gathering.py) -> fewer beats (thinning.py) -> pages (paging.py) -> storyboard

Without a budget the book gets the length that a reader would choose: about a page for 20 seconds of a short film and
for 35 of a long one, less where little is said. With one, silent panels go first, then pages are packed.
"""

from bisect import bisect_left
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from math import pow
from statistics import median

from configs.errors import InputError
from layouts.book.storyboard import FilmRef, Framing, Storyboard
from layouts.telling.beats import Beat, Limits, Still, TimedWords
from layouts.telling.boards import StagedStory, cast_of, mark_scenes, write_boards
from layouts.telling.chapters import scene_chapters
from layouts.telling.gathering import gather_beats
from layouts.telling.importance import is_action, shot_seconds
from layouts.telling.paging import Density, PagedPanel, break_pages, fewest_pages
from layouts.telling.staging import Staged, lead_pages, stage
from layouts.telling.thinning import drop_beats, merge_beats, opens_scene, silent_order, tell_apart, tightest

__all__ = ["Limits", "Still", "TimedWords", "tell"]

Chapters = Sequence[tuple[Fraction, str]]

_EASE = Density()
_EASY_MERGE_WORDS = 28
_EASY_MERGE_BALLOONS = 3
_KEPT_SILENT = 0.18
"""The share of a long film's panels that stays silent at the least, where it has so many."""

_FULL_PAGE = 4.5
"""With no more panels a page than this, none is left out for want of room: small ones will do."""

_ACTION_PLACES = 1.3
"""A panel of action takes the place of so many."""

_TALKATIVE_WPM = 70
"""From this many words a minute on a film counts as all dialogue."""

_CHAPTER_SLACK_S = Fraction(1, 4)
"""Chapter marks often stand a few frames beside the cut."""

_CHAPTER_PANELS = 4
"""With fewer panels a chapter than this, chapters do not open pages by force."""

_SPLIT_SENTENCE, _SPLIT_LINE, _SPLIT_SHOT, _SPLIT_FRAME, _SPLIT_INSET = 1.5, 2.0, 0.5, 1.0, 4.0


def tell(
    stills: Sequence[Still],
    cues: Sequence[TimedWords],
    *,
    film: FilmRef,
    language: str,
    style: str,
    format: str,
    pages: int | None = None,
    chapters: Chapters = (),
    colours: Mapping[str, str] | None = None,
) -> Storyboard:
    """Make the storyboard of a film.

    Every word of every cue is told once, in order of time; panels with words are never dropped, silent ones are when
    the book would become too long. The same input gives the same storyboard.

    Args:
        stills: Frames that may become panels; at least one.
        cues: Words of the chosen range.
        film: The film that they are from.
        language: Of the words.
        style: Name of the style that the storyboard asks for.
        format: Name of the page format.
        pages: The most story pages; None for the length that suits the film.
        chapters: Where chapters begin, and their titles; each opens a page where the budget lets it. A long film
            without any gets some from its scenes.
        colours: Those of speakers' balloons that somebody asks for, by name.

    Raises:
        InputError: There is no still, or the words need more pages than allowed; the least is named.
    """
    if not stills:
        raise InputError("no picture of the film can be shown", cure="choose a longer range", path=film.path)
    if pages is not None and pages < 1:
        raise InputError(f"a comic has at least 1 page, not {pages}", cure="give --pages 1 or more")
    limits = Limits()
    if not chapters:
        told = sorted(cues, key=lambda cue: (cue.start_s, cue.index))
        chapters = scene_chapters(sorted(stills, key=lambda still: still.at_s), told)
    teller = _Teller(limits, sorted(chapters, key=lambda mark: mark[0]), median(map(shot_seconds, stills)))
    book = teller.book(tell_apart(gather_beats(stills, cues, limits), limits), pages)
    film = film.model_copy(update={"duration_s": max(film.duration_s, *(still.at_s for still in stills))})
    boards = mark_scenes(write_boards(book, film), opens_scene(book.beats))
    cast = cast_of(cues, colours)
    return Storyboard(film=film, language=language, style=style, format=format, cast=cast, pages=boards)


@dataclass(frozen=True)
class _Teller:
    """Finds the pages for the beats; what stays the same between its tries."""

    limits: Limits
    chapters: Chapters
    usual_s: float

    def book(self, beats: Sequence[Beat], most: int | None) -> StagedStory:
        """Return the book at ease where the budget allows it, else the least crowded one within it."""
        order = silent_order(beats)
        suitable = suitable_pages(beats)
        book = self._break(self._at_ease(beats, order, suitable), _EASE, None)
        if most is None or len(book.pages) <= most:
            return book
        eased = self._at_ease(beats, order, min(suitable, most))
        if self._fewest(eased, _EASE) <= most:
            return self._break(eased, _EASE, most)
        for density in _crowdings(self.limits.page_panels):
            crowded = self._shorten(beats, order, round(density.capacity) * most, density)
            if self._fewest(crowded, density) <= most:
                return self._break(crowded, density, most)
        return self._tightest(beats, most)

    def _at_ease(self, beats: Sequence[Beat], order: Sequence[int], pages: float) -> Sequence[Beat]:
        """Thin a long film to about so many pages: silent beats first, though not all of them, then by merging."""
        room = pages * _EASE.capacity
        loads = [each.load for each in stage(beats, self.usual_s, capacity=_EASE.capacity, showy=False)]
        spoken = sum(asked for beat, asked in zip(beats, loads, strict=True) if beat.parts)
        silent = sum(asked for beat, asked in zip(beats, loads, strict=True) if not beat.parts)
        kept = max(room - spoken, _KEPT_SILENT * room)
        dropped, left = 0, sum(map(_places, beats))
        while silent > kept and dropped < len(order) and left > _FULL_PAGE * pages:
            silent -= loads[order[dropped]]
            left -= _places(beats[order[dropped]])
            dropped += 1
        thinned = drop_beats(beats, order[:dropped])
        if spoken + silent <= room:
            return thinned
        target = round(len(thinned) * room / (spoken + silent))
        return merge_beats(thinned, target, words=_EASY_MERGE_WORDS, balloons=_EASY_MERGE_BALLOONS)

    def _shorten(self, beats: Sequence[Beat], order: Sequence[int], target: int, density: Density) -> Sequence[Beat]:
        """Leave out silent beats, then merge, until `target` are left or nothing more can go."""
        thinned = drop_beats(beats, order[: max(0, len(beats) - target)])
        if len(thinned) <= target:
            return thinned
        words = self.limits.panel_cap(density.most_panels)
        return merge_beats(thinned, target, words=words, balloons=self.limits.panel_balloons)

    def _tightest(self, beats: Sequence[Beat], most: int) -> StagedStory:
        packed = tightest(beats, self.limits)
        density = Density(most_panels=self.limits.page_panels, chapters_break=False)
        least = self._fewest(packed, density)
        if least > most:
            raise InputError(f"the words need at least {least} pages", cure=f"give --pages {least} or more")
        return self._break(packed, density, most)

    def _fewest(self, beats: Sequence[Beat], density: Density) -> int:
        marks = self._marks(beats)
        rows = self._rows(beats, self._staged(beats, density, None), marks)
        return fewest_pages(rows, self.limits, _spare(density, len(marks), len(beats)))

    def _break(self, beats: Sequence[Beat], density: Density, most: int | None) -> StagedStory:
        staged, marks = self._staged(beats, density, most), self._marks(beats)
        rows = self._rows(beats, staged, marks)
        density = _spare(density, len(marks), len(beats))
        if most is not None:  # as full as it takes to use the pages there are
            density = replace(density, capacity=max(1.0, sum(row.load for row in rows) / most))
        pages = break_pages(rows, self.limits, density, most)
        return StagedStory(beats, lead_pages(beats, staged, pages, self.usual_s), marks, pages)

    def _staged(self, beats: Sequence[Beat], density: Density, most: int | None) -> list[Staged]:
        showy = density.most_panels <= _EASE.most_panels
        return stage(beats, self.usual_s, capacity=density.capacity, most=most, showy=showy)

    def _marks(self, beats: Sequence[Beat]) -> dict[int, list[str]]:
        """Return the beats that open a chapter; chapters without a beat of their own share the next one's."""
        # a scene's long shot may stand before earlier pictures of it
        times = list(accumulate((beat.still.at_s for beat in reversed(beats)), min))[::-1]
        marks: dict[int, list[str]] = {}
        for at_s, title in self.chapters:
            if (at := bisect_left(times, at_s - _CHAPTER_SLACK_S)) < len(beats):
                marks.setdefault(at, []).append(title.strip())
        return marks

    def _rows(self, beats: Sequence[Beat], staged: Sequence[Staged], marks: Container[int]) -> list[PagedPanel]:
        opens = opens_scene(beats)
        return [
            PagedPanel(
                words=beat.words,
                load=staged[at].load,
                opens_scene=opens[at],
                opens_chapter=at in marks,
                broken=_parting(beats[at - 1], beat) + (_SPLIT_INSET if inset else 0.0) if at else 0.0,
                reveal=staged[at].reveal,
                splash=staged[at].frame is Framing.BLEED,
                alone=staged[at].alone,
                action=is_action(beat),
            )
            for at, beat in enumerate(beats)
            for inset in [staged[at].frame is Framing.INSET]
        ]


def suitable_pages(beats: Sequence[Beat]) -> float:
    """Return the pages that a reader would choose: some 5 for a minute, 25 for ten, 210 for two hours of dialogue.

    A film in which nothing is said gets six tenths of that. What is told of a picture asks for no picture more.
    """
    lasts_s = float(max(beat.still.end_s for beat in beats) - min(beat.still.start_s for beat in beats))
    words = sum(part.words for beat in beats for part in beat.parts if not part.cue.described)
    talk = min(1.0, words * 60 / max(lasts_s, 1.0) / _TALKATIVE_WPM)
    return 2 + 0.09 * pow(max(0.0, lasts_s), 0.873) * (0.6 + 0.4 * talk)


def _places(beat: Beat) -> float:
    """Return how many ordinary panels could stand in a beat's place."""
    return _ACTION_PLACES if is_action(beat) else 1.0


def _crowdings(panels: int) -> Iterable[Density]:
    """Yield how full pages may be, from the loosest on; at each step chapters give up their page of their own last."""
    for capacity, most in ((5, 6), (6, 6), (7, 7), (8, 8), (9, 9)):
        if most > panels:
            return
        yield Density(capacity, most)
        yield Density(capacity, most, chapters_break=False)


def _spare(density: Density, chapters: int, panels: int) -> Density:
    """Let chapters of hardly any panels share pages: some films have a mark every few seconds."""
    if chapters * _CHAPTER_PANELS <= panels:
        return density
    return replace(density, chapters_break=False)


def _parting(before: Beat, after: Beat) -> float:
    """Return what it costs to turn the page between two beats."""
    cost = 0.0
    if before.parts and after.parts:
        last, first = before.parts[-1], after.parts[0]
        cost += _SPLIT_LINE if last.cue.index == first.cue.index else _SPLIT_SENTENCE if last.goes_on else 0.0
    if before.still.shot == after.still.shot:
        cost += _SPLIT_FRAME if before.still == after.still else _SPLIT_SHOT
    return cost
