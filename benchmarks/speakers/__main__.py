"""Do balloons point at those who speak? `python -m benchmarks.speakers STORYBOARD_OR_BOOK...`.

Takes storyboards, as `filmcomic storyboard` and `filmcomic make` write them, and composes their pages without painting;
or composed books out of a store, with `--film`, for a book does not name its film. A part of a film that was cut out is
judged with `--film` and `--shift`. `--list` tells of every balloon, `--json` prints it all for machines.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.speakers.aims import Aim, Judged, judge_book
from benchmarks.speakers.marks import Marks, load_marks, marks_by_film
from configs.recipes.recipe import Recipe
from layouts.book.documents import load_storyboard
from layouts.book.page import Book
from tasks.making.composing import lay_out_as_told

_JUDGED = [aim for aim in Aim if aim is not Aim.UNMARKED]


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="STORYBOARD_OR_BOOK")
    parser.add_argument("--film", help="stem of the marked film that they were made from, where its digest differs")
    parser.add_argument("--shift", type=float, default=0.0, help="second of the marked film at which theirs begins")
    parser.add_argument("--list", action="store_true", help="what every balloon tells")
    parser.add_argument("--json", action="store_true", help="everything as JSON")
    asked = parser.parse_args(given)
    told = {str(path): _judged(path, asked.film, asked.shift) for path in asked.files}
    if asked.json:
        print(json.dumps({name: _as_json(film, found) for name, (film, found) in told.items()}, indent=1))
        return
    heads = "".join(f"{aim:>16}" for aim in _JUDGED)
    print(f"{'film':24}{'balloons':>9}{'side':>6}{'at who speaks':>15}{heads}{'unmarked':>10}")
    for film, found in told.values():
        print(_row(film, found))
        for one in found if asked.list else ():
            aims = "by the side" if one.side else f"at {one.aimed or '-'}"
            print(f"  {one.aim:13}{one.at_s:8.2f}s  {one.place}: {one.text} ({one.speaker or '?'}; {aims})")
    if len(told) > 1:
        print(_row("all together", [one for _, found in told.values() for one in found]))


def _judged(path: Path, film: str | None, shift_s: float) -> tuple[str, list[Judged]]:
    text = path.read_text(encoding="utf-8")
    if "schema_version" not in json.loads(text):
        if film is None:
            raise SystemExit(f"{path} is a book: say with --film which film it shows")
        marks = load_marks(film)
        return marks.film, list(judge_book(Book.model_validate_json(text), marks, None, shift_s))
    board = load_storyboard(path)
    marks = load_marks(film) if film else _marks_of(board.film.sha256, path)
    book, told = lay_out_as_told(board, Recipe())
    return marks.film, list(judge_book(book, marks, told, shift_s))


def _marks_of(sha256: str, path: Path) -> Marks:
    known = marks_by_film()
    if sha256 not in known:
        names = ", ".join(sorted(Path(marks.film).stem for marks in known.values()))
        raise SystemExit(f"the film of {path} is not marked; marked are {names} (say which with --film)")
    return known[sha256]


def _row(film: str, found: Sequence[Judged]) -> str:
    counts = Counter(one.aim for one in found)
    judged = len(found) - counts[Aim.UNMARKED]
    shares = "".join(f"{_share(counts[aim], judged):>16}" for aim in _JUDGED)
    sides, hits = sum(one.side for one in found), sum(one.hit for one in found)
    return f"{film[:23]:24}{len(found):9}{sides:6}{hits:15}{shares}{counts[Aim.UNMARKED]:10}"


def _share(count: int, of: int) -> str:
    return f"{count} ({100 * count / of:.0f} %)" if of else "-"


def _as_json(film: str, found: Sequence[Judged]) -> dict[str, Any]:
    counts = Counter(one.aim for one in found)
    return {
        "film": film,
        "balloons": len(found),
        "side": sum(one.side for one in found),
        "at who speaks": sum(one.hit for one in found),
        **{aim: counts[aim] for aim in Aim},
        "each": [asdict(one) | {"place": str(one.place)} for one in found],
    }


if __name__ == "__main__":
    main()
