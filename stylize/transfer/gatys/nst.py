"""The family `nst:PATH[,PATH...]`: panels painted after one or more pictures of a person's own.

Reading this module imports no torch.
"""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from configs.errors import FilmcomicError, StyleError, WeightsError
from configs.recipes.nst_settings import NstSettings, load_nst
from configs.units import file_sha256
from configs.versions import version_of
from configs.weights import catalogue
from stylize.styles.family import Family
from stylize.styles.opening import open_picture
from stylize.styles.own_files import files_named, is_file, place_look, whole_path
from stylize.styles.stylizer import Batch, Picture, StyleInfo, Stylizer
from stylize.transfer.gatys.detail import Image
from stylize.transfer.taps import LAST_RESORT, PREFERENCE, NetworkName, at_hand, choose, digest

if TYPE_CHECKING:
    from stylize.transfer.gatys.gatys import Last, Transfer

_PREFIX = "nst:"
_INSTALL = "pip install -e '.[torch]', or make comic STYLE=... which installs it"
_CURE = "give a JPEG, a PNG or a WebP, as in nst:painting.jpg"
_WHAT = "the picture to paint after"
_LONGEST_PX = 2048
"""Larger paintings are reduced to this side on reading: none is looked at any closer."""

_SMALLEST_PX = 16


class NstStylizer(Stylizer):
    """Paints by optimisation, one picture after the other.

    Attributes:
        features: Name of the feature network that is used.
    """

    batch_limit = 1

    def __init__(self, name: str, transfer: "Transfer", features: NetworkName) -> None:
        self.name = name
        self.features = features
        self._transfer = transfer

    def paint(self, batch: Batch) -> Batch:
        """Paint each picture by itself; see the contract in `stylize.styles.stylizer`."""
        return np.stack([self._paint_one(picture) for picture in batch])

    def paint_on(self, picture: Picture, last: Picture, trust: npt.NDArray[np.float32]) -> Picture:
        """Start from the last painting and stay near it; see the contract in `stylize.styles.stylizer`."""
        from stylize.transfer.gatys.gatys import Last

        return self._paint_one(picture, Last(last, trust))

    def _paint_one(self, picture: Picture, last: "Last | None" = None) -> Picture:
        from stylize.neural.device import memory_guarded

        with memory_guarded():
            done = self._transfer.paint(picture, last)
        if not np.isfinite([curve[0] for curve in done.curves]).all():
            cure = "lower alpha, beta or tv, or set exact=true"
            raise StyleError(f"{self.name} cannot be painted: the loss is no number", cure=cure)
        return done.picture


