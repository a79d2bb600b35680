"""A run over one film: what was ordered and the film as it was opened, with all that follows from both."""

import os
import shutil
from fractions import Fraction
from pathlib import Path

from configs.errors import InputError
from configs.recipes.recipe import clock
from configs.units import Frozen
from film.model import Movie
from tasks.store.film_names import FilmName, as_asked, film_name
from tasks.store.order import Order
from tasks.store.store import film_root


class FilmRun(Frozen):
    """What every stage of one comic is given."""

    order: Order
    movie: Movie

    @property
    def root(self) -> Path:
        """The film's store."""
        return film_root(self.order.work, self.movie.sha256)

    @property
    def span(self) -> tuple[Fraction, Fraction]:
        """The chosen range `[start_s, end_s)`, clipped to the film.

        Raises:
            InputError: The range begins after the film's end.
        """
        movie, recipe = self.movie, self.order.recipe
        start = recipe.start or Fraction(0)
        if start >= movie.duration_s:
            raise InputError(
                f"the range starts at {clock(start)}, but the film ends at {clock(movie.duration_s)}",
                cure="give an earlier --start",
                path=movie.path,
            )
        end = movie.duration_s + 1 if recipe.end is None else recipe.end
        return start, min(end, movie.duration_s + 1)

    @property
    def name(self) -> FilmName:
        """What the film is called: as a person asks, else as itself or its file tells."""
        asked = self.order.recipe
        found = film_name(self.movie.path.stem, self.movie.title, float(self.movie.duration_s))
        called = as_asked(found, asked.title, asked.series, asked.season, asked.number)
        return called._replace(title=called.title or "Untitled")

    @property
    def title(self) -> str:
        """As it is to stand on the cover."""
        return self.name.title

    @property
    def cost(self) -> str:
        """Roughly what a first run will cost, on one line: minutes and disk, from the film's length and size.

        The rates are what this program reached on two ordinary cores: decoding at about 150 million pixels a second
        and core, and a shot every four seconds with a second of picking and painting each.
        """
        movie, span = self.movie, self.span
        cores = os.cpu_count() or 1
        pixels = movie.size_px[0] * movie.size_px[1]
        shots = float(min(span[1], movie.duration_s) - span[0]) / 4
        seconds = pixels * float(movie.rate * movie.duration_s) / (150e6 * cores) + shots * 2 / cores
        megabytes = 2 + shots * min(4.0, 0.3 + pixels / 1e6)
        time = f"{seconds / 60:.0f} min" if seconds >= 90 else f"{max(1, round(seconds))} s"
        free = shutil.disk_usage(_existing(self.root)).free / 1e6
        short = f", of which only {free:.0f} MB are free" if free < megabytes else ""
        length = clock(Fraction(round(movie.duration_s)))
        return f"{movie.path.name}: {length} of film, about {time} and {megabytes:.0f} MB of disk in {self.root}{short}"


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path
