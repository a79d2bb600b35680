"""A contact sheet: many small pictures with a label each, in one JPEG."""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from configs.disk.files import beside

_TILE_WIDTH_PX = 192
_MISSING_RATIO = 9 / 16
_LABEL_PX = 18
_GAP_PX = 6
_MOST_TILES = 240
_MOST_COLUMNS = 8
_PAPER, _INK, _MISSING = (250, 250, 247), (30, 30, 30), (205, 205, 200)
_QUALITY = 82
UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)
"""What Pillow raises for damaged files."""

LabelFont = ImageFont.FreeTypeFont | ImageFont.ImageFont


def contact_sheet(
    images: Sequence[Path], labels: Sequence[str], target: Path, *, columns: int | None = None, most: int = _MOST_TILES
) -> Path:
    """Draw pictures as a grid of labelled tiles; a picture that cannot be read becomes a grey tile.

    One picture is held at a time, so memory depends on the sheet alone. Of more than `most` pictures an even sample is
    shown, and a line at the foot says so.

    Args:
        images: Pictures of any format that Pillow reads.
        labels: One for each picture.
        target: The JPEG to write, all or nothing.
        columns: Tiles in a row; chosen by their number when left out.
        most: The most tiles.

    Raises:
        OutputError: The target cannot be written.
        ValueError: There are more or fewer labels than pictures.
    """
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} pictures need as many labels, not {len(labels)}")
    shown = sample_evenly(len(images), most)
    columns = max(1, columns or min(_MOST_COLUMNS, round((len(shown) or 1) ** 0.5 + 0.4)))
    foot = "no pictures" if not images else f"{len(shown)} of {len(images)}" if len(shown) < len(images) else ""
    grid = _Grid(columns, _tile_height([images[at] for at in shown]))
    sheet = grid.blank(len(shown), foot)
    for place, at in enumerate(shown):
        _draw_tile(sheet, images[at], labels[at], grid, place)
    with beside(target) as draft:
        sheet.save(draft, format="JPEG", quality=_QUALITY)
    return target


def sample_evenly(count: int, most: int) -> list[int]:
    """Return at most `most` of the numbers below `count`, evenly spread, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return [place * (count - 1) // (most - 1) for place in range(most)] if most > 1 else [0][:most]


class _Grid(NamedTuple):
    """Where the tiles lie."""

    columns: int
    tile_height_px: int

    def corner(self, place: int) -> tuple[int, int]:
        row, column = divmod(place, self.columns)
        pitch = self.tile_height_px + _LABEL_PX + _GAP_PX
        return _GAP_PX + column * (_TILE_WIDTH_PX + _GAP_PX), _GAP_PX + row * pitch

    def blank(self, tiles: int, foot: str) -> Image.Image:
        width = self.corner(self.columns - 1)[0] + _TILE_WIDTH_PX + _GAP_PX
        height = self.corner(tiles + -tiles % self.columns)[1]
        sheet = Image.new("RGB", (width, height + (_LABEL_PX + _GAP_PX if foot else 0)), _PAPER)
        if foot:
            ImageDraw.Draw(sheet).text((_GAP_PX, height), foot, fill=_INK, font=label_font())
        return sheet


def _tile_height(images: Sequence[Path]) -> int:
    """Give all tiles the shape of the first picture that can be read, within reason."""
    for path in images:
        with suppress(*UNREADABLE), Image.open(path) as picture:
            return round(_TILE_WIDTH_PX * min(1.6, max(0.35, picture.height / picture.width)))
    return round(_TILE_WIDTH_PX * _MISSING_RATIO)


def _draw_tile(sheet: Image.Image, path: Path, label: str, grid: _Grid, place: int) -> None:
    left, top = grid.corner(place)
    width, height = _TILE_WIDTH_PX, grid.tile_height_px
    picture = thumbnail(path, (width, height))
    sheet.paste(picture, (left + (width - picture.width) // 2, top + (height - picture.height) // 2))
    font = label_font()
    ImageDraw.Draw(sheet).text((left, top + height + 1), shorten_label(label, font, width), fill=_INK, font=font)


def shorten_label(label: str, font: LabelFont, most_px: float) -> str:
    """Cut a label, with an ellipsis, until it is no wider than this."""
    while label and font.getlength(label) > most_px:
        label = label[:-2].rstrip("…") + "…" if len(label) > 2 else ""
    return label


def thumbnail(path: Path, most_px: tuple[int, int]) -> Image.Image:
    """Read a picture and reduce it to fit into this size; grey of the whole size where it cannot be read."""
    with suppress(*UNREADABLE), Image.open(path) as picture:
        picture.draft("RGB", most_px)  # lets the JPEG reader scale while it decodes
        small = picture.convert("RGB")
        small.thumbnail(most_px, Image.Resampling.BOX)
        return small
    return Image.new("RGB", most_px, _MISSING)


@cache
def label_font(size_px: int = 12) -> LabelFont:
    """Return DejaVu Sans from matplotlib's wheel, found without importing that."""
    spec = find_spec("matplotlib")
    for place in spec.submodule_search_locations or () if spec else ():
        path = Path(place, "mpl-data", "fonts", "ttf", "DejaVuSans.ttf")
        if path.is_file():
            return ImageFont.truetype(str(path), size_px)
    return ImageFont.load_default(size_px)
