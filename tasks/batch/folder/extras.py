"""What lies in a folder of films and is no film to make a comic of: trailers, samples, the system's own folders.

The names are those that media servers agree on: a suffix of the name (`film-trailer.mp4`, `film.sample.mkv`) or a
folder (`Featurettes`). Words that are also words of titles (`-short`, `_trailer`, `The-Interview.mkv`, a folder
`Shorts`) count only beside the film that they belong to, a folder of such a name only in a film's own folder.
"""

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from tasks.batch.folder.names import fold_name

_CLIPS = "trailer|sample"
_PARTS = "featurette|behindthescenes|deletedscenes?|deleted"
_TITLE_WORDS = "interview|scene|short|other|clip|extra"
_TOLD_BY_NAME = re.compile(rf"(?:(?:.*[-.])?(?:{_CLIPS})|.*-(?:{_PARTS}))[-. ]?\d*", re.DOTALL)
_TOLD_BY_COMPANY = re.compile(rf"(?P<film>.*[^-._ ])[-._ ]+(?:{_CLIPS}|{_PARTS}|{_TITLE_WORDS})[-._ ]?\d*", re.DOTALL)
_FOLDERS = frozenset(
    [
        "trailer",
        "trailers",
        "sample",
        "samples",
        "extra",
        "extras",
        "featurette",
        "featurettes",
        "behindthescenes",
        "deletedscenes",
    ]
)
_TITLE_FOLDERS = frozenset(["interviews", "scenes", "shorts", "other", "others", "clips"])
_SYSTEM_FOLDERS = frozenset(
    name.casefold()
    for name in (
        *("@eaDir", "@Recycle", "@Recently-Snapshot", "@tmp", "#recycle", "#snapshot"),  # boxes of disks
        *("lost+found", "$RECYCLE.BIN", "RECYCLER", "Recycled", "System Volume Information", "FOUND.000"),
        *("Network Trash Folder", "Temporary Items", "__MACOSX"),
    )
)


def is_hidden(name: str) -> bool:
    """Tell whether a file or folder is hidden, or is one of a system's own folders (a recycle bin, thumbnails)."""
    return name.startswith(".") or fold_name(name) in _SYSTEM_FOLDERS


def extras_of(films: Iterable[Path], folder: Path) -> set[Path]:
    """Return which of these films are trailers, samples and other extras by their names or their folders' names.

    Args:
        films: Paths that lie somewhere below the folder.
        folder: Its own name and those above it do not matter: it was asked for.
    """
    company: dict[Path, list[Path]] = {}
    for film in films:
        company.setdefault(film.parent, []).append(film)
    found = {film for film in films if _TOLD_BY_NAME.fullmatch(fold_name(film.stem))}
    found |= {film for film in films if _belongs(film, company[film.parent], found)}
    for film in films:
        below = film.parent.relative_to(folder).parts
        for depth, name in enumerate(below):
            plain = re.sub(r"[-._ ]", "", fold_name(name))
            beside = company.get(folder.joinpath(*below[:depth]), [])
            if plain in _FOLDERS or (plain in _TITLE_FOLDERS and len(set(beside) - found) == 1):
                found.add(film)
    return found


def _belongs(film: Path, company: Sequence[Path], extras: set[Path]) -> bool:
    """Tell whether a name is that of another film in its folder with a word behind it."""
    said = _TOLD_BY_COMPANY.fullmatch(fold_name(film.stem))
    if said is None:
        return False
    others = [fold_name(other.stem) for other in company if other != film and other not in extras]
    return any(said["film"] == other or re.match(rf"{re.escape(other)}[-._ ]", said["film"]) for other in others)


def matches(glob: str, inside: PurePath) -> bool:
    """Tell whether a pattern names a file or a folder that it lies in; case does not matter.

    Args:
        glob: As a shell writes it: `*`, `?`, `[abc]`; a star reaches over folders.
        inside: The file, relative to the folder that is looked through.
    """
    pattern = fold_name(glob).rstrip("/")
    parts = inside.parts
    heads = [PurePath(*parts[: count + 1]).as_posix() for count in range(len(parts))]
    return any(fnmatchcase(fold_name(text), pattern) for text in (*parts, *heads))
