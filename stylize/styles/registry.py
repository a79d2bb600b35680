"""Styles by name.

A style's name is a family's prefix and a look: `ink-noir`, `animegan:paprika`. The table names the module of each
family; it is imported only when one of its styles is asked for, so that `ink` never pays for torch. Such a module
holds `FAMILY`, an instance of `stylize.styles.family.Family`. A new family is one new file and one line in the table.
"""

import difflib
import importlib
from collections.abc import Mapping
from typing import Any

from configs.errors import StyleError
from configs.units import text_sha256
from stylize.styles.dials import Dials
from stylize.styles.family import Family
from stylize.styles.stylizer import StyleInfo, Stylizer

_FAMILIES = {
    "atelier-": "stylize.atelier.atelier",
    "ink-": "stylize.classical.ink",
    "animegan:": "stylize.animegan.animegan",
    "nst:": "stylize.transfer.gatys.nst",
    "arbitrary:": "stylize.transfer.arbitrary.arbitrary",
    "fast:": "stylize.trained.fast",
}

Settings = Mapping[str, Mapping[str, Any]]
"""The recipe's tables of settings by their section; each family reads its own."""


def make_stylizer(name: str, *, settings: Settings | None = None, device: str = "auto") -> Stylizer:
    """Load the style of this name.

    Args:
        name: As the command line takes it.
        settings: Settings that differ from the family's own, by section.
        device: `auto`, `cpu` or `cuda`; the ink looks always paint on the CPU.

    Raises:
        StyleError: The style is unknown.
        RecipeError: A setting is unknown or out of range.
        WeightsError: Weights cannot be had.
        DeviceError: The device is not there.
    """
    family, look = _find(name)
    return family.make(look, _table(family, settings), device)


def check_style(name: str, device: str = "auto", *, settings: Settings | None = None) -> None:
    """Raise early what `make_stylizer` would, without loading anything."""
    family, look = _find(name)
    family.check(look, _table(family, settings), device)


def fetch_style(name: str, settings: Settings | None) -> None:
    """Download what the style needs with these settings and what is not at hand, with a progress bar.

    Raises:
        WeightsError: It cannot be had.
    """
    family, look = _find(name)
    family.fetch(look, _table(family, settings))


def placed_style(name: str) -> str:
    """Return the style's name with the files that it names told from the root; others stay as they are.

    Raises:
        StyleError: The style is unknown.
    """
    family, look = _find(name)
    return f"{name.removesuffix(look)}{family.placed(look)}"


def style_digest(name: str, settings: Settings | None = None) -> str:
    """Return the SHA-256 of all that decides how a style paints; never imports torch.

    Of a style after a person's own files their content decides, not where they lie.
    """
    family, look = _find(name)
    named = name.removesuffix(look) if family.takes(look) else name
    return text_sha256(f"{named}\n{family.digest(look, _table(family, settings))}")


def is_neural(name: str) -> bool:
    """Tell whether a network paints this style; raises StyleError, never imports torch."""
    return _find(name)[0].neural


def is_settling(name: str) -> bool:
    """Tell whether this style takes its palette from references; raises StyleError, never imports torch."""
    return _find(name)[0].settles


def paints_parts(name: str, settings: Settings | None = None) -> bool:
    """Tell whether this style paints parts of frames for themselves; raises StyleError, never imports torch."""
    family, look = _find(name)
    return family.paints_parts(look, _table(family, settings))


def style_dials(
    name: str, *, strength: float | None = None, faces: float | None = None, brightness: bool | None = None
) -> Dials:
    """Return how this style's paintings are finished: what is asked for, and the style's own where nothing is.

    Raises:
        StyleError: The style is unknown.
    """
    family, look = _find(name)
    asked = {"strength": strength, "faces": faces, "brightness": brightness}
    return family.dials(look).model_copy(update={key: value for key, value in asked.items() if value is not None})


def style_licence(name: str) -> str:
    """Return the licence of what a style paints with; empty where the style does not tell it."""
    return next((style.licence for style in describe_styles() if style.name == name), "")


def style_terms(name: str) -> str:
    """Return what must be said of a style's licence at every run; empty where nothing must."""
    return next((style.terms for style in describe_styles() if style.name == name), "")


def describe_style(name: str) -> StyleInfo | None:
    """Describe a style: as its name is listed, else as the template that it fills; None where it is not told.

    Raises:
        StyleError: The style is unknown.
    """
    listed = _find(name)[0].styles()
    return next((style for style in listed if style.name == name), next((s for s in listed if s.template), None))


def style_notes(name: str, settings: Settings | None) -> list[str]:
    """Return what a person should be told before this style paints with these settings, a line each."""
    family, look = _find(name)
    return family.notes(look, _table(family, settings))


def describe_styles() -> list[StyleInfo]:
    """Describe every style, ready or not, the default first."""
    return [style for prefix in _FAMILIES for style in _load(prefix).styles()]


def _find(name: str) -> tuple[Family, str]:
    for prefix in _FAMILIES:
        if name.startswith(prefix):
            family = _load(prefix)
            look = name.removeprefix(prefix)
            if name in (style.name for style in family.styles()) or family.takes(look):
                return family, look
    raise _unknown(name)


def _table(family: Family, settings: Settings | None) -> Mapping[str, Any]:
    return (settings or {}).get(family.section, {}) if family.section else {}


def _load(prefix: str) -> Family:
    family: Family = importlib.import_module(_FAMILIES[prefix]).FAMILY
    return family


def _names() -> str:
    return ", ".join(style.name for style in describe_styles())


def _unknown(name: str) -> StyleError:
    near = difflib.get_close_matches(name, [style.name for style in describe_styles()], n=1)
    guess = f"did you mean {near[0]}? There are" if near else "choose one of"
    return StyleError(f"unknown style {name or '(empty)'}", cure=f"{guess} {_names()}")
