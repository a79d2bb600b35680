"""Shares are told from disks, and a folder whose share has gone from an empty one."""

from pathlib import Path

import pytest

from tasks.batch.watching.mounts import Mount, absence, mount_of


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    inside = tmp_path / "sh are"
    (inside / "films").mkdir(parents=True)
    point = str(inside).replace(" ", "\\040")
    table = tmp_path / "mounts"
    table.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n//server/y {point} cifs rw 0 0\n")
    return table


@pytest.mark.parametrize(
    ("kind", "share"),
    [
        *((kind, True) for kind in ("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse", "virtiofs", "autofs")),
        *((kind, False) for kind in ("ext4", "btrfs", "overlay", "tmpfs", "fuseblk", "zfs", "fusectl")),
    ],
)
def test_a_share_is_known_by_its_kind(kind: str, share: bool) -> None:
    assert Mount("/mnt", kind).is_share is share


def test_a_folder_lies_on_what_is_mounted_nearest(mounts: Path, tmp_path: Path) -> None:
    found = mount_of(tmp_path / "sh are" / "films", mounts)
    assert found == Mount(str(tmp_path / "sh are"), "cifs")
    assert mount_of(tmp_path / "other", mounts) == Mount(str(tmp_path), "nfs4")
    (tmp_path / "link").symlink_to(tmp_path / "sh are")
    assert mount_of(tmp_path / "link", mounts) == found
    assert mount_of(tmp_path, tmp_path / "none") is None, "a system that does not tell"


def test_an_unmounted_folder_is_absent_though_it_is_there(mounts: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sh are"
    before = mount_of(folder, mounts)
    assert absence(folder, before, mounts) == ""
    mounts.write_text("/dev/sda1 / ext4 rw 0 0\n")
    assert absence(folder, before, mounts) == f"nothing is mounted at {folder} any more"
    assert absence(folder / "gone", None, mounts) == "no such file or directory"
    assert absence(mounts, None, mounts) == "not a directory"
