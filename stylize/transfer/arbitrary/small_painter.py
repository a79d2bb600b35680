"""Painting by the networks that Magenta published for phones, without torch: a style in one pass, then a painting.

A predictor (MobileNetV2) looks at a painting and gives its style, 100 numbers; a transformer of 8 to 32 channels,
Ghiasi et al. 2017 in small, paints a picture in that style. Both are computed as the files say, in float. What the
transformer's norms measure on a frame, its means, is heard once where pictures belong together, and becomes part of
the network: what is left then are convolutions alone.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from configs.errors import WeightsError
from configs.recipes.arbitrary_settings import ArbitrarySettings
from stylize.checkpoints.header import OTHER
from stylize.checkpoints.tflite import TfliteGraph, read_graph
from stylize.checkpoints.tflite_onnx import translate
from stylize.neural.large import WHOLE_PX, LargeStylizer, Machine
from stylize.neural.session import Session
from stylize.styles.stylizer import Batch, Picture, Stylizer
from stylize.transfer.arbitrary.arbitrary import read_picture, small_files
from stylize.transfer.arbitrary.blended import REACH_PX, STEP_PX, ArbitraryStylizer, blend_styles

_VECTOR = 100

Vector = npt.NDArray[np.float32]
"""(1, 100, 1, 1): a style."""


def make_small_painter(name: str, pictures: Sequence[Path], settings: ArbitrarySettings) -> Stylizer:
    """Make the stylizer of one or more style pictures.

    Raises:
        StyleError: A picture cannot be read.
        RecipeError: There are shares for another number of pictures.
        WeightsError: Weights cannot be had, or are of another network.
    """
    files = small_files()
    predictor, transformer = Predictor(files.predictor, settings.size), SmallTransformer(files.transformer)
    styles = [predictor.style(read_picture(path, settings.size)) for path in pictures]
    style = np.asarray(blend_styles(styles, settings.weights(len(styles))), np.float32)

    def at(strength: float) -> Stylizer:
        machine = _SmallMachine(transformer, predictor, style, strength)
        # instance norms of so small a network hang on how sharp a picture is: it is heard as large as memory allows
        inner = LargeStylizer(name, machine, reach_px=REACH_PX, step_px=STEP_PX, heard_px=WHOLE_PX)
        return ArbitraryStylizer(inner, settings.colours, lambda weaker: at(strength * weaker))

    return at(settings.strength)


class Predictor:
    """Picture to style.

    Args:
        path: The file of the network.
        short_px: Pictures are looked at with this shorter side, or as they are where they are smaller.

    Raises:
        WeightsError: It is no such file.
    """

    def __init__(self, path: Path, short_px: int) -> None:
        graph = read_graph(path)
        (self._picture,) = _inputs(graph, (3,), path)
        self._session = Session(translate(graph))
        self._short_px = short_px

    def style(self, picture: Picture) -> Vector:
        """Return the style of a picture (H, W, 3), RGB in [0, 1]."""
        height, width = picture.shape[:2]
        scale = min(1.0, self._short_px / min(height, width))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        seen = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)  # the same at this size
        (vector,) = self._session.run({self._picture: planes_of(seen[None])})
        return vector


class SmallTransformer:
    """Picture and style to painting; sides are multiples of 4.

    Args:
        path: The file of the network.

    Raises:
        WeightsError: It is no such file.
    """

    def __init__(self, path: Path) -> None:
        self._graph = graph = read_graph(path)
        self._picture, self._style = _inputs(graph, (3, _VECTOR), path)
        self._painting = graph.tensors[graph.outputs[0]].name
        # what the norms measure: a norm's variance is a mean of squares
        self._means = [graph.tensors[each.outputs[0]].name for each in graph.operators if each.kind == "MEAN"]
        self._session = Session(translate(graph, outputs=[self._painting, *self._means], together=True))

    def paint(self, picture: Batch, style: Vector) -> Batch:
        """Paint a picture (1, 3, H, W) in [0, 1] with its own statistics."""
        (painted,) = self._session.run({self._picture: picture, self._style: style}, [self._painting])
        return painted

    def settled(self, references: Batch, style: Vector) -> "SettledTransformer":
        """Return the network in this style, with the statistics that references have together.

        Args:
            references: (B, 3, H, W) in [0, 1], painted as if they were one frame.
            style: The one that they, and all later pictures, are painted in.
        """
        heard = self._session.run({self._picture: references, self._style: style}, self._means)
        known = dict(zip(self._means, heard, strict=True)) | {self._style: style}
        given = {name: value.transpose(0, 2, 3, 1) for name, value in known.items()}
        return SettledTransformer(Session(translate(self._graph, given=given)), self._picture)


class SettledTransformer:
    """The transformer in one style with known statistics: a pixel hangs on its surroundings alone."""

    def __init__(self, session: Session, picture: str) -> None:
        self._session = session
        self._picture = picture

    def paint(self, picture: Batch) -> Batch:
        """Paint a picture (1, 3, H, W) in [0, 1]."""
        (painted,) = self._session.run({self._picture: picture})
        return painted


class _SmallMachine(Machine):
    """Both networks, in a style of some strength: identity interpolation (Ghiasi 2017, section 4).

    A weak style lies between the picture's own and the given one; the own one of pictures that belong together is the
    mean of theirs.
    """

    def __init__(self, transformer: SmallTransformer, predictor: Predictor, style: Vector, strength: float) -> None:
        self._transformer = transformer
        self._predictor = predictor
        self._given = style
        self._strength = strength

    def hear(self, references: Batch) -> SettledTransformer:
        """Take statistics and style from these pictures; see `Machine`."""
        return self._transformer.settled(planes_of(references), self._style(references))

    def paint(self, picture: Picture, palette: "SettledTransformer | tuple[()]") -> Picture:
        """Paint one picture with this palette or its own; see `Machine`."""
        height, width = picture.shape[:2]
        right, below = -width % STEP_PX, -height % STEP_PX
        even = np.pad(picture, ((0, below), (0, right), (0, 0)), mode="reflect")
        planes = planes_of(even[None])
        painted = palette.paint(planes) if palette else self._transformer.paint(planes, self._style(picture[None]))
        return np.ascontiguousarray(painted[0, :, :height, :width].transpose(1, 2, 0))

    def _style(self, pictures: Batch) -> Vector:
        if self._strength == 1:
            return self._given
        own = np.mean([self._predictor.style(picture) for picture in pictures], axis=0)
        return np.asarray(blend_styles([own, self._given], (1 - self._strength, self._strength)), np.float32)


def planes_of(pictures: Batch) -> Batch:
    """Return (B, H, W, 3) as (B, 3, H, W)."""
    return np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))


def _inputs(graph: TfliteGraph, channels: tuple[int, ...], path: Path) -> tuple[str, ...]:
    """Return the names of the inputs, which must be these, by their channels."""
    names = {graph.tensors[place].shape[-1]: graph.tensors[place].name for place in graph.inputs}
    if set(names) != set(channels):
        raise WeightsError("holds another network than this style's", cure=OTHER, path=path)
    return tuple(names[count] for count in channels)
