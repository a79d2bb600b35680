"""One page: panels are placed and filled; what does not fit grows, is cropped anew, or moves on.

In this order, each only where the one before does not help: panels whose words find no room, or would cover a face,
are cropped anew and ask for more; slanted gutters are straightened; insets and splashes become ordinary panels; words
pass to the next panel.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

from configs.errors import StoryboardError
from configs.recipes.balloon_settings import USUAL, Costs
from configs.recipes.page_settings import PageFormat
from layouts.balloons.balloons import LARGEST_SHARE, USUAL_SHARE
from layouts.balloons.grammar import papers
from layouts.book.page import PlacedPanel
from layouts.book.storyboard import Framing, PageBoard, Storyboard
from layouts.lettering.fonts import Lettering
from layouts.pages.filling import Filled, Filler
from layouts.pages.panels.insets import inset_place
from layouts.pages.panels.slants import outlines
from layouts.pages.panels.tiers import Arrangement, Grid, PanelNeed, arrange

_TRIES = 7
_GROWTH = 1.3
_CURE = "move panels or words to another page, or shorten them"
_PASSED_ON = 6
"""So many times words may move on to the next panel."""
_TASTE = 0.5
"""By how much pages of like panels differ in what they think of a band."""


@dataclass(frozen=True)
class FittedPage:
    """A page's panels in reading order, and how it is divided."""

    panels: tuple[PlacedPanel, ...]
    grid: Grid


@dataclass(frozen=True)
class _Attempt:
    """A try at the page: its panels, apart from insets at first."""

    filled: dict[int, Filled]
    grid: Grid

    @property
    def merit(self) -> tuple[int, float, float]:
        """The lower the better: panels without their words, faces covered, the cost of the balloons."""
        each = self.filled.values()
        faults = round(sum(one.fault for one in each), 3)
        return sum(one.panel is None for one in each), faults, sum(one.cost for one in each)

    @property
    def clean(self) -> bool:
        return self.merit[:2] == (0, 0.0)


