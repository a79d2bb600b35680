"""The family of quick painting after pictures: arbitrary stylisation (Ghiasi et al. 2017).

Two ways lead to it. The networks that were published for phones predict the style of a picture and paint in it, without
torch: these are taken where their files are at hand or can be downloaded (`stylize.transfer.arbitrary.small_painter`).
Where they cannot be had, or where a person asks for them, larger networks paint, with torch
(`stylize.transfer.arbitrary.arbitrary_painter`): their style predictor has to be given, as nobody publishes it with a
digest, and without it the style is fitted to the picture once, which takes a minute or two, and kept in the user's
cache. Which way is taken is decided by what is at hand, in `paints_small` and nowhere else; only `fetch` tries to
download. Reading this module imports no torch.
"""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from configs.errors import FilmcomicError, StyleError, WeightsError
from configs.recipes.arbitrary_settings import ArbitrarySettings, load_arbitrary
from configs.settings import weights_folder
from configs.units import file_sha256
from configs.versions import version_of
from configs.weights import catalogue
from stylize.checkpoints.tfjs import shard_names
from stylize.styles.family import Family
from stylize.styles.opening import open_picture
from stylize.styles.own_files import files_named, is_file, place_look
from stylize.styles.stylizer import StyleInfo, Stylizer
from stylize.transfer import taps

PREFIX = "arbitrary:"
_INSTALL = "pip install -e '.[torch]'"
_HOME = "arbitrary_stylization_transformer"
_PLAIN, _PREDICTOR = "saved_model_transformer_js", "saved_model_style_js"
_MOST_PICTURES = 8
_LEAST_PX = 32
_MOST_TIMES = 16
"""A picture that is so many times as long as it is high is reduced by its longer side."""

_LARGE = ("arbitrary-separable", "arbitrary-separable-shard")
"""The separable network's files in the catalogue: its manifest and its only shard."""

_SMALL = ("arbitrary-small-predictor", "arbitrary-small")
"""The networks for phones in the catalogue: predictor and transformer."""

_FITTED = "fitted to the picture at first use, a minute or two"


@dataclass(frozen=True)
class Model:
    """The files of one published network."""

    manifest: Path
    folder: Path
    """Where its shards lie."""

    def digest(self) -> str:
        """Return the digests of all its files, in one text.

        Raises:
            WeightsError: A file cannot be read.
        """
        paths = [self.manifest, *(self.folder / name for name in shard_names(self.manifest))]
        return " ".join(_sha256(path) for path in paths)


class SmallFiles(NamedTuple):
    """The files of the networks for phones."""

    predictor: Path
    transformer: Path


class _ArbitraryFamily(Family):
    section: ClassVar[str] = "arbitrary"
    settles: ClassVar[bool] = True

    def styles(self) -> list[StyleInfo]:
        return [_describe()]

    def takes(self, look: str) -> bool:
        return bool(look.strip(", "))

    def check(self, look: str, settings: Mapping[str, Any], device: str) -> None:
        wanted = load_arbitrary(settings)
        small = paints_small(wanted)
        if not small:
            _require_torch()
        pictures = pictures_of(look)
        wanted.weights(len(pictures))
        for path in pictures:
            read_picture(path, wanted.size)
        if not small:
            _check_large(wanted, device)

    def fetch(self, look: str, settings: Mapping[str, Any]) -> None:
        wanted = load_arbitrary(settings)
        if wanted.network == "small":
            try:
                small_files()
            except WeightsError:
                if paints_small(wanted):  # there is no other way
                    raise
        if not paints_small(wanted):
            transformer_of(wanted)

    def notes(self, look: str, settings: Mapping[str, Any]) -> list[str]:
        wanted = load_arbitrary(settings)
        if wanted.network != "small" or paints_small(wanted):
            return []
        names = " and ".join(catalogue.CATALOGUE[name].file_name for name in _SMALL)
        cure = f"put {names} into the folder of FILMCOMIC_WEIGHTS to have styles predicted"
        return [f"{PREFIX}{look}: the larger network paints, as the small one could not be had; {cure}"]

    def placed(self, look: str) -> str:
        return place_look(look)

    def digest(self, look: str, settings: Mapping[str, Any]) -> str:
        wanted = load_arbitrary(settings)
        pictures = [_sha256(path) for path in pictures_of(look)]
        return " ".join(
            [
                f"arbitrary {version_of('arbitrary')} {version_of('opening')}",
                wanted.model_dump_json(),
                *(_small_digests() if paints_small(wanted) else (painter_digest(wanted), judge_digest())),
                *pictures,
            ]
        )

    def make(self, look: str, settings: Mapping[str, Any], device: str) -> Stylizer:
        wanted = load_arbitrary(settings)
        if paints_small(wanted):
            from stylize.transfer.arbitrary.small_painter import make_small_painter

            return make_small_painter(f"{PREFIX}{look}", pictures_of(look), wanted)
        _require_torch()
        from stylize.transfer.arbitrary.arbitrary_painter import make_painter  # here torch comes in

        return make_painter(f"{PREFIX}{look}", pictures_of(look), wanted, device)


FAMILY = _ArbitraryFamily()


def pictures_of(look: str) -> list[Path]:
    """Return the style pictures that a look names, eight at most.

    Raises:
        StyleError: One is not there, or there are too many or none.
    """
    paths = files_named(look)
    if not 1 <= len(paths) <= _MOST_PICTURES:
        raise StyleError(
            f"{PREFIX}{look} names {len(paths)} pictures",
            cure=f"give one to {_MOST_PICTURES}, as in {PREFIX}a.jpg or {PREFIX}a.jpg,b.jpg",
        )
    for path in paths:
        if not is_file(path):
            raise StyleError("there is no such style picture", cure="give the path of a JPEG or PNG", path=path)
    return paths


