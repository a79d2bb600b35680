"""The contract of every stylizer: picture to picture.

A stylizer takes a batch of RGB pictures and gives back a batch of the same size. The contract is written once, here:

    input   numpy float32 array, shape (B, H, W, 3), RGB, values in [0, 1], C-contiguous, B >= 1, H and W >= 8,
            display-referred (gamma as stored), origin top-left, in the process's memory
    output  the same shape, dtype, range and layout; a new array
    device  chosen when the stylizer is made; the caller never sees it

The same batch gives the same bytes on the same device, and a picture's result does not depend on the others in its
batch. Memory that runs out is raised as `MemoryError`, whatever the device calls it, so that the caller can retreat.

A style whose pixels depend on nothing but what lies near them, and on tones that are cheap to take from the whole
frame, also paints a part of a frame (`Stylizer.paint_part`): for less than the whole, and at the size it is shown at.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from configs.units import Frozen

Batch = npt.NDArray[np.float32]
"""(B, H, W, 3) float32 RGB in [0, 1]."""


Picture = npt.NDArray[np.float32]
"""(H, W, 3) float32 RGB in [0, 1]."""


MOST_ENLARGED = 2.5
"""How many times larger than the film's own a part is usually painted: lines gain from it, what they follow does not.
"""
FURTHEST_ENLARGED = 8.0
"""How many times larger a part is painted at all: a page's whole height of a small film."""


class FramePart(NamedTuple):
    """A part of a frame that is painted, in pixels of the frame at the size it is painted at."""

    size_px: tuple[int, int]
    """Width and height of the whole frame at that size."""
    left: int
    top: int
    right: int
    bottom: int

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.bottom - self.top, self.right - self.left

    def grown(self, by_px: int, step_px: int = 1) -> "FramePart":
        """Return the part with its surroundings, as far as the frame goes; it begins on multiples of a step."""
        width, height = self.size_px
        left, top = (max(0, side - by_px) // step_px * step_px for side in (self.left, self.top))
        return FramePart(self.size_px, left, top, min(width, self.right + by_px), min(height, self.bottom + by_px))


def scaled_down(frame: Picture, part: FramePart) -> Picture:
    """Return the frame at the size that a part of it is painted at, where that is smaller; else the frame itself."""
    if part.size_px[0] >= frame.shape[1] and part.size_px[1] >= frame.shape[0]:
        return frame
    return np.asarray(cv2.resize(frame, part.size_px, interpolation=cv2.INTER_AREA), np.float32)


def enlarge_part(painted: Picture, place: FramePart, part: FramePart) -> Picture:
    """Return a part of a frame at a larger size than it was painted at.

    Args:
        painted: (H, W, 3) in [0, 1].
        place: Which part of the frame that is, at its size; it holds all of the other.
        part: What is wanted.

    Returns:
        (h, w, 3) in [0, 1].
    """
    across, down = place.size_px[0] / part.size_px[0], place.size_px[1] / part.size_px[1]
    there = np.array(
        [
            [across, 0, (part.left + 0.5) * across - 0.5 - place.left],
            [0, down, (part.top + 0.5) * down - 0.5 - place.top],
        ]
    )
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    larger = cv2.warpAffine(painted, there, part.shape[::-1], flags=how, borderMode=cv2.BORDER_REFLECT)
    return np.clip(larger, 0, 1)


def look_at(frame: Picture, part: FramePart, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> Picture:
    """Return a part of a frame at the size it is painted at.

    Every pixel is the one that the whole frame would have there at that size, whatever the part.

    Args:
        frame: (H, W, 3) in [0, 1], whole, as `scaled_down` gives it.
        part: The part.
        margins: Pixels more above, on the left, below, on the right; beyond the frame they hold its reflection.

    Returns:
        (h, w, 3) in [0, 1].
    """
    top, left, below, beside = margins
    rows, columns = part.shape[0] + top + below, part.shape[1] + left + beside
    down, across = frame.shape[0] / part.size_px[1], frame.shape[1] / part.size_px[0]
    # pixels are points in their middles: where those of the part lie in the frame
    there = np.array(
        [
            [across, 0, (part.left - left + 0.5) * across - 0.5],
            [0, down, (part.top - top + 0.5) * down - 0.5],
        ]
    )
    seen = cv2.warpAffine(
        frame,
        there,
        (columns, rows),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT,
    )
    return np.clip(seen, 0, 1)


class StyleInfo(Frozen):
    """What a person should know of a style before choosing it."""

    name: str
    ready: bool
    template: bool = False
    """Whether the name stands for many: a person puts paths into it."""
    needs: str = ""
    """What is missing and how to get it, in one line; empty when ready."""
    licence: str
    """Licence of its weights, or of the program where it has none."""
    terms: str = ""
    """What its licence does not allow, where a person must hear of it at every run."""
    description: str


class Stylizer(ABC):
    """One style, ready to paint."""

    name: str
    """As the command line takes it: `ink-line`, `animegan:paprika`."""

    batch_limit: int = 1
    """How many pictures of one size it is worth handing over at once."""

    @abstractmethod
    def paint(self, batch: Batch) -> Batch:
        """Paint a batch; see the module's docstring for the contract.

        Raises:
            MemoryError: The batch does not fit; a smaller one may.
        """

    def paint_part(self, frame: Picture, part: FramePart) -> Picture:
        """Paint a part of a frame as if the whole were painted at that size; for families that say they do.

        Lines and patches have their widths in pixels of the painting, however large a part it is: pictures that are
        shown with as many pixels to the inch are drawn with one pen.

        Args:
            frame: (H, W, 3), the whole frame as the film has it.
            part: What of it is wanted, and how large; no more than `FURTHEST_ENLARGED` times the frame's own size.

        Returns:
            (h, w, 3), the part without surroundings.

        Raises:
            MemoryError: It does not fit.
            NotImplementedError: This style paints whole frames only.
        """
        raise NotImplementedError(f"{self.name} paints whole frames")

    def settle(self, references: Sequence[Picture]) -> "Stylizer":
        """Return this style with one palette for pictures that belong together; this one stays as it is.

        What the style would measure on each picture (the statistics of a network's norms) it measures once, on the
        references, and uses for whatever the returned stylizer paints. Its paintings depend on the references then,
        and on nothing else that it has seen. Styles that measure nothing return themselves.

        Args:
            references: A few pictures (H, W, 3) of the scene, as the stylizer would be given them, without bars; sizes
                may differ, small ones will do. None: each picture for itself again.

        Raises:
            MemoryError: The references do not fit.
        """
        return self

    def paint_on(self, picture: Picture, last: Picture, trust: npt.NDArray[np.float32]) -> Picture | None:
        """Paint a frame of a film on from the painting of the one before, by means of its own; None where it has none.

        Args:
            picture: (H, W, 3), the frame.
            last: The finished painting of the frame before, carried along with what moves to where it is now.
            trust: (H, W), how far that can be trusted, 0 to 1.

        Raises:
            MemoryError: It does not fit.
        """
        return None

    def weakened(self, strength: float) -> "Stylizer | None":
        """Return this style at a strength below 1, by means of its own; None where it has none.

        A painting of a style without such means is blended with its source.

        Args:
            strength: From 0, the untouched picture as near as the style gets to it, to 1, the style as it is.
        """
        return None
