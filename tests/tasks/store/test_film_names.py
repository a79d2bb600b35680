"""Titles out of the names of files: releases, episodes, and names that only look like them."""

from typing import Any

import pytest

from layouts.book.storyboard import Series
from tasks.store.film_names import FilmName, as_asked, film_name


@pytest.mark.parametrize(
    ("stem", "title", "year"),
    [
        ("Sintel.2010.720p.BluRay.x264-GRP", "Sintel", 2010),
        ("Blade.Runner.2049.2017.1080p.BluRay.x264", "Blade Runner 2049", 2017),
        ("2001.A.Space.Odyssey.1968.2160p", "2001 A Space Odyssey", 1968),
        ("Sintel (2010)", "Sintel", 2010),
        ("Đêm tối rực rỡ 2022 1080p", "Đêm tối rực rỡ", 2022),
        ("big_buck_bunny_480p", "Big Buck Bunny", None),
        ("480P WEB-DL X264", "", None),
        ("Blade Runner 2049", "Blade Runner 2049", None),
        ("The Web", "The Web", None),
        ("HDR", "HDR", None),
        ("Dr. No", "Dr. No", None),
        ("night_of.the_owls", "Night Of The Owls", None),
        ("Episode 50", "Episode 50", None),
        ("__", "", None),
        ("", "", None),
        ("((((", "((((", None),
    ],
)
def test_a_file_s_name_tells_title_and_year(stem: str, title: str, year: int | None) -> None:
    assert film_name(stem) == FilmName(title, year)


@pytest.mark.parametrize(
    ("stem", "length_s", "title"),
    [
        ("sintel_775s", 774.6, "Sintel"),
        ("composed_247s_480p", 247.0, "Composed"),
        ("holiday.12m55s", 775.0, "Holiday"),
        ("30s", 30.0, "30s"),
        ("a_60s_party", 3600.0, "A 60s Party"),
        ("Gone in 60s", 60.0, "Gone in 60s"),
        ("sintel_775s", None, "Sintel 775s"),
    ],
)
def test_how_long_a_piece_is_is_no_part_of_its_title(stem: str, length_s: float | None, title: str) -> None:
    assert film_name(stem, length_s=length_s).title == title


@pytest.mark.parametrize(
    ("stem", "series"),
    [
        (
            "Breaking.Bad.S01E02.Cats.in.the.Bag.720p.HDTV.x264-CTU",
            Series(name="Breaking Bad", season=1, number=2, part="Cats in the Bag"),
        ),
        ("Show Name 1x03 The Third", Series(name="Show Name", season=1, number=3, part="The Third")),
        ("[Group] Anime Title - 05 [1080p]", Series(name="Anime Title", number=5)),
        ("Morevna Project - Episode 3", Series(name="Morevna Project", number=3)),
        ("Show.S01E01E02.720p", Series(name="Show", season=1, number=1)),
    ],
)
def test_an_episode_is_one_of_a_series(stem: str, series: Series) -> None:
    found = film_name(stem)
    assert found.series == series and found.title == series.name


def test_the_film_s_own_title_counts_first_unless_it_is_a_release_s() -> None:
    assert film_name("sintel-1024", "Sintel") == FilmName("Sintel")
    assert film_name("Sintel.2010.720p", "Sintel") == FilmName("Sintel", 2010)
    assert film_name("Sintel", "480P WEB-DL X264") == FilmName("Sintel")
    assert film_name("x", "Sintel.2010.720p.BluRay.x264-GRP") == FilmName("Sintel", 2010)
    assert film_name("x", "eXistenZ.") == FilmName("eXistenZ.")


def test_the_own_title_of_an_episode_is_its_part() -> None:
    assert film_name("Show.S01E02.720p", "Pilot").series == Series(name="Show", season=1, number=2, part="Pilot")
    assert film_name("Show.S01E02.720p", "Show").series == Series(name="Show", season=1, number=2)


def test_an_issue_line_tells_what_is_known() -> None:
    assert Series(name="Show", season=1, number=2, part="Pilot").issue == "Season 1, episode 2: Pilot"
    assert Series(name="Show", number=5).issue == "Episode 5"
    assert Series(name="Show", part="Pilot").issue == "Pilot"
    assert Series(name="Show").issue == ""


@pytest.mark.parametrize(
    ("stem", "asked", "series"),
    [
        ("The Cats", {"series": "Show", "number": 2}, Series(name="Show", number=2, part="The Cats")),
        ("ep2", {"series": "Show", "number": 2}, Series(name="Show", number=2)),
        ("S01E02", {"series": "Show", "season": 1, "number": 2}, Series(name="Show", season=1, number=2)),
        ("1x02", {"series": "Show", "season": 1, "number": 2}, Series(name="Show", season=1, number=2)),
        ("Show - 03", {"series": "Show", "season": 1, "number": 3}, Series(name="Show", season=1, number=3)),
        ("Show.S01E02.Cats.720p", {"number": 12}, Series(name="Show", season=1, number=12, part="Cats")),
        ("Show.S01E02.720p", {"title": "Pilot", "season": 2}, Series(name="Show", season=2, number=2, part="Pilot")),
        ("Sintel", {"number": 3}, Series(name="Sintel", number=3)),
    ],
)
def test_what_a_person_says_of_a_series_goes_first(stem: str, asked: dict[str, Any], series: Series) -> None:
    said = {"title": "", "series": "", "season": None, "number": None} | asked
    called = as_asked(film_name(stem), **said)
    assert called.series == series and called.title == series.name


def test_a_title_alone_belongs_to_no_series() -> None:
    assert as_asked(film_name("Show.S01E02.720p"), "Cats", "", None, None) == FilmName("Cats")
