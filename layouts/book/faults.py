"""What is wrong with an edited storyboard, said as people count and speak."""

import json
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from configs.errors import StoryboardError
from configs.units import Box, Face
from layouts.book.storyboard import CastMember, FilmRef, Framing, PageBoard, Panel, Storyboard, Words, WordsKind

Location = tuple[str | int, ...]
"""The keys and numbers that lead to a value."""

_MODELS: dict[str, type[BaseModel]] = {
    "film": FilmRef,
    "pages": PageBoard,
    "panels": Panel,
    "words": Words,
    "cast": CastMember,
    "faces": Face,
    "crop": Box,
    "focus": Box,
    "box": Box,
}
"""What stands under each key."""

_NUMBERED = {"pages": "page", "panels": "panel", "words": "words", "faces": "face", "cast": "role"}

_WRONG_TYPES = {
    "float": ("not a number", "write a number without quotes"),
    "int": ("not a whole number", "write a whole number"),
    "string": ("not text", "put it in quotes"),
    "tuple": ("not a list", "put it in square brackets"),
    "model": ("not an object", "put its keys in braces"),
    "dict": ("not an object", "put its keys in braces"),
    "bool": ("not true or false", "write true or false"),
}

_RANGES = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def explain(error: ValidationError, text: str, path: Path) -> StoryboardError:
    """Say the first fault in one line: where it is, what is wrong, the cure, and how many more there are.

    Args:
        error: From validating what the text holds.
        text: The file's JSON, to name the line.
        path: The file.
    """
    faults = error.errors(include_url=False)
    problem, cure = _fault(faults[0])
    more = len(faults) - 1
    rest = f" ({more} more {'fault' if more == 1 else 'faults'} after it)" if more else ""
    where = name_place(text, faults[0]["loc"])
    return StoryboardError(f"{where}: {problem}{rest}", cure=cure, path=path)


def name_place(text: str, location: Location) -> str:
    """Name a place in a JSON text as people count: `line 40, page 3, panel 2, weight`."""
    names = [f"line {_line(text, location)}"]
    for step in location:
        if isinstance(step, int) and names[-1] in _NUMBERED:
            names[-1] = f"{_NUMBERED[names[-1]]} {step + 1}"
        else:
            names.append(f"value {step + 1}" if isinstance(step, int) else step)
    return ", ".join(names)


def _line(text: str, location: Location) -> int:
    """Return the line on which a value stands, counted from 1; where it is missing, that of what should hold it."""
    at = _skip(text, 0)
    for step in location:
        if (found := next((begin for name, begin in _members(text, at) if name == step), None)) is None:
            break
        at = found
    return text.count("\n", 0, at) + 1


def _members(text: str, at: int) -> Iterator[tuple[str | int, int]]:
    """Yield the keys or numbers of what an object or a list at `at` holds, and where each value begins."""
    decoder, closer, number = json.JSONDecoder(), {"{": "}", "[": "]"}.get(text[at], ""), 0
    at = _skip(text, at + 1)
    while closer and text[at] != closer:
        name: str | int = number
        if closer == "}":
            name, at = decoder.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        yield name, at
        at = _skip(text, decoder.raw_decode(text, at)[1])
        at = _skip(text, at + 1) if text[at] == "," else at
        number += 1


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _fault(fault: ErrorDetails) -> tuple[str, str]:
    """Return what is wrong, and the cure."""
    kind, shown = fault["type"], _shown(fault["input"])
    if kind == "extra_forbidden":
        return "unknown key", _similar(fault["loc"])
    if kind == "missing":
        return "this key is missing", "write it, or make the storyboard again"
    if kind == "string_too_short":
        return "there are no words in it", "write some, or take the whole entry away"
    if kind == "too_short":
        return "it is empty", "put something there, or take the empty entry away"
    if kind == "enum":
        names = Framing if fault["loc"][-1] == "frame" else WordsKind
        return f"{shown} is unknown", f"choose one of {', '.join(names)}"
    if kind in _RANGES:
        key, words = _RANGES[kind]
        return f"{shown} is out of range", f"give a number {words} {fault['ctx'][key]:g}"
    return _wrong_value(fault, shown)


def _wrong_value(fault: ErrorDetails, shown: str) -> tuple[str, str]:
    kind = fault["type"]
    if kind == "value_error":
        message = fault["msg"].removeprefix("Value error, ")
        if message.startswith("not a time"):
            return f"{shown} is not a time in seconds", "write seconds like 83.5"
        return f"the box {shown} is turned round or leaves the picture", "keep 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1"
    if kind == "string_pattern_mismatch":
        if fault["loc"][-1] == "colour":
            return f"{shown} is not a colour", "write one like #d8ecff"
        return f"{shown} is not a SHA-256 digest", "put the one back that stood there"
    if kind in ("tuple_too_long", "too_long"):
        return f"{shown} has too many values", "take some away"
    for start, (problem, cure) in _WRONG_TYPES.items():
        if kind.startswith(start):
            return f"{shown} is {problem}", cure
    return f"{shown}: {fault['msg']}", ""


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace").decode()
    return text if len(text) <= 60 else f"{text[:57]}..."


def _similar(location: Location) -> str:
    """Name the key that was meant, or all that there are."""
    above = [step for step in location[:-1] if isinstance(step, str)]
    keys = list((_MODELS[above[-1]] if above else Storyboard).model_fields)
    close = get_close_matches(str(location[-1]), keys, n=1)
    return f"did you mean {close[0]}?" if close else f"use one of {', '.join(keys)}"
