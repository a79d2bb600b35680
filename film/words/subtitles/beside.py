"""Subtitle files beside a film: which of them are its own, and which are not taken and why."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from film.model import FILM_SUFFIXES
from film.words.subtitles.naming import NameTags, read_tags

SUFFIXES = (".srt", ".vtt", ".ass", ".ssa", ".sub")
"""What is looked for beside a film, the likeliest first."""
FOLDERS = frozenset(["sub", "subs", "subtitle", "subtitles", "srt", "vobsub"])
"""Folders beside a film that hold subtitles, in lower case."""
_PICTURES = frozenset({".idx", ".sup"})
_OTHER_FORMATS = _PICTURES | {
    ".smi", ".sami", ".ttml", ".dfxp", ".itt", ".sbv", ".lrc", ".scc", ".stl", ".mpl", ".mpl2", ".usf", ".mks", ".rt",
    ".psb", ".jss",
}  # fmt: skip
"""Formats of subtitles that are not read."""
_MAYBE = frozenset({".txt", ".xml", ".rar", ".7z"})
"""What may hold subtitles if it bears the film's name."""
_EXTRA = re.compile(r"\b(?:sample|trailer)\b")
_EPISODE = re.compile(r"s\d{1,3}[ ._-]?e\d{1,4}|\b\d{1,2}x\d{2,3}\b")


@dataclass(frozen=True, slots=True)
class Beside:
    """A subtitle file that lies beside a film."""

    path: Path
    language: str
    """As the name writes it (`vi` of `film.vi.srt`), empty where it does not say."""
    forced: bool = False
    hearing_impaired: bool = False
    others: tuple[str, ...] = ()
    """More languages that each of its subtitles is in (`eng` of `film.chs&eng.srt`)."""
    default: bool = False
    """Its name says that it is the one to take."""
    apart: bool = False
    """It lies in a folder of subtitles."""

    @property
    def languages(self) -> tuple[str, ...]:
        """All its languages; none where the name does not say."""
        return (self.language, *self.others) if self.language else ()


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A file that may hold words and is not taken."""

    path: Path
    why: str


def find_beside(film: Path) -> tuple[Beside, ...]:
    """Return a film's subtitle files: `film.srt`, `film.en.srt`, `film (pt-BR).forced.ASS`, `Subs/2_English.srt`.

    Upper and lower case and the two forms of accents (macOS writes them apart) mean the same. What bears the name of
    another film of the folder is not the film's. In folders of subtitles (`Subs`, `Subtitles`) it has the files of its
    name, those in a folder of its name, and, where it is the folder's only film, all others too.

    Returns:
        Forced ones last, then those in one language before those in several at once, plain ones before those for the
        hard of hearing, without a language first, then by language, by format and by name.
    """
    return tuple(sorted((one for one in _survey(film) if isinstance(one, Beside)), key=_order))


def not_taken(film: Path) -> tuple[NotTaken, ...]:
    """Return the files beside a film that may hold words and are not taken; none that are another film's."""
    return tuple(one for one in _survey(film) if isinstance(one, NotTaken))


