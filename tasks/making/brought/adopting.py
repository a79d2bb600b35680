"""A storyboard from a person's hands: opened, checked against its film, put into the store."""

from pathlib import Path
from typing import Any, ClassVar

from configs.errors import FilmError, StoryboardError
from configs.recipes.page_settings import load_format
from configs.recipes.recipe import Recipe
from configs.settings import as_url, film_here
from configs.units import Frozen
from film.model import ShotList
from layouts.book.documents import load_storyboard
from layouts.book.storyboard import PageBoard, Panel, Storyboard
from layouts.telling.boards import see_anew
from tasks.making.reading import frames_at, seen_of
from tasks.store.film_run import FilmRun
from tasks.store.handles import Kept
from tasks.store.store import Job, save


class Board(Frozen):
    """A storyboard file that is to be drawn, and what it says of the run."""

    storyboard: Storyboard
    path: Path
    film: Path
    recipe: Recipe

    @property
    def comic(self) -> Path:
        """Where the comic goes unless a person says otherwise: beside the storyboard."""
        return self.path.with_name(
            self.path.name.removesuffix(".json").removesuffix(".storyboard")
            + load_format(self.recipe.edition, self.recipe.page).suffix
        )


def open_storyboard(path: Path, recipe: Recipe, film: Path | None) -> Board:
    """Read a storyboard file; style, format and language are its own where the recipe names none.

    Raises:
        StoryboardError: It is wrong somewhere; the message says where.
        FilmError: Its film is not where the hint says.
    """
    storyboard = load_storyboard(path)
    own = {"style": storyboard.style, "edition": storyboard.format, "language": storyboard.language}
    named = {key: value for key, value in own.items() if key not in recipe.model_fields_set}
    source = film or Path(storyboard.film.path)
    if as_url(source) is None and not film_here(source).is_file():
        raise FilmError("the storyboard's film is not there", cure="say where it lies with --film", path=source)
    return Board(storyboard=storyboard, path=path, film=source, recipe=recipe.model_copy(update=named))


def check_film(run: FilmRun, board: Board) -> None:
    """Refuse a storyboard before any work when it was made from another film.

    Raises:
        StoryboardError: It was.
    """
    if board.storyboard.film.sha256 != run.movie.sha256:
        raise StoryboardError(
            f"it was made from another film than {run.movie.path}",
            cure="give the right one with --film",
            path=board.path,
        )


def adopt_storyboard(run: FilmRun, board: Board, shots: Kept[ShotList]) -> Kept[Storyboard]:
    """Put an edited storyboard into the store, laid over by the recipe's style and format.

    Panels that a person has given another frame get that one's faces and focus.
    """
    asked = {
        "style": run.order.recipe.style,
        "format": run.order.recipe.edition,
        "pages": _seen_anew(run, board.storyboard, shots),
    }
    film = board.storyboard.film.model_copy(update={"path": run.movie.path.name})  # where it lies decides nothing
    job = AdoptJob(root=run.root, storyboard=board.storyboard.model_copy(update={**asked, "film": film}))
    return job.found() or save(job, job.storyboard)


def _seen_anew(run: FilmRun, storyboard: Storyboard, shots: Kept[ShotList]) -> tuple[PageBoard, ...]:
    """Return the pages with what is to be seen in the frames of their panels.

    A panel remembers the frame that its faces were found in. One that shows another frame is looked at anew, and so is
    one written by hand without any of that.
    """
    panels = [panel for page in storyboard.pages for panel in page.panels]
    bare = [not (panel.seen or panel.faces or panel.focus or panel.busy) for panel in panels]
    times = [panel.at_s for panel, alone in zip(panels, bare, strict=True) if alone or panel.seen]
    frames = frames_at(run, shots, times) if times else {}

    def anew(panel: Panel) -> Panel:
        frame = frames.get(panel.at_s)
        if frame is None or panel.seen == seen_of(frame):
            return panel
        found = (frame.size_px, frame.faces, frame.focus, frame.busy, seen_of(frame))
        shown = (frame.lit, frame.sharp, frame.salience)
        return see_anew(panel, storyboard.film, *found, shown=shown, readable=frame.readable)

    return tuple(page.model_copy(update={"panels": tuple(map(anew, page.panels))}) for page in storyboard.pages)


class AdoptJob(Job[Storyboard]):
    """Take in a storyboard from outside."""

    stage: ClassVar[str] = "adopted"
    storyboard: Storyboard

    def identity(self) -> dict[str, Any]:
        """Every word of it."""
        return {"adopted": self.storyboard.model_dump(mode="json")}
