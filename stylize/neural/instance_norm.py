"""Instance norm as torch has it, but quick on a single picture with its channels last."""

import torch
from torch import nn
from torch.nn import functional as F


class InstanceNorm(nn.InstanceNorm2d):
    """Torch's own folds the pictures of a batch into channels, for which it copies channels-last ones over, and back.

    The statistics of one picture are those of a batch of one: batch norm takes them where the numbers lie. Half the
    time of a small network went into those copies.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Norm (B, C, H, W), each picture and channel by itself."""
        if len(x) != 1 or self.track_running_stats:
            return super().forward(x)
        return F.batch_norm(x, None, None, self.weight, self.bias, training=True, momentum=0.0, eps=self.eps)
