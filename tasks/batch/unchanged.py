"""Whether a comic in its place is already what a run would make, told without a run.

    <work>/seen/<digest of the path>.json           the digest of a film, with the file's size, times and inode
    <work>/<film digest, 16 digits>/made/<key>.json the digest of the comic that was made

The key holds everything that decides a comic, and the comic itself is read: one that was edited, replaced or taken
away is made again. A note that cannot be read is none.
"""

import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from configs.disk.files import write_text
from configs.errors import FilmcomicError, OutputError
from configs.recipes.balloon_settings import tuning
from configs.recipes.page_settings import load_format
from configs.recipes.recipe import Recipe
from configs.settings import place_url, work_root
from configs.typefaces import FONTS
from configs.units import Frozen, file_sha256, text_sha256
from configs.versions import versions_digest
from configs.weights import catalogue
from film.pictures.faces import detector_name
from film.words.subtitles.beside import find_beside
from stylize.styles.registry import style_dials, style_digest
from tasks.batch.folder.names import path_key
from tasks.batch.folder.words_beside import words_beside
from tasks.store.order import EpisodeBefore
from tasks.store.store import film_root
from tasks.store.whereabouts import note_found

_SEEN = "seen"
_MADE = "made"

Note = TypeVar("Note", bound=Frozen)

_FRESH_S = 2.0
"""A file changed so shortly before it was read may be changed again without another time stamp."""


class KnownFile(Frozen):
    """A file's digest, and by what one knows that the file is still that one."""

    mark: tuple[int, ...]
    """Device, inode, size, and the times of the last change of content and of the file itself."""
    sha256: str


class MadeComic(Frozen):
    """The comic of a film, as it was made."""

    sha256: str


def recipe_key(recipe: Recipe) -> str:
    """Return the digest of all that is asked for and at hand, whatever the film; raises FilmcomicError."""
    decides: dict[str, Any] = {
        "recipe": recipe.model_dump(mode="json", exclude={"balloons"}),
        "page": load_format(recipe.edition, recipe.page).model_dump(mode="json"),
        "styles": [
            [style_digest(style, recipe.settings), style_dials(style).model_dump_json()] for style in recipe.styles
        ],
        "files": [_file_digest(Path(named)) for named in (recipe.subtitles, recipe.font) if named],
        "fonts": [catalogue.digest(name) for name in FONTS],
        "detector": detector_name(),
        "versions": versions_digest(),
        **tuning(recipe.balloons),
    }
    return text_sha256(json.dumps(decides, sort_keys=True))


def film_key(film: Path, comic: Path, recipe: str, work: Path, before: EpisodeBefore | None = None) -> tuple[Path, str]:
    """Return the film's store, and the digest of everything that decides its comic.

    Args:
        film: The film; it is read where it has changed since it was read last.
        comic: Where its comic goes: only the kind of file matters.
        recipe: What `recipe_key` gave.
        work: The work folder.
        before: The film that its recap page tells of.

    Raises:
        OSError: The film, the one before or a file beside them cannot be read.
        FilmcomicError: The recipe of the one before asks for what is not there.
    """
    digest = film_digest(film, work)
    beside = [[os.fsencode(path.name).hex(), file_sha256(path)] for path in words_beside(film) if path != comic]
    taken = [os.fsencode(each.path.name).hex() for each in find_beside(film)]  # other films of the folder decide too
    decides: list[Any] = [digest, os.fsencode(film.name).hex(), beside, taken, comic.suffix.lower(), recipe]
    if before is not None:
        decides.append(film_key(before.film, comic, recipe_key(before.recipe), work)[1])
    return film_root(work, digest), text_sha256(json.dumps(decides))


def is_unchanged(
    film: Path, comic: Path, recipe: Recipe, work: Path | None, before: EpisodeBefore | None = None
) -> bool:
    """Tell whether the comic in its place is the one that a run would make. Never raises for what a run would tell."""
    if place_url(comic):  # what lies here only passes through; the run looks where it went
        return False
    try:
        root, key = film_key(film, comic, recipe_key(recipe), work_root(work), before)
        made = _read(_note_of(root, key), MadeComic)
        unchanged = made is not None and file_sha256(comic) == made.sha256
        if unchanged:
            note_found(root, film, comic)  # an older release noted that it was made, but not where it lies
        return unchanged
    except (OSError, FilmcomicError):
        return False


def remember(
    film: Path, comic: Path, recipe: Recipe, work: Path | None, key: str, before: EpisodeBefore | None = None
) -> None:
    """Note which comic was made of a film, unless what decides it has changed since the run began.

    Args:
        film: The film.
        comic: The comic in its place.
        recipe: How it was made.
        work: The work folder.
        key: What `key_before` gave before the run.
        before: The film that its recap page tells of.
    """
    with suppress(OSError, FilmcomicError):  # without the note the next run makes sure by itself
        root, after = film_key(film, comic, recipe_key(recipe), work_root(work), before)
        if after == key:
            write_text(_note_of(root, key), MadeComic(sha256=file_sha256(comic)).model_dump_json())


def key_before(film: Path, comic: Path, recipe: Recipe, work: Path | None, before: EpisodeBefore | None = None) -> str:
    """Return the film's key for `remember`; empty where it has none: the run will tell why."""
    with suppress(OSError, FilmcomicError):
        return film_key(film, comic, recipe_key(recipe), work_root(work), before)[1]
    return ""


def film_digest(film: Path, work: Path) -> str:
    """Return a film's digest; it is read only where size, inode and times are not those of the last time.

    Raises:
        OSError: It cannot be read.
    """
    whole = Path(os.path.abspath(film))  # noqa: PTH100 - a link is a film of its own name
    note = work / _SEEN / f"{path_key(whole)}.json"
    mark = _mark(whole)
    seen = _read(note, KnownFile)
    if seen is not None and seen.mark == mark:
        return seen.sha256
    began_s = time.time()
    digest = file_sha256(whole)
    settled = began_s - max(mark[-2:]) / 1e9 > _FRESH_S
    if settled and _mark(whole) == mark:
        with suppress(OutputError):
            write_text(note, KnownFile(mark=mark, sha256=digest).model_dump_json())
    return digest


def _mark(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _note_of(root: Path, key: str) -> Path:
    return root / _MADE / f"{key}.json"


def _read(note: Path, kind: type[Note]) -> Note | None:
    try:
        return kind.model_validate_json(note.read_bytes())
    except (OSError, ValidationError):
        return None


def _file_digest(path: Path) -> str:
    """Return a file's digest; what is none is a word that the recipe tells by itself."""
    return file_sha256(path) if path.is_file() else ""
