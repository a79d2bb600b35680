"""Proof-reading: a storyboard is composed, without painting and without its film, and linted; a PDF is read back."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from pydantic import ValidationError

from configs.disk.sealed import digest, fetch_folder
from configs.errors import FilmError, InputError
from configs.recipes.recipe import Recipe
from configs.settings import work_root
from configs.units import Frozen
from film.decoding.probe import peek
from film.model import Dialogue, Line, LineKind, Movie
from film.words.dialogue import listen
from layouts.book.documents import load_storyboard
from layouts.book.page import Book
from layouts.book.storyboard import Storyboard, sounds
from layouts.proof.lint.lint import RULES, Fault, count_faults, lint
from layouts.proof.lint.lint_pdf import PDF_RULES, PdfProof, lint_pdf
from layouts.proof.proof import Proof
from layouts.proof.read_back import read_pdf
from layouts.proof.wording import compare, coverage
from tasks.console.progress import notice
from tasks.making.composing import lay_out_as_told
from tasks.store.store import film_root

_OURS = 0.5
"""A storyboard that has fewer of a dialogue's words was made from another one."""
_USUAL_RATE = Fraction(24)
"""Only subtitles that count frames and do not say how fast need it."""


class Verdict(Frozen):
    """What the lint found."""

    faults: tuple[Fault, ...]
    rules: tuple[str, ...]
    """Those that were tried."""
    pages: int
    coverage: float | None = None
    """Share of the film's words that are told, 0 to 1; None where those are not at hand."""

    @property
    def table(self) -> dict[str, int]:
        """How many faults each rule found."""
        return count_faults(self.faults, self.rules)

    def __str__(self) -> str:
        """Write it on one line: `no faults on 24 pages; 100 % of the dialogue is told`."""
        many = len(self.faults)
        told = f"{many} fault{'s' * (many != 1)}" if many else "no faults"
        line = f"{told} on {self.pages} page{'s' * (self.pages != 1)}"
        return line if self.coverage is None else f"{line}; {_percent(self.coverage)} % of the dialogue is told"


def _percent(share: float) -> str:
    """Write a share so that 100 means all of it."""
    return "100" if share == 1 else f"{min(99.9, 100 * share):.1f}"


def lint_file(
    path: Path,
    *,
    recipe: Recipe,
    storyboard: Path | None = None,
    subtitles: Path | None = None,
    work: Path | None = None,
) -> Verdict:
    """Lint a storyboard, or a PDF.

    Args:
        path: The file.
        recipe: Format, font and page settings, where they are not the storyboard's own.
        storyboard: What a PDF was made from.
        subtitles: The words that must be told; left out, those found when the film was read, if they are at hand.
        work: The work folder.

    Raises:
        StoryboardError: The storyboard is wrong, or a page of it is too full.
        InputError: The file is not there or neither a storyboard nor a PDF.
        SubtitleError: The subtitles cannot be read.
    """
    if _is_pdf(path):
        return _lint_pdf(path, storyboard, subtitles)
    board = load_storyboard(path)
    if "edition" in recipe.model_fields_set:
        board = board.model_copy(update={"format": recipe.edition})
    heard = _read(subtitles, board) if subtitles else _at_hand(film_root(work_root(work), board.film.sha256), board)
    book, told = lay_out_as_told(board, recipe)
    if book.format.strip:
        raise InputError("a strip has no pages to lint", cure="choose another --edition", path=path)
    return lint_book(book, told, heard)


def lint_book(book: Book, board: Storyboard, heard: tuple[str, ...] | None) -> Verdict:
    """Lint a composed book; `heard` are the film's lines, None where they are not at hand."""
    faults = lint(Proof(book, board, heard))
    return Verdict(faults=tuple(faults), rules=tuple(RULES), pages=len(book.pages), coverage=_covered(board, heard))


