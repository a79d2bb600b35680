"""PDF/A-2b: what a PDF must say of itself to be kept for long (ISO 19005-2)."""

from functools import lru_cache

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import ImageCms

_DATED = slice(24, 36)
_MADE_ON = bytes.fromhex("07d0 0001 0001 0000 0000 0000")
"""1 January 2000, as ICC.1 writes dates: the library would write the time at which it runs."""


def make_archival(pdf: pikepdf.Pdf) -> None:
    """Say what the colours mean, and take out what archives refuse."""
    for page in pdf.pages:
        for key in ("/Trans", "/Dur"):
            if key in page.obj:
                del page.obj[key]
    profile = pdf.make_stream(srgb_profile(), N=3)
    pdf.Root.OutputIntents = Array([
        Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFA1,
            OutputConditionIdentifier=pikepdf.String("sRGB"),
            Info=pikepdf.String("sRGB"),
            DestOutputProfile=profile,
        )
    ])  # fmt: skip


def claim(xmp: pikepdf.models.PdfMetadata) -> None:
    """Write into the metadata which standard the file keeps."""
    xmp["pdfaid:part"] = "2"
    xmp["pdfaid:conformance"] = "B"


@lru_cache
def srgb_profile() -> bytes:
    """Return an ICC profile of sRGB that is the same every time."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    made[_DATED] = _MADE_ON
    return bytes(made)
