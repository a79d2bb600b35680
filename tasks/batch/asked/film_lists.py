"""A list of films as spreadsheets write it: a row for each, or for all that a pattern fits, with keys of its recipe.

    film;style;pages;priority
    pilot.mkv;ink-noir;24;5
    season 2/*.mkv;;;

Encodings: UTF-8 with or without its mark, UTF-16 with one, else Windows-1252. The sign between the cells is what makes
the head of the list hold a column `film`. A row that is wrong is told with its line and column; the others go on.
"""

import codecs
import csv
import difflib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

from configs.errors import InputError, RecipeError
from configs.recipes.recipe import Recipe
from configs.recipes.tables import RecipeTable
from configs.settings import at_home
from tasks.batch.asked.inputs import AskedFilms, FilmWish, Refusal, absolute, fitting, fixed_part, is_pattern
from tasks.batch.asked.own_recipes import PRIORITY, make_layer
from tasks.batch.folder.cells import plain_cell
from tasks.batch.folder.names import show_name

_FILM, _OUT = "film", "out"
_BETWEEN = (",", ";", "\t", "|")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_COMMA = re.compile(r"-?\d+,\d+")
"""A number as many languages write it, and their spreadsheets."""
_WORDS = frozenset(["title", "series", "credit", "language", "subtitles", "font", "style", _FILM, _OUT])
"""Columns of words: a comma in them is one."""
_OTHER_NAMES = {"format": "edition"}
_NEAR = 0.75


@dataclass(frozen=True)
class ListRow:
    """A row of a list."""

    line: int
    """In which it begins, from 1."""
    cells: dict[str, str]
    """What is not empty, by column."""


def read_list(path: Path, asked: AskedFilms) -> None:
    """Take up the films of a list.

    Args:
        path: The list.
        asked: What it is added to; rows that are wrong are told there.

    Raises:
        InputError: It cannot be read, or has no column `film`.
    """
    text = _decoded(path)
    between, columns = _head(text, path)
    known = [column for column in columns if _is_known(column)]
    asked.notes += [_told_unknown(path, column) for column in columns if column and not _is_known(column)]
    twice = next((column for column in known if known.count(column) > 1), None)
    if twice:
        raise InputError(f"the column {twice} is there twice", cure="take one of them away", path=path)
    taken: dict[Path, int] = {}
    patterns: list[FilmWish] = []
    for row in _rows(text, between, columns, path):
        if isinstance(row, Refusal):
            asked.refused.append(row)
            continue
        try:
            for wish, alone in _wishes(row, path):
                if not alone:
                    patterns.append(wish)
                elif (before := taken.get(absolute(wish.film))) is not None:
                    raise _wrong(path, row, _FILM, f"line {before} names it already", "take one of both lines away")
                else:
                    taken[absolute(wish.film)] = row.line
                    asked.add(wish)
        except RecipeError as error:
            meant = _meant(row, path)
            asked.refused.append(Refusal(meant[0] if meant else path, show_name(str(error))))
            asked.barred |= {film for each in meant if (film := absolute(each)) not in taken}
    for wish in patterns:  # a row that names a film itself goes before one whose pattern it fits
        asked.add(wish)


def _meant(row: ListRow, path: Path) -> list[Path]:
    """Return the films that a row means, there or not."""
    named = row.cells.get(_FILM, "")
    film = _placed(path.parent, named)
    found = fitting(film) if is_pattern(named) and not film.exists() else []
    return found or ([film] if named else [])


def _wishes(row: ListRow, path: Path) -> Iterator[tuple[FilmWish, bool]]:
    """Yield the films of a row, each with whether the row names it itself.

    Raises:
        RecipeError: What is wrong with the row.
    """
    named = row.cells.get(_FILM, "")
    if not named:
        raise _wrong(path, row, _FILM, "it is empty", "name a film, or take the line away")
    given = {key: value for key, value in row.cells.items() if key not in (_FILM, _OUT)}
    layer, priority = make_layer(path, _nested(given), f"line {row.line}, column ")
    film = _placed(path.parent, named)
    out = row.cells.get(_OUT, "")
    comic = at_home(out) if out else None
    into = out.endswith(("/", "\\")) or (comic is not None and not comic.suffix)
    if film.is_dir():
        raise _wrong(path, row, _FILM, f"{named} is a folder", f"write {named.rstrip('/')}/*")
    if film.exists() or not is_pattern(named):
        if not film.exists():
            raise _wrong(path, row, _FILM, f"there is no {film}", "check the name: it counts from the list's folder")
        home = path.parent if film.is_relative_to(path.parent) else film.parent
        yield FilmWish(film, home, (layer,), comic, into, priority), True
        return
    found = [each for each in fitting(film) if not each.is_dir()]
    if not found:
        raise _wrong(path, row, _FILM, f"no film fits {named}", "check it: it counts from the list's folder")
    if comic is not None and len(found) > 1 and not into:
        raise _wrong(path, row, _OUT, f"{len(found)} films would have the one name {out}", "name a folder, as in new/")
    home = path.parent if film.is_relative_to(path.parent) else fixed_part(film)
    for each in found:
        yield FilmWish(each, home, (layer,), comic, into, priority), False


