"""Reading the pictures that a person gives, to paint after or to train with: nowhere else are such read.

What comes from outside may be of any size, kind and honesty. The head alone is read first: a small file can stand for
more pixels than memory holds. A large JPEG is decoded at a fraction of its size where a smaller picture is wanted, and
any other is reduced in strips, so that little more than the decoded picture itself is ever in memory.
"""

import math
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile, ImageOps, PngImagePlugin

from configs.errors import InputError
from stylize.styles.own_files import is_file

DECODED_PX = 150_000_000
"""The most pixels that are decoded: with their alpha, some 600 MB."""

SEEN_PX = 1_000_000_000
"""The most pixels of a JPEG that is decoded at a fraction of its size: half a minute's work."""

_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "PPM", "JPEG2000", "AVIF")
"""Of what Pillow reads: pictures. Others of its formats are programs to be run."""

_PREFIX_BYTES = 16
_STRIP_ROWS = 256
_FINER = 2
"""A JPEG is decoded at no less than so many times the size that is wanted: the rest is averaged properly."""

_SMALLER = "give a smaller copy: 4000 pixels on the longer side are plenty"

_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, struct.error)
"""What Pillow raises for damage."""

PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY
"""Programs that make pictures note all their settings in a PNG, megabytes at times; together they stay bounded."""

_MOST_STEPS = 8
"""The least that a JPEG can be decoded at is an eighth."""

Picture = npt.NDArray[np.uint8]
"""(H, W, 3) RGB, 0 to 255."""

Made = TypeVar("Made")


class TooManyPixels(InputError):
    """Of the kinds of errors that `open_picture` raises, where no other is asked for: the picture is too large."""


@dataclass(frozen=True)
class Opened:
    """A picture that was read."""

    picture: Picture
    """Upright, (H, W, 3) RGB; what was transparent shows white paper. It may be written to."""
    size_px: tuple[int, int]
    """Width and height before it was reduced."""


def open_picture(
    path: Path,
    *,
    longest_px: float = math.inf,
    shortest_px: float = math.inf,
    least_px: int = 1,
    cure: str = "give a JPEG or a PNG",
    what: str = "",
    refusal: type[InputError] = InputError,
) -> Opened:
    """Read a picture upright, reduced to what is wanted of it; a smaller one stays as it is.

    Args:
        path: A JPEG, PNG, WebP, TIFF, BMP, GIF, PPM, JPEG 2000 or AVIF, by its content.
        longest_px: The longer side is at most this.
        shortest_px: The shorter side is at most this.
        least_px: No side is reduced to less, whatever its proportions.
        cure: What to give in place of what is no picture.
        what: What the picture is for, where that is told with an error.
        refusal: The error that is raised.

    Raises:
        InputError: As `refusal` says: it cannot be read, is no picture, is damaged, or has more pixels than are read.
    """
    bounds = longest_px, shortest_px, least_px

    def finish(picture: Image.Image, size_px: tuple[int, int]) -> Opened:
        return Opened(_reduced(picture, _wanted(size_px, *bounds)), size_px)

    return read_picture(path, finish, bounds=bounds, cure=cure, what=what, refusal=refusal)


def read_picture(
    path: Path,
    finish: Callable[[Image.Image, tuple[int, int]], Made],
    *,
    bounds: tuple[float, float, int] = (math.inf, math.inf, 1),
    cure: str = "give a JPEG or a PNG",
    what: str = "",
    refusal: type[InputError] = InputError,
) -> Made:
    """Read a picture upright and make something of it; what goes wrong meanwhile is told as a fault of the file.

    Args:
        path: As in `open_picture`.
        finish: Is given the picture, decoded and upright, in the mode that it was stored in, and its width and height
            before it was decoded at a fraction of its size; its `info` is as it was read.
        bounds: `longest_px`, `shortest_px` and `least_px` of what is wanted.
        cure: As in `open_picture`, as are the others.
        what: What the picture is for.
        refusal: The error that is raised.

    Raises:
        InputError: As `open_picture` does.
    """

    def unreadable(why: str) -> InputError:
        return refusal(f"{what} cannot be read ({why})".strip(), cure=cure, path=str(path).replace("\0", "?"))

    try:
        if path.exists() and not is_file(path):  # to read from a pipe or a device might never end
            raise unreadable("it is a folder" if path.is_dir() else "it is no file")
        stream = path.open("rb")
    except OSError as error:
        raise unreadable(error.strerror or str(error)) from error
    except ValueError as error:  # a NUL in its name
        raise unreadable("no file can have this name") from error
    with stream:
        picture = _identified(stream)
        if picture is None or picture.mode == "F":  # fractions of an unknown white: read as shades they are all black
            raise refusal("is no picture that can be read", cure=cure, path=path)
        before = picture.size
        _check_pixels(picture, before, drafted=_drafted(picture, _wanted(before, *bounds)), path=path, refusal=refusal)
        lying = picture.size
        try:
            picture.load()
            with suppress(*_DAMAGE):  # a broken note of how it was held is no reason to refuse a picture
                ImageOps.exif_transpose(picture, in_place=True)
            return finish(picture, before if picture.size == lying else before[::-1])
        except _DAMAGE as error:
            raise refusal("is no picture that can be read to its end", cure=cure, path=path) from error
        except MemoryError as error:
            size = f"{before[0]}x{before[1]} pixels"
            raise refusal(f"does not fit into memory ({size})", cure=_SMALLER, path=path) from error


