"""The feature networks by name: which file each needs, which of them are at hand, and where they are tapped.

Reading this module imports no torch: a family tells with it what it would use before anything is loaded. The networks
themselves are in `stylize.transfer.perceptual`.
"""

from collections.abc import Mapping
from typing import Any, Literal, get_args

from configs.weights import catalogue

NetworkName = Literal["vgg16", "vgg19", "squeezenet1_1", "vgg16-random", "vgg19-random"]
AnyNetworkName = Literal["auto", "vgg16", "vgg19", "squeezenet1_1", "vgg16-random", "vgg19-random"]

NAMES: tuple[NetworkName, ...] = get_args(NetworkName)

PREFERENCE: tuple[NetworkName, ...] = ("vgg16", "vgg19", "squeezenet1_1")
"""The order in which `auto` looks for what is at hand; VGG16 is the one of Gatys's and Johnson's style taps."""

LAST_RESORT: NetworkName = "vgg16-random"

_EQUAL = 0.25

_VGG16 = {
    "style": {"conv1_2": _EQUAL, "conv2_2": _EQUAL, "conv3_3": _EQUAL, "conv4_3": _EQUAL},
    "content": {"conv4_3": 1.0},
    "anime": "conv4_3:linear",
}
_VGG19 = {
    "style": {"conv1_2": _EQUAL, "conv2_2": _EQUAL, "conv3_4": _EQUAL, "conv4_4": _EQUAL},
    "content": {"conv4_4": 1.0},
    "anime": "conv4_4:linear",
}
_SQUEEZENET = {
    "style": {"conv1": _EQUAL, "fire3": _EQUAL, "fire5": _EQUAL, "fire7": _EQUAL},
    "content": {"fire3": 0.5, "fire5": 0.5},  # fire5 alone loses faces
    "anime": "fire5",
}

TAPS: Mapping[str, Mapping[str, Any]] = {
    "vgg16": _VGG16,
    "vgg19": _VGG19,
    "squeezenet1_1": _SQUEEZENET,
    "vgg16-random": _VGG16,
    "vgg19-random": _VGG19,
}
"""By network: `style` and `content`, taps with their weights for Gatys and Johnson; `anime`, the tap of AnimeGANv2.

The style taps of VGG16 are the report's: the last convolution of each block. The others stand at the same strides:
SqueezeNet's conv1, fire3, fire5 and fire7 at 2, 4, 8 and 16 pixels.
"""


def at_hand(name: str) -> bool:
    """Whether `load_features` needs no download for this network; random weights always are.

    Raises:
        WeightsError: A file of this name is there, but it is not the right one.
    """
    return is_random(name) or catalogue.find(name) is not None


def is_random(name: str) -> bool:
    """Whether this network's weights are drawn and not learnt."""
    return name.endswith("-random")


def choose(name: AnyNetworkName) -> NetworkName:
    """Return the network that this name means now, without the network.

    `auto` is the first of `PREFERENCE` that is at hand, else `LAST_RESORT`.

    Raises:
        WeightsError: A file of such a name is there, but it is not the right one.
    """
    if name != "auto":
        return name
    return next((known for known in PREFERENCE if at_hand(known)), LAST_RESORT)


def digest(name: NetworkName) -> str:
    """Return a text that changes whenever the network's weights would; never downloads."""
    return f"{name} 1" if is_random(name) else f"{name} {catalogue.digest(name)}"