def read_picture(path: Path, short_px: int) -> npt.NDArray[np.float32]:
    """Read a style picture, reduced to this shorter side; a smaller one stays as it is.

    Returns:
        (H, W, 3) RGB in [0, 1].

    Raises:
        StyleError: It cannot be read, is no picture, or is too small to have a style.
    """
    opened = open_picture(
        path,
        shortest_px=short_px,
        longest_px=_MOST_TIMES * short_px,
        least_px=_LEAST_PX,
        cure="give a JPEG or PNG of a painting",
        refusal=StyleError,
    )
    width, height = opened.size_px
    if min(height, width) < _LEAST_PX:
        cure = f"give one of {_LEAST_PX} px or more either way"
        raise StyleError(f"is too small to show a style ({width}x{height})", cure=cure, path=path)
    return opened.picture.astype(np.float32) / np.float32(255)


def paints_small(settings: ArbitrarySettings) -> bool:
    """Tell whether the networks for phones paint: they are wanted, and are at hand, or there is no other way.

    Where they are not at hand and torch and the larger network are, the larger one paints. This holds after `fetch`
    has tried to download them; nothing is downloaded to tell it, so digest and painting agree.

    Raises:
        WeightsError: A file of that name is there, but it is not the right one.
    """
    return settings.network == "small" and (all(map(catalogue.find, _SMALL)) or not _paints_large())


def small_files() -> SmallFiles:
    """Return the files of the networks for phones, downloaded if need be.

    Raises:
        WeightsError: They cannot be had.
    """
    return SmallFiles(*(catalogue.fetch(name, progress=True) for name in _SMALL))


def transformer_of(settings: ArbitrarySettings) -> Model:
    """Return the files of the transformer, downloaded if need be.

    Raises:
        WeightsError: They cannot be had.
        StyleError: The plain one is wanted and was not given.
    """
    if settings.network == "plain":
        if model := _given(_PLAIN):
            return model
        raise StyleError(
            f"the plain network of {PREFIX[:-1]} is not at hand",
            cure=f"put {_PLAIN} into the folder of FILMCOMIC_WEIGHTS, or leave the setting network at separable",
        )
    manifest, shard = (catalogue.fetch(name, progress=True) for name in _LARGE)
    return Model(manifest, shard.parent)


def predictor() -> Model | None:
    """Return the files of the style predictor, None where it was not given.

    Raises:
        WeightsError: Its manifest is broken.
    """
    return _given(_PREDICTOR)


def painter_digest(settings: ArbitrarySettings) -> str:
    """Return a text that tells the transformer's weights; never downloads."""
    if settings.network == "plain":
        return transformer_of(settings).digest()
    return catalogue.digest(_LARGE[1])


def judge_digest() -> str:
    """Return a text that tells where a picture's style comes from: the predictor, or a fit with these features."""
    model = predictor()
    return f"predicted {model.digest()}" if model else f"fitted {taps.digest(taps.choose('auto'))}"


def _given(name: str) -> Model | None:
    """Look for a published folder in the folder that the user named, in either layout."""
    root = weights_folder()
    for folder in (root / _HOME / name, root / name) if root else ():
        if is_file(folder / "model.json"):
            return Model(folder / "model.json", folder)
    return None


def _sha256(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError as error:
        cure = "make it readable, or put it back"
        raise WeightsError(f"cannot be read ({error.strerror or error})", cure=cure, path=path) from error


def _small_digests() -> tuple[str, ...]:
    """Return what tells the weights of the networks for phones; never downloads."""
    return ("small", *(catalogue.digest(name) for name in _SMALL))


def _has_torch() -> bool:
    return importlib.util.find_spec("torch") is not None


def _require_torch() -> None:
    if not _has_torch():
        raise StyleError(f"{PREFIX} paints with torch by this network, which is not installed", cure=_INSTALL)


def _paints_large() -> bool:
    """Tell whether the separable network could paint without any download."""
    return _has_torch() and all(map(catalogue.find, _LARGE))


def _check_large(settings: ArbitrarySettings, device: str) -> None:
    """Refuse what `make_painter` would, as far as it can be told without loading anything."""
    if settings.network == "plain":
        transformer_of(settings)
    else:
        for name in _LARGE:
            catalogue.find(name)
    if predictor() is None:
        taps.choose("auto")
    if device not in ("auto", "cpu"):
        from stylize.neural.device import choose_device  # only torch itself can tell

        choose_device(device)


def _describe() -> StyleInfo:
    needs, how = "", "its style is predicted"
    try:
        if not all(map(catalogue.find, _SMALL)):
            size = f"{sum(catalogue.CATALOGUE[name].size_bytes for name in _SMALL) / 1e6:.1f} MB"
            if not _paints_large():
                needs = f"its weights, {size}: downloaded at first use, or given by FILMCOMIC_WEIGHTS"
            elif predictor() is None:
                how = f"its style is predicted, by {size} of weights downloaded at first use, or else {_FITTED}"
    except FilmcomicError as error:
        needs = str(error)
    return StyleInfo(
        name=f"{PREFIX}PATH[,PATH...]",
        ready=not needs,
        template=True,
        needs=needs,
        licence="Apache-2.0",
        description=f"quick painting after a picture of your own, or between several; {how}",
    )
