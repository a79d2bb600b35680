"""The gallery of styles: which picture, which styles, and what each of them takes."""

import time
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

from configs.disk.sealed import digest, sealed
from configs.disk.untrusted import one_line
from configs.errors import InputError, OutputError
from configs.recipes.recipe import Recipe, style_title
from configs.settings import private_folder
from configs.units import Frozen, Seconds, file_sha256
from film.decoding.probe import check, probe
from film.decoding.seek import FrameReader
from film.model import FILM_SUFFIXES
from film.pictures.faces import detector_name, fetch_detector, make_finder
from layouts.contacts.gallery_page import GalleryCard, gallery_page
from stylize.styles.photos import Photo, check_photo, frame_png
from stylize.styles.registry import describe_style, describe_styles, fetch_style, placed_style, style_dials
from tasks.console.progress import Tally, notice
from tasks.making.painting import Painting, PaintJob, manner_of, paint_jobs, paint_with, stylizer_of, tell_terms
from tasks.making.reading import FRAMES
from tasks.media.asking import EITHER
from tasks.media.photographs import DevelopedPhoto, DevelopJob, develop, forget_frame, picture_of
from tasks.store.handles import Kept
from tasks.store.order import Order, take_order
from tasks.store.stages import run_one, stage_task
from tasks.store.store import FilmJob, Job, open_store, save
from tasks.styles.sheet import check_shown, choose_styles, frame_label, painted_size, parse_times

_STORE = "gallery"
_LARGEST_PX = (800, 1200)
"""The picture is painted no larger: as sharp as a column of the page is on a fine screen."""
_SUFFIXES = (".html", ".htm")


class GalleryOrder(Frozen):
    """What is asked of a gallery, checked."""

    order: Order
    at_s: Seconds | None
    """When the frame is shown, of a film; None: it is a photo."""
    styles: tuple[str, ...]

    @property
    def root(self) -> Path:
        """The store that all galleries share: nothing else paints into it, so that all in it was timed."""
        return self.order.work / _STORE


class Timed(Frozen):
    """A painting, and what it took."""

    painting: Path
    """Relative to the store."""
    seconds: float
    """Of the processor; loading the style does not count."""


class TimeJob(Job[Timed]):
    """Paint one picture, and take the time."""

    stage: ClassVar[str] = "timed"
    batch: PaintJob
    """The one picture."""

    def identity(self) -> dict[str, Any]:
        """The painting and the device."""
        return {**self.batch.identity(), "device": self.batch.manner.device}

    def complete(self, result: Kept[Timed]) -> bool:
        """Tell whether the painting is there."""
        return digest(self.root / result.load().painting, notice) is not None


@stage_task("time")
def time_painting(job: TimeJob) -> Kept[Timed]:
    """Paint a picture anew; no other is painted meanwhile, since a processor's time is told of the whole program."""
    (painting,) = job.batch.targets
    (job.root / painting).unlink(missing_ok=True)  # an interrupted try has left it, and not how long it took
    with stylizer_of(job.batch.manner) as stylizer:
        begun = time.process_time()
        paint_with(stylizer, job.batch)
        seconds = time.process_time() - begun
    return save(job, Timed(painting=painting, seconds=round(seconds, 3)))


class FrameJob(FilmJob[DevelopedPhoto]):
    """Read one frame of a film into the store, without going through all of the film."""

    stage: ClassVar[str] = "framed"
    at_s: Seconds
    detector: str
    """Who looks for faces."""

    def identity(self) -> dict[str, Any]:
        """The film, the time, and who looks for faces."""
        return {"film": self.movie.sha256, "at": str(self.at_s), "detector": self.detector}

    def complete(self, result: Kept[DevelopedPhoto]) -> bool:
        """Tell whether the frame is there."""
        return digest(self.root / result.load().frame, notice) is not None


@stage_task("frame")
def develop_frame(job: FrameJob) -> Kept[DevelopedPhoto]:
    """Read the frame shown at a time, inside the film's bars."""
    with FrameReader(job.movie, job.movie.inside) as reader:
        picture = reader.read(job.at_s)[1]
    frame = FRAMES / f"{job.key}.png"
    with sealed(job.root / frame) as draft:
        draft.write_bytes(frame_png(Photo(picture, None, 1)))
    height, width = picture.shape[:2]
    found = DevelopedPhoto(
        frame=frame,
        sha256=file_sha256(job.root / frame),
        size_px=(width, height),
        faces=make_finder().find(picture) if job.detector else (),
    )
    return save(job, found)


