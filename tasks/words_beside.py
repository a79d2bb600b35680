"""Which files beside a film may hold its words: more rather than fewer, for whoever must know whether one changed."""

from pathlib import Path

from tasks.gathering import FILM_SUFFIXES
from tasks.names import folded

_FOLDERS = frozenset(["sub", "subs", "subtitle", "subtitles", "srt", "vobsub"])
_OTHERS = frozenset([".pdf", ".cbz", ".epub", ".html", ".json", ".part", ".jpg", ".jpeg", ".png", ".nfo"])
"""Of files that bear the film's name: comics, storyboards, posters."""


def words_beside(film: Path) -> tuple[Path, ...]:
    """Return the files that bear a film's name, and those in folders of subtitles, sorted.

    Other films, pictures and comics are left out. A folder that cannot be read has none.
    """
    stem = folded(film.stem)
    found = []
    for path in _inside(film.parent):
        kind = path.suffix.casefold()
        if folded(path.name).startswith(stem) and kind not in FILM_SUFFIXES and kind not in _OTHERS:
            found.append(path)
        elif path.name.casefold() in _FOLDERS:
            found += [deeper for deeper in _inside(path) if deeper.suffix.casefold() not in FILM_SUFFIXES]
    return tuple(path for path in found if path.is_file())


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return []
