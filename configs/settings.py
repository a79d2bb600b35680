"""Where things lie on this machine: the work folder and the weights.

The environment speaks here and nowhere else: `FILMCOMIC_WORK` (work folder) and `FILMCOMIC_WEIGHTS` (a folder of
weights that is used before any download).
"""

import os
from pathlib import Path

_APP = "filmcomic"


def cache_root() -> Path:
    """Return the user's cache folder of this program; it may not exist yet."""
    try:
        import platformdirs
    except ImportError:  # a machine for training alone needs little more than torch
        return _plain_root("XDG_CACHE_HOME", ".cache")
    return Path(platformdirs.user_cache_dir(_APP, appauthor=False))


def state_root() -> Path:
    """Return the user's state folder of this program (server records, logs); it may not exist yet."""
    try:
        import platformdirs
    except ImportError:
        return _plain_root("XDG_STATE_HOME", ".local/state")
    return Path(platformdirs.user_state_dir(_APP, appauthor=False))


def _plain_root(variable: str, folder: str) -> Path:
    """Return what platformdirs would on Linux."""
    return Path(os.environ.get(variable) or Path.home() / folder, _APP)


def work_root(asked: Path | None = None) -> Path:
    """Return the work folder: the one asked for, else `FILMCOMIC_WORK`, else one in the user's cache."""
    chosen = asked or os.environ.get("FILMCOMIC_WORK") or cache_root() / "work"
    return Path(chosen).expanduser().absolute()


def weights_folder() -> Path | None:
    """Return the folder named by `FILMCOMIC_WEIGHTS`, or None."""
    named = os.environ.get("FILMCOMIC_WEIGHTS")
    return Path(named).expanduser().absolute() if named else None


def weights_cache() -> Path:
    """Return the folder that downloads of weights go to; it may not exist yet."""
    return cache_root() / "weights"
