"""Every module of the product can be imported where the system is neither Linux nor another Unix."""

import subprocess
import sys

from tests.material import ROOT
from tests.test_house import MODULES

IMPORTING = """
import importlib, os, signal, sys

for name in ("fcntl", "grp", "pwd", "resource"):
    sys.modules[name] = None
for name in ("SIGHUP", "SIGKILL", "SIGUSR1", "SIGUSR2"):
    delattr(signal, name)
    del signal.Signals._member_map_[name]
    signal.Signals._member_names_.remove(name)
for name in ("fork", "getuid", "geteuid", "killpg", "sched_getaffinity", "O_NOFOLLOW"):
    delattr(os, name)
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("torch", "torchvision"):  # what can be left out
            raise
"""


def test_every_module_can_be_imported_without_what_only_unix_has() -> None:
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in MODULES if path.stem != "__init__"]
    command = [sys.executable, "-c", IMPORTING, *names]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
