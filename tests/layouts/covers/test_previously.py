"""What is told again of an episode: its weightiest moments, spread over it, its end not twice, each with one line."""

from fractions import Fraction

import pytest

from layouts.book.storyboard import Framing, Panel, Storyboard
from layouts.covers.previously import MOMENTS, previously, retold, weightiest
from layouts.lettering.fonts import pick_fonts
from tests.layouts.boards import board, face, panel, words

LONG = words("A speech that goes on and on, as nobody would want to read it again on a page that only reminds " * 2)


def times(storyboard: Storyboard) -> list[float]:
    return [float(one.at_s) for one in weightiest(storyboard)]


def plain(count: int, **more: object) -> list[Panel]:
    return [panel(at, shot=at, opens_scene=at % 4 == 0, **more) for at in range(count)]  # type: ignore[arg-type]


def test_the_weightiest_come_first_and_what_is_said_and_seen_weighs_more() -> None:
    told = plain(40)
    told[3] = panel(3, shot=3, weight=3.0)
    told[20] = panel(20, words("They are here!"), faces=[face(0.4, 0.2, 0.6, 0.6)], shot=20, weight=2.0)
    assert times(board(told[:20], told[20:38], told[38:]))[:2] == [20.0, 3.0]


def test_they_are_spread_over_the_episode() -> None:
    heavy = [panel(at, shot=at, weight=2.0 if at < 10 else 1.0, opens_scene=at % 4 == 0) for at in range(60)]
    found = sorted(times(board(heavy[:30], heavy[30:58], heavy[58:])))
    assert len(found) == MOMENTS
    assert len([at for at in found if at < 20]) < len(found) - 1 and max(found) > 30


def test_titles_and_what_nobody_makes_out_are_no_moments() -> None:
    odd = [panel(at, shot=at, weight=5.0, odd=why) for at, why in ((0, "card"), (1, "unreadable"))]
    assert not {0.0, 1.0} & {*times(board([*odd, *plain(12)[2:]]))}


def test_the_last_page_is_told_once_at_the_most() -> None:
    end = [panel(at, words("No!"), shot=at, weight=4.0) for at in range(20, 24)]
    assert len([at for at in times(board(plain(10), plain(20)[10:], end)) if at >= 20]) == 1
    assert len(times(board(plain(10)))) == MOMENTS, "an episode of one page has no other"


def test_a_shot_is_told_once_and_hardly_anything_is_nothing() -> None:
    assert times(board([panel(at, shot=7) for at in range(9)])) == []
    assert times(board([panel(1)])) == []


def test_what_is_told_again_is_framed_and_says_one_line() -> None:
    said = words("Good night, Scales.", line=3, start_s=7, spot=(0.5, 0.5))
    full = panel(7, words("Bang!", "sound"), said, LONG, words("Hm."), shot=2, weight=4.0, frame=Framing.BLEED)
    (again, late, later) = retold([full, panel(600, LONG), panel(610)], board([full]).film)
    assert [one.text for one in again.words] == ["Good night, Scales."]
    assert (again.words[0].line, again.words[0].spot, again.shot, again.frame) == (None, None, None, Framing.BOX)
    assert again.weight == 1.5 and again.size_px == (1920, 1080) and late.words == ()
    assert again.at_s == Fraction(7 - 611) < late.at_s < later.at_s < 0, "the film is longer than it says"


@pytest.mark.parametrize(
    ("language", "told"), [("en", "Previously"), ("pt-br", "Anteriormente"), ("ru", "Ранее"), ("xx", "Previously")]
)
def test_the_word_is_that_of_the_book_s_language(language: str, told: str) -> None:
    assert previously(language, pick_fonts(["a", "Ранее"])) == told


def test_a_word_that_cannot_be_lettered_is_english(no_system_fonts: None) -> None:
    assert previously("ja", pick_fonts(["a"])) == "Previously"
