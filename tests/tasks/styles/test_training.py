"""The folder of a film's frames for a training: whole, or made whole again."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from film.model import Keyframe
from tasks.making.reading import FRAMES, Keyframes
from tasks.store.handles import Kept
from tasks.store.store import Job, save
from tasks.styles.training import GatherFramesJob, gather_frames


class _List(Job[Keyframes]):
    stage = "list"

    def identity(self) -> dict[str, str]:
        return {}


@pytest.fixture
def keyframes(tmp_path: Path) -> Kept[Keyframes]:
    frames = []
    (tmp_path / FRAMES).mkdir()
    for number in range(3):
        content = bytes([number]) * 100
        name = hashlib.sha256(content).hexdigest()
        (tmp_path / FRAMES / f"{name}.jpg").write_bytes(content)
        frames.append(Keyframe(shot=number, at_s=number, image=Path(f"{name}.jpg"), sha256=name, size_px=(9, 9)))
    return save(_List(root=tmp_path), Keyframes(frames=tuple(frames)))


def flip(path: Path) -> None:
    content = path.read_bytes()
    path.unlink()  # else the frame that it is a link of would change too
    path.write_bytes(content[:-1] + b"x")


def empty(path: Path) -> None:
    path.unlink()
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [flip, empty, Path.unlink])
@pytest.mark.parametrize("listed", [True, False])
def test_a_damaged_frame_is_taken_anew(
    tmp_path: Path, keyframes: Kept[Keyframes], harm: Callable[[Path], None], listed: bool
) -> None:
    job = GatherFramesJob(root=tmp_path, keyframes=keyframes)
    made = gather_frames.fn(job)
    assert job.found() == made
    before = {path: path.read_bytes() for path in job.folder.iterdir()}
    assert len(before) == 3
    harm(next(iter(before)))
    if not listed:
        (tmp_path / job.target).unlink()
    assert job.found() is None
    assert gather_frames.fn(job) == made == job.found()
    assert {path: path.read_bytes() for path in before} == before
