"""Finding a style for a painting without the style predictor: the numbers that steer the transformer are fitted to it.

The transformer can be differentiated by its style, so a style is looked for as Gatys looks for a picture: Adam on
drawn scenes (`stylize.transfer.arbitrary.stand_ins`), until their paintings have the painting's Gram matrices and
colours, and still the scenes' contents and their light and dark, without which no face can be read. First 100 numbers,
the network's own style vector; where these alone cannot reach the painting, all 2,758 that they steer. All terms are
relative to what they compare with, so that they weigh the same whatever the feature network.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, cosine_similarity

from stylize.transfer.arbitrary.arbitrary_net import VECTOR, Transformer
from stylize.transfer.arbitrary.stand_ins import draw_scenes
from stylize.transfer.perceptual import TAPS, Features, gram

SCENES, SIDE_PX = 16, 128
"""How many scenes a fit looks at, and their height and width."""

_BATCH = 2
_RATE = 0.05
"""Adam's; it falls along a cosine to a twentieth of it."""

_CONTENT, _LIGHT, _COLOURS, _ROUGHNESS = 1.2, 0.6, 0.5, 0.5
"""Weights beside the style's 1."""

_COARSE_PX = 4
"""Light and dark are compared in squares of this side."""

_NEUTRAL_STEPS = 120
_LIKENESS = 5.0
"""Weight of the plain difference of shades in the fit of the neutral style."""

_SPREAD = 0.06
"""Deviation of the starts around the neutral style; fitted vectors have deviations of 0.2 to 0.35."""

_REACHED = 0.2
"""A style loss above this means that the vector alone has not reached the painting.

Of four paintings tried, all stayed at 0.3 to 0.5: the vector finds the strokes and the leading colour, the second and
third colour come with the freed numbers.
"""

Objective = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Paintings, their scenes and the scenes' content features, to a loss."""


@dataclass(frozen=True)
class Fit:
    """A style that was found."""

    numbers: Tensor
    """(1, 100): a style vector; or (1, 2758): what steers the transformer directly."""
    style_loss: float
    """How far the paintings' Gram matrices are from the style's, relative to these; 1 is as far as none at all."""


def steering(network: Transformer, numbers: Tensor) -> Tensor:
    """Return the 2,758 numbers that steer the transformer, of a fit's numbers (1, 100) or (1, 2758)."""
    steered: Tensor = network.steer(numbers) if numbers.shape[1] == VECTOR else numbers
    return steered


def fit_neutral(network: Transformer, features: Features, *, steps: int = _NEUTRAL_STEPS) -> Tensor:
    """Find the style vector (1, 100) that changes pictures least: fits start from it, weak styles lean to it.

    It keeps what is drawn, not its colours: the network's norms take every picture's own colours off.
    """
    scenes = _scenes(network)

    def objective(painted: Tensor, batch: Tensor, contents: Tensor) -> Tensor:
        kept = _relative(features(painted, [_content_tap(features)])[_content_tap(features)], contents)
        return kept + _LIKENESS * (painted - batch).abs().mean()

    start = torch.randn(1, VECTOR, generator=torch.Generator().manual_seed(0)) * 0.1
    return _descend(network, features, scenes, start.to(scenes.device), objective, steps, _RATE)


