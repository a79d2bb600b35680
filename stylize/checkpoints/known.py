"""Which network a file is of, told by its kernels: for the line that refuses one that is not wanted."""

from collections.abc import Sequence

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


def network_of(shapes: Sequence[_Shape]) -> str:
    """Return the name of the network that has kernels of these shapes, in this order; empty where it is not known."""
    return _KNOWN.get((len(shapes), tuple(shapes[0]), tuple(shapes[-1])), "") if shapes else ""
