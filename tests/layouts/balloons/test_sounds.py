"""Lettered sounds: aslope, the more the louder, always the same way; inside their panel, off the faces."""

import pytest

from configs.recipes.page_settings import load_format
from configs.units import WHOLE
from layouts.balloons.balloons import LARGEST_SHARE, fill, scene_of
from layouts.balloons.grammar import turn_of
from layouts.book.page import PlacedBalloon, Rect
from layouts.lettering.fonts import pick_fonts
from tests.layouts.boards import face, words

US, LETTERING = load_format("us"), pick_fonts(["a"])
RECT = Rect(x=40, y=60, width=200, height=120)


def placed(loud: float, start_s: float = 1, text: str = "KRAK!") -> PlacedBalloon:
    said = [words(text, "sound", loud=loud, start_s=start_s)]
    done = fill(said, scene_of(RECT, WHOLE, [face(0.4, 0.2, 0.6, 0.9)], None), US, LETTERING, most_share=LARGEST_SHARE)
    assert done is not None and (done[0].covered < 0.01 or len(text) > 9)
    return done[1][0]


def test_the_louder_the_larger_and_the_steeper() -> None:
    soft, loud = placed(0.0), placed(0.7)
    assert loud.lines[0].size_pt > 1.3 * soft.lines[0].size_pt
    assert 2.5 < abs(soft.turn) < abs(loud.turn) < 14
    assert placed(0.7).turn == loud.turn
    assert len({placed(0.5, start).turn for start in range(6)}) > 3, "each another way"
    assert turn_of(words("Hello.")) == 0.0


@pytest.mark.parametrize("loud", [0.0, 1.0])
@pytest.mark.parametrize("text", ["OH", "RUMMMMMMMMMMMMMMBLE"])
def test_it_stays_in_its_panel(loud: float, text: str) -> None:
    one = placed(loud, text=text)
    assert all(RECT.x <= x <= RECT.right and RECT.y <= y <= RECT.bottom for x, y in one.outline)
    rise = max(y for _, y in one.outline) - min(y for _, y in one.outline)
    assert rise < 4 * one.lines[0].size_pt
