"""Films whose names are not UTF-8: they are worked on by a link with a plain name.

File names are bytes; old archives and other systems leave some that are no text. Parameters, records and logs are
JSON, which cannot hold them. So such a film gets a link in the work folder, with its subtitles beside it, and its
comic is made there and then put in its place. Nothing else of the program has to know.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from configs.disk.files import beside
from configs.errors import FilmcomicError, InputError, OutputError
from configs.settings import at_home, work_root
from configs.units import file_sha256
from film.words.subtitles.beside import Beside, find_beside, not_taken
from tasks.batch.folder.names import is_plain, path_key, show_name

_NAMES = "names"


@dataclass(frozen=True)
class Named:
    """A film and its comic under names that can be told."""

    film: Path
    out: Path | None
    final: Path | None
    """Where the comic is put afterwards; None where `out` is its place."""
    original: Path
    """The film as it was given."""

    def told(self, text: str) -> str:
        """Return a line about the link as one about the film."""
        return text if self.film == self.original else text.replace(str(self.film), show_name(self.original))

    def place(self, made: Path) -> Path:
        """Put what was made in its place, unless the same is there; return the place.

        Raises:
            OutputError: It cannot be written.
        """
        if self.final is None:
            return made
        with suppress(OSError):
            if file_sha256(self.final) == file_sha256(made):
                return self.final
        with beside(self.final) as draft:
            shutil.copyfile(made, draft)
        return self.final


@contextmanager
def plain_names(film: Path, out: Path | None, work: Path | None, suffix: str) -> Iterator[Named]:
    """Yield names under which a film can be worked on, and tell of errors under its own.

    Args:
        film: The film.
        out: What is made of it; None for beside the film, with the suffix.
        work: The work folder; None for the usual one.
        suffix: Of what is made.

    Raises:
        InputError: The work folder's own name is not UTF-8, or no links can be made in it.
    """
    if is_plain(film) and (out is None or is_plain(out)):
        yield Named(film=film, out=out, final=None, original=film)
        return
    link = link_plainly(film, work)
    if out is not None and is_plain(out):
        named = Named(film=link, out=out, final=None, original=film)
    else:
        final = out or film.with_suffix(suffix)
        named = Named(film=link, out=link.with_suffix(suffix), final=final, original=film)
    try:
        yield named
    except FilmcomicError as error:
        if str(error.path) != str(named.film):
            raise
        raise type(error)(error.problem, cure=error.cure, path=show_name(film)) from error


@dataclass(frozen=True)
class Folder:
    """A folder under a name that can be told."""

    given: Path
    link: Path
    """The folder itself where its name is plain."""

    def real(self, path: Path) -> Path:
        """Return a path below the link as one below the folder; any other as it is."""
        return self.given / path.relative_to(self.link) if path.is_relative_to(self.link) else path


def plain_folder(folder: Path, work: Path | None) -> Folder:
    """Return a folder, by a link where its name is no text; one that is to be made is made.

    Raises:
        InputError: The work folder's own name is not UTF-8, or no links can be made in it.
    """
    whole = Path(os.path.abspath(at_home(folder)))  # noqa: PTH100 - a link stays a link
    if is_plain(whole):
        return Folder(folder, folder)
    return Folder(folder, _linked(whole, {_text(whole.name): whole}, work))


def plain_inputs(inputs: Sequence[Path], work: Path | None) -> list[Folder]:
    """Return what a batch is given under names that can be told: folders by links where their names are no text.

    Raises:
        InputError: The name of a film, a list or a pattern is no text: its folder can be given instead.
    """
    for each in inputs:
        if not is_plain(each) and not each.is_dir():
            raise InputError("this name is not UTF-8", cure="rename it, or give its folder", path=show_name(each))
    return [plain_folder(each, work) if each.is_dir() else Folder(each, each) for each in inputs]


def real_path(path: Path, folders: Iterable[Folder]) -> Path:
    """Return a path below one of some links as one below its folder; any other as it is."""
    return next((real for each in folders if (real := each.real(path)) != path), path)


def link_plainly(film: Path, work: Path | None) -> Path:
    """Return a link to a film, with a plain name and the film's subtitles beside it; the film itself if that is plain.

    Raises:
        InputError: The work folder's own name is not UTF-8, or no links can be made in it.
    """
    whole = Path(os.path.abspath(at_home(film)))  # noqa: PTH100 - a link stays a link: subtitles lie beside it
    if is_plain(whole):
        return film
    wanted = {_text(whole.stem) + _text(whole.suffix): whole}
    taken = find_beside(whole)
    for path in [*(each.path for each in taken), *(each.path for each in not_taken(whole))]:
        if path.parent == whole.parent and path.name.startswith(whole.stem):
            wanted[_text(whole.stem) + _text(path.name.removeprefix(whole.stem))] = path
    for number, each in enumerate((each for each in taken if each.apart), start=1):
        wanted[_text(whole.stem) + _tags(number, each)] = each.path
    return _linked(whole, wanted, work)


def _tags(number: int, words: Beside) -> str:
    """Return the end of a name that tells what the name of a file in a folder of subtitles told."""
    flags = {"forced": words.forced, "sdh": words.hearing_impaired, "default": words.default}
    flags["descriptions"] = words.described
    told = [f"track{number % 100}", "&".join(words.languages), *(flag for flag, there in flags.items() if there)]
    return ".".join(["", *filter(None, told)]) + words.path.suffix


def _linked(whole: Path, wanted: Mapping[str, Path], work: Path | None) -> Path:
    """Make links by these names and take older ones away; return the first."""
    root = work_root(work)
    if not is_plain(root):
        raise InputError(
            "the name of the work folder is not UTF-8", cure="name another with --work", path=show_name(root)
        )
    folder = root / _NAMES / path_key(whole)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if old.is_symlink() and old.name not in wanted:
                old.unlink()
        for name, target in wanted.items():
            _link(folder / name, target)
    except OSError as error:
        raise OutputError(
            f"its name is not UTF-8, and no link to it can be made in {root} ({error.strerror})",
            cure="rename it",
            path=show_name(whole),
        ) from None
    return folder / next(iter(wanted))


def _text(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace").replace("\ufffd", "_")


def _link(link: Path, target: Path) -> None:
    if link.is_symlink():
        if os.readlink(link) == str(target):  # noqa: PTH115 - as text: a Path would be normalised
            return
        link.unlink()
    link.symlink_to(target)
