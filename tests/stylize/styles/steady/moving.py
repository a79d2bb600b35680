"""Films of a few frames, drawn by code, whose movement is known; and styles that flicker."""

import cv2
import numpy as np

from stylize.styles.stylizer import Batch, Picture, Stylizer
from tests.stylize.drawings import grainy, plain


def texture(width: int, height: int) -> Picture:
    """Return smooth blotches of colour with soft edges: enough to see any movement by, RGB in [0.1, 0.9]."""
    noise = grainy(plain(width, height, (0.5, 0.5, 0.5)), 0.5)
    blotches = cv2.GaussianBlur(noise, (0, 0), 3)
    low, high = blotches.min(), blotches.max()
    return np.ascontiguousarray(0.1 + 0.8 * (blotches - low) / (high - low), np.float32)


def panned(count: int, step_px: int, width: int = 96, height: int = 64) -> Batch:
    """Return frames of a camera that goes right over a picture, this many pixels a frame."""
    wide = texture(width + count * step_px, height)
    return np.stack([wide[:, step_px * k : step_px * k + width] for k in range(count)])


def crossed(count: int, step_px: int, width: int = 160, height: int = 96) -> tuple[Batch, list[slice]]:
    """Return frames in which a bright square goes right before a still ground, and its columns in each frame."""
    frames, columns = [], []
    for k in range(count):
        frame = 0.5 * texture(width, height)
        where = slice(40 + k * step_px, 64 + k * step_px)
        frame[30:54, where] = 0.5 + 0.5 * texture(24, 24)
        frames.append(frame)
        columns.append(where)
    return np.stack(frames), columns


class Flickering(Stylizer):
    """Darkens, and adds what only the frame decides: the same frame gives the same bytes, the next one other ones."""

    name = "flickering"

    def __init__(self, amount: float = 0.1) -> None:
        self.amount = amount
        self.palettes: list[int] = []
        self.paintings = 0

    def paint(self, batch: Batch) -> Batch:
        return np.stack([self._paint_one(picture) for picture in batch])

    def settle(self, references: object) -> "Flickering":
        self.palettes.append(len(references))  # type: ignore[arg-type]
        return self

    def _paint_one(self, picture: Picture) -> Picture:
        self.paintings += 1
        chance = np.random.default_rng(np.frombuffer(picture.tobytes()[:4096], np.uint32))
        waver = cv2.GaussianBlur(chance.uniform(-1, 1, picture.shape[:2]), (0, 0), 1.5)[..., None] * 4
        return np.clip(0.15 + 0.7 * picture + self.amount * waver, 0, 1).astype(np.float32)
