"""Pieces of film in which much happens and no shot changes: what finders of cuts take for cuts.

Each is made over a drawing or a photo, in one shot, from a random generator alone.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.transitions.sources import drawings, wide

Pictures = NDArray[np.uint8]
Rng = np.random.Generator
Size = tuple[int, int]
"""(width, height)."""

_WORDS = ("shots begin and end", "a page of text", "def find(path)", "return the frames", "and so on", "0x7f 0x45 12")


def _view(picture: Pictures, size: Size, centre: NDArray[np.float64], scale: float, turn: float) -> Pictures:
    """Return what a camera sees of a picture.

    Args:
        picture: BGR.
        size: Of the view.
        centre: In the picture, 0 to 1 each.
        scale: Pixels of the picture for one of the view.
        turn: Of the camera, in radians.
    """
    height, width = picture.shape[:2]
    c, s = np.cos(turn) * scale, np.sin(turn) * scale
    x = centre[0] * width - c * size[0] / 2 + s * size[1] / 2
    y = centre[1] * height - s * size[0] / 2 - c * size[1] / 2
    move = np.asarray([[c, -s, x], [s, c, y]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(picture, move, size, flags=flags, borderMode=cv2.BORDER_REFLECT), np.uint8)


def _filmed(picture: Pictures, size: Size, path: NDArray[np.float64], scale: float) -> Pictures:
    """Film a picture along a path of (x, y, turn); what moves while the shutter is open is blurred."""
    out = np.empty((len(path), size[1], size[0], 3), np.uint8)
    for k, place in enumerate(path):
        behind = path[max(0, k - 1)]
        shots = [place + (behind - place) * share for share in np.linspace(0, 0.5, 9)]
        if np.abs(place - behind).max() < 0.002:
            shots = shots[:1]
        views = [_view(picture, size, at[:2], scale, float(at[2])).astype(np.float32) for at in shots]
        out[k] = sum(views) / len(views)
    return out


def _picture(rng: Rng) -> Pictures:
    paths = drawings()
    return wide(paths[rng.integers(len(paths))])


def _scale(rng: Rng, picture: Pictures, size: Size) -> float:
    return float(min(picture.shape[1] / size[0], picture.shape[0] / size[1]) * rng.uniform(0.4, 0.8))


def handheld(rng: Rng, size: Size, count: int) -> Pictures:
    """A camera in a hand, calm or running."""
    picture = _picture(rng)
    strength = float(rng.choice([0.002, 0.006, 0.012]))
    push = rng.normal(0, strength, (count, 3)) * (1, 1, 0.6)
    path, speed, place = np.empty((count, 3)), np.zeros(3), np.zeros(3)
    for k in range(count):
        speed = 0.75 * speed - 0.08 * place + push[k]
        place = place + speed
        path[k] = place
    return _filmed(picture, size, path + np.asarray([0.5, 0.5, 0]), _scale(rng, picture, size))


def whipped(rng: Rng, size: Size, count: int) -> Pictures:
    """A camera that is thrown round and stands, again and again."""
    picture = _picture(rng)
    path = np.empty((count, 3))
    place, at = np.asarray([0.5, 0.5, 0.0]), 0
    while at < count:
        stands, takes = int(rng.integers(12, 60)), int(rng.integers(6, 16))
        aim = np.asarray([*rng.uniform(0.15, 0.85, 2), 0.0])
        path[at : at + stands] = place
        part = path[at + stands : at + stands + takes]
        share = (1 - np.cos(np.linspace(0, np.pi, takes)))[: len(part), None] / 2
        part[:] = place + (aim - place) * share
        place, at = aim, at + stands + takes
    return _filmed(picture, size, path, _scale(rng, picture, size))


def _calm(rng: Rng, size: Size, count: int) -> Pictures:
    picture = _picture(rng)
    drift = np.linspace(0, 1, count)[:, None] * rng.normal(0, 0.08, 3) * (1, 1, 0.3)
    return _filmed(picture, size, drift + np.asarray([0.5, 0.5, 0]), _scale(rng, picture, size))


def flashed(rng: Rng, size: Size, count: int) -> Pictures:
    """Photographers' flashes, lightning."""
    out = _calm(rng, size, count).astype(np.float32)
    at = int(rng.integers(6, 30))
    while at < count:
        strength, fades = float(rng.uniform(0.5, 2.5)), float(rng.uniform(0.2, 0.8))
        place = rng.uniform(0, 1, 2) * size
        x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
        reach = 1.0 if rng.random() < 0.5 else np.exp(-np.hypot(x - place[0], y - place[1]) / size[0] * 2)[..., None]
        for k in range(5):
            if at + k < count:
                out[at + k] += (out[at + k] * strength + 60 * strength) * reach * fades**k
        at += int(rng.integers(4, 50))
    return np.clip(out, 0, 255).astype(np.uint8)


