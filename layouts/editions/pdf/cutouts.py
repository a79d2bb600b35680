"""Pictures cut out of painted frames for their place on the page, and kept: what did not change is not cut again."""

from pathlib import Path

from PIL import Image

from configs.disk.sealed import Tell, content, digest, sealed
from configs.errors import FilmcomicError
from configs.units import Box, text_sha256
from configs.versions import version_of
from layouts.book.page import Rect

_SHARPER = 1.02
"""A picture is scaled down to the page's resolution when it has more than this."""


class Cuts:
    """A folder of cut pictures, each named by all that decides its bytes, a painting by its content.

    Args:
        folder: The folder.
        tell: Called with one line when a cut is damaged and is made again.
    """

    def __init__(self, folder: Path, tell: Tell = lambda line: None) -> None:
        self.folder = folder
        self._tell = tell

    def path(self, source: Path, crop: Box, rect: Rect, *, ppi: float, quality: int) -> Path:
        """Return where a cut lies, or would lie; raises OSError when the painting cannot be read."""
        across = rect.width / 72 * ppi  # its place on the page does not matter, nor its height: crops have its shape
        decides = f"{version_of('cuts')} {content(source)} {crop.model_dump_json()} {across!r} {quality}"
        key = text_sha256(decides)
        return self.folder / key[:2] / f"{key}.jpg"

    def jpeg(self, source: Path, crop: Box, rect: Rect, *, ppi: float, quality: int) -> Path:
        """Return the cut, made if it is not there.

        Raises:
            OSError: The painting is not there.
            FilmcomicError: It cannot be read.
            OutputError: The cut cannot be written.
        """
        target = self.path(source, crop, rect, ppi=ppi, quality=quality)
        if digest(target, self._tell) is None:
            with sealed(target) as draft:
                cut_jpeg(source, crop, rect, draft, ppi=ppi, quality=quality)
        return target


def cut_jpeg(source: Path, crop: Box, rect: Rect, target: Path, *, ppi: float, quality: int) -> None:
    """Cut a crop out of a picture and write it as JPEG (4:4:4), at most as sharp as the page is printed.

    Raises:
        FilmcomicError: The picture cannot be read.
        OSError: The JPEG cannot be written.
    """
    whole = _opened(source)
    left, top = crop.x0 * whole.width, crop.y0 * whole.height
    right, bottom = crop.x1 * whole.width, crop.y1 * whole.height
    most = rect.width / 72 * ppi
    scale = min(1.0, most / (right - left) if (right - left) > most * _SHARPER else 1.0)
    size = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
    cut = whole.resize(size, Image.Resampling.LANCZOS, box=(left, top, right, bottom))
    cut.save(target, "JPEG", quality=quality, subsampling=0)


def _opened(source: Path) -> Image.Image:
    try:
        with Image.open(source) as picture:
            return picture.convert("RGB")
    except OSError as error:  # else it would be taken for an error of what is being written
        raise FilmcomicError(f"the painting cannot be read ({error})", cure="run again", path=source) from error
