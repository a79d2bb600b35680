"""A film among the others of its folder: which of them the name of a subtitle file means."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from film.model import FILM_SUFFIXES
from film.words.subtitles.naming import episode_of, parts_of, series_of, title_of

_EXTRA = re.compile(r"\b(?:sample|trailer)\b")


@dataclass(frozen=True, slots=True)
class FilmShelf:
    """A film, and what the names of the others tell, found once: a folder may hold hundreds."""

    film: Path
    stem: str
    """The film's, folded."""
    others: tuple[tuple[str, str], ...]
    """Stem and suffix of each other film, folded."""
    titles: dict[tuple[str, ...], frozenset[str]]
    """The years of each title of theirs."""
    episodes: frozenset[tuple[tuple[str, ...], tuple[int, int]]]
    """Series and number of theirs."""

    @classmethod
    def of(cls, film: Path, neighbours: Iterable[Path]) -> Self:
        """Gather the other films among the files of a film's folder; samples and trailers are none."""
        films = [each for each in neighbours if each.suffix.casefold() in FILM_SUFFIXES and each.name != film.name]
        films = [each for each in films if not _EXTRA.search(fold(each.stem))]
        titles: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        for each in films:
            title, year = title_of(each.stem)
            titles[title].add(year)
        return cls(
            film,
            fold(film.stem),
            tuple((fold(each.stem), fold(each.suffix)) for each in films),
            {title: frozenset(years) for title, years in titles.items()},
            frozenset((series_of(each.name), told) for each in films if (told := episode_of(each.name))),
        )

    @property
    def alone(self) -> bool:
        """There is no other film."""
        return not self.others

    def rest_of(self, stem: str) -> str | None:
        """Return what a name has after the film's, folded; None where another film is meant.

        Args:
            stem: The name without its suffix.
        """
        name = fold(stem)
        rest = rest_after(name, self.stem)
        if rest is None:
            return None
        for longer, suffix in self.others:
            if len(longer) > len(self.stem) and rest_after(name, longer) is not None:
                return None
            if longer == self.stem and rest_after(rest, suffix) is not None:
                return None
        endings = (fold(self.film.suffix), *sorted(FILM_SUFFIXES))
        suffix = next((each for each in endings if rest_after(rest, each) is not None), "")
        return rest[len(suffix) :]

    def same_title(self, stem: str) -> bool:
        """Tell whether a name has the title of this film and of no other one, or the episode.

        A year that it tells has to be the film's; a part of a film (`CD1`) and a trailer have no title.
        """
        if parts_of(stem) != parts_of(self.film.stem):
            return False
        episode, series = episode_of(stem), series_of(stem)
        if episode and series in {(), series_of(self.film.name)}:  # what follows is the episode's own name
            return episode == episode_of(self.film.name) and all(told != episode for _, told in self.episodes)
        title, year = title_of(stem)
        own, of_year = title_of(self.film.stem)
        if title != own or not title or year not in {"", of_year} or not self.same_episode(stem):
            return False
        years = self.titles.get(title, frozenset())
        return year not in years if year else not years

    def bears(self, stem: str) -> bool:
        """Tell whether a file's name, without its suffix, is that of this film, or of its title alone."""
        return self.rest_of(stem) is not None or self.same_title(stem)

    def same_episode(self, name: str) -> bool:
        """Tell whether a name is of no other episode than the film's."""
        found, wanted = episode_of(name), episode_of(self.film.stem)
        return found is None or wanted is None or found == wanted

    def is_anothers(self, stem: str) -> bool:
        """Tell whether a name is that of another film, or of its title or episode."""
        name = fold(stem)
        if any(rest_after(name, other) is not None for other, _ in self.others):
            return True
        episode = episode_of(stem)
        if episode:
            return (series_of(stem), episode) in self.episodes
        title, year = title_of(stem)
        years = self.titles.get(title, frozenset())
        return year in years if year else bool(years) and title != title_of(self.film.stem)[0]

    def means_folder(self, name: str) -> bool:
        """Tell whether the name of a folder is the film's, or is of its title or episode and of no other film's."""
        if fold(name) in {self.stem, fold(self.film.name)}:
            return True
        told = episode_of(name)
        alike = told is not None and told == episode_of(self.film.stem)
        return self.same_title(name) or (alike and all(one != told for _, one in self.episodes))


def fold(text: str) -> str:
    """Return a name as it is compared: small letters, and one form of accents (macOS writes them apart)."""
    return unicodedata.normalize("NFC", text).casefold()


def rest_after(name: str, stem: str) -> str | None:
    """Return what a name has after a film's, None where it does not begin with that; both folded."""
    if not name.startswith(stem) or name[len(stem) : len(stem) + 1].isalnum():
        return None
    return name[len(stem) :]
