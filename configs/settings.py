"""Where things lie on this machine: the work folder and the weights.

The environment speaks here and nowhere else: `FILMCOMIC_WORK` (work folder) and `FILMCOMIC_WEIGHTS` (a folder of
weights that is used before any download).
"""

import os
from contextlib import suppress
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


def private_folder(path: Path) -> Path:
    """Make a folder that nobody else on the machine can look into: frames of private films lie there.

    A folder that is made gets the mode 0700; its parents get the usual one. One that is there already is left as its
    owner set it (a work folder may be shared on purpose), unless it is this program's own: in the user's cache or
    state folder. There it is tightened.

    Args:
        path: The folder.

    Returns:
        The same path.

    Raises:
        OSError: It cannot be made, or something else has its name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        if not path.is_dir():
            raise
    if any(path.is_relative_to(own) for own in (cache_root(), state_root())) and path.stat().st_mode & 0o077:
        with suppress(PermissionError):  # another user's, who may have named it ours
            path.chmod(0o700)
    return path
