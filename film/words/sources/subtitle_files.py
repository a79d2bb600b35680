"""Subtitle files: reading one of any format and encoding, packed in an archive or not."""

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from configs.disk.untrusted import harmless
from configs.errors import SubtitleError
from film.languages import closeness, known, normal, spoken_name
from film.words.foreign.ebu_stl import is_ebu_stl, read_ebu_stl
from film.words.foreign.recognition import fault_of, read_foreign
from film.words.foreign.sami import declared_tongues, tongues_inside
from film.words.foreign.scenarist import hour_of
from film.words.subtitles import archives, markup
from film.words.subtitles.beside import Beside, find_beside, language_of, rank_members
from film.words.subtitles.charsets import decode, is_binary
from film.words.subtitles.cues import MOST_CUES, Cue, TooManyCuesError
from film.words.subtitles.formats import Reading, other_matter, parse, private_warnings, without_start

_LARGEST_BYTES = 32 << 20
"""A film's words are 0.1 MB, richly typeset ones 10 MB; more is no subtitle file."""
_PADDING_BYTES = 16
"""So many zero bytes at a file's end are room that was set aside and not used; fewer belong to wide letters."""
_OF_SEVERAL = frozenset({"smi", "sami"})
"""Formats of files in several languages, each for itself."""
_DOCUMENTS = frozenset(["[Content_Types].xml", "word/document.xml", "content.xml"])
_TONGUE = re.compile(r"^\[([a-z]{2,3})\]\s*(.*)$")
_DECLARED_TONGUE = re.compile(rb"xml:lang\s*=\s*[\"']([A-Za-z-]{2,20})")


def files_beside(film: Path) -> tuple[Beside, ...]:
    """Return a film's subtitle files as `find_beside` does, one that holds several languages once for each.

    Of such a file the language that its name tells comes first, else the first that it has.
    """
    return tuple(each for one in find_beside(film) for each in _by_tongue(one))


def _by_tongue(one: Beside) -> list[Beside]:
    if one.member or one.format not in _OF_SEVERAL:
        return [one]
    try:
        data = _bytes_of(one.path)
    except SubtitleError:  # whoever reads it says why
        return [one]
    tongues = () if is_binary(data) else tongues_inside(decode(data, one.language or _declared(data))[0])
    if len(tongues) < 2:
        return [one]
    own = next((tongue for tongue in tongues if closeness(one.language, tongue)), tongues[0])
    others = [tongue for tongue in tongues if tongue != own]
    return [
        replace(one, others=(), within=own),
        *(replace(one, language=tongue, others=(), within=tongue, second=True) for tongue in others),
    ]


