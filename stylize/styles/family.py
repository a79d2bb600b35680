"""What a family of styles offers to the registry.

Reading a family's module must be cheap: it describes, checks and digests its styles without importing torch and
without reading weights. Only `make` loads anything.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from stylize.styles.dials import Dials
from stylize.styles.stylizer import StyleInfo, Stylizer


class Family(ABC):
    """Styles that share code and differ by settings or by weights.

    A `look` is what follows the family's prefix in a style's name: `noir` in `ink-noir`, `paprika` in
    `animegan:paprika`. `settings` are those of the recipe's table that the family names as its `section`.
    """

    section: ClassVar[str] = ""
    """The recipe's table that holds the family's settings (`ink`, `nst`, `arbitrary`); empty: it has none."""

    neural: ClassVar[bool] = True
    """Whether a network paints: it takes every core of the device by itself, and gains from a GPU."""

    settles: ClassVar[bool] = False
    """Whether its stylizers take their palette from references (`Stylizer.settle`); else none are read for them."""

    def dials(self, look: str) -> Dials:
        """Return how this look's paintings are finished where a person asks for nothing else."""
        return Dials(faces=0.35, brightness=True) if self.neural else Dials()

    @abstractmethod
    def styles(self) -> list[StyleInfo]:
        """Describe every look of the family, ready or not."""

    def takes(self, look: str) -> bool:
        """Whether the family also takes this look, which its list lacks: a path to to files of a person's own."""
        return False

    @abstractmethod
    def check(self, look: str, settings: Mapping[str, Any], device: str) -> None:
        """Raise what `make` would raise, without loading anything and without the network.

        Raises:
            StyleError, RecipeError, WeightsError, DeviceError: In one line.
        """

    def paints_parts(self, look: str, settings: Mapping[str, Any]) -> bool:
        """Tell whether this look paints parts of frames (`Stylizer.paint_part`).

        A pixel of its paintings then depends on what lies near it, and on nothing that a network or a search takes
        from the whole frame.
        """
        return False

    def placed(self, look: str) -> str:
        """Return the look with any file that it names told from the root, so that it means the same elsewhere."""
        return look

    def fetch(self, look: str, settings: Mapping[str, Any]) -> None:  # noqa: B027 - most have nothing to fetch
        """Download what `make` would with these settings: a run fails or waits at its start and not in its middle.

        Raises:
            WeightsError: It cannot be had.
        """

    def notes(self, look: str, settings: Mapping[str, Any]) -> list[str]:
        """Return what a person should be told at every run: that another network paints than one would think, say."""
        return []

    @abstractmethod
    def digest(self, look: str, settings: Mapping[str, Any]) -> str:
        """Return a text that changes whenever the painting would: code version, settings, digest of the weights.

        Of a file that the look names it holds the content's digest; where it lies decides nothing.
        """

    @abstractmethod
    def make(self, look: str, settings: Mapping[str, Any], device: str) -> Stylizer:
        """Load the style; may download its weights.

        Args:
            look: What follows the prefix.
            settings: The recipe's settings for this family.
            device: `auto`, `cpu` or `cuda`.
        """
