"""Subtitle files beside a film: which of them are its own, and which are not taken and why."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from film.words.subtitles.archives import ARCHIVES, CLOSED, base_name, names_inside, not_opened, why_nothing
from film.words.subtitles.naming import NameTags, read_tags, read_whole
from film.words.subtitles.shelf import FilmShelf, fold, rest_after

SUFFIXES = (
    ".srt", ".vtt", ".ass", ".ssa", ".sub", ".smi", ".sami", ".ttml", ".dfxp", ".itt", ".sbv", ".lrc", ".scc", ".mpl",
    ".mpl2", ".rt", ".jss", ".pjs", ".usf", ".aqt", ".stl", ".xml", ".txt",
)  # fmt: skip
"""What is looked for beside a film, the likeliest first."""
_LOOKED_INTO = {
    ".stl": re.compile(rb"\d\d:\d\d:\d\d[:;]\d\d\s*,|^\d{3}STL\d\d"),
    ".xml": re.compile(rb"<(?:\w+:)?(?:tt|DCSubtitle|SubtitleReel|USFSubtitles)[\s>]"),
    ".txt": re.compile(
        rb"-->|\{\d+\}\{\d*\}|\[\d+\] ?\[\d*\]|^\[\d+:\d\d|^\d+:\d\d:\d\d(?:[:=]|[.,]\d)|^#T|^Dialogue:", re.MULTILINE
    ),
}
"""Suffixes that other things bear too, and what those of subtitles have near their beginning."""
_KIND = re.compile(rb"^Kind:[ \t]*descriptions?[ \t]*$", re.IGNORECASE | re.MULTILINE)
"""In the header of WebVTT, which ends with the first empty row."""
_EMPTY_ROW = re.compile(rb"\r?\n\r?\n")
_FOLDER_WORDS = frozenset({
    "sub", "subs", "subtitle", "subtitles", "srt", "vobsub", "untertitel", "legendas", "titres", "subtitulos",
    "subtítulos", "sottotitoli", "napisy", "titulky", "ondertitels", "altyazı", "altyazi", "undertexter",
    "субтитры", "сабы", "字幕",
})  # fmt: skip
"""What folders beside a film are called that hold subtitles; with languages beside it (`Rus Sub`)."""
_PICTURES = frozenset({".idx", ".sup"})
_OTHER_FORMATS = _PICTURES | {".mks", ".psb", ".cap", ".pac", ".890"}
"""Formats of subtitles that are not read."""
_MAYBE = frozenset({".txt", ".xml", *CLOSED, *ARCHIVES})
"""What may hold subtitles if it bears the film's name."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A subtitle file that lies beside a film."""

    path: Path
    language: str
    """As the name writes it (`vi` of `film.vi.srt`), empty where it does not say."""
    forced: bool = False
    hearing_impaired: bool = False
    described: bool = False
    """It tells what is to be seen, for those who do not see."""
    others: tuple[str, ...] = ()
    """More languages that each of its subtitles is in (`eng` of `film.chs&eng.srt`)."""
    default: bool = False
    """Its name says that it is the one to take."""
    apart: bool = False
    """It lies in a folder of subtitles."""
    member: str = ""
    """Its name inside the archive that `path` is; empty where it is no archive."""
    within: str = ""
    """Which of the languages that it holds side by side, each for itself; empty where it holds one."""
    second: bool = False
    """That is not the one that its name tells, or that comes first in it."""

    @property
    def languages(self) -> tuple[str, ...]:
        """All its languages; none where the name does not say."""
        return (self.language, *self.others) if self.language else ()

    @property
    def format(self) -> str:
        """Its suffix without the dot, in lower case; that of what is packed in an archive."""
        inner = Path(base_name(self.member)) if self.member else _inner(self.path)
        return inner.suffix.removeprefix(".").casefold()

    @property
    def called(self) -> str:
        """Its name for people: `film.zip (film.en.srt)` of what lies in an archive."""
        return f"{self.path.name} ({base_name(self.member)})" if self.member else self.path.name


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A file that may hold words and is not taken."""

    path: Path
    why: str


def find_beside(film: Path) -> tuple[Beside, ...]:
    """Return a film's subtitle files: `film.srt`, `film.en.srt`, `film (pt-BR).forced.ASS`, `Subs/2_English.srt`.

    Upper and lower case and the two forms of accents (macOS writes them apart) mean the same. What bears the name of
    another film of the folder is not the film's. In folders of subtitles (`Subs`, `Subtitles`) it has the files of its
    name, those in a folder of its name, and, where it is the folder's only film, all others too. A name that differs
    only in its release (`Film.720p.srt` beside `Film.1080p.mkv`) is its own where no other film has that title;
    one that says nothing but its language where there is no other film. What lies in an archive of its name is its own
    as well.

    Returns:
        Forced ones last, then those in one language before those in several at once, plain ones before those for the
        hard of hearing, without a language first, then by language, by format and by name.
    """
    return tuple(sorted((one for one in _survey(film) if isinstance(one, Beside)), key=_order))


def not_taken(film: Path) -> tuple[NotTaken, ...]:
    """Return the files beside a film that may hold words and are not taken; none that are another film's."""
    return tuple(one for one in _survey(film) if isinstance(one, NotTaken))


