"""One panel in its place: its picture cropped, its words lettered. What it needs, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from configs.recipes.balloon_settings import USUAL, Costs
from configs.recipes.page_settings import PageFormat
from layouts.balloons.balloons import fill, forms, scene_of
from layouts.balloons.surroundings import Surroundings
from layouts.book.crops import Sight, aspect_least, aspect_most, crop, head, nearness, zoom_for
from layouts.book.page import TAILED, Colour, PlacedPanel, Rect
from layouts.book.storyboard import Framing, Panel, Words
from layouts.lettering.fonts import Lettering
from layouts.pages.panels.bands import PanelNeed
from layouts.pages.panels.slants import Corners, bounds, inner

_TOLERATED = 0.02
"""Share of a face that a balloon may graze before the panel asks for more room."""
_MUTE = 0.03
"""A balloon on the very mouth has no tail: as bad as so much of a face."""
_CLOSER = 0.62
"""Share of the page's resolution that a closer look must leave, insets too: less looks soft in print."""
_INSET_FACE = 0.5
"""Share of an inset's height that its face takes."""
_INSET_ZOOM = 2.2
_LEANS = ((0.0, 0.0), (0.0, 0.2), (-0.2, 0.1), (0.2, 0.1))
"""Where else the subject may stand in its panel, when words would cover it."""
_HEADING = 12.0
"""A subject that moves by a twelfth of the picture between two panels of a shot has a heading."""
_MOST_WORDS = 0.7
_BESIDE = 1.6
"""How much wider a face's panel is wanted when there are words in it."""


@dataclass(frozen=True)
class Filled:
    """A panel in its place, and how well its words stand in it; no panel where they find no room."""

    panel: PlacedPanel | None
    scene: Surroundings
    covered: float = 0.0
    cost: float = 0.0

    @property
    def fault(self) -> float:
        """The share of a face that words cover beyond what may be, and somewhat for balloons without a tail."""
        balloons = self.panel.balloons if self.panel is not None else ()
        mute = sum(one.shape in TAILED and one.tip is None and not one.joined for one in balloons)
        return max(0.0, self.covered - _TOLERATED) + _MUTE * mute

    @property
    def wanting(self) -> bool:
        """It needs more room, or another crop."""
        return self.panel is None or self.fault > 0


