"""A sheet of styles: the same frames in every style, a row a frame and a column a style, in one JPEG."""

import io
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PIL import Image, ImageDraw

from configs.disk.files import beside
from configs.units import Frozen
from layouts.contacts.contact import UNREADABLE, label_font, shorten_label, thumbnail

_WIDTH_PX = 2400
"""Of the whole sheet, at most; few columns give a narrower one."""
_WIDEST_TILE_PX = 420
_GAP_PX = 10
_HEAD_PX, _LABEL_PX = 26, 18
"""Sizes of the lettering: of the styles' names, and of all else."""
_LEADING = 1.4
_PAPER, _INK, _PALE = (250, 250, 247), (30, 30, 30), (110, 110, 110)
_QUALITIES = (90, 84, 78, 72, 66, 60)
_SHRINK = 0.85
_LEAST_PX = 200


class SheetRow(Frozen):
    """One frame, untouched and in every style."""

    label: str
    pictures: tuple[Path, ...]
    """One for each column, all of one shape."""


def style_sheet(
    heads: Sequence[str], rows: Sequence[SheetRow], target: Path, *, foot: Sequence[str] = (), most_bytes: int = 700_000
) -> Path:
    """Draw the table of pictures with the columns' names above, each row's label below it and lines at the foot.

    Args:
        heads: The columns' names.
        rows: The frames, each in every column; a picture that cannot be read becomes a grey tile.
        target: The JPEG to write, all or nothing.
        foot: Lines under the table, the licences of the films for example.
        most_bytes: The JPEG is made coarser, then smaller, until it is no larger than this.

    Raises:
        OutputError: The target cannot be written.
        ValueError: A row has more or fewer pictures than there are columns, or there is no column at all.
    """
    if not heads or any(len(row.pictures) != len(heads) for row in rows):
        raise ValueError(f"every row needs {len(heads) or 'some'} pictures, one for each column")
    tile_px = min(_WIDEST_TILE_PX, (_WIDTH_PX - _GAP_PX) // len(heads) - _GAP_PX)
    heights_px = [_row_height(row, tile_px) for row in rows]
    width_px = _GAP_PX + len(heads) * (tile_px + _GAP_PX)
    top_px, line_px = _line(_HEAD_PX) + _GAP_PX, _line(_LABEL_PX)
    below_px = line_px * len(foot) + _GAP_PX
    sheet = Image.new("RGB", (width_px, top_px + sum(heights_px) + len(rows) * line_px + below_px), _PAPER)
    for column, head in enumerate(heads):
        _write(sheet, (_GAP_PX + column * (tile_px + _GAP_PX), _GAP_PX // 2), head, _HEAD_PX, tile_px)
    for row, height_px in zip(rows, heights_px, strict=True):
        for column, path in enumerate(row.pictures):
            picture = thumbnail(path, (tile_px, height_px))
            left_px = _GAP_PX + column * (tile_px + _GAP_PX) + (tile_px - picture.width) // 2
            sheet.paste(picture, (left_px, top_px + (height_px - picture.height) // 2))
        _write(sheet, (_GAP_PX, top_px + height_px), row.label, _LABEL_PX, width_px - 2 * _GAP_PX)
        top_px += height_px + line_px
    for at, words in enumerate(foot):
        _write(sheet, (_GAP_PX, top_px + at * line_px), words, _LABEL_PX, width_px - 2 * _GAP_PX, _PALE)
    with beside(target) as draft:
        draft.write_bytes(_encoded(sheet, most_bytes))
    return target


def _line(size_px: int) -> int:
    return round(size_px * _LEADING)


def _write(
    sheet: Image.Image,
    corner_px: tuple[int, int],
    words: str,
    size_px: int,
    most_px: int,
    colour: tuple[int, int, int] = _INK,
) -> None:
    font = label_font(size_px)
    ImageDraw.Draw(sheet).text(corner_px, shorten_label(words, font, most_px), fill=colour, font=font)


def _row_height(row: SheetRow, tile_px: int) -> int:
    """Return the height of a row: that of its first picture that can be read, within reason."""
    for path in row.pictures:
        with suppress(*UNREADABLE), Image.open(path) as picture:
            return round(tile_px * min(1.6, max(0.35, picture.height / picture.width)))
    return round(tile_px * 9 / 16)


def _encoded(sheet: Image.Image, most_bytes: int) -> bytes:
    """Return the finest JPEG that is small enough; past the coarsest quality the sheet itself shrinks."""
    while True:
        for quality in _QUALITIES:
            file = io.BytesIO()
            sheet.save(file, "JPEG", quality=quality, optimize=True)
            if file.tell() <= most_bytes:
                return file.getvalue()
        if sheet.width <= _LEAST_PX:
            return file.getvalue()
        smaller = (round(sheet.width * _SHRINK), max(1, round(sheet.height * _SHRINK)))
        sheet = sheet.resize(smaller, Image.Resampling.LANCZOS)
