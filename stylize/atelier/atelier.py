"""The family of our own styles, shipped with the program: no download, no torch on a CPU, free for any use.

A picture is brought to the size whose lines the networks were trained on, its darkness is lifted as the targets' was,
and a network without statistics of the frame paints it: in tiles where it is large, without seams. Over the colours a
pen draws the contours (`stylize.classical.pen`). Of a frame on a page only the part that is shown is painted, with the
page's own pixels for the network's.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from configs.errors import DeviceError, WeightsError
from configs.units import file_sha256
from configs.versions import version_of
from stylize.classical.flow import Image
from stylize.classical.pen import draw_over
from stylize.classical.tones import lift_shadows
from stylize.neural.session import Session
from stylize.styles.dials import Dials
from stylize.styles.family import Family
from stylize.styles.stylizer import (
    MOST_ENLARGED,
    Batch,
    FramePart,
    StyleInfo,
    Stylizer,
    enlarge_part,
    look_at,
    scaled_down,
)

_PREFIX = "atelier-"
_SHIPPED = Path(__file__).parent / "shipped"
_LICENCE = "MIT, weights included; trained on drawings under CC0"
_LOOKS = {
    "colour": "our own: bright flat colours, soft shadows, clear lines in deep colour; trained for film comics",
    "line": "our own: ink line art on warm paper with one cool wash; trained for film comics",
}

_PENNED = frozenset({"colour"})
"""Looks whose contours are drawn over the network's painting; line art is all lines already."""

_KEPT = {"colour": 0.3}
"""How much of the features of faces is kept, eyes above all; line art is of one medium by itself."""

_USUAL_SIZE_PX, _MOST_SIZE_PX = 960.0, 1200.0
"""Root of the area that is painted: lines are as wide as in training at the lower one, thinner above it. Smaller
pictures, which are shown no larger than they are, are enlarged half the way: the other half costs three times as much,
and is not seen in what is left of it."""
_PART_UNIT_PX = 1.0
"""Length of a unit of the pen in parts: as in training, where a picture of a thousand pixels was a thousand units."""
_PEN_REACH_PX = 48
"""How much of a part's surroundings the pen sees. What lies farther away decides hardly more than whether a mark that
leaves them is long enough to stay."""
_COLOURED_MOST = 1.02 * MOST_ENLARGED
"""What is enlarged further is coloured at a smaller size."""
_CUBIC_PX = 2
"""So far beside a pixel cubic interpolation looks."""
_LIFT = 0.6
_STEP_PX = 8
"""What sizes must be multiples of."""


@dataclass(frozen=True)
class Tiling:
    """How a network's pictures are cut."""

    tile_px: int
    """Side of a tile without its margins: bounds the memory, whatever the picture."""
    margin_px: int
    """The networks see half as far again and more, but what lies beyond it moves no pixel of a film's frame by more
    than a sixth of a grey level, and wider margins cost."""


SLIM = Tiling(tile_px=1536, margin_px=48)
"""Frames are painted whole, in less than half a GB."""
LARGE = Tiling(tile_px=768, margin_px=64)

Network = Callable[[Batch], Batch]
"""(1, 3, H, W) in [-1, 1], H and W multiples of 8, to the same shape."""


class AtelierStylizer(Stylizer):
    """Paints with one of the shipped networks; threads may share it."""

    def __init__(self, name: str, network: Network, *, pen: bool, tiling: Tiling = SLIM) -> None:
        self.name = name
        self._network = network
        self._tiling = tiling
        self._pen = pen

    def paint(self, batch: Batch) -> Batch:
        """Paint each picture by itself; see the contract in `stylize.styles.stylizer`."""
        return np.stack([self._paint_one(picture) for picture in batch])

    def _paint_one(self, picture: Image) -> Image:
        height, width = working_size(*picture.shape[:2])
        source = picture if picture.shape[:2] == (height, width) else _resized(picture, (height, width))
        painted = in_tiles(brighten_dark(source), self._network, self._tiling)
        self._check(painted)
        if self._pen:
            painted = draw_over(painted, source, enlarged=source.shape[0] / picture.shape[0])
        return painted if painted.shape == picture.shape else _resized(painted, picture.shape[:2])

    def paint_part(self, frame: Image, part: FramePart) -> Image:
        """Paint a part of a frame; see the contract in `stylize.styles.stylizer`.

        What is much larger than the film's own is coloured at a smaller size: for the network all of it is soft, and
        time is lost. The pen draws with all pixels.
        """
        scaled = scaled_down(frame, part)
        lit = brighten_dark(scaled)
        seen = part.grown(_PEN_REACH_PX if self._pen else 0, _STEP_PX)  # halvings fall as they do in the whole
        enlarged = part.size_px[0] / frame.shape[1]
        coarse = _coarser(seen, MOST_ENLARGED / enlarged) if enlarged > _COLOURED_MOST else seen
        painted = _through(_framed_part(lit, coarse, self._tiling), coarse.shape, self._network, self._tiling)
        self._check(painted)
        painted = painted if coarse is seen else enlarge_part(painted, coarse, seen)
        if self._pen:
            painted = draw_over(painted, look_at(scaled, seen), enlarged=enlarged, unit_px=_PART_UNIT_PX)
        top, left = part.top - seen.top, part.left - seen.left
        return np.ascontiguousarray(painted[top : top + part.shape[0], left : left + part.shape[1]])

    def _check(self, painted: Image) -> None:
        if not np.isfinite(painted).all():
            raise WeightsError(f"{self.name}: it paints values that are no numbers", cure="install filmcomic anew")


