"""Training towards one painting: the perceptual losses of Johnson, Alahi and Fei-Fei (2016), as a phase.

Content and style are each measured against their own size: the features' mean square, and the painting's Gram
matrices'. So the weights mean the same with every feature network; the published ones (1e5 and 1e10 in PyTorch's
example, 7.5 and 100 in lengstrom's) hold for one network and one range of pixels each.
"""

from typing import Any

import torch
from torch import Tensor

from stylize.styles.opening import Picture
from stylize.training.steps.losses import total_variation
from stylize.training.steps.phases import Losses, Phase
from stylize.transfer.perceptual import TAPS, gram

_CONTENT = {"vgg16": "conv2_2", "vgg19": "conv2_2", "squeezenet1_1": "fire3"}
"""Johnson's relu2_2, and what comes next to it in SqueezeNet; Gatys's deeper taps leave the forms too free here."""

_LAST_RATE = 0.05
"""Share of the learning rate that is left at the end."""

_FAINT = 1e-6
"""Added to what a loss is divided by: a painting of one colour has hardly any texture."""


class PaintingPhase(Phase):
    """Towards one painting: the photo's content, the painting's texture and colours."""

    name = "painting"

    def begin(self) -> None:
        """Look at the painting and make a fresh optimiser; Adam with its usual memories, as in the paper."""
        super().begin()
        self.optimisers = {"generator": torch.optim.Adam(self.networks.generator.parameters(), self.rate(self.first))}
        name = self.networks.features.name
        self._style: dict[str, float] = TAPS[name]["style"]
        self._content = _CONTENT[name]
        assert self.material.painting is not None, "a plan with painting steps names a painting"
        self._wanted = self._look_at(self.material.painting)

    def rate(self, step: int) -> float:
        """Return the learning rate: whole for the first half, then down in a straight line to a twentieth."""
        left = (self.last - step) / max(1, self.last - self.first)
        return self.settings.init_lr * min(1.0, _LAST_RATE + (1 - _LAST_RATE) * 2 * left)

    def step(self, step: int, sample: Any) -> Losses:
        """Do one step on squares of photos."""
        photo = self.networks.tensor(sample)
        losses = self._losses(photo, self._paint(photo))
        self._descend("generator", losses["loss"], self.rate(step))
        return {name: value.detach() for name, value in losses.items()}

    @torch.no_grad()
    def held_out(self) -> Tensor:
        """Return the loss of held-out photos."""
        photo = self.networks.tensor(self.material.held_out_photos())
        return self._losses(photo, self._painted_held_out(photo))["loss"]

    @torch.no_grad()
    def _look_at(self, painting: Picture) -> dict[str, Tensor]:
        """Return the painting's Gram matrices."""
        found = self._seen(self.networks.tensor(painting[None].copy()), tuple(self._style))
        return {tap: gram(value) for tap, value in found.items()}

    def _seen(self, picture: Tensor, taps: tuple[str, ...]) -> dict[str, Tensor]:
        with self.networks.mixed():
            found: dict[str, Tensor] = self.networks.features((picture + 1) / 2, taps)
        return found

    def _losses(self, photo: Tensor, painted: Tensor) -> Losses:
        """Return the losses, each with its weight, and their sum."""
        with torch.no_grad():
            content = self._seen(photo, (self._content,))[self._content].float()
        found = self._seen(painted, tuple({self._content, *self._style}))
        parts = {
            "content": self.settings.con_weight * relative(found[self._content].float(), content),
            "style": self.settings.sty_weight * self._style_loss(found),
            "variation": self.settings.tv_weight * total_variation(painted),
        }
        return {"loss": torch.stack(list(parts.values())).sum(), **parts}

    def _style_loss(self, found: dict[str, Tensor]) -> Tensor:
        parts = [weight * relative(gram(found[tap]), self._wanted[tap]) for tap, weight in self._style.items()]
        return torch.stack(parts).sum()


def relative(found: Tensor, wanted: Tensor) -> Tensor:
    """Return the mean square of the difference, as a share of the mean square of what is wanted."""
    return (found - wanted).square().mean() / (wanted.square().mean() + _FAINT)
