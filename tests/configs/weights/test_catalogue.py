"""Weights: found where they lie, verified, downloaded from a server of our own."""

import hashlib
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from configs.errors import OutputError, WeightsError
from configs.weights import catalogue, download
from configs.weights.catalogue import CATALOGUE, Weights, digest, fetch, find
from tests.material import shared

CONTENT = bytes(range(256)) * 1200
SHA256 = hashlib.sha256(CONTENT).hexdigest()
BLOB = hashlib.sha1(f"blob {len(CONTENT)}\0".encode() + CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves CONTENT; can break connections, ignore ranges, send other bytes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[str] = []
        self.content = CONTENT
        self.ranges = True
        self.break_after: list[int] = []
        self.status = 0


class Answer(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: object) -> None: ...

    def do_GET(self) -> None:
        server = self.server
        asked = self.headers.get("Range", "")
        server.asked.append(asked)
        if server.status:
            self.send_error(server.status)
            return
        start = int(asked[6:-1]) if asked and server.ranges else 0
        if start and start >= len(server.content):
            self.send_error(416)
            return
        body = server.content[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(server.content) - 1}/{len(server.content)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if server.break_after:
            self.wfile.write(body[: server.break_after.pop(0)])
            self.close_connection = True
            return
        self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("FILMCOMIC_WEIGHTS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(download, "_PAUSE_S", 0.0)
    from configs import settings

    monkeypatch.setattr(settings, "weights_cache", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def entry(server: Server, monkeypatch: pytest.MonkeyPatch) -> Weights:
    made = Weights(
        name="toy",
        file_name="toy.bin",
        url=f"http://127.0.0.1:{server.server_port}/some/toy.bin",
        licence="CC0",
        size_bytes=len(CONTENT),
        sha256=SHA256,
    )
    monkeypatch.setitem(CATALOGUE, "toy", made)
    return made


def test_find_never_downloads(server: Server, entry: Weights) -> None:
    assert find("toy") is None
    assert digest("toy") == f"sha256:{SHA256}"
    assert server.asked == []


def test_fetch_downloads_once(server: Server, entry: Weights, cache: Path) -> None:
    path = fetch("toy")
    assert path == cache / "toy.bin"
    assert path.read_bytes() == CONTENT
    assert fetch("toy") == find("toy") == path
    assert server.asked == [""]
    assert {item.name for item in cache.iterdir()} - {"toy.bin.lock"} == {"toy.bin"}


@pytest.mark.parametrize(("terminal", "asked"), [(True, True), (True, False), (False, True)])
def test_a_bar_is_drawn_on_a_terminal_alone(
    terminal: bool, asked: bool, entry: Weights, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    fetch("toy", progress=asked)
    streams = capsys.readouterr()
    assert streams.out == ""
    assert ("toy.bin" in streams.err and "100%" in streams.err) if terminal and asked else streams.err == ""


def test_broken_connection_is_resumed(server: Server, entry: Weights) -> None:
    server.break_after = [70_000, 100_000]
    assert fetch("toy").read_bytes() == CONTENT
    assert server.asked == ["", "bytes=65536-", "bytes=131072-"]  # whole chunks are kept


def test_a_later_run_goes_on_where_the_first_ended(server: Server, entry: Weights, cache: Path) -> None:
    server.break_after = [70_000, 0, 0, 0]
    with pytest.raises(WeightsError, match="connection"):
        fetch("toy")
    assert (cache / "toy.bin.part").stat().st_size == 65536
    assert not (cache / "toy.bin").exists()
    server.asked.clear()
    assert fetch("toy").read_bytes() == CONTENT
    assert server.asked == ["bytes=65536-"]


def test_complete_part_needs_no_byte_more(entry: Weights, cache: Path) -> None:
    cache.mkdir()
    (cache / "toy.bin.part").write_bytes(CONTENT)
    assert fetch("toy").read_bytes() == CONTENT


def test_part_of_another_file_is_thrown_away(server: Server, entry: Weights, cache: Path) -> None:
    cache.mkdir()
    (cache / "toy.bin.part").write_bytes(b"something else")
    assert fetch("toy").read_bytes() == CONTENT
    assert server.asked == ["bytes=14-", ""]


def test_server_without_ranges(server: Server, entry: Weights, cache: Path) -> None:
    server.ranges = False
    cache.mkdir()
    (cache / "toy.bin.part").write_bytes(CONTENT[:500])
    assert fetch("toy").read_bytes() == CONTENT


@pytest.mark.parametrize("content", [CONTENT[:-1], b"<html>please log in</html>", CONTENT + b"!", CONTENT * 9])
def test_wrong_content_is_refused(server: Server, entry: Weights, cache: Path, content: bytes) -> None:
    server.content = content
    with pytest.raises(WeightsError) as caught:
        fetch("toy")
    line = str(caught.value)
    assert line.startswith("toy.bin: ")
    assert entry.url in line
    assert "FILMCOMIC_WEIGHTS" in line
    assert "\n" not in line
    assert not (cache / "toy.bin").exists()


def test_gone_from_the_server(server: Server, entry: Weights) -> None:
    server.status = 404
    with pytest.raises(WeightsError, match="404"):
        fetch("toy")
    assert len(server.asked) == 1


def test_no_network(entry: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = Weights("toy", "toy.bin", "http://127.0.0.1:9/toy.bin", "CC0", 10, sha256=SHA256)
    monkeypatch.setitem(CATALOGUE, "toy", nobody)
    with pytest.raises(WeightsError, match=r"put toy.bin into a folder and name that folder in FILMCOMIC_WEIGHTS"):
        fetch("toy")


def test_spoilt_cache_is_downloaded_anew(entry: Weights, cache: Path) -> None:
    cache.mkdir()
    (cache / "toy.bin").write_bytes(b"spoilt")
    assert find("toy") is None
    assert fetch("toy").read_bytes() == CONTENT


def test_cache_that_cannot_be_written(entry: Weights, cache: Path) -> None:
    cache.write_text("a file where a folder should be")
    with pytest.raises(OutputError):
        fetch("toy")


def test_given_folder_comes_first(
    server: Server, entry: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(tmp_path))
    (tmp_path / "toy.bin").write_bytes(CONTENT)
    assert fetch("toy") == tmp_path / "toy.bin"
    assert server.asked == []


def test_given_file_with_another_digest(entry: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(tmp_path))
    (tmp_path / "toy.bin").write_bytes(b"not this")
    for ask in (find, fetch, digest):
        with pytest.raises(WeightsError, match="digest") as caught:
            ask("toy")
        assert str(caught.value).startswith(str(tmp_path / "toy.bin"))


def test_given_in_a_folder_of_the_given_one(
    server: Server, entry: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "given" / "published"
    inner.mkdir(parents=True)
    (inner / "toy.bin").write_bytes(CONTENT)
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(tmp_path / "given"))
    assert fetch("toy") == inner / "toy.bin" and server.asked == []
    (tmp_path / "given" / "toy.bin").write_bytes(CONTENT)
    assert fetch("toy") == tmp_path / "given" / "toy.bin"
    (tmp_path / "given" / "toy.bin").unlink()
    (inner / "toy.bin").write_bytes(b"other")
    with pytest.raises(WeightsError, match=r"published/toy\.bin: its digest is not that of toy"):
        find("toy")


def test_given_folder_that_is_none(entry: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(tmp_path / "nowhere"))
    with pytest.raises(WeightsError, match="FILMCOMIC_WEIGHTS names no folder"):
        find("toy")


def test_git_blob_ids(server: Server, entry: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    by_git = Weights("toy", "toy.bin", entry.url, "CC0", len(CONTENT), git_blob=BLOB)
    monkeypatch.setitem(CATALOGUE, "toy", by_git)
    assert digest("toy") == f"git:{BLOB}"
    assert fetch("toy").read_bytes() == CONTENT
    wrong = Weights("toy", "toy.bin", entry.url, "CC0", len(CONTENT), git_blob="0" * 40)
    monkeypatch.setitem(CATALOGUE, "toy", wrong)
    with pytest.raises(WeightsError, match="digest"):
        fetch("toy")


def test_substitute_serves(entry: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        CATALOGUE, "best", Weights("best", "best.bin", "", "CC0", 10, sha256="1" * 64, substitutes=("toy",))
    )
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(tmp_path))
    assert digest("best") == "sha256:" + "1" * 64
    (tmp_path / "toy.bin").write_bytes(CONTENT)
    assert find("best") == tmp_path / "toy.bin"
    assert digest("best") == f"sha256:{SHA256}"


def test_without_an_address_it_must_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CATALOGUE, "toy", Weights("toy", "toy.bin", "", "CC0", 10, sha256=SHA256))
    with pytest.raises(WeightsError, match="no address"):
        fetch("toy")


def test_two_at_once_download_once(server: Server, entry: Weights) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        paths = set(pool.map(fetch, ["toy"] * 4))
    assert len(paths) == 1
    assert server.asked == [""]


def test_catalogue_is_consistent() -> None:
    for name, entry in CATALOGUE.items():
        assert entry.name == name
        assert len(entry.sha256) == 64 or len(entry.git_blob) == 40
        assert entry.licence
        assert not entry.url or entry.url.startswith("https://")
        assert all(other in CATALOGUE for other in entry.substitutes)


@pytest.mark.parametrize("name", ["yunet", "squeezenet1_1", "squeezenet1_1-half"])
def test_shared_weights_are_the_right_ones(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights")))
    found = find(name)
    assert found is not None
    assert found.parent == shared("weights")


def test_digests_are_computed_once(entry: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find("toy") is None
    path = fetch("toy")
    assert find("toy") == path
    monkeypatch.setattr(catalogue, "file_sha256", lambda path: pytest.fail("read again"))
    assert find("toy")
