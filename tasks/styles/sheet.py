"""The sheet of styles: which frames, which styles, and which painting goes where."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from fractions import Fraction
from pathlib import Path
from typing import Any

from configs.disk.untrusted import one_line
from configs.errors import InputError, StyleError
from configs.recipes.recipe import Recipe, clock, parse_clock, style_title
from configs.units import Frozen, Seconds
from film.decoding.probe import check
from film.model import Keyframe, Movie
from layouts.contacts.style_sheet import SheetRow, style_sheet
from stylize.styles.registry import describe_styles, fetch_style, placed_style
from tasks.making.painting import PaintJob, paint_jobs, plan_paintings
from tasks.making.reading import FRAMES, frames_at, read_keyframes, read_shots, read_words
from tasks.store.film_run import FilmRun
from tasks.store.order import Order, take_order

_WIDTH_PX = 640
"""Frames are painted so wide, or as wide as they are: about what a panel of a third of a page is printed with."""


class FilmStrip(Frozen):
    """What the sheet shows of one film."""

    order: Order
    times: tuple[Seconds, ...]
    """When its frames are; empty: they are chosen."""
    count: int
    """How many are chosen."""


class SheetOrder(Frozen):
    """What is asked of a sheet, checked."""

    strips: tuple[FilmStrip, ...]
    styles: tuple[str, ...]
    out: Path


def take_sheet(
    films: Sequence[Path],
    out: Path,
    styles: Sequence[str],
    times: Sequence[str],
    frames: int,
    recipe: Recipe,
    work: Path | None,
) -> SheetOrder:
    """Check what is asked of a sheet before any work begins, and fetch the styles' weights.

    Args:
        films: The films, in the order of the sheet.
        out: The JPEG.
        styles: Names, or patterns such as `ink-*` of those that are ready; none: all that are ready.
        times: The times of each film's frames, as in `0:05,0:37`, film by film; none: frames are chosen.
        frames: How many frames are chosen, from all films together.
        recipe: Settings and device; the style is not taken from it.
        work: The work folder; None: FILMCOMIC_WORK or the user's cache.

    Raises:
        InputError: There is no film, or there are times for more or fewer films.
        FilmcomicError: As `take_order` does for each style.
    """
    if not films:
        raise InputError("no film is named", cure="name one or more")
    if times and len(times) != len(films):
        raise InputError(f"--at is given {len(times)} times for {len(films)} films", cure="give it once for each film")
    chosen = [placed_style(style) for style in choose_styles(styles)]
    quiet = recipe.model_copy(update={"subtitles": "none", "style": chosen[0]})
    shares = [(frames + len(films) - 1 - at) // len(films) for at in range(len(films))]
    strips = [
        FilmStrip(
            order=take_order(film, out, quiet, work, suffix=".jpg"),
            times=parse_times(times[at]) if times else (),
            count=max(1, shares[at]),
        )
        for at, film in enumerate(films)
    ]
    for style in chosen:
        fetch_style(style, recipe.settings)
        take_order(films[0], out, quiet.model_copy(update={"style": style}), work, suffix=".jpg")
    return SheetOrder(strips=tuple(strips), styles=tuple(chosen), out=strips[0].order.out)


def check_sheet(*asked: Any) -> None:
    """Refuse at once what the run would refuse later: what `take_sheet` refuses, and what is no film."""
    for strip in take_sheet(*asked).strips:
        check(strip.order.film)


def choose_styles(asked: Sequence[str]) -> list[str]:
    """Return the names of the styles in the order in which they were asked for, each once.

    Raises:
        StyleError: No style that is ready matches a pattern.
    """
    ready = [style.name for style in describe_styles() if style.ready and not style.template]
    chosen: dict[str, None] = {}
    for name in asked or ("*",):
        found = [each for each in ready if fnmatchcase(each, name)] if "*" in name else [name]
        if not found:
            raise StyleError(f"no style that is ready is called {name}", cure="see filmcomic styles")
        chosen |= dict.fromkeys(found)
    return list(chosen)


def parse_times(text: str) -> tuple[Fraction, ...]:
    """Read times as in `0:05,0:37.5`; raises InputError."""
    try:
        return tuple(parse_clock(each) for each in text.split(","))
    except ValueError as error:
        raise InputError(f"--at: {error}", cure="write times with commas between them, as in 0:05,0:37.5") from None


def sheet_frames(strip: FilmStrip, run: FilmRun) -> dict[Fraction, Keyframe]:
    """Return a film's frames by their times: those asked for, or keyframes from evenly spread parts of it.

    Raises:
        InputError: A time lies after the film's end.
        FilmError: The film cannot be read.
    """
    movie = run.movie
    check_shown(movie, strip.times)
    shots = read_shots(run)
    if strip.times:
        return frames_at(run, shots, strip.times)
    listed = read_keyframes(run, shots, read_words(run))
    found = spread(listed.load().frames, strip.count)
    return {frame.at_s: frame for frame in found}


def check_shown(movie: Movie, times: Sequence[Fraction]) -> None:
    """Refuse times after the end of a film; raises InputError."""
    late = [at for at in times if at >= movie.duration_s]
    if late:
        ends = f"the film ends at {clock(movie.duration_s)}"
        raise InputError(f"{ends}, before {clock(late[0])}", cure="give an earlier --at", path=movie.path)


def spread(frames: Sequence[Keyframe], count: int) -> list[Keyframe]:
    """Return the middle one of each of `count` equal parts: films begin and end with titles."""
    count = min(count, len(frames))
    return [frames[(2 * part + 1) * len(frames) // (2 * count)] for part in range(count)]


def sheet_jobs(run: FilmRun, frames: Mapping[Fraction, Keyframe], style: str) -> list[PaintJob]:
    """Return the painting that one style does for a film's frames."""
    sizes = {at: painted_size(frame.size_px, (_WIDTH_PX, frame.size_px[1])) for at, frame in frames.items()}
    recipe = run.order.recipe.model_copy(update={"style": style, "scenes": ()})
    return paint_jobs(run.root, plan_paintings(recipe, (), frames, sizes).values())


