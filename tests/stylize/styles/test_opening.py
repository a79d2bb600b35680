"""Pictures from outside: however large, turned, coloured or transparent, read in one place and refused in one line."""

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from configs.errors import InputError, StyleError
from stylize.styles.opening import DECODED_PX, open_picture
from stylize.training.data.training_pictures import collect, read_picture
from stylize.transfer.arbitrary import arbitrary
from stylize.transfer.gatys import nst
from tests.material import ROOT

Shades = npt.NDArray[np.uint8]

RED, GREEN, WHITE = (200, 30, 20), (0, 255, 0), (255, 255, 255)


def halves(height: int = 40, width: int = 64) -> Shades:
    """Red at the top, dark at the bottom."""
    picture = np.full((height, width, 3), 20, np.uint8)
    picture[: height // 2] = RED
    return picture


def png_of(width: int, height: int, path: Path, *, rows: int = 0) -> Path:
    """Write a grey PNG of this size by its head, with only so many rows in it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows_of_it = zlib.compress(b"\0" * (width + 1) * rows)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows_of_it) + chunk(b"IEND", b""))
    return path


def peak_mb(code: str) -> int:
    """Run code in a process of its own and return how much memory it took beyond the imports."""
    whole = (
        "import resource; from pathlib import Path; from stylize.transfer.gatys import nst;"
        "from stylize.transfer.arbitrary import arbitrary;"
        "from stylize.styles.opening import *;"
        "from stylize.training.data.training_pictures import read_picture\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"{code}\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, "nothing is told beside"
    return int(done.stdout)


def refusals(path: Path) -> list[str]:
    """Return what everybody who reads pictures from outside refuses this one with."""
    asked: list[Any] = [
        lambda: nst._read(path),
        lambda: arbitrary.read_picture(path, 256),
        lambda: read_picture(path),
        lambda: read_picture(path, 512),
    ]
    told = []
    for ask in asked:
        with pytest.raises(InputError) as caught:
            ask()
        told.append(str(caught.value))
        assert told[-1].startswith(f"{path}: ") and "\n" not in told[-1] and ";" in told[-1]
    return told


@pytest.mark.parametrize("size", [(30_000, 30_000), (2_000_000, 200), (200, 2_000_000), (2**31 - 1, 1)])
def test_a_bomb_of_pixels_is_refused_by_its_head(size: tuple[int, int], tmp_path: Path) -> None:
    path = png_of(*size, tmp_path / "bomb.png", rows=1 if size[0] < 10**6 else 0)
    for told in refusals(path):
        assert f"is too large to be read ({size[0]}x{size[1]} pixels, more than 150 million)" in told
        assert "give a smaller copy: 4000 pixels on the longer side are plenty" in told
    assert peak_mb(
        f"path = Path({str(path)!r})\n"
        "for read in (nst._read, read_picture, lambda path: arbitrary.read_picture(path, 256)):\n"
        "    try: read(path); raise SystemExit('it was read')\n"
        "    except InputError: pass"
    ) < 30  # fmt: skip


def test_a_bomb_among_training_pictures_is_left_out(tmp_path: Path) -> None:
    png_of(30_000, 30_000, tmp_path / "bomb.png", rows=1)
    noise = np.random.default_rng(0).integers(0, 255, (80, 80, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "good.png")
    found = collect([tmp_path], least_px=64, what="photos")
    assert [path.name for path in found.paths] == ["good.png"] and found.told() == "1 of 2 pictures (left out: 1 huge)"


def test_a_large_scan_takes_little_memory(tmp_path: Path) -> None:
    """Twelve thousand by nine thousand: 324 MB as plain RGB."""
    scan = tmp_path / "scan.jpg"
    Image.new("RGB", (12_000, 9_000), RED).save(scan, quality=80)
    for read, shape in (
        ("nst._read(Path(p))", (1536, 2048, 3)),
        ("arbitrary.read_picture(Path(p), 256)", (256, 341, 3)),
        ("read_picture(Path(p), 1280)", (960, 1280, 3)),
    ):
        assert peak_mb(f"p = {str(scan)!r}\nassert {read}.shape == {shape}") < 150
    assert np.abs(nst._read(scan)[[0, -1, 700], [0, -1, 900]] * 255 - RED).max() < 4


def test_a_jpeg_beyond_all_is_refused_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(halves(400, 600)).save(path)
    monkeypatch.setattr("stylize.styles.opening.SEEN_PX", 200_000)
    with pytest.raises(InputError, match=r"too large to be read \(600x400"):
        open_picture(path, longest_px=60)
    monkeypatch.setattr("stylize.styles.opening.SEEN_PX", 300_000)
    monkeypatch.setattr("stylize.styles.opening.DECODED_PX", 50_000)
    assert open_picture(path, longest_px=60).size_px == (600, 400)
    with pytest.raises(InputError, match=r"too large to be read \(600x400"):
        open_picture(path)  # it would have to be decoded whole
    Image.fromarray(halves(400, 600)).save(path, progressive=True)
    with pytest.raises(InputError, match=r"too large to be read \(600x400"):
        open_picture(path, longest_px=60)  # the decoder holds all of a progressive one


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif"])
@pytest.mark.parametrize(("width", "height"), [(64, 40), (1280, 800), (4001, 2500), (9001, 5000)])
def test_reduced_to_the_longer_side(suffix: str, width: int, height: int, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    shades = halves(height, width)
    Image.fromarray(shades).save(path, **({"subsampling": 0, "quality": 95} if suffix == "jpg" else {}))
    found = open_picture(path, longest_px=512)
    assert found.size_px == (width, height)
    scale = min(1.0, 512 / width)
    assert found.picture.shape == (round(height * scale), round(width * scale), 3)
    top, bottom = found.picture[: found.picture.shape[0] // 2 - 2], found.picture[found.picture.shape[0] // 2 + 2 :]
    assert np.abs(top.astype(int) - RED).max() <= 3 and np.abs(bottom.astype(int) - 20).max() <= 3


def test_a_photo_of_ordinary_size_is_decoded_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    noise = np.random.default_rng(0).integers(0, 255, (60, 90, 3), np.uint8)
    Image.fromarray(noise).save(path)
    with Image.open(path) as opened:
        assert np.array_equal(open_picture(path, longest_px=90).picture, np.asarray(opened))


class TestKinds:
    """What a picture shows does not depend on how it is stored."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "a"

    def check(self, path: Path, off: int = 3, size: tuple[int, int] = (64, 40)) -> None:
        """It is red at the top and dark at the bottom, for everyone who reads."""
        reduced = open_picture(path, longest_px=16).picture
        whole = [
            nst._read(path) * 255,
            arbitrary.read_picture(path, 64) * 255,
            read_picture(path).astype(np.float32),
        ]
        for found in [reduced.astype(np.float32), *whole]:
            assert np.abs(found[: found.shape[0] // 3] - RED).max() <= off
            assert np.abs(found[-(found.shape[0] // 3) :] - 20).max() <= off
        assert whole[0].shape[1::-1] == size and open_picture(path).size_px == size

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "PPM"])
    def test_format_by_content(self, kind: str, path: Path) -> None:
        Image.fromarray(halves()).save(path, kind, **({"quality": 95} if kind in ("JPEG", "WEBP") else {}))
        self.check(path, off=6)

    def test_cmyk(self, path: Path) -> None:
        Image.fromarray(halves()).convert("CMYK").save(path, "JPEG", quality=95)
        self.check(path, off=6)

    def test_palette(self, path: Path) -> None:
        Image.fromarray(halves()).quantize(8).save(path, "PNG")
        self.check(path)

    @pytest.mark.parametrize("turn", range(1, 9))
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
    def test_turned(self, turn: int, kind: str, path: Path) -> None:
        """As a camera held in any way stores it."""
        ways = {
            2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270,
        }  # fmt: skip
        exif = Image.Exif()
        exif[0x0112] = turn
        stored = Image.fromarray(halves())
        stored = stored.transpose(ways[turn]) if turn in ways else stored
        stored.save(path, kind, exif=exif, **({"quality": 95} if kind == "JPEG" else {}))
        self.check(path, off=8)

    def test_a_broken_note_of_the_turn(self, path: Path) -> None:
        Image.fromarray(halves()).save(path, "JPEG", quality=95, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\1\x12broken")
        self.check(path, off=6)

    @pytest.mark.parametrize("deep", [np.uint8, np.uint16])
    def test_grey(self, deep: type, path: Path) -> None:
        shades = np.full((40, 64), 60 if deep is np.uint8 else 60 * 257, deep)
        Image.fromarray(shades).save(path, "PNG")
        for found in (nst._read(path) * 255, read_picture(path), arbitrary.read_picture(path, 64) * 255):
            assert found.shape == (40, 64, 3) and np.abs(found.astype(float) - 60).max() <= 1

    @pytest.mark.parametrize("way", ["RGBA", "LA", "P", "RGB", "L", "palette"])
    def test_what_is_transparent_shows_paper_and_no_hidden_colour(self, way: str, path: Path) -> None:
        picture = Image.new("RGBA", (64, 64), (*GREEN, 0))
        picture.paste((*RED, 255), (0, 0, 64, 32))
        options: dict[str, Any] = {}
        shown: Any = RED
        if way == "LA":
            picture, shown = picture.convert("LA"), 76
        elif way == "palette":
            picture = picture.quantize(4)
        elif way == "P":
            plain = Image.new("P", (64, 64), 1)
            plain.putpalette([*RED, *GREEN])
            plain.paste(0, (0, 0, 64, 32))
            picture, options = plain, {"transparency": 1}
        elif way == "RGB":
            picture, options = picture.convert("RGB"), {"transparency": GREEN}
        elif way == "L":
            plain = Image.new("L", (64, 64), 150)
            plain.paste(76, (0, 0, 64, 32))
            picture, options, shown = plain, {"transparency": 150}, 76
        picture.save(path, "PNG", **options)
        for found in (
            nst._read(path) * 255,
            arbitrary.read_picture(path, 64) * 255,
            arbitrary.read_picture(path, 32) * 255,
            read_picture(path).astype(np.float32),
        ):
            half = found.shape[0] // 2
            assert np.abs(found[: half - 2] - (76 if way == "LA" else shown)).max() <= 12
            assert np.abs(found[half + 2 :] - 255).max() <= 1


def test_what_is_no_picture(tmp_path: Path) -> None:
    text, cut, fifo = tmp_path / "text.jpg", tmp_path / "cut.png", tmp_path / "fifo.png"
    text.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n")  # Pillow would run it
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (80, 80, 3), np.uint8)).save(cut)
    cut.write_bytes(cut.read_bytes()[:9000])
    os.mkfifo(fifo)
    fractions = tmp_path / "fractions.tif"
    Image.fromarray(np.full((80, 80), 0.5, np.float32)).save(fractions)
    assert all("is no picture that can be read;" in told for told in refusals(fractions))
    assert all("is no picture that can be read;" in told for told in refusals(text))
    assert all("is no picture that can be read to its end;" in told for told in refusals(cut))
    assert all("cannot be read (it is no file);" in told for told in refusals(fifo))  # and nobody waits for its end
    assert all("cannot be read (it is a folder);" in told for told in refusals(tmp_path))
    assert all("cannot be read (No such file or directory);" in told for told in refusals(tmp_path / "none"))


def test_the_error_is_of_the_kind_that_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(StyleError, match="the picture to paint after cannot be read"):
        open_picture(tmp_path / "none", what="the picture to paint after", refusal=StyleError)
    with pytest.raises(StyleError, match="no file can have this name"):
        open_picture(Path("a\0b"), refusal=StyleError)


def test_memory_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(halves()).save(path)

    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("stylize.styles.opening._strips", full)
    with pytest.raises(InputError, match=r"does not fit into memory \(64x40 pixels\); give a smaller copy"):
        open_picture(path)


def test_the_stated_limit() -> None:
    assert 12_000 * 9_000 < DECODED_PX < 13_000 * 13_000