def working_size(height: int, width: int) -> tuple[int, int]:
    """Return the height and width to paint a picture at: near the size that the lines were trained for."""
    size = float(np.sqrt(height * width))
    factor = min(max(1.0, float(np.sqrt(_USUAL_SIZE_PX / size))), MOST_ENLARGED, _MOST_SIZE_PX / size)
    return max(_STEP_PX, round(height * factor)), max(_STEP_PX, round(width * factor))


def brighten_dark(picture: Image) -> Image:
    """Lift a dark picture as the targets of the training were; its blacks stay. RGB in [0, 1] in and out."""
    unit_px = float(np.sqrt(picture.shape[0] * picture.shape[1])) / 1000
    lab = lift_shadows(cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2Lab), lift=_LIFT, unit_px=unit_px)
    return np.clip(cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_Lab2RGB), 0, 1)


def in_tiles(picture: Image, network: Network, tiling: Tiling = SLIM) -> Image:
    """Run the network over tiles with margins; equals one run over the whole but for rounding.

    Args:
        picture: (H, W, 3) RGB in [0, 1].
        network: See `Network`.
        tiling: Multiples of 8.

    Returns:
        The same shape, in [0, 1].
    """
    height, width = picture.shape[:2]
    margin = tiling.margin_px
    # what lies beyond the frame is its own reflection, so that the network's zero border is never seen
    below, beside = margin + -height % _STEP_PX, margin + -width % _STEP_PX
    framed = cv2.copyMakeBorder(picture, margin, below, margin, beside, cv2.BORDER_REFLECT)
    return _through(framed, (height, width), network, tiling)


def _coarser(part: FramePart, by: float) -> FramePart:
    """Return a part of the frame at a smaller size that holds all of this one."""
    width, height = (max(_STEP_PX, round(side * by)) for side in part.size_px)
    across, down = width / part.size_px[0], height / part.size_px[1]
    left, top = math.floor(part.left * across), math.floor(part.top * down)
    right, bottom = math.ceil(part.right * across), math.ceil(part.bottom * down)
    return FramePart((width, height), left, top, right, bottom).grown(_CUBIC_PX, _STEP_PX)


def _framed_part(lit: Image, part: FramePart, tiling: Tiling) -> Image:
    """Return a part with the margins that tiles want: of what lies beside it, reflected where the frame ends."""
    margin, (height, width) = tiling.margin_px, part.shape
    return look_at(lit, part, (margin, margin, margin + -height % _STEP_PX, margin + -width % _STEP_PX))


def _through(framed: Image, shape: tuple[int, int], network: Network, tiling: Tiling) -> Image:
    """Run the network over the tiles of a picture with its margins; return it without them, (H, W, 3) in [0, 1]."""
    (height, width), tile, margin = shape, tiling.tile_px, tiling.margin_px
    painted = np.empty((height, width, 3), np.float32)
    for top in range(0, height, tile):
        for left in range(0, width, tile):
            rows, columns = min(tile, height - top), min(tile, width - left)
            seen = framed[
                top : top + _up(rows) + 2 * margin,
                left : left + _up(columns) + 2 * margin,
            ]
            planes = np.ascontiguousarray(seen.transpose(2, 0, 1)[None]) * np.float32(2) - np.float32(1)
            result = network(planes)[0, :, margin : margin + rows, margin : margin + columns]
            painted[top : top + rows, left : left + columns] = result.transpose(1, 2, 0)
    painted += 1
    painted *= np.float32(0.5)
    return np.clip(painted, 0, 1, out=painted)


