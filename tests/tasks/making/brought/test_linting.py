"""Proof-reading from a file: what is at hand is used, what is not is done without."""

from pathlib import Path

import pytest

from configs.disk.sealed import sealed
from configs.errors import FilmcomicError
from configs.recipes.recipe import Recipe
from film.model import Dialogue, Line
from layouts.book.documents import dump_storyboard
from layouts.book.storyboard import Storyboard, Words, WordsKind
from tasks.making.brought.linting import lint_file, lint_run
from tasks.store.store import film_root
from tests.layouts.boards import board, panel

SAID = ["Where have you been?", "Out on the ice.", "And you never wrote."]
BOARD = board([panel(at, Words(text=text, start_s=at, line=at)) for at, text in enumerate(SAID)], [panel(9)])
SRT = "".join(f"{at + 1}\n00:00:0{at},000 --> 00:00:0{at},900\n{text}\n\n" for at, text in enumerate(SAID))


@pytest.fixture
def written(tmp_path: Path) -> Path:
    dump_storyboard(BOARD, tmp_path / "s.json")
    return tmp_path / "s.json"


def without_a_line(storyboard: Storyboard) -> Storyboard:
    first = storyboard.pages[0]
    panels = (first.panels[0], first.panels[1].model_copy(update={"words": ()}), first.panels[2])
    return storyboard.model_copy(update={"pages": (first.model_copy(update={"panels": panels}), storyboard.pages[1])})


def store_dialogue(root: Path, texts: list[str]) -> None:
    lines = tuple(Line(index=at, start_s=at, end_s=at + 1, text=text) for at, text in enumerate(texts))
    with sealed(root / "dialogue" / "ab" / f"{len(texts)}.json") as draft:
        draft.write_text(Dialogue(lines=lines).model_dump_json())


def test_neither_film_nor_words_are_needed(written: Path) -> None:
    verdict = lint_file(written, recipe=Recipe())
    assert verdict.coverage is None and verdict.pages == 2 and verdict.faults == ()
    assert str(verdict) == "no faults on 2 pages" and "face" in verdict.table


def test_a_subtitle_file_is_compared_as_a_whole(written: Path, tmp_path: Path) -> None:
    (tmp_path / "w.srt").write_text(SRT)
    verdict = lint_file(written, recipe=Recipe(), subtitles=tmp_path / "w.srt")
    assert verdict.coverage == 1.0 and str(verdict).endswith("100 % of the dialogue is told")
    dump_storyboard(without_a_line(BOARD), written)
    verdict = lint_file(written, recipe=Recipe(), subtitles=tmp_path / "w.srt")
    assert [str(fault) for fault in verdict.faults] == ['page 1, panel 1: "out on the ice" is lost (dialogue)']
    assert verdict.coverage == pytest.approx(8 / 12) and str(verdict).startswith("1 fault on 2 pages; 66.7 %")


def test_the_films_own_words_are_taken_where_they_were_found(written: Path, tmp_path: Path) -> None:
    root = film_root(tmp_path, BOARD.film.sha256)
    store_dialogue(root, ["Other words", "of another", "language", "altogether"])
    assert lint_file(written, recipe=Recipe(), work=tmp_path).coverage is None
    store_dialogue(root, SAID)
    (root / "dialogue" / "ab" / "broken.json").write_text("{")
    assert lint_file(written, recipe=Recipe(), work=tmp_path).coverage == 1.0
    from tasks.making.composing import lay_out

    cut = without_a_line(BOARD)
    assert [fault.rule for fault in lint_run(root, lay_out(cut, Recipe()), cut, Recipe()).faults] == ["dialogue"]


def test_descriptions_are_no_fault_where_they_are_told_and_none_where_they_are_not(tmp_path: Path) -> None:
    film = BOARD.film.model_copy(update={"path": str(tmp_path / "film.mkv")})
    (tmp_path / "w.srt").write_text(SRT)
    (tmp_path / "film.ad.srt").write_text("1\n00:00:02,000 --> 00:00:02,900\nThe ice breaks.\n")
    root = film_root(tmp_path, film.sha256)
    store_dialogue(root, SAID)
    store_dialogue(root, [*SAID[:2], "The ice breaks.", SAID[2]])
    seen = Words(text="The ice breaks.", kind=WordsKind.NARRATION, start_s=2, line=2)
    first = BOARD.pages[0]
    panels = (*first.panels[:2], panel(2, seen, Words(text=SAID[2], start_s=3, line=3)))
    described = BOARD.model_copy(update={"pages": (first.model_copy(update={"panels": panels}), BOARD.pages[1])})
    for one in (BOARD, described):
        dump_storyboard(one.model_copy(update={"film": film}), tmp_path / "s.json")
        for words in (tmp_path / "w.srt", None):
            verdict = lint_file(tmp_path / "s.json", recipe=Recipe(), subtitles=words, work=tmp_path)
            assert verdict.faults == () and verdict.coverage == 1.0


def test_what_cannot_be_linted_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("words")
    for name in ("x.txt", "none.json", "none.pdf"):
        with pytest.raises(FilmcomicError) as caught:
            lint_file(tmp_path / name, recipe=Recipe())
        assert str(tmp_path / name) in str(caught.value) and caught.value.exit_code == 2
