"""A film of two hours as a whole book, and storyboards that are too much: every rule holds, in good time."""

import time

import pytest

from configs.errors import StoryboardError
from configs.recipes.page_settings import load_format
from layouts.book.page import LeafKind
from layouts.lettering.fonts import pick_fonts
from layouts.pages.compose import compose_book
from layouts.proof.lint.lint import lint
from layouts.proof.proof import Proof
from tests.layouts.boards import board, panel, texts
from tests.layouts.composing import compose
from tests.layouts.films import make_film, told


@pytest.mark.parametrize(("edition", "hours", "pages", "chapters"), [("us", 2, 200, 11), ("manga", 0.5, 38, 3)])
def test_a_long_book_keeps_every_rule_within_its_budget(edition: str, hours: float, pages: int, chapters: int) -> None:
    stills, cues = make_film(shots=round(750 * hours), minutes=60 * hours, cues=round(900 * hours))
    storyboard = told(stills, cues, pages=pages)
    book, seen = compose_book(storyboard, load_format(edition), pick_fonts([*texts(storyboard), "♪"]))
    assert len(storyboard.pages) <= pages
    heard = tuple(cue.text for cue in sorted(cues, key=lambda cue: (cue.start_s, cue.index)))
    assert [str(fault) for fault in lint(Proof(book, seen, heard))] == []
    assert sum(bool(page.chapter) for page in book.pages) == chapters
    assert LeafKind.TITLE in {leaf.kind for leaf in book.front} and LeafKind.CONTENTS in {
        leaf.kind for leaf in book.front
    }
    assert book.back[-1].kind is LeafKind.COLOPHON


@pytest.mark.parametrize("edition", ["us", "phone"])
def test_ten_thousand_panels_on_a_page_are_refused_or_shared_out_at_once(edition: str) -> None:
    crowd = board([panel(at / 20) for at in range(10_000 if edition == "us" else 400)])
    began = time.process_time()
    if edition == "us":
        with pytest.raises(StoryboardError, match="page 1: 10000 panels do not fit on a page"):
            compose(crowd, load_format(edition), pick_fonts(["a"]))
    else:
        book = compose(crowd, load_format(edition), pick_fonts(["a"]))
        assert sum(len(page.panels) for page in book.pages) == 400
    assert time.process_time() - began < 60


def test_one_panel_is_a_book() -> None:
    alone = board([panel(1)])
    book = compose(alone, load_format("us"), pick_fonts(["a"]))
    assert len(book.pages) == 1 and lint(Proof(book, alone)) == []
