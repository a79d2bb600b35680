"""What is painted for a book: of each frame what its panels show, or the whole where a style must see the whole."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from configs.recipes.recipe import Recipe
from configs.units import WHOLE, Box, Frozen
from film.model import Keyframe
from layouts.book.crops import Art, Excerpt, excerpt, excerpts, picture_needs
from layouts.book.page import Book
from stylize.styles.registry import paints_parts
from stylize.styles.stylizer import FURTHEST_ENLARGED, MOST_ENLARGED
from tasks.making.painting import Manner, PaintedPicture, Painting, Picture, manner_of, plan_paintings
from tasks.making.reading import FRAMES
from tasks.store.handles import Kept

_LEAST_PX = 8
"""The least side of what a style paints."""
_COVER_PPI = 200.0
"""A cover has so many pixels to the inch, however small the film: it is held longest, and hangs beside others."""


class PlacedArt(Frozen):
    """A painting in the store and what of the book it is for."""

    shown: Excerpt
    part: Box
    """What of the frame is painted."""
    painting: Kept[PaintedPicture]

    @property
    def art(self) -> Art:
        """The painting as it is drawn from."""
        return Art(self.painting.file, self.part)


def plan_book(
    recipe: Recipe, scenes: Sequence[tuple[int, int]], frames: Mapping[Fraction, Keyframe], book: Book
) -> dict[Excerpt, Painting]:
    """Say how all that a book shows is painted.

    A style whose pixels depend on their surroundings alone paints just what a panel shows, with the pixels that are
    printed, so that one pen draws all panels. Others paint each frame once, whole, at the size of its largest use.

    Args:
        recipe: How pictures are drawn.
        scenes: Half-open ranges of shots whose pictures are to hold one palette.
        frames: The frames by their times.
        book: The composed pages.
    """
    looks = {one.at_s: recipe.look_at(one.at_s) for one in excerpts(book)}
    manners = {look: manner_of(look, recipe) for look in dict.fromkeys(looks.values())}
    by_parts = {at for at, look in looks.items() if _paints_parts(manners[look])}
    sizes = {at: size for at, size in picture_needs(book).items() if at not in by_parts}
    whole = plan_paintings(recipe, scenes, frames, sizes)
    ppi = book.format.ppi
    cover = excerpt(book.cover.at_s, book.cover.crop, book.cover.rect, ppi)
    planned = {}
    for one in excerpts(book):
        at, manner = one.at_s, manners[looks[one.at_s]]
        fine = min(1.0, _COVER_PPI / ppi) if one == cover else 0.0
        picture = _part(one, frames[at], manner, fine) if at in by_parts else None
        planned[one] = whole[at] if picture is None else Painting(manner=manner, picture=picture)
    return planned


def _paints_parts(manner: Manner) -> bool:
    # brightness is measured on the whole painting
    return paints_parts(manner.style, manner.settings) and not manner.dials.brightness


def _part(one: Excerpt, frame: Keyframe, manner: Manner, fine: float) -> Picture:
    """Return the part of a frame that is shown, with the pixels that are printed, as far as the style gains from it.

    Args:
        one: What is shown.
        frame: Its frame.
        manner: How it is painted.
        fine: The share of the pixels that are printed which it has whether the style gains from them or not.
    """
    own = frame.size_px
    printed = one.width_px / (one.crop.width * own[0])
    scale = max(min(MOST_ENLARGED, printed), min(FURTHEST_ENLARGED, fine * printed))
    size = max(_LEAST_PX, round(own[0] * scale)), max(_LEAST_PX, round(own[1] * scale))
    left, right = _span(one.crop.x0, one.crop.x1, size[0])
    top, bottom = _span(one.crop.y0, one.crop.y1, size[1])
    return Picture(
        source=FRAMES / frame.image,
        sha256=frame.sha256,
        size_px=size,
        part=(left, top, right, bottom),
        faces=frame.faces if manner.dials.faces else (),
    )


def _span(low: float, high: float, side_px: int) -> tuple[int, int]:
    """Return the pixels that a stretch touches, a few at least."""
    first, end = math.floor(low * side_px + 1e-6), math.ceil(high * side_px - 1e-6)
    first = max(0, min(first, side_px - _LEAST_PX))
    return first, min(side_px, max(end, first + _LEAST_PX))


def part_of(picture: Picture) -> Box:
    """Return what of its frame a picture shows."""
    if picture.part is None:
        return WHOLE
    (width, height), (left, top, right, bottom) = picture.size_px, picture.part
    return Box(x0=left / width, y0=top / height, x1=right / width, y1=bottom / height)
