"""Faces in pictures: YuNet where its weights are at hand, else the Haar cascades that OpenCV brings.

YuNet holds on drawn and rendered people too. Its threshold here lies above the false hits seen on seven minutes of
mixed film (silhouettes, a dragon's head, machines: up to 0.8192); few faces that a reader would notice score less.
The cascades find frontal faces of live action only, and are kept strict: a false face pulls crops and balloons.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

import cv2
import cv2.data
import numpy as np
from numpy.typing import NDArray

from configs.errors import WeightsError
from configs.units import Box, Face
from configs.weights import catalogue
from film.decoding.developing.picture import Picture

_YUNET = "yunet"
LONG_SIDE_PX = 640
"""As large the detectors look at a picture: there they are at their best."""
_YUNET_SCORE = 0.82
_YUNET_OVERLAP = 0.3
_LEAST_SIDE_PX = 64
"""A strip narrower than this at the detectors' size holds no face; YuNet has been seen to invent one in 19 rows."""
_LEAST_HEIGHT = 0.04
"""Smaller heads, as fractions of the picture's height, say nothing to a crop or a balloon."""
_HAAR_FILE = "haarcascade_frontalface_alt2.xml"
_HAAR_NEIGHBOURS = 8
_HAAR_LEAST_SIDE = 0.12
_HAAR_MOUTH = 0.79
"""Where the mouth lies in a cascade's box, from its top."""


class FaceFinder(Protocol):
    """Finds faces in a picture; one object per thread."""

    def find(self, picture: Picture, *, long_side_px: int = LONG_SIDE_PX) -> tuple[Face, ...]:
        """Return the faces in fractions of the picture, largest first.

        Args:
            picture: RGB, uint8, shape (height, width, 3).
            long_side_px: As large it is looked at; less is quicker, where faces are known to be large.
        """


def detector_name() -> str:
    """Return which detector is used, `yunet:<first 8 digits of its digest>` or `haar`; for cache keys and the log."""
    if catalogue.find(_YUNET) is None:
        return "haar"
    return f"{_YUNET}:{catalogue.digest(_YUNET).partition(':')[2][:8]}"


def fetch_detector(tell: Callable[[str], None]) -> bool:
    """Have the better detector at hand, from the network if need be; without it the older one serves.

    Args:
        tell: Called with one line for a person when it cannot be had.

    Returns:
        Whether it came from the network just now.
    """
    if catalogue.find(_YUNET) is not None:
        return False
    try:
        catalogue.fetch(_YUNET)
    except WeightsError as error:
        tell(f"faces are looked for with OpenCV's older detector, which finds fewer; for the better one {error.cure}")
        return False
    return True


def make_finder() -> FaceFinder:
    """Return the best detector whose files are at hand; downloads nothing."""
    model = catalogue.find(_YUNET)
    return _YuNet(model) if model else _Haar()


class _YuNet:
    def __init__(self, model: Path) -> None:
        self._net: Any = cv2.FaceDetectorYN.create(str(model), "", (320, 320), _YUNET_SCORE, _YUNET_OVERLAP)

    def find(self, picture: Picture, *, long_side_px: int = LONG_SIDE_PX) -> tuple[Face, ...]:
        small = cv2.cvtColor(_fitted(picture, long_side_px), cv2.COLOR_RGB2BGR)
        height, width = small.shape[:2]
        if min(height, width) < _LEAST_SIDE_PX:
            return ()
        self._net.setInputSize((width, height))
        rows = self._net.detect(small)[1]
        scale = np.array([width, height], np.float64)
        faces = (_from_row(np.asarray(row, np.float64), scale) for row in (rows if rows is not None else ()))
        return _largest_first(face for face in faces if face)


def _from_row(row: NDArray[np.float64], scale: NDArray[np.float64]) -> Face | None:
    """Read one row: corner, size, five points (eyes, nose, two corners of the mouth) and the score."""
    if not np.isfinite(row).all():  # seen on pictures of a few pixels
        return None
    corner, size = row[0:2] / scale, row[2:4] / scale
    mouth = (row[10:12] + row[12:14]) / 2 / scale
    return _face(corner, corner + size, mouth, float(row[14]))


class _Haar:
    def __init__(self) -> None:
        self._cascade: Any = cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / _HAAR_FILE))

    def find(self, picture: Picture, *, long_side_px: int = LONG_SIDE_PX) -> tuple[Face, ...]:
        grey = cv2.equalizeHist(cv2.cvtColor(_fitted(picture, long_side_px), cv2.COLOR_RGB2GRAY))
        height, width = grey.shape
        least = max(24, round(_HAAR_LEAST_SIDE * height))
        boxes, _, marks = self._cascade.detectMultiScale3(
            grey, 1.1, _HAAR_NEIGHBOURS, minSize=(least, least), outputRejectLevels=True
        )
        faces = (_from_square(tuple(box), float(mark), (width, height)) for box, mark in zip(boxes, marks, strict=True))
        return _largest_first(face for face in faces if face)


def _from_square(box: tuple[int, ...], mark: float, size_px: tuple[int, int]) -> Face | None:
    x, y, width, height = box
    scale = np.array(size_px, np.float64)
    corner, end = np.array([x, y]) / scale, np.array([x + width, y + height]) / scale
    mouth = np.array([x + width / 2, y + _HAAR_MOUTH * height]) / scale
    return _face(corner, end, mouth, mark / (1 + abs(mark)))


def _face(corner: NDArray[Any], end: NDArray[Any], mouth: NDArray[Any], score: float) -> Face | None:
    """Clip to the picture; None where nothing or too little is left."""
    x0, y0 = (round(float(value), 5) for value in np.clip(corner, 0, 1))
    x1, y1 = (round(float(value), 5) for value in np.clip(end, 0, 1))
    if x1 <= x0 or y1 - y0 < _LEAST_HEIGHT:
        return None
    spot = np.clip(mouth, 0, 1)
    return Face(
        box=Box(x0=x0, y0=y0, x1=x1, y1=y1),
        mouth=(round(float(spot[0]), 5), round(float(spot[1]), 5)),
        score=round(min(1.0, max(0.0, score)), 4),
    )


def _largest_first(faces: Iterable[Face]) -> tuple[Face, ...]:
    return tuple(sorted(faces, key=lambda face: (-face.box.width * face.box.height, face.box.x0, face.box.y0)))


def _fitted(picture: Picture, long_side_px: int) -> Picture:
    """Scale to a long side; small pictures are enlarged."""
    height, width = picture.shape[:2]
    scale = long_side_px / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)
