"""Folders of films: which of their files are films to make comics of, and what was left out, told in a line each."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from configs.errors import InputError
from film.model import FILM_SUFFIXES
from tasks.batch.folder.extras import extras_of, is_hidden, matches
from tasks.batch.folder.names import show_name

_MOST_NAMES = 8
"""How many names a line of what was left out gives."""


@dataclass(frozen=True)
class Gathered:
    """The films of a folder."""

    films: tuple[Path, ...]
    """In the order of their names."""
    notes: tuple[str, ...]
    """What was left out and why, a line each."""


@dataclass
class _Walk:
    """What a walk through folders came by."""

    films: list[Path] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    """Still to be looked through."""
    links: list[Path] = field(default_factory=list)
    """Links to folders, after those."""
    seen: set[tuple[int, int]] = field(default_factory=set)
    own: tuple[int, int] | None = None
    """The work folder."""


def gather_films(
    folder: Path, recursive: bool, exclude: Sequence[str] = (), extras: bool = False, work: Path | None = None
) -> Gathered:
    """Find the films of a folder in which there must be some, as `find_films` does.

    Raises:
        InputError: It is not a folder, cannot be read, or holds no film.
    """
    walk, found = _found(folder, recursive, exclude, extras, work)
    notes = list(found.notes)
    for glob in exclude:
        if not any(matches(glob, film.relative_to(folder)) for film in walk.films):
            notes.append(f"--exclude {show_name(glob)}: no film bears such a name")
    if not found.films and walk.films:
        raise InputError("every film in it is left out by --exclude", cure="leave a pattern away", path=folder)
    if not found.films:
        told = f" ({'; '.join(notes)})" if notes else ""
        cure = "name another folder" if recursive else "try --recursive, or name another folder"
        raise InputError(f"no film lies in it{told}", cure=cure, path=folder)
    return Gathered(films=found.films, notes=tuple(notes))


def find_films(
    folder: Path, recursive: bool, exclude: Sequence[str] = (), extras: bool = False, work: Path | None = None
) -> Gathered:
    """Find the films of a folder, which may hold none.

    Hidden files and folders and a system's own folders (recycle bins, thumbnails) are left out; so are trailers,
    samples and other extras, unless nothing else is there. With `recursive`, links to folders are followed, each
    real folder once. What cannot be read is told and passed over.

    Args:
        folder: Where to look.
        recursive: Look in the folders below too.
        exclude: Patterns of names, or of paths relative to the folder, that are left out.
        extras: Take trailers, samples and other extras too.
        work: The work folder: when it lies in the folder, it is no part of it.

    Raises:
        InputError: It is not a folder, or cannot be read.
    """
    return _found(folder, recursive, exclude, extras, work)[1]


def _found(
    folder: Path, recursive: bool, exclude: Sequence[str], extras: bool, work: Path | None
) -> tuple[_Walk, Gathered]:
    if not folder.is_dir():
        raise InputError("it is not a folder", cure="give a folder of films, or use make for one film", path=folder)
    walk = _walked(folder, recursive, work)
    walk.films.sort()
    notes = [*walk.notes]
    if walk.hidden:
        notes.append(f"left out, hidden or a system's own: {_named(walk.hidden)}")
    unwanted = [film for film in walk.films if any(matches(glob, film.relative_to(folder)) for glob in exclude)]
    notes += _told(unwanted, folder, "by --exclude")
    wanted = [film for film in walk.films if film not in set(unwanted)]
    besides = set() if extras else extras_of(wanted, folder)
    if besides and len(besides) == len(wanted):
        notes.append("all films here bear names of trailers, samples or other extras: their comics are made")
        besides = set()
    notes += _told(sorted(besides), folder, "trailers, samples and other extras (--extras takes them)")
    wanted = [film for film in wanted if film not in besides]
    return walk, Gathered(films=tuple(wanted), notes=tuple(notes))


def _told(films: Sequence[Path], folder: Path, why: str) -> list[str]:
    return [f"left out, {why}: {_named(str(film.relative_to(folder)) for film in films)}"] if films else []


def _named(names: Iterable[str]) -> str:
    """Count names and list the first of them in one line."""
    different = sorted(set(names))
    more = f" and {len(different) - _MOST_NAMES} more" if len(different) > _MOST_NAMES else ""
    return f"{len(different)}: " + ", ".join(show_name(name) for name in different[:_MOST_NAMES]) + more


def _walked(folder: Path, recursive: bool, work: Path | None) -> _Walk:
    """Walk through the folder; links to folders come last, so that a real folder is met under its own name."""
    walk = _Walk()
    try:
        inside = sorted(folder.iterdir())
        walk.seen |= {_identity(each) for each in (folder, *folder.resolve().parents)}
    except OSError as error:
        raise InputError(f"the folder cannot be read ({error.strerror})", path=folder) from None
    if work is not None and work.is_dir():
        walk.own = _identity(work)
    _look(inside, folder, walk, recursive)
    while walk.folders or walk.links:
        _enter(walk.folders.pop() if walk.folders else walk.links.pop(0), folder, walk)
    return walk


def _enter(path: Path, top: Path, walk: _Walk) -> None:
    told = show_name(path.relative_to(top))
    try:
        identity = _identity(path)
        if identity == walk.own:
            return
        if identity in walk.seen:
            walk.notes.append(f"left out: {told} leads to a folder that is looked through already, or to one above")
            return
        walk.seen.add(identity)
        inside = sorted(path.iterdir())
    except OSError as error:
        walk.notes.append(f"left out: {told} cannot be read ({error.strerror})")
        return
    _look(inside, top, walk, recursive=True)


def _look(inside: Sequence[Path], top: Path, walk: _Walk, recursive: bool) -> None:
    for path in inside:
        try:
            is_folder = path.is_dir()
            is_film = not is_folder and path.suffix.lower() in FILM_SUFFIXES and path.is_file()
        except OSError as error:
            walk.notes.append(f"left out: {show_name(path.relative_to(top))} cannot be read ({error.strerror})")
            continue
        if is_hidden(path.name):
            if is_film or (is_folder and recursive):
                walk.hidden.append(path.name + os.sep * is_folder)
        elif is_film:
            walk.films.append(path)
        elif is_folder and recursive:
            (walk.links if path.is_symlink() else walk.folders).append(path)


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino
