"""The command line: exit codes, one line for every fault, and help that the README knows."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click
import pytest

from configs.errors import FAULTS_FOUND, FilmcomicError, InputError
from configs.recipes.recipe import load_recipe
from flows.cli import call, filmcomic
from layouts.book.documents import dump_storyboard
from tasks.batch.unchanged import key_before, remember
from tasks.console.printing import put_path
from tests.layouts.boards import board, panel
from tests.material import ROOT, shared

COMMANDS = sorted(filmcomic.commands)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line on stderr."""
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("filmcomic:")]
    assert len(lines) == 1, lines
    return lines[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_stands_in_the_readme(name: str) -> None:
    command = filmcomic.commands[name]
    assert command.help and f"filmcomic {name}" in (ROOT / "README.md").read_text()
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_a_film_that_is_missing_a_folder_or_no_film(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "junk.mp4").write_bytes(b"\0" * 5000)
    (tmp_path / "text.mkv").write_text("hello")
    for name in ("none.mkv", ".", "junk.mp4", "text.mkv"):
        assert call(["make", str(tmp_path / name)]) == 2
        line = told(capsys)
        assert str(tmp_path / name) in line
    assert sorted(path.name for path in tmp_path.iterdir()) == ["junk.mp4", "text.mkv"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["make"],
        ["make", "x.mp4", "--no-such-flag"],
        ["make", "x.mp4", "--pages", "0"],
        ["make", "x.mp4", "--start", "soon"],
        ["make", "x.mp4", "--device", "tpu"],
        ["make", "x.mp4", "--recipe", "none.toml"],
        ["mkae", "x.mp4"],
        ["batch", "no-such-folder"],
        ["render", "none.json"],
        ["lint", "none.json"],
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert call(arguments) == 2
    assert len(told(capsys)) > 20


def test_a_recipe_with_an_unknown_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.toml").write_text("stlye = 'ink-noir'\n")
    assert call(["make", "x.mp4", "--recipe", str(tmp_path / "r.toml")]) == 2
    assert "unknown key stlye; did you mean style?" in told(capsys)


def test_a_style_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    film = str(shared("nasty/two_frames.mp4"))
    assert call(["make", film, "-o", "/tmp/never.pdf", "--style", "ink-lime"]) == 2
    assert "ink-line" in told(capsys)


def test_an_output_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = str(shared("nasty/two_frames.mp4"))
    (tmp_path / "file").write_text("")
    for out in (tmp_path, tmp_path / "file" / "x.pdf", Path("/proc/x.pdf")):
        assert call(["make", film, "-o", str(out)]) == 2
        assert str(out) in told(capsys)


def test_shots_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["shots", str(shared("films/bbb_480p_30s.mp4")), "--json", "--work", str(tmp_path)]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["index"] for row in rows] == list(range(len(rows))) and rows[0]["transition"] == "start"
    assert set(rows[0]) == {"index", "start_s", "end_s", "first_frame", "transition"}
    assert any(abs(row["first_frame"] - 285) <= 2 and row["transition"] == "hard" for row in rows)
    assert all(after["start_s"] == before["end_s"] for before, after in pairwise(rows))


def test_the_words_of_a_film_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    film = str(shared("films/sintel_trailer.subs_srt_eng_vie_ara.mkv"))
    assert call(["tracks", film]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.startswith("track  language  format") and len(lines) >= 3
    (taken,) = [line for line in lines if "  yes: " in line]
    assert taken.startswith("3 ") and "vie" in taken and "the film's default" in taken
    assert call(["tracks", film, "--language", "eng", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["track"] for row in rows if row["taken"]] == ["2"]


def test_a_track_that_is_not_there_is_refused_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = str(shared("films/sintel_trailer.subs_srt_eng_vie_ara.mkv"))
    for command in ("make", "storyboard", "contact"):
        assert call([command, film, "--track", "9", "--work", str(tmp_path)]) == 2
        line = told(capsys)
        assert "has no track of words 9; there are: track 2 (eng), track 3 (vie), track 4 (ara)" in line
    assert call(["make", film, "--track", "2", "--subtitles", "none"]) == 2
    assert "track and subtitles" in told(capsys)


def test_styles_are_listed_with_their_licence(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["styles"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("ink-line", "ink-noir", "ink-watercolour", "animegan:paprika"))
    assert "ready" in out and "commercial" in out


def kinds_of(error: type[FilmcomicError]) -> list[type[FilmcomicError]]:
    """Return an error and all that are kinds of it."""
    return [error, *(kind for sub in error.__subclasses__() for kind in kinds_of(sub))]


def test_lint_prints_a_line_for_each_fault_and_leaves_with_a_code_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s.json"
    dump_storyboard(board([panel(1), panel(4)], [panel(9)]), path)
    assert call(["lint", str(path)]) == 0
    sound = capsys.readouterr()
    assert sound.out == "" and sound.err == f"{path}: no faults on 2 pages\n"
    dump_storyboard(board([panel(4), panel(1)], [panel(9)]), path)
    assert call(["lint", str(path)]) == FAULTS_FOUND
    broken = capsys.readouterr()
    assert broken.out == "page 1, panel 2: is from 1.00 s, before the panel ahead of it (4.00 s) (time)\n"
    assert broken.err == f"{path}: 1 fault on 2 pages\n"
    assert call(["lint", str(path), "--json"]) == FAULTS_FOUND
    (fault,) = json.loads(capsys.readouterr().out)
    assert fault["rule"] == "time" and (fault["page"], fault["panel"], fault["balloon"]) == (1, 2, None)
    path.write_text("{}")  # a file that cannot be linted is told from one with faults
    assert call(["lint", str(path)]) == InputError.exit_code
    others = {kind.exit_code for kind in kinds_of(FilmcomicError)} | {0, *(128 + number for number in (1, 2, 15))}
    assert FAULTS_FOUND not in others


def test_a_named_server_that_does_not_answer_stops_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    film = str(shared("nasty/two_frames.mp4"))
    assert call(["make", film, "-o", str(tmp_path / "x.pdf")]) == 2
    assert "127.0.0.1:9" in told(capsys) and not (tmp_path / "x.pdf").exists()


@pytest.mark.parametrize(
    "name",
    ["zero_byte.mp4", "random_bytes.mp4", "truncated_no_moov.mp4", "audio_only.mp3", "found/-video-with-dash-.mp4"],
)
def test_no_library_adds_a_word_to_the_one_line(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Decoders write past Python, to the process's own stderr."""
    film, out = shared(f"nasty/{name}"), tmp_path / "x.pdf"
    assert call(["make", str(film), "-o", str(out)]) == 2 and not out.exists()
    said = capfd.readouterr()
    assert said.out == "" and str(film) in said.err and len(said.err.strip().splitlines()) == 1, said.err


def test_the_command_itself_refuses_in_one_line(tmp_path: Path) -> None:
    film, out = shared("nasty/truncated_no_moov.mp4"), tmp_path / "x.pdf"
    command = [sys.executable, "-m", "flows.cli", "make", str(film), "-o", str(out)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 2 and not out.exists() and run.stdout == ""
    assert str(film) in run.stderr and len(run.stderr.strip().splitlines()) == 1, run.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can drop its rights; others lack them anyway")
def test_a_film_without_read_permission(tmp_path: Path) -> None:
    """Rights are dropped once the modules are loaded, which may lie where nobody may read."""
    film = tmp_path / "film.mp4"
    shutil.copy(shared("nasty/two_frames.mp4"), film)
    film.chmod(0)
    for folder in [tmp_path, *tmp_path.parents]:
        if folder.stat().st_uid == 0 and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | stat.S_IXOTH | stat.S_IROTH)
    code = (
        "import os, sys\n"
        "from film.decoding.source import checked_path\n"
        "from configs.errors import FilmError\n"
        "from pathlib import Path\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "try: checked_path(Path(sys.argv[1]))\n"
        "except FilmError as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", code, str(film)], capture_output=True, text=True, cwd=ROOT)
    assert str(film) in run.stdout and "may not be read" in run.stdout, run.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here (root is needed)")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk(small_disk: Path, capsys: pytest.CaptureFixture[str], prefect_server: object) -> None:
    """Some room is left at first, so that it is the comic itself that does not fit."""
    film = str(shared("nasty/two_frames.mp4"))
    free = shutil.disk_usage(small_disk).free
    (small_disk / "full").write_bytes(b"\0" * (free - 16_384))
    out = small_disk / "comic.pdf"
    assert call(["make", film, "-o", str(out)]) == 2
    line = told(capsys)
    assert "full" in line and str(small_disk) in line and not out.exists()


def test_words_on_stdout_are_only_the_comic(tmp_path: Path, prefect_server: str) -> None:
    film = shared("nasty/two_frames.mp4")
    out = tmp_path / "comic.pdf"
    command = [sys.executable, "-m", "flows.cli", "make", str(film), "-o", str(out)]
    here = {**os.environ, "PREFECT_API_URL": prefect_server}
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=here)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == [str(out)] and out.is_file()
    assert re.search(r"of film, about .* MB of disk", run.stderr)
    assert run.stderr.count("the comic has no words") == 1
    assert len(run.stderr.strip().splitlines()) <= 3, run.stderr


@pytest.fixture
def made_before(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A film, its comic, and the work folder that remembers it."""
    film, comic, work = tmp_path / "film.mp4", tmp_path / "film.pdf", tmp_path / "work"
    shutil.copy(shared("nasty/two_frames.mp4"), film)
    comic.write_bytes(b"comic")
    recipe = load_recipe(None, {})
    remember(film, comic, recipe, work, key_before(film, comic, recipe, work))
    return film, comic, work


def test_what_is_made_already_is_told_without_a_run(made_before: tuple[Path, Path, Path]) -> None:
    """No server, and nothing is imported that only a run needs."""
    film, comic, work = made_before
    code = (
        "import sys; from flows.cli import call; code = call(sys.argv[1:])\n"
        "heavy = {'prefect', 'scenedetect', 'torch', 'matplotlib', 'onnxruntime', 'reportlab'} & set(sys.modules)\n"
        "print(*sorted(heavy)); sys.exit(code)"
    )
    asked = ["make", str(film), "--work", str(work)]
    run = subprocess.run([sys.executable, "-c", code, *asked], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == [str(comic)] and "film.pdf: unchanged" in run.stderr
    assert comic.read_bytes() == b"comic"


def test_what_is_not_as_it_was_made_is_made_again_and_remembered(
    made_before: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    film, comic, work = made_before
    runs: list[object] = []

    def run_flow(flow: object, **asked: object) -> Path:
        runs.append(asked["film"])
        comic.write_bytes(b"comic")
        return comic

    monkeypatch.setattr("tasks.serving.running.run_flow", run_flow)
    comic.write_bytes(b"edited")
    for _ in range(2):
        assert call(["make", str(film), "--work", str(work)]) == 0
    assert runs == [film] and comic.read_bytes() == b"comic"
    assert call(["make", str(film), "--work", str(work), "--title", "Another"]) == 0
    assert runs == [film, film]


def test_a_comic_is_made_again_where_a_run_would_see_better(
    made_before: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faces were looked for with what was at hand; by now the better detector can be had."""
    film, comic, work = made_before
    monkeypatch.setattr("film.pictures.faces.fetch_detector", lambda tell: True)
    monkeypatch.setattr("tasks.serving.running.run_flow", lambda flow, **asked: comic.write_bytes(b"better") and comic)
    assert call(["make", str(film), "--work", str(work)]) == 0
    assert comic.read_bytes() == b"better"


def test_an_error_shows_control_letters_and_sends_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["make", str(tmp_path / "\x1b[31mno\x07.mkv")], ["make", "x.mkv", "\x1b]0;title\x07", "\u202ex"]):
        assert call(arguments) == 2
        line = told(capsys)
        assert "\\x1b" in line and not set(line) & set("\x1b\x07\u202e")


def test_a_name_that_is_not_utf_8_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Such films are worked on, see `test_plain.py`; here one that is none, and options that must be text."""
    film, bad = shared("nasty/one_fps.mp4"), tmp_path / "Caf\udce9.mp4"
    bad.write_bytes(b"x")
    for arguments in (["make", str(bad)], ["shots", str(bad)], ["make", str(film), "--font", str(bad)]):
        assert call([*arguments, "--work", str(tmp_path / "work")]) == 2
        line = told(capsys)
        assert "Caf" in line and "our fault" not in line
    assert "is not UTF-8" in line


@pytest.mark.parametrize(("terminal", "printed"), [(True, rb"a \x1b[31mred\udce9"), (False, b"a \x1b[31mred\xe9")])
def test_a_path_is_exact_on_a_pipe_and_harmless_on_a_terminal(
    terminal: bool, printed: bytes, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    put_path(Path("a \x1b[31mred\udce9"))
    sys.stdout.flush()
    assert capfdbinary.readouterr().out.strip() == printed
