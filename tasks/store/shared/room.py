"""The size of a staging folder: the stores that were used longest ago go first, once all they hold is far away too."""

import os
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from configs.disk.files import output_error
from configs.disk.processes import mark

_NOTES = "upkeep"
_BLOCK_BYTES = 512


def make_room(
    staging: Path,
    limit_bytes: float,
    *,
    used_s: Callable[[Path], float],
    in_use: Callable[[Path], bool],
    is_safe: Callable[[Path], bool],
) -> list[Path]:
    """Remove the stores of a staging folder that were used longest ago, until it is small enough.

    Args:
        staging: The folder.
        limit_bytes: What it may take of the disk.
        used_s: When a store was used last, in seconds since the epoch.
        in_use: Whether a run uses it; asked once more when it is out of the way.
        is_safe: Whether all it holds is in the far store.

    Returns:
        The stores that have gone.

    Raises:
        OutputError: The folder cannot be written to.
    """
    stores = [path for path in staging.iterdir() if path.is_dir() and path.name != _NOTES and path.name[0] != "."]
    sizes = {path: _bytes_of(path) for path in stores}
    total, gone = sum(sizes.values()), []
    for root in sorted(stores, key=used_s):
        if total <= limit_bytes:
            break
        if not in_use(root) and is_safe(root) and take_away(root, in_use):
            total -= sizes[root]
            gone.append(root)
    return gone


def take_away(root: Path, in_use: Callable[[Path], bool]) -> bool:
    """Remove a store in one step; put it back where a run has begun to use it meanwhile; raises OutputError."""
    aside = root.with_name(f".filmcomic-{mark()}-{root.name}")
    try:
        root.rename(aside)
    except FileNotFoundError:
        return True
    except OSError as error:
        raise output_error(error, root) from None
    if in_use(root):
        _put_back(aside, root)
        return False
    shutil.rmtree(aside, ignore_errors=True)
    return not aside.exists()


def _put_back(aside: Path, root: Path) -> None:
    """Put a store back; what a run has made anew in the meantime stays as it is, since it is the same."""
    with suppress(OSError):
        aside.rename(root)  # also over an empty folder
        return
    for where, _, names in os.walk(aside):
        there = root / Path(where).relative_to(aside)
        for name in names:
            with suppress(OSError):
                there.mkdir(parents=True, exist_ok=True)
                if not (there / name).exists():
                    Path(where, name).rename(there / name)
    shutil.rmtree(aside, ignore_errors=True)


def _bytes_of(root: Path) -> int:
    total = 0
    for where, _, names in os.walk(root):
        for name in names:
            with suppress(OSError):
                told = Path(where, name).lstat()
                total += told.st_blocks * _BLOCK_BYTES if stat.S_ISREG(told.st_mode) else 0
    return total
