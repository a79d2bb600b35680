"""Folders of pictures checked and cleaned; samples as a pure function of seed and step."""

import os
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from configs.errors import InputError
from configs.recipes.train_settings import load_training
from stylize.training.data.dataset import Ahead, Crops, Draw, Shelf, bound_size, read_bounded
from stylize.training.data.pairs import Pairs
from stylize.training.data.recolours import recolour
from stylize.training.data.training_pictures import collect, read_picture, signs_of

Picture = npt.NDArray[np.uint8]


def scenery(seed: int, height: int = 80, width: int = 100) -> Picture:
    """Soft blobs that differ from seed to seed."""
    rng = np.random.default_rng(seed)
    return cv2.resize(rng.integers(0, 256, (6, 7, 3), np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)


def put(folder: Path, name: str, picture: Picture, **options: int) -> Path:
    folder.mkdir(exist_ok=True)
    Image.fromarray(picture).save(folder / name, **options)
    return folder / name


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for at, name in enumerate(("a.jpeg", "b.JPG", "c.png", "d.webp", "e.jpg", "f.PNG", "g.tif")):
        put(folder, name, scenery(at))
    return folder


class TestCollect:
    def test_every_kind_of_name_is_read(self, photos: Path) -> None:
        found = collect([photos], least_px=64, what="photos")
        assert [path.name for path in found.paths] == ["a.jpeg", "b.JPG", "c.png", "d.webp", "e.jpg", "f.PNG", "g.tif"]
        assert found.told() == "7 of 7 pictures"

    def test_what_teaches_nothing_is_left_out_and_counted(self, photos: Path) -> None:
        (photos / "LICENSE.txt").write_text("CC0")
        (photos / "notes.jpg").write_text("not a picture")
        whole = (photos / "a.jpeg").read_bytes()
        (photos / "cut.jpg").write_bytes(whole[: len(whole) // 2])
        (photos / "empty.png").touch()
        put(photos, "small.png", scenery(20, 63, 200))
        put(photos, "black.png", np.full((80, 100, 3), 3, np.uint8))
        put(photos, "again.jpg", scenery(0), quality=70)
        put(photos, "larger.png", scenery(1, 160, 200))
        found = collect([photos], least_px=64, what="photos")
        assert found.left_out == {"broken": 3, "huge": 0, "tiny": 1, "blank": 1, "duplicate": 2}
        assert found.found == 14 and len(found.paths) == 7
        names = {path.name for path in found.paths}
        assert "larger.png" in names and "b.JPG" not in names, "of two that show the same the larger one stays"
        assert found.told() == "7 of 14 pictures (left out: 3 broken, 1 tiny, 1 blank, 2 duplicate)"

    def test_light_and_dark_pictures_of_one_shape_are_not_the_same(self, tmp_path: Path) -> None:
        light = scenery(0)
        put(tmp_path / "d", "light.png", light)
        put(tmp_path / "d", "dark.png", light // 2)
        assert len(collect([tmp_path / "d"], least_px=64, what="photos").paths) == 2

    def test_the_digest_is_that_of_the_content(self, photos: Path, tmp_path: Path) -> None:
        first = collect([photos], least_px=64, what="photos").digest
        photos.rename(tmp_path / "elsewhere")
        assert collect([tmp_path / "elsewhere"], least_px=64, what="photos").digest == first
        put(tmp_path / "elsewhere", "a.jpeg", scenery(30))
        assert collect([tmp_path / "elsewhere"], least_px=64, what="photos").digest != first

    def test_bad_folders_are_told_in_one_line(self, tmp_path: Path) -> None:
        def refusal(path: Path) -> str:
            with pytest.raises(InputError) as caught:
                collect([path], least_px=64, what="drawings")
            assert "\n" not in str(caught.value) and str(caught.value).startswith(f"{path}: ")
            return str(caught.value)

        empty = tmp_path / "empty"
        empty.mkdir()
        assert "there are no pictures in it; give a folder with drawings as bmp, jpe, jpeg, jpg" in refusal(empty)
        (empty / "page.jpg").write_text("<html>")
        (empty / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        assert "none of its 2 pictures can be used (2 broken)" in refusal(empty)
        assert "it is not a folder" in refusal(empty / "page.jpg")
        assert "there is no such folder" in refusal(tmp_path / "none")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_what_may_not_be_read_is_broken(self, photos: Path) -> None:
        (photos / "a.jpeg").chmod(0)
        assert collect([photos], least_px=64, what="photos").left_out["broken"] == 1


def test_signs_are_those_of_growing_lightness() -> None:
    ramp = np.repeat(np.arange(0, 170, 10, np.uint8)[None], 16, axis=0)
    assert signs_of(ramp).tolist() == [1] * 256
    assert signs_of(np.ascontiguousarray(ramp[:, ::-1])).tolist() == [-1] * 256


class TestReading:
    def test_transparent_ground_is_paper(self, tmp_path: Path) -> None:
        picture = np.zeros((4, 4, 4), np.uint8)
        picture[:2] = (10, 20, 30, 255)
        Image.fromarray(picture, "RGBA").save(tmp_path / "a.png")
        read = read_picture(tmp_path / "a.png")
        assert read[0, 0].tolist() == [10, 20, 30] and read[3, 3].tolist() == [255, 255, 255]

    def test_turned_and_deep_pictures(self, tmp_path: Path) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6  # to be turned a quarter to the right
        Image.fromarray(scenery(0, 20, 40)).save(tmp_path / "a.jpg", exif=exif)
        assert read_picture(tmp_path / "a.jpg").shape == (40, 20, 3)
        Image.fromarray(np.full((8, 8), 0x8080, np.uint16)).save(tmp_path / "b.png")
        assert read_picture(tmp_path / "b.png")[0, 0].tolist() == [128, 128, 128]

    def test_large_ones_are_bounded(self) -> None:
        assert bound_size(np.zeros((1000, 4000, 3), np.uint8), 1280).shape == (320, 1280, 3)
        small = np.zeros((10, 20, 3), np.uint8)
        assert bound_size(small, 1280) is small

    def test_a_shelf_reads_once_and_holds_no_more_than_it_may(self) -> None:
        reads: list[Path] = []

        def read(path: Path) -> Picture:
            reads.append(path)
            return np.zeros((10, 10, 3), np.uint8)

        shelf = Shelf(read, limit_bytes=700)
        a, b, c = Path("a"), Path("b"), Path("c")
        for path in (a, a, b, a, c, a, b):
            shelf(path)
        assert reads == [a, b, c, b], "b was not used for longest when c came"


def draw(batch: int, of: int = 1) -> Draw:
    return Draw(of, stream=0, seed=0, batch=batch)


class TestSamples:
    def crops(self, photos: Path, **changes: int) -> Crops:
        paths = collect([photos], least_px=64, what="photos").paths
        draw = Draw(len(paths), **({"stream": 0, "seed": 1, "batch": 3} | changes))
        return Crops(paths, draw, crop_px=32, zoom=(0.75, 2.0), read=Shelf(read_bounded))

    def test_a_step_is_a_pure_function_of_seed_and_step(self, photos: Path) -> None:
        first, second = self.crops(photos), self.crops(photos)
        forward = [first.at(step) for step in range(5)]
        backward = [second.at(step) for step in reversed(range(5))][::-1]
        assert forward[0].shape == (3, 32, 32, 3) and forward[0].dtype == np.uint8
        assert all(np.array_equal(a, b) for a, b in zip(forward, backward, strict=True))
        assert len({batch.tobytes() for batch in forward}) == 5
        for change in ({"seed": 2}, {"stream": 1}):
            assert not np.array_equal(self.crops(photos, **change).at(0), forward[0])

    def test_every_picture_comes_once_in_a_round(self, tmp_path: Path) -> None:
        paths = tuple(Path(str(at)) for at in range(7))
        seen: list[Path] = []

        def read(path: Path) -> Picture:
            seen.append(path)
            return np.zeros((40, 40, 3), np.uint8)

        crops = Crops(paths, draw(7, of=7), crop_px=32, zoom=(1.0, 1.0), read=read)
        crops.at(0)
        crops.at(1)
        assert sorted(seen[:7]) == sorted(paths) == sorted(seen[7:]) and seen[:7] != seen[7:]

    def test_both_mirror_images_and_several_scales_come(self) -> None:
        ramp = np.repeat(np.arange(200, dtype=np.uint8)[None, :, None], 200, axis=0).repeat(3, axis=2)
        crops = Crops((Path("a"),), draw(40), crop_px=32, zoom=(0.75, 2), read=lambda _: ramp)
        spans = crops.at(0)[:, 0, -1, 0].astype(int) - crops.at(0)[:, 0, 0, 0]
        assert (spans > 0).any() and (spans < 0).any()
        assert 20 <= np.abs(spans).min() < 28 and 50 < np.abs(spans).max() <= 64

    def test_a_picture_smaller_than_the_crop_is_enlarged(self) -> None:
        crops = Crops((Path("a"),), draw(2), crop_px=64, zoom=(1.0, 2.0), read=lambda _: scenery(0, 40, 50))
        assert crops.at(0).shape == (2, 64, 64, 3)

    def test_made_ahead_they_are_the_same(self, photos: Path) -> None:
        crops = self.crops(photos)
        ahead = Ahead(self.crops(photos).at, workers=2)
        try:
            assert all(np.array_equal(ahead.at(step, 6), crops.at(step)) for step in range(6))
        finally:
            ahead.close()


def test_pairs_show_the_same_place_and_are_kept(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from stylize.training.data import targets

    made = []

    def negative(picture: Picture, look: str, *, enlarged: float) -> Picture:
        made.append((look, enlarged))
        return 255 - picture

    found = collect([photos], least_px=64, what="photos")

    def pairs(**changed: object) -> Pairs:
        photos = tuple(zip(found.paths, found.digests, strict=True))
        wanted = load_training("report", {"warm_look": "line", "crop_px": 48, **changed})
        return Pairs(photos, draw(4, of=7), settings=wanted, cache=tmp_path / "kept")

    monkeypatch.setattr(targets, "make_target", negative)
    squares, goals = pairs().at(0)
    assert squares.shape == goals.shape == (4, 48, 48, 3)
    assert np.array_equal(goals, 255 - squares)
    assert made and set(made) == {("line", 1.0)}
    count = len(made)
    again = pairs().at(0)
    assert np.array_equal(again[0], squares) and len(made) == count, "kept targets are not made again"
    for kept in (tmp_path / "kept").iterdir():
        kept.write_bytes(kept.read_bytes()[:50])
    assert np.array_equal(pairs().at(0)[1], goals) and len(made) == 2 * count, "what is spoilt there is made anew"
    other, others = pairs(warm_variants=2, warm_lift=0.5).at(0)
    assert not np.array_equal(other, squares) and np.array_equal(others, 255 - other)


def test_recoloured_photos() -> None:
    photo = scenery(1, 60, 80)
    assert recolour(photo, "a", 0, lift=0) is photo
    variants = [recolour(photo, "a", variant, lift=0.6) for variant in range(3)]
    assert all(each.shape == photo.shape and each.dtype == np.uint8 for each in variants)
    assert len({each.tobytes() for each in variants}) == 3
    assert np.array_equal(recolour(photo, "a", 2, lift=0.6), variants[2])
    assert not np.array_equal(recolour(photo, "b", 2, lift=0.6), variants[2])
    assert recolour(np.zeros_like(photo), "a", 0, lift=0.6).max() < 4, "black stays black"
