"""Frozen feature networks: pictures in, activations by name out; VGG16, VGG19, SqueezeNet 1.1, and random VGGs.

A network computes no deeper than the deepest tap asked for, so nothing after it costs time. All are built up to their
last tap only; classifiers are left out.
"""

from abc import abstractmethod
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from configs.errors import WeightsError
from configs.weights import catalogue
from stylize.checkpoints.checkpoints import State, read_state
from stylize.transfer.taps import NAMES, TAPS, AnyNetworkName, NetworkName, at_hand, choose, is_random

__all__ = ["TAPS", "Features", "SqueezeNetFeatures", "VggFeatures", "at_hand", "gram", "load_features"]

Pooling = Literal["max", "average"]

_MEAN = (0.485, 0.456, 0.406)
_STD = (0.229, 0.224, 0.225)
"""Of ImageNet, RGB in [0, 1], as torchvision's weights expect."""

_VGG_WIDTHS = (64, 128, 256, 512, 512)
_VGG_DEPTHS = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
"""Convolutions of each block (Simonyan and Zisserman 2014, table 1, columns D and E)."""

_FIRES = {2: (64, 16, 64), 3: (128, 16, 64), 4: (128, 32, 128), 5: (256, 32, 128)} | {
    6: (256, 48, 192),
    7: (384, 48, 192),
    8: (384, 64, 256),
    9: (512, 64, 256),
}
"""Number of the fire module -> channels in, squeezed, and of each of its two halves out (version 1.1)."""

_FIRE_PLACES = {2: 3, 3: 4, 4: 6, 5: 7, 6: 9, 7: 10, 8: 11, 9: 12}
"""Number of the fire module -> its number in torchvision's file."""

LINEAR = ":linear"
"""Ends a VGG tap that is taken before its ReLU."""

_SEED = 20161206
"""Of the random networks."""


class Features(nn.Module):
    """A frozen feature network.

    The weights get no gradient; the picture may. In bf16 (`.to(torch.bfloat16)`) pictures are still given in fp32 and
    normalised before they are rounded; the activations are bf16.

    Attributes:
        name: As `load_features` takes it.
        tap_names: Every tap, from shallow to deep.
    """

    name: str
    tap_names: tuple[str, ...]

    def __init__(self) -> None:
        super().__init__()
        self._normal: tuple[Tensor, Tensor] | None = None

    def forward(self, x: Tensor, taps: Sequence[str] | None = None) -> dict[str, Tensor]:
        """Return the activations at these taps, in their order.

        Args:
            x: (B, 3, H, W), RGB in [0, 1].
            taps: Names; all of them where left out.

        Raises:
            ValueError: There is no such tap.
        """
        wanted = tuple(self.tap_names if taps is None else dict.fromkeys(taps))
        if unknown := [tap for tap in wanted if tap not in self.tap_names]:
            raise ValueError(f"{self.name} has no tap {unknown[0]}; there are {', '.join(self.tap_names)}")
        found: dict[str, Tensor] = {}
        walk = self._walk(self._normalised(x), wanted)
        while len(found) < len(wanted):
            tap, value = next(walk)
            if tap in wanted:
                found[tap] = value
        return {tap: found[tap] for tap in wanted}

    @abstractmethod
    def _walk(self, x: Tensor, wanted: Collection[str]) -> Iterator[tuple[str, Tensor]]:
        """Compute one tap after another, each only when it is asked for."""

    def _normalised(self, x: Tensor) -> Tensor:
        # no buffers: these must stay in fp32 when the weights go to bf16
        if self._normal is None or self._normal[0].device != x.device:
            mean, std = (torch.tensor(values, device=x.device).view(1, 3, 1, 1) for values in (_MEAN, _STD))
            self._normal = mean, 1 / std
        mean, scale = self._normal
        return ((x.float() - mean) * scale).to(next(self.parameters()).dtype)


class VggFeatures(Features):
    """VGG16 or VGG19 (Simonyan and Zisserman 2014), convolutions only.

    `conv4_3` is the third convolution of block 4 after its ReLU, `conv4_3:linear` before it.

    Args:
        name: `vgg16` or `vgg19`, also with `-random`.
        pooling: Between the blocks; Gatys, Ecker and Bethge 2016 prefer the average.
    """

    def __init__(self, name: NetworkName, *, pooling: Pooling = "max") -> None:
        super().__init__()
        self.name = name
        self.pooling = pooling
        depths = _VGG_DEPTHS[name.removesuffix("-random")]
        self.convs = nn.ModuleDict()
        channels = 3
        for block, (depth, width) in enumerate(zip(depths, _VGG_WIDTHS, strict=True), start=1):
            for number in range(1, depth + 1):
                self.convs[f"conv{block}_{number}"] = nn.Conv2d(channels, width, 3, padding=1)
                channels = width
        self.tap_names = tuple(tap for conv in self.convs for tap in (f"{conv}{LINEAR}", conv))

    def _walk(self, x: Tensor, wanted: Collection[str]) -> Iterator[tuple[str, Tensor]]:
        for tap, conv in self.convs.items():
            if tap.endswith("_1") and tap != "conv1_1":
                x = F.avg_pool2d(x, 2) if self.pooling == "average" else F.max_pool2d(x, 2)
            x = conv(x)
            kept = tap + LINEAR in wanted
            yield tap + LINEAR, x
            x = F.relu(x, inplace=not kept)  # in place: one large tensor fewer for each layer
            yield tap, x

    def published_names(self) -> dict[str, str]:
        """Return own name -> name in torchvision's file, where ReLUs and pools are counted too."""
        names: dict[str, str] = {}
        place = 0
        for tap, following in pairwise([*self.convs, "conv6_1"]):
            names |= {f"convs.{tap}.{part}": f"features.{place}.{part}" for part in ("weight", "bias")}
            place += 3 if following.endswith("_1") else 2
        return names