def take_gallery(
    source: Path,
    out: Path,
    styles: Sequence[str],
    paintings: Sequence[Path],
    at: str | None,
    recipe: Recipe,
    work: Path | None,
) -> GalleryOrder:
    """Check what is asked of a gallery before any work begins, and fetch what its styles need.

    Args:
        source: A photo or a film.
        out: The page of HTML.
        styles: Names, or patterns such as `ink-*` of those that are ready; none: all that are ready.
        paintings: Pictures to paint after as well, in every way that is ready.
        at: When the frame of a film is shown, as in `0:37`; None for a photo.
        recipe: Settings and device; the style is not taken from it.
        work: The work folder; None: FILMCOMIC_WORK or the user's cache.

    Raises:
        InputError: It is a film and no time is named, or the other way round.
        OutputError: The page is not to be HTML.
        FilmcomicError: As `take_order` does for each style.
    """
    if out.suffix.lower() not in _SUFFIXES:
        raise OutputError("the gallery is a page of HTML", cure="give a name that ends in .html", path=out)
    times = _time_of(source, at)
    named = [*choose_styles(styles), *styles_after(paintings)]
    chosen = list(dict.fromkeys(placed_style(style) for style in named))
    quiet = recipe.model_copy(update={"subtitles": "none", "scenes": ()})
    orders = [take_order(source, out, quiet.model_copy(update={"style": style}), work, ".html") for style in chosen]
    for style in chosen:
        fetch_style(style, recipe.settings)
    if any(style_dials(style).faces for style in chosen):
        fetch_detector(notice)
    return GalleryOrder(order=orders[0], at_s=times[0] if times else None, styles=tuple(chosen))


def check_gallery(*asked: Any) -> None:
    """Refuse at once what the run would refuse later: what `take_gallery` refuses, and what is no picture."""
    gallery = take_gallery(*asked)
    (check_photo if gallery.at_s is None else check)(gallery.order.film)


def _time_of(source: Path, at: str | None) -> tuple[Fraction, ...]:
    is_film = source.suffix.lower() in FILM_SUFFIXES - EITHER
    if at is None:
        if is_film:
            raise InputError("it has many pictures", cure="choose one with --at, as in --at 0:37", path=source)
        return ()
    if not is_film and source.suffix.lower() not in EITHER:
        raise InputError("--at is for films, and this is none", cure="leave it out", path=source)
    times = parse_times(at)
    if len(times) != 1:
        raise InputError(f"--at {at} names {len(times)} times", cure="give one, as in --at 0:37")
    return times


def styles_after(paintings: Iterable[Path]) -> list[str]:
    """Return the styles that paint after these pictures, each way that is ready; what is not is told."""
    found = []
    templates = [style for style in describe_styles() if style.template] if (named := list(paintings)) else []
    for style in templates:
        family = style.name.partition(":")[0]
        if style.ready:
            found += [f"{family}:{painting}" for painting in named]
        else:
            notice(f"{family} is left out: needs {style.needs}")
    return found


def open_gallery(gallery: GalleryOrder) -> tuple[str, DevelopedPhoto]:
    """Read the picture into the store.

    Returns:
        What to call it, and the picture.

    Raises:
        InputError: It cannot be read, or the film ends before the time.
        OutputError: The store cannot be made.
    """
    source, root = gallery.order.film, gallery.root
    private_folder(gallery.order.work)
    detector = detector_name() if any(style_dials(style).faces for style in gallery.styles) else ""
    if gallery.at_s is None:
        open_store(root)
        return one_line(source.name), run_one(develop, DevelopJob(root=root, source=source, detector=detector)).load()
    movie = probe(source)
    check_shown(movie, [gallery.at_s])
    open_store(root)
    job = FrameJob(root=root, movie=movie, at_s=gallery.at_s, detector=detector)
    return frame_label(movie, gallery.at_s), run_one(develop_frame, job).load()


def time_paintings(gallery: GalleryOrder, picture: DevelopedPhoto) -> list[Timed]:
    """Paint the picture in every style, one after the other and always here: the time is taken."""
    recipe = gallery.order.recipe
    look = recipe.look_at(Fraction(0))
    shown = picture_of(picture, painted_size(picture.size_px, _LARGEST_PX))
    manners = [manner_of(look.model_copy(update={"style": style}), recipe) for style in gallery.styles]
    jobs = paint_jobs(gallery.root, [Painting(manner=manner, picture=shown) for manner in manners])
    tell_terms(manners)
    tally, made = Tally("pictures", len(jobs)), []
    for job in jobs:
        made.append(run_one(time_painting, TimeJob(root=gallery.root, batch=job)).load())
        tally.add()
    return made


def draw_gallery(
    gallery: GalleryOrder, title: str, picture: DevelopedPhoto, made: Sequence[Timed], credits: Sequence[str]
) -> Path:
    """Write the page, with the credits at its foot, and take the frame out of the store; raises OutputError."""
    root, out = gallery.root, gallery.order.out
    cards = [_card(style, root, timed) for style, timed in zip(gallery.styles, made, strict=True)]
    size_px = painted_size(picture.size_px, _LARGEST_PX)
    heading = f"{title} in {len(cards)} {'style' if len(cards) == 1 else 'styles'}"
    gallery_page(heading, root / picture.frame, cards, out, size_px=size_px, foot=credits)
    forget_frame(root, picture)
    return out


def _card(style: str, root: Path, timed: Timed) -> GalleryCard:
    told = describe_style(style)
    licence = told.licence if told else ""
    return GalleryCard(
        name=style_title(style),
        description=told.description if told else "",
        licence=f"{licence} (the painting has its own)" if told and told.template else licence,
        seconds=timed.seconds,
        picture=root / timed.painting,
    )
