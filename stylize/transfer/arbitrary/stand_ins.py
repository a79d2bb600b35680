"""Drawn stand-ins for photographs: what a style is fitted on where no pictures are at hand.

Dead leaves (Lee, Mumford and Huang 2001): shapes of all sizes over each other have the statistics of natural pictures
that a network's norms and features answer to, edges, flat areas and depth; here with shading, texture, focus and a
palette, since flat colours alone teach a style to fill every calm area with strokes.
"""

import cv2
import numpy as np
import numpy.typing as npt

_Plane = npt.NDArray[np.float32]
_Points = npt.NDArray[np.float64]

_TURN = 2 * np.pi


def draw_scenes(count: int, side_px: int) -> npt.NDArray[np.float32]:
    """Draw scenes, the same ones for the same arguments.

    Args:
        count: How many.
        side_px: Height and width.

    Returns:
        (count, side, side, 3) RGB in [0, 1].
    """
    return np.stack([_Scene(np.random.default_rng((0, index)), side_px).drawn() for index in range(count)])


class _Scene:
    """One scene under way, in Lab."""

    def __init__(self, rng: np.random.Generator, side_px: int) -> None:
        self._rng = rng
        self._side = side_px
        rows, columns = np.mgrid[0:side_px, 0:side_px].astype(np.float32) / side_px - 0.5
        self._rows, self._columns = rows, columns
        self._light, self._spread = rng.uniform(35, 65), rng.uniform(14, 26)
        self._hue, self._chroma = rng.normal(0, 10, 2), rng.uniform(4, 16)
        self._fine, self._coarse = (_noise(rng, side_px, slope) for slope in (0.9, 1.6))

    def drawn(self) -> _Plane:
        """Return the finished scene."""
        rng = self._rng
        picture = np.empty((self._side, self._side, 3), np.float32)
        picture[:] = self._colour()
        picture[..., 0] += rng.normal(0, 25) * self._rows + rng.normal(0, 12) * self._columns
        picture[..., 0] += rng.uniform(0, 6) * self._coarse
        count = int(rng.integers(25, 90))
        for radius in np.sort(0.02 + 0.43 * rng.random(count) ** 1.6)[::-1]:  # large ones first
            self._lay(picture, float(radius) * self._side)
        picture[..., 0] = picture[..., 0].clip(0, 100)
        rgb = cv2.cvtColor(picture, cv2.COLOR_Lab2RGB) + rng.normal(0, 0.006, picture.shape)
        return np.asarray(rgb, np.float32).clip(0, 1)

    def _lay(self, picture: _Plane, radius: float) -> None:
        """Lay one thing over what is there."""
        rng = self._rng
        centre = rng.uniform(0, self._side, 2)
        mask = np.zeros((self._side, self._side), np.uint8)
        if rng.random() < 0.25:
            _draw_line(mask, rng, centre, radius)
        else:
            _draw_shape(mask, rng, centre, radius)
        focus = float(rng.choice([0.4, 0.4, 0.8, 2.0]))
        cover = cv2.GaussianBlur(mask, (0, 0), focus).astype(np.float32)[..., None] / 255
        paint = np.empty_like(picture)
        paint[:] = self._colour()
        angle, slope = rng.uniform(0, _TURN), rng.uniform(0, 8) * self._side / radius
        shade = self._columns * np.cos(angle) + self._rows * np.sin(angle)
        x, y = centre / self._side - 0.5
        paint[..., 0] += slope * (shade - x * np.cos(angle) - y * np.sin(angle))
        if rng.random() < 0.5:
            paint[..., 0] += rng.uniform(1, 7) * (self._fine if rng.random() < 0.5 else self._coarse)
        picture += cover * (paint - picture)

    def _colour(self) -> _Plane:
        """Draw a colour of the scene's palette."""
        light = np.clip(self._rng.normal(self._light, self._spread), 4, 97)
        return np.array([light, *(self._hue + self._rng.normal(0, self._chroma, 2))], np.float32)


def _draw_shape(mask: npt.NDArray[np.uint8], rng: np.random.Generator, centre: _Points, radius: float) -> None:
    """Fill a box, an ellipse or a stone."""
    kind = rng.integers(3)
    around = np.linspace(0, _TURN, 32, endpoint=False)
    flat = rng.uniform(0.15, 1)
    if kind == 0:
        outline = np.array([[-1, -flat], [1, -flat], [1, flat], [-1, flat]])
        turn = rng.choice([0, np.pi / 2]) + rng.normal(0, 0.25)  # most of what people build stands upright
    else:
        uneven = sum(rng.normal() / wave * np.sin(wave * around + rng.uniform(0, _TURN)) for wave in range(1, 6))
        reach = np.exp(0.35 * uneven) if kind == 2 else np.ones_like(around)
        outline = np.stack([reach * np.cos(around), flat * reach * np.sin(around)], axis=1)
        turn = rng.uniform(0, _TURN)
    turned = outline @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    cv2.fillPoly(mask, [_in_sixteenths(centre + radius * turned)], 255, cv2.LINE_AA, shift=4)


def _draw_line(mask: npt.NDArray[np.uint8], rng: np.random.Generator, centre: _Points, radius: float) -> None:
    """Draw a bent line: a rope, a branch, a fold."""
    steps = rng.normal(0, radius / 4, (8, 2)) + rng.normal(0, radius / 3, 2)
    thick = 1 + int(rng.integers(0, 1 + max(1, len(mask) // 50)))
    points = _in_sixteenths(centre + np.cumsum(steps, axis=0))
    cv2.polylines(mask, [points], False, 255, thick, cv2.LINE_AA, shift=4)


def _in_sixteenths(points: _Points) -> npt.NDArray[np.int32]:
    return np.asarray(np.rint(points * 16), np.int32)


def _noise(rng: np.random.Generator, side: int, slope: float) -> _Plane:
    """Return noise whose amplitudes fall as 1 / frequency ** slope; mean 0, deviation 1."""
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])
    frequency[0, 0] = np.inf
    spectrum = (rng.normal(size=frequency.shape) + 1j * rng.normal(size=frequency.shape)) / frequency**slope
    noise = np.fft.irfft2(spectrum, (side, side))
    return np.asarray(noise / noise.std(), np.float32)