def _order(one: Beside) -> tuple[bool, bool, bool, bool, bool, str, int, list[str | int]]:
    name = [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", fold(one.member or one.path.name))]
    kind = SUFFIXES.index(f".{one.format}")
    return one.forced, bool(one.others), one.hearing_impaired, not one.default, one.apart, one.language, kind, name


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return []


def folder_tongues(name: str) -> tuple[str, ...] | None:
    """Return the languages that the name of a folder of subtitles tells; None where it is called otherwise."""
    words = fold(name).replace("sous-", "").split()
    if not _FOLDER_WORDS.intersection(words):
        return None
    tags = read_tags(" ".join(word for word in words if word not in _FOLDER_WORDS))
    return None if tags.left else tags.languages


def _is_tongue(name: str) -> bool:
    """Tell whether a folder is called like a language alone: `en`, `English`."""
    tags = read_tags(name)
    return bool(tags.languages) and not tags.left


def _in_tongue(found: Iterable[Beside | NotTaken], tongues: Sequence[str]) -> Iterator[Beside | NotTaken]:
    """Give the languages of a folder's name to those of its files that tell none."""
    for one in found:
        if isinstance(one, Beside) and not one.languages and tongues:
            one = replace(one, language=tongues[0], others=tuple(tongues[1:]))
        yield one


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _survey(film: Path) -> Iterator[Beside | NotTaken]:
    neighbours = _inside(film.parent)
    shelf = FilmShelf.of(film, neighbours)
    for path in neighbours:
        if _may_hold_words(path) and _is_file(path):
            yield from _beside(path, shelf)
        elif (tongues := folder_tongues(path.name)) is not None:
            yield from _in_tongue(_in_folder(path, shelf), tongues)
        elif _is_tongue(path.name):
            own = (inner for inner in _inside(path) if _may_hold_words(inner) and _is_file(inner))
            own = (inner for inner in own if shelf.bears(_inner(inner).stem))
            found = (one for inner in own for one in _beside(inner, shelf))
            yield from _in_tongue(found, read_tags(path.name).languages)


def _beside(path: Path, shelf: FilmShelf) -> Iterator[Beside | NotTaken]:
    """Judge a file that lies where the film does."""
    rest = shelf.rest_of(_inner(path).stem)
    tags, lenient = None if rest is None else read_tags(rest), False
    if tags is None or tags.left:
        whole = read_tags(_inner(path).stem)
        if shelf.same_title(_inner(path).stem) or (rest is None and shelf.alone and not whole.left):
            tags, lenient = tags if tags and tags.languages else whole, True
    if path.suffix.casefold() in ARCHIVES:
        yield from _in_archive(path, shelf, None if tags is None or (tags.left and not lenient) else tags)
    elif tags is not None or not (path.suffix.casefold() in _MAYBE or shelf.is_anothers(path.stem)):
        yield _judged(path, tags, lenient=lenient)


def _in_folder(folder: Path, shelf: FilmShelf) -> Iterator[Beside | NotTaken]:
    for path in _inside(folder):
        if path.suffix.casefold() not in SUFFIXES and shelf.means_folder(path.name):
            for inner in _inside(path):
                if _may_hold_words(inner) and _is_file(inner):
                    rest = rest_after(fold(_inner(inner).stem), shelf.stem)
                    told = read_tags(_inner(inner).stem if rest is None else rest)
                    if inner.suffix.casefold() in ARCHIVES:
                        yield from _in_archive(inner, shelf, told)
                    else:
                        yield _judged(inner, told, apart=True, lenient=True)
        elif path.suffix.casefold() not in SUFFIXES and _is_tongue(path.name) and folder.parent == shelf.film.parent:
            yield from _in_tongue(_in_folder(path, shelf), read_tags(path.name).languages)
        elif _may_hold_words(path) and _is_file(path):
            rest = shelf.rest_of(_inner(path).stem)
            tags, lenient = None if rest is None else read_tags(rest), shelf.alone
            if tags is None and (
                shelf.same_title(_inner(path).stem) or (shelf.alone and shelf.same_episode(path.name))
            ):
                tags, lenient = read_tags(_inner(path).stem), True
            if path.suffix.casefold() in ARCHIVES:
                yield from _in_archive(path, shelf, tags)
            elif tags is not None:
                if path.suffix.casefold() not in _MAYBE or rest is not None:
                    yield _judged(path, tags, apart=True, lenient=lenient)
            elif path.suffix.casefold() not in _MAYBE and not shelf.is_anothers(path.stem):
                yield _judged(path, None)


def _in_archive(path: Path, shelf: FilmShelf, tags: NameTags | None) -> Iterator[Beside | NotTaken]:
    """Judge what lies in an archive.

    Args:
        path: The archive.
        shelf: The film among the others.
        tags: What the archive's own name tells; None where it is not named after the film.
    """
    names = list(names_inside(path))
    if tags is None:
        names = [name for name in names if shelf.bears(Path(base_name(name)).stem)]
    members = rank_members(path, names, shelf.film)
    for one in members:
        yield (
            one
            if one.languages or tags is None or not tags.languages
            else replace(one, language=tags.languages[0], others=tags.languages[1:])
        )
    packed = path.suffix.casefold() == ".gz" and not path.stem.casefold().endswith(".tar")
    if tags is not None and not members and not packed:
        yield NotTaken(path, why_nothing(path))


def _suffix_inside(member: str) -> str:
    return Path(base_name(member)).suffix.casefold()


def rank_members(path: Path, names: Sequence[str], film: Path | None = None) -> tuple[Beside, ...]:
    """Return the subtitle files in an archive that is a film's, the likeliest first.

    Args:
        path: The archive.
        names: Of what lies in it.
        film: The film: of a season's files its episode's are taken; None where it is not known.
    """
    found = []
    shelf = FilmShelf.of(film, ()) if film else None
    pictures = {name[:-4] for name in names if _suffix_inside(name) == ".idx"}
    names = [name for name in names if _suffix_inside(name) in SUFFIXES and name[:-4] not in pictures]
    sure = [name for name in names if _suffix_inside(name) not in _LOOKED_INTO]
    for name in sure or names:  # beside them a `.txt` is what somebody wants read
        inner = Path(base_name(name))
        if shelf and not shelf.same_episode(inner.name):
            continue
        rest = rest_after(fold(inner.stem), shelf.stem) if shelf else None
        tags = read_whole(inner.stem) if rest is None else read_tags(rest)
        languages = tags.languages
        found.append(
            Beside(
                path,
                languages[0] if languages else "",
                forced=tags.forced,
                hearing_impaired=tags.hearing_impaired,
                described=tags.described,
                others=languages[1:],
                default=tags.default,
                apart=True,
                member=name,
            )
        )
    return tuple(sorted(found, key=_order))


def language_of(path: Path, film: Path | None = None) -> str:
    """Return the language that a file's name tells (`en` of `anything.en.srt`), empty where it tells none.

    Args:
        path: The file.
        film: The film whose words it holds: its own name tells nothing (`This.Or.srt` of `This.Or.mkv`).
    """
    return next(iter(_tags_of(path, film).languages), "")


def describes(path: Path, film: Path) -> bool:
    """Tell whether a file says, by its name or itself, that it describes what is to be seen."""
    return _tags_of(path, film).described or _says_so(path, path.suffix.casefold())


def _tags_of(path: Path, film: Path | None) -> NameTags:
    stem = _inner(path).stem
    rest = rest_after(fold(stem), fold(film.stem)) if film else None
    return read_whole(stem) if rest is None else read_tags(rest)


def _says_so(path: Path, suffix: str) -> bool:
    """Tell a WebVTT file whose header says `Kind: descriptions`."""
    if suffix != ".vtt":
        return False
    try:
        with path.open("rb") as file:
            header = _EMPTY_ROW.split(file.read(1024), maxsplit=1)[0]
    except OSError:
        return False  # whoever reads it says why
    return _KIND.search(header.replace(b"\r", b"")) is not None


def _inner(path: Path) -> Path:
    """Return what a packed file unpacks to: `film.en.srt` of `film.en.srt.gz`."""
    return path.with_suffix("") if path.suffix.casefold() == ".gz" else path


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
    if suffix in CLOSED:
        return NotTaken(path, not_opened(CLOSED[suffix]))
    if suffix not in SUFFIXES or not _is_of_subtitles(path, suffix):
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
        described=tags.described or _says_so(path, suffix),
        others=tags.languages[1:],
        default=tags.default,
        apart=apart,
    )


def _is_of_subtitles(path: Path, suffix: str) -> bool:
    """Look into a file whose suffix other things bear too."""
    sign = _LOOKED_INTO.get(suffix)
    if sign is None:
        return True
    try:
        with path.open("rb") as file:
            head = file.read(8192)
    except OSError:
        return True  # whoever reads it says why
    return sign.search(head.replace(b"\0", b"")) is not None