def read_subtitles(
    path: Path,
    *,
    language: str = "",
    rate: Fraction = Fraction(0),
    duration_s: Fraction = Fraction(0),
    film: Path | None = None,
    member: str = "",
) -> Reading:
    """Read a subtitle file in any format of the house, told by its content.

    Args:
        path: The file, or an archive (ZIP, gzip) of such files.
        language: What is known of its language when its name does not tell; a hint for old encodings, and the
            choice in a file or an archive that holds several languages, whatever its name tells.
        rate: Frames per second of the film, for formats that count frames.
        duration_s: Length of the film, 0 where it is not known: formats of broadcasters may begin at one o'clock.
        film: The film, whose name tells which file of an archive is meant, and what of a name is no language.
        member: Which file of an archive; empty for the one that serves best.

    Raises:
        SubtitleError: It is missing, unreadable, too large, not a subtitle file, or holds more than a day's film has.
    """
    data = _bytes_of(path)
    named = language_of(path, film)
    told: list[str] = []
    if archives.is_archive(data):
        data, inner, others = _unpacked(path, data, member, named or language, film)
        if archives.is_archive(data) or archives.closed_archive(data):
            problem = "an archive inside an archive, which is not opened"
            raise SubtitleError(problem, cure="unpack it and give what lies in it", path=path)
        named = language_of(Path(inner), film) or named
        told += [f"{path.name}: {archives.base_name(inner)} is read, of {others + 1} subtitle files"] if others else []
    hint = named or language
    binary = is_ebu_stl(data) or is_binary(data)
    written, _ = ("", "") if binary else decode(data, hint or _declared(data))
    text = harmless(written)
    try:
        if is_ebu_stl(data):
            reading: Reading | None = _from_the_hour(_harmless(read_ebu_stl(data)), duration_s, Fraction(3600))
        else:
            if any(closeness(language, one) for one in tongues_inside(text)):
                hint = language
            reading = None if _is_rubbish(written) else _read(text, hint, rate, duration_s)
    except TooManyCuesError:
        cure = "give those of this film alone with --subtitles, or --subtitles none"
        raise SubtitleError(f"holds more than {MOST_CUES:,} subtitles", cure=cure, path=path) from None
    except ValueError as error:
        raise SubtitleError(str(error), cure=_cure(path), path=path) from None
    if reading is None:
        raise _unknown(path, data, text)
    if matter := other_matter(text.lstrip("\ufeff \t\r\n").replace("\r\n", "\n"), reading.cues):
        raise SubtitleError(f"holds no words but {matter}", cure=_cure(path), path=path)
    told += [f"{path.name}: {words}" for words in reading.warnings]
    told += [f"{path.name}: {words}" for words in (() if text is written else private_warnings(written))]
    cues, tongue = _one_tongue(list(reading.cues), hint)
    if reading.language and normal(hint) and not closeness(hint, reading.language) and cues:
        told.append(f"{path.name}: says that it is in {spoken_name(reading.language)}, not in {spoken_name(hint)}")
    return Reading(tuple(cues), reading.language or tongue, tuple(told))


def _read(text: str, language: str, rate: Fraction, duration_s: Fraction) -> Reading | None:
    foreign = read_foreign(text, by_rows=False, language=language, rate=rate)
    if foreign is None:
        cues, dropped = parse(text, rate=rate)
        if cues is not None:
            return Reading(tuple(cues), warnings=without_start(dropped))
        foreign = read_foreign(text, by_rows=True, language=language, rate=rate)
    return _from_the_hour(foreign, duration_s, hour_of(text)) if foreign else None


def _harmless(reading: Reading) -> Reading:
    return replace(reading, cues=tuple(replace(cue, text=harmless(cue.text)) for cue in reading.cues))


def _from_the_hour(reading: Reading, duration_s: Fraction, hour_s: Fraction) -> Reading:
    """Let words begin with the film whose clock shows a full hour there, as tapes do: all of them are after its end."""
    first_s = min((cue.start_s for cue in reading.cues), default=Fraction(0))
    hours = first_s // hour_s
    if not duration_s or first_s < duration_s or not hours or first_s - hours * hour_s >= duration_s:
        return reading
    cues = (
        replace(cue, start_s=cue.start_s - hours * hour_s, end_s=cue.end_s - hours * hour_s) for cue in reading.cues
    )
    told = f"its clock shows {hours}:00:00 where the film is taken to start"
    return replace(reading, cues=tuple(cues), warnings=(*reading.warnings, told))


def _declared(data: bytes) -> str:
    """Return the language that a mark-up declares, for the encoding that it is in; empty where it declares none."""
    head = data[: 1 << 16]
    found = _DECLARED_TONGUE.search(head)
    if found:
        return found[1].decode()
    tongues = declared_tongues(head.decode("latin-1")) if re.search(rb"<\s*sync\b", head, re.IGNORECASE) else {}
    return next((tongue for tongue in tongues.values() if not tongue.startswith("en")), "")


