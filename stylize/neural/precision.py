"""Whether a network may compute in fewer digits: measured on the network itself, before it is trusted with a picture.

How many digits a network needs depends on its weights: bf16 keeps 8 bits, and what sums and norms make of the rest
cannot be told from the layers. So a drawn picture is painted both ways, once, when the network is loaded.
"""

import copy

import numpy as np
import torch
from torch import nn

MEAN_ERROR = 1 / 255
"""The most that the mean of the absolute differences to fp32 may be, of a painting in [0, 1]."""

LARGE_ERROR = 4 / 255
"""The most that all but one in a thousand of the differences may be."""

_LEAST_CONTRAST = 2 / 255
"""Of a painting in [-1, 1]: a single grey level."""

_PROBE_PX = (96, 160)
"""Height and width of the drawn picture: little work, and large against what a pixel's surroundings weigh."""


def error_of(painting: torch.Tensor, exact: torch.Tensor) -> tuple[float, float]:
    """Return the mean of the absolute differences, and what all but one in a thousand stay below."""
    difference = np.abs(painting.float().cpu().numpy() - exact.float().cpu().numpy())
    return float(difference.mean()), float(np.quantile(difference, 0.999))


def paint_probe(network: nn.Module) -> torch.Tensor:
    """Return what the network paints of the drawn picture.

    Args:
        network: On its device, in its precision, ready to paint; it is not changed.

    Returns:
        (1, 3, H, W), in [-1, 1] where the network's weights are sound.
    """
    with torch.inference_mode():
        weight = next(network.parameters())
        painted: torch.Tensor = network(_probe().to(weight.device, weight.dtype))
    return painted


def shows_anything(painting: torch.Tensor) -> bool:
    """Tell whether there is a picture: numbers, and not all of one colour.

    Weights that overflow do not always end in what is no number: a norm divides by an infinite deviation, and every
    picture comes out in one grey.
    """
    shades = painting.float().clamp(-1, 1)  # what is no number stays none
    return bool((shades.amax((2, 3)) - shades.amin((2, 3))).max() >= _LEAST_CONTRAST)


def keeps_the_picture(network: nn.Module, precision: torch.dtype, exact: torch.Tensor | None = None) -> bool:
    """Tell whether the network paints in this precision what it paints in fp32.

    Args:
        network: In fp32, on its device, ready to paint; it is not changed.
        precision: The cheaper number format.
        exact: Its painting of the drawn picture in fp32, where that is at hand.
    """
    with torch.inference_mode():
        cheaper = copy.deepcopy(network).to(precision).to(memory_format=torch.channels_last)
        # the networks paint in [-1, 1]: halved, the differences are those of shades in [0, 1]
        mean, large = error_of(paint_probe(cheaper) / 2, (paint_probe(network) if exact is None else exact) / 2)
    return mean <= MEAN_ERROR and large <= LARGE_ERROR  # false where there are numbers that are none


def _probe() -> torch.Tensor:
    """Draw a picture with what films have: broad shades, hard edges, a dark part, a light one, a little grain."""
    height, width = _PROBE_PX
    rows, columns = np.mgrid[0:height, 0:width] / 24
    shades = np.stack([np.sin(rows + k) * np.cos(columns - k) for k in range(3)])
    shades[:, height // 3 : height // 2, width // 4 : width // 2] = -0.95
    shades[:, height // 2 :, width // 2 : width // 2 + 20] += 0.6
    shades[:, : height // 4] *= 0.1
    grain = np.random.Generator(np.random.PCG64(3)).standard_normal(shades.shape) * 0.03
    return torch.from_numpy(np.clip(shades + grain, -1, 1).astype(np.float32)).unsqueeze(0)
