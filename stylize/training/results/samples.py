"""Sheets of samples: photos and their paintings, pair by pair on one picture."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from configs.disk.files import beside
from stylize.styles.opening import Picture

_GAP_PX = 8
_ACROSS = 2
"""Pairs in a row."""
_GROUND = 32


def write_sheet(photos: Sequence[Picture], paintings: Sequence[Picture], path: Path) -> None:
    """Write a grid of photos, each with its painting at its right, as PNG; raises OutputError.

    Args:
        photos: (H, W, 3) RGB, 0 to 255; sizes may differ from one to the next.
        paintings: As many, each of its photo's size.
        path: The file.
    """
    cells = [np.concatenate(pair, axis=1) for pair in zip(photos, paintings, strict=True)]
    height, width = (max(cell.shape[axis] for cell in cells) for axis in (0, 1))
    across = min(_ACROSS, len(cells))
    down = -(-len(cells) // across)
    sheet = np.full((down * (height + _GAP_PX) + _GAP_PX, across * (width + _GAP_PX) + _GAP_PX, 3), _GROUND, np.uint8)
    for at, cell in enumerate(cells):
        top = _GAP_PX + at // across * (height + _GAP_PX) + (height - cell.shape[0]) // 2
        left = _GAP_PX + at % across * (width + _GAP_PX) + (width - cell.shape[1]) // 2
        sheet[top : top + cell.shape[0], left : left + cell.shape[1]] = cell
    with beside(path) as draft:
        Image.fromarray(sheet).save(draft, "PNG")
