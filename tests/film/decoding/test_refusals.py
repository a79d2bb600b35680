"""Films that are whole but not read: their kind and the cure are told, never that they are damaged or no film."""

import gzip
from pathlib import Path

import ffmpeg
import pytest

from configs.errors import FilmError
from film.decoding.encrypted import is_encrypted
from film.decoding.probe import probe
from film.decoding.source import foreign_container
from film.model import FILM_SUFFIXES
from tests.film.programs import drawn_input, run
from tests.material import shared


def draw(path: Path, **options: object) -> Path:
    """Write a second of a test picture in whatever container the options name."""
    run(drawn_input("testsrc2=s=176x144:r=25:d=1").output(str(path), **options))
    return path


CENC = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": "7" * 32, "encryption_kid": "a" * 32}


def told(path: Path) -> str:
    """Return the one line with which a film is refused."""
    with pytest.raises(FilmError) as refused:
        probe(path)
    line = str(refused.value)
    assert "\n" not in line
    assert line.count(path.name) == 1
    return line


@pytest.mark.parametrize(
    ("name", "options", "kind"),
    [
        ("a.rm", {"vcodec": "rv10"}, "RealMedia"),
        ("a.wtv", {"vcodec": "mpeg2video"}, "WTV"),
        ("a.mjpeg", {}, "Motion JPEG"),
        ("a.mjpg", {"format": "mpjpeg"}, "Motion JPEG"),
        ("a.drc", {"vcodec": "vc2", "strict": -1, "pix_fmt": "yuv420p"}, "Dirac"),
        ("renamed.mp4", {"vcodec": "rv10", "format": "rm"}, "RealMedia"),
    ],
)
def test_a_container_that_is_not_read_is_named_with_its_cure(
    tmp_path: Path, name: str, options: dict[str, object], kind: str
) -> None:
    film = draw(tmp_path / name, **options)
    line = told(film)
    assert kind in line
    assert "convert it with ffmpeg" in line
    converted = tmp_path / "converted.mkv"
    run(ffmpeg.input(str(film)).output(str(converted)))
    assert probe(converted).size_px == (176, 144)


@pytest.mark.parametrize("name", ["24a_realmedia.rmvb", "24b_windows_media_center.wtv", "24c_ipcam.mjpeg"])
def test_films_from_the_field_are_named(name: str) -> None:
    assert "convert it with ffmpeg" in told(shared(f"field/film/{name}"))


@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_one_picture_is_no_film_of_a_named_kind(tmp_path: Path, ending: str) -> None:
    picture = draw(tmp_path / f"photo.{ending}", vframes=1)
    assert foreign_container(picture) == ""
    assert "is of a format that is not read" in told(picture)


@pytest.mark.parametrize(
    ("ending", "options"),
    [
        ("3g2", {"vcodec": "mpeg4"}),
        ("f4v", {}),
        ("ogm", {"vcodec": "libtheora", "format": "ogg"}),
        ("m1v", {}),
        ("m2v", {}),
        ("h264", {}),
        ("asf", {}),
        ("dvr-ms", {"format": "asf"}),
        ("divx", {"format": "avi"}),
        ("vro", {"format": "vob"}),
        ("mod", {"format": "vob"}),
        ("tod", {"format": "mpegts"}),
        ("nut", {}),
        ("y4m", {}),
        ("apng", {}),
    ],
)
def test_endings_that_are_found_open(tmp_path: Path, ending: str, options: dict[str, object]) -> None:
    assert f".{ending}" in FILM_SUFFIXES
    assert probe(draw(tmp_path / f"a.{ending}", **options)).size_px == (176, 144)


@pytest.mark.parametrize("options", [{}, {"movflags": "frag_keyframe+empty_moov"}, {"movflags": "faststart"}])
def test_an_encrypted_mp4_is_told_as_such(tmp_path: Path, options: dict[str, object]) -> None:
    line = told(draw(tmp_path / "a.mp4", **CENC, **options))
    assert "is encrypted (DRM)" in line and "undamaged" not in line
    assert probe(draw(tmp_path / "clear.mp4", **options)).size_px == (176, 144)


