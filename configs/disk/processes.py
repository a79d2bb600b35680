"""Which process owns what: a mark that tells one process of one machine from every other, and whether it still lives.

Process numbers are used again, so a process is known by its number and the moment of its birth.
"""

import os
import platform
import re
import subprocess
from functools import cache, lru_cache
from pathlib import Path

from configs.units import text_sha256

MARK = re.compile(r"(?P<host>[0-9a-f]{6})-(?P<pid>\d{1,10})-(?P<born>[0-9a-f]{1,16})")
"""What `mark` returns, to be found in a file's name."""

_UNTOLD = "0"
"""In the mark of a process whose birth the system does not tell."""


def birth(pid: int) -> str:
    """Return when a process was created, as the system writes it; "" when it is gone or only its zombie is left."""
    if Path("/proc/self/stat").exists():
        try:
            told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        fields = told.rpartition(")")[2].split()
        return "" if fields[0] in "ZX" else f"{_boot()} {fields[19]}"
    listed = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)],
        env=os.environ | {"LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    state, _, born = listed.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else born.strip()


def lives(pid: int, born: str) -> bool:
    """Tell whether the process that was noted with this birth is still there."""
    return born != "" and birth(pid) == born


def machine() -> str:
    """Return the name of this machine: a folder of notes may be shared by several, and each knows its own processes."""
    return platform.node()


@cache
def _boot() -> str:
    """Return what tells this start of the machine from others; ticks are counted from there."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:8]
    except OSError:
        return ""


def mark() -> str:
    """Return the mark of this process, made of letters that any file name may hold."""
    return _mark(os.getpid())


@lru_cache(maxsize=4)  # a forked child has another number
def _mark(pid: int) -> str:
    return f"{_host()}-{pid}-{_short(birth(pid))}"


def _short(born: str) -> str:
    return text_sha256(born)[:8] if born else _UNTOLD


@lru_cache(maxsize=1)
def _host() -> str:
    """Return a short digest of the machine: folders on a share hold marks of several machines."""
    try:
        name = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        name = ""
    return text_sha256(f"{machine()} {name}")[:6]


def is_dead(marked: str) -> bool:
    """Tell whether the process that a mark names has ended; False where that cannot be told: another machine's."""
    found = MARK.fullmatch(marked)
    if found is None or found["host"] != _host() or found["born"] == _UNTOLD:
        return False
    return _short(birth(int(found["pid"]))) != found["born"]
