"""The family of a person's own trained weights: `fast:FILE.safetensors`, of whatever network the file says it is.

`python -m stylize.training.train` writes such files: of Johnson's feed-forward network, trained towards one painting,
as of the generators that are trained on drawings. Reading this module imports no torch.
"""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from configs.errors import StyleError, WeightsError
from configs.units import file_sha256
from configs.versions import version_of
from stylize.checkpoints.header import SUFFIX, read_metadata
from stylize.styles.family import Family
from stylize.styles.own_files import is_file, whole_path
from stylize.styles.stylizer import StyleInfo, Stylizer
from stylize.trained.kinds import KINDS

_PREFIX = "fast:"
_INSTALL = "pip install -e '.[torch]', or make comic STYLE=... which installs it"


class _FastFamily(Family):
    settles = True

    def styles(self) -> list[StyleInfo]:
        """Describe none: the files are a person's own."""
        return []

    def takes(self, look: str) -> bool:
        """Take a path to a file of weights as a look."""
        return look.lower().endswith(SUFFIX)

    def check(self, look: str, settings: Mapping[str, Any], device: str) -> None:
        _require_torch(look)
        _kind(whole_path(look))
        if device not in ("auto", "cpu"):
            from stylize.neural.device import choose_device  # only torch itself can tell

            choose_device(device)

    def placed(self, look: str) -> str:
        return str(whole_path(look))

    def digest(self, look: str, settings: Mapping[str, Any]) -> str:
        path = whole_path(look)
        return f"fast {version_of('fast')} {_kind(path)} sha256:{file_sha256(path)}"

    def make(self, look: str, settings: Mapping[str, Any], device: str) -> Stylizer:
        _require_torch(look)
        from stylize.animegan.generator import Generator
        from stylize.animegan.swift import SwiftGenerator
        from stylize.checkpoints.checkpoints import load_into
        from stylize.neural.device import choose_device
        from stylize.neural.evened import Evened
        from stylize.neural.neural import NetworkStylizer

        there = choose_device(device)
        path = whole_path(look)
        kind = KINDS[_kind(path)]
        network = kind.build()
        load_into(network, path)
        if kind.strict:
            network = Evened(network, kind.step_px)
        elif isinstance(network, Generator) and there.type == "cpu":
            network = SwiftGenerator(network)  # a GPU gains nothing from it
        return NetworkStylizer(
            f"{_PREFIX}{look}", network, device=there.type, reach_px=kind.reach_px, step_px=kind.step_px
        )


FAMILY = _FastFamily()


def _kind(path: Path) -> str:
    """Return the name of the file's network.

    Raises:
        WeightsError: There is no such file, it is no safetensors file, or it does not say what network it is of.
    """
    if not is_file(path):
        cure = "give the path of weights that python -m stylize.training.train wrote"
        raise WeightsError("there is no such file of weights", cure=cure, path=path)
    named = read_metadata(path).get("network", "")
    if named not in KINDS:
        problem = f"is of a network that is not known here: {named}" if named else "does not say what network it is of"
        cure = f"give weights that python -m stylize.training.train wrote ({', '.join(KINDS)})"
        raise WeightsError(problem, cure=cure, path=path)
    return named


def _require_torch(look: str) -> None:
    if importlib.util.find_spec("torch") is None:
        raise StyleError(f"{_PREFIX}{look} paints with torch, which is not installed", cure=_INSTALL)
