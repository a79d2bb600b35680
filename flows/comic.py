"""A film goes in, a comic book comes out; or its storyboard; or the comic of a storyboard edited by hand."""

from functools import partial
from pathlib import Path
from typing import Any

from prefect import State, flow

from configs.recipes.recipe import Recipe
from film.model import ShotList
from flows.painting import paint_where_best
from layouts.book.storyboard import Storyboard
from tasks.making.brought.adopting import adopt_storyboard, check_film, open_storyboard
from tasks.making.brought.recapping import TakenRecap, take_recap
from tasks.making.composing import make_book, needed_times, publish_book
from tasks.making.hearing import read_sound
from tasks.making.painting import paint_jobs, scenes_of
from tasks.making.planning import plan_book
from tasks.making.reading import frames_at, open_run, read_keyframes, read_shots, read_words
from tasks.making.spread.gain import paint_size
from tasks.making.spread.lending import FilmPart, do_part
from tasks.making.spread.sharing import shared_with_pool
from tasks.making.telling import check_lettering, make_storyboard, write_storyboard
from tasks.serving.entering import enter
from tasks.serving.pools import given_back_state
from tasks.showing.report import Reporter, reporting
from tasks.store.film_run import FilmRun
from tasks.store.handles import Kept
from tasks.store.order import EpisodeBefore, take_order
from tasks.store.stages import side_by_side
from tasks.store.whereabouts import note_finished


@flow(name="make-comic", task_runner=side_by_side())
def make_comic(
    film: Path,
    out: Path | None = None,
    recipe: Recipe = Recipe(),
    work: Path | None = None,
    before: EpisodeBefore | None = None,
    spread: bool = False,
) -> Path:
    """Make a comic of a film.

    Args:
        film: The film file.
        out: The comic, a PDF; left out, it lies beside the film.
        recipe: How it is to be made.
        work: The work folder; left out, FILMCOMIC_WORK or one in the user's cache.
        before: The episode before: the comic begins with a page that tells what happened in it.
        spread: Let the other workers of the pool do parts of a long film; they need film and work folder within reach.
    """
    enter()
    order = take_order(film, out, recipe, work, spread=spread)
    with reporting(order) as reporter, shared_with_pool(order):
        run = open_run(order)
        shots, storyboard = _tell(run, reporter, drawn=True)
        recap = take_recap(run, before, partial(_tell, drawn=False))
        return _draw(run, shots, storyboard, reporter, recap)


@flow(name="make-part", task_runner=side_by_side(), persist_result=True, result_serializer="json")
def make_part(part: Kept[FilmPart]) -> bool | State[Any]:
    """Do a part of a film that is made elsewhere; give it back where it cannot be done here just as there.

    Args:
        part: What is to be done; film and store must be reachable as they were named.
    """
    enter()
    why = do_part(part)
    return given_back_state(why) if why else True


@flow(name="make-storyboard", task_runner=side_by_side())
def make_board(film: Path, out: Path | None = None, recipe: Recipe = Recipe(), work: Path | None = None) -> Path:
    """Make the storyboard of a film, for a person to edit; nothing is painted.

    Args:
        film: The film file.
        out: The storyboard; left out, it lies beside the film as `<stem>.storyboard.json`.
        recipe: How it is to be made.
        work: The work folder; left out, FILMCOMIC_WORK or one in the user's cache.
    """
    enter()
    order = take_order(film, out, recipe, work, suffix=".storyboard.json")
    with reporting(order) as reporter:
        run = open_run(order)
        _, storyboard = _tell(run, reporter, drawn=False)
    written = write_storyboard(run, storyboard)
    note_finished(run, written)
    return written


@flow(name="render-storyboard", task_runner=side_by_side())
def render_board(
    storyboard: Path,
    out: Path | None = None,
    recipe: Recipe = Recipe(),
    work: Path | None = None,
    film: Path | None = None,
) -> Path:
    """Draw a storyboard, perhaps edited by hand.

    Args:
        storyboard: The storyboard file.
        out: The comic, a PDF; left out, it lies beside the storyboard.
        recipe: How it is to be drawn; the storyboard's own style and format stand where the recipe names none.
        work: The work folder; left out, FILMCOMIC_WORK or one in the user's cache.
        film: The film; left out, the storyboard's hint is followed.
    """
    enter()
    board = open_storyboard(storyboard, recipe, film)
    order = take_order(board.film, out or board.comic, board.recipe, work)
    with reporting(order) as reporter:
        run = open_run(order)
        check_film(run, board)
        shots = read_shots(run)
        adopted = adopt_storyboard(run, board, shots)
        return _draw(run, shots, adopted, reporter)


def _tell(run: FilmRun, reporter: Reporter | None = None, *, drawn: bool) -> tuple[Kept[ShotList], Kept[Storyboard]]:
    """Read a film and tell it: from its words, shots and sound to the storyboard.

    Args:
        run: The film, opened.
        reporter: Shows what is found, where somebody is to see it.
        drawn: Whether its words are going to be lettered: there must be a font for them.
    """
    words = read_words(run)
    if drawn:
        check_lettering(run, words)
    shots = read_shots(run)
    keyframes = read_keyframes(run, shots, words)
    if reporter is not None:
        reporter.keyframes(shots, keyframes)
    heard = read_sound(run, shots, words, keyframes)
    return shots, make_storyboard(run, shots, words, keyframes, heard)


def _draw(
    run: FilmRun,
    shots: Kept[ShotList],
    storyboard: Kept[Storyboard],
    reporter: Reporter,
    recap: TakenRecap = TakenRecap(),  # noqa: B008
) -> Path:
    """Draw a storyboard: pages first, then only the pictures that they need, then the book."""
    book = make_book(run, storyboard, recap.recap)
    frames = {**frames_at(run, shots, needed_times(book)), **recap.frames}
    paintings = plan_book(run.order.recipe, scenes_of(shots), frames, book.load())
    reporter.redraws(book, paintings)
    paint_where_best(paint_jobs(run.root, paintings.values(), paint_size(spread=run.order.spread)))
    published = publish_book(run, book, paintings)
    note_finished(run, published.comic, [book.path, *published.kept, *(each.target for each in paintings.values())])
    reporter.proof(storyboard, book)
    reporter.comic(storyboard, published)
    return published.comic
