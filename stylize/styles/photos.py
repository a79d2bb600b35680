"""Photos that a person gives to be painted: read as they are to be seen, saved with what was beside their colours.

A photo is turned upright as its EXIF says, its colours are brought to sRGB by its profile, and its alpha is set aside:
what is transparent is not painted, and is as transparent again in what is saved.
"""

import hashlib
import io
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from configs.disk.files import beside, is_same
from configs.errors import InputError
from stylize.styles.opening import Picture, eight_bits, read_picture
from stylize.styles.own_files import is_file

KINDS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".tif": "TIFF", ".tiff": "TIFF"}
"""Endings of photos that are written, and their format."""

READ_ALONE = (".avif", ".bmp", ".gif", ".jfif", ".jp2", ".jpe", ".pbm", ".pgm", ".ppm")
"""Endings of photos that are read and not written; such a one is saved as PNG."""

_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_OTHERS = {
    "a JPEG XL photo": re.compile(rb"\xff\x0a|\0{3}\x0cJXL "),
    "a Photoshop document": re.compile(rb"8BPS"),
    "a PDF document": re.compile(rb"%PDF"),
    "an SVG drawing": re.compile(rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,200}?-->\s*)?<svg\b", re.DOTALL),
}
"""Pictures of kinds that are not read, and how their files begin."""
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype html|html)\b", re.IGNORECASE)
_HEAD_BYTES = 512
_RAW = (".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".iiq", ".nef", ".nrw", ".orf", ".pef", ".raf", ".rw2")
"""Endings of cameras' raw files: many are TIFFs whose first picture is a thumbnail."""
UNREAD = (".heic", ".heif", *_RAW)
"""Endings of photos that are known and not read: what to do is told of each."""

_SAVED: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 95, "subsampling": 0, "optimize": True},
    "PNG": {"compress_level": 6},
    "WEBP": {"quality": 95, "method": 4},
    "TIFF": {"compression": "tiff_adobe_deflate"},
}
_LARGEST_WEBP_PX = 16_383
_LARGEST_JPEG_PX = 65_535
_FRAME_LEVEL = 1
"""zlib's level for what lies in the store until it is painted."""
_EXIF_IFD = 0x8769
_KEPT = (0x010E, 0x010F, 0x0110, 0x013B, 0x8298, 0x0132)
"""Of the EXIF: description, camera, artist, copyright, time. What tells of the stored pixels is no longer true."""
_KEPT_INSIDE = (0x9003, 0x9004, 0x9010, 0x9011)
"""The same of its second part: when the photo was taken and digitised, and in which time zone."""

Alpha = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Photo:
    """A photo, upright and in sRGB."""

    picture: Picture
    """(H, W, 3) RGB; white where nothing is to be seen of it."""
    alpha: Alpha | None
    """(H, W), 255 where nothing shines through; None: nowhere does."""
    pictures: int
    """How many the file holds; this is the first."""


def read_photo(path: Path) -> Photo:
    """Read a photo: JPEG, PNG, WebP, TIFF, BMP, GIF, PPM, JPEG 2000 or AVIF, of 8 or 16 bits.

    Raises:
        InputError: It is none of these, is damaged, or has more pixels than are read.
    """
    check_photo(path)
    return read_picture(path, _developed, cure="give a photo, such as a JPEG or a PNG")


def check_photo(path: Path) -> None:
    """Refuse what is not read, by its first bytes and its ending; damage is seen when it is read.

    Raises:
        InputError: It is not there, is of a kind that is known and not read, a camera's raw file, or no picture.
    """
    head = b""
    if not os.path.lexists(path):
        raise InputError("there is no such file", cure="check the name", path=path)
    with suppress(OSError, ValueError):  # told where it is read
        if is_file(path):
            with path.open("rb") as stream:
                head = stream.read(_HEAD_BYTES)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        cure = "save it as JPEG or PNG first, as the photo's own app or `magick photo.heic photo.jpg` does"
        raise InputError("is a HEIC photo, which is not read", cure=cure, path=path)
    for kind, sign in _OTHERS.items():
        if sign.match(head):
            raise InputError(f"is {kind}, which is not read", cure="save it as JPEG or PNG first", path=path)
    if _WEB_PAGE.match(head):
        raise InputError("is a page of the web", cure="download the photo itself", path=path)
    if path.suffix.lower() in _RAW:
        raise InputError("is a camera's raw file, which is not read", cure="develop it to JPEG or TIFF", path=path)


