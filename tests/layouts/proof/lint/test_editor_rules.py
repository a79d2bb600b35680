"""What an editor sees first, proved by breaking one thing in a sound book."""

from collections.abc import Callable

import pytest

from layouts.proof.lint.lint import RULES
from layouts.proof.proof import Place, Proof
from tests.layouts.proof.lint.cases import EDITORS, GOOD, Case
from tests.layouts.sound_book import ALONE, BOARD, BOOK, TALK, face_at, rect


def picture_shown_twice() -> Case:
    """The last two panels of page 2 are as large, and show the same now."""
    return GOOD.panel(2, 4, at_s=GOOD.at(2, 3).at_s).told(2, 4, at_s=GOOD.source(2, 3).at_s)


def card_as_a_panel() -> Case:
    return GOOD.told(2, 1, odd="card")


def smear_as_a_panel() -> Case:
    return GOOD.told(1, 3, odd="unreadable")


def head_at_the_border() -> Case:
    """A head stands half out of a silent panel."""
    quiet = GOOD.at(2, 3).rect
    return GOOD.told(2, 3, faces=(face_at(rect(quiet.right - 20, quiet.y + 60, 40, 50), quiet),))


def head_under_the_border() -> Case:
    """The face is whole, the hair is not; the picture has it."""
    quiet = GOOD.at(2, 2).rect
    return GOOD.told(2, 2, faces=(face_at(rect(quiet.x + 90, quiet.y + 1, 60, 75), quiet),))


def named_as_a_file() -> Case:
    film = BOARD.film.model_copy(update={"title": "The Film 480p WEB-DL x264"})
    return GOOD._replace(board=BOARD.model_copy(update={"film": film}))


BROKEN: list[tuple[str, Callable[[], Case], str]] = [
    ("card", card_as_a_panel, "page 2, panel 1: shows a card: a title, a logo or credits"),
    ("unreadable", smear_as_a_panel, "page 1, panel 3: shows what nobody makes out"),
    ("repeat", picture_shown_twice, "page 2, panel 4: shows the picture of page 2, panel 3 once more"),
    ("cut-head", head_at_the_border, "page 2, panel 3: its border cuts 50 % off a face"),
    ("cut-head", head_under_the_border, "page 2, panel 2: its border takes the top off a head"),
    ("title", named_as_a_file, 'its title "The Film 480p WEB-DL x264" looks like the name of a file'),
]


@pytest.mark.parametrize(("rule", "broken", "told"), BROKEN, ids=[each[1].__name__ for each in BROKEN])
def test_what_is_broken_is_told_by_its_own_rule(rule: str, broken: Callable[[], Case], told: str) -> None:
    faults = broken().faults()
    assert [fault.rule for fault in faults] == [rule], [str(fault) for fault in faults]
    assert str(faults[0]).startswith(told) and str(faults[0]).endswith(f"({rule})"), str(faults[0])


def test_tails_that_point_at_nobody_are_told_once_for_the_book() -> None:
    fled = GOOD
    for number, which, place in ((1, 1, TALK), (1, 2, TALK), (3, 1, ALONE)):
        tip = (place.x + 1, fled.at(1, number).balloons[which - 1].body.bottom + 5)
        fled = fled.balloon(1, number, which, tip=tip, mouth=None)

    def found(fleeing: int, aiming: int) -> list[str]:
        pages = (fled.book.pages[0],) * fleeing + (GOOD.book.pages[0],) * aiming
        told = BOARD.model_copy(update={"pages": (BOARD.pages[0],) * len(pages)})
        return [str(each) for each in RULES["fled-tails"](Proof(BOOK.model_copy(update={"pages": pages}), told))]

    assert found(0, 3) == found(1, 2) == []  # 3 of 9: who is out of the picture is no fault
    assert found(2, 0) == []  # 6 of 6 tell nothing yet
    told = "6 of 9 tails leave by their panel's side and point at none of its faces"
    assert found(2, 1) == [str((Place(), told))]
    empty = BOARD.pages[0].model_copy(
        update={"panels": tuple(one.model_copy(update={"faces": ()}) for one in BOARD.pages[0].panels)}
    )
    nobody = BOARD.model_copy(update={"pages": (empty,) * 3})
    pages = (fled.book.pages[0],) * 3
    assert not list(RULES["fled-tails"](Proof(BOOK.model_copy(update={"pages": pages}), nobody))), "no face to aim at"


def test_every_rule_of_an_editor_is_proved() -> None:
    assert {rule for rule, _, _ in BROKEN} | {"fled-tails"} == EDITORS
