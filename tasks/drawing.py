"""From a storyboard to pages: compose them before anything is painted, publish them afterwards."""

import shutil
from collections.abc import Mapping
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

from configs.files import beside
from configs.pages import load_format
from configs.recipe import Recipe
from configs.typefaces import font_file
from configs.units import Frozen
from film.model import Movie
from layouts.compose import laid, picture_needs
from layouts.cuts import Cuts
from layouts.editions.table import PUBLISHERS
from layouts.fonts import pick_fonts
from layouts.matter import Made
from layouts.page import Book
from layouts.pdf import write_pdf
from layouts.storyboard import Storyboard
from stylize.registry import style_licence
from tasks.order import Order
from tasks.painting import Painting
from tasks.progress import stage
from tasks.redrawing import remember_drawn
from tasks.stages import run, stage_task
from tasks.store import Artefact, Job, load, save

_CUTS = Path("cuts")
"""Folder of the pictures as they are printed, relative to the film's store."""


class ComposeJob(Job):
    """Place panels and words on pages."""

    stage: ClassVar[str] = "books"
    version: ClassVar[int] = 6
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


def _made(board: Storyboard, recipe: Recipe) -> Made:
    return Made(licence=style_licence(board.style), credit=recipe.credit, version=version("filmcomic"))


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
    version: ClassVar[int] = 1
    suffix: ClassVar[str] = ".pdf"
    book: Artefact
    paintings: tuple[tuple[str, Path], ...]
    """The time of each panel's frame, as text, and its painting in the store; sorted."""
    recipe: Recipe

    def identity(self) -> dict[str, Any]:
        """The book, its paintings and the font."""
        return {
            "book": self.book.sha256,
            "paintings": [(at, path.name) for at, path in self.paintings],
        }


@stage_task("publish")
def publish(job: PublishJob) -> Artefact:
    """Draw the pages into a PDF in the store."""
    book = load(job.root, job.book, Book)
    paintings = {Fraction(at): path for at, path in job.paintings}
    pictures = {at: job.root / path for at, path in paintings.items()}
    write_pdf(book, pictures, job.root / job.target, Cuts(job.root / _CUTS))
    remember_drawn(job.root, job.key, book, {at: path.name for at, path in paintings.items()})
    return Artefact(path=job.target, sha256=job.key)


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
    version: ClassVar[int] = 1
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
    with beside(job.root / job.target) as draft:
        PUBLISHERS[job.kind].publish(load(job.root, job.book, Book), job.root / job.pdf.path, draft)
    return Artefact(path=job.target, sha256=job.key)


class Published(Frozen):
    """A comic in its place."""

    comic: Path
    pdf: Path
    """The book as it was drawn, in the store."""


def publish_book(order: Order, movie: Movie, book: Artefact, paintings: Mapping[Fraction, Painting]) -> Published:
    """Write the comic into the store, then put it in its place in one step."""
    placed = tuple((str(at), painting.target) for at, painting in sorted(paintings.items()))
    root, kind = order.root(movie), order.out.suffix.lower()
    with stage("pages"):
        pdf = run(publish, PublishJob(root=root, book=book, paintings=placed, recipe=order.recipe))
        packed = pdf if kind == ".pdf" else run(pack, PackJob(root=root, book=book, pdf=pdf, kind=kind))
        with beside(order.out) as draft:
            shutil.copyfile(root / packed.path, draft)
    return Published(comic=order.out, pdf=root / pdf.path)
