"""From a storyboard to pages: compose them before anything is painted, publish them afterwards."""

from collections.abc import Mapping
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

from configs.disk.sealed import content, digest, sealed, set_aside
from configs.errors import FilmcomicError, OutputError
from configs.recipes.balloon_settings import load_costs, tuning
from configs.recipes.page_settings import load_format
from configs.recipes.recipe import Recipe
from configs.settings import place_url
from configs.typefaces import font_file
from configs.units import Frozen
from layouts.book.crops import Excerpt, picture_needs
from layouts.book.page import Book
from layouts.book.storyboard import Storyboard
from layouts.covers.matter import Colophon
from layouts.covers.previously import Recap, hoped_for
from layouts.editions.pdf.cutouts import Cuts
from layouts.editions.pdf.pdf import write_pdf
from layouts.editions.table import PUBLISHERS
from layouts.lettering.fonts import Lettering, pick_fonts, told_left_out
from layouts.pages.compose import compose_book
from stylize.styles.registry import style_licence
from tasks.console.progress import notice, stage
from tasks.making.painting import PaintedPicture, Painting
from tasks.making.planning import PlacedArt, part_of
from tasks.making.redrawing import remember_drawn
from tasks.store.film_run import FilmRun
from tasks.store.handles import Kept
from tasks.store.shared.parcels import send_comic
from tasks.store.stages import run_one, stage_task
from tasks.store.store import Job, deliver, kept, save

_CUTS = Path("cuts")
"""Folder of the pictures as they are printed, relative to the film's store."""
_TRIES = 2
"""A comic that is damaged between being written and being copied is made once more."""


class ComposeJob(Job[Book]):
    """Place panels and words on pages."""

    stage: ClassVar[str] = "books"
    outside: ClassVar[bool] = True
    storyboard: Kept[Storyboard]
    recipe: Recipe
    recap: Recap | None = None
    """What is told of the episode before."""

    def identity(self) -> dict[str, Any]:
        """The storyboard, the page format, the font, and what places of balloons cost where that is not the usual."""
        board = self.storyboard.load()
        page = load_format(board.format, self.recipe.page)
        return {
            "storyboard": self.storyboard.sha256,
            "page": page.model_dump(mode="json"),
            "font": _lettering(board, self.recipe, self.recap).digest,
            "made": _made(board, self.recipe).model_dump(mode="json"),
            **({} if self.recap is None else {"recap": self.recap.model_dump(mode="json")}),
            **tuning(self.recipe.balloons),
        }

    @property
    def changeable(self) -> Path | None:
        """The font."""
        return font_file(self.recipe.font)


def _made(board: Storyboard, recipe: Recipe) -> Colophon:
    return Colophon(licence=style_licence(board.style), credit=recipe.credit, version=version("filmcomic"))


def _lettering(board: Storyboard, recipe: Recipe, recap: Recap | None = None) -> Lettering:
    told = [panel for page in board.pages for panel in page.panels] + [*(recap.moments if recap else ())]
    texts = [words.text for panel in told for words in panel.words]
    film = board.film
    hoped = (film.title, film.whole_title, *(role.name for role in board.cast))
    hoped += hoped_for(recap, board.language) if recap else ()
    return pick_fonts(texts, font=font_file(recipe.font), capitals=recipe.case == "capitals", hoped=hoped)


@stage_task("compose")
def compose_pages(job: ComposeJob) -> Kept[Book]:
    """Lay out every page; geometry only."""
    return save(job, lay_out(job.storyboard.load(), job.recipe, job.recap))


def lay_out(board: Storyboard, recipe: Recipe, recap: Recap | None = None) -> Book:
    """Compose a storyboard as a recipe asks; raises StoryboardError or FontError."""
    return lay_out_as_told(board, recipe, recap)[0]


def lay_out_as_told(board: Storyboard, recipe: Recipe, recap: Recap | None = None) -> tuple[Book, Storyboard]:
    """Compose a storyboard, and return it too as the edition tells it: a page of it for each of the book."""
    page, costs = load_format(board.format, recipe.page), load_costs(recipe.balloons)
    return compose_book(board, page, _lettering(board, recipe, recap), _made(board, recipe), costs, recap)


class DrawnPdf:
    """Names the file of a drawn book, a page for each of its sheets: `Kept[DrawnPdf]`."""