def test_a_film_of_the_field_is_told_as_encrypted() -> None:
    assert "is encrypted (DRM)" in told(shared("field/film/28_drm_cenc.mp4"))


def test_encrypted_sound_alone_is_told_and_beside_a_clear_picture_is_none_of_its_business(tmp_path: Path) -> None:
    sound = tmp_path / "sound.mp4"
    run(drawn_input("sine=d=1").output(str(sound), acodec="aac", **CENC))
    assert "is encrypted (DRM)" in told(sound)
    both = tmp_path / "both.mp4"
    run(ffmpeg.output(drawn_input("testsrc2=s=176x144:d=1"), drawn_input("sine=d=1"), str(both), acodec="aac"))
    both.write_bytes(both.read_bytes().replace(b"mp4a", b"enca"))
    assert not is_encrypted(both)
    both.write_bytes(both.read_bytes().replace(b"avc1", b"drmi"))
    assert is_encrypted(both)


def test_an_encrypted_wmv_is_told_as_such(tmp_path: Path) -> None:
    film = draw(tmp_path / "a.wmv")
    assert not is_encrypted(film)
    data = film.read_bytes()
    secret = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e") + (40).to_bytes(8, "little") + bytes(16)
    size, count = int.from_bytes(data[16:24], "little") + 40, int.from_bytes(data[24:28], "little") + 1
    film.write_bytes(
        data[:16] + size.to_bytes(8, "little") + count.to_bytes(4, "little") + data[28:30] + secret + data[30:]
    )
    assert "is encrypted (DRM)" in told(film)


def element(kind: str, *inside: bytes) -> bytes:
    """Return one element of Matroska, its length written as 8 bytes."""
    body = b"".join(inside)
    return bytes.fromhex(kind) + (len(body) | 1 << 56).to_bytes(8, "big") + body


@pytest.mark.parametrize(("inside", "encrypted"), [("5035", True), ("5034", False)])
def test_an_encrypted_matroska_is_told_as_such(tmp_path: Path, inside: str, encrypted: bool) -> None:
    # 5034 is compression, which is as ordinary as it is harmless
    track = element("ae", element("83", b"\x01"), element("6d80", element("6240", element(inside))))
    film = tmp_path / "a.webm"
    film.write_bytes(element("1a45dfa3") + element("18538067", element("ec", bytes(9)), element("1654ae6b", track)))
    assert is_encrypted(film) == encrypted


@pytest.mark.parametrize("ending", ["ts", "m2ts"])
def test_a_scrambled_recording_is_told_as_such(tmp_path: Path, ending: str) -> None:
    film = draw(tmp_path / f"a.{ending}", vcodec="mpeg2video")
    assert not is_encrypted(film)
    data, length = bytearray(film.read_bytes()), 192 if ending == "m2ts" else 188
    for at in range(length - 188, len(data), length):
        if data[at + 1] & 0x1F:  # tables stay clear
            data[at + 3] |= 0x80
    film.write_bytes(data)
    assert "is encrypted (DRM)" in told(film)


def test_a_scrambled_dvd_is_told_as_such(tmp_path: Path) -> None:
    film = draw(tmp_path / "a.vob", bitrate="2M")
    assert not is_encrypted(film)
    data = bytearray(film.read_bytes())
    for at in range(0, len(data), 2048 * 2):
        packet = data.find(b"\0\0\x01\xe0", at, at + 64)
        if packet > 0:
            data[packet + 6] |= 0x10
    film.write_bytes(data)
    assert "is encrypted (DRM)" in told(film)


@pytest.mark.parametrize(
    "start",
    [
        "00000001",
        "00000001" + "ff" * 40,
        "1a45dfa3" + "ff" * 40,
        "3026b2758e66cf11a6d900aa0062ce6c" + "ff" * 40,
        "000001ba",
        "",
    ],
)
def test_broken_heads_are_not_taken_for_encrypted(tmp_path: Path, start: str) -> None:
    film = tmp_path / "a.mp4"
    film.write_bytes(bytes.fromhex(start))
    assert not is_encrypted(film)


