"""The frames of a film to choose from, shot by shot."""

from pathlib import Path

from prefect import flow

from configs.recipes.recipe import Recipe
from tasks.making.reading import open_run, read_keyframes, read_shots, read_words
from tasks.serving.entering import enter
from tasks.showing.contact_sheet import draw_contact, take_contact
from tasks.store.stages import side_by_side


@flow(name="make-contact", task_runner=side_by_side())
def make_contact(film: Path, out: Path | None = None, recipe: Recipe = Recipe(), work: Path | None = None) -> Path:
    """Show the chosen frames of a film and others of each shot, with their times, for a person to choose from.

    Args:
        film: The film file.
        out: The page, HTML; left out, it lies beside the film as `<stem>.contact.html`.
        recipe: Range, subtitles and language.
        work: The work folder; left out, FILMCOMIC_WORK or one in the user's cache.
    """
    enter()
    order = take_contact(film, out, recipe, work)
    run = open_run(order)
    words = read_words(run)
    shots = read_shots(run)
    return draw_contact(run, shots, words, read_keyframes(run, shots, words))
