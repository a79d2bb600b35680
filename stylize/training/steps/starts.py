"""The weights that the training of a generator begins with."""

import math

import torch
from torch import nn

_CUT = 2.0
"""Standard deviations at which the normal distribution is cut off."""

_SPREAD = 1.3
"""TensorFlow's allowance for what the cut takes from the variance."""


def start_generator(network: nn.Module, seed: int) -> None:
    """Draw every convolution's weights anew by He's rule (2015), as TensorFlow's variance scaling does; biases are 0.

    The truncated normal distribution has the variance 2 / fan-in. Norms keep what they have. The same seed gives the
    same weights, whatever was drawn before from torch's global random numbers.

    Args:
        network: Changed in place.
        seed: At least 0.
    """
    numbers = torch.Generator().manual_seed(seed)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            deviation = math.sqrt(_SPREAD * 2 / module.weight[0].numel())
            drawn = torch.empty(module.weight.shape)
            nn.init.trunc_normal_(drawn, 0, deviation, -_CUT * deviation, _CUT * deviation, generator=numbers)
            with torch.no_grad():
                module.weight.copy_(drawn)
                if module.bias is not None:
                    module.bias.zero_()
