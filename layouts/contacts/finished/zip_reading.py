"""What comics in zip files have in common: entries read with a limit, XML without entities, pictures made small."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image

from layouts.contacts.finished.finished import UntoldError

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")
"""What pages of comics are, by their names."""
_QUALITY = 86
_MOST_BYTES = 100_000_000
"""Of one page as it is stored: what claims to be larger is no page of a comic."""
_MOST_XML_BYTES = 8_000_000
_MOST_PX = 120_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip file, and close it."""
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise UntoldError("it is no zip file, or its end is cut off") from None
    with archive:
        yield archive


def entry(archive: zipfile.ZipFile, name: str, most_bytes: int = _MOST_BYTES) -> bytes:
    """Return the content of an entry; it is read no further than a limit, whatever size it claims."""
    try:
        with archive.open(name) as stream:
            content = stream.read(most_bytes + 1)
    except KeyError:
        raise UntoldError(f"{name[:80]} is missing in it") from None
    except RuntimeError:  # zipfile's way to say so
        raise UntoldError("it is locked with a password") from None
    if len(content) > most_bytes:
        raise UntoldError(f"{name[:80]} in it is too large")
    return content


def xml(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """Return the root of an XML file; one that declares entities, which could grow without end, is refused."""
    content = entry(archive, name, _MOST_XML_BYTES)
    if b"<!ENTITY" in content.replace(b"\x00", b""):
        raise UntoldError(f"{name[:80]} in it declares entities")
    try:
        return ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise UntoldError(f"{name[:80]} in it is damaged") from None


def small_jpeg(content: bytes, most_px: tuple[int, int]) -> bytes:
    """Return a picture as a JPEG file that fits into a size; one that does so already stays as it is."""
    with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
        if picture.width * picture.height > _MOST_PX:
            raise UntoldError("a page in it is too large")
        fits = picture.width <= most_px[0] and picture.height <= most_px[1]
        if fits and picture.format == "JPEG" and picture.mode in ("RGB", "L"):
            picture.load()  # a damaged one is not handed on
            return content
        picture.draft("RGB", most_px)  # lets the JPEG reader scale while it decodes
        flat = _on_white(picture)
    flat.thumbnail(most_px, Image.Resampling.LANCZOS)
    return as_jpeg(flat)


def as_jpeg(image: Image.Image) -> bytes:
    """Return an image of the mode RGB as a JPEG file."""
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    whole = picture.convert("RGBA")
    paper = Image.new("RGB", whole.size, "white")
    paper.paste(whole, mask=whole.getchannel("A"))
    return paper
