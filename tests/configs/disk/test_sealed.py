"""Sealed files: believed while they are what was written, set aside once they are not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from configs.disk.sealed import DAMAGED, digest, seal_of, sealed

CONTENT = bytes(range(200))


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def link(path: Path) -> None:
    elsewhere = path.rename(path.with_name("elsewhere"))
    path.symlink_to(elsewhere)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    with sealed(tmp_path / "a.bin") as draft:
        draft.write_bytes(CONTENT)
    return tmp_path / "a.bin"


def test_what_was_written_is_believed(written: Path) -> None:
    assert digest(written, pytest.fail) == digest(written, pytest.fail) is not None


@pytest.mark.parametrize(
    ("harm", "seal"),
    [(flip, False), (truncate, False), (empty, False), (link, False), (flip, True), (truncate, True), (empty, True)],
)
def test_what_is_damaged_is_set_aside_and_told_once(written: Path, harm: Callable[[Path], None], seal: bool) -> None:
    harm(seal_of(written) if seal else written)
    told: list[str] = []
    assert digest(written, told.append) is None and digest(written, told.append) is None
    assert len(told) == 1 and str(written) in told[0] and "\n" not in told[0]
    assert not written.exists() and written.with_name(written.name + DAMAGED).exists()


@pytest.mark.parametrize("seal", [False, True])
def test_what_is_gone_or_was_never_sealed_is_not_there(written: Path, seal: bool) -> None:
    (seal_of(written) if seal else written).unlink()
    assert digest(written, pytest.fail) is None


def test_a_file_named_by_its_digest_needs_no_seal(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    name = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert digest(tmp_path / "a", pytest.fail, named=name) == name
    assert digest(tmp_path / "a", [].append, named="0" * 64) is None


def test_a_block_that_fails_seals_nothing(written: Path) -> None:
    before = seal_of(written).read_bytes()
    with pytest.raises(RuntimeError), sealed(written) as draft:
        draft.write_bytes(b"half")
        raise RuntimeError
    assert seal_of(written).read_bytes() == before and written.read_bytes() == CONTENT
