"""A style for consecutive frames: what it has painted is carried along with what moves, so that nothing flickers.

A style that sees one frame at a time paints the same thing a little differently each time. Here each painting is
blended with the last one, carried along the film's own movement, where that can be trusted (Ruder, Dosovitskiy and
Brox 2016; as one step of a recursive filter, Lai et al. 2018). Where something new comes to light, or the film itself
does not match, the new painting stands alone: nothing trails. The palette is that of the whole shot. A style that is
painted step by step goes on from the last painting instead of from the start.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from configs.units import Face
from stylize.styles.dials import AS_PAINTED, Dials, apply_dials, by_own_means
from stylize.styles.steady.motion import Plane, carried, follow
from stylize.styles.stylizer import Batch, Picture, Stylizer

State = Mapping[str, npt.NDArray[Any]]
"""All that a `Steady` has kept of a shot, as plain arrays; `numpy.savez` writes it."""

_HOLD = 0.75
"""How much of a trusted pixel is what was there before: what flickers is averaged over some four frames."""
_TIGHT = 0.05
"""How far an old colour may lie beyond those around the same place of the new painting, where trust ends."""
_AROUND = np.ones((3, 3), np.uint8)

_REFERENCE_PX = 448 * 256
"""Frames that a palette is taken from are kept no larger: only their statistics are wanted."""
_REFERENCES_MOST = 3
"""Of frames that nobody gave: the newest ones."""
_OTHER_LIGHT = 0.08
"""A frame whose mean or deviation of lightness lies so far from its references' has another light."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


class Steady:
    """Paints the frames of a film one after another; holds what it needs of the last one, and no more.

    Frames come in their order, in batches of any size: the paintings depend on the frames since the last cut, not on
    how they were handed over. One instance paints one film at a time; it is not for several threads.

    Args:
        stylizer: The style, ready to paint and not settled.
        dials: How every painting is finished, before it is blended: what they measure on a frame flickers too.
        every: Only each frame of so many is painted, from the first of a shot on, and stays until the next one is, as
            animators draw "on twos" (2).
    """

    def __init__(self, stylizer: Stylizer, *, dials: Dials = AS_PAINTED, every: int = 1) -> None:
        if every < 1:
            raise ValueError(f"every frame of {every} cannot be painted")
        self._style, self._dials = by_own_means(stylizer, dials)
        self.name, self._every = self._style.name, every
        self.cut()

    def cut(self, references: Sequence[Picture] = ()) -> None:
        """Begin a new shot: nothing of the last one is kept.

        Args:
            references: A few frames of the new shot, spread over it, whose palette it gets (see `Stylizer.settle`).
                None: the palette is taken from its first frame, and from later ones too where the light changes.

        Raises:
            MemoryError: The references do not fit.
        """
        self._given = bool(references)
        self._references: list[Picture] = [_reduced(picture) for picture in references]
        self._settled = self._style.settle(self._references) if self._given else self._style
        self._source: Picture | None = None
        self._painted: Picture | None = None
        self._shown = 0

    def paint(self, frames: Batch, faces: Sequence[Sequence[Face]] = ()) -> Batch:
        """Paint the next frames of a shot.

        Args:
            frames: (B, H, W, 3) as the stylizers' contract has them; of another size than the last ones, they begin a
                new shot.
            faces: Heads in each of the frames, for the dial that keeps them; none: no faces.

        Returns:
            A new array of the same shape, in [0, 1].

        Raises:
            MemoryError: Not even one frame fits; nothing has changed then, but for the frames before it.
        """
        painted = np.empty_like(frames)
        for index, frame in enumerate(frames):
            painted[index] = self._next(frame, faces[index] if faces else ())
        return painted

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Return what is kept of the shot, so that `restore` can go on from here, elsewhere or later."""
        kept: dict[str, npt.NDArray[Any]] = {"shown": np.array(self._shown), "given": np.array(self._given)}
        if self._source is not None and self._painted is not None:
            kept |= {"source": self._source.copy(), "painted": self._painted.copy()}
        return kept | {f"reference-{index}": picture.copy() for index, picture in enumerate(self._references)}

    def restore(self, state: State) -> None:
        """Go on where another one with the same style, dials and `every` stood when its state was taken.

        Raises:
            MemoryError: The references do not fit.
        """
        self.cut()
        self._shown, self._given = int(state["shown"]), bool(state["given"])
        self._references = [np.array(state[name]) for name in sorted(state) if name.startswith("reference-")]
        if self._references:
            self._settled = self._style.settle(self._references)
        if "source" in state:
            self._source, self._painted = np.array(state["source"]), np.array(state["painted"])

    def _next(self, frame: Picture, faces: Sequence[Face]) -> Picture:
        if self._source is not None and self._source.shape != frame.shape:
            self.cut(self._references if self._given else ())
        if self._painted is None or self._source is None or self._shown % self._every == 0:
            self._keep_light(frame)
            self._painted = self._after(frame, faces, self._source, self._painted)
            self._source = frame.copy()
        self._shown += 1
        return self._painted

    def _after(self, frame: Picture, faces: Sequence[Face], source: Picture | None, last: Picture | None) -> Picture:
        """Paint and finish a frame, after the one before where there is one."""
        if source is None or last is None:
            return apply_dials(self._settled.paint(frame[None])[0], frame, self._dials, faces)
        motion = follow(source, frame)
        old = np.clip(carried(last, motion.origin), 0, 1)
        fresh = self._settled.paint_on(frame, old, motion.trust)
        if fresh is None:
            fresh = self._settled.paint(frame[None])[0]
        return _blended(apply_dials(fresh, frame, self._dials, faces), old, motion.trust)

    def _keep_light(self, frame: Picture) -> None:
        """Take the palette of frames whose light none of the references has, where nobody gave any."""
        if self._given:
            return
        small = _reduced(frame)
        light = _light(small)
        if all(np.abs(light - _light(known)).max() > _OTHER_LIGHT for known in self._references):
            self._references = [*self._references, small][-_REFERENCES_MOST:]
            self._settled = self._style.settle(self._references)


def _blended(fresh: Picture, old: Picture, trust: Plane) -> Picture:
    """Return a new painting with as much of the old one in it as can be trusted."""
    trust = trust[..., None]
    # where trust ends, an old colour that the new painting has nowhere near would show as a ghost
    beyond = np.float32(_TIGHT) + trust**4
    held = np.clip(old, cv2.erode(fresh, _AROUND) - beyond, cv2.dilate(fresh, _AROUND) + beyond)
    return np.clip(fresh + np.float32(_HOLD) * trust * (held - fresh), 0, 1)


def _reduced(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    factor = min(1.0, math.sqrt(_REFERENCE_PX / (height * width)))
    if factor == 1:
        return picture.copy()
    size = max(8, round(width * factor)), max(8, round(height * factor))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)


def _light(picture: Picture) -> npt.NDArray[np.float32]:
    """Return mean and deviation of a picture's lightness."""
    luma = picture @ _LUMA
    return np.array([luma.mean(), luma.std()], np.float32)
