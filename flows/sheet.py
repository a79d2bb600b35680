"""The same frames in many styles, on one sheet; one picture in all of them, on one page."""

from pathlib import Path

from prefect import flow

from configs.recipes.recipe import Recipe
from flows.painting import paint_where_best
from tasks.making.reading import open_run
from tasks.serving.entering import enter
from tasks.store.stages import side_by_side
from tasks.styles.gallery import draw_gallery, open_gallery, take_gallery, time_paintings
from tasks.styles.sheet import draw_sheet, sheet_frames, sheet_jobs, sheet_rows, take_sheet


@flow(name="make-sheet", task_runner=side_by_side())
def make_sheet(
    films: tuple[Path, ...],
    out: Path,
    styles: tuple[str, ...] = (),
    times: tuple[str, ...] = (),
    frames: int = 6,
    credits: tuple[str, ...] = (),
    recipe: Recipe = Recipe(),
    work: Path | None = None,
) -> Path:
    """Show frames of films in many styles, side by side.

    Args:
        films: The films.
        out: The sheet, a JPEG.
        styles: The columns: names, or patterns such as ink-*; left out, every style that is ready.
        times: The frames of each film, as in 0:05,0:37; left out, good ones are chosen.
        frames: How many are chosen.
        credits: Lines at the foot: who made the films, and their licences.
        recipe: Settings of the styles and the device.
        work: The work folder; left out, FILMCOMIC_WORK or one in the user's cache.
    """
    enter()
    sheet = take_sheet(films, out, styles, times, frames, recipe, work)
    rows = []
    for strip in sheet.strips:
        run = open_run(strip.order)
        shown = sheet_frames(strip, run)
        jobs = {style: sheet_jobs(run, shown, style) for style in sheet.styles}
        for batches in jobs.values():
            paint_where_best(batches)
        rows += sheet_rows(run, shown, jobs)
    return draw_sheet(sheet, rows, credits)


@flow(name="make-gallery", task_runner=side_by_side())
def make_gallery(
    picture: Path,
    out: Path,
    styles: tuple[str, ...] = (),
    paintings: tuple[Path, ...] = (),
    at: str | None = None,
    credits: tuple[str, ...] = (),
    recipe: Recipe = Recipe(),
    work: Path | None = None,
) -> Path:
    """Show one picture in every style, with the licence of each and what it takes.

    Args:
        picture: A photo, or a film.
        out: The page of HTML.
        styles: Names, or patterns such as ink-*; left out, every style that is ready.
        paintings: Pictures to paint after as well.
        at: Which frame of a film, as in 0:37.
        credits: Lines at the foot: to whom the picture belongs, and its licence.
        recipe: Settings of the styles, their dials and the device.
        work: The work folder; left out, FILMCOMIC_WORK or one in the user's cache.
    """
    enter()
    gallery = take_gallery(picture, out, styles, paintings, at, recipe, work)
    title, taken = open_gallery(gallery)
    return draw_gallery(gallery, title, taken, time_paintings(gallery, taken), credits)
