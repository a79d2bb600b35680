"""Pictures cut out of painted frames for their place on the page, and kept: what did not change is not cut again."""

import re
from pathlib import Path

from PIL import Image

from configs.files import beside
from configs.units import Box, text_sha256
from layouts.page import Rect

_VERSION = 1
"""Goes up when the same painting would be cut into other bytes."""
_DIGEST = re.compile("[0-9a-f]{64}")
_SHARPER = 1.02
"""A picture is scaled down to the page's resolution when it has more than this."""


class Cuts:
    """A folder of cut pictures, each named by all that decides its bytes.

    A painting that is named by a digest, as those in the store are, is known by that, wherever it lies; another one by
    its path, so those must not change while the folder is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, source: Path, crop: Box, rect: Rect, *, ppi: float, quality: int) -> Path:
        """Return where a cut lies, or would lie."""
        across = rect.width / 72 * ppi  # its place on the page does not matter, nor its height: crops have its shape
        name = source.stem if _DIGEST.fullmatch(source.stem) else str(source)
        key = text_sha256(f"{_VERSION} {name} {crop.model_dump_json()} {across!r} {quality}")
        return self.folder / key[:2] / f"{key}.jpg"

    def jpeg(self, source: Path, crop: Box, rect: Rect, *, ppi: float, quality: int) -> Path:
        """Return the cut, made if it is not there.

        Raises:
            OSError: The painting cannot be read.
            OutputError: The cut cannot be written.
        """
        target = self.path(source, crop, rect, ppi=ppi, quality=quality)
        if not target.is_file():
            with beside(target) as draft:
                cut_jpeg(source, crop, rect, draft, ppi=ppi, quality=quality)
        return target


def cut_jpeg(source: Path, crop: Box, rect: Rect, target: Path, *, ppi: float, quality: int) -> None:
    """Cut a crop out of a picture and write it as JPEG (4:4:4), at most as sharp as the page is printed.

    Raises:
        OSError: The picture cannot be read or the JPEG cannot be written.
    """
    with Image.open(source) as picture:
        whole = picture.convert("RGB")
    left, top = crop.x0 * whole.width, crop.y0 * whole.height
    right, bottom = crop.x1 * whole.width, crop.y1 * whole.height
    most = rect.width / 72 * ppi
    scale = min(1.0, most / (right - left) if (right - left) > most * _SHARPER else 1.0)
    size = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
    cut = whole.resize(size, Image.Resampling.LANCZOS, box=(left, top, right, bottom))
    cut.save(target, "JPEG", quality=quality, subsampling=0)
