"""What every way of painting after pictures shares: styles are blended, weakened, and keep the film's colours."""

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np

from stylize.styles.stylizer import Batch, Picture, Stylizer

STEP_PX = 4
"""Of the transformers: two halvings must come out even."""

REACH_PX = 64
"""Of the transformers: 4 + 1 + 2 on the way in, 10 times 4 in the blocks, 2 + 1 + 4 on the way out, and the grid's
rounding."""

Restyle = Callable[[float], Stylizer]
"""Makes the stylizer of a strength."""


def blend_styles(styles: Sequence[Any], shares: Sequence[float]) -> Any:
    """Return the weighted sum of styles, arrays or tensors of one shape; exactly one of them where the rest weigh 0."""
    parts = [style * share for style, share in zip(styles, shares, strict=True) if share]
    return sum(parts[1:], start=parts[0])


class ArbitraryStylizer(Stylizer):
    """Paints in a blended style, with the style's colours or the film's.

    Args:
        inner: Paints in the style.
        colours: Share of the style's colours; the rest are the film's own, under the painting's lightness.
        restyle: Makes this style at another strength.
    """

    def __init__(self, inner: Stylizer, colours: float, restyle: Restyle) -> None:
        self.name = inner.name
        self.batch_limit = inner.batch_limit
        self._inner = inner
        self._colours = colours
        self._restyle = restyle

    def paint(self, batch: Batch) -> Batch:
        """Paint each picture by itself; see the contract in `stylize.styles.stylizer`."""
        painted = self._inner.paint(batch)
        if self._colours < 1:
            for index, picture in enumerate(batch):
                painted[index] = keep_hues(painted[index], picture, self._colours)
        return painted

    def settle(self, references: Sequence[Picture]) -> "ArbitraryStylizer":
        """Take the palette of these pictures; see the contract in `stylize.styles.stylizer`."""
        return ArbitraryStylizer(self._inner.settle(references), self._colours, self._restyle)

    def weakened(self, strength: float) -> Stylizer:
        """Return this style, between what a picture is already and what it is here."""
        return self._restyle(strength)


def keep_hues(painted: Picture, source: Picture, share: float) -> Picture:
    """Give a painting the source's hue and chroma, all but this share; its lightness stays.

    Args:
        painted: (H, W, 3) RGB in [0, 1].
        source: The same shape and range.
        share: Of the painting's own colours.
    """
    lab, film = (cv2.cvtColor(np.ascontiguousarray(each), cv2.COLOR_RGB2Lab) for each in (painted, source))
    lab[..., 1:] = share * lab[..., 1:] + (1 - share) * film[..., 1:]
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), np.float32).clip(0, 1)
