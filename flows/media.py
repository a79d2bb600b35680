"""Photos and films painted in a style, each as a file of its own kind."""

from pathlib import Path

from prefect import flow

from configs.errors import InputError
from configs.recipes.recipe import Recipe
from flows.painting import paint_film_where_best, paint_where_best
from tasks.making.painting import tell_terms
from tasks.making.reading import open_run
from tasks.media.asking import MediaOrder, take_media
from tasks.media.clips import finish_clip, shots_between, stretch_jobs, tell_damage, tell_doubts
from tasks.media.photographs import develop_photos, open_album, photo_jobs, save_photos
from tasks.media.results import Results
from tasks.serving.entering import enter
from tasks.store.order import Order
from tasks.store.stages import batches, side_by_side

_AT_ONCE = 16
"""Photos that lie in the store at a time."""


@flow(name="stylize-media", task_runner=side_by_side())
def stylize_media(
    inputs: tuple[Path, ...],
    out: Path,
    recipe: Recipe = Recipe(),
    steady: bool = True,
    every: int = 1,
    work: Path | None = None,
) -> tuple[Path, ...]:
    """Paint photos and films in a style.

    Args:
        inputs: Photos, films, and folders of both.
        out: A file for a single one, else a folder.
        recipe: How they are painted: style, strength, faces, brightness, device; of films, the range too.
        steady: Whether frames of a film are painted so that they do not flicker.
        every: How many frames of a film one painting stays: 2 for animation on twos.
        work: The work folder; left out, FILMCOMIC_WORK or one in the user's cache.
    """
    enter()
    order = take_media(inputs, out, recipe, work)
    tell_terms([order.manner])
    results = Results(order.count)
    for fault in order.faults():
        results.note(fault)
    if order.photos:
        _paint_photos(order, results)
    for clip in order.clips:
        try:
            results.add(_paint_clip(clip, steady=steady, every=every))
        except InputError as error:
            results.note(error)
    return results.conclude()


def _paint_clip(order: Order, *, steady: bool, every: int) -> Path:
    run = open_run(order)
    tell_doubts(run, steady=steady)
    shots = shots_between(run) if steady else ()
    jobs = stretch_jobs(run, shots, steady=steady, every=every)
    made = paint_film_where_best(jobs)
    tell_damage(run, made, steady=steady)
    finish_clip(run, made)
    return order.out


def _paint_photos(order: MediaOrder, results: Results) -> None:
    album = open_album(order, results)
    for pieces in batches(order.photos, _AT_ONCE):
        taken = develop_photos(album, pieces)
        paint_where_best(photo_jobs(album, taken), album.tally)
        save_photos(album, taken)