@pytest.mark.parametrize(
    ("name", "kind", "junk"),
    [
        ("a.ts", "an MPEG transport stream", bytes(100_001)),
        ("a.m2ts", "an MPEG transport stream", bytes(1 << 21)),
        ("a.mkv", "Matroska", b"HTTP/1.1 200 OK\r\nContent-Type: video/x-matroska\r\n\r\n"),
        ("a.mp4", "MP4", b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n" * 9),
        ("a.avi", "AVI", bytes(4096)),
        ("a.flv", "FLV", bytes(77)),
    ],
    ids=["ts", "m2ts", "mkv", "mp4", "avi", "flv"],
)
def test_a_film_behind_what_is_no_film_is_told_where_it_begins(
    tmp_path: Path, name: str, kind: str, junk: bytes
) -> None:
    """As pages of a server's answer, or an empty disk, get in front of a recording."""
    whole = draw(tmp_path / name, **({"vcodec": "ffv1"} if name == "a.avi" else {}))
    film = tmp_path / f"behind{whole.suffix}"
    film.write_bytes(junk + whole.read_bytes())
    line = told(film)
    assert f"begins with {len(junk)} bytes that are no film, and {kind} comes after them" in line
    start = int(line.partition("tail -c +")[2].split()[0])
    assert film.read_bytes()[start - 1 :] == whole.read_bytes()


def test_what_holds_no_film_anywhere_is_told_as_before(tmp_path: Path) -> None:
    film = tmp_path / "a.ts"
    film.write_bytes(bytes(range(256)) * 4000)
    assert "no film" not in told(film)


MP4_HEAD = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41\0\0\0\x08free"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (gzip.compress(bytes(999), mtime=0), "is a packed file (gzip); unpack it and give the film"),
        (b"PK\3\4" + bytes(99), "is an archive (ZIP); unpack it and give the film"),
        (b"Rar!\x1a\x07\1\0" + bytes(99), "is an archive (RAR); unpack it and give the film"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(99), "is an archive (7z); unpack it and give the film"),
        (
            b"a.mp4".ljust(257, b"\0") + b"ustar\x0000" + bytes(999) + MP4_HEAD,
            "is an archive (tar); unpack it and give",
        ),
        (b"\n<!DOCTYPE html><html><title>Sign in</title></html>", "is a page of the web; download the film itself"),
        (b"d8:announce35:udp://tracker.example:1337e", "is a torrent; download what it names and give that"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 9\n",
            "stands for a film that Git LFS keeps; git",
        ),
        (
            MP4_HEAD + b"\0\1\0\0mdat" + bytes(range(256)) * 9,
            "its index (moov) is missing, as where a download or a rec",
        ),
        (MP4_HEAD + b"\0\0\0\0mdat" + bytes(9000), "its index (moov) is missing"),
    ],
    ids=["gzip", "zip", "rar", "7z", "tar", "page", "torrent", "lfs", "cut", "zeros"],
)
def test_what_is_known_and_no_film_is_named_with_its_cure(data: bytes, said: str, tmp_path: Path) -> None:
    film = tmp_path / "a.mp4"
    film.write_bytes(data)
    assert said in told(film)


def test_an_index_that_is_there_and_helps_nobody_is_not_called_missing(tmp_path: Path) -> None:
    whole = draw(tmp_path / "a.mp4", vcodec="libx264").read_bytes()
    film = tmp_path / "b.mp4"
    film.write_bytes(whole.replace(b"stbl", b"xxxx"))
    assert "missing" not in told(film)
    film.write_bytes(b"\0\0\0\x18ftypavif\0\0\0\0mif1avif\0\0\0\x20meta" + bytes(99))
    assert "missing" not in told(film)
