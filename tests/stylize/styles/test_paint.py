"""Painting files: sizes, batches, whole files only, retreat when memory runs out."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from configs.disk.sealed import sealed
from configs.errors import FilmcomicError, OutputError
from stylize.styles.paint import PaintingMemoryError, PaintRequest, paint_files
from stylize.styles.stylizer import Batch, FramePart, Picture, Stylizer, look_at


class Negative(Stylizer):
    """Turns pictures into their negatives, at most `room` at once, and remembers the batches."""

    name = "negative"

    def __init__(self, batch_limit: int = 4, room: int = 100) -> None:
        self.batch_limit = batch_limit
        self.room = room
        self.batches: list[tuple[int, ...]] = []

    def paint(self, batch: Batch) -> Batch:
        assert batch.dtype == np.float32
        assert batch.flags.c_contiguous
        assert 0 <= batch.min() <= batch.max() <= 1
        if len(batch) > self.room:
            raise MemoryError("no room")
        self.batches.append(batch.shape)
        return 1 - batch


def jobs(folder: Path, *sizes: tuple[int, int]) -> list[PaintRequest]:
    made = []
    for index, size in enumerate(sizes):
        source = folder / f"{index}.jpg"
        cv2.imwrite(str(source), np.full((60, 80, 3), (20, 100, 200), np.uint8))  # BGR
        made.append(PaintRequest(source=source, target=folder / "out" / f"{index}.png", size_px=size))
    return made


def leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if ".part" in path.name]


def test_paints_each_at_its_size_and_colours(tmp_path: Path) -> None:
    todo = jobs(tmp_path, (40, 30), (20, 15))
    paint_files(Negative(), todo)
    for job in todo:
        painted = cv2.imread(str(job.target))
        assert painted.shape[1::-1] == job.size_px
        assert np.abs(painted.astype(int) - (235, 155, 55)).max() <= 3
    assert not leftovers(tmp_path)


def test_batches_pictures_of_one_size_up_to_the_limit(tmp_path: Path) -> None:
    stylizer = Negative(batch_limit=2)
    paint_files(stylizer, jobs(tmp_path, (40, 30), (20, 15), (40, 30), (40, 30)))
    assert sorted(stylizer.batches) == [(1, 15, 20, 3), (1, 30, 40, 3), (2, 30, 40, 3)]


def test_what_is_painted_already_is_left_as_it_is(tmp_path: Path) -> None:
    todo = jobs(tmp_path, (40, 30), (40, 30))
    with sealed(todo[0].target) as draft:
        draft.write_bytes(b"kept")
    stylizer = Negative()
    paint_files(stylizer, todo)
    assert todo[0].target.read_bytes() == b"kept"
    assert stylizer.batches == [(1, 30, 40, 3)]


def test_nothing_to_do(tmp_path: Path) -> None:
    paint_files(Negative(), [])


def test_one_target_asked_for_twice_is_painted_once(tmp_path: Path) -> None:
    job = jobs(tmp_path, (40, 30))[0]
    stylizer = Negative()
    paint_files(stylizer, [job, job])
    assert stylizer.batches == [(1, 30, 40, 3)]


def test_progress_ends_at_one(tmp_path: Path) -> None:
    todo = jobs(tmp_path, (40, 30), (40, 30), (20, 15))
    with sealed(todo[2].target) as draft:
        draft.touch()
    seen: list[float] = []
    paint_files(Negative(batch_limit=1), todo, progress=seen.append)
    assert seen == pytest.approx([2 / 3, 1])


def test_a_batch_that_does_not_fit_is_halved_and_stays_small(tmp_path: Path) -> None:
    stylizer = Negative(batch_limit=8, room=2)
    todo = jobs(tmp_path, *[(40, 30)] * 12)
    paint_files(stylizer, todo)
    assert all(job.target.is_file() for job in todo)
    assert [shape[0] for shape in stylizer.batches] == [2] * 6


def test_a_picture_that_does_not_fit_alone_ends_in_one_line(tmp_path: Path) -> None:
    todo = jobs(tmp_path, (40, 30), (40, 30))
    with pytest.raises(PaintingMemoryError) as caught:
        paint_files(Negative(room=0), todo)
    assert isinstance(caught.value, MemoryError)
    assert "40x30" in str(caught.value)
    assert "negative" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not any(job.target.exists() for job in todo)


def test_what_was_painted_before_memory_ran_out_is_kept(tmp_path: Path) -> None:
    class Once(Negative):
        def paint(self, batch: Batch) -> Batch:
            self.room = 0 if self.batches else 1
            return super().paint(batch)

    todo = jobs(tmp_path, (40, 30), (40, 30))
    with pytest.raises(PaintingMemoryError):
        paint_files(Once(batch_limit=1), todo)
    assert [job.target.is_file() for job in todo] == [True, False]


def test_a_fault_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        self.open("wb").close()
        raise OSError(28, "No space left on device", str(self))

    todo = jobs(tmp_path, (40, 30))
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="disk is full"):
        paint_files(Negative(), todo)
    assert not todo[0].target.exists()
    assert not leftovers(tmp_path)


@pytest.mark.parametrize("stored", [b"", b"no picture", None])
def test_a_source_that_cannot_be_read_is_named(tmp_path: Path, stored: bytes | None) -> None:
    job = jobs(tmp_path, (40, 30))[0]
    job.source.unlink()
    if stored is not None:
        job.source.write_bytes(stored)
    with pytest.raises(FilmcomicError, match=r"0\.jpg: the keyframe cannot be read"):
        paint_files(Negative(), [job])


def test_tiny_sizes_are_painted_at_eight_pixels_and_reduced(tmp_path: Path) -> None:
    job = jobs(tmp_path, (10, 4))[0]
    stylizer = Negative()
    paint_files(stylizer, [job])
    assert stylizer.batches == [(1, 8, 10, 3)]
    assert cv2.imread(str(job.target)).shape == (4, 10, 3)


def test_enlarging_is_smooth(tmp_path: Path) -> None:
    source = tmp_path / "step.jpg"
    cv2.imwrite(str(source), np.repeat(np.array([[0, 255]], np.uint8), 20, axis=0).repeat(20, axis=1))
    job = PaintRequest(source=source, target=tmp_path / "step.png", size_px=(160, 80))
    paint_files(Negative(), [job])
    row = cv2.imread(str(job.target))[40, :, 0].astype(int)
    assert np.abs(np.diff(row)).max() < 160


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    stored = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        job = jobs(tmp_path / name, (40, 30))[0]
        paint_files(Negative(), [job])
        stored.append(job.target.read_bytes())
    assert stored[0] == stored[1]


class Halves(Stylizer):
    """Paints parts a half as light, and whole frames never."""

    name = "halves"

    def paint(self, batch: Batch) -> Batch:
        raise AssertionError("nobody asked for the whole")

    def paint_part(self, frame: Picture, part: FramePart) -> Picture:
        assert part.shape[0] * part.shape[1] < 1_650_000, "memory is bounded"
        return look_at(frame, part) / 2


def test_parts_are_painted_alone_at_the_size_of_the_part(tmp_path: Path) -> None:
    (job,) = jobs(tmp_path, (160, 120))
    parts = [
        job.model_copy(update={"part": part, "target": tmp_path / f"{number}.png"})
        for number, part in enumerate([(0, 0, 50, 40), (10, 20, 160, 120)])
    ]
    paint_files(Halves(), parts)
    found = [cv2.imread(str(each.target)) for each in parts]
    assert [each.shape for each in found] == [(40, 50, 3), (100, 150, 3)]
    assert all(np.abs(each.astype(int) - (10, 50, 100)).max() <= 2 for each in found)


def test_a_full_page_is_painted_in_bands_that_meet(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.arange(0, 240, 2, np.uint8).repeat(160 * 3).reshape(120, 160, 3))
    job = PaintRequest(
        source=tmp_path / "a.png", target=tmp_path / "b.png", size_px=(3200, 2400), part=(7, 11, 1500, 2400)
    )
    paint_files(Halves(), [job])
    found = cv2.imread(str(job.target)).astype(int)
    assert found.shape == (2389, 1493, 3)
    assert np.abs(np.diff(found[:, 700, 0])).max() <= 1, "no step where two meet"
