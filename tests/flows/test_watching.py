"""A folder into which films come in every way there is: each becomes a comic once, whatever becomes of the watch."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from prefect.client.orchestration import get_client

from flows.batch import watch_folder
from flows.cli import call
from tests.film.drawn import Picture, draw
from tests.material import ROOT

pytestmark = pytest.mark.usefixtures("prefect_server")

STYLE = ["--style", "ink-line", "--subtitles", "none"]
CHUNKS = 12


def film_of(path: Path, number: int) -> Path:
    """Draw a film of two seconds and two cuts, other than those of other numbers."""

    def scene(frame: int) -> Picture:
        blocks = np.random.default_rng((number, frame // 17)).integers(20, 230, (6, 10, 3), np.uint8)
        return np.ascontiguousarray(blocks.repeat(16, axis=0).repeat(16, axis=1))

    return draw(path, scene, count=50)


def copied(film: Path, target: Path, pause_s: float) -> None:
    """Copy a film as a slow line does, in pieces; its end comes last."""
    data = film.read_bytes()
    size = -(-len(data) // CHUNKS)
    with target.open("wb") as stream:
        for at in range(0, len(data), size):
            stream.write(data[at : at + size])
            stream.flush()
            time.sleep(pause_s)


def cut_short(film: Path, target: Path, share: float) -> None:
    """Leave away the end, where an MP4 says what is in it."""
    data = film.read_bytes()
    target.write_bytes(data[: int(len(data) * share)])


@pytest.fixture
def made(tmp_path: Path) -> Iterator[dict[Path, set[tuple[int, int]]]]:
    """Every state, inode and time, in which each comic is ever seen while the test runs."""
    seen: dict[Path, set[tuple[int, int]]] = {}
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.05):
            for comic in tmp_path.rglob("*.pdf"):
                if not comic.name.startswith("."):
                    status = comic.stat()
                    seen.setdefault(comic, set()).add((status.st_ino, status.st_mtime_ns))

    thread = threading.Thread(target=look)
    thread.start()
    yield seen
    ended.set()
    thread.join()


@contextmanager
def beside(work: Callable[[], None]) -> Iterator[None]:
    """Do something else while the block runs, and to its end."""
    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join()


def test_once_takes_what_is_there_and_what_still_grows(
    tmp_path: Path, made: dict[Path, set[tuple[int, int]]], capfd: pytest.CaptureFixture[str]
) -> None:
    inbox, source = tmp_path / "inbox", tmp_path / "source"
    inbox.mkdir()
    source.mkdir()
    films = [film_of(source / f"{number}.mp4", number) for number in range(3)]
    os.link(films[0], inbox / "hard.mp4")
    (inbox / "link.mp4").symlink_to(films[1])
    cut_short(films[2], inbox / "broken.mp4", 0.6)
    command = ["watch", str(inbox), "--once", "--settle", "0.4", *STYLE]
    with beside(lambda: copied(films[2], inbox / "grown.mp4", 0.15)):
        assert call(command) == 3
    out, err = capfd.readouterr()
    assert sorted(out.split()) == [str(inbox / name) for name in ("grown.pdf", "hard.pdf", "link.pdf")]
    # as it comes, and at the end
    assert err.count("broken.mp4: its index (moov) is missing") == 2 and "1 of 4 films failed" in err

    assert call(command) == 0, "what failed has not changed"
    assert capfd.readouterr() == ("", "")
    (inbox / "grown.pdf").unlink()
    assert call(command) == 0, "a comic that was taken away is not made again"
    assert {comic.name: len(states) for comic, states in made.items()} == dict.fromkeys(
        ("grown.pdf", "hard.pdf", "link.pdf"), 1
    )
    assert watch_folder(inbox, recipe={"style": "ink-line", "subtitles": "none"}, settle_s=0.2) == [], (
        "the dashboard's watch knows what the command has done"
    )


@pytest.mark.faults
@pytest.mark.timeout(900)
@pytest.mark.parametrize("how", [[], ["--poll"]], ids=["told by the system", "by the clock"])
def test_a_watch_that_is_killed_twice_makes_each_film_once(
    how: list[str],
    tmp_path: Path,
    made: dict[Path, set[tuple[int, int]]],
    prefect_server: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    inbox, source = tmp_path / "inbox", tmp_path / "source"
    inbox.mkdir()
    source.mkdir()
    films = [film_of(source / f"{number}.mp4", number) for number in range(12)]

    def feed() -> None:
        """Twelve films within half a minute: copied slowly, moved, linked; the last one is broken."""
        for number in (0, 1, 2):
            threading.Thread(target=copied, args=(films[number], inbox / f"{number}.mp4", 0.3 + 0.1 * number)).start()
        films[3].rename(inbox / "3.mp4")
        (inbox / "4.mp4").symlink_to(films[4])
        os.link(films[5], inbox / "5.mp4")
        copied(films[6], inbox / ".6.mp4.Xa3b4C", 0.4)  # as rsync does
        (inbox / ".6.mp4.Xa3b4C").rename(inbox / "6.mp4")
        copied(films[7], inbox / "7.mp4.part", 0.4)  # as browsers do
        (inbox / "7.mp4.part").rename(inbox / "7.mp4")
        films[8].rename(inbox / "8.mp4")
        (inbox / "9.mp4").symlink_to(films[9])
        os.link(films[10], inbox / "10.mp4")
        cut_short(films[11], inbox / "11.mp4", 0.6)

    logs = [(tmp_path / f"{turn}.out", tmp_path / f"{turn}.err") for turn in range(3)]
    command = [sys.executable, "-m", "flows.cli", "watch", str(inbox), "--settle", "1.5", "--jobs", "2", *how, *STYLE]
    here = {**os.environ, "PREFECT_API_URL": prefect_server}

    def started(turn: int) -> "subprocess.Popen[bytes]":
        with logs[turn][0].open("wb") as out, logs[turn][1].open("wb") as err:
            return subprocess.Popen(command, cwd=ROOT, env=here, stdout=out, stderr=err)

    def told(kind: int) -> list[str]:
        return [line for log in logs if log[kind].exists() for line in log[kind].read_text().splitlines()]

    def failures() -> int:
        return len([line for line in told(1) if "failed: " in line and "11.mp4" in line])

    def wait(what: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 240
        while not what():
            assert time.monotonic() < deadline and service.poll() is None, "\n".join(told(1))
            time.sleep(0.05)

    began = time.monotonic()
    service = started(0)
    with beside(feed):
        for turn, count in ((1, 1), (2, 5)):
            wait(lambda count=count: len(made) >= count)  # type: ignore[misc]
            time.sleep(0.5)  # in the midst of the next
            service.kill()
            assert service.wait() == -signal.SIGKILL
            service = started(turn)
        wait(lambda: len(made) == 11 and failures() == 1)
    cut_short(films[11], inbox / "11.mp4", 0.7)
    wait(lambda: failures() == 2)
    time.sleep(5)  # what it has written itself does not wake it
    service.terminate()
    assert service.wait(60) == 0, told(1)[-1]
    took_s = time.monotonic() - began

    assert sorted(comic.name for comic in made) == sorted(f"{number}.pdf" for number in range(11))
    assert {comic.name: states for comic, states in made.items() if len(states) > 1} == {}, "made twice"
    assert max(Counter(told(0)).values()) == 1 and failures() == 2
    assert "Traceback" not in "".join(told(1))
    assert [path.name for path in inbox.iterdir() if path.name.startswith(".")] == []
    with get_client(sync_client=True) as client:
        runs = [run for run in client.read_flow_runs() if run.parameters.get("folder") == str(inbox)]
        ended = Counter(run.name for run in client.read_flow_runs() if str(inbox) in str(run.parameters.get("film")))
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(made)} comics, {len(told(0))} told as made, {failures()} refusals told (one for each change), "
            f"{len(runs)} runs of the batch with {sum(ended.values())} runs of films, in {took_s:.0f} s\n"
        )
    shutil.rmtree(inbox)
