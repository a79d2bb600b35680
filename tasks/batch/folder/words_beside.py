"""Which files beside a film may hold its words: more rather than fewer, for whoever must know whether one changed."""

from pathlib import Path

from tasks.batch.folder.finding import FILM_SUFFIXES
from tasks.batch.folder.names import fold_name

_FOLDERS = frozenset(["sub", "subs", "subtitle", "subtitles", "srt", "vobsub"])
_NO_WORDS = FILM_SUFFIXES | frozenset(
    [".pdf", ".cbz", ".epub", ".html", ".json", ".part", ".jpg", ".jpeg", ".png", ".nfo"]
)
"""Other films, and what is made of films: comics, storyboards, posters."""


def words_beside(film: Path) -> tuple[Path, ...]:
    """Return the files that bear a film's name, and those in folders of subtitles, sorted.

    Other films, pictures and comics are left out. A folder that cannot be read has none.
    """
    stem = fold_name(film.stem)
    found = []
    for path in _inside(film.parent):
        if fold_name(path.name).startswith(stem):
            found.append(path)
        elif path.name.casefold() in _FOLDERS:
            found += _inside(path)
    return tuple(path for path in found if path.suffix.casefold() not in _NO_WORDS and path.is_file())


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return []