class PublishJob(Job[DrawnPdf]):
    """Write the edition."""

    stage: ClassVar[str] = "editions"
    suffix: ClassVar[str] = ".pdf"
    book: Kept[Book]
    """With the digests of its fonts."""
    paintings: tuple[PlacedArt, ...]
    """Of all that the book shows."""

    def identity(self) -> dict[str, Any]:
        """The book and what is painted."""
        return {
            "book": self.book.sha256,
            "paintings": [
                (each.shown.model_dump_json(), each.part.model_dump_json(), each.painting.sha256)
                for each in self.paintings
            ],
        }


@stage_task("publish")
def publish(job: PublishJob) -> Kept[DrawnPdf]:
    """Draw the pages into a PDF in the store."""
    book = job.book.load()
    with sealed(job.root / job.target) as draft:
        write_pdf(book, {each.shown: each.art for each in job.paintings}, draft, Cuts(job.root / _CUTS, notice))
        if any(content(each.painting.file) != each.painting.sha256 for each in job.paintings):
            raise FilmcomicError("its paintings were changed while it was drawn", cure="run again", path=job.root)
    remember_drawn(job.root, job.key, book, {each.shown: each.painting.path.name for each in job.paintings})
    return kept(job)


def make_book(run: FilmRun, storyboard: Kept[Storyboard], recap: Recap | None = None) -> Kept[Book]:
    """Compose the pages before anything is painted: they decide which pictures are needed, and how large."""
    recipe = run.order.recipe
    with stage("storyboard"):
        lettering = _lettering(storyboard.load(), recipe, recap)
        if lettering.left_out:
            notice(f"{run.movie.path.name}: {told_left_out(lettering.left_out)}")
        return run_one(compose_pages, ComposeJob(root=run.root, storyboard=storyboard, recipe=recipe, recap=recap))


def needed_times(book: Kept[Book]) -> list[Fraction]:
    """Return the times of the film's frames that the book shows; those of a recap are another film's."""
    return [at_s for at_s in picture_needs(book.load()) if at_s >= 0]


class PackedBook:
    """Names the file of a book that is no PDF: `Kept[PackedBook]`."""


class PackJob(Job[PackedBook]):
    """Make another kind of file of a drawn book."""

    stage: ClassVar[str] = "packed"
    book: Kept[Book]
    pdf: Kept[DrawnPdf]
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
def pack(job: PackJob) -> Kept[PackedBook]:
    """Publish a drawn book as pictures, EPUB or HTML."""
    with sealed(job.root / job.target) as draft:
        PUBLISHERS[job.kind].publish(job.book.load(), job.pdf.file, draft)
    return kept(job)


class Published(Frozen):
    """A comic in its place."""

    comic: Path
    pdf: Path
    """The book as it was drawn, in the store."""
    kept: tuple[Path, ...]
    """What of it is in the store, relative to that: the drawn book, and the comic where it is no PDF."""


def publish_book(run: FilmRun, book: Kept[Book], paintings: Mapping[Excerpt, Painting]) -> Published:
    """Write the comic into the store, then put it in its place in one step; one that is there is left untouched."""
    placed = tuple(
        PlacedArt(shown=one, part=part_of(painting.picture), painting=_painted(run.root, painting))
        for one, painting in paintings.items()
    )
    root, out = run.root, run.order.out
    kind = out.suffix.lower()
    with stage("pages"):
        for _ in range(_TRIES):
            pdf = run_one(publish, PublishJob(root=root, book=book, paintings=placed))
            packed: Kept[DrawnPdf] | Kept[PackedBook] = (
                pdf if kind == ".pdf" else run_one(pack, PackJob(root=root, book=book, pdf=pdf, kind=kind))
            )
            if deliver(packed, out):
                if url := place_url(out):
                    send_comic(out, url)
                return Published(comic=out, pdf=pdf.file, kept=(pdf.path, packed.path))
            set_aside(packed.file, notice)
    raise OutputError("what is written there cannot be read again", cure="check the disk of --work", path=root)


def _painted(root: Path, painting: Painting) -> Kept[PaintedPicture]:
    held = digest(root / painting.target, notice)
    if held is None:
        raise FilmcomicError("the painting is gone or damaged", cure="run again", path=root / painting.target)
    return Kept[PaintedPicture](root=root, path=painting.target, sha256=held)
