"""Which files beside a film may hold its words: more rather than fewer, for whoever must know whether one changed."""

from collections.abc import Sequence
from pathlib import Path

from film.model import FILM_SUFFIXES
from film.words.subtitles.beside import find_beside, folder_tongues
from tasks.batch.folder.names import fold_name

_NO_WORDS = FILM_SUFFIXES | frozenset(
    [".pdf", ".cbz", ".epub", ".html", ".json", ".part", ".jpg", ".jpeg", ".png", ".nfo", ".toml", ".csv"]
)
"""Other films, what is made of films (comics, storyboards, posters), and recipes, whose wishes count by themselves."""


def words_beside(film: Path) -> tuple[Path, ...]:
    """Return the files that bear a film's name, those in folders of subtitles and in folders of its name in them, and
    those of other names that are its subtitles because no other film may have them.

    Other films, pictures and comics are left out. A folder that cannot be read has none.
    """
    stem = fold_name(film.stem)
    found = []
    for path in _inside(film.parent):
        if fold_name(path.name).startswith(stem):
            found.append(path)
        elif folder_tongues(path.name) is not None:
            for inner in _inside(path):
                found += [inner, *(_inside(inner) if fold_name(inner.name).startswith(stem) else ())]
    found += [one.path for one in find_beside(film) if one.path not in found]
    return tuple(path for path in found if path.suffix.casefold() not in _NO_WORDS and path.is_file())


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return []


def words_by_name(films: Sequence[Path]) -> dict[Path, tuple[Path, ...]]:
    """Return the files that bear the name of each of a folder's films, with more behind a full stop: its words
    (`film.en.srt`), and its recipe (`film.toml`).

    A file goes to the film whose name it bears the most of. Other than `words_beside`, it is one look at the folder,
    and what is found for a film does not depend on films that bear other names.

    Args:
        films: They lie in one folder.
    """
    bearers = {fold_name(film.stem): film for film in reversed(films)}
    found: dict[Path, list[Path]] = {film: [] for film in films}
    for path in _inside(films[0].parent) if films else ():
        if path.suffix.casefold() in _NO_WORDS - {".toml"}:
            continue
        parts = fold_name(path.name).split(".")
        names = (".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1))
        film = next((bearers[name] for name in names if name in bearers), None)
        if film is not None and path.is_file():
            found[film].append(path)
    return {film: tuple(paths) for film, paths in found.items()}