def _unpacked(path: Path, data: bytes, member: str, language: str, film: Path | None) -> tuple[bytes, str, int]:
    """Return the subtitle file of an archive that serves best, its name, and how many others there are."""
    try:
        names = archives.contents(data)
        if names == ("",):
            return archives.unpack(data, "", most=_LARGEST_BYTES), path.stem, 0
        if _DOCUMENTS & set(names):
            problem = "is a document of a word processor"
            raise SubtitleError(problem, cure="save its words as .srt and give that, or --subtitles none", path=path)
        offered = rank_members(path, names, film) or rank_members(path, names)
        if not offered:
            raise SubtitleError("an archive without subtitle files", cure=_cure(path), path=path)
        serves = [max((closeness(language, one) for one in each.languages), default=0) for each in offered]
        best = offered[serves.index(max(serves))].member
        chosen = member if member in names else best
        others = 0 if member else len(offered) - 1
        return archives.unpack(data, chosen, most=_LARGEST_BYTES), chosen, others
    except archives.ArchiveError as error:
        raise SubtitleError(str(error), cure="unpack it and give what lies in it", path=path) from None


def _bytes_of(path: Path) -> bytes:
    try:
        if not path.exists():
            raise SubtitleError("no such subtitle file", cure="check the path given to --subtitles", path=path)
        if not path.is_file():
            raise SubtitleError("not a subtitle file but a folder or device", cure=_cure(path), path=path)
        if path.stat().st_size > _LARGEST_BYTES:
            raise SubtitleError("too large for a subtitle file", cure=_cure(path), path=path)
        data = path.read_bytes()
    except OSError as error:
        raise SubtitleError(f"cannot be read ({error.strerror})", cure="check its rights", path=path) from None
    if not data.strip(b"\0 \t\r\n"):
        raise SubtitleError("an empty subtitle file", cure=_cure(path), path=path)
    padding = len(data) - len(data.rstrip(b"\0"))
    return data[: len(data) - padding // 4 * 4] if padding >= _PADDING_BYTES and not is_ebu_stl(data) else data


def _cure(path: Path, *, pictures: bool = False) -> str:
    if path.suffix.casefold() in {".idx", ".sub", ".sup"} and pictures:
        return "subtitles made of pictures cannot be read as words, give an .srt, .vtt or .ass file"
    return "give an .srt, .vtt or .ass file, or --subtitles none"


def _unknown(path: Path, data: bytes, text: str) -> SubtitleError:
    """Return what is said of a file that is none we read; a format that others read is named."""
    closed = archives.closed_archive(data)
    if closed:
        problem = f"a {closed} archive, which is not opened"
        return SubtitleError(problem, cure="unpack it and give what lies in it", path=path)
    problem, cure = fault_of(data, "" if is_binary(data) or _is_rubbish(text) else text, path.suffix)
    if problem:
        return SubtitleError(problem, cure=cure, path=path)
    pictures = is_binary(data) or _is_rubbish(text) or path.suffix.casefold() == ".idx"
    return SubtitleError("not a subtitle file", cure=_cure(path, pictures=pictures), path=path)


def _is_rubbish(text: str) -> bool:
    head = text[: 1 << 16]
    odd = sum((letter < " " and letter not in "\t\n\r\f\v\x1a\x1b") or letter == "\ufffd" for letter in head)
    return odd * 20 > len(head)


def _one_tongue(cues: list[Cue], asked: str) -> tuple[list[Cue], str]:
    """Of a file that writes every cue in several languages (`[eng] …` in each row) keep one: the asked or the first."""
    if sum(cue.text.count("[") for cue in cues) < len(cues):
        return cues, asked
    found = [match.group(1) for cue in cues for row in markup.rows_of(cue.text) if (match := _TONGUE.match(row))]
    tongues = list(dict.fromkeys(code for code in found if known(code)))
    if len(tongues) < 2 or len(found) < len(cues):
        return cues, asked
    wanted = max(tongues, key=lambda code: closeness(asked, code))
    kept = [
        Cue(cue.start_s, cue.end_s, "\n".join(rows))
        for cue in cues
        if (rows := [m.group(2) for row in markup.rows_of(cue.text) if (m := _TONGUE.match(row)) and m[1] == wanted])
    ]
    return kept, normal(wanted)
