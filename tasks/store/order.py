"""What is asked of a run, checked before any long work begins."""

import os
from pathlib import Path

from pydantic import Field

from configs.disk.files import check_writable, output_error
from configs.disk.roots import check_places
from configs.disk.untrusted import is_text
from configs.errors import OutputError
from configs.recipes.page_settings import load_format
from configs.recipes.recipe import Recipe
from configs.settings import (
    as_url,
    at_home,
    film_here,
    films_folder,
    passing_place,
    place_url,
    private_folder,
    staging_limit_bytes,
    work_root,
)
from configs.typefaces import FONTS
from configs.units import Frozen
from film.decoding.probe import check, peek
from film.decoding.source import check_name
from film.words.sources.subtitle_files import read_subtitles
from film.words.sources.taking import find_track
from layouts.editions.table import PUBLISHERS
from layouts.lettering.font_files import read_face
from stylize.styles.registry import check_style, fetch_style, placed_style
from tasks.store.shared.parcels import bring_film, check_going
from tasks.store.shared.room import make_room
from tasks.store.uses import forget, last_use_s, note_use, users_of


class EpisodeBefore(Frozen):
    """The film before one in its series: the comic's recap page tells of it."""

    film: Path = Field(description="The film of the episode before")
    recipe: Recipe = Field(Recipe(), description="How its own comic is made")


class Order(Frozen):
    """One film, one recipe, one place for the comic."""

    film: Path
    out: Path
    recipe: Recipe
    work: Path
    spread: bool = False
    """Whether other workers of the pool may do parts of it."""


def take_order(
    film: Path, out: Path | None, recipe: Recipe, work: Path | None, suffix: str = "", *, spread: bool = False
) -> Order:
    """Check what can be checked at once: the output's place, the work folder, the style.

    Raises:
        FilmError: The film's name is not UTF-8, or its URL leads to none.
        StoreError: It lies, or the comic is to lie, in a bucket that does not answer.
        OutputError: The comic or the work folder cannot be written, or the name is not UTF-8.
        PlaceError: A path lies outside the folders that a worker may use.
        RecipeError: The page format is unknown, or a setting of it or of a style.
        StyleError: The style is unknown or lacks what it needs.
        WeightsError: Its weights cannot be had.
        DeviceError: The device is not there.
    """
    check_name(film)
    kind = suffix or load_format(recipe.edition, recipe.page).suffix
    beside = film if as_url(film) else film_here(film)
    target = _place_of(out or beside.with_suffix(kind), far=not suffix)
    if not suffix and target.suffix.lower() not in PUBLISHERS and not target.is_dir():
        kinds = ", ".join(PUBLISHERS)
        raise OutputError(
            f"a comic of the kind {target.suffix or '(none)'} is unknown", cure=f"choose one of {kinds}", path=target
        )
    if not is_text(str(target)):
        raise OutputError(
            "the name, or that of a folder on the way, is not UTF-8", cure="give another one", path=target
        )
    if target == film_here(film).absolute():
        raise OutputError("the comic would replace the film", cure="give another name with -o", path=target)
    if target.is_dir():
        raise OutputError("it is a folder", cure="give the name of a file with -o", path=target)
    folder = work_root(work)
    check_places({"film": film, "out": place_url(target) or target, "work": folder, "recipe": recipe})
    film = _film_of(film)
    check_writable(target)
    if url := place_url(target):
        check_going(url)
    try:
        private_folder(folder)
    except OSError as error:
        raise output_error(error, folder) from None
    check_writable(folder / "film")
    load_format(recipe.edition, recipe.page)
    # from here on a style means the same wherever it is painted, also on a worker that runs in another folder
    recipe = recipe.restyled(placed_style)
    for style in recipe.styles:
        check_style(style, recipe.device, settings=recipe.settings)
    whole = Path(os.path.abspath(at_home(film)))  # noqa: PTH100 - a link stays a link: subtitles lie beside it
    return Order(film=whole, out=target, recipe=recipe, work=folder, spread=spread)


def _place_of(out: Path, *, far: bool) -> Path:
    """Return where this machine puts what is made; of a URL, where it is until it goes there.

    Raises:
        OutputError: It is to go to a bucket, and no comic.
    """
    url = as_url(out)
    if url is None:
        return at_home(out).absolute()
    if not far and not url.startswith("file:"):
        raise OutputError("only comics go to a bucket", cure="name a file of this machine with -o", path=url)
    return passing_place(url)


def _film_of(film: Path) -> Path:
    """Return the film as a file of this machine: brought from a bucket, or found below the root of films.

    Raises:
        FilmError, StoreError, OutputError: As `bring_film` does.
    """
    url, here = as_url(film), film_here(film)
    if url is None or url.startswith("file:"):
        return here
    note_use(here.parent)
    brought = bring_film(url)
    for gone in make_room(
        films_folder(),
        staging_limit_bytes(),
        used_s=lambda folder: last_use_s(folder) or 0.0,
        in_use=lambda folder: bool(users_of(folder)),
        is_safe=lambda folder: True,  # they come from elsewhere
    ):
        forget(gone)
    return brought


def check_words(order: Order) -> None:
    """Refuse a film that is none, and words that it cannot have: no such track, no such file; and a font that is none.

    Raises:
        FilmError: As `film.decoding.probe` does.
        SubtitleError: There is no such track, and the line names those that there are; or the file holds no words.
        FontError: The font cannot be used.
    """
    words, font = order.recipe.subtitles, order.recipe.font
    if words not in (None, "none"):
        read_subtitles(Path(str(words)), language=order.recipe.language, film=order.film)
    if font is not None and (str(font) not in FONTS or font.exists()):
        read_face(font, font.stem)
    if order.recipe.track is None:
        check(order.film)
    else:
        find_track(peek(order.film), order.recipe.track)


def check_order(film: Path, out: Path | None, recipe: Recipe, work: Path | None, suffix: str = "") -> Order:
    """Refuse at once what the run would refuse later, and fetch a style's weights; return what is asked for.

    Raises:
        FilmcomicError: As `take_order`, `film.decoding.probe` and the fetching do.
    """
    order = take_order(film, out, recipe, work, suffix)
    check_words(order)
    for style in order.recipe.styles:
        fetch_style(style, order.recipe.settings)
    return order
