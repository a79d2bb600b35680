"""One step of a training: what all phases share, and the two that need no discriminator.

Content only is AnimeGANv2's first phase (Chen, Liu and Chen, 2020); the warm start on self-made targets is our own. A
step is a function of the networks and of its sample alone; nothing in it draws random numbers.
"""

import math
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from configs.recipes.train_settings import TrainSettings
from stylize.training.data.material import Material
from stylize.training.steps.losses import content_loss
from stylize.training.steps.networks import Networks
from stylize.transfer.perceptual import TAPS

Losses = dict[str, Tensor]
"""By name; `loss` is what the generator's step goes down."""

_PIXELS = 4.0
"""Weight of the pixels beside the features in the warm start, both being about 0.1 to 1."""
_LAST_RATE = 0.05
"""Share of the learning rate that is left at the end of the warm start."""


class Phase(ABC):
    """A run of steps with one goal.

    Args:
        settings: Of the training.
        networks: Changed by the steps.
        material: Gives the samples.
        first: The phase's first step, counted over all phases.
        last: The step after its last.
    """

    name: ClassVar[str]

    def __init__(self, settings: TrainSettings, networks: Networks, material: Material, first: int, last: int) -> None:
        self.settings = settings
        self.networks = networks
        self.material = material
        self.first = first
        self.last = last
        self.optimisers: dict[str, torch.optim.Optimizer] = {}

    def begin(self) -> None:
        """Prepare the networks and make fresh optimisers; called when the phase is entered, also on going on."""
        self.networks.generator.train()
        self.optimisers = {"generator": self._adam(self.networks.generator, self.rate(self.first))}

    def rate(self, step: int) -> float:
        """Return the generator's learning rate at a step."""
        return self.settings.init_lr

    def sample(self, step: int) -> Any:
        """Make what a step needs, as arrays; called from other threads."""
        return self.material.photos_at(step)

    @abstractmethod
    def step(self, step: int, sample: Any) -> Losses:
        """Do one step; returns detached losses."""

    @abstractmethod
    def held_out(self) -> Tensor:
        """Return the generator's loss on held-out photos, without gradients."""

    def _adam(self, network: nn.Module, rate: float) -> torch.optim.Adam:
        return torch.optim.Adam(network.parameters(), rate, (self.settings.beta1, self.settings.beta2))

    def _descend(self, name: str, loss: Tensor, rate: float) -> None:
        optimiser = self.optimisers[name]
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()

    def _features(self, picture: Tensor) -> Tensor:
        """Return the activations that AnimeGANv2 compares; (B, 3, H, W) in [-1, 1]."""
        tap = TAPS[self.networks.features.name]["anime"]
        with self.networks.mixed():
            found: Tensor = self.networks.features((picture + 1) / 2, (tap,))[tap]
        return found

    def _paint(self, photo: Tensor, network: nn.Module | None = None) -> Tensor:
        with self.networks.mixed():
            painted: Tensor = (network or self.networks.generator)(photo)
        return painted.float()

    def _painted_held_out(self, photo: Tensor) -> Tensor:
        painter = self.networks.painter
        before = painter.training
        painter.eval()
        painted = self._paint(photo, painter)
        painter.train(before)
        return painted


class ContentPhase(Phase):
    """Content only: the generator learns to copy what the features see."""

    name = "content"

    def step(self, step: int, sample: Any) -> Losses:
        """Do one step on squares of photos."""
        photo = self.networks.tensor(sample)
        loss = self._loss(photo, self._paint(photo))
        self._descend("generator", loss, self.rate(step))
        return {"loss": loss.detach()}

    @torch.no_grad()
    def held_out(self) -> Tensor:
        """Return the content loss of held-out photos."""
        photo = self.networks.tensor(self.material.held_out_photos())
        return self._loss(photo, self._painted_held_out(photo))

    def _loss(self, photo: Tensor, painted: Tensor) -> Tensor:
        with torch.no_grad():
            seen = self._features(photo)
        return self.settings.con_weight * self.networks.scale.content * content_loss(seen, self._features(painted))


class WarmPhase(Phase):
    """Towards self-made targets: L1 of the pixels, and of the features relative to the target's own.

    The learning rate falls along a half cosine: the last steps settle what the first ones found.
    """

    name = "warm"

    def rate(self, step: int) -> float:
        """Return the learning rate, from warm_lr down to a twentieth of it."""
        share = (step - self.first) / max(1, self.last - self.first)
        fall = (1 + math.cos(math.pi * share)) / 2
        return self.settings.warm_lr * (_LAST_RATE + (1 - _LAST_RATE) * fall)

    def sample(self, step: int) -> Any:
        """Make squares of photos and of their targets."""
        return self.material.pairs_at(step)

    def step(self, step: int, sample: Any) -> Losses:
        """Do one step on pairs of squares."""
        photo, target = (self.networks.tensor(part) for part in sample)
        losses = self._losses(target, self._paint(photo))
        self._descend("generator", losses["loss"], self.rate(step))
        return {name: value.detach() for name, value in losses.items()}

    @torch.no_grad()
    def held_out(self) -> Tensor:
        """Return the loss of held-out pairs."""
        photo, target = (self.networks.tensor(part) for part in self.material.held_out_pairs())
        return self._losses(target, self._painted_held_out(photo))["loss"]

    def _losses(self, target: Tensor, painted: Tensor) -> Losses:
        pixels = (painted - target).abs().mean()
        weights: dict[str, float] = TAPS[self.networks.features.name]["style"]
        with torch.no_grad(), self.networks.mixed():
            wanted = self.networks.features((target + 1) / 2, tuple(weights))
        with self.networks.mixed():
            found = self.networks.features((painted + 1) / 2, tuple(weights))
        parts = [
            weight * (found[tap].float() - wanted[tap].float()).abs().mean() / wanted[tap].float().abs().mean()
            for tap, weight in weights.items()
        ]
        features = torch.stack(parts).sum()
        return {"loss": _PIXELS * pixels + features, "pixels": pixels, "features": features}
