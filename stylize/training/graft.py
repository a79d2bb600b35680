"""A small network made of a large one, to begin a distillation with: most of what it knows need not be learnt again.

At a quarter and an eighth of the size both have the same layers, and the small one takes their weights over; of the
residual blocks it leaves out the one that is missed least. The layers above are fitted one after another by least
squares to what the large network computes there, each from what the small one really gives it (He et al. 2017,
channel pruning): of the large network's channels at half size those are kept that the next layer hears most of.
"""

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional as F

from stylize.atelier.atelier_net import AtelierNet
from stylize.atelier.slim_net import SlimNet

_RIDGE = 1e-4
"""Share of the mean square of the inputs; keeps weights small where inputs say the same."""
_EDGE_PX = 16

Kept = dict[str, torch.Tensor]


def graft(teacher: AtelierNet, pictures: torch.Tensor) -> SlimNet:
    """Return a small network that paints a little like the large one.

    Args:
        teacher: With its norms folded, as `load_folded` gives it, in fp32.
        pictures: (B, 3, H, W) in [-1, 1], H and W multiples of 8: a dozen squares are enough.
    """
    pupil = SlimNet().eval()
    with torch.no_grad():
        seen = _activations(teacher, pictures)
        left_out = _least_missed(teacher, pictures, len(teacher.body) - len(pupil.body))
        kept = [at for at in range(len(teacher.body)) if at not in left_out]
        for block, at in zip(pupil.body, kept, strict=True):
            assert isinstance(block, nn.ModuleDict)
            for part in ("first", "second"):
                block[part].load_state_dict(getattr(teacher.body[at], part).conv.state_dict())
        for name in ("down3", "up3", "fuse3"):
            getattr(pupil, name).load_state_dict(getattr(teacher, name).conv.state_dict())
        _fit_upper_layers(teacher, pupil, pictures, seen)
    return pupil


def _fit_upper_layers(teacher: AtelierNet, pupil: SlimNet, pictures: torch.Tensor, seen: Kept) -> None:
    half = pupil.stem.out_channels
    ours = _loudest(F.leaky_relu(seen["down1"], 0.1), teacher.down2.conv.weight, half)
    _fit(pupil.stem, pictures, seen["down1"][:, ours])
    risen = _outputs_of(pupil, pupil.stem, pictures)
    _fit(pupil.down2, F.leaky_relu(risen, 0.1), seen["down2"], shrunk=4)
    up2 = teacher.up2.conv.state_dict()
    pupil.up2.load_state_dict({name: value[ours] for name, value in up2.items()})
    fused = _loudest(F.leaky_relu(seen["fuse2"], 0.1), teacher.up1.conv.weight, half)
    _fit(pupil.fuse2, _inputs_of(pupil, pupil.fuse2, pictures), seen["fuse2"][:, fused])
    difference = F.pixel_unshuffle(seen["painting"] - pictures, 2)
    _fit(pupil.out, _inputs_of(pupil, pupil.out, pictures), difference)


def _activations(teacher: AtelierNet, pictures: torch.Tensor) -> Kept:
    """Return what the large network's layers at half size give before they are activated, and its painting."""
    seen: Kept = {}
    hooks = [
        getattr(teacher, name).conv.register_forward_hook(
            lambda _, __, output, name=name: seen.__setitem__(name, output)
        )
        for name in ("down1", "down2", "fuse2")
    ]
    seen["painting"] = teacher(pictures)
    for hook in hooks:
        hook.remove()
    return seen


def _least_missed(teacher: AtelierNet, pictures: torch.Tensor, count: int) -> set[int]:
    """Return which residual blocks change the painting least when they are left out, one after another."""
    out: set[int] = set()
    whole, blocks = teacher(pictures), list(teacher.body)
    for _ in range(count):
        misses: dict[int, float] = {}
        for at in set(range(len(blocks))) - out:
            teacher.body = nn.Sequential(*(block for n, block in enumerate(blocks) if n not in out | {at}))
            misses[at] = float(F.mse_loss(teacher(pictures), whole))
        out.add(min(misses, key=misses.__getitem__))
    teacher.body = nn.Sequential(*blocks)
    return out


def _loudest(values: torch.Tensor, weight: torch.Tensor, count: int) -> torch.Tensor:
    """Return the channels that the next layer hears most of, in their order."""
    loudness = values.std(dim=(0, 2, 3)) * weight.square().sum(dim=(0, 2, 3)).sqrt()
    return loudness.topk(count).indices.sort().values


def _inputs_of(network: nn.Module, layer: nn.Module, pictures: torch.Tensor) -> torch.Tensor:
    return _passing(network, layer, pictures, lambda inputs, _: inputs[0])


def _outputs_of(network: nn.Module, layer: nn.Module, pictures: torch.Tensor) -> torch.Tensor:
    return _passing(network, layer, pictures, lambda _, output: output)


def _passing(
    network: nn.Module,
    layer: nn.Module,
    pictures: torch.Tensor,
    take: Callable[[tuple[torch.Tensor, ...], torch.Tensor], torch.Tensor],
) -> torch.Tensor:
    found: list[torch.Tensor] = []
    hook = layer.register_forward_hook(lambda _, inputs, output: found.append(take(inputs, output)))
    network(pictures)
    hook.remove()
    return found[0]


def _fit(layer: nn.Conv2d, inputs: torch.Tensor, wanted: torch.Tensor, *, shrunk: int = 2) -> None:
    """Set weights and bias so that the layer's outputs are nearest to what is wanted, in double precision.

    Args:
        layer: Is changed.
        inputs: What it is given.
        wanted: What it should give before it is activated.
        shrunk: How much smaller than the picture that is; what lies near its edge does not count.
    """
    edge = _EDGE_PX // shrunk
    squares: torch.Tensor | float = 0.0
    products: torch.Tensor | float = 0.0
    for single, target in zip(torch.split(inputs, 1), torch.split(wanted, 1), strict=True):
        columns = F.unfold(single, layer.kernel_size, padding=layer.padding, stride=layer.stride)  # type: ignore[arg-type]
        height, width = target.shape[-2:]
        columns = columns.view(-1, height, width)[:, edge : height - edge, edge : width - edge].flatten(1)
        rows = torch.cat([columns, torch.ones_like(columns[:1])]).double()
        goal = target[0, :, edge : height - edge, edge : width - edge].flatten(1).double()
        squares = squares + rows @ rows.T
        products = products + rows @ goal.T
    assert isinstance(squares, torch.Tensor) and isinstance(products, torch.Tensor)
    ridge = _RIDGE * squares.diagonal()[:-1].mean() * torch.eye(len(squares), dtype=torch.float64)
    ridge[-1, -1] = 0
    solved = torch.linalg.solve(squares + ridge, products).T.float()
    layer.weight.copy_(solved[:, :-1].reshape(layer.weight.shape))
    assert layer.bias is not None
    layer.bias.copy_(solved[:, -1])
