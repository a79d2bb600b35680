"""A folder of films with the oddest names: one film's trouble stops no other, and what is made is made once."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pypdfium2
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName

import tasks.batch.crew
from flows.cli import call
from layouts.contacts.finished.comic_kinds import read_comic
from tasks.batch.apart.spawning import python
from tests.film.drawn import Picture, draw, numbered
from tests.material import ROOT

pytestmark = pytest.mark.usefixtures("prefect_server")

BYTES = os.fsdecode(b"Caf\xe9 \xff.mp4")
GOOD = [
    "plain.mp4",
    "a {film} {2019} {out}.mp4",
    BYTES,
    "two\nlines.mp4",
    'it\'s "quoted" `id` $HOME %s #1.mp4',
    "\U0001f3ac emoji.MP4",
    "-dash.mp4",
    "dots...mp4",
    *(unicodedata.normalize(form, "été.mp4") for form in ("NFC", "NFD")),
    "ep1.mkv",
    "ep1.mp4",
    "ep1.mkv.mp4",
    "长" * 83 + ".mp4",
]
STYLE = ["--style", "ink-line"]


def blocks(number: int) -> Picture:
    return numbered(7 if number < 20 else 89)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw(tmp_path_factory.mktemp("film") / "film.mp4", blocks, count=40)


@pytest.fixture
def folder(film: Path, tmp_path: Path) -> Path:
    """Good films, all with the same pictures, and what only looks like films."""
    folder = tmp_path / "films"
    (folder / "folder.mkv" / "deep").mkdir(parents=True)
    for name in GOOD:
        shutil.copy(film, folder / name)
    (folder / BYTES).with_suffix(".en.srt").write_text("1\n00:00:00,100 --> 00:00:01,200\nThese bytes speak.\n")
    shutil.copy(film, folder / "folder.mkv" / "deep" / "inside.mp4")
    shutil.copy(film, folder / "plain-trailer.mp4")
    (folder / "._plain.mp4").write_bytes(b"\0\5\26\7" * 20)
    (folder / "broken link.mp4").symlink_to("nowhere.mp4")
    (folder / "loop.mp4").symlink_to("loop.mp4")
    (folder / "up").symlink_to("..")
    (folder / "partial.mp4").write_bytes(film.read_bytes()[:900])
    return folder


def made(folder: Path) -> dict[Path, tuple[int, int]]:
    """Return the comics with the inode and time of each."""
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.rglob("*.pdf")}


def words_of(comic: Path) -> str:
    document = pypdfium2.PdfDocument(comic.read_bytes())
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


@pytest.mark.timeout(900)
def test_every_readable_film_gets_its_comic_and_only_once(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    command = ["batch", str(folder), "--recursive", "--jobs", "2", *STYLE]
    assert call(command) == 3
    out, err = capfdbinary.readouterr()
    first = made(folder)
    assert len(first) == len(GOOD) + 1
    listed = {Path(os.fsdecode(line)) for line in out.splitlines()}
    assert listed == {Path(" ".join(str(path).splitlines())) for path in first}
    told = err.decode()
    assert len([line for line in told.splitlines() if "failed: " in line and "partial.mp4" in line]) == 1
    assert told.splitlines()[-1].startswith("filmcomic: 1 of 16 films failed (15 made, 1 failed)")
    assert "plain-trailer.mp4" in told and "._plain.mp4" in told and "up leads" in told and "Traceback" not in told
    assert "THESE BYTES SPEAK." in words_of((folder / BYTES).with_suffix(".pdf")).upper()
    assert {path.name for path in first if path.name.startswith("ep1")} == {
        "ep1.mkv.pdf",
        "ep1.mp4.pdf",
        "ep1.mkv.mp4.pdf",
    }

    began = time.monotonic()
    assert call(command) == 3
    out, err = capfdbinary.readouterr()
    assert made(folder) == first and time.monotonic() - began < len(first)
    assert {Path(os.fsdecode(line)) for line in out.splitlines()} == listed
    assert b"15 unchanged, 1 failed" in err and b"partial.mp4" in err

    gone = folder / "plain.pdf"
    gone.unlink()
    (folder / "partial.mp4").unlink()
    assert call(command) == 0
    after = made(folder)
    assert gone in after and {path: mark for path, mark in after.items() if path != gone} == {
        path: mark for path, mark in first.items() if path != gone
    }


@pytest.mark.timeout(600)
def test_a_batch_that_was_killed_goes_on_with_the_rest(film: Path, tmp_path: Path, prefect_server: str) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    for number in range(4):
        shutil.copy(film, folder / f"{number}.mp4")
    report = tmp_path / "report.csv"
    command = [sys.executable, "-m", "flows.cli", "batch", str(folder), "--report", str(report), *STYLE]
    here = {**os.environ, "PREFECT_API_URL": prefect_server}
    with subprocess.Popen(command, cwd=ROOT, env=here, stdout=subprocess.PIPE, text=True) as batch:
        assert batch.stdout is not None
        first = Path(batch.stdout.readline().rstrip())  # told as soon as it is made
        batch.send_signal(signal.SIGKILL)
    before = made(folder)
    assert 1 <= len(before) < 4
    assert f"{folder / '0.mp4'},done," in (told := report.read_text("utf-8-sig")) and "3.mp4,queued," in told
    assert call(["batch", str(folder), *STYLE]) == 0
    after = made(folder)
    assert len(after) == 4 and after[first] == before[first]


def test_films_have_recipes_of_their_own_and_their_states_are_told(
    film: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.mp4", "b.mp4", "bad.mp4"):
        shutil.copy(film, tmp_path / name)
    (tmp_path / "bad.toml").write_text("stlye = 'ink-line'")
    (tmp_path / "b.toml").write_text("title = 'Second'\npriority = 2")
    listed, report = tmp_path / "films.csv", tmp_path / "report.json"
    listed.write_bytes("film;title;out\r\na.mp4;Été;a.cbz\r\nnone.mp4;;\r\n".encode("cp1252"))
    command = ["batch", str(tmp_path), str(listed), "--report", str(report), "--jobs", "1", *STYLE]
    assert call(command) == 3
    told = json.loads(report.read_text())
    assert told["counts"] == {"done": 2, "failed": 2}
    rows = {Path(row["film"]).name: row for row in told["films"]}
    assert [*rows][:2] == ["b.mp4", "a.mp4"] and rows["b.mp4"]["pages"] >= 2 and rows["a.mp4"]["seconds"] > 0
    assert "unknown key stlye; did you mean style?" in rows["bad.mp4"]["reason"]
    assert "line 3, column film" in rows["none.mp4"]["reason"]
    assert read_comic(tmp_path / "a.cbz").title == "Été" and read_comic(tmp_path / "b.pdf").title == "Second"
    with get_client(sync_client=True) as client:
        tables = [one for one in client.read_artifacts() if one.key == "films"]
    assert len([one for one in tables if "2 done, 2 failed" in str(one.description)]) == 1

    (tmp_path / "b.toml").write_text("title = 'Third'")
    assert call(command) == 3
    states = {Path(row["film"]).name: row["state"] for row in json.loads(report.read_text())["films"]}
    assert (states["a.mp4"], states["b.mp4"]) == ("unchanged", "done"), "a changed sidecar makes its comic again"
    assert "3 of 4" in capfd.readouterr().err


def test_a_film_that_crashes_its_process_is_on_record_and_stops_no_other(
    film: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.mp4", "crash.mp4", "z.mp4"):
        shutil.copy(film, tmp_path / name)
    monkeypatch.setattr(tasks.batch.crew, "python", lambda entry: python("tests.flows.crashing"))
    assert call(["batch", str(tmp_path), "--jobs", "1", *STYLE]) == 3
    assert [path.name for path in sorted(made(tmp_path))] == ["a.pdf", "z.pdf"]
    assert "1 of 3 films failed" in capfd.readouterr().err
    named = FlowRunFilter(name=FlowRunFilterName(any_=["crash.mp4"]))
    with get_client(sync_client=True) as client:
        (run,) = client.read_flow_runs(flow_run_filter=named)
    assert run.state is not None and run.state.is_crashed() and "SIGSEGV" in str(run.state.message)
    assert run.parent_task_run_id is not None, "it is a part of the batch's run"


def test_names_of_bytes_are_borne_by_make_too(
    folder: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert call(["make", str(folder / BYTES), *STYLE]) == 0
    comic = (folder / BYTES).with_suffix(".pdf")
    assert capfdbinary.readouterr().out == os.fsencode(comic) + b"\n"
    assert "THESE BYTES SPEAK." in words_of(comic).upper()
    assert call(["storyboard", str(folder / BYTES), "-o", str(tmp_path / "s.json")]) == 0
    assert call(["make", str(folder / "plain.mp4"), "--title", "b\udcff"]) == 2
    assert "not UTF-8" in capfdbinary.readouterr().err.decode()


def test_a_style_that_is_not_there_is_refused_once(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert call(["batch", str(folder), "--style", "ink-lime"]) == 2
    told = capfd.readouterr().err
    assert told.count("ink-lime") == 1 and made(folder) == {}
