"""Modules of this program run in processes of their own, wherever we are."""

import os
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[3]


def python(module: str) -> dict[str, Any]:
    """Return the arguments of `subprocess.Popen` that run a module of ours and talk UTF-8 with it.

    What a worker tells the process of a run by the environment is for that process alone. No file of the folder
    that we are in is taken for a module, whatever its name.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT__")}
    paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
    return {
        "args": [sys.executable, "-P", "-m", module],
        "env": inherited | {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONIOENCODING": "utf-8"},
        "encoding": "utf-8",
    }
