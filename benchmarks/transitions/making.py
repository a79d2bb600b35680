"""Clips with known changes of shot: pieces of shots joined by every kind of transition, and spoilt in every way.

Everything is drawn from one random generator, so that a seed stands for a clip.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.transitions.distractors import KINDS
from benchmarks.transitions.sources import Source, drawings, wide
from benchmarks.transitions.wiping import wiped

Pictures = NDArray[np.uint8]
Rng = np.random.Generator

SIZES = ((256, 144), (294, 125), (222, 166), (144, 256))
"""(width, height), of about `film.decoding.frames.AREA_PX` pixels."""


@dataclass
class Clip:
    """A made film in small."""

    pictures: Pictures
    rate: int
    hard: list[int] = field(default_factory=list)
    """First frames of new shots."""
    dissolves: list[tuple[int, int]] = field(default_factory=list)
    """First and last mixed frame."""
    wipes: list[tuple[int, int]] = field(default_factory=list)
    """First and last frame that shows something of both."""
    other: list[tuple[int, int]] = field(default_factory=list)
    """Fades, and what is not marked, first and last frame: not learned as any change, nor as their absence."""


def make_clip(rng: Rng, sources: Sequence[Source], pieces: int = 7) -> Clip:
    """Make a clip of some pieces from some films."""
    size = SIZES[rng.choice(len(SIZES), p=(0.45, 0.35, 0.15, 0.05))]
    clip = Clip(_piece(rng, sources, size), int(rng.choice((24, 24, 24, 25, 30, 12, 60))))
    for _ in range(pieces - 1):
        _join(rng, clip, sources, size)
    clip.pictures = _spoilt(rng, clip.pictures)
    return clip


def _spoilt(rng: Rng, pictures: Pictures) -> Pictures:
    for spoil, chance in ((_surround, 0.45), (_light, 0.2), (grain, 0.25), (_encode, 0.35)):
        if rng.random() < chance:
            pictures = spoil(rng, pictures)
    return pictures


def quiet_clip(rng: Rng, count: int = 240) -> Clip:
    """Make a clip of one shot, in which a camera moves or something happens that is no change of shot."""
    size = SIZES[rng.choice(len(SIZES))]
    pictures = camera_move(rng, size, count) if rng.random() < 0.6 else _distractor(rng, size, count)
    return Clip(_spoilt(rng, pictures), int(rng.choice((24, 25, 30))))


def lit_clip(rng: Rng, sources: Sequence[Source]) -> Clip:
    """Make a clip of one shot that grows slowly darker or lighter: no mixture of two pictures, though it looks so."""
    size = SIZES[rng.choice(len(SIZES))]
    if rng.random() < 0.5:
        pictures = camera_move(rng, size, 200)
    else:
        source = sources[int(rng.integers(len(sources)))]
        first, end = source.shots[rng.integers(len(source.shots))]
        pictures = _framed(rng, source.pictures[first : min(end, first + 200)], size)
    low, high = sorted(rng.uniform((0.1, 0.7), (0.5, 1.2)))
    length = float(np.exp(rng.uniform(np.log(20), np.log(max(21, len(pictures))))))
    pictures = _lit_by(pictures, low, high, rng.uniform(0, len(pictures)), length, rng.random() < 0.5)
    return Clip(_spoilt(rng, pictures), int(rng.choice((24, 25, 30))))


def _distractor(rng: Rng, size: tuple[int, int], count: int) -> Pictures:
    return list(KINDS.values())[rng.integers(len(KINDS))](rng, size, count)


def film_clip(rng: Rng, source: Source, count: int = 600) -> Clip:
    """Take a piece of a film as it is, with its own borders, and spoil it as a made one."""
    first = int(rng.integers(0, max(1, len(source.pictures) - count)))
    end = first + count
    step = int(rng.choice((1, -1)))  # or mirrored
    clip = Clip(_spoilt(rng, np.asarray(source.pictures[first:end, :, ::step])), int(source.truth["fps"]))
    for event in source.truth["events"]:
        start, last = event["start"] - first, event["end"] - first
        if last < 0 or start >= count:
            continue
        if event["kind"] == "dissolve":
            clip.dissolves.append((start, last))
        elif event["kind"] == "fade":
            clip.other.append((start, last))
        else:
            clip.hard.append(start)
    clip.other.extend((start - first, last - first) for start, last in source.truth.get("ignore", []))
    return clip


def _piece(rng: Rng, sources: Sequence[Source], size: tuple[int, int]) -> Pictures:
    made = rng.random()
    if made < 0.15:
        moved = camera_move(rng, size, int(rng.integers(24, 110)))
        return _held(rng, moved) if rng.random() < 0.3 else moved
    if made < 0.24:
        return _distractor(rng, size, int(rng.integers(30, 110)))
    source = sources[int(rng.integers(len(sources)))]
    first, end = source.shots[rng.integers(len(source.shots))]
    length = min(end - first, int(rng.integers(20, 90)))
    start = int(rng.integers(first, end - length + 1))
    frames = source.pictures[start : start + length]
    return _acted(rng, _framed(rng, frames, size))


def _framed(rng: Rng, frames: Pictures, size: tuple[int, int], closer: float = 1.0) -> Pictures:
    """Cut a part of the wanted shape out of all frames; sometimes mirrored."""
    height, width = frames.shape[1:3]
    wide_px, high_px = size
    scale = min(width / wide_px, height / high_px) / closer * float(rng.uniform(0.8, 1.0))
    w, h = max(8, int(wide_px * scale)), max(8, int(high_px * scale))
    x, y = int(rng.integers(0, width - w + 1)), int(rng.integers(0, height - h + 1))
    step = -1 if rng.random() < 0.3 else 1
    return np.stack(
        [cv2.resize(f[y : y + h, x : x + w][:, ::step], size, interpolation=cv2.INTER_AREA) for f in frames]
    )


def _acted(rng: Rng, frames: Pictures) -> Pictures:
    """Let things happen within the shot that are no change of it."""
    happening = rng.random()
    if happening < 0.12:
        return _flash(rng, frames)
    if happening < 0.18:
        return _lit(rng, frames)
    if happening < 0.23:
        return _titled(rng, frames)
    if happening < 0.28:
        return _held(rng, frames)
    if happening < 0.32:
        frames = frames.copy()
        at = int(rng.integers(2, len(frames) - 2))
        frames[at] = rng.choice([0, 128, 255]) if rng.random() < 0.5 else frames[at][::-1]
        return frames
    if happening < 0.37:
        return _shaken(rng, frames)
    if happening < 0.43:
        return np.repeat(frames[:1], len(frames), axis=0)  # stands still
    return frames


def _held(rng: Rng, frames: Pictures) -> Pictures:
    """Show each drawing for some frames: animation on twos, threes, fours."""
    hold = int(rng.choice([2, 2, 3, 4]))
    return frames[np.arange(len(frames)) // hold * hold]


def _flash(rng: Rng, frames: Pictures) -> Pictures:
    out = frames.astype(np.float32)
    for _ in range(int(rng.integers(1, 4))):
        at, length = int(rng.integers(1, len(frames) - 1)), int(rng.integers(1, 5))
        colour, strength = rng.choice([0, 255, 255, 255]), float(rng.uniform(0.4, 1))
        for k in range(length):
            if at + k < len(out):
                share = strength * (1 - k / length)
                out[at + k] = out[at + k] * (1 - share) + colour * share
    return out.astype(np.uint8)


def _lit(rng: Rng, frames: Pictures) -> Pictures:
    """Light goes up or down, at once or slowly."""
    low, high = sorted(rng.uniform(0.35, 1.3, 2))
    middle, length = rng.uniform(0, len(frames)), float(rng.choice([1, 4, 12, 30]))
    return _lit_by(frames, low, high, middle, length, rng.random() < 0.5)


def _lit_by(frames: Pictures, low: float, high: float, middle: float, length: float, rising: bool) -> Pictures:
    ramp = np.clip((np.arange(len(frames)) - middle) / length + 0.5, 0, 1)
    ramp = ramp if rising else 1 - ramp
    gain = (low + (high - low) * ramp).astype(np.float32)
    return np.clip(frames * gain[:, None, None, None], 0, 255).astype(np.uint8)


def _titled(rng: Rng, frames: Pictures) -> Pictures:
    """Words appear over the picture and go, at once or slowly."""
    height, width = frames.shape[1:3]
    words = np.zeros((height, width, 3), np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        at = int(rng.integers(0, width // 2)), int(rng.integers(height // 5, height))
        cv2.putText(words, "A STORY TOLD"[: rng.integers(4, 13)], at, 0, float(rng.uniform(0.5, 1.4)), (255,) * 3, 2)
    shown = np.clip((np.arange(len(frames)) - rng.uniform(0, len(frames))) / rng.choice([1, 6, 15]) + 0.5, 0, 1)
    return np.maximum(frames, (words * shown[:, None, None, None].astype(np.float32)).astype(np.uint8))


def _shaken(rng: Rng, frames: Pictures) -> Pictures:
    height, width = frames.shape[1:3]
    out = np.empty_like(frames)
    for k, frame in enumerate(frames):
        x, y = rng.normal(0, 5, 2)
        move = np.asarray([[1.08, 0, x - width * 0.04], [0, 1.08, y - height * 0.04]], np.float32)
        out[k] = cv2.warpAffine(frame, move, (width, height), borderMode=cv2.BORDER_REFLECT)
    return out


def camera_move(rng: Rng, size: tuple[int, int], count: int) -> Pictures:
    """Pan, tilt, zoom or turn over a picture, slow or whipped, evenly or starting and stopping."""
    paths = drawings()
    picture = wide(paths[rng.integers(len(paths))])
    height, width = picture.shape[:2]
    speed = float(np.exp(rng.uniform(np.log(0.15), np.log(25.0))))  # pixels of the small picture a frame
    angle = rng.uniform(0, 2 * np.pi)
    zoom = 1 + float(rng.choice([0, 0, 1])) * rng.uniform(-0.006, 0.01)
    progress = np.arange(count) - count / 2
    if rng.random() < 0.3:  # starts and stops
        progress = progress[0] + (progress[-1] - progress[0]) * (1 - np.cos(np.linspace(0, np.pi, count))) / 2
    scale = min(width / size[0], height / size[1]) * rng.uniform(0.4, 0.75)
    reach = np.asarray([width - size[0] * scale, height - size[1] * scale]) / 2
    out = np.empty((count, size[1], size[0], 3), np.uint8)
    for k, way in enumerate(progress):
        off = np.asarray([np.cos(angle), np.sin(angle)]) * way * speed * scale
        off = np.abs((off + reach) % (4 * np.maximum(reach, 1)) - 2 * np.maximum(reach, 1)) - np.maximum(reach, 1)
        s = scale * zoom**way
        centre = np.asarray([width, height]) / 2 + off
        move = np.asarray([[s, 0, centre[0] - s * size[0] / 2], [0, s, centre[1] - s * size[1] / 2]], np.float32)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        out[k] = cv2.warpAffine(picture, move, size, flags=flags, borderMode=cv2.BORDER_REFLECT)
    return out


def _join(rng: Rng, clip: Clip, sources: Sequence[Source], size: tuple[int, int]) -> None:
    kind = rng.choice(("hard", "again", "dissolve", "fade", "wipe", "none"), p=(0.36, 0.1, 0.29, 0.1, 0.12, 0.03))
    new = _piece(rng, sources, size)
    old, at = clip.pictures, len(clip.pictures)
    if kind == "again":
        new = _framed(rng, old[-min(len(old), 60) :], size, closer=float(rng.uniform(1.4, 2.2)))
    if kind in ("hard", "again"):
        clip.hard.append(at)
        clip.pictures = np.concatenate([old, new])
    elif kind == "dissolve":
        length = min(int(np.exp(rng.uniform(np.log(6), np.log(72)))), at - 8, len(new) - 8)
        if length >= 4:
            share = (np.arange(1, length + 1) / (length + 1))[:, None, None, None].astype(np.float32)
            mixed = old[-length:] * (1 - share) + new[:length] * share + 0.5
            clip.dissolves.append((at - length, at - 1))
            clip.pictures = np.concatenate([old[:-length], mixed.astype(np.uint8), new[length:]])
    elif kind == "fade":
        _fade(rng, clip, new)
    elif kind == "wipe":
        _wiped(rng, clip, new)


def _fade(rng: Rng, clip: Clip, new: Pictures) -> None:
    old, colour = clip.pictures.copy(), float(rng.choice([0, 0, 0, 255]))
    down, hold, up = (int(v) for v in rng.integers(0, (20, 12, 20)))
    down, up = min(down, len(old) - 4), min(up, len(new) - 4)
    new = new.copy()
    for k in range(down):
        share = (k + 1) / (down + 1)
        old[len(old) - down + k] = old[len(old) - down + k] * (1 - share) + colour * share
    for k in range(up):
        share = 1 - (k + 1) / (up + 1)
        new[k] = new[k] * (1 - share) + colour * share
    between = np.full((hold + 1, *old.shape[1:]), colour, np.uint8)
    clip.other.append((len(old) - down, len(old) + hold + up))
    clip.pictures = np.concatenate([old, between, new])


def _wiped(rng: Rng, clip: Clip, new: Pictures) -> None:
    found = wiped(rng, clip.pictures, new)
    if found is not None:
        clip.pictures, span = found
        clip.wipes.append(span)


def _surround(rng: Rng, pictures: Pictures) -> Pictures:
    """Put what never changes around or over the picture: bars, a logo, a diagram beside it."""
    height, width = pictures.shape[1:3]
    still = (
        _diagram(rng, (width, height))
        if rng.random() < 0.6
        else np.full((height, width, 3), rng.choice([0, 16]), np.uint8)
    )
    kind = rng.choice(("bars", "pillars", "beside", "corner", "band"))
    w, h = width, height
    if kind == "bars":
        h = int(height * rng.uniform(0.5, 0.9))
        still = np.full_like(still, rng.choice([0, 16]))
    elif kind == "pillars":
        w = int(width * rng.uniform(0.4, 0.9))
    elif kind == "beside":
        w, h = int(width * rng.uniform(0.35, 0.6)), int(height * rng.uniform(0.4, 1))
    x, y = (width - w) // 2, (height - h) // 2
    if kind == "beside":
        x = int(rng.choice([0, width - w]))
    out = np.empty_like(pictures)
    for k, frame in enumerate(pictures):
        out[k] = still
        out[k, y : y + h, x : x + w] = (
            frame if (w, h) == (width, height) else cv2.resize(frame, (w, h), interpolation=cv2.INTER_AREA)
        )
    if kind == "corner":
        part = slice(0, int(height * rng.uniform(0.1, 0.4))), slice(0, int(width * rng.uniform(0.1, 0.4)))
        out[:, part[0], part[1]] = still[part]
    elif kind == "band":
        out[:, -int(height * rng.uniform(0.1, 0.35)) :] = still[-int(height * 0.35) :][-1:]
    return out


def _diagram(rng: Rng, size: tuple[int, int]) -> Pictures:
    width, height = size
    out = np.full((height, width, 3), int(rng.integers(0, 256)), np.uint8)
    for _ in range(int(rng.integers(3, 16))):
        p, q = ([int(v) for v in rng.integers(0, (width, height))] for _ in range(2))
        cv2.rectangle(out, p, q, [int(v) for v in rng.integers(0, 256, 3)], int(rng.choice([-1, 1, 2])))
        cv2.putText(out, "some words", p, 0, 0.35, [int(v) for v in rng.integers(0, 256, 3)], 1)
    return out


def _light(rng: Rng, pictures: Pictures) -> Pictures:
    """All of the film is dark, pale, or without colour."""
    kind = rng.random()
    if kind < 0.6:
        gain = float(rng.uniform(0.2, 0.6))
        return (pictures * np.float32(gain) + float(rng.uniform(0, 16))).astype(np.uint8)
    if kind < 0.8:
        gain = float(rng.uniform(0.3, 0.7))
        return (pictures * np.float32(gain) + 255 * (1 - gain)).astype(np.uint8)
    return np.repeat(pictures.mean(axis=3, keepdims=True).astype(np.uint8), 3, axis=3)


def grain(rng: Rng, pictures: Pictures) -> Pictures:
    strength = float(rng.uniform(2, 14))
    noise = rng.normal(0, strength, (8, *pictures.shape[1:3], 1)).astype(np.float32)
    out = np.empty_like(pictures)
    for k, frame in enumerate(pictures):
        sheet = np.roll(noise[rng.integers(8)], tuple(rng.integers(0, 99, 2)), axis=(0, 1))
        out[k] = np.clip(frame + sheet, 0, 255)
    return out


def _encode(rng: Rng, pictures: Pictures) -> Pictures:
    """Send the frames through a real codec at a low quality."""
    codec, options = _CODECS[rng.integers(len(_CODECS))](rng)
    height, width = pictures.shape[1] // 2 * 2, pictures.shape[2] // 2 * 2
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as target:
        stream = target.add_stream(codec, rate=24, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[:height, :width]), format="bgr24")
            target.mux(stream.encode(frame))
        target.mux(stream.encode())
    file.seek(0)
    with av.open(file) as opened:
        frames = [frame.to_ndarray(format="bgr24") for frame in opened.decode(video=0)]
    if len(frames) != len(pictures):
        return pictures
    return np.stack(frames)


_CODECS: tuple[Callable[[Rng], tuple[str, dict[str, str]]], ...] = (
    lambda rng: ("libx264", {"crf": str(rng.integers(22, 38)), "preset": "ultrafast"}),
    lambda rng: ("libx264", {"crf": str(rng.integers(22, 36)), "preset": "veryfast", "g": "48"}),
    lambda rng: (
        "mpeg4",
        {"qscale": str(rng.integers(3, 16)), "flags": "+qscale", "global_quality": str(118 * int(rng.integers(3, 14)))},
    ),
)
