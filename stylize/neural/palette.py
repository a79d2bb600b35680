"""One palette for many pictures: the norms' statistics heard once on reference pictures, and kept.

Layer and instance norms take their mean and variance from the frame under work. So the same wall is painted in another
colour when the camera moves, and the tiles of a large picture do not meet. Here the statistics of every such norm are
taken once, from references that are painted together as if they were one frame, and put in the place of the frame's
own: each pixel then depends on its surroundings alone, panels of a scene hold one palette, and tiles have no seams.

A norm is one of torch's own, with the statistics of the frame: `GroupNorm` of a single group, or `InstanceNorm2d`
without running statistics. A network that does not run such layers as they stand but by faster code of its own
- names the plain network that holds them as `plain`: the references are painted by that one;
- and uses `kept_by(norm)` in the place of the frame's statistics.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

Moments = tuple[torch.Tensor, torch.Tensor]
"""Mean and variance, each (C,), fp32: what a norm takes off and divides by; equal numbers where it has but one."""

Palette = tuple[Moments, ...]
"""The statistics of all norms of a network, in the order of `norms`."""

_KEPT = "kept_moments"


def norms(network: nn.Module) -> list[nn.Module]:
    """Return the layers of a network that norm by the statistics of the frame."""
    return [module for module in network.modules() if _is_of_the_frame(module)]


def hear(network: nn.Module, references: torch.Tensor) -> Palette:
    """Paint the references together and return the statistics that every norm took.

    Args:
        network: Ready to paint.
        references: (B, 3, H, W), as the network takes them; their statistics are those of one large frame.
    """
    source = getattr(network, "plain", network)
    heard: dict[nn.Module, Moments] = {}

    def listening(norm: nn.Module, x: torch.Tensor) -> torch.Tensor:
        heard[norm] = _measured(norm, x)
        return _normed(norm, heard[norm], x)

    with _replaced({norm: partial(listening, norm) for norm in norms(source)}):
        source(references)
    return tuple(heard[norm] for norm in norms(network))


@contextmanager
def keep(network: nn.Module, palette: Palette) -> Iterator[None]:
    """Let the network's norms use these statistics, inside, instead of the frame's own; an empty palette keeps none."""
    kept = dict(zip(norms(network), palette, strict=True)) if palette else {}
    for norm, moments in kept.items():
        setattr(norm, _KEPT, moments)
    try:
        with _replaced({norm: partial(_normed, norm, moments) for norm, moments in kept.items()}):
            yield
    finally:
        for norm in kept:
            delattr(norm, _KEPT)


def kept_by(norm: nn.Module) -> Moments | None:
    """Return the statistics that a norm is to use, None where it takes those of the frame."""
    moments: Moments | None = getattr(norm, _KEPT, None)
    return moments


def _is_of_the_frame(module: nn.Module) -> bool:
    if isinstance(module, nn.GroupNorm):
        return bool(module.num_groups == 1)
    return isinstance(module, nn.InstanceNorm2d) and not module.track_running_stats


def _measured(norm: nn.Module, x: torch.Tensor) -> Moments:
    """Take mean and variance over all pictures of (B, C, H, W), and over the channels where the norm does so."""
    channels = x.shape[1]
    dims = (0, 1, 2, 3) if isinstance(norm, nn.GroupNorm) else (0, 2, 3)
    variance, mean = torch.var_mean(x.float(), dims, correction=0)
    return mean.expand(channels).clone(), variance.expand(channels).clone()


def _normed(norm: nn.Module, moments: Moments, x: torch.Tensor) -> torch.Tensor:
    """Do what the norm does, with given statistics."""
    assert isinstance(norm, nn.GroupNorm | nn.InstanceNorm2d)
    weight, bias = (None if each is None else each.float() for each in (norm.weight, norm.bias))
    mean, variance = moments
    result: torch.Tensor = F.batch_norm(x, mean, variance, weight, bias, False, 0.0, norm.eps)
    return result


@contextmanager
def _replaced(forwards: dict[nn.Module, Callable[[torch.Tensor], torch.Tensor]]) -> Iterator[None]:
    """Put other functions in the place of these modules' own, inside."""
    for module, forward in forwards.items():
        module.forward = forward
    try:
        yield
    finally:
        for module in forwards:
            del module.forward
