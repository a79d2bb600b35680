"""The table of a batch's films: kept up on the disk at every change, on the dashboard as one that is changed."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import tasks.showing.film_table
from configs.errors import FilmcomicError, InputError
from configs.recipes.recipe import Recipe
from tasks.batch.asked.film_lists import read_list
from tasks.batch.asked.inputs import AskedFilms
from tasks.showing.film_table import FilmRow, FilmTable, check_report
from tasks.showing.run_form import form_address

A, B = Path("films/a.mkv"), Path("films/=b.mkv")


def filled(report: Path | None, *, shown: bool = False) -> FilmTable:
    table = FilmTable(report, shown=shown)
    table.begin([(A, FilmRow(film=str(A), priority=2)), (B, FilmRow(film=str(B)))], ["left out: 3"])
    return table


def states(report: Path) -> list[tuple[str, str]]:
    if report.suffix == ".json":
        return [(row["film"], row["state"]) for row in json.loads(report.read_text())["films"]]
    return [(row["film"], row["state"]) for row in csv.DictReader(report.read_text("utf-8-sig").splitlines())]


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_a_report_is_true_at_every_moment(suffix: str, tmp_path: Path) -> None:
    report = tmp_path / f"report{suffix}"
    table = filled(report)
    assert states(report) == [(str(A), "queued"), (str(B), "queued")]
    table.change(A, state="running")
    assert states(report) == [(str(A), "running"), (str(B), "queued")]
    table.change(A, state="done", pages=9, seconds=1.5, comic="a.pdf")
    table.change(B, state="running")
    table.end()
    assert states(report) == [(str(A), "done"), (str(B), "queued")], "what was stopped is still to be made"
    assert list(tmp_path.iterdir()) == [report], "it is written beside, then renamed"


def test_a_report_holds_no_formulas_and_is_a_list_that_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    film = Path('=HYPERLINK("x").mkv')
    film.write_bytes(b"film")
    table = FilmTable(Path("report.csv"), shown=False)
    table.begin([(film, FilmRow(film=str(film), reason="@SUM(A1)", comic="+a.pdf", priority=-1))])
    (row,) = csv.reader((tmp_path / "report.csv").read_text("utf-8-sig").splitlines()[1:])
    assert (row[0], row[2], row[5], row[6]) == ('\'=HYPERLINK("x").mkv', "'@SUM(A1)", "'+a.pdf", "-1")
    asked = AskedFilms()
    read_list(tmp_path / "report.csv", asked)
    assert [wish.film for wish in asked.wishes.values()] == [tmp_path / film] and not asked.refused


def test_a_terminal_is_shown_failures_first(tmp_path: Path) -> None:
    table = filled(None)
    table.change(A, state="done", pages=9, seconds=1.25)
    table.change(B, state="failed", reason="it is " + "long " * 50)
    head, first, second, counted = table.lines()
    assert head.split() == ["film", "state", "pages", "seconds", "reason"]
    assert first.startswith("=b.mkv") and first.endswith("…") and second.split() == ["a.mkv", "done", "9", "1.2"]
    assert counted == "1 done, 1 failed"


def test_the_dashboard_has_one_table_that_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    changed: list[Any] = []

    class Client:
        def __enter__(self) -> "Client":
            return self

        def __exit__(self, *_: object) -> None: ...

        def update_artifact(self, artifact: object, update: Any) -> None:
            changed.append((artifact, json.loads(update.data)))

    monkeypatch.setattr("prefect.artifacts.create_table_artifact", lambda **told: made.append(told) or "id")
    monkeypatch.setattr("prefect.client.orchestration.get_client", lambda **_: Client())
    monkeypatch.setattr(tasks.showing.film_table, "_EVERY_S", 0.0)
    table = filled(None, shown=True)
    table.change(B, state="failed", reason="<b>", again="http://server/run?parameters=%7B%7D")
    table.end()
    assert len(made) == 1 and {artifact for artifact, _ in changed} == {"id"}
    _, row, note = changed[-1][1]
    assert row["reason"] == "&lt;b&gt;" and row["again"] == "[make it again](http://server/run?parameters=%7B%7D)"
    assert note["state"] == "left out: 3"


def test_a_report_that_cannot_be_kept_is_refused_at_once(tmp_path: Path) -> None:
    for report in (tmp_path / "report.xls", tmp_path):
        with pytest.raises(FilmcomicError):
            check_report(report)
    check_report(tmp_path / "new" / "report.CSV", [tmp_path])
    (tmp_path / "films.csv").write_text("film\na.mkv\n")
    (tmp_path / "link.csv").symlink_to("films.csv")
    with pytest.raises(InputError, match="would replace this list"):
        check_report(tmp_path / "link.csv", [tmp_path / "films.csv"])


def test_the_form_s_address_survives_both_ways_of_reading_it() -> None:
    from urllib.parse import parse_qs, unquote, urlsplit

    address = form_address("http://x/d/1", {"film": '/f/50% (é) "q" [1].mkv'}, Recipe(pages=3), Path("/w"))
    assert not set("()[] ") & set(address), "it stands in Markdown"
    (told,) = parse_qs(urlsplit(address).query)["parameters"]
    for read in (told, unquote(told)):
        given = json.loads(read)
        assert given == {"film": '/f/50% (é) "q" [1].mkv', "recipe": {"pages": 3}, "work": "/w"}
