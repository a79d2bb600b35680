"""What a folder lies on: a disk of this machine or a share, and whether it is there at all just now."""

import os
import re
from pathlib import Path
from typing import NamedTuple

_MOUNTS = Path("/proc/self/mounts")
_SHARES = frozenset(
    [
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "drvfs", "autofs"),
        *("afs", "ceph", "coda", "davfs", "glusterfs", "lustre", "beegfs", "gfs2", "ocfs2", "ncpfs"),
    ]
)
"""File systems that change without this machine's kernel hearing of it."""
_ESCAPE = re.compile(r"\\([0-7]{3})")


class Mount(NamedTuple):
    """A file system, and where it is mounted."""

    point: str
    kind: str

    @property
    def is_share(self) -> bool:
        """Whether others may change it unheard; of FUSE only disks (`fuseblk`) are taken to be this machine's own."""
        return self.kind in _SHARES or self.kind == "fuse" or self.kind.startswith("fuse.")


def mount_of(folder: Path, mounts: Path = _MOUNTS) -> Mount | None:
    """Return what a folder lies on, links followed; None where the system does not tell (it is no Linux)."""
    place = os.path.realpath(folder)
    found: Mount | None = None
    for mount in _mounted(mounts):
        inside = place == mount.point or place.startswith(mount.point.rstrip("/") + "/")
        if inside and (found is None or len(mount.point) >= len(found.point)):  # the last of two hides the first
            found = mount
    return found


def absence(folder: Path, mount: Mount | None, mounts: Path = _MOUNTS) -> str:
    """Return why a folder cannot be looked into now, in a few words; "" where it can.

    Args:
        folder: The folder.
        mount: What it lay on before. Where that is unmounted an empty folder is left, which is not the one meant.
        mounts: The system's table of what is mounted.
    """
    try:
        with os.scandir(folder) as inside:
            next(inside, None)
    except OSError as error:
        return (error.strerror or type(error).__name__).lower()
    if mount is not None and all(mount.point != other.point for other in _mounted(mounts)):
        return f"nothing is mounted at {mount.point} any more"
    return ""


def _mounted(mounts: Path) -> list[Mount]:
    try:
        lines = os.fsdecode(mounts.read_bytes()).splitlines()
    except OSError:
        return []
    fields = [line.split(" ") for line in lines]
    return [Mount(_ESCAPE.sub(_sign, row[1]), row[2]) for row in fields if len(row) > 2]


def _sign(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 8))
