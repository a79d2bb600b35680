"""The contract of every stylizer: picture to picture.

A stylizer takes a batch of RGB pictures and gives back a batch of the same size. The contract is written once, here:

    input   numpy float32 array, shape (B, H, W, 3), RGB, values in [0, 1], C-contiguous, B >= 1, H and W >= 8,
            display-referred (gamma as stored), origin top-left, in the process's memory
    output  the same shape, dtype, range and layout; a new array
    device  chosen when the stylizer is made; the caller never sees it

The same batch gives the same bytes on the same device, and a picture's result does not depend on the others in its
batch. Memory that runs out is raised as `MemoryError`, whatever the device calls it, so that the caller can retreat.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from configs.units import Frozen

Batch = npt.NDArray[np.float32]
"""(B, H, W, 3) float32 RGB in [0, 1]."""


Picture = npt.NDArray[np.float32]
"""(H, W, 3) float32 RGB in [0, 1]."""


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