def _wrong(path: Path, row: ListRow, column: str, problem: str, cure: str) -> RecipeError:
    return RecipeError(f"line {row.line}, column {column}: {problem}", cure=cure, path=path)


def _placed(folder: Path, named: str) -> Path:
    """Return the path that a cell means; one written as Windows has it is understood."""
    path = folder / at_home(named)
    if "\\" in named and not path.exists():
        path = folder / PureWindowsPath(named).as_posix()
    return path


def _nested(given: dict[str, str]) -> dict[str, Any]:
    """Return keys out of cells: `page.bleed_pt` is one of a table, and numbers may have a comma."""
    keys: dict[str, Any] = {}
    for key, value in given.items():
        table, dot, inner = key.partition(".")
        plain = value if key in _WORDS or not _COMMA.fullmatch(value) else value.replace(",", ".")
        if dot:
            keys.setdefault(table, {})[inner] = plain
        else:
            keys[key] = plain
    return keys


def _decoded(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"the list cannot be read ({error.strerror})", cure="check the name", path=path) from None
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _head(text: str, path: Path) -> tuple[str, list[str]]:
    """Return the sign between the cells, and the names of the columns.

    Raises:
        InputError: No column is called `film`.
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    if said := re.fullmatch(r"sep=(.)", first.strip(), re.IGNORECASE):  # what some spreadsheets put before the head
        first = next((line for line in text.splitlines()[1:] if line.strip()), "")
        return said[1], _columns(first, said[1])
    for between in _BETWEEN:
        if _FILM in (columns := _columns(first, between)):
            return between, columns
    raise InputError(
        "no column is called film", cure="give the list a first line with the names of its columns", path=path
    )


def _columns(line: str, between: str) -> list[str]:
    cells = next(csv.reader([line], delimiter=between), [])
    names = [cell.strip().casefold() for cell in cells]
    return [_OTHER_NAMES.get(name, name) for name in names]


def _is_known(column: str) -> bool:
    table, dot, inner = column.partition(".")
    if dot:
        default = Recipe.model_fields[table].default if table in Recipe.model_fields else None
        return isinstance(default, RecipeTable) and inner in type(default).model_fields
    return column in (_FILM, _OUT, PRIORITY) or (column in _keys())


def _keys() -> list[str]:
    """Return the keys of a recipe that a cell can hold."""
    return [
        key
        for key, field in Recipe.model_fields.items()
        if key != "scenes" and not isinstance(field.default, RecipeTable | dict)
    ]


def _told_unknown(path: Path, column: str) -> str:
    near = difflib.get_close_matches(column, [_FILM, _OUT, PRIORITY, *_keys()], 1, _NEAR)
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"{show_name(path)}: the column {show_name(column)} is not looked at{meant}"


def _rows(text: str, between: str, columns: list[str], path: Path) -> Iterator[ListRow | Refusal]:
    """Yield the rows below the head; one that is no row is refused."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    began, headed = 1, False
    while True:
        try:
            cells = [plain_cell(" ".join(cell.split())) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            cure = "close the quotation mark that is open" if "end of data" in str(error) else "mend it"
            yield Refusal(path, f"{show_name(path)}: line {began}: it cannot be read ({error}); {cure}")
            if reader.line_num <= began - 1:
                return
            began = reader.line_num + 1
            continue
        line, began = began, reader.line_num + 1
        if not any(cells) or (not headed and re.fullmatch(r"sep=.?", "".join(cells), re.IGNORECASE)):
            continue
        if not headed:
            headed = True
        elif any(cells[len(columns) :]):
            problem = f"line {line}: it has {len(cells)} cells, and the list {len(columns)} columns"
            yield Refusal(path, f'{show_name(path)}: {problem}; put "" around words with a {between!r} in them')
        else:
            told = zip(columns, cells, strict=False)
            yield ListRow(line, {name: cell for name, cell in told if cell and _is_known(name)})