def lint_run(root: Path, book: Book, board: Storyboard, recipe: Recipe) -> Verdict:
    """Lint what a run has composed, against the words in its film's store."""
    if book.format.strip or book.format.page_panels is not None:  # told on other pages than the storyboard's
        book, board = lay_out_as_told(board, recipe)
    return lint_book(book, board, _at_hand(root, board))


def _lint_pdf(path: Path, storyboard: Path | None, subtitles: Path | None) -> Verdict:
    pdf = read_pdf(path)
    board = load_storyboard(storyboard) if storyboard else None
    heard = _read(subtitles, board) if subtitles else None
    faults = lint_pdf(PdfProof(pdf, board, heard))
    said = None if heard is None else coverage(heard, [sheet.text for sheet in pdf.sheets])
    return Verdict(faults=tuple(faults), rules=tuple(PDF_RULES), pages=len(pdf.sheets), coverage=said)


def _is_pdf(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(5) == b"%PDF-"
    except OSError:
        return path.suffix.lower() == ".pdf"


def _covered(board: Storyboard, heard: tuple[str, ...] | None) -> float | None:
    return None if heard is None else coverage(heard, _texts(board))


def _texts(board: Storyboard) -> list[str]:
    return [words.text for page in board.pages for panel in page.panels for words in panel.words if not sounds(words)]


def _read(subtitles: Path, board: Storyboard | None) -> tuple[str, ...]:
    """Read a subtitle file as the film's own reading does; the film itself is not needed, but for its descriptions."""
    movie = _movie(subtitles, board)
    language = board.language if board else ""
    told = _texts(board) if board else []
    heard = [
        _spoken(listen(movie, subtitles=subtitles, language=language, descriptions=seen).lines)
        for seen in ((False, True) if board else (False,))
    ]
    return min(heard, key=lambda lines: len(compare(lines, told)))  # the recipe may ask for no descriptions


def _movie(subtitles: Path, board: Storyboard | None) -> Movie:
    """Return the film of a storyboard, as it says where it is not there."""
    film = board.film if board else None
    told = Movie(
        path=Path(film.path if film else subtitles).absolute(),
        sha256=film.sha256 if film else "",
        duration_s=film.duration_s if film else Fraction(0),
        rate=_USUAL_RATE,
        size_px=film.size_px if film else (1, 1),
    )
    try:
        there = peek(told.path) if film else told
    except FilmError:
        return told
    return told.model_copy(update={"streams": there.streams, "start_offset_s": there.start_offset_s})


def _spoken(lines: Iterable[Line]) -> tuple[str, ...]:
    """Return the words of lines without those that describe a noise: these are told by sound words, or not at all."""
    return tuple(line.text for line in lines if line.kind is not LineKind.SOUND)


def _at_hand(root: Path, board: Storyboard) -> tuple[str, ...] | None:
    """Return the stored dialogue that a storyboard was made from, as far as the storyboard goes; None without one."""
    told = _texts(board)
    found = [_within(dialogue.lines, board) for dialogue in _dialogues(root)]
    # of two that are told wholly the longer: without the descriptions the same words are fewer
    rated = [(coverage(lines, told), len(lines), lines) for lines in found if lines]
    share, _, best = max(rated, default=(0.0, 0, ()))
    return best if share >= _OURS else None


def _dialogues(root: Path) -> Iterator[Dialogue]:
    fetch_folder(root / "dialogue")
    for path in sorted((root / "dialogue").rglob("*.json")):
        try:
            if digest(path, notice) is not None:
                yield Dialogue.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):  # of an older release
            continue


def _within(lines: tuple[Line, ...], board: Storyboard) -> tuple[str, ...]:
    """Return the lines from the first to the last that the storyboard tells: it may be of a part of the film."""
    starts = [words.start_s for page in board.pages for panel in page.panels for words in panel.words]
    known = [float(start) for start in starts if start is not None]
    if not known:
        return ()
    return _spoken(line for line in lines if min(known) - 1e-3 <= float(line.start_s) <= max(known) + 1e-3)
