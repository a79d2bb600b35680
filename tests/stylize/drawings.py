"""Pictures drawn by code, for painting: RGB float32 in [0, 1]."""

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.float32]


def plain(width: int, height: int, colour: tuple[float, float, float] = (0.6, 0.5, 0.4)) -> Picture:
    return np.full((height, width, 3), colour, np.float32)


def step(width: int, height: int, left: float, right: float) -> Picture:
    picture = plain(width, height, (left, left, left))
    picture[:, width // 2 :] = right
    return picture


def slope(width: int, height: int) -> Picture:
    row = np.linspace(0.55, 0.85, width, dtype=np.float32)
    return np.ascontiguousarray(np.broadcast_to(row[None, :, None], (height, width, 3)))


def scene(width: int, height: int) -> Picture:
    """A face with eyes and a mouth before a hill and a sky, at any size, drawn four times as large and reduced."""
    big = (width * 4, height * 4)
    canvas = np.empty((big[1], big[0], 3), np.uint8)
    shade = np.linspace(0, 1, big[1])[:, None]
    canvas[..., 0], canvas[..., 1], canvas[..., 2] = 120 + 60 * shade, 160 + 50 * shade, 225

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * big[0]), round(y * big[1])

    def length(share: float) -> int:
        return max(1, round(share * big[1]))

    cv2.ellipse(canvas, at(0.8, 1.05), (length(0.7), length(0.4)), 0, 0, 360, (60, 130, 50), -1)
    cv2.ellipse(canvas, at(0.4, 0.52), (length(0.28), length(0.36)), 0, 0, 360, (225, 170, 140), -1)
    cv2.ellipse(canvas, at(0.4, 0.32), (length(0.3), length(0.2)), 0, 180, 360, (70, 40, 25), -1)
    for x in (0.33, 0.47):
        cv2.ellipse(canvas, at(x, 0.47), (length(0.045), length(0.03)), 0, 0, 360, (245, 245, 240), -1)
        cv2.circle(canvas, at(x, 0.47), length(0.025), (35, 25, 30), -1)
    cv2.ellipse(canvas, at(0.4, 0.7), (length(0.1), length(0.03)), 0, 0, 360, (150, 50, 50), -1)
    cv2.rectangle(canvas, at(0.3, 0.88), at(0.5, 1.0), (190, 40, 40), -1)
    return cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def grainy(picture: Picture, strength: float) -> Picture:
    """Add film grain of this standard deviation; always the same."""
    noise = np.random.Generator(np.random.PCG64(7)).normal(0, strength, picture.shape)
    return np.clip(picture + noise, 0, 1).astype(np.float32)


def blocky(picture: Picture, strength: float) -> Picture:
    """Add steps between blocks of 8x8, as strong compression leaves them."""
    height, width = picture.shape[:2]
    shape = (-(-height // 8), -(-width // 8), 1)
    steps = np.random.Generator(np.random.PCG64(8)).uniform(-strength, strength, shape)
    blocks = np.kron(steps, np.ones((8, 8, 1)))[:height, :width]
    return np.clip(picture + blocks, 0, 1).astype(np.float32)
