"""The shelf brought up for real: where it listens, how it ends, and what keeps it from starting."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from configs.errors import InputError
from tasks.showing.shelf.serve_shelf import serve_shelf
from tests.layouts.finished_comics import cbz
from tests.material import ROOT

CODE = """
import sys
from pathlib import Path
from tasks.showing.shelf.serve_shelf import serve_shelf
serve_shelf(Path(sys.argv[1]), port=0)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_ends_it_in_one_line(tmp_path: Path, number: int) -> None:
    cbz(tmp_path / "a.cbz", 10)
    (tmp_path / "bad.pdf").write_text("damaged")
    command = [sys.executable, "-c", CODE, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "cannot be read: bad.pdf (it is damaged)\n"
        told = process.stderr.readline()
        address = told.split()[2]
        assert told.startswith("2 comics: http://127.0.0.1:") and told.endswith("Ctrl-C ends it\n")
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert answer.status == 200 and "server" not in answer.headers
        os.kill(process.pid, number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "the shelf is closed\n")


def refused(folder: Path, **place: object) -> str:
    lines: list[str] = []
    with pytest.raises(InputError) as found:
        serve_shelf(folder, tell=lines.append, **place)  # type: ignore[arg-type]
    assert lines == [] and "\n" not in str(found.value)
    return str(found.value)


def test_what_keeps_it_from_starting_is_one_line_with_the_cure(tmp_path: Path) -> None:
    comics = cbz(tmp_path / "comics" / "a.cbz", 10).parent
    (tmp_path / "empty").mkdir()
    assert "no such folder; name one" in refused(tmp_path / "none")
    assert "not a folder; give the folder" in refused(comics / "a.cbz")
    assert "no finished comic (PDF, CBZ, EPUB) lies in it; make one" in refused(tmp_path / "empty")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = refused(comics, port=port)
        assert told == f"127.0.0.1:{port}: something listens there already; choose another --port"
    assert "no address of this machine; leave --host away" in refused(comics, host="192.0.2.1", port=0)
    assert "no such address" in refused(comics, host="no host", port=0)
    assert all("no such port; choose a --port" in refused(comics, port=port) for port in (-1, 70_000))
