"""What a file is, told by its kernels or its bytes: for the line that refuses one that is not wanted."""

import re
import struct
from collections.abc import Sequence
from pathlib import Path

from configs.errors import WeightsError

_Shape = tuple[int, ...]

_KNOWN: dict[tuple[int, _Shape, _Shape], str] = {
    (25, (32, 3, 7, 7), (3, 32, 1, 1)): "AnimeGANv2's generator",
    (26, (32, 3, 7, 7), (3, 32, 1, 1)): "AnimeGANv2's lite generator",
    (7, (32, 3, 3, 3), (1, 256, 3, 3)): "AnimeGANv2's discriminator",
    (16, (32, 3, 9, 9), (3, 32, 9, 9)): "Johnson's network for one painting",
    (17, (24, 3, 3, 3), (3, 24, 3, 3)): "the own styles (atelier)",
    (42, (8, 3, 9, 9), (3, 8, 9, 9)): "Magenta's transformer for any painting",
    (53, (32, 3, 3, 3), (100, 1280, 1, 1)): "Magenta's predictor of a painting's style",
    (13, (64, 3, 3, 3), (512, 512, 3, 3)): "VGG16",
    (16, (64, 3, 3, 3), (512, 512, 3, 3)): "VGG19",
    (26, (64, 3, 3, 3), (1000, 512, 1, 1)): "SqueezeNet",
}
"""By number of kernels, and the shapes of the first and the last: (out, in / groups, rows, columns)."""


_TABLE_END = struct.pack("<Q", 0xDB4775248B80FB57)
"""The last bytes of a LevelDB table, which the `.index` of a TensorFlow checkpoint is."""
_SHARD = re.compile(r"\.data-\d{5}-of-\d{5}$")


def network_of(shapes: Sequence[_Shape]) -> str:
    """Return the name of the network that has kernels of these shapes, in this order; empty where it is not known."""
    return _KNOWN.get((len(shapes), tuple(shapes[0]), tuple(shapes[-1])), "") if shapes else ""


def refuse_checkpoint(path: Path) -> None:
    """Refuse a checkpoint of TensorFlow, which no library that is kept up reads without TensorFlow.

    Args:
        path: One of its files, or what their names have in common, as TensorFlow itself takes it.

    Raises:
        WeightsError: It is one; the line says how it is converted.
    """
    if _SHARD.search(path.name) or _ends_as_table(path) or _ends_as_table(path.with_name(f"{path.name}.index")):
        cure = "convert it with TensorFlow (tf.lite.TFLiteConverter) or tf2onnx, and give the .tflite or .onnx"
        raise WeightsError("is a checkpoint of TensorFlow, which only TensorFlow reads", cure=cure, path=path)


def _ends_as_table(path: Path) -> bool:
    try:
        if not path.is_file():  # to read from a pipe or a device might never end
            return False
        with path.open("rb") as stream:
            stream.seek(-len(_TABLE_END), 2)
            return stream.read() == _TABLE_END
    except (OSError, ValueError):
        return False