@dataclass
class Filler:
    """Fills the panels of one page."""

    size_px: tuple[int, int]
    """Of most pictures."""
    page: PageFormat
    lettering: Lettering
    panels: Sequence[Panel]
    papers: Mapping[str, Colour] = field(default_factory=dict)
    """The grounds of the speakers that have their own."""
    costs: Costs = USUAL
    """Of the balloons' places."""
    said: list[list[Words]] = field(init=False)
    """The words of each panel; they may pass on."""
    taken: list[int] = field(init=False)
    """How many each has from the panel before."""
    _known: dict[tuple[object, ...], Filled] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with the storyboard's own words."""
        self.said = [list(panel.words) for panel in self.panels]
        self.taken = [0] * len(self.panels)

    def need(self, at: int, most_share: float, frame: Framing) -> PanelNeed:
        """Return what a panel asks of its place, when words may take `most_share` of it."""
        sight = self._sight(at)
        need = PanelNeed(
            weight=self.panels[at].weight,
            aspect=sight.aspect,
            aspect_least=aspect_least(sight),
            aspect_most=aspect_most(sight),
            height_px=sight.size_px[1],
            bleed=frame is Framing.BLEED,
        )
        if not self.said[at]:
            return need
        margin = self.page.panel_border_pt + 0.9 * self.page.type_pt
        width = height = area = 0.0
        for words in self.said[at]:
            choice = forms(words, self.page.live_width_pt - margin, self.page, self.lettering)
            fine = [form for form in choice if form.badness < choice[0].badness + 0.5]
            slim = min(fine, key=lambda form: form.width_pt)
            width, height = max(width, slim.width_pt), max(height, min(form.height_pt for form in fine))
            area += min(form.area for form in fine)
        faces = self.panels[at].faces
        heads = sum(head(face).width * head(face).height for face in faces)
        share = min(most_share, max(0.25, 0.8 - heads)) * 0.92
        return replace(
            need,
            # words stand beside a head rather than below it
            aspect_least=min(need.aspect, need.aspect_least * (_BESIDE if faces else 1.0)),
            width_pt=min(width + margin, self.page.live_width_pt),
            height_pt=min(height + margin, self.page.live_height_pt),
            area_pt2=area / share,
        )

    def fill(
        self, at: int, corners: Corners, most_share: float, frame: Framing, before: tuple[int, Filled] | None
    ) -> Filled:
        """Crop a panel's picture and place its words; with other crops where they would cover a face.

        Args:
            at: The panel.
            corners: Its outline.
            most_share: The share of it that words may take.
            frame: How it stands on the page.
            before: The panel that is read before it; both are not to be shown from the same distance.
        """
        near, ppi = self._apart_from(before, at)
        known = (at, corners, most_share, frame, near, ppi)
        if known not in self._known:
            zoom = zoom_for(self._sight(at), bounds(corners), ppi, previous=near)
            tries: list[Filled] = []
            for lean in _LEANS if self.said[at] and self.panels[at].faces else _LEANS[:1]:
                tries.append(self._fill(at, corners, most_share, frame, zoom, lean))
                if not tries[-1].wanting:
                    break
            self._known[known] = min(tries, key=lambda one: (one.panel is None, one.fault))
        return self._known[known]

    def fill_inset(self, at: int, place: Rect) -> Filled:
        """Fill an inset; a face in it is shown from near by."""
        sight, zoom = self._sight(at), 1.0
        if sight.faces and sight.locked is None:
            base = crop(sight, place.aspect)
            spare = base.width * sight.size_px[0] / (place.width / 72 * _CLOSER * self.page.ppi)
            zoom = max(1.0, min(_INSET_ZOOM, spare, _INSET_FACE / nearness(sight, base)))
        return self._fill(at, place.corners, _MOST_WORDS, Framing.INSET, zoom, _LEANS[0])

    def pass_on(self, at: int) -> bool:
        """Move a panel's last words to the next panel; tell whether there were any to spare."""
        if len(self.said[at]) <= max(1, self.taken[at]):
            return False
        words = self.said[at].pop()  # a face and a spot are those of the panel that it leaves
        here, there = self.panels[at].shot, self.panels[at + 1].shot
        away = words.off_screen or (words.face is not None and here != there)
        update = {"face": None, "spot": None, "off_screen": away}
        self.said[at + 1].insert(0, words.model_copy(update=update))
        self.taken[at + 1] += 1
        self._known.clear()
        return True

    def _fill(
        self, at: int, corners: Corners, most_share: float, frame: Framing, zoom: float, lean: tuple[float, float]
    ) -> Filled:
        panel, rect = self.panels[at], bounds(corners)
        box = crop(replace(self._sight(at), lean=lean), rect.aspect, zoom=zoom)
        scene = replace(scene_of(rect, box, panel.faces, panel.focus, panel.busy), rect=inner(corners, self.page))
        done = fill(
            self.said[at], scene, self.page, self.lettering, most_share=most_share, papers=self.papers, costs=self.costs
        )
        if done is None:
            return Filled(None, scene)
        placing, balloons = done
        placed = PlacedPanel(
            at_s=panel.at_s,
            rect=rect,
            corners=corners,
            crop=box,
            source_px=panel.size_px,
            frame=frame,
            taken=self.taken[at],
            balloons=balloons,
        )
        return Filled(placed, scene, placing.covered, placing.cost)

    def _apart_from(self, before: tuple[int, Filled] | None, at: int) -> tuple[float | None, float]:
        """Return the nearness of the panel before where this one should differ, and the pixels that must remain."""
        floor = _CLOSER * self.page.ppi
        if before is None or (placed := before[1].panel) is None:
            return None, floor
        one, two = self.panels[before[0]], self.panels[at]
        near = nearness(self._sight(before[0]), placed.crop)
        if one.shot is not None and one.shot == two.shot:
            return near, floor
        return (near if bool(one.faces) == bool(two.faces) else None), floor

    def _sight(self, at: int) -> Sight:
        panel = self.panels[at]
        wordy, heading = bool(self.said[at]), self._heading(at)
        size_px = panel.size_px or self.size_px
        return Sight(size_px, panel.faces, panel.focus, panel.crop, wordy=wordy, heading=heading)

    def _heading(self, at: int) -> float:
        """Tell where a subject moves by where it stands in the shot's other panel next to this one."""
        here = _subject_x(self.panels[at])
        for other, sign in ((at + 1, 1), (at - 1, -1)):
            if 0 <= other < len(self.panels) and self.panels[other].shot == self.panels[at].shot is not None:
                there = _subject_x(self.panels[other])
                if here is not None and there is not None:
                    return max(-1.0, min(1.0, sign * (there - here) * _HEADING))
        return 0.0


def _subject_x(panel: Panel) -> float | None:
    box = panel.faces[0].box if panel.faces else panel.focus
    return box.centre[0] if box is not None else None
