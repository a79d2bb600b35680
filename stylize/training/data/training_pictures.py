"""Folders of pictures for a training: read whole, checked, and cleaned of what teaches nothing.

Left out are files that cannot be decoded to their end, pictures too small to crop from, blank ones (black film
frames), and pictures that show the same as another; of those the one with most pixels stays.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from configs.errors import InputError
from configs.units import file_sha256
from stylize.styles.opening import Picture, TooManyPixels, open_picture

SUFFIXES = frozenset({".jpg", ".jpeg", ".jpe", ".png", ".webp", ".bmp", ".tif", ".tiff"})
"""Compared in lower case."""

LONGEST_PX = 1280
"""Larger pictures are scaled down to this when they are read: frames are painted at no more than about that."""

_CURE = "replace or remove it"
_READERS = 4
_HASH_PX = 16
"""A hash of 16 rows of 16 signs: with the usual 8 by 8, drawings on white paper look all alike."""
_HASH_APART = 20
"""Signs out of 256 that may differ between two pictures of the same; encoding and scaling change up to about 10."""
_THUMB_PX = 32
_THUMB_APART = 6.0
"""Mean difference of the two thumbnails' grey levels that is allowed beside it: signs alone see no lightness."""
_BLANK = 3.0
"""Standard deviation in grey levels under which a picture shows nothing."""

_NOTHING = {"broken": 0, "huge": 0, "tiny": 0, "blank": 0, "duplicate": 0}


@dataclass(frozen=True)
class Collection:
    """The pictures that a training may use, and what was left out."""

    folders: tuple[Path, ...]
    paths: tuple[Path, ...]
    digests: tuple[str, ...]
    """SHA-256 of each file, in the order of the paths."""
    found: int
    left_out: dict[str, int] = field(default_factory=lambda: dict(_NOTHING))
    """Counts by reason: broken, huge (more pixels than are read), tiny, blank, duplicate."""

    @property
    def digest(self) -> str:
        """One SHA-256 over all files in order: two collections with the same digest train alike."""
        return hashlib.sha256("\n".join(self.digests).encode()).hexdigest()

    def told(self) -> str:
        """Say in a few words how many there are, and what was left out."""
        out = [f"{count} {reason}" for reason, count in self.left_out.items() if count]
        return f"{len(self.paths)} of {self.found} pictures" + (f" (left out: {', '.join(out)})" if out else "")


@dataclass(frozen=True)
class _Checked:
    """What the check keeps of one file."""

    path: Path
    digest: str
    fault: str
    """Why it is left out; empty where it is not."""
    pixels: int = 0
    signs: npt.NDArray[np.float32] | None = None
    thumb: npt.NDArray[np.float32] | None = None


def collect(
    folders: Sequence[Path], *, least_px: int, what: str, progress: Callable[[float], None] | None = None
) -> Collection:
    """Check every picture in these folders and the folders below them.

    Args:
        folders: The folders.
        least_px: The least side of a picture.
        what: What the pictures are, for messages: photos, drawings.
        progress: Called with the share that is done, 0 to 1.

    Raises:
        InputError: There is no such folder, it holds no pictures, or none that can be used.
    """
    paths = sorted({path for folder in folders for path in _pictures_in(folder)})
    where = ", ".join(str(folder) for folder in folders)
    if not paths:
        cure = f"give a folder with {what} as {', '.join(sorted(suffix[1:] for suffix in SUFFIXES))}"
        raise InputError("there are no pictures in it", cure=cure, path=where)
    looks = []
    with ThreadPoolExecutor(_READERS) as pool:
        for count, look in enumerate(pool.map(lambda path: _look_at(path, least_px), paths), start=1):
            looks.append(look)
            if progress is not None:
                progress(count / len(paths))
    kept = _without_duplicates([look for look in looks if not look.fault])
    left_out = dict(_NOTHING)
    for look in looks:
        if look.fault:
            left_out[look.fault] += 1
    left_out["duplicate"] = len(looks) - len(kept) - sum(left_out.values())
    if not kept:
        reasons = ", ".join(f"{count} {reason}" for reason, count in left_out.items() if count)
        cure = f"give whole {what} of at least {least_px}x{least_px} pixels"
        raise InputError(f"none of its {len(paths)} pictures can be used ({reasons})", cure=cure, path=where)
    order = sorted(kept, key=lambda look: look.path)
    return Collection(
        tuple(folders), tuple(look.path for look in order), tuple(look.digest for look in order), len(paths), left_out
    )


def _pictures_in(folder: Path) -> list[Path]:
    if not folder.exists():
        raise InputError("there is no such folder", cure="check its name", path=folder)
    if not folder.is_dir():
        raise InputError("it is not a folder", cure="give the folder that the pictures lie in", path=folder)
    files = [path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")]
    return [path for path in files if path.is_file()]


def read_picture(path: Path, longest_px: float = math.inf) -> Picture:
    """Read a picture upright as (H, W, 3) RGB, 0 to 255, reduced to this longer side; transparency shows white paper.

    Raises:
        InputError: It cannot be decoded to its end, or has more pixels than are read.
    """
    return open_picture(path, longest_px=longest_px, cure=_CURE, what="the picture").picture


def _look_at(path: Path, least_px: int) -> _Checked:
    """Check a file; what is looked at of a large picture is its reduction, as the training sees it."""
    try:
        digest = file_sha256(path)
        opened = open_picture(path, longest_px=LONGEST_PX, least_px=least_px)
    except TooManyPixels:
        return _Checked(path, digest, "huge")
    except (InputError, OSError):
        return _Checked(path, "", "broken")
    width, height = opened.size_px
    if min(height, width) < least_px:
        return _Checked(path, digest, "tiny")
    grey = cv2.cvtColor(opened.picture, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    if float(grey.std()) < _BLANK:
        return _Checked(path, digest, "blank")
    thumb = cv2.resize(grey, (_THUMB_PX, _THUMB_PX), interpolation=cv2.INTER_AREA).astype(np.float32)
    return _Checked(path, digest, "", height * width, signs_of(grey), thumb)


def signs_of(grey: Picture) -> npt.NDArray[np.float32]:
    """Return the difference hash of a picture: 256 signs (1 or -1) of whether it grows lighter to the right.

    Args:
        grey: (H, W), 0 to 255.
    """
    small = cv2.resize(grey, (_HASH_PX + 1, _HASH_PX), interpolation=cv2.INTER_AREA).astype(np.int16)
    return np.where(small[:, 1:] > small[:, :-1], 1, -1).astype(np.float32).reshape(-1)


def _without_duplicates(looks: list[_Checked]) -> list[_Checked]:
    """Keep one picture of each that shows the same: the largest, of equals the first by name."""
    order = sorted(looks, key=lambda look: (-look.pixels, look.path))
    if not order:
        return []
    signs = np.stack([look.signs for look in order if look.signs is not None])
    thumbs = np.stack([look.thumb for look in order if look.thumb is not None])
    kept: list[int] = []
    held = np.empty_like(signs)
    for at in range(len(order)):
        apart = (signs.shape[1] - held[: len(kept)] @ signs[at]) / 2
        near = [kept[other] for other in np.flatnonzero(apart <= _HASH_APART)]
        if not any(float(np.abs(thumbs[other] - thumbs[at]).mean()) <= _THUMB_APART for other in near):
            held[len(kept)] = signs[at]
            kept.append(at)
    return [order[at] for at in kept]
