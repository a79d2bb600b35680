"""A folder into which films come: which of them have come wholly, and what has become of each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from configs.errors import BatchError, FilmcomicError, InputError, OutputError
from configs.recipes.recipe import Recipe
from configs.settings import work_root
from configs.units import text_sha256
from stylize.styles.registry import check_style, fetch_style
from tasks.batch.batching import BatchPlan, find_made, plan_batch
from tasks.batch.folder.destinations import comic_suffix, place_comics
from tasks.batch.folder.finding import find_films
from tasks.batch.folder.names import path_key, relative_name, show_name
from tasks.batch.outcomes import Ended, FilmOutcome
from tasks.batch.watching.dealt import DealtMemory
from tasks.batch.watching.examining import examine
from tasks.batch.watching.mounts import absence, mount_of
from tasks.batch.watching.settling import PATIENCE, Arrival, Sightings, is_as_seen, is_temporary, unfinished_by
from tasks.console.progress import Notice, Step, listening

Make = Callable[..., object]
"""Makes the comics of a batch, as the flow `make-comics` does; takes its parameters by name."""
Tell = Callable[[str], None]


@dataclass(frozen=True)
class WatchWish:
    """What is asked of a watch; the same as of a batch, but for the pause."""

    folder: Path
    out: Path | None
    recipe: Recipe
    work: Path | None
    recursive: bool = False
    exclude: tuple[str, ...] = ()
    extras: bool = False
    jobs: int | None = None
    settle_s: float = 5.0
    """A film has come when it has stood still for so long."""
    firm: tuple[str, ...] = ()
    """Keys of the recipe that beat the films' own."""

    @property
    def choice(self) -> dict[str, Any]:
        """Which films of the folder are meant, as `plan_batch` takes it."""
        return {"recursive": self.recursive, "exclude": self.exclude, "extras": self.extras}


class FolderGone(FilmcomicError):
    """The folder cannot be looked into now: a share that is not there."""