def fit_style(
    network: Transformer, features: Features, painting: Tensor, neutral: Tensor, *, steps: int, starts: int
) -> Fit:
    """Find the style of a painting.

    Args:
        network: The transformer, in fp32; its weights stay as they are.
        features: What judges; on the same device.
        painting: (1, 3, H, W), RGB in [0, 1], at the size at which its strokes are to be seen.
        neutral: As `fit_neutral` gives it.
        steps: Steps of Adam in all, each on two scenes.
        starts: So many starts take a fifth of the steps each; the best of them goes on.

    Returns:
        The best style that was found; the same one for the same arguments on the same device.
    """
    scenes = _scenes(network)
    judge = _StyleJudge(features, painting)
    numbers = torch.Generator().manual_seed(1)
    begun = []
    for start in range(starts):
        moved = neutral + (_SPREAD * torch.randn(1, VECTOR, generator=numbers).to(neutral) if start else 0)
        begun.append(_descend(network, features, scenes, moved, judge.loss, max(1, steps // 5), _RATE, seed=start))
    best = min(begun, key=lambda each: judge.total(network, scenes, each))
    best = _descend(network, features, scenes, best, judge.loss, steps, _RATE, seed=starts)
    if judge.style(network, scenes, best) > _REACHED:
        freed = steering(network, best).detach()
        # small steps: 2,758 numbers can also draw what the network never learnt to draw
        best = _descend(network, features, scenes, freed, judge.loss, steps, _RATE / 5, seed=starts)
    return Fit(best.cpu(), judge.style(network, scenes, best))


class _StyleJudge:
    """Says how far paintings of scenes are from a painting's style and from the scenes."""

    def __init__(self, features: Features, painting: Tensor) -> None:
        self._features = features
        self._weights: dict[str, float] = dict(TAPS[features.name]["style"])
        with torch.no_grad():
            seen = features(painting, list(self._weights))
            self._grams = {tap: gram(value) for tap, value in seen.items()}
            self._colours = _colours(painting)

    def loss(self, painted: Tensor, batch: Tensor, contents: Tensor) -> Tensor:
        """Return the whole loss of paintings (B, 3, H, W)."""
        content = _content_tap(self._features)
        seen = self._features(painted, [*self._weights, content])
        rough = (painted.diff(dim=3).abs().mean() + painted.diff(dim=2).abs().mean()) * _ROUGHNESS
        means, spreads = ((a - b).square().sum((1, 2)) for a, b in zip(_colours(painted), self._colours, strict=True))
        colours = (10 * means + 100 * spreads).mean()  # covariances of shades in [0, 1] are a tenth of the means
        kept = _CONTENT * _relative(seen[content], contents) + _LIGHT * _light_lost(painted, batch)
        return self._gram_loss(seen) + kept + _COLOURS * colours + rough

    @torch.no_grad()
    def total(self, network: Transformer, scenes: Tensor, numbers: Tensor) -> float:
        """Return the loss over all scenes."""
        steered, tap = steering(network, numbers), _content_tap(self._features)
        parts = [
            self.loss(network(scene, steered), scene, self._features(scene, [tap])[tap]) for scene in _batches(scenes)
        ]
        return float(torch.stack(parts).mean())

    @torch.no_grad()
    def style(self, network: Transformer, scenes: Tensor, numbers: Tensor) -> float:
        """Return the style's part of the loss over all scenes."""
        steered = steering(network, numbers)
        parts = [
            self._gram_loss(self._features(network(scene, steered), list(self._weights))) for scene in _batches(scenes)
        ]
        return float(torch.stack(parts).mean())

    def _gram_loss(self, seen: dict[str, Tensor]) -> Tensor:
        parts = [weight * _relative(gram(seen[tap]), self._grams[tap]) for tap, weight in self._weights.items()]
        return torch.stack(parts).sum() / sum(self._weights.values())


def _descend(
    network: Transformer,
    features: Features,
    scenes: Tensor,
    start: Tensor,
    objective: Objective,
    steps: int,
    rate: float,
    *,
    seed: int = 0,
) -> Tensor:
    """Run Adam from a start; return the numbers it ends with."""
    tap = _content_tap(features)
    with torch.no_grad():
        contents = torch.cat([features(scene, [tap])[tap] for scene in _batches(scenes)])
    order = torch.Generator().manual_seed(seed)
    with torch.enable_grad():
        numbers = start.detach().clone().requires_grad_(True)
        adam = torch.optim.Adam([numbers], lr=rate)
        for step in range(steps):
            for group in adam.param_groups:
                group["lr"] = rate * (0.05 + 0.475 * (1 + math.cos(math.pi * step / steps)))
            chosen = torch.randperm(len(scenes), generator=order)[:_BATCH].to(scenes.device)
            painted = network(scenes[chosen], steering(network, numbers))
            loss = objective(painted, scenes[chosen], contents[chosen])
            (numbers.grad,) = torch.autograd.grad(loss, [numbers])  # not backward: the weights need none
            adam.step()
    return numbers.detach()


def _scenes(network: Transformer) -> Tensor:
    drawn = torch.from_numpy(draw_scenes(SCENES, SIDE_PX)).permute(0, 3, 1, 2)
    return drawn.to(network.steer.weight.device).contiguous()


def _batches(scenes: Tensor) -> tuple[Tensor, ...]:
    return scenes.chunk(max(1, len(scenes) // _BATCH))


def _content_tap(features: Features) -> str:
    return str(next(iter(TAPS[features.name]["content"])))


def _relative(found: Tensor, wanted: Tensor) -> Tensor:
    """Return the squared difference in units of what is wanted, the mean over the batch."""
    apart = (found.float() - wanted.float()).square().flatten(1).sum(1)
    return (apart / wanted.float().square().flatten(1).sum(1).clamp_min(1e-12)).mean()


def _light_lost(painted: Tensor, scenes: Tensor) -> Tensor:
    """Return 1 less the correlation of light and dark, coarsely seen: 0 where it is kept, 2 where it is turned."""
    weights = painted.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
    seen = (avg_pool2d((each * weights).sum(1, keepdim=True), _COARSE_PX).flatten(1) for each in (painted, scenes))
    first, second = (each - each.mean(1, keepdim=True) for each in seen)
    return (1 - cosine_similarity(first, second, dim=1)).mean()


def _colours(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean (B, 3, 1) and the covariance (B, 3, 3) of RGB."""
    flat = pictures.flatten(2)
    mean = flat.mean(2, keepdim=True)
    return mean, (flat - mean) @ (flat - mean).transpose(1, 2) / flat.shape[2]
