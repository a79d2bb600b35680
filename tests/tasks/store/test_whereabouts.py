"""What was made of a film and lies elsewhere is noted once for each place, and read back as far as it can be."""

from pathlib import Path

from tasks.store.whereabouts import note_finished, note_found, note_of, pieces_of
from tests.tasks.store.test_film_run import run_of


def test_each_place_is_noted_with_what_it_was_drawn_from(tmp_path: Path) -> None:
    run, comic, board = run_of(tmp_path / "a.mkv"), tmp_path / "a.pdf", tmp_path / "a.storyboard.json"
    comic.write_bytes(b"comic")
    board.write_bytes(b"board")
    note_finished(run, comic, [Path("books/b.json"), Path("books/a.json"), Path("books/b.json")])
    note_finished(run, board)
    note_found(run.root, run.movie.path, comic)
    found = {Path(piece.place): piece.drawn_from for piece in pieces_of(run.root)[0]}
    assert found == {comic: (Path("books/a.json"), Path("books/b.json")), board: ()}
    before = note_of(run.root, comic).stat()
    note_finished(run, comic, [Path("books/b.json"), Path("books/a.json")])
    assert note_of(run.root, comic).stat().st_ino == before.st_ino, "it is not written again"
    comic.write_bytes(b"another comic")
    note_finished(run, comic)
    assert len(pieces_of(run.root)[0]) == 2


def test_a_note_that_cannot_be_written_or_read_stops_nothing(tmp_path: Path) -> None:
    run = run_of(tmp_path / "a.mkv")
    note_finished(run, tmp_path / "gone.pdf")
    assert pieces_of(run.root) == ([], 0)
    (tmp_path / "a.pdf").write_bytes(b"comic")
    note_finished(run, tmp_path / "a.pdf")
    note_of(run.root, tmp_path / "a.pdf").write_bytes(b"{")
    assert pieces_of(run.root) == ([], 1)
    (tmp_path / "not" / "file").write_text("in the way of a work folder")
    note_found(tmp_path / "not" / "file" / "store", run.movie.path, tmp_path / "a.pdf")
