"""Neural style transfer by optimisation (Gatys, Ecker and Bethge 2016): a picture painted after paintings.

The picture itself is what is optimised. It starts as the film's picture at a coarse size; each finer size starts from
the last one's result (Gatys and others 2017, Controlling perceptual factors), with the detail that only the finer size
shows put back first. The losses are the published ones; their weights are relative (see `Goal`), so that alpha and
beta mean the same for every feature network and every size.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from configs.recipes.nst_settings import NstSettings
from stylize.transfer.gatys.descent import descend
from stylize.transfer.gatys.detail import Image, enlarge_painting, resize
from stylize.transfer.gatys.recolouring import luma, mix_palettes, palette_of, transfer_palette, with_luma
from stylize.transfer.perceptual import Features, gram
from stylize.transfer.taps import TAPS

_SHORTEST_PX = 32
"""Of a side while painting: the deepest taps see 16 pixels as one."""

_COLOUR_TV = 2.0
"""How much more specks of colour count than specks of lightness."""

_SOFT = 2e-2
"""Steps of value smaller than this are no edges to the total variation; a sharper bend would slow L-BFGS down."""


_TEMPORAL = 200.0
"""What staying near the last painting counts: a tenth of the range off everywhere is twice the content's unit."""


def content_loss(features: Tensor, wanted: Tensor) -> Tensor:
    """Return 1/2 sum (F - P)^2, both (B, C, H, W)."""
    return 0.5 * (features.float() - wanted.float()).square().sum()


def style_loss(given: Tensor, wanted: Tensor) -> Tensor:
    """Return the E_l of two Gram matrices as `gram` gives them, (B, C, C).

    With G = F F^T = N M gram(F), the published 1 / (4 N^2 M^2) sum (G - A)^2 is 1/4 of the plain sum. A painting of
    another size than the picture counts by its mean over positions, as if it had as many.
    """
    return 0.25 * (given - wanted).square().sum()


def total_variation(x: Tensor) -> Tensor:
    """Return the mean length of the gradient of (B, C, H, W), colour counted more than lightness.

    Unlike the squared differences of other programs it does not blur edges: a step costs its height, once.
    """
    planes = x if x.shape[1] == 1 else torch.cat([x, _COLOUR_TV * (x - x.mean(dim=1, keepdim=True))], dim=1)
    across = planes[..., :-1, 1:] - planes[..., :-1, :-1]
    down = planes[..., 1:, :-1] - planes[..., :-1, :-1]
    return (across.square() + down.square() + _SOFT**2).sqrt().mean() - _SOFT


def temporal_loss(x: Tensor, wanted: Tensor, trust: Tensor) -> Tensor:
    """Return the mean of c (x - w)^2 of Ruder, Dosovitskiy and Brox 2016; x and w (B, C, H, W), c (B, 1, H, W)."""
    return (trust * (x - wanted).square()).mean()


@dataclass(frozen=True)
class Last:
    """The painting of the frame before, where its things are by now."""

    painting: Image
    """(H, W, 3) RGB in [0, 1]."""
    trust: Image
    """(H, W): how far each pixel can be trusted, 0 to 1."""


@dataclass(frozen=True)
class Goal:
    """What a picture of one size is to come near to.

    Each term of the report's L = alpha sum v_l L_content + beta sum w_l E_l is divided by what it would be for vanished
    features, 1/2 sum P^2 and 1/4 sum A^2: deep and shallow taps, VGG and SqueezeNet, then count alike.
    """

    network: Features
    contents: Mapping[str, Tensor]
    """Features of the picture by tap."""
    grams: Mapping[str, Tensor]
    """Gram matrices of the paintings by tap, mixed by their shares."""
    content_weights: Mapping[str, float]
    """alpha v_l."""
    style_weights: Mapping[str, float]
    """beta w_l."""
    tv: float = 0.0
    _units: dict[str, Tensor] = field(default_factory=dict)

    def loss(self, x: Tensor) -> Tensor:
        """Return the total loss of x (1, C, H, W); one channel stands for grey."""
        features = self.network(x.expand(-1, 3, -1, -1), [*self.contents, *self.grams])
        total = self.tv * total_variation(x)
        for tap, wanted in self.contents.items():
            weight = self.content_weights[tap] / self._unit(f"content {tap}", content_loss, wanted)
            total = total + weight * content_loss(features[tap], wanted)
        for tap, wanted in self.grams.items():
            weight = self.style_weights[tap] / self._unit(f"style {tap}", style_loss, wanted)
            total = total + weight * style_loss(gram(features[tap]), wanted)
        return total

    def _unit(self, key: str, loss: Callable[[Tensor, Tensor], Tensor], wanted: Tensor) -> Tensor:
        if key not in self._units:
            self._units[key] = loss(torch.zeros_like(wanted), wanted).clamp_min(1e-12)
        return self._units[key]


