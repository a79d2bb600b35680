"""The contact sheet as a page to choose from: one HTML file with all its pictures, that needs no network.

Each shot has a row: the frames that were chosen, framed, and others that it could have been shown by. A click on a
picture copies its time as a storyboard has it.
"""

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from configs.disk.files import beside
from configs.disk.untrusted import one_line
from configs.units import Frozen, Seconds
from layouts.contacts.contact import thumbnail
from layouts.editions.templates import stream_template

_TILE_PX = (224, 168)
_QUALITY = 72


class Tile(Frozen):
    """One picture to choose."""

    at_s: Seconds
    image: Path
    chosen: bool


class ShotRow(Frozen):
    """A shot and its pictures, in order of time."""

    shot: int
    start_s: Seconds
    end_s: Seconds
    tiles: tuple[Tile, ...]


def contact_page(title: str, rows: Sequence[ShotRow], target: Path) -> Path:
    """Write the page, one picture in memory at a time.

    Args:
        title: Of the film.
        rows: The shots in order of time.
        target: The HTML file, all or nothing.

    Raises:
        OutputError: The target cannot be written.
    """
    pieces = stream_template("contact.html", title=one_line(title), rows=map(_row, rows))
    with beside(target) as draft, draft.open("w", encoding="utf-8") as page:
        page.writelines(pieces)
    return target


def time_text(at_s: Seconds) -> str:
    """Write a time as a storyboard has it: `83.5`."""
    return f"{round(float(at_s), 6):.6f}".rstrip("0").rstrip(".")


def _row(row: ShotRow) -> dict[str, Any]:
    span = f"{float(row.start_s):.2f} to {float(row.end_s):.2f} s"
    return {"shot": row.shot, "span": span, "tiles": map(_tile, row.tiles)}


def _tile(tile: Tile) -> dict[str, Any]:
    return {
        "chosen": tile.chosen,
        "said": "chosen" if tile.chosen else "other",
        "time": time_text(tile.at_s),
        "data": _data(tile.image),
    }


def _data(image: Path) -> str:
    stream = io.BytesIO()
    thumbnail(image, _TILE_PX).save(stream, "JPEG", quality=_QUALITY)
    return base64.b64encode(stream.getvalue()).decode()
