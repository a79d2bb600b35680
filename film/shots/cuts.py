"""Hard cuts: PySceneDetect's adaptive detector proposes, what is seen before and after decides.

The detector, set to propose far too much, misses none of the cuts at hand. Each proposal then has to show that

1. the new frame cannot be made from the old one by moving its parts (`film.shots.evidence.likeness`),
2. that this is so at this frame alone: in a whip pan or an explosion the frames around it are as unlike, and
3. that the old picture does not come back at once: flashes, blinks, single broken frames.
"""

import statistics
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scenedetect.detectors import AdaptiveDetector

from film.shots.evidence.recent import Recent

_PROPOSED_RATIO = 1.4
"""How far a frame's change stands above the mean of its four neighbours. Weakest real cut seen: 1.6."""
_PROPOSED_CHANGE = 2.5
"""Mean difference of colours. Weakest real cut seen: 9; dark films have less."""
_UNLIKE = 0.36
"""Likeness across a cut. Cuts seen: at most 0.33; inside shots, where the other tests pass: at least 0.39."""
_HARDLY_LIKE = 0.55
_RECOLOURED = 0.5
"""Blurred pictures can be bent into each other up to here; then the colours tell: so much of them may stay."""
_ALONE = 0.33
"""How far the likeness of the frames around must stand above it. Cuts: at least 0.40; whip pans: at most 0.30."""
_AROUND = 3
_BACK_AGAIN = 0.6
_BACK_WITHIN = 0.5
"""A picture that came back differs from the one before by less than this share of the jump."""
_RETURN_S = 0.42
_LOOK_AHEAD = 2


class QuickAdaptiveDetector(AdaptiveDetector):  # type: ignore[misc]
    """PySceneDetect's adaptive detector with a difference that is cheaper and steadier.

    It is computed by OpenCV in one go, and in Y'CrCb instead of HSV: in dark and grainy pictures the hue is noise,
    which drowns the cuts.

    `timecode` may be any number that counts frames: the detector only subtracts them.
    """

    def __init__(self) -> None:
        super().__init__(
            adaptive_threshold=_PROPOSED_RATIO,
            min_scene_len=0,
            window_width=_LOOK_AHEAD,
            min_content_val=_PROPOSED_CHANGE,
        )
        self._before: NDArray[np.uint8] | None = None
        self.change = 0.0
        """Mean absolute difference of the newest frame's colours (Y'CrCb) to the one before, 0 to 255."""

    def _calculate_frame_score(self, timecode: Any, frame_img: NDArray[np.uint8]) -> float:
        colours = np.asarray(cv2.cvtColor(frame_img, cv2.COLOR_BGR2YCrCb), np.uint8)
        if self._before is not None:
            self.change = cv2.norm(colours, self._before, cv2.NORM_L1) / colours.size
        self._before = colours
        return self.change


class CutFinder:
    """Finds the hard cuts while the frames go by.

    Args:
        recent: The ring that the caller fills.
        rate: Frames per second, roughly.
    """

    def __init__(self, recent: Recent, rate: float) -> None:
        self._recent = recent
        self._detector = QuickAdaptiveDetector()
        self._proposed: list[int] = []
        self._return_frames = max(3, round(_RETURN_S * rate))
        self.cuts: list[int] = []

    def add(self, index: int, picture: NDArray[np.uint8]) -> float:
        """Look at the next frame (BGR) and return its change; decide on proposals that are old enough."""
        self._proposed.extend(int(frame) for frame in self._detector.process_frame(index, picture))
        if self._proposed and index - self._proposed[0] >= max(self._return_frames, _AROUND) + 1:
            self._decide(self._proposed.pop(0))
        return self._detector.change

    def finish(self) -> list[int]:
        """Decide on what is left and return all cuts: the first frames of new shots."""
        for frame in self._proposed:
            self._decide(frame)
        self._proposed.clear()
        return self.cuts

    def _decide(self, frame: int) -> None:
        if self.cuts and frame - self.cuts[-1] <= 1:
            return
        if self._is_unlike(frame) and not self._comes_back(frame):
            self.cuts.append(frame)

    def _is_unlike(self, frame: int) -> bool:
        here = self._recent.step(frame)
        if here > _HARDLY_LIKE:
            return False
        before = [self._recent.step(frame - k) for k in range(1, _AROUND + 1)]
        after = [self._recent.step(frame + k) for k in range(1, _AROUND + 1)]
        around = min(statistics.median(before), statistics.median(after))
        return around - here > _ALONE and (
            here <= _UNLIKE or self._recent.palette_share(frame - 1, frame) < _RECOLOURED
        )

    def _comes_back(self, frame: int) -> bool:
        """Tell whether some frame shortly before is shown again shortly after."""
        reach = self._return_frames
        first, last = max(0, frame - reach), min(self._recent.count, frame + reach)
        if not self._recent.holds(first):
            return False
        thumbs = self._recent.thumbs(first, last)
        before, after = thumbs[: frame - first], thumbs[frame - first :]
        far = np.sqrt(((before[:, None] - after[None]) ** 2).sum(axis=2))
        jump = far[-1, 0]
        gap = np.arange(frame - first, 0, -1)[:, None] + np.arange(len(after))[None]
        far[(gap < 2) | (gap > reach + 1)] = np.inf
        for place in np.argsort(far, axis=None)[:2]:
            i, j = np.unravel_index(place, far.shape)
            if far[i, j] > _BACK_WITHIN * jump:
                return False
            if self._recent.likeness(first + int(i), frame + int(j)) > _BACK_AGAIN:
                return True
        return False
