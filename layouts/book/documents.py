"""Storyboards as files that people edit: written to be read, read with an eye for what people get wrong."""

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from configs.disk.files import write_text
from configs.errors import StoryboardError
from layouts.book.faults import Location, explain, name_place
from layouts.book.storyboard import SCHEMA_VERSION, Panel, Storyboard, Words

_LINE_LETTERS = 112
"""What fits in so many letters stands on one line."""

_ALWAYS = {"schema_version", "weight", "language"}
"""Written even where they are as usual: people look for them."""


_FIRST = {"chapter", "slant"}
"""Written before everything else that stands beside it."""


Fault = tuple[Location, str, str]
_SPOTS_APART = 0.04
"""Two balloons locked nearer to each other than this, in shares of the panel, lie on each other whatever their size."""


def dump_storyboard(storyboard: Storyboard, path: Path) -> None:
    """Write a storyboard as JSON for people, all or nothing; what is as usual is left out.

    Raises:
        OutputError: The file cannot be written.
    """
    write_text(path, storyboard_text(storyboard))


def storyboard_text(storyboard: Storyboard) -> str:
    """Return a storyboard as JSON: short things on one line, times in decimal seconds."""
    return _lay_out(_plain(storyboard), 0) + "\n"


def load_storyboard(path: Path) -> Storyboard:
    """Read a storyboard, perhaps edited by hand.

    Panels may stand in any order, for people rearrange them, but their times must lie inside the film.

    Raises:
        StoryboardError: In one line: the file, the page, the panel and the key where it is wrong, and the cure.
    """
    text = _read(path)
    data = _parse(text, path)
    _check_version(data, path)
    try:
        storyboard = Storyboard.model_validate(data)
    except ValidationError as error:
        raise explain(error, text, path) from None
    for location, problem, cure in _faults(storyboard):
        raise StoryboardError(f"{name_place(text, location)}: {problem}", cure=cure, path=path)
    return storyboard


def _plain(model: BaseModel) -> dict[str, Any]:
    """Turn a model into JSON values, without what is as usual."""
    usual = {name: field.default for name, field in type(model).model_fields.items()}
    whole = model.model_dump(mode="json")
    plain: dict[str, Any] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if name in _ALWAYS or value != usual[name]:
            plain[name] = _plain_value(value, whole[name])
    return dict(sorted(plain.items(), key=lambda item: item[0] not in _FIRST))


def _plain_value(value: Any, as_json: Any) -> Any:
    if isinstance(value, BaseModel):
        return _plain(value)
    if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        return [_plain(each) for each in value]
    return int(as_json) if isinstance(as_json, float) and as_json.is_integer() else as_json