def _developed(stored: Image.Image, _: tuple[int, int]) -> Photo:
    profile, pictures = stored.info.get("icc_profile"), int(getattr(stored, "n_frames", 1))
    plain = eight_bits(stored)
    alpha = np.array(plain.convert("RGBA").getchannel("A"), np.uint8) if plain.has_transparency_data else None
    if alpha is not None and alpha.min() == 255:
        alpha = None
    picture = np.array(_in_srgb(plain, profile), np.uint8)
    if alpha is not None:
        picture[alpha == 0] = 255  # whatever colours lie hidden there
    return Photo(picture, alpha, pictures)


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Bring colours to sRGB; a profile that is broken, or one for other colours, is left unheeded."""
    if picture.mode in ("P", "PA"):
        picture = picture.convert("RGBA")
    if picture.mode in ("RGBA", "RGBX", "LA", "1"):
        picture = picture.convert("L" if picture.mode in ("LA", "1") else "RGB")
    if profile and picture.mode in ("RGB", "L", "CMYK", "LAB"):
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return _converted(picture, given)
    return picture.convert("RGB")


def _converted(picture: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    done = ImageCms.profileToProfile(
        picture,
        profile,
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert done is not None  # it is when it works in place
    return done


def frame_png(photo: Photo) -> bytes:
    """Return a photo as PNG, its alpha with it: what `stylize.styles.paint` takes."""
    colours = cv2.cvtColor(photo.picture, cv2.COLOR_RGB2BGR)
    whole = colours if photo.alpha is None else np.dstack([colours, photo.alpha])
    written, stored = cv2.imencode(".png", whole, [cv2.IMWRITE_PNG_COMPRESSION, _FRAME_LEVEL])
    if not written:
        raise InputError("is too large to be written as PNG", cure="give a smaller copy")
    return stored.tobytes()


def save_photo(painting: Path, frame: Path, source: Path, target: Path) -> None:
    """Save a painting in the format of its target's ending, with the alpha and the notes of its photo.

    A JPEG has no alpha: what was transparent shows white paper. A target that holds the same is not touched.

    Args:
        painting: What was painted, a PNG.
        frame: What it was painted from, as `frame_png` makes it.
        source: The photo.
        target: One of `KINDS`.

    Raises:
        InputError: The format has no room for so many pixels.
        OutputError: The target cannot be written.
    """
    form = KINDS[target.suffix.lower()]
    picture = Image.fromarray(_read(painting, cv2.IMREAD_COLOR)[..., ::-1])
    stored = _read(frame, cv2.IMREAD_UNCHANGED)
    if stored.ndim == 3 and stored.shape[2] == 4:
        picture.putalpha(Image.fromarray(stored[..., 3]))
        if form == "JPEG":
            picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    most = {"WEBP": _LARGEST_WEBP_PX, "JPEG": _LARGEST_JPEG_PX}.get(form, max(picture.size))
    if max(picture.size) > most:
        size = f"{picture.width}x{picture.height} pixels"
        raise InputError(f"is too large for {form} ({size})", cure="give a name in .png or .tif with -o", path=source)
    written = io.BytesIO()
    picture.save(written, form, exif=_notes(source, inside=form != "TIFF"), **_SAVED[form])
    if not is_same(target, hashlib.sha256(written.getvalue()).hexdigest()):
        with beside(target) as draft:
            draft.write_bytes(written.getvalue())


def _read(path: Path, how: int) -> Picture:
    found = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), how)
    if found is None:
        raise InputError("is damaged", cure="delete it and run again", path=path)
    return np.asarray(found, np.uint8)


def _notes(source: Path, *, inside: bool) -> bytes:
    """Return what a photo's EXIF tells of the moment and its maker; empty where it tells nothing that can be read.

    Args:
        source: The photo.
        inside: Whether its second part is wanted; Pillow cannot write that into a packed TIFF.
    """
    kept = Image.Exif()
    with suppress(Exception), Image.open(source, formats=("JPEG", "PNG", "WEBP", "TIFF")) as photo:  # odd notes
        told = photo.getexif()
        kept.update({tag: told[tag] for tag in _KEPT if isinstance(told.get(tag), str)})
        more = told.get_ifd(_EXIF_IFD) if inside else {}
        if found := {tag: more[tag] for tag in _KEPT_INSIDE if isinstance(more.get(tag), str)}:
            kept.get_ifd(_EXIF_IFD).update(found)
    return kept.tobytes() if len(kept) else b""
