"""The AnimeGANv2 family: looks by name from the catalogue of weights, or from a file of a person's own.

Reading this module imports no torch.
"""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from configs.errors import FilmcomicError, StyleError, WeightsError
from configs.settings import weights_folder
from configs.units import file_sha256
from configs.versions import version_of
from configs.weights import catalogue
from stylize.checkpoints.known import refuse_checkpoint
from stylize.styles.family import Family
from stylize.styles.own_files import is_file, whole_path
from stylize.styles.stylizer import StyleInfo, Stylizer

_REACH_PX = 64
"""A pixel's surroundings in the generator: 51 px each way, rounded up."""

_PREFIX = "animegan:"
_SUFFIXES = (".pt", ".pth", ".safetensors", ".tflite", ".onnx", ".ckpt", ".index")
"""Of the files that are taken as a look without a slash in their name; what they hold is told by their content."""
_NC = "not for commercial use (AnimeGANv2)"
_TERMS = "its weights are AnimeGANv2's, which allows no commercial use of them or of what is made with them"
_INSTALL = "pip install -e '.[torch]', or make comic STYLE=... which installs it"


@dataclass(frozen=True)
class _Weights:
    """One set of weights: where it comes from, and whose arithmetic it was made with."""

    description: str
    licence: str
    arithmetic: str = "original"
    catalogued: str = ""
    """Name in the catalogue."""
    given: str = ""
    """The name of a file that a person may have converted: in the folder of weights it goes before a catalogued one."""
    own: Path | None = None
    """A person's own file."""

    def at_hand(self) -> Path | None:
        """Return the file, None where it is not there; never downloads.

        Raises:
            WeightsError: A file of this name is there, but it is not the right one.
        """
        return self._brought() or (catalogue.find(self.catalogued) if self.catalogued else None)

    def _brought(self) -> Path | None:
        """Return the file that a person has brought, None where there is none."""
        folder = weights_folder()
        path = self.own or (folder / self.given if folder and self.given else None)
        return path if path and is_file(path) else None

    def fetched(self) -> Path:
        """Return the file, downloaded if need be.

        Raises:
            StyleError: Nobody publishes it, and it was not given.
            WeightsError: It cannot be had, or an own file is not there.
        """
        if self.own:
            refuse_checkpoint(self.own)
        if path := self._brought():
            return path
        if self.catalogued:
            return catalogue.fetch(self.catalogued, progress=True)
        if self.own:
            raise WeightsError(
                "there is no such file of weights", cure="give the path of a file of weights", path=self.own
            )
        raise StyleError(f"it needs {self.lack()}", cure="choose another style, or put it there")

    def lack(self) -> str:
        """Say what a person must bring where nothing can be downloaded."""
        return f"a converted {self.given} in the folder of FILMCOMIC_WEIGHTS (none that can be verified is published)"

    def digest(self) -> str:
        """Return the digest of the file that would be used."""
        if self.catalogued and not self._brought():
            return catalogue.digest(self.catalogued)
        path = self.fetched()
        try:
            return f"sha256:{file_sha256(path)}"
        except OSError as error:
            cure = "make it readable"
            raise WeightsError(f"cannot be read ({error.strerror})", cure=cure, path=path) from error


_LOOKS = {
    "paprika": _Weights("anime with clear air and strong colours, for places", _NC, catalogued="animegan-paprika"),
    "hayao": _Weights("anime in the colours of The Wind Rises", _NC, catalogued="animegan-hayao", given="hayao.pt"),
    "shinkai": _Weights("anime in the colours of Your Name", _NC, given="shinkai.pt"),
    "face-paint": _Weights("painted faces, second version", "MIT", "port", catalogued="animegan-face-paint-v2"),
    "face-paint-v1": _Weights("painted faces, first version", "MIT", "port", catalogued="animegan-face-paint-v1"),
    "celeba": _Weights("webtoon faces", "MIT", "port", catalogued="animegan-celeba-distill"),
}
"""The first three were trained in TensorFlow; the faces with the community's port, so they keep its arithmetic."""


class _AnimeGanFamily(Family):
    settles = True

    def styles(self) -> list[StyleInfo]:
        return [_describe(name, look) for name, look in _LOOKS.items()]

    def takes(self, look: str) -> bool:
        """Take a path to a file of weights as a look."""
        return "/" in look or look.lower().endswith(_SUFFIXES)

    def check(self, look: str, settings: Mapping[str, Any], device: str) -> None:
        _require_torch(look)
        wanted = _find(look)
        if wanted.catalogued:
            wanted.at_hand()
        else:
            wanted.digest()
        if device not in ("auto", "cpu"):
            from stylize.neural.device import choose_device  # only torch itself can tell

            choose_device(device)

    def placed(self, look: str) -> str:
        return look if look in _LOOKS else str(whole_path(look))

    def fetch(self, look: str, settings: Mapping[str, Any]) -> None:
        wanted = _find(look)
        path = wanted.fetched()
        if wanted.own:  # nobody has verified it: what it holds is told now, not when all else is made
            _require_torch(look)
            from stylize.animegan.generator import Arithmetic
            from stylize.animegan.loading import load_generator

            load_generator(path, Arithmetic(wanted.arithmetic))

    def digest(self, look: str, settings: Mapping[str, Any]) -> str:
        wanted = _find(look)
        return f"animegan {version_of('animegan')} {wanted.arithmetic} {wanted.digest()}"

    def make(self, look: str, settings: Mapping[str, Any], device: str) -> Stylizer:
        _require_torch(look)
        from stylize.animegan.generator import Arithmetic
        from stylize.animegan.loading import load_generator
        from stylize.animegan.swift import SwiftGenerator
        from stylize.neural.device import choose_device
        from stylize.neural.neural import NetworkStylizer

        there = choose_device(device)  # its error before any download
        wanted = _find(look)
        network = load_generator(wanted.fetched(), Arithmetic(wanted.arithmetic))
        # a GPU gains nothing from bands: there the plain layers are the fast ones
        fast = SwiftGenerator(network) if there.type == "cpu" else network
        # the port's resize depends on the picture's size: a tile would be another picture
        reach_px = _REACH_PX if network.arithmetic is Arithmetic.ORIGINAL else None
        return NetworkStylizer(f"{_PREFIX}{look}", fast, device=there.type, reach_px=reach_px)


FAMILY = _AnimeGanFamily()


def _find(look: str) -> _Weights:
    return _LOOKS.get(look) or _Weights("your own weights", "your own", own=whole_path(look))


def _has_torch() -> bool:
    return importlib.util.find_spec("torch") is not None


def _require_torch(look: str) -> None:
    if not _has_torch():
        raise StyleError(f"{_PREFIX}{look} paints with torch, which is not installed", cure=_INSTALL)


def _describe(name: str, look: _Weights) -> StyleInfo:
    needs = [] if _has_torch() else [f"torch ({_INSTALL})"]
    try:
        needs += [] if look.at_hand() else [_lack(look)]
    except FilmcomicError as error:
        needs.append(str(error))
    return StyleInfo(
        name=f"{_PREFIX}{name}",
        ready=not needs,
        needs="; ".join(needs),
        licence=look.licence,
        terms=_TERMS if look.licence == _NC else "",
        description=look.description,
    )


def _lack(look: _Weights) -> str:
    if not look.catalogued:
        return look.lack()
    entry = catalogue.CATALOGUE[look.catalogued]
    size_mb = entry.size_bytes / 1e6
    return f"its weights, {size_mb:.1f} MB: downloaded at first use, or {entry.file_name} given by FILMCOMIC_WEIGHTS"