def _lay_out(value: Any, depth: int) -> str:
    """Write JSON with two spaces of indent; what is short stands on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value:
        return flat
    if len(flat) + 2 * depth <= _LINE_LETTERS and "panels" not in value:
        return flat
    inner, end = "  " * (depth + 1), "  " * depth
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + _lay_out(each, depth + 1) for each in value) + f"\n{end}]"
    rows = (f"{inner}{json.dumps(key)}: {_lay_out(each, depth + 1)}" for key, each in value.items())
    return "{\n" + ",\n".join(rows) + f"\n{end}}}"


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StoryboardError("is not UTF-8 text", cure="save it as UTF-8", path=path) from None
    except FileNotFoundError:
        raise StoryboardError("no such file", cure="give the name of a storyboard", path=path) from None
    except IsADirectoryError:
        raise StoryboardError("is a folder", cure="give the name of a storyboard", path=path) from None
    except OSError as error:
        raise StoryboardError(f"cannot be read ({error.strerror or error})", path=path) from error


def _parse(text: str, path: Path) -> dict[str, Any]:
    try:
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        cure = "mend the commas, quotes or brackets there"
        raise StoryboardError(f"is not JSON: {error.msg} at {where}", cure=cure, path=path) from None
    except RecursionError:
        raise StoryboardError("is not a storyboard: too many brackets in each other", path=path) from None
    except ValueError as error:
        raise StoryboardError(f"is not JSON: {error}", cure="mend that", path=path) from None
    if not isinstance(data, dict):
        raise StoryboardError("is not a storyboard", cure="make one with `filmcomic storyboard FILM`", path=path)
    return data


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f'the key "{key}" stands twice in {json.dumps(dict(pairs), ensure_ascii=False)[:60]}…')
        found[key] = value
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")


def _check_version(data: dict[str, Any], path: Path) -> None:
    """Tell an older or a newer storyboard from a wrong one."""
    version = data.get("schema_version")
    if version == SCHEMA_VERSION and not isinstance(version, bool):
        return
    if isinstance(version, int) and version > SCHEMA_VERSION:
        problem, cure = f"has schema version {version}, newer than {SCHEMA_VERSION}", "update filmcomic"
    elif isinstance(version, int) and not isinstance(version, bool):
        problem = f"has schema version {version}, older than {SCHEMA_VERSION}"
        cure = "make it again with `filmcomic storyboard FILM`"
    else:
        problem = "has no schema_version" if version is None else f"schema_version: not a number: {version!r}"
        cure = f'write "schema_version": {SCHEMA_VERSION} at its start'
    raise StoryboardError(problem, cure=cure, path=path)


def _faults(storyboard: Storyboard) -> Iterator[Fault]:
    """Yield what the model alone cannot see: place, problem, cure."""
    names = [role.name for role in storyboard.cast]
    for number, name in enumerate(names):
        if name in names[:number]:
            yield ("cast", number, "name"), f"{name} stands twice in the cast", "take one of them away"
    lasts_s = storyboard.film.duration_s
    for number, page in enumerate(storyboard.pages):
        for slot, panel in enumerate(page.panels):
            here = ("pages", number, "panels", slot)
            yield from _outside(panel.at_s, lasts_s, (*here, "at_s"))
            for turn, words in enumerate(panel.words):
                there = (*here, "words", turn)
                if words.start_s is not None:
                    yield from _outside(words.start_s, lasts_s, (*there, "start_s"))
                yield from _word_faults(words, panel, names, there)
            yield from _locked_onto_each_other(panel, here)


def _word_faults(words: Words, panel: Panel, names: Sequence[str], here: Location) -> Iterator[Fault]:
    if not words.text.strip():
        yield (*here, "text"), "there are no words in it", "write some, or take the whole entry away"
    if names and words.speaker and words.speaker not in names:
        close = get_close_matches(words.speaker, names, n=1)
        cure = f"did you mean {close[0]}?" if close else "add the name to the cast, or choose one of it"
        yield (*here, "speaker"), f"{words.speaker} is not in the cast", cure
    if words.face is not None and words.face > len(panel.faces):
        many = f"{len(panel.faces)} {'face' if len(panel.faces) == 1 else 'faces'}"
        yield (*here, "face"), f"there is no face {words.face}, the panel has {many}", "count its faces from 1"


def _locked_onto_each_other(panel: Panel, here: Location) -> Iterator[Fault]:
    spots = [(turn, words.spot) for turn, words in enumerate(panel.words) if words.spot is not None]
    for (one, first), (two, second) in combinations(spots, 2):
        if abs(first[0] - second[0]) < _SPOTS_APART and abs(first[1] - second[1]) < _SPOTS_APART:
            problem = f"its balloon is locked onto that of words {one + 1}"
            yield (*here, "words", two, "spot"), problem, "move one of the two spots away"


def _outside(at_s: Fraction, lasts_s: Fraction, here: Location) -> Iterator[Fault]:
    if not 0 <= at_s <= lasts_s:
        cure = f"choose a time from 0 to {_decimal(lasts_s)}"
        yield here, f"{_decimal(at_s)} s is outside the film", cure


def _decimal(seconds: Fraction) -> str:
    return f"{round(float(seconds), 6):.6f}".rstrip("0").rstrip(".")