class Inbox:
    """The films of a folder, from the first sight of each to its comic.

    Args:
        wish: What is asked for.
        tell: Called with each line for people.

    Raises:
        InputError: The folder is not there and never was; the recipe asks for what is not there.
        OutputError: `out` is a file.
    """

    def __init__(self, wish: WatchWish, tell: Tell) -> None:
        for style in wish.recipe.styles:
            check_style(style, wish.recipe.device, settings=wish.recipe.settings)
            fetch_style(style, wish.recipe.settings)
        place_comics([], wish.folder, wish.out, comic_suffix(wish.recipe))
        self.wish = wish
        self.expected: set[Path] = set()
        """Films that are there and not wholly, as far as the last look could tell."""
        self.refused: list[FilmOutcome] = []
        """Films that were found to be none since the last look."""
        self.making = False
        """Whether a run makes comics just now, or was stopped while it did."""
        self._tell = tell
        self._mount = mount_of(wish.folder)
        self._sightings = Sightings()
        self._seen: dict[Path, Arrival] = {}
        self._told: set[str] = set()
        decides = [path_key(wish.folder.resolve()), wish.out and path_key(wish.out.resolve())]
        self._memory = DealtMemory(f"{decides} {text_sha256(wish.recipe.model_dump_json())}", wish.work, tell)
        gone = absence(wish.folder, self._mount)
        if gone and not self._memory.known:
            raise InputError(f"the folder cannot be watched ({gone})", cure="name one that is there", path=wish.folder)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Be the only one that sees to this folder while the block runs; raises InputError, OutputError."""
        with self._memory.held(self.wish.folder):
            yield

    def look(self) -> list[Path]:
        """Look into the folder and tell what is new there.

        Returns:
            The films that have come wholly and are to be made.

        Raises:
            FolderGone: It is not there now.
        """
        self.refused = []
        seen = self._seen = self._sightings.see(self._found())
        self._memory.forget_gone({self._name(film) for film in seen})
        fresh = {film: one for film, one in seen.items() if not self._is_dealt(film, one)}
        still = {film: one for film, one in fresh.items() if one.steady_s() >= self.wish.settle_s}
        self.expected = set(fresh) - set(still)
        still = {film: one for film, one in still.items() if not self._is_unfinished(film, one)}
        made = self._adopt(still)
        ready = self._judge({film: one for film, one in still.items() if film not in made})
        return [film for film in ready if is_as_seen(film, seen[film])]

    def make(self, films: Sequence[Path], make: Make) -> list[FilmOutcome]:
        """Have the comics of films made by one run, and keep in mind what became of each as it is told.

        Raises:
            FilmcomicError: The run itself could not do its work.
        """
        outcomes: list[FilmOutcome] = []

        def hear(event: Step | Notice) -> None:
            if isinstance(event, Ended):
                outcomes.append(event.outcome)
                self._remember(event.outcome)

        wish = self.wish
        asked = {"folder": wish.folder, "out": wish.out, "recipe": wish.recipe, "work": wish.work, "jobs": wish.jobs}
        self.making = True
        with listening(hear):
            try:
                make(**asked, **wish.choice, firm=wish.firm, only=tuple(map(self._name, films)))
            except BatchError:
                pass  # each film's failure is told by its outcome
            except FilmcomicError:
                self.making = False
                raise
        self.making = False
        for film in set(films) - {each.film for each in outcomes}:  # it went before its turn; in no case a loop of runs
            self._memory.failed(self._name(film), self._seen[film].mark)
        return outcomes

    def _found(self) -> list[Path]:
        self._check_there()
        wish = self.wish
        try:
            found = find_films(wish.folder, **wish.choice, work=work_root(wish.work))
        except (InputError, OSError) as error:
            raise FolderGone(str(error)) from None
        self._check_there()  # else a share that goes would be told film by film
        films = [film for film in found.films if not is_temporary(film)]
        names = sorted(show_name(film.name) for film in set(found.films) - set(films))
        left = [f"left out, named as what a copier has not finished: {name}" for name in names]
        for note in (*found.notes, *left):
            self._tell_once(note)
        return films

    def _check_there(self) -> None:
        if gone := absence(self.wish.folder, self._mount):
            raise FolderGone(gone)
        self._mount = mount_of(self.wish.folder)

    def _is_dealt(self, film: Path, one: Arrival) -> bool:
        return self._memory.holds(self._name(film), one.mark)

    def _is_unfinished(self, film: Path, one: Arrival) -> bool:
        """Tell whether a downloader is still at a film; one that seems to have given up is told and not waited for."""
        by = unfinished_by(film)
        if by and one.steady_s() >= self._patience_s:
            self._tell_once(f"{show_name(film.name)}: waits until {by} beside it is gone")
        elif by:
            self.expected.add(film)
        return bool(by)

    def _adopt(self, still: dict[Path, Arrival]) -> set[Path]:
        """Return which of the films the batch has made already, and keep them in mind."""
        if not still:
            return set()
        with suppress(InputError):  # they are gone again
            made = [each.film for each in find_made(self._plan(still), self.wish.recipe, self.wish.work)]
            self._memory.made({self._name(film): still[film].mark for film in made})
            return set(made)
        return set()

    def _plan(self, films: Iterable[Path]) -> BatchPlan:
        wish = self.wish
        only = [self._name(film) for film in films]
        return plan_batch(wish.folder, wish.out, wish.recipe, wish.work, **wish.choice, firm=wish.firm, only=only)

    def _judge(self, still: dict[Path, Arrival]) -> list[Path]:
        """Return which films can be read to their end, or as far as they ever will; tell those that cannot be read."""
        answers = examine([film for film, one in still.items() if one.examined is None], self.wish.work)
        self._check_there()  # a share that goes meanwhile makes good films unreadable
        ready = []
        for film, one in still.items():
            examined = one.examined = answers.get(film) or one.examined
            assert examined is not None
            if examined.whole and not examined.problem:
                ready.append(film)
            elif one.steady_s() < self._patience_s or not is_as_seen(film, one):
                self.expected.add(film)
            elif not examined.problem:
                ready.append(film)
            else:
                self.refused.append(FilmOutcome(film=film, problem=examined.problem))
                self._tell(f"failed: {examined.problem}")
                self._memory.refused(self._name(film), one.mark)
        return ready

    def _remember(self, outcome: FilmOutcome) -> None:
        """Keep in mind what became of a film, unless its share went meanwhile or it is another film now."""
        one = self._seen.get(outcome.film)
        if one is None or (outcome.problem and absence(self.wish.folder, self._mount)):
            return
        with suppress(OutputError):  # of a full disk: while this process lives it is in mind all the same
            if outcome.problem:
                self._memory.failed(self._name(outcome.film), one.mark)
            else:
                self._memory.made({self._name(outcome.film): one.mark})

    def _name(self, film: Path) -> str:
        return relative_name(film, self.wish.folder)

    def _tell_once(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            self._tell(line)

    @property
    def _patience_s(self) -> float:
        return PATIENCE * self.wish.settle_s

    @property
    def pace_s(self) -> float:
        """How soon to look again while films are coming."""
        return min(1.0, max(0.05, self.wish.settle_s / 4)) if self.expected else float("inf")
