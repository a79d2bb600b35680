"""Painting by the larger networks, with torch: the style of each picture found or remembered, blended and painted."""

import copy
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from configs.errors import StyleError, WeightsError
from configs.recipes.arbitrary_settings import ArbitrarySettings
from configs.settings import cache_root
from configs.units import file_sha256, text_sha256
from configs.versions import version_of
from stylize.checkpoints.checkpoints import read_state, save_weights
from stylize.checkpoints.tfjs import read_tensors
from stylize.neural.device import choose_device, memory_guarded
from stylize.neural.neural import NetworkStylizer
from stylize.styles.stylizer import Stylizer
from stylize.transfer.arbitrary.arbitrary import judge_digest, painter_digest, predictor, read_picture, transformer_of
from stylize.transfer.arbitrary.arbitrary_net import STEERING, VECTOR, Transformer, load_transformer
from stylize.transfer.arbitrary.blended import REACH_PX, STEP_PX, ArbitraryStylizer, blend_styles
from stylize.transfer.arbitrary.predictor_net import StylePredictor, load_predictor
from stylize.transfer.arbitrary.style_search import fit_neutral, fit_style, steering
from stylize.transfer.perceptual import Features, load_features
from stylize.transfer.taps import choose


def make_painter(name: str, pictures: Sequence[Path], settings: ArbitrarySettings, device: str) -> Stylizer:
    """Make the stylizer of one or more style pictures; fits their styles where they are neither known nor predicted.

    Raises:
        StyleError: A picture cannot be read.
        RecipeError: There are shares for another number of pictures.
        WeightsError: Weights cannot be had, or are of another network.
        DeviceError: The device is not there.
        MemoryError: The networks do not fit.
    """
    there = choose_device(device)  # its error before any download
    shares = settings.weights(len(pictures))
    model, given = transformer_of(settings), predictor()
    with memory_guarded():
        network = load_transformer(read_tensors(model.manifest, model.folder), model.manifest).requires_grad_(False)
        network = network.to(there)
        if given:
            oracle = load_predictor(read_tensors(given.manifest, given.folder), given.manifest).requires_grad_(False)
            oracle = oracle.to(there)
            styles = [steering(network, oracle(_read(path, settings, there))) for path in pictures]
            style, neutral = blend_styles(styles, shares), None
        else:
            fitter = _Fitter(network, settings, there)
            style = blend_styles([fitter.style(path) for path in pictures], shares)
            oracle, neutral = None, fitter.neutral()

    def at(strength: float) -> Stylizer:
        steered = style if neutral is None else blend_styles([neutral, style], (1 - strength, strength))
        own = oracle if strength < 1 else None
        # a copy: its number format and layout may be changed, and other strengths are made of the same networks
        styled = copy.deepcopy(Styled(network, steered, oracle=own, strength=strength))
        # the picture's own style is that of the whole picture: where it counts, nothing is cut into tiles
        reach_px = REACH_PX if own is None else None
        inner = NetworkStylizer(name, styled, device=there.type, reach_px=reach_px)
        # the fitted neutral style knows no colours of the picture; the predicted one brings them along
        colours = settings.colours * (1.0 if neutral is None else strength)
        return ArbitraryStylizer(inner, colours, lambda weaker: at(strength * weaker))

    return at(settings.strength)


class Styled(nn.Module):
    """The transformer in one style, as `NetworkStylizer` wants networks: [-1, 1] to [-1, 1], any size from 8 px.

    Args:
        network: The transformer, on any device.
        style: (1, 2758), what steers it.
        oracle: The predictor, for identity interpolation (Ghiasi 2017, section 4): a weak style lies between the
            picture's own and the given one. None: the style is used as it is.
        strength: Share of the given style, with an oracle.
    """

    style: Tensor

    def __init__(
        self, network: Transformer, style: Tensor, *, oracle: StylePredictor | None = None, strength: float = 1.0
    ) -> None:
        super().__init__()
        self.network = network
        self.oracle = oracle
        self.strength = strength
        self.register_buffer("style", style.detach().clone())

    def forward(self, picture: Tensor) -> Tensor:
        """Paint (B, 3, H, W)."""
        height, width = picture.shape[-2:]
        shades = (picture + 1) / 2
        style = self.style
        if self.oracle is not None:
            own = steering(self.network, self.oracle(shades))
            style = torch.lerp(own, style.expand_as(own), self.strength)
        whole = F.pad(shades, (0, -width % STEP_PX, 0, -height % STEP_PX), mode="reflect")
        painted: Tensor = self.network(whole, style)
        return painted[..., :height, :width] * 2 - 1


class _Fitter:
    """Fits styles, each only once for a user: what was found lies in the cache, under the digest of all it hangs on."""

    def __init__(self, network: Transformer, settings: ArbitrarySettings, device: torch.device) -> None:
        self._network = network
        self._settings = settings
        self._device = device
        self._features: Features | None = None
        self._seen_by = choose("auto")  # once: what is at hand may change while the style is fitted
        self._origin = f"{version_of('fitting')} {painter_digest(settings)} {judge_digest()} {device.type}"

    def neutral(self) -> Tensor:
        """Return what steers the transformer so that it changes pictures least."""
        return steering(self._network, self._neutral())

    def style(self, path: Path) -> Tensor:
        """Return what steers the transformer into the style of this picture."""
        settings = self._settings
        content = file_sha256(path)
        key = f"{content} {version_of('opening')} {settings.size} {settings.steps} {settings.starts}"
        found = _remembered(self._place(key))
        if found is None:
            painting = _read(path, settings, self._device)
            if file_sha256(path) != content:  # else another picture's style would be remembered as this one's
                raise StyleError("has changed while it was read", cure="run again", path=path)
            fit = fit_style(
                self._network,
                self._judge(),
                painting,
                self._neutral(),
                steps=settings.steps,
                starts=settings.starts,
            )
            found = fit.numbers
            self._keep(key, found, {"what": "fitted style", "style_loss": f"{fit.style_loss:.4f}"})
        return steering(self._network, found.to(self._device))

    def _neutral(self) -> Tensor:
        found = _remembered(self._place("neutral"))
        if found is None:
            found = fit_neutral(self._network, self._judge())
            self._keep("neutral", found, {"what": "neutral style"})
        return found.to(self._device)

    def _judge(self) -> Features:
        if self._features is None:
            self._features = load_features(self._seen_by).to(self._device)
        return self._features

    def _place(self, key: str) -> Path:
        return cache_root() / "styles" / f"{text_sha256(f'{self._origin} {key}')[:32]}.safetensors"

    def _keep(self, key: str, numbers: Tensor, texts: dict[str, str]) -> None:
        save_weights({"numbers": numbers.cpu()}, self._place(key), half=False, metadata=texts)


def _remembered(path: Path) -> Tensor | None:
    """Return numbers (1, 100) or (1, 2758) from the cache; what was spoilt there since is fitted anew."""
    if not path.is_file():
        return None
    try:
        numbers = read_state(path).get("numbers")
    except WeightsError:
        return None
    return numbers if numbers is not None and tuple(numbers.shape) in ((1, VECTOR), (1, STEERING)) else None


def _read(path: Path, settings: ArbitrarySettings, device: torch.device) -> Tensor:
    picture = torch.from_numpy(read_picture(path, settings.size))
    return picture.permute(2, 0, 1).unsqueeze(0).contiguous().to(device)
