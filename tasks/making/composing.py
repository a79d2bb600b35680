"""From a storyboard to pages: compose them before anything is painted, publish them afterwards."""

from collections.abc import Mapping
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

from configs.disk.sealed import content, digest, sealed, set_aside
from configs.errors import FilmcomicError, OutputError
from configs.recipes.page_settings import load_format
from configs.recipes.recipe import Recipe
from configs.typefaces import font_file
from configs.units import Frozen
from film.model import Movie
from layouts.book.crops import picture_needs
from layouts.book.page import Book
from layouts.book.storyboard import Storyboard
from layouts.editions.table import PUBLISHERS
from layouts.lettering.fonts import pick_fonts
from layouts.pages.compose import laid
from layouts.pages.matter import Colophon
from layouts.pdf.cutouts import Cuts
from layouts.pdf.pdf import write_pdf
from stylize.styles.registry import style_licence
from tasks.console.progress import notice, stage
from tasks.making.painting import Painting
from tasks.making.redrawing import remember_drawn
from tasks.store.order import Order
from tasks.store.stages import run, stage_task
from tasks.store.store import Artefact, Job, deliver, kept, load, save

_CUTS = Path("cuts")
"""Folder of the pictures as they are printed, relative to the film's store."""
_TRIES = 2
"""A comic that is damaged between being written and being copied is made once more."""


class ComposeJob(Job):
    """Place panels and words on pages."""

    stage: ClassVar[str] = "books"
    outside: ClassVar[bool] = True
    storyboard: Artefact
    recipe: Recipe

    def identity(self) -> dict[str, Any]:
        """The storyboard, the page format and the font."""
        board = load(self.root, self.storyboard, Storyboard)
        page = load_format(board.format, self.recipe.page)
        return {
            "storyboard": self.storyboard.sha256,
            "page": page.model_dump(mode="json"),
            "font": _lettering(board, self.recipe).digest,
            "made": _made(board, self.recipe).model_dump(mode="json"),
        }

    @property
    def changeable(self) -> Path | None:
        """The font."""
        return font_file(self.recipe.font)


def _made(board: Storyboard, recipe: Recipe) -> Colophon:
    return Colophon(licence=style_licence(board.style), credit=recipe.credit, version=version("filmcomic"))


def _lettering(board: Storyboard, recipe: Recipe) -> Any:
    texts = [words.text for page in board.pages for panel in page.panels for words in panel.words]
    return pick_fonts(texts, font=font_file(recipe.font), capitals=recipe.case == "capitals")


@stage_task("compose")
def compose_pages(job: ComposeJob) -> Artefact:
    """Lay out every page; geometry only."""
    return save(job, lay_out(load(job.root, job.storyboard, Storyboard), job.recipe))


def lay_out(board: Storyboard, recipe: Recipe) -> Book:
    """Compose a storyboard as a recipe asks; raises StoryboardError or FontError."""
    return lay_out_told(board, recipe)[0]


def lay_out_told(board: Storyboard, recipe: Recipe) -> tuple[Book, Storyboard]:
    """Compose a storyboard, and return it too as the edition tells it: a page of it for each of the book."""
    return laid(board, load_format(board.format, recipe.page), _lettering(board, recipe), _made(board, recipe))


class PublishJob(Job):
    """Write the edition."""

    stage: ClassVar[str] = "editions"
    suffix: ClassVar[str] = ".pdf"
    book: Artefact
    """With the digests of its fonts."""
    paintings: tuple[tuple[str, Artefact], ...]
    """The time of each panel's frame, as text, and its painting; sorted."""

    def identity(self) -> dict[str, Any]:
        """The book and what is painted."""
        return {
            "book": self.book.sha256,
            "paintings": [(at, painting.sha256) for at, painting in self.paintings],
        }


@stage_task("publish")
def publish(job: PublishJob) -> Artefact:
    """Draw the pages into a PDF in the store."""
    book = load(job.root, job.book, Book)
    paintings = {Fraction(at): painting for at, painting in job.paintings}
    pictures = {at: job.root / each.path for at, each in paintings.items()}
    with sealed(job.root / job.target) as draft:
        write_pdf(book, pictures, draft, Cuts(job.root / _CUTS, notice))
        if [content(pictures[at]) for at in paintings] != [each.sha256 for each in paintings.values()]:
            raise FilmcomicError("its paintings were changed while it was drawn", cure="run again", path=job.root)
    remember_drawn(job.root, job.key, book, {at: each.path.name for at, each in paintings.items()})
    return kept(job)


def make_book(order: Order, movie: Movie, storyboard: Artefact) -> Artefact:
    """Compose the pages before anything is painted: they decide which pictures are needed, and how large."""
    with stage("storyboard"):
        return run(compose_pages, ComposeJob(root=order.root(movie), storyboard=storyboard, recipe=order.recipe))


def needed_sizes(order: Order, movie: Movie, book: Artefact) -> dict[Fraction, tuple[int, int]]:
    """Return the size that each frame of the book is to be painted at, by its time."""
    return picture_needs(load(order.root(movie), book, Book))


class PackJob(Job):
    """Make another kind of file of a drawn book."""

    stage: ClassVar[str] = "packed"
    book: Artefact
    pdf: Artefact
    kind: str
    """The suffix."""

    def identity(self) -> dict[str, Any]:
        """The drawn book and the kind of file."""
        return {"pdf": self.pdf.sha256, "kind": self.kind}

    @property
    def target(self) -> Path:
        """Where the file lies; relative to the store."""
        return super().target.with_suffix(self.kind)


@stage_task("pack")
def pack(job: PackJob) -> Artefact:
    """Publish a drawn book as pictures, EPUB or HTML."""
    with sealed(job.root / job.target) as draft:
        PUBLISHERS[job.kind].publish(load(job.root, job.book, Book), job.root / job.pdf.path, draft)
    return kept(job)


class Published(Frozen):
    """A comic in its place."""

    comic: Path
    pdf: Path
    """The book as it was drawn, in the store."""


def publish_book(order: Order, movie: Movie, book: Artefact, paintings: Mapping[Fraction, Painting]) -> Published:
    """Write the comic into the store, then put it in its place in one step; one that is there is left untouched."""
    placed = tuple((str(at), _painted(order.root(movie), painting)) for at, painting in sorted(paintings.items()))
    root, kind = order.root(movie), order.out.suffix.lower()
    with stage("pages"):
        for _ in range(_TRIES):
            pdf = run(publish, PublishJob(root=root, book=book, paintings=placed))
            packed = pdf if kind == ".pdf" else run(pack, PackJob(root=root, book=book, pdf=pdf, kind=kind))
            if deliver(root, packed, order.out):
                return Published(comic=order.out, pdf=root / pdf.path)
            set_aside(root / packed.path, notice)
    raise OutputError("what is written there cannot be read again", cure="check the disk of --work", path=root)


def _painted(root: Path, painting: Painting) -> Artefact:
    held = digest(root / painting.target, notice)
    if held is None:
        raise FilmcomicError("the painting is gone or damaged", cure="run again", path=root / painting.target)
    return Artefact(path=painting.target, sha256=held)