class _NstFamily(Family):
    section: ClassVar[str] = "nst"

    def styles(self) -> list[StyleInfo]:
        needs = [] if _has_torch() else [f"torch ({_INSTALL})"]
        seen = ""
        try:
            seen = f"; pictures are seen by {choose('auto')}"
        except FilmcomicError as error:
            needs.append(str(error))
        return [
            StyleInfo(
                name=f"{_PREFIX}PATH[,PATH...]",
                ready=not needs,
                template=True,
                needs="; ".join(needs),
                licence="MIT",
                description=f"slow and careful painting after pictures of your own{seen}",
            )
        ]

    def takes(self, look: str) -> bool:
        """Take one or more paths; whether there are pictures is for `check` to say."""
        return bool(look.strip())

    def check(self, look: str, settings: Mapping[str, Any], device: str) -> None:
        if not _has_torch():
            raise StyleError(f"{_PREFIX}{look} paints with torch, which is not installed", cure=_INSTALL)
        paths = _paths(look)
        wanted = load_nst(settings)
        wanted.shares(len(paths))
        choose(wanted.features)
        for path in paths:
            _read(path)
        if device not in ("auto", "cpu"):
            from stylize.neural.device import choose_device  # only torch itself can tell

            choose_device(device)

    def fetch(self, look: str, settings: Mapping[str, Any]) -> None:
        """Download the feature network.

        For `auto`, where nothing is at hand, VGG16 is tried and then SqueezeNet; where neither can be had, the random
        network is left, which needs no file.
        """
        wanted = load_nst(settings).features
        if wanted != "auto":
            if not at_hand(wanted):
                catalogue.fetch(wanted, progress=True)
            return
        if choose("auto") != LAST_RESORT:
            return
        for name in ("vgg16", "squeezenet1_1"):
            try:
                catalogue.fetch(name, progress=True)
            except WeightsError:
                continue
            return

    def notes(self, look: str, settings: Mapping[str, Any]) -> list[str]:
        """Return what a person should be told before painting: that it is not the network of the published method."""
        wanted = load_nst(settings)
        used = choose(wanted.features)
        if wanted.features != "auto" or used == PREFERENCE[0]:
            return []
        cure = f"put {catalogue.CATALOGUE['vgg16'].file_name} into the folder of FILMCOMIC_WEIGHTS for finer strokes"
        return [f"{_PREFIX}{look}: pictures are seen by {used}, as VGG16 is not at hand; {cure}"]

    def placed(self, look: str) -> str:
        return place_look(look)

    def digest(self, look: str, settings: Mapping[str, Any]) -> str:
        wanted = load_nst(settings)
        pictures = " ".join(_digest(path) for path in _paths(look))
        versions = f"{version_of('nst')} {version_of('opening')}"
        return f"nst {versions} {digest(choose(wanted.features))} {pictures} {wanted.model_dump_json()}"

    def make(self, look: str, settings: Mapping[str, Any], device: str) -> Stylizer:
        self.check(look, settings, device)
        wanted = load_nst(settings)
        paintings = [_read(path) for path in _paths(look)]
        network = choose(wanted.features)
        return NstStylizer(f"{_PREFIX}{look}", _transfer(network, paintings, wanted, device), network)


FAMILY = _NstFamily()


def _transfer(network: NetworkName, paintings: list[Image], settings: NstSettings, device: str) -> "Transfer":
    import torch

    from stylize.neural.device import choose_device, choose_precision, memory_guarded
    from stylize.transfer.gatys.gatys import Transfer
    from stylize.transfer.perceptual import load_features

    there = choose_device(device)
    features = load_features(network, pooling=settings.pooling)
    # fp16 would overflow: these activations reach some thousands, and their gradients vanish
    rounded = not settings.exact and choose_precision(there) is torch.bfloat16
    with memory_guarded():
        return Transfer(features.to(there, torch.bfloat16 if rounded else torch.float32), paintings, settings)


def _paths(look: str) -> list[Path]:
    """Return the pictures that a look names; a comma may also be part of a single file's name."""
    paths = files_named(look)
    if len(paths) <= look.count(",") and not is_file(whole_path(look)):
        raise StyleError(f"{_PREFIX}{look} names an empty path", cure=_CURE)
    return paths


def _read(path: Path) -> Image:
    """Return a painting as RGB in [0, 1], its longer side `_LONGEST_PX` at most.

    Raises:
        StyleError: It is not there, or no picture.
    """
    opened = open_picture(path, longest_px=_LONGEST_PX, cure=_CURE, what=_WHAT, refusal=StyleError)
    width_px, height_px = opened.size_px
    if min(height_px, width_px) < _SMALLEST_PX:
        cure = f"give one of {_SMALLEST_PX} px or more either way"
        raise StyleError(f"is too small to paint after ({width_px}x{height_px})", cure=cure, path=path)
    return opened.picture.astype(np.float32) / np.float32(255)


def _digest(path: Path) -> str:
    try:
        return f"sha256:{file_sha256(path)}"
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> StyleError:
    why = error.strerror or str(error)
    return StyleError(f"{_WHAT} cannot be read ({why})", cure=_CURE, path=path)


def _has_torch() -> bool:
    return importlib.util.find_spec("torch") is not None
