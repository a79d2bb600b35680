"""Films whose picture changes its kind on the way, each with a white square in its middle."""

from pathlib import Path
from typing import Any

import cv2
import ffmpeg
import numpy as np

from film.decoding.developing.picture import Picture
from tests.film.programs import drawn_input, run


def squared(path: Path, size: tuple[int, int], aspect: str = "1", *, codec: str = "libx264", **options: Any) -> Path:
    """Write half a second of a picture with a square as players show it, a third as high as the picture."""
    width, height = size
    high = height // 3 // 2 * 2
    numerator, _, denominator = aspect.partition("/")
    wide = round(high * int(denominator or 1) / int(numerator))
    picture = (
        f"testsrc2=s={width}x{height}:r=25:d=0.52,eq=contrast=0.5:brightness=-0.2,"
        f"drawbox=x=(iw-{wide})/2:y=(ih-{high})/2:w={wide}:h={high}:color=white:t=fill,"
        f"setsar={aspect},format=yuv420p"
    )
    run(drawn_input(picture).output(str(path), vcodec=codec, **options))
    return path


def joined(path: Path, parts: list[Path]) -> Path:
    """Join films, packet by packet; by bytes where the format allows it."""
    if path.suffix in {".ts", ".mpg", ".h264"}:
        path.write_bytes(b"".join(part.read_bytes() for part in parts))
        return path
    script = path.with_suffix(".txt")
    script.write_text("".join(f"file '{part}'\n" for part in parts))
    run(ffmpeg.input(str(script), format="concat", safe=0).output(str(path), c="copy"))
    return path


def shape_of_square(picture: Picture) -> float:
    """Return width by height of the largest white part of a picture."""
    _, _, found, _ = cv2.connectedComponentsWithStats((picture.min(axis=2) > 225).astype(np.uint8))
    largest = found[1 + int(np.argmax(found[1:, cv2.CC_STAT_AREA]))]
    return float(largest[cv2.CC_STAT_WIDTH] / largest[cv2.CC_STAT_HEIGHT])