def _order(one: Beside) -> tuple[bool, bool, bool, bool, bool, str, int, list[str | int]]:
    name = [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", _fold(one.path.name))]
    kind = SUFFIXES.index(one.path.suffix.casefold())
    return one.forced, bool(one.others), one.hearing_impaired, not one.default, one.apart, one.language, kind, name


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return []


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _survey(film: Path) -> Iterator[Beside | NotTaken]:
    neighbours = _inside(film.parent)
    others = [each for each in neighbours if each.suffix.casefold() in FILM_SUFFIXES and each.name != film.name]
    alone = all(_EXTRA.search(_fold(each.stem)) for each in others)
    for path in neighbours:
        if _may_hold_words(path) and _is_file(path):
            rest = _rest_of(path, film, others)
            if rest is not None or not (path.suffix.casefold() in _MAYBE or _belongs(path, others)):
                yield _judged(path, None if rest is None else read_tags(rest))
        elif _fold(path.name) in FOLDERS:
            yield from _in_folder(path, film, others, alone)


def _in_folder(folder: Path, film: Path, others: list[Path], alone: bool) -> Iterator[Beside | NotTaken]:
    for path in _inside(folder):
        if _fold(path.name) in {_fold(film.stem), _fold(film.name)}:
            for inner in _inside(path):
                if _may_hold_words(inner) and _is_file(inner):
                    rest = _rest(_fold(inner.stem), _fold(film.stem))
                    yield _judged(inner, read_tags(inner.stem if rest is None else rest), apart=True, lenient=True)
        elif _may_hold_words(path) and _is_file(path):
            rest = _rest_of(path, film, others)
            if rest is not None:
                yield _judged(path, read_tags(rest), apart=True, lenient=alone)
            elif path.suffix.casefold() in _MAYBE:
                continue
            elif alone and _same_episode(path, film):
                yield _judged(path, read_tags(path.stem), apart=True, lenient=True)
            elif not _belongs(path, others):
                yield _judged(path, None)


def _may_hold_words(path: Path) -> bool:
    suffix = path.suffix.casefold()
    return suffix in SUFFIXES or suffix in _OTHER_FORMATS or suffix in _MAYBE


def _judged(path: Path, tags: NameTags | None, *, apart: bool = False, lenient: bool = False) -> Beside | NotTaken:
    """Return a file as taken or not.

    Args:
        path: The file.
        tags: What its name tells; None where it is not named after the film.
        apart: It lies in a folder of subtitles.
        lenient: All there is the film's: words of its name that tell nothing are no hindrance.
    """
    suffix = path.suffix.casefold()
    if suffix in _PICTURES:
        return NotTaken(path, "pictures of words")
    if suffix not in SUFFIXES:
        return NotTaken(path, "a format that is not read")
    if suffix == ".sub" and any(_is_file(path.with_suffix(each)) for each in (".idx", ".IDX", ".Idx")):
        return NotTaken(path, "pictures of words")
    if tags is None:
        return NotTaken(path, "not named after the film")
    if tags.left and not lenient:
        return NotTaken(path, "its name says more than the film's and a language")
    return Beside(
        path,
        tags.languages[0] if tags.languages else "",
        forced=tags.forced,
        hearing_impaired=tags.hearing_impaired,
        others=tags.languages[1:],
        default=tags.default,
        apart=apart,
    )


def _rest(name: str, stem: str) -> str | None:
    """Return what a name has after a film's, None where it does not begin with that; both folded."""
    if not name.startswith(stem) or name[len(stem) : len(stem) + 1].isalnum():
        return None
    return name[len(stem) :]


def _rest_of(path: Path, film: Path, others: list[Path]) -> str | None:
    """Return what a file's name has after the film's, None where another film of the folder is meant."""
    name, stem = _fold(path.stem), _fold(film.stem)
    rest = _rest(name, stem)
    if rest is None:
        return None
    for other in others:
        longer = _fold(other.stem)
        if len(longer) > len(stem) and _rest(name, longer) is not None:
            return None
        if longer == stem and _rest(rest, _fold(other.suffix)) is not None:
            return None
    suffix = next((each for each in (_fold(film.suffix), *sorted(FILM_SUFFIXES)) if _rest(rest, each) is not None), "")
    return rest[len(suffix) :]


def _belongs(path: Path, others: list[Path]) -> bool:
    return any(_rest(_fold(path.stem), _fold(other.stem)) is not None for other in others)


def _same_episode(path: Path, film: Path) -> bool:
    """Tell whether a name is of no other episode than the film's."""
    found, wanted = (_EPISODE.search(_fold(each.stem)) for each in (path, film))
    return found is None or wanted is None or found.group() == wanted.group()