def _check_pixels(
    picture: Image.Image, before: tuple[int, int], *, drafted: bool, path: Path, refusal: type[InputError]
) -> None:
    """Refuse more pixels than are decoded; `before` is the size that the file's head tells."""
    most = SEEN_PX if drafted else DECODED_PX
    if math.prod(picture.size) > DECODED_PX or math.prod(before) > most:
        size = f"{before[0]}x{before[1]} pixels, more than {most // 1_000_000} million"
        kind = TooManyPixels if refusal is InputError else refusal
        raise kind(f"is too large to be read ({size})", cure=_SMALLER, path=path)


def _identified(stream: IO[bytes]) -> ImageFile.ImageFile | None:
    """Read a picture's head by the formats that we take; Pillow's own `open` would refuse by its pixels alone."""
    Image.init()
    prefix = stream.read(_PREFIX_BYTES)
    for name in _FORMATS:
        if name not in Image.OPEN:  # a Pillow built without it
            continue
        make, accept = Image.OPEN[name]
        with suppress(*_DAMAGE):
            fits = accept is None or accept(prefix)
            if fits and not isinstance(fits, str):  # a text says what the build lacks
                stream.seek(0)
                return make(stream, "")
    return None


def _wanted(size_px: tuple[int, int], longest_px: float, shortest_px: float, least_px: int) -> tuple[int, int]:
    """Return the size to reduce to; the same where nothing is to be reduced."""
    scale = min(1.0, longest_px / max(size_px), shortest_px / min(size_px))
    if scale >= 1:
        return size_px
    width, height = (max(min(side, least_px), round(side * scale)) for side in size_px)
    return width, height


def _drafted(picture: ImageFile.ImageFile, wanted: tuple[int, int]) -> bool:
    """Have a JPEG decoded at a half, a quarter or an eighth where that is enough; tell whether its pixels then matter.

    A progressive one is held whole by the decoder, whatever comes out of it.
    """
    if picture.format not in ("JPEG", "MPO") or picture.info.get("progressive") or picture.info.get("progression"):
        return False
    (width, height), steps = picture.size, 1
    spare = min(width / wanted[0], height / wanted[1])
    while steps < _MOST_STEPS and (
        spare >= 2 * steps * _FINER or (width * height > DECODED_PX * steps**2 and spare >= 2 * steps)
    ):
        steps *= 2
    if steps > 1:
        picture.draft(picture.mode, (width // steps, height // steps))
    return picture.size != (width, height)


def _reduced(picture: Image.Image, wanted: tuple[int, int]) -> Picture:
    """Return RGB at the wanted size: whole steps strip by strip, the rest at once."""
    step = max(1, min(picture.width // wanted[0], picture.height // wanted[1]))
    shades = np.concatenate(list(_strips(picture, step)))
    if shades.shape[1::-1] == wanted:
        return shades
    return np.asarray(cv2.resize(shades, wanted, interpolation=cv2.INTER_AREA), np.uint8)


def _strips(picture: Image.Image, step: int) -> Iterator[Picture]:
    """Yield the picture strip by strip as RGB, each `step` by `step` pixels as one."""
    rows = max(1, _STRIP_ROWS // step) * step
    for top in range(0, picture.height, rows):
        strip = picture.crop((0, top, picture.width, min(picture.height, top + rows)))
        plain = _on_paper(eight_bits(strip))
        yield np.array(plain if step == 1 else plain.reduce(step), np.uint8)


def _on_paper(picture: Image.Image) -> Image.Image:
    """Return RGB; what is transparent shows white paper, and not the colours that may lie hidden under it."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    colours = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", colours.size, "white"), colours).convert("RGB")


def eight_bits(picture: Image.Image) -> Image.Image:
    """Scale 16-bit grey down; Pillow's own conversion would clip it to white."""
    if not picture.mode.startswith("I"):
        return picture
    shades = np.asarray(picture, np.float32)
    hidden = picture.info.get("transparency")
    if isinstance(hidden, int):
        shades = np.where(shades == hidden, np.float32(65535), shades)
    return Image.fromarray((shades / 257).clip(0, 255).astype(np.uint8))
