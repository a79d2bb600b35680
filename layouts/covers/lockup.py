"""A title as one block of display lettering: how its words break into lines, and how large each line is."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from layouts.book.page import Rect, TextLine
from layouts.lettering.font_files import Style
from layouts.lettering.fonts import Lettering
from layouts.lettering.lettering import blocks, straight

_LINES_MOST = 5
_SHRUNK = (1.0, 0.7, 0.5, 0.35)
_UNIT_PT = 100.0
"""Size at which lines are measured."""
_UNEVEN = 1.6
"""How much larger than its smallest line a block's largest may be: a short word does not shout down the others."""
_CAP, _GAP = 0.74, 0.19
"""Height of the hand's capitals, which have nothing below the line, and the white between lines; in sizes."""
_ASCENT, _DESCENT = 0.98, 0.26
"""Of lettering with marks, or of another font."""
_HAND = "FilmcomicTitle"


@dataclass(frozen=True)
class Lockup:
    """A title's lines at their sizes, without a place."""

    lines: tuple[str, ...]
    sizes_pt: tuple[float, ...]
    widths_pt: tuple[float, ...]
    tight: bool
    """All of it is plain capitals of our own hand."""

    @property
    def width_pt(self) -> float:
        """Of the longest line."""
        return max(self.widths_pt)

    @property
    def size_pt(self) -> float:
        """Of the line that counts: the smallest one, which decides whether the title can be read."""
        return min(self.sizes_pt)

    @property
    def height_pt(self) -> float:
        """From the first line's top to the last one's foot."""
        return self._baselines()[-1] + (0.0 if self.tight else _DESCENT * self.sizes_pt[-1])

    def _baselines(self) -> list[float]:
        """Return the baselines, from the block's top."""
        found: list[float] = []
        at = 0.0
        for number, size in enumerate(self.sizes_pt):
            if number:
                at += max(size, self.sizes_pt[number - 1]) * _GAP
                at += 0.0 if self.tight else _DESCENT * self.sizes_pt[number - 1]
            at += size * (_CAP if self.tight else _ASCENT)
            found.append(at)
        return found

    def placed(self, rect: Rect, lean: float, lettering: Lettering) -> tuple[TextLine, ...]:
        """Return the lines in a rectangle of the block's own height.

        Args:
            rect: Where.
            lean: Where short lines stand: 0 at the left, 0.5 in the middle, 1 at the right.
            lettering: The fonts.
        """
        told = zip(self.lines, self.sizes_pt, self.widths_pt, self._baselines(), strict=True)
        return tuple(
            TextLine(
                runs=lettering.runs(text, size, Style.TITLE),
                x=round(rect.x + (rect.width - width) * lean, 3),
                baseline=round(rect.y + down, 3),
                size_pt=round(size, 3),
            )
            for text, size, width, down in told
        )


def lockups(title: str, lettering: Lettering, width_pt: float, *, most_pt: float, least_pt: float) -> Iterator[Lockup]:
    """Yield a title in 1, 2, 3... lines, each as large as a width and a largest size let it be.

    Args:
        title: Letterable text.
        lettering: The fonts.
        width_pt: No line is longer.
        most_pt: No letter is larger.
        least_pt: Words are broken rather than set smaller.
    """
    for shrunk in _SHRUNK:  # as a last resort for a whole sentence
        widest_pt = width_pt / (least_pt * shrunk) * _UNIT_PT
        found = blocks(title, lettering, _UNIT_PT, style=Style.TITLE, profile=straight, widest_pt=widest_pt)
        whole = [block for block in found if len(block.lines) <= _LINES_MOST]
        if whole:
            break
    tight = _plain(title, lettering)
    for block in whole or found[:1]:
        widest = [min(most_pt, width_pt / max(width, 1e-6) * _UNIT_PT) for width in block.widths_pt]
        sizes = [round(min(size, _UNEVEN * min(widest)), 2) for size in widest]
        widths = [width * size / _UNIT_PT for width, size in zip(block.widths_pt, sizes, strict=True)]
        yield Lockup(block.lines, tuple(sizes), tuple(widths), tight)


def _plain(title: str, lettering: Lettering) -> bool:
    marked = any(unicodedata.decomposition(char) or char in "QJ;,&@()[]" for char in title.upper())
    return not marked and all(run.font == _HAND for run in lettering.runs(title, 10.0, Style.TITLE))