def strobed(rng: Rng, size: Size, count: int) -> Pictures:
    """Stroboscopes and coloured lights: on and off every few frames."""
    frames = _calm(rng, size, count).astype(np.float32)
    period, dark = int(rng.integers(2, 9)), float(rng.uniform(0.02, 0.5))
    colours = rng.uniform(0.3, 1.2, (3, 3)) if rng.random() < 0.5 else np.ones((3, 3))
    beat = np.arange(count) // period
    gain = np.where(beat % 2 == 0, 1.0, dark)[:, None] * colours[beat % 3]
    return np.clip(frames * gain[:, None, None].astype(np.float32), 0, 255).astype(np.uint8)


def exploded(rng: Rng, size: Size, count: int) -> Pictures:
    """Fire that fills the picture in a few frames, and its smoke."""
    frames = _calm(rng, size, count).astype(np.float32)
    cloud = cv2.resize(rng.uniform(0, 1, (9, 16)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    for start in range(int(rng.integers(10, 40)), count, int(rng.integers(50, 140))):
        place, grows = rng.uniform(0.2, 0.8, 2) * size, float(rng.uniform(6, 40))
        far = np.hypot(x - place[0], y - place[1])
        lasts = int(rng.integers(20, 60))
        for k in range(min(lasts, count - start)):
            edge = grows * (k + 1) ** 0.6 * (0.6 + 0.8 * np.roll(cloud, 2 * k, axis=1))
            cover = np.clip((edge - far) / 8, 0, 1)[..., None] * min(1.0, 1.4 * (1 - k / lasts))
            heat = max(0.0, 1 - k / 10)
            colour = np.asarray([60, 150, 250]) * heat + np.asarray([70, 72, 75]) * (1 - heat)
            lit = frames[start + k] * (1 + 1.5 * heat)
            frames[start + k] = lit * (1 - cover) + (colour + 80 * heat * cloud[..., None]) * cover
    return np.clip(frames, 0, 255).astype(np.uint8)


def _page(rng: Rng, width: int, height: int) -> Pictures:
    """Return a page of text with some pictures, as programs show them."""
    dark = rng.random() < 0.4
    page = np.full((height, width, 3), 30 if dark else 245, np.uint8)
    y = 12
    while y < height:
        if rng.random() < 0.06:
            picture = cv2.resize(_picture(rng), (width // 2, 60))[: max(0, height - y)]
            page[y : y + 60, 10 : 10 + width // 2] = picture
            y += 70
            continue
        if rng.random() < 0.85:
            words = " ".join(rng.choice(_WORDS, int(rng.integers(1, 4))))
            place = (8 + 12 * int(rng.integers(0, 4)), y)
            ink = [int(v) for v in rng.integers(150, 255, 3)] if dark else [int(v) for v in rng.integers(0, 110, 3)]
            cv2.putText(page, words, place, 0, 0.32, ink, 1, cv2.LINE_AA)
        y += 13
    return page


def scrolled(rng: Rng, size: Size, count: int) -> Pictures:
    """A screen on which text is scrolled: evenly as credits, by a wheel, or thrown by a finger."""
    way = int(rng.choice([0, 1, 2]))
    if way == 0:
        steps = np.full(count, rng.uniform(0.3, 5))
    elif way == 1:
        steps = np.where(rng.random(count) < 0.15, rng.choice([13, 26, 39]), 0.0)
    else:
        steps, speed = np.empty(count), 0.0
        for k in range(count):
            speed = speed * 0.9 + (float(rng.uniform(10, 60)) if rng.random() < 0.03 else 0)
            steps[k] = speed
    at = np.cumsum(steps).astype(int)
    page = _page(rng, size[0], size[1] + int(at[-1]) + 1)
    still = int(rng.choice([0, 0, size[0] // 4]))  # a column beside that stays
    beside = _page(rng, size[0], size[1])
    out = np.stack([page[top : top + size[1]] for top in at])
    out[:, :, :still] = beside[:, :still]
    return out


def built(rng: Rng, size: Size, count: int) -> Pictures:
    """A slide whose lines appear one after the other."""
    page = _page(rng, *size)
    out = np.empty((count, *page.shape), np.uint8)
    shown, ground = 20, page[:4].reshape(-1, 3).mean(axis=0)
    for k in range(count):
        if rng.random() < 0.04:
            shown += 13 * int(rng.integers(1, 4))
        out[k] = page
        out[k, shown:] = ground
    return out


KINDS: dict[str, Callable[[Rng, Size, int], Pictures]] = {
    "camera in a hand": handheld,
    "whipped camera": whipped,
    "flashes": flashed,
    "stroboscope": strobed,
    "explosions": exploded,
    "scrolled text": scrolled,
    "slide built up": built,
}
