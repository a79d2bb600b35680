"""Hostile files and odd names at the door."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from configs.errors import FilmError
from film.decoding.ffmpeg import film_input
from film.decoding.frames import SmallFrames
from film.decoding.probe import probe
from film.decoding.source import checked_path, open_film
from film.model import Movie, Stream, StreamKind
from film.shots.shots import find_shots
from tests.film.programs import run
from tests.material import shared


class Listener:
    """A port of this machine that takes note of every connection."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self._open = True
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def close(self) -> None:
        self._open = False
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while self._open:
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            self.calls += 1
            connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    one = Listener()
    yield one
    one.close()


def _scripts(folder: Path, address: str) -> dict[str, str]:
    film = folder / "inner.mp4"
    head = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:6.0,\n"
    tail = "\n#EXT-X-ENDLIST\n"
    return {
        "file.m3u8": f"{head}file://{film}{tail}",
        "neighbour.m3u8": f"{head}inner.mp4{tail}",
        "http.m3u8": f"{head}{address}/a.ts{tail}",
        "key.m3u8": head.replace("#EXTINF", f'#EXT-X-KEY:METHOD=AES-128,URI="{address}/k"\n#EXTINF')
        + f"inner.mp4{tail}",
        "concat.ffconcat": "ffconcat version 1.0\nfile inner.mp4\n",
        "concat.txt": f"file '{film}'\n",
        "http.ffconcat": f"ffconcat version 1.0\nfile {address}/a.mp4\n",
        "dash.mpd": f'<?xml version="1.0"?><MPD><Period><BaseURL>{address}/</BaseURL></Period></MPD>',
        "session.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
        "asx.asx": f'<asx version="3.0"><entry><ref href="{address}/a"/></entry></asx>',
    }


@pytest.mark.parametrize("renamed", [False, True])
def test_playlists_are_refused_at_every_door(tmp_path: Path, listener: Listener, renamed: bool) -> None:
    shutil.copy(shared("nasty/two_frames.mp4"), tmp_path / "inner.mp4")
    for name, text in _scripts(tmp_path, listener.address).items():
        path = tmp_path / (f"{name}.mp4" if renamed else name)
        path.write_text(text)
        doors = [lambda path=path: probe(path), lambda path=path: find_shots(_pretended(path))]
        for door in doors:
            with pytest.raises(FilmError) as refused:
                door()
            assert "\n" not in str(refused.value)
            assert path.name in str(refused.value)
        with pytest.raises(FilmError, match="playlist or script"), open_film(path):
            pass
        with pytest.raises(subprocess.CalledProcessError):
            run(film_input(path).output("-", format="null"))
    assert listener.calls == 0


def _pretended(path: Path) -> Movie:
    return Movie(
        path=path,
        sha256="",
        duration_s=Fraction(1),
        rate=Fraction(24),
        size_px=(64, 36),
        streams=(Stream(index=0, kind=StreamKind.VIDEO, codec="h264"),),
    )


ODD_NAMES = [
    "-video-with-dash-.mp4",
    "http:x.mp4",
    "concat:a|b.mp4",
    "%03d.mp4",
    'it\'s a "film" $(x).mp4',
    "new\nline.mp4",
    "phim hoạt hình 漫画.mp4",
    " [a],b;c=d\\e.mp4",
    "no_ending",
    "~nobody.mp4",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_are_only_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    shutil.copy(shared("nasty/two_frames.mp4"), tmp_path / name)
    monkeypatch.chdir(tmp_path)
    movie = probe(Path(name))
    assert movie.path == tmp_path / name
    assert len(find_shots(movie).stats.time_s) == 2


@pytest.mark.parametrize("address", ["https://example.org/a.mp4", "rtsp://camera/1"])
def test_an_address_is_told_from_a_name(address: str) -> None:
    with pytest.raises(FilmError, match="is an address, and films are files on the disk; download it"):
        checked_path(Path(address))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.mp4", "no such file"),
        ("folder.mp4", "is a folder"),
        ("empty.mp4", "is empty"),
        ("a" * 300, "cannot be read"),
    ],
)
def test_what_is_no_file_is_said_in_one_line(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(FilmError, match=words) as refused:
        checked_path(tmp_path / name)
    assert "\n" not in str(refused.value)


def test_devices_and_pipes_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    for path in (tmp_path / "pipe.mp4", Path("/dev/null")):
        with pytest.raises(FilmError, match="not a regular file"):
            checked_path(path)


def test_an_unreadable_file_is_said_in_one_line(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:3]):
        if folder.stat().st_uid == os.getuid() and folder != Path("/tmp"):
            folder.chmod(0o755)
    film = tmp_path / "secret.mp4"
    film.write_bytes(b"x")
    film.chmod(0)
    code = """
import os, sys
from film.decoding.source import checked_path
from configs.errors import FilmError
if os.geteuid() == 0:
    try: os.seteuid(65534)
    except OSError: sys.exit(77)
try: checked_path(sys.argv[1])
except FilmError as error: print(error)
"""
    done = subprocess.run([sys.executable, "-c", code, str(film)], capture_output=True, text=True, timeout=60)
    if done.returncode == 77:
        pytest.skip("root's rights cannot be dropped here")
    assert done.stderr == ""
    assert "may not be read" in done.stdout
    assert done.stdout.count("\n") == 1


def test_what_is_no_film_is_said_in_one_line() -> None:
    for name in ("films/FILMS.md", "films/sintel_trailer.en.srt", "nasty/random_bytes.mp4", "nasty/audio_only.mp3"):
        with pytest.raises(FilmError) as refused:
            probe(shared(name))
        assert "\n" not in str(refused.value)
        assert str(refused.value).count(Path(name).name) == 1


def test_nothing_is_left_behind_when_the_reader_stops_early() -> None:
    movie = probe(shared("films/bbb_480p_30s.mp4"))
    with pytest.raises(KeyboardInterrupt):
        for _ in SmallFrames(movie):
            raise KeyboardInterrupt
    assert _children() == []
    assert not [thread for thread in threading.enumerate() if thread.name == "ffmpeg pipe"]


def _children() -> list[str]:
    me = str(os.getpid())
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = entry.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if words[1] == me and "ffmpeg" in entry.read_text():
            found.append(entry.parent.name)
    return found


def test_a_silent_decoder_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("film.decoding.ffmpeg.STALL_LIMIT_S", 0.2)
    monkeypatch.setattr("film.decoding.ffmpeg.command", lambda node: ["sleep", "60"])
    movie = probe(shared("nasty/two_frames.mp4"))
    with pytest.raises(FilmError, match="silent"):
        list(SmallFrames(movie))
