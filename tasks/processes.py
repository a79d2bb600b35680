"""Telling a process from a later one that got the same number.

A process id alone says little: the system uses it again. So whoever is to be found later is noted with its birth too.
"""

import os
import platform
import subprocess
from functools import cache
from pathlib import Path


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
