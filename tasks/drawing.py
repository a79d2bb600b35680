"""From a storyboard to painted pages: compose, paint, publish."""

import json
import shutil
import threading
from collections.abc import Mapping
from contextlib import nullcontext
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from configs.files import beside
from configs.pages import load_format
from configs.recipe import Number, Recipe
from configs.units import Frozen, text_sha256
from film.model import Keyframe, Movie
from layouts.compose import compose, picture_needs
from layouts.fonts import pick_fonts
from layouts.page import Book
from layouts.pdf import write_pdf
from layouts.storyboard import Storyboard
from stylize.base import Stylizer
from stylize.paint import PaintJob as PaintFile
from stylize.paint import paint_files
from stylize.registry import is_neural, make_stylizer, style_digest
from tasks.order import Order
from tasks.pools import run_on_pool, worker_online
from tasks.progress import Tally, notice, stage, stop_if_asked
from tasks.reading import FRAMES
from tasks.stages import batches, run, run_all, stage_task
from tasks.store import Artefact, Job, load, save

GPU_POOL = "gpu"
GPU_DEPLOYMENT = "paint-pictures/paint-pictures"

_NEURAL = threading.Lock()
"""Neural styles use every core of the device by themselves: one batch at a time."""


class ComposeJob(Job):
    """Place panels and words on pages."""

    stage: ClassVar[str] = "books"
    version: ClassVar[int] = 1
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
        }


def _lettering(board: Storyboard, recipe: Recipe) -> Any:
    texts = [words.text for page in board.pages for panel in page.panels for words in panel.words]
    return pick_fonts(texts, font=recipe.font)


@stage_task("compose")
def compose_pages(job: ComposeJob) -> Artefact:
    """Lay out every page; geometry only."""
    board = load(job.root, job.storyboard, Storyboard)
    page = load_format(board.format, job.recipe.page)
    return save(job, compose(board, page, _lettering(board, job.recipe)))


class Picture(Frozen):
    """One frame to be painted whole at one size."""

    source: Path
    """Relative to the film's store."""
    sha256: str
    size_px: tuple[int, int]

    def target(self, digest: str) -> Path:
        """Where its painting lies in a style of this digest; relative to the store."""
        key = text_sha256(f"{digest} {self.sha256} {self.size_px[0]}x{self.size_px[1]}")
        return Path("paintings", key[:2], f"{key}.png")


class PaintJob(Job):
    """Paint a batch of pictures in one style."""

    stage: ClassVar[str] = "painted"
    version: ClassVar[int] = 1
    pictures: tuple[Picture, ...]
    style: str
    settings: dict[str, dict[str, Number]]
    """The recipe's tables of settings."""
    device: str
    digest: str
    """Of the style: its code's version, its settings, its weights."""

    def identity(self) -> dict[str, Any]:
        """The pictures and the style."""
        return {
            "style": self.digest,
            "pictures": [(picture.sha256, picture.size_px) for picture in self.pictures],
        }

    def done(self) -> bool:
        """Tell whether every painting is there."""
        return super().done() and all((self.root / each.target(self.digest)).is_file() for each in self.pictures)


class Paintings(Frozen):
    """Where the paintings of a batch lie."""

    paths: tuple[Path, ...]


@stage_task("paint")
def paint(job: PaintJob) -> Artefact:
    """Paint a batch; what an earlier, interrupted try has finished is kept."""
    stylizer = _stylizer(job.style, json.dumps(job.settings, sort_keys=True), job.device)
    files = [
        PaintFile(source=job.root / each.source, target=job.root / each.target(job.digest), size_px=each.size_px)
        for each in job.pictures
    ]
    with _NEURAL if is_neural(job.style) else nullcontext():
        paint_files(stylizer, files, progress=lambda _: stop_if_asked())
    return save(job, Paintings(paths=tuple(each.target(job.digest) for each in job.pictures)))


@lru_cache(maxsize=2)
def _stylizer(style: str, settings: str, device: str) -> Stylizer:
    """Keep the loaded model for the next batch of the same process; the settings come as JSON."""
    return make_stylizer(style, settings=json.loads(settings), device=device)


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
    pictures = {Fraction(at): job.root / path for at, path in job.paintings}
    write_pdf(book, pictures, job.root / job.target)
    return Artefact(path=job.target, sha256=job.key)


def make_book(order: Order, movie: Movie, storyboard: Artefact) -> Artefact:
    """Compose the pages before anything is painted: they decide which pictures are needed, and how large."""
    with stage("storyboard"):
        return run(compose_pages, ComposeJob(root=order.root(movie), storyboard=storyboard, recipe=order.recipe))


def needed_sizes(order: Order, movie: Movie, book: Artefact) -> dict[Fraction, tuple[int, int]]:
    """Return the size that each frame of the book is to be painted at, by its time."""
    return picture_needs(load(order.root(movie), book, Book))


def paint_jobs(
    order: Order, movie: Movie, frames: Mapping[Fraction, Keyframe], sizes: Mapping[Fraction, tuple[int, int]]
) -> list[PaintJob]:
    """Cut the pictures to paint into batches; the same frame at the same size is painted once."""
    recipe = order.recipe
    digest = style_digest(recipe.style, recipe.settings)
    pictures = {
        _picture(frames[at], size).target(digest): _picture(frames[at], size) for at, size in sorted(sizes.items())
    }
    return [
        PaintJob(
            root=order.root(movie),
            pictures=tuple(group),
            style=recipe.style,
            settings=recipe.settings,
            device=recipe.device,
            digest=digest,
        )
        for group in batches(pictures.values())
    ]


def _picture(frame: Keyframe, size: tuple[int, int]) -> Picture:
    return Picture(source=FRAMES / frame.image, sha256=frame.sha256, size_px=size)


def paint_batches(jobs: list[PaintJob]) -> list[Artefact]:
    """Paint all batches here."""
    tally = Tally("pictures", len(jobs))
    return run_all(paint, jobs, seen=lambda _: tally.add())


def painted_on_pool(jobs: list[PaintJob]) -> bool:
    """Send the painting to the `gpu` pool when the style gains from it and a worker is online.

    Returns:
        Whether it was painted there; False means that it is still to be done here.
    """
    if not jobs or not is_neural(jobs[0].style) or jobs[0].device == "cpu" or not worker_online(GPU_POOL):
        return False
    outcome = run_on_pool(GPU_DEPLOYMENT, {"jobs": [job.model_dump(mode="json") for job in jobs]})
    if not outcome.done:
        notice(f"painting here after all: {outcome.why}")
    return outcome.done


def publish_book(
    order: Order,
    movie: Movie,
    book: Artefact,
    frames: Mapping[Fraction, Keyframe],
    sizes: Mapping[Fraction, tuple[int, int]],
) -> Path:
    """Write the comic into the store, then put it in its place in one step."""
    recipe = order.recipe
    digest = style_digest(recipe.style, recipe.settings)
    paintings = tuple((str(at), _picture(frames[at], size).target(digest)) for at, size in sorted(sizes.items()))
    root = order.root(movie)
    with stage("pages"):
        edition = run(publish, PublishJob(root=root, book=book, paintings=paintings, recipe=recipe))
        with beside(order.out) as draft:
            shutil.copyfile(root / edition.path, draft)
    return order.out