@dataclass(frozen=True)
class Painted:
    """A painting and how it came about."""

    picture: Image
    """(H, W, 3) RGB in [0, 1]."""
    curves: Sequence[Sequence[float]]
    """The loss after 0, 1, 2... steps, for each size from coarse to fine."""


class Transfer:
    """Paints pictures after one or more paintings; the paintings' Gram matrices are computed once for each size.

    Args:
        network: Feature network, on the device and in the precision to be used.
        paintings: Each (H, W, 3) RGB in [0, 1].
        settings: See there.
    """

    def __init__(self, network: Features, paintings: Sequence[Image], settings: NstSettings) -> None:
        self._network = network.to(memory_format=torch.channels_last)
        self._device = next(network.parameters()).device
        self._settings = settings
        self._paintings = list(paintings)
        self._shares = settings.shares(len(self._paintings))
        self._palette = mix_palettes([palette_of(painting) for painting in self._paintings], self._shares)
        self._taps = TAPS[network.name]
        self._grams: dict[int, dict[str, Tensor]] = {}

    def paint(self, picture: Image, last: Last | None = None) -> Painted:
        """Paint a picture (H, W, 3), RGB in [0, 1].

        With the painting of the frame before it starts from that, at the last size, and stays near it where it can be
        trusted (Ruder, Dosovitskiy and Brox 2016).
        """
        content, paintings = self._prepared(picture)
        curves, sizes = [], steps_of(self._settings, picture.shape[1], picture.shape[0])
        if last is not None:
            canvas, curve = self._continued(content, paintings, last, sizes[-1])
            return Painted(self._finished(canvas, content, picture), [curve])
        canvas, shown = content, content
        for number, (width_px, height_px, steps) in enumerate(sizes):
            shown = resize(content, width_px, height_px)
            canvas = self._first(shown) if number == 0 else self._regrown(canvas, shown)
            goal = self._goal(shown, max(width_px, height_px), paintings)
            canvas, curve = self._optimised(canvas, goal.loss, steps)
            curves.append(curve)
        return Painted(self._finished(canvas, content, picture), curves)

    def _continued(
        self, content: Image, paintings: list[Image], last: Last, size: tuple[int, int, int]
    ) -> tuple[Image, list[float]]:
        width_px, height_px, steps = size
        shown = resize(content, width_px, height_px)
        painted = luma(last.painting) if self._settings.colours == "keep" else last.painting
        trust = resize(last.trust[..., None], width_px, height_px)
        wanted = resize(painted, width_px, height_px)
        goal = self._goal(shown, max(width_px, height_px), paintings)
        near, weights = self._tensor(wanted), self._tensor(trust)

        def loss(x: Tensor) -> Tensor:
            return goal.loss(x) + _TEMPORAL * temporal_loss(x, near, weights)

        return self._optimised(shown + trust * (wanted - shown), loss, steps)

    def loss_of(self, painting: Image, picture: Image) -> float:
        """Return the loss at the last size of a painting (H, W, 3) of a picture; to compare ways of painting by."""
        content, paintings = self._prepared(picture)
        width_px, height_px, _ = steps_of(self._settings, picture.shape[1], picture.shape[0])[-1]
        goal = self._goal(resize(content, width_px, height_px), max(width_px, height_px), paintings)
        judged = luma(painting) if self._settings.colours == "keep" else painting
        with torch.no_grad():
            return float(goal.loss(self._tensor(resize(judged, width_px, height_px))))

    def _prepared(self, picture: Image) -> tuple[Image, list[Image]]:
        """Return the picture and the paintings in the colours that they are optimised in."""
        if self._settings.colours == "style":
            return transfer_palette(picture, self._palette), self._paintings
        if self._settings.colours == "match":
            wanted = palette_of(picture)
            return picture, [transfer_palette(painting, wanted) for painting in self._paintings]
        grey = luma(picture)
        wanted = palette_of(grey)
        return grey, [transfer_palette(luma(painting), wanted) for painting in self._paintings]

    def _first(self, shown: Image) -> Image:
        if self._settings.start == "content":
            return shown
        return np.random.default_rng(self._settings.seed).random(shown.shape, np.float32)

    def _regrown(self, canvas: Image, shown: Image) -> Image:
        return enlarge_painting(canvas, np.broadcast_to(shown, (*shown.shape[:2], 3)), detail=self._settings.detail)

    def _goal(self, shown: Image, long_px: int, paintings: list[Image]) -> Goal:
        settings, taps = self._settings, self._taps
        with torch.no_grad():
            contents = self._network(self._tensor(shown).expand(-1, 3, -1, -1), list(taps["content"]))
        return Goal(
            network=self._network,
            contents={tap: value.float() for tap, value in contents.items()},
            grams=self._style_grams(long_px, paintings),
            content_weights={tap: settings.alpha * weight for tap, weight in taps["content"].items()},
            style_weights={tap: settings.beta * weight for tap, weight in taps["style"].items()},
            tv=settings.tv,
        )

    def _style_grams(self, long_px: int, paintings: list[Image]) -> dict[str, Tensor]:
        """Return the mixed Gram matrices; to come near to their mean is to come near to all, by their shares."""
        fixed = self._settings.colours == "style"  # else they are in each picture's own colours
        if fixed and long_px in self._grams:
            return self._grams[long_px]
        mixture: dict[str, Tensor] = {}
        for share, painting in zip(self._shares, paintings, strict=True):
            scale = self._settings.stroke * long_px / max(painting.shape[:2])
            height_px, width_px = (max(_SHORTEST_PX, round(side * scale)) for side in painting.shape[:2])
            x = self._tensor(resize(painting, width_px, height_px))
            with torch.no_grad():
                features = self._network(x.expand(-1, 3, -1, -1), list(self._taps["style"]))
                for tap, value in features.items():
                    mixture[tap] = mixture.get(tap, 0) + share * gram(value)
        if fixed:
            self._grams[long_px] = mixture
        return mixture

    def _optimised(self, canvas: Image, loss: Callable[[Tensor], Tensor], steps: int) -> tuple[Image, list[float]]:
        x, curve = descend(self._tensor(canvas), loss, steps, adam=self._settings.optimiser == "adam")
        painted: Image = x.clamp(0, 1)[0].permute(1, 2, 0).cpu().numpy()
        return np.ascontiguousarray(painted), curve

    def _finished(self, canvas: Image, content: Image, picture: Image) -> Image:
        """Bring the canvas to full size, and its lightness to the picture's colours where they are kept."""
        guide = np.broadcast_to(content, picture.shape)
        height_px, width_px = picture.shape[:2]
        if canvas.shape[0] > height_px or canvas.shape[1] > width_px:  # a tiny picture was painted larger
            canvas = resize(canvas, width_px, height_px)
        full = enlarge_painting(canvas, guide, detail=self._settings.detail)
        return np.ascontiguousarray(with_luma(picture, full) if self._settings.colours == "keep" else full)

    def _tensor(self, picture: Image) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(picture)).to(self._device).permute(2, 0, 1).unsqueeze(0)


def steps_of(settings: NstSettings, width_px: int, height_px: int) -> list[tuple[int, int, int]]:
    """Return width, height and steps of each size, from coarse to fine.

    Sizes about double from `coarsest_px` to `finest_px` or the picture's own size; steps fall evenly in proportion.
    """
    long_px = max(width_px, height_px)
    finest_px = min(settings.finest_px, long_px)
    doublings = round(np.log2(finest_px / settings.coarsest_px)) if finest_px > settings.coarsest_px else 0
    plan = []
    for number in range(doublings + 1):
        back = (doublings - number) / doublings if doublings else 0.0
        scale = finest_px / long_px * (settings.coarsest_px / finest_px) ** back
        steps = round(settings.least_steps * (settings.steps / settings.least_steps) ** (back if doublings else 1.0))
        plan.append((*(max(_SHORTEST_PX, round(side * scale)) for side in (width_px, height_px)), steps))
    return plan