@dataclass
class PageFitter:
    """Composes one page."""

    storyboard: Storyboard
    page: PageFormat
    lettering: Lettering
    number: int
    board: PageBoard
    seen: Sequence[Grid] = ()
    """Grids of the pages before, the nearest first."""
    costs: Costs = USUAL
    """Of the balloons' places."""
    _filler: Filler = field(init=False)
    _frames: list[Framing] = field(init=False)

    def __post_init__(self) -> None:
        """An inset needs a panel of the page before it to lie in."""
        film, own = self.storyboard.film, papers(self.storyboard.cast)
        self._filler = Filler(film.size_px, self.page, self.lettering, self.board.panels, own, self.costs)
        self._frames = [panel.frame for panel in self.board.panels]
        for at, frame in enumerate(self._frames):
            if frame is Framing.INSET and (at == 0 or self._frames[at - 1] is Framing.INSET):
                self._frames[at] = Framing.BOX

    def fitted(self) -> FittedPage:
        """Return the page.

        Raises:
            StoryboardError: It has too many panels, or a panel too many words; the message says which.
        """
        self._refuse_crowds()
        laid = self._laid()
        for _ in range(_PASSED_ON):
            if laid is None or laid.merit[0] == 0 or not self._passed_on(laid):
                break
            laid = self._laid()
        if laid is None or laid.merit[0]:
            raise self._too_full(laid)
        return FittedPage(tuple(one.panel for _, one in sorted(laid.filled.items()) if one.panel), laid.grid)

    def _refuse_crowds(self) -> None:
        """Refuse a page that could not hold its panels even at their smallest, before any is tried."""
        page, count = self.page, sum(frame is not Framing.INSET for frame in self._frames)
        least = page.panel_least_width_pt * page.panel_least_height_pt
        if count * least > page.live_width_pt * page.live_height_pt:
            raise StoryboardError(f"page {self.number}: {count} panels do not fit on a page", cure=_CURE)

    def _laid(self) -> _Attempt | None:
        """Lay out the page; what keeps its frame from standing becomes an ordinary panel, one by one."""
        while True:
            laid = self._grown()
            plain = self._unfit(laid)
            if plain is None:
                return laid
            self._frames[plain] = Framing.BOX

    def _unfit(self, laid: _Attempt | None) -> int | None:
        """Return a panel whose frame cannot be: an inset that finds no place, a splash that takes others' room."""
        if laid is not None and laid.merit[0] == 0:
            return self._set_in(laid)
        locked = [panel.lock for panel in self.board.panels]
        return next((at for at, frame in enumerate(self._frames) if frame is Framing.BLEED and not locked[at]), None)

    def _grown(self) -> _Attempt | None:
        """Let panels grow until all words fit; a larger share of the panel for words comes second."""
        best: _Attempt | None = None
        own = [at for at, frame in enumerate(self._frames) if frame is not Framing.INSET]
        for most_share in (USUAL_SHARE, LARGEST_SHARE):
            needs = [self._filler.need(at, most_share, self._frames[at]) for at in own]
            for _ in range(_TRIES):
                found = arrange(needs, self.page, seen=self.seen, last=self._is_last, taste=self._taste)
                if found is None:
                    break
                laid = self._best_slant(found, own, most_share)
                if best is None or laid.merit < best.merit:
                    best = laid
                if laid.clean:
                    return best
                needs = [
                    need.grown(_GROWTH) if laid.filled[at].wanting else need
                    for at, need in zip(own, needs, strict=True)
                ]
            if best is not None and best.merit[0] == 0:
                break
        return best

    @property
    def _is_last(self) -> bool:
        return self.number == len(self.storyboard.pages)

    def _taste(self, band: str) -> float:
        """Return what a band costs on this page for no other reason than that pages should differ."""
        return _TASTE * (crc32(f"{self.board.panels[0].at_s} {band}".encode()) % 1000) / 1000

    def _best_slant(self, found: Arrangement, own: Sequence[int], most_share: float) -> _Attempt:
        laid = self._filled(found, own, most_share, self.board.slant)
        if not self.board.slant or laid.clean:
            return laid
        return min(laid, self._filled(found, own, most_share, 0.0), key=lambda one: one.merit[:2])

    def _filled(self, found: Arrangement, own: Sequence[int], most_share: float, slant: float) -> _Attempt:
        bleeds = {place for place, at in enumerate(own) if self._frames[at] is Framing.BLEED}
        shapes = outlines(found.tree, found.rects, self.page, slant=slant, bleeds=bleeds)
        filled: dict[int, Filled] = {}
        before: tuple[int, Filled] | None = None
        for at, corners in zip(own, shapes, strict=True):
            filled[at] = self._filler.fill(at, corners, most_share, self._frames[at], before)
            before = at, filled[at]
        return _Attempt(filled, found.grid)

    def _set_in(self, laid: _Attempt) -> int | None:
        """Place the insets; return one that finds no place, or None when all have theirs."""
        for at, frame in enumerate(self._frames):
            if frame is Framing.INSET:
                host, forced = laid.filled[at - 1], self.board.panels[at].lock
                place = inset_place(host.panel, host.scene, self.page, forced=forced) if host.panel else None
                filled = self._filler.fill_inset(at, place) if place is not None else None
                if filled is None or filled.panel is None or (filled.wanting and not forced):
                    return at
                laid.filled[at] = filled
        return None

    def _passed_on(self, laid: _Attempt) -> bool:
        """Let words move on from a panel that is too full; tell whether any could."""
        panels = self.board.panels
        full = [at for at, one in sorted(laid.filled.items()) if one.panel is None and at + 1 < len(panels)]
        return any(self._filler.pass_on(at) for at in full if not (panels[at].lock or panels[at + 1].lock))

    def _too_full(self, laid: _Attempt | None) -> StoryboardError:
        if laid is None:
            bare = [PanelNeed() for frame in self._frames if frame is not Framing.INSET]
            if arrange(bare, self.page) is None:
                return StoryboardError(f"page {self.number}: {len(bare)} panels do not fit on a page", cure=_CURE)
            words = [sum(len(one.text) for one in panel.words) for panel in self.board.panels]
            number = words.index(max(words)) + 1
        else:
            number = next(at for at, one in sorted(laid.filled.items()) if one.panel is None) + 1
        if sum(words.spot is not None for words in self.board.panels[number - 1].words) > 1:
            problem = f"page {self.number}, panel {number}: its locked balloons lie on each other"
            return StoryboardError(problem, cure="move their spots apart, or take one away")
        return StoryboardError(f"page {self.number}, panel {number}: the words do not fit", cure=_CURE)
