"""How sharp a comic is printed: pixels to the inch of every picture in a PDF, as it is placed on its page.

python -m benchmarks.resolution comic.pdf...
"""

import statistics
import sys
from pathlib import Path
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium


class Resolution(NamedTuple):
    """Pixels to the inch of a comic's pictures."""

    pictures: int
    median: float
    least: float
    share_under_150: float


def pictures_ppi(pdf: Path) -> list[float]:
    """Return the pixels to the inch, across, of every picture of a PDF; OSError or PdfiumError where it is none."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            for image in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
                left, _, right, _ = image.get_bounds()
                found.append(image.get_px_size()[0] / (right - left) * 72)
    return found


def resolution(pdf: Path) -> Resolution:
    """Tell how sharp a comic is printed."""
    found = pictures_ppi(pdf)
    return Resolution(len(found), statistics.median(found), min(found), sum(ppi < 150 for ppi in found) / len(found))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        told = resolution(Path(name))
        size_mb = Path(name).stat().st_size / 1e6
        print(
            f"{name}: {told.pictures} pictures, median {told.median:.0f} ppi, least {told.least:.0f}, "
            f"{told.share_under_150:.0%} under 150; {size_mb:.1f} MB"
        )
