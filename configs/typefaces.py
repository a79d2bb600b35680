"""Fonts that can be asked for by name: they are downloaded at first use, by the catalogue."""

from pathlib import Path

from configs.weights import catalogue

FONTS = ("shantell-sans",)
"""Names that `--font` takes besides files."""


def font_file(font: Path | None) -> Path | None:
    """Return the file of the font that a recipe asks for, downloaded where it is one of `FONTS`; None for none.

    Raises:
        WeightsError: It cannot be downloaded; says what to put where.
        OutputError: The cache cannot be written.
    """
    if font is None or str(font) not in FONTS or font.exists():
        return font
    return catalogue.fetch(str(font))
