"""Chapters that a film does not have itself."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from layouts.telling.chapters import scene_chapters
from tests.layouts.films import cue, make_film, still, told


def film(scene_starts: list[int], end_s: int):
    """One still a scene."""
    edges = [*scene_starts, end_s]
    return [still((a + b) / 2, at, (a, b), scene=at) for at, (a, b) in enumerate(pairwise(edges))]


def test_a_short_film_has_none() -> None:
    assert scene_chapters(film([0, 600, 1200], 1799), []) == []


def test_chapters_begin_with_scenes_and_are_of_like_length() -> None:
    starts = list(range(0, 7200, 90))
    found = [at for at, _ in scene_chapters(film(starts, 7200), [])]
    assert found[0] == 0 and len(found) == 11
    assert set(found) <= set(starts)
    lengths = [b - a for a, b in pairwise([*found, Fraction(7200)])]
    assert max(lengths) < 1.5 * min(lengths)


def test_a_pause_in_the_talk_wins_among_like_places() -> None:
    pauses = (600, 640), (1220, 1260)
    talk = [
        cue(at, at, at + 4, "So we go on.")
        for at in range(0, 1860, 5)
        if not any(begin <= at < end for begin, end in pauses)
    ]
    found = [at for at, _ in scene_chapters(film([0, 560, 620, 680, 1180, 1240, 1300], 1860), talk)]
    assert found == [0, 620, 1240]


def test_titles_are_what_is_said_first() -> None:
    starts = [0, 700, 1400]
    talk = [
        cue(0, 10, 11, "Yes."),
        cue(1, 20, 22, "I am looking for someone."),
        cue(2, 710, 715, "It is a dangerous quest for a lone hunter, and you know it."),
        cue(3, 1500, 1501, "thunder", kind="sound"),
    ]
    titles = [title for _, title in scene_chapters(film(starts, 2100), talk)]
    assert titles == ["1. I am looking for someone.", "2. It is a dangerous quest for a…", "3"]


@given(st.lists(st.integers(0, 9000), min_size=1, max_size=60, unique=True), st.integers(9001, 12000))
def test_whatever_the_scenes_chapters_are_some_of_them(starts: list[int], end_s: int) -> None:
    stills = film(sorted(starts), end_s)
    found = [at for at, _ in scene_chapters(stills, [])]
    assert found == sorted(set(found)) and set(found) <= set(starts)
    assert not found or found[0] == min(starts)


def test_a_long_book_has_chapters_and_the_films_own_come_first() -> None:
    stills, cues = make_film(shots=400, minutes=45, cues=300)
    own = [page.chapter for page in told(stills, cues, pages=60).pages if page.chapter]
    assert len(own) == 4 and own[0].startswith("1. ")
    given_ones = told(stills, cues, pages=60, chapters=[(Fraction(0), "One"), (Fraction(900), "Two")])
    assert [page.chapter for page in given_ones.pages if page.chapter] == ["One", "Two"]
