"""Photos are read as they are to be seen, and saved with what was beside their colours."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from configs.errors import InputError
from stylize.styles.photos import KINDS, frame_png, read_photo, save_photo

RED, CLEAR = (200, 30, 30), (0, 0, 0, 0)


def halves(mode: str = "RGB", right: tuple[int, ...] = (20, 20, 220)) -> Image.Image:
    """A picture of 32x16 whose left half is red."""
    picture = Image.new(mode, (32, 16), right)
    picture.paste(RED, (0, 0, 16, 16))
    return picture


def saved(photo: Path, target: Path) -> Image.Image:
    """Save a photo unpainted."""
    frame = target.with_name("frame.png")
    frame.write_bytes(frame_png(read_photo(photo)))
    save_photo(frame, frame, photo, target)
    return Image.open(target)


def test_a_photo_is_turned_upright_and_its_notes_are_kept(tmp_path: Path) -> None:
    notes = Image.Exif()
    notes[0x0112], notes[0x013B] = 6, "A. Maker"
    notes.get_ifd(0x8769)[0x9003] = "2020:02:03 04:05:06"
    halves().save(tmp_path / "a.jpg", exif=notes, quality=95)
    photo = read_photo(tmp_path / "a.jpg")
    assert photo.picture.shape == (32, 16, 3) and photo.alpha is None
    assert photo.picture[:12, :, 0].min() > 150 > photo.picture[20:, :, 0].max(), "the left half is above now"
    for suffix in KINDS:
        made = saved(tmp_path / "a.jpg", tmp_path / f"b{suffix}")
        told = made.getexif()
        assert (made.size, made.format, told[0x013B]) == ((16, 32), KINDS[suffix], "A. Maker")
        assert 0x0112 not in told, "players would turn it again"
        assert told.get_ifd(0x8769).get(0x9003) == (None if made.format == "TIFF" else "2020:02:03 04:05:06")


def test_colours_are_those_of_the_profile(tmp_path: Path) -> None:
    """A profile whose red is what others call green."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"????", b"gXYZ", 1)
    Image.new("RGB", (16, 16), (255, 0, 0)).save(tmp_path / "a.png", icc_profile=swapped)
    assert read_photo(tmp_path / "a.png").picture[8, 8].tolist() == pytest.approx([0, 255, 0], abs=2)
    halves("RGBA", CLEAR).save(tmp_path / "b.png", icc_profile=profile[:200])
    assert read_photo(tmp_path / "b.png").picture[8, 8].tolist() == list(RED), "a broken profile is no reason to fail"


@pytest.mark.parametrize("mode", ["RGBA", "P", "LA"])
def test_what_is_transparent_stays_so(mode: str, tmp_path: Path) -> None:
    halves("RGBA", CLEAR).convert(mode).save(tmp_path / "a.png")
    photo = read_photo(tmp_path / "a.png")
    assert photo.alpha is not None and photo.alpha[8, [4, 28]].tolist() == [255, 0]
    assert photo.picture[8, 28].tolist() == [255, 255, 255], "not the colours that lie hidden there"
    for suffix in (".png", ".webp", ".tif"):
        made = saved(tmp_path / "a.png", tmp_path / f"b{suffix}")
        assert made.mode == "RGBA" and np.asarray(made.getchannel("A"))[8, [4, 28]].tolist() == [255, 0]
    made = saved(tmp_path / "a.png", tmp_path / "b.jpg")
    assert made.mode == "RGB" and min(made.getpixel((28, 8))) > 250


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_16_bits_are_read(channels: int, suffix: str, tmp_path: Path) -> None:
    shades = np.full((12, 12, channels), 30_000, np.uint16)
    cv2.imwrite(str(tmp_path / f"a{suffix}"), shades)
    picture = read_photo(tmp_path / f"a{suffix}").picture
    assert picture.shape == (12, 12, 3) and np.abs(picture.astype(int) - 30_000 / 257).max() <= 1


def test_long_notes_are_no_hindrance(tmp_path: Path) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("workflow", "x" * 3_000_000, zip=True)
    halves().save(tmp_path / "a.png", pnginfo=notes)
    assert read_photo(tmp_path / "a.png").picture.shape == (16, 32, 3)


def test_of_several_pictures_the_first_is_read(tmp_path: Path) -> None:
    halves().save(tmp_path / "a.gif", save_all=True, append_images=[Image.new("RGB", (32, 16))])
    photo = read_photo(tmp_path / "a.gif")
    assert photo.pictures == 2 and photo.picture[8, 4, 0] > 150


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "a.heic: is a HEIC photo, which is not read; save it as JPEG"),
        ("a.jpg", b"\0\0\0\x18ftypmif1\0\0\0\0", "is a HEIC photo"),
        ("a.png", b"\xff\x0a" + bytes(99), "is a JPEG XL photo, which is not read; save it as JPEG or PNG first"),
        ("a.jpg", b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(99), "is a JPEG XL photo, which is not read"),
        ("a.jpg", b"8BPS\0\1" + bytes(99), "is a Photoshop document, which is not read; save it as JPEG or PNG first"),
        ("a.png", b'<?xml version="1.0"?>\n<svg width="9" height="9"/>', "is an SVG drawing, which is not read"),
        ("a.jpg", b"%PDF-1.7\n", "is a PDF document, which is not read; save it as JPEG or PNG first"),
        ("a.jpg", b"\n<!doctype html><title>Sign in</title>", "is a page of the web; download the photo itself"),
        ("a.nef", b"II*\0", "is a camera's raw file, which is not read; develop it"),
        ("a.jpg", b"no picture at all", "a.jpg: is no picture that can be read; give a photo, such as a JPEG"),
        ("a.jpg", b"", "is no picture that can be read"),
    ],
)
def test_what_is_no_photo_is_told_in_a_line(name: str, content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as error:
        read_photo(tmp_path / name)
    assert told in str(error.value) and "\n" not in str(error.value)


def test_too_many_pixels_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    (tmp_path / "a.ppm").write_bytes(b"P6 30000 30000 255\n")
    with pytest.raises(InputError, match=r"a\.ppm: is too large to be read \(30000x30000 pixels.*; give a smaller"):
        read_photo(tmp_path / "a.ppm")


def test_a_format_without_room_says_which_has_it(tmp_path: Path) -> None:
    Image.new("RGB", (16_500, 8)).save(tmp_path / "a.png")
    with pytest.raises(InputError, match=r"too large for WEBP \(16500x8 pixels\); give a name in \.png"):
        saved(tmp_path / "a.png", tmp_path / "b.webp")
    assert not (tmp_path / "b.webp").exists()


def test_the_same_is_not_written_again(tmp_path: Path) -> None:
    halves().save(tmp_path / "a.png")
    saved(tmp_path / "a.png", tmp_path / "b.jpg").close()
    before = (tmp_path / "b.jpg").stat().st_mtime_ns, (tmp_path / "b.jpg").stat().st_ino
    saved(tmp_path / "a.png", tmp_path / "b.jpg").close()
    assert before == ((tmp_path / "b.jpg").stat().st_mtime_ns, (tmp_path / "b.jpg").stat().st_ino)
