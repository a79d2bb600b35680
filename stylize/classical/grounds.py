"""What a picture is printed or painted on: a screen of dots, the grain of paper. Made by rule, not from files."""

import cv2
import numpy as np

from stylize.classical.flow import Image


def dot_screen(cover: Image, pitch_px: float, angle: float, origin: tuple[int, int] = (0, 0)) -> Image:
    """Turn coverage into round dots of printing ink on a rotated lattice.

    Args:
        cover: (H, W), 0 to 1: the share of the area that is to be black; dots grow with it and join above a half.
        pitch_px: From dot to dot.
        angle: Of the lattice, in degrees.
        origin: Where the picture lies on the lattice, in pixels to the right and down.

    Returns:
        (H, W), 0 to 1; soft by about a pixel at the dots' borders.
    """
    height, width = cover.shape
    turn = np.deg2rad(angle)
    x = np.arange(origin[0], origin[0] + width, dtype=np.float64)[None]
    y = np.arange(origin[1], origin[1] + height, dtype=np.float64)[:, None]
    wave = 2 * np.pi / pitch_px
    along = wave * (x * np.cos(turn) + y * np.sin(turn))
    across = wave * (y * np.cos(turn) - x * np.sin(turn))
    spot = ((np.cos(along) + np.cos(across)) / 4 + 0.5).astype(np.float32)
    # The spot function's own distribution: its rank makes coverage come out as asked for.
    lattice = np.linspace(0, 2 * np.pi, 128, endpoint=False)
    ranks = np.sort(((np.cos(lattice)[None] + np.cos(lattice)[:, None]) / 4 + 0.5).ravel())[::64]
    rank = np.interp(spot, ranks, np.linspace(0, 1, len(ranks))).astype(np.float32)
    ink: Image = (cover - (1 - rank)) * np.float32(0.4 * pitch_px) + np.float32(0.5)
    return np.clip(ink, 0, 1)


def grain(shape: tuple[int, ...], cell_px: float, *, octaves: int, seed: int) -> Image:
    """Return smooth random relief of this shape, about -1 to 1, mean 0; the same seed gives the same relief."""
    height, width = shape[:2]
    total = np.zeros((height, width), np.float32)
    random = np.random.Generator(np.random.PCG64(seed))
    for octave in range(octaves):
        cell = cell_px / 2**octave
        lattice = random.uniform(-1, 1, (int(height / cell) + 2, int(width / cell) + 2)).astype(np.float32)
        relief = cv2.resize(lattice, (width, height), interpolation=cv2.INTER_CUBIC)
        total += relief / np.float32(2**octave)
    return total / np.float32(sum(2.0**-octave for octave in range(octaves)))
