"""What is asked of `stylize`: which files are photos and which are films, and where each of them goes."""

import os
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import chain
from pathlib import Path

from configs.disk.untrusted import is_text, one_line
from configs.errors import InputError, OutputError
from configs.recipes.recipe import Recipe
from configs.settings import at_home
from configs.units import Frozen
from film.decoding.probe import check
from film.encoding.encoder import CONTAINERS
from film.model import FILM_SUFFIXES
from film.pictures.faces import fetch_detector
from stylize.styles.photos import KINDS, READ_ALONE, UNREAD, check_photo
from stylize.styles.registry import fetch_style, style_dials
from tasks.console.progress import notice
from tasks.making.painting import Manner, manner_of
from tasks.store.order import Order, take_order

PHOTO_SUFFIXES = frozenset((*KINDS, *READ_ALONE, *UNREAD))
EITHER = frozenset([".gif", ".apng"])
"""Endings of both: a photo, unless a film is to be made of it."""
_WRITTEN = f"{', '.join(KINDS)} for a photo, {', '.join(CONTAINERS)} for a film"


class MediaFile(Frozen):
    """One file to be painted, and where the painting goes."""

    source: Path
    out: Path


class MediaOrder(Frozen):
    """Everything that is asked for, checked; the recipe names files from the root, and has one look for all."""

    photos: tuple[MediaFile, ...]
    clips: tuple[Order, ...]
    recipe: Recipe
    work: Path
    misnamed: tuple[str, ...] = ()
    """Files of folders whose names are no text, as they can be shown: they are told, and the others painted."""

    @property
    def manner(self) -> Manner:
        """How all of it is painted."""
        return manner_of(self.recipe.look_at(Fraction(0)), self.recipe)

    @property
    def count(self) -> int:
        """How many files are to be painted."""
        return len(self.photos) + len(self.clips) + len(self.misnamed)

    def faults(self) -> tuple[InputError, ...]:
        """Return what is wrong with files that cannot even be asked for."""
        return tuple(_misnamed(shown) for shown in self.misnamed)


def take_media(inputs: Sequence[Path], out: Path, recipe: Recipe, work: Path | None) -> MediaOrder:
    """Check what is asked for before any work begins, and fetch what the style needs.

    Args:
        inputs: Photos, films, and folders of both; what else lies in a folder is passed over.
        out: A file, for one input that is a file and an `out` with an ending; else a folder, which is made.
        recipe: How they are painted; of a film, the range too.
        work: The work folder; None: FILMCOMIC_WORK or the user's cache.

    Raises:
        InputError: There is nothing to paint, or two inputs would go to one place.
        OutputError: An input would be overwritten, or no such file is written.
        FilmcomicError: As `take_order` does.
    """
    pieces, misnamed = _placed([_whole(path) for path in inputs], _whole(out))
    _check_apart(pieces)
    orders = {piece: take_order(piece.source, piece.out, recipe, work, piece.out.suffix) for piece in _sample(pieces)}
    first = next(iter(orders.values()))
    fetch_style(first.recipe.style, recipe.settings)
    if style_dials(recipe.style, faces=recipe.faces).faces:
        fetch_detector(notice)
    return MediaOrder(
        photos=tuple(piece for piece in pieces if is_photo(piece)),
        clips=tuple(orders[piece] for piece in pieces if not is_photo(piece)),
        recipe=first.recipe.model_copy(update={"scenes": ()}),
        work=first.work,
        misnamed=misnamed,
    )


def check_media(inputs: Sequence[Path], out: Path, recipe: Recipe, work: Path | None) -> None:
    """Refuse at once what the run would refuse later; of many inputs, faults of single ones are told when they come.

    Raises:
        FilmcomicError: As `take_media` does, and where the only input is not what it is taken for.
    """
    order = take_media(inputs, out, recipe, work)
    if order.count == 1:
        for photo in order.photos:
            check_photo(photo.source)
        for clip in order.clips:
            check(clip.film)


def is_photo(piece: MediaFile) -> bool:
    """Tell whether a picture is made of it, and not a film."""
    return piece.out.suffix.lower() in KINDS


def _sample(pieces: Sequence[MediaFile]) -> Iterable[MediaFile]:
    """Return every film and one photo: what is checked of an order is the same for all photos."""
    photos = [piece for piece in pieces if is_photo(piece)][:1]
    return chain(photos, (piece for piece in pieces if not is_photo(piece)))


def _whole(path: Path) -> Path:
    return Path(os.path.abspath(at_home(path)))  # noqa: PTH100 - a link stays a link: subtitles lie beside it


def _placed(inputs: Sequence[Path], out: Path) -> tuple[list[MediaFile], tuple[str, ...]]:
    """Return what is to be painted, and the files of folders whose names are no text."""
    if not inputs:
        raise InputError("nothing is named", cure="name a photo, a film or a folder of them")
    if len(inputs) == 1 and out.suffix and not out.is_dir() and not inputs[0].is_dir():
        if out.suffix.lower() not in (*KINDS, *CONTAINERS):
            raise OutputError(f"no {out.suffix} is written", cure=f"end the name in one of {_WRITTEN}", path=out)
        return [MediaFile(source=inputs[0], out=out)], ()
    if out.exists() and not out.is_dir():
        raise OutputError("is a file, and more than one is to be made", cure="give a folder with -o", path=out)
    found = dict.fromkeys(path for given in inputs for path in (_inside(given) if given.is_dir() else [given]))
    parts = [path for path in found if path in inputs or is_text(path.name)] or list(found)
    misnamed = tuple(_shown(path) for path in found if path not in parts)
    return [MediaFile(source=path, out=out / _name_of(path)) for path in parts], misnamed


def _inside(folder: Path) -> list[Path]:
    """Return the photos and films of a folder, by their names' endings; what is hidden is passed over."""
    try:
        inside = sorted(folder.iterdir())
        known = PHOTO_SUFFIXES | FILM_SUFFIXES
        found = [each for each in inside if each.suffix.lower() in known and each.name[0] != "." and each.is_file()]
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", cure="check the folder", path=folder) from None
    if not found:
        raise InputError("no photo and no film lies in it", cure="name another folder", path=folder)
    return found


def _name_of(source: Path) -> str:
    """Return the name in the folder: the same where such a file is written, else with the nearest ending."""
    suffix = source.suffix.lower()
    if suffix in KINDS or suffix in CONTAINERS:
        return source.name
    return f"{source.stem}{'.mp4' if suffix in FILM_SUFFIXES - EITHER else '.png'}"


def _check_apart(pieces: Sequence[MediaFile]) -> None:
    """Refuse an output that is an input, whatever it is called, or that two inputs would have."""
    sources = {_identity(piece.source) for piece in pieces} - {None}
    places: dict[Path, Path] = {}
    for piece in pieces:
        if not is_text(str(piece.source)):
            raise _misnamed(_shown(piece.source))
        if piece.out == piece.source or _identity(piece.out) in sources:
            raise OutputError(
                "is one of the inputs, which are not overwritten", cure="choose another -o", path=piece.out
            )
        if (other := places.setdefault(piece.out, piece.source)) != piece.source:
            raise InputError(f"it and {other} would both be {piece.out}", cure="rename one of them", path=piece.source)


def _shown(path: Path) -> str:
    """Return a name that can be told; bytes that are no text become U+FFFD."""
    return one_line(os.fsencode(path).decode("utf-8", "replace"))


def _misnamed(shown: str) -> InputError:
    return InputError("its name, or that of a folder on the way, is not UTF-8", cure="rename it", path=shown)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino
