"""A style for frames that are each painted for themselves; and what all painters of frames are given and give back."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from configs.errors import StyleError
from configs.units import Face
from stylize.styles.dials import AS_PAINTED, Dials, apply_dials, by_own_means
from stylize.styles.paint import PaintingMemoryError
from stylize.styles.steady.steady import State, Steady
from stylize.styles.stylizer import Batch, Picture, Stylizer

Shades = npt.NDArray[np.uint8]
"""(B, H, W, 3) RGB."""


class Unsteady:
    """Paints frames as `Steady` does, without looking at those before; the arguments are the same."""

    def __init__(self, stylizer: Stylizer, *, dials: Dials = AS_PAINTED, every: int = 1) -> None:
        self._style, self._dials = by_own_means(stylizer, dials)
        self.name, self._every = self._style.name, every
        self.cut()

    def cut(self, references: Sequence[Picture] = ()) -> None:
        """Begin a new shot: its first frame is painted, not held over."""
        self._shown = 0
        self._held: Picture | None = None

    def paint(self, frames: Batch, faces: Sequence[Sequence[Face]] = ()) -> Batch:
        """Paint the next frames of a shot; raises MemoryError where not even one fits."""
        fresh = [at for at in range(len(frames)) if (self._shown + at) % self._every == 0]
        paintings = dict(zip(fresh, self._each(frames[fresh]), strict=True))
        painted = np.empty_like(frames)
        for at, frame in enumerate(frames):
            if at in paintings:
                self._held = apply_dials(paintings[at], frame, self._dials, faces[at] if faces else ())
            painted[at] = self._held
        self._shown += len(frames)
        return painted

    def _each(self, frames: Batch) -> Batch:
        if not len(frames):
            return frames
        try:
            return self._style.paint(frames)
        except MemoryError:
            if len(frames) == 1:
                raise
        return np.concatenate([self._each(frames[at : at + 1]) for at in range(len(frames))])

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Return what is kept of the shot."""
        held = {} if self._held is None else {"held": self._held.copy()}
        return {"shown": np.array(self._shown), **held}

    def restore(self, state: State) -> None:
        """Go on where another one stood when its state was taken."""
        self.cut()
        self._shown = int(state["shown"])
        self._held = np.array(state["held"]) if "held" in state else None


def paint_shades(painter: Steady | Unsteady, frames: Shades, faces: Sequence[Sequence[Face]] = ()) -> Shades:
    """Paint the next frames of a shot, from shades to shades.

    Args:
        painter: Who paints.
        frames: At least 8 px either way.
        faces: Heads in each of them; none: no faces.

    Raises:
        StyleError: What is painted is no picture.
        PaintingMemoryError: Not even one frame fits into memory.
    """
    try:
        painted = painter.paint(frames.astype(np.float32) / np.float32(255), faces)
    except MemoryError as error:
        height, width = frames.shape[1:3]
        raise PaintingMemoryError(
            f"memory ran out painting one frame of {width}x{height} with {painter.name}",
            cure="close other programs, or choose another style or device",
        ) from error
    if not np.isfinite(painted).all():
        cure = "choose another style, or change its weights or its settings"
        raise StyleError(f"{painter.name} paints values that are no numbers", cure=cure)
    return np.rint(np.clip(painted, 0, 1) * 255).astype(np.uint8)