def _up(side: int) -> int:
    return side + -side % _STEP_PX


def _resized(picture: Image, shape: tuple[int, ...]) -> Image:
    how = cv2.INTER_AREA if shape[0] < picture.shape[0] else cv2.INTER_CUBIC
    return np.clip(cv2.resize(picture, (shape[1], shape[0]), interpolation=how), 0, 1)


class _AtelierFamily(Family):
    def dials(self, look: str) -> Dials:
        # brightness is what the networks were trained for
        return Dials(faces=_KEPT.get(look, 0.0), toned=True)

    def styles(self) -> list[StyleInfo]:
        return [
            StyleInfo(name=f"{_PREFIX}{look}", ready=True, licence=_LICENCE, description=description)
            for look, description in _LOOKS.items()
            if _file(look).is_file()
        ]

    def paints_parts(self, look: str, settings: Mapping[str, Any]) -> bool:
        return True

    def check(self, look: str, settings: Mapping[str, Any], device: str) -> None:
        if device == "cuda":
            _torch_device(device)

    def digest(self, look: str, settings: Mapping[str, Any]) -> str:
        return f"atelier {version_of('atelier')} {file_sha256(_file(look))}"

    def make(self, look: str, settings: Mapping[str, Any], device: str) -> Stylizer:
        weights = _weights(_file(look))
        network = _on_cpu(weights) if device == "cpu" or not _has_cuda(device) else _on_cuda(weights)
        return AtelierStylizer(f"{_PREFIX}{look}", network, pen=look in _PENNED, tiling=_tiling(weights))


FAMILY = _AtelierFamily()


def _file(look: str) -> Path:
    return _SHIPPED / f"{_PREFIX}{look}.safetensors"


def _weights(path: Path) -> dict[str, npt.NDArray[np.float32]]:
    """Read the weights, stored in half precision."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    from stylize.atelier.atelier_graph import plain_weights

    try:
        return plain_weights(load_file(path))
    except (OSError, SafetensorError, KeyError) as error:
        raise WeightsError("the shipped weights are damaged", cure="install filmcomic anew", path=path) from error


def _tiling(weights: Mapping[str, npt.NDArray[np.float32]]) -> Tiling:
    return LARGE if "fuse1.weight" in weights else SLIM


def _has_cuda(device: str) -> bool:
    """Tell whether to paint with torch on a GPU; raises DeviceError where one was asked for and is not there."""
    try:
        return bool(_torch_device(device).type == "cuda")
    except DeviceError:
        if device == "cuda":
            raise
        return False


def _torch_device(device: str) -> Any:
    try:
        from stylize.neural.device import choose_device
    except ImportError:
        raise DeviceError(
            "a GPU is reached through torch, which is not installed",
            cure="pip install -e '.[torch]', or use --device cpu",
        ) from None
    return choose_device(device)


def _on_cpu(weights: Mapping[str, npt.NDArray[np.float32]]) -> Network:
    from stylize.atelier.atelier_graph import build_graph

    session = _session(build_graph(weights), keeps_memory=_tiling(weights) is SLIM)

    def run(picture: Batch) -> Batch:
        (painted,) = session.run({"picture": picture})
        return painted

    return run


@lru_cache(maxsize=2)
def _session(model: bytes, *, keeps_memory: bool) -> Session:
    return Session(model, keeps_memory=keeps_memory)


def _on_cuda(weights: Mapping[str, npt.NDArray[np.float32]]) -> Network:
    import torch

    from stylize.neural.device import choose_precision

    device = torch.device("cuda")
    return _with_torch(weights, device, choose_precision(device))


def _with_torch(weights: Mapping[str, npt.NDArray[np.float32]], device: Any, precision: Any) -> Network:
    import torch

    from stylize.atelier.slim_net import load_painter
    from stylize.neural.device import memory_guarded

    def loaded(digits: Any) -> Any:
        network = load_painter({name: torch.from_numpy(value) for name, value in weights.items()})
        return network.eval().requires_grad_(False).to(device, digits).to(memory_format=torch.channels_last)

    with memory_guarded():
        network = loaded(precision)

    def run(picture: Batch) -> Batch:
        with memory_guarded(), torch.inference_mode():
            planes = torch.from_numpy(picture).to(device).to(memory_format=torch.channels_last)
            painted = network(planes.to(precision))
            if precision is torch.float16 and not bool(torch.isfinite(painted).all()):
                painted = loaded(torch.float32)(planes)  # rare; kept for no other picture, which needs it not
            found: Batch = painted.float().cpu().numpy()
        return found

    return run