class SqueezeNetFeatures(Features):
    """SqueezeNet 1.1 (Iandola and others 2016): `conv1` after its ReLU, `fire2` to `fire9` whole modules."""

    def __init__(self) -> None:
        super().__init__()
        self.name = "squeezenet1_1"
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2)
        self.fires = nn.ModuleDict({f"fire{number}": _Fire(*sizes) for number, sizes in _FIRES.items()})
        self.tap_names = ("conv1", *self.fires)

    def _walk(self, x: Tensor, wanted: Collection[str]) -> Iterator[tuple[str, Tensor]]:
        x = F.relu(self.conv1(x), inplace=True)
        yield "conv1", x
        for tap, fire in self.fires.items():
            if tap in ("fire2", "fire4", "fire6"):
                x = F.max_pool2d(x, 3, stride=2, ceil_mode=True)
            x = fire(x)
            yield tap, x

    def published_names(self) -> dict[str, str]:
        """Return own name -> name in torchvision's file."""
        names = {f"conv1.{part}": f"features.0.{part}" for part in ("weight", "bias")}
        for number, place in _FIRE_PLACES.items():
            for conv in ("squeeze", "expand1x1", "expand3x3"):
                for part in ("weight", "bias"):
                    names[f"fires.fire{number}.{conv}.{part}"] = f"features.{place}.{conv}.{part}"
        return names


class _Fire(nn.Module):
    def __init__(self, channels: int, squeezed: int, half: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, half, 1)
        self.expand3x3 = nn.Conv2d(squeezed, half, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.squeeze(x), inplace=True)
        return F.relu(torch.cat([self.expand1x1(x), self.expand3x3(x)], dim=1), inplace=True)


def load_features(name: AnyNetworkName, *, pooling: Pooling = "max") -> Features:
    """Return a feature network with its weights, in fp32 on the CPU.

    Args:
        name: A network, downloaded where it is not at hand; `auto` takes the first of VGG16, VGG19 and SqueezeNet
            that is at hand and never downloads: where none is, it is a VGG16 of random weights.
        pooling: VGG's; SqueezeNet keeps its own.

    Raises:
        WeightsError: Its weights cannot be had, or the file is damaged or of another network.
        ValueError: There is no such network.
    """
    chosen = choose(name)
    if chosen not in NAMES:
        raise ValueError(f"no feature network {chosen}; there are {', '.join(NAMES)}")
    with torch.device("meta"):  # to draw weights only to replace them takes half a second
        made = SqueezeNetFeatures() if chosen == "squeezenet1_1" else VggFeatures(chosen, pooling=pooling)
    state = _drawn(made) if is_random(chosen) else _published(made, made.published_names(), chosen)
    made.load_state_dict(state, assign=True)
    return made.eval().requires_grad_(False)


def gram(features: Tensor) -> Tensor:
    """Return F F^T / (C H W) of each picture's features, in fp32.

    Gatys's 1 / (4 N^2 M^2) sum (G - A)^2 with G = F F^T is a quarter of the summed squares of the differences of these.
    It may be differentiated once.

    Args:
        features: (B, C, H, W).

    Returns:
        (B, C, C).
    """
    matrices: Tensor = _Gram.apply(features)
    return matrices


class _Gram(torch.autograd.Function):
    """F F^T is symmetric in F: its gradient is one product, (D + D^T) F, where autograd would take two.

    Of bf16 features that product is bf16, as it would be rounded to anyway, and no fp32 copy of them is kept.
    """

    @staticmethod
    def forward(context: Any, features: Tensor) -> Tensor:
        context.save_for_backward(features)
        with torch.autocast(features.device.type, enabled=False):
            rows = features.float().flatten(2)
            return rows @ rows.transpose(1, 2) / features[0].numel()

    @staticmethod
    @once_differentiable
    def backward(context: Any, slope: Tensor) -> Tensor:
        (features,) = context.saved_tensors
        with torch.autocast(features.device.type, enabled=False):
            both = ((slope + slope.transpose(1, 2)) / features[0].numel()).to(features.dtype)
            rows = features.flatten(2)
            if features.stride(1) == 1:  # channels_last: the product is written in that order too
                product: Tensor = (rows.transpose(1, 2) @ both).transpose(1, 2)
            else:
                product = both @ rows
            return product.reshape(features.shape)


def _drawn(network: nn.Module) -> State:
    """Return seeded normal weights that keep the activations' size (He and others 2015), and no biases.

    That random weights carry texture: He, Wang and Hopcroft 2016 (A powerful generative model using random weights).
    """
    source = torch.Generator().manual_seed(_SEED)
    state: State = {}
    for name, value in network.state_dict().items():
        if name.endswith(".bias"):
            state[name] = torch.zeros(value.shape)
        else:
            fan_in = value[0].numel()
            state[name] = torch.randn(value.shape, generator=source) * (2 / fan_in) ** 0.5
    return state


def _published(network: nn.Module, names: dict[str, str], name: NetworkName) -> State:
    """Return what this network has of the published file; the classifier is left aside."""
    path = catalogue.fetch(name, progress=True)
    published = read_state(path)
    state: State = {}
    for own, value in network.state_dict().items():
        found = published.get(names[own])
        if found is None or found.shape != value.shape:
            what = "is missing" if found is None else f"has the shape {tuple(found.shape)}, not {tuple(value.shape)}"
            cure = "give the file that torchvision publishes"
            raise WeightsError(f"not the weights of {name}: {names[own]} {what}", cure=cure, path=path)
        state[own] = found.float()
    return state
