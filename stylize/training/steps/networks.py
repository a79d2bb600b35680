"""The networks of one training: generator, discriminator, features, running mean; device and number format."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parametrize

from configs.errors import WeightsError
from configs.recipes.train_settings import TrainSettings
from stylize.checkpoints.checkpoints import load_into
from stylize.neural.device import choose_device, choose_precision
from stylize.trained.kinds import KINDS
from stylize.training.data.dataset import Batch
from stylize.training.data.plan import TrainingPlan
from stylize.training.steps.balance import feature_scale
from stylize.training.steps.starts import start_generator
from stylize.transfer.perceptual import Features, at_hand, load_features
from stylize.transfer.taps import NetworkName


def make_generator(name: str, seed: int) -> nn.Module:
    """Build a generator with the weights that a training begins with.

    Args:
        name: One of `stylize.trained.kinds`.
        seed: Of the weights; nothing else decides them.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network: nn.Module = KINDS[name].build()
    if name not in ("atelier", "slim"):  # these begin as the picture itself, with weights of their own
        start_generator(network, seed)
    return network


def choose_features(asked: str) -> NetworkName:
    """Return the feature network that `auto` means here: VGG19 where it is at hand, else SqueezeNet, a small download.

    Raises:
        WeightsError: A file of such a name is there, but it is not the right one.
    """
    if asked == "auto":
        return "vgg19" if at_hand("vgg19") else "squeezenet1_1"
    return "vgg19" if asked == "vgg19" else "squeezenet1_1"


class Networks:
    """The networks of one training, on their device.

    Args:
        plan: Names the device, the settings and the weights to begin with.

    Raises:
        DeviceError: The device is not there.
        WeightsError: The weights to begin with are not this generator's, or the features' cannot be had.
    """

    def __init__(self, plan: TrainingPlan) -> None:
        settings = plan.settings
        self.device = choose_device(plan.device)
        self.precision = _precision(settings, self.device)
        generator = make_generator(settings.network, settings.seed)
        if plan.start_from is not None:
            if not plan.start_from.is_file():
                raise WeightsError(
                    "there is no such file of weights", cure="check the name of --start-from", path=plan.start_from
                )
            load_into(generator, plan.start_from)
        self.generator = self._placed(generator)
        self.features: Features = load_features(choose_features(settings.perceptual)).to(self.device)
        self.scale = feature_scale(self.features)
        self.discriminator = self._placed(_make_discriminator(settings.seed)) if settings.steps else None
        self.mean = Mean(self.generator, plan.ema) if plan.ema else None

    def _placed(self, network: nn.Module) -> nn.Module:
        network.to(self.device)
        if self.device.type == "cuda":
            torch.backends.cudnn.benchmark = True  # every step has the same sizes
            network.to(memory_format=torch.channels_last)  # how its convolutions are fastest
        return network

    @property
    def painter(self) -> nn.Module:
        """The generator that is shown and kept: the running mean where there is one."""
        return self.mean.network if self.mean else self.generator

    def all(self) -> dict[str, nn.Module]:
        """Return every network that a checkpoint holds, by name."""
        named = {"generator": self.generator, "discriminator": self.discriminator}
        named |= {"mean": self.mean.network if self.mean else None}
        return {name: network for name, network in named.items() if network is not None}

    def mixed(self) -> torch.autocast:
        """Compute convolutions inside in bf16 where that is asked for; losses belong outside."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision is torch.bfloat16)

    @contextmanager
    def judging(self) -> Iterator[nn.Module]:
        """Yield the discriminator; its weights are divided by their norms once, in fp32, for all uses inside."""
        assert self.discriminator is not None
        with parametrize.cached():
            for module in self.discriminator.modules():
                if parametrize.is_parametrized(module):
                    _ = module.weight
            yield self.discriminator

    def tensor(self, batch: Batch) -> torch.Tensor:
        """Bring (B, H, W, 3), 0 to 255, to the device as (B, 3, H, W) in [-1, 1]."""
        moved = torch.from_numpy(batch).to(self.device, non_blocking=True).permute(0, 3, 1, 2)
        return moved.float().div_(127.5).sub_(1)

    def picture(self, painted: torch.Tensor) -> Batch:
        """Bring (B, 3, H, W) in [-1, 1] back as (B, H, W, 3), 0 to 255."""
        levels = (painted.detach().float().clamp(-1, 1) + 1) * 127.5
        return np.ascontiguousarray(levels.round().to("cpu", torch.uint8).permute(0, 2, 3, 1).numpy())

    def paint(self, picture: Batch) -> Batch:
        """Paint a batch with the weights that are kept."""
        painter = self.painter
        before = painter.training
        painter.eval()
        with torch.no_grad(), self.mixed():
            painted = self.picture(painter(self.tensor(picture)))
        painter.train(before)
        return painted


class Mean:
    """A running mean of a network's weights (Yazici and others 2019): GANs circle, their mean does not."""

    def __init__(self, network: nn.Module, memory: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self._memory = memory

    @torch.no_grad()
    def follow(self, network: nn.Module, step: int) -> None:
        """Take a little of the network's weights; more in the first steps, so that the start is forgotten."""
        memory = min(self._memory, (1 + step) / (10 + step))
        for ours, theirs in zip(self.network.parameters(), network.parameters(), strict=True):
            ours.lerp_(theirs, 1 - memory)
        for own, other in zip(self.network.buffers(), network.buffers(), strict=True):
            own.copy_(other)


def _make_discriminator(seed: int) -> nn.Module:
    from stylize.training.steps.discriminator import Discriminator

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed + 1)
        return Discriminator()


def _precision(settings: TrainSettings, device: torch.device) -> torch.dtype:
    if settings.precision == "auto":
        # fp16 would need its losses scaled; the few devices that have it and not bf16 take fp32
        return torch.bfloat16 if choose_precision(device) is torch.bfloat16 else torch.float32
    return torch.bfloat16 if settings.precision == "bf16" else torch.float32
