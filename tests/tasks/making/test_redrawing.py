from pathlib import Path
from typing import Any

from configs.disk.sealed import sealed
from layouts.book.crops import excerpts
from layouts.book.page import Book
from tasks.making.redrawing import DRAWN, Redrawn, page_digests, remember_drawn, to_redraw
from tests.layouts.sound_book import BOOK

SHOWN = excerpts(BOOK)
NAMES = {one: f"{number}.png" for number, one in enumerate(SHOWN)}


class Stub:
    """A painting as far as counting needs it."""

    def __init__(self, name: str) -> None:
        self.target = Path(name)


PAINTINGS: Any = {one: Stub(name) for one, name in NAMES.items()}


def relettered() -> Book:
    page = BOOK.pages[0]
    alone = page.panels[2]
    balloon = alone.balloons[0]
    line = balloon.lines[0]
    changed = line.model_copy(update={"runs": (line.runs[0].model_copy(update={"text": "I left."}),)})
    panel = alone.model_copy(update={"balloons": (balloon.model_copy(update={"lines": (changed,)}),)})
    panels = (*page.panels[:2], panel, *page.panels[3:])
    return BOOK.model_copy(update={"pages": (page.model_copy(update={"panels": panels}), BOOK.pages[1])})


def test_only_pages_that_look_otherwise_are_counted(tmp_path: Path) -> None:
    assert to_redraw(tmp_path, BOOK, PAINTINGS).pages == 2
    remember_drawn(tmp_path, "a", BOOK, NAMES)
    (tmp_path / DRAWN / "broken.json").write_text("[")
    count = to_redraw(tmp_path, relettered(), PAINTINGS)
    assert (count.pages, count.of_pages) == (1, 2)
    turned = BOOK.model_copy(
        update={"pages": tuple(page.model_copy(update={"number": 3 - page.number}) for page in BOOK.pages[::-1])}
    )
    assert to_redraw(tmp_path, turned, PAINTINGS).pages == 0, "only renumbered"
    repainted: Any = {**PAINTINGS, SHOWN[-1]: Stub("other.png")}
    assert to_redraw(tmp_path, BOOK, repainted).pages == 1
    assert len(set(page_digests(BOOK, NAMES))) == 2


def test_pictures_that_lie_in_the_store_are_not_painted_again(tmp_path: Path) -> None:
    assert to_redraw(tmp_path, BOOK, PAINTINGS).pictures == len(NAMES)
    for name in list(NAMES.values())[:3]:
        with sealed(tmp_path / name) as draft:
            draft.touch()
    assert to_redraw(tmp_path, BOOK, PAINTINGS).pictures == len(NAMES) - 3


def test_the_counts_read_as_a_sentence() -> None:
    assert str(Redrawn(pages=3, of_pages=24, pictures=2)) == "3 of 24 pages drawn anew, 2 pictures painted"
    assert str(Redrawn(pages=1, of_pages=1, pictures=1)) == "1 of 1 page drawn anew, 1 picture painted"