def painted_size(size_px: tuple[int, int], most_px: tuple[int, int]) -> tuple[int, int]:
    """Return the size of a picture that is reduced to fit into another one."""
    share = min(1.0, most_px[0] / size_px[0], most_px[1] / size_px[1])
    return max(1, round(size_px[0] * share)), max(1, round(size_px[1] * share))


def sheet_rows(
    run: FilmRun, frames: Mapping[Fraction, Keyframe], jobs: Mapping[str, Sequence[PaintJob]]
) -> list[SheetRow]:
    """Return a row for each frame: the frame itself, then its painting in each style."""
    movie = run.movie
    painted = [
        {each.sha256: job.root / each.target(job.manner.digest) for job in batch for each in job.pictures}
        for batch in jobs.values()
    ]
    return [
        SheetRow(
            label=frame_label(movie, at),
            pictures=(run.root / FRAMES / frame.image, *(paintings[frame.sha256] for paintings in painted)),
        )
        for at, frame in frames.items()
    ]


def frame_label(movie: Movie, at_s: Fraction) -> str:
    """Name a frame for readers: its film, and when it is shown to the tenth of a second."""
    title = movie.title or one_line(movie.path.stem.replace("_", " "))
    return f"{title}  {clock(Fraction(round(at_s * 10), 10))}"


def draw_sheet(sheet: SheetOrder, rows: Sequence[SheetRow], credits: Sequence[str]) -> Path:
    """Write the sheet, with the films' credits at its foot; raises OutputError."""
    heads = ["the frame", *(style_title(style) for style in sheet.styles)]
    return style_sheet(heads, rows, sheet.out, foot=[one_line(each) for each in credits])
