"""Where things lie on this machine: the work folder and the weights.

The environment speaks here and nowhere else: `FILMCOMIC_WORK` (work folder) and `FILMCOMIC_WEIGHTS` (a folder of
weights that is used before any download). A work folder may be named by a URL: then it is one that many machines share,
and `FILMCOMIC_STAGING` names the folder of this machine through which it is used, `FILMCOMIC_STAGING_GB` its limit.
`FILMCOMIC_FILMS` names the folder below which this machine has the films that all have.
"""

import hashlib
import math
import os
import re
from contextlib import suppress
from pathlib import Path

from configs.errors import InputError

_APP = "filmcomic"
_SCHEMES = ("s3", "gs", "file")
_OTHERS = ("https?", "s3[an]", "gcs", "az", "abfss?", "s?ftp", "smb", "nfs", "hdfs", "ssh")
"""What somebody may try; any other word before a colon is the name of a folder."""
_URL = re.compile(rf"(?P<scheme>{'|'.join((*_SCHEMES, *_OTHERS))}):/(?P<rest>.*)", re.DOTALL)
"""A URL, also one that was taken for a path: of several slashes `Path` keeps one."""
_STAGING_GB = 20.0

_staged: dict[Path, str] = {}
"""The staging folders that this process knows, and the URLs that they stand for."""
_passing: dict[Path, str] = {}
"""The films and comics that this process knows by their URLs, and where they lie here."""


def at_home(path: Path | str) -> Path:
    """Return a path with `~` as the user's home; unlike `Path.expanduser` it never fails: `~x.mp4` may be a file."""
    return Path(os.path.expanduser(path))  # noqa: PTH111


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
    """Return the work folder: the one asked for, else `FILMCOMIC_WORK`, else one in the user's cache.

    Of a URL it is the staging folder, through which this machine uses what lies there.

    Raises:
        InputError: It is a URL of a kind that is not known, or one with a password in it.
    """
    chosen = asked or os.environ.get("FILMCOMIC_WORK") or cache_root() / "work"
    url = as_url(chosen)
    return at_home(chosen).absolute() if url is None else staging_root(url)


def work_url() -> str | None:
    """Return the URL that `FILMCOMIC_WORK` names; None where it names a folder or nothing; raises InputError."""
    return as_url(os.environ.get("FILMCOMIC_WORK", ""))


def as_url(named: Path | str) -> str | None:
    """Return the URL that a path or a text is, written in one way only; None for a path.

    Raises:
        InputError: It is a URL of a kind that is not known, or one with a password in it.
    """
    found = _URL.fullmatch(str(named))
    if found is None:
        return None
    scheme, rest = found["scheme"], found["rest"].strip("/")
    if scheme not in _SCHEMES or not rest:
        known = ", ".join(f"{one}://" for one in _SCHEMES)
        raise InputError("no such URL is known", cure=f"name a folder, or begin with one of {known}", path=str(named))
    if "@" in rest.partition("/")[0]:
        cure = "leave it out, and give the password in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY or as gs:// takes it"
        raise InputError("a URL with a name before the @ may show a password in logs", cure=cure)
    return f"{scheme}:///{rest}" if scheme == "file" else f"{scheme}://{rest}"


def staging_home() -> Path:
    """Return the folder that staging folders lie in: `FILMCOMIC_STAGING`, else one in the user's cache."""
    named = os.environ.get("FILMCOMIC_STAGING")
    return at_home(named).absolute() if named else cache_root() / "staging"


def films_folder() -> Path:
    """Return the folder that films and comics pass through whose places are URLs; it may not exist yet."""
    return staging_home() / "films"


def passing_place(url: str) -> Path:
    """Return where a film or a comic whose place is a URL lies on this machine; of a mounted folder, there.

    What lies beside it there lies beside it here, too.
    """
    if url.startswith("file:"):
        return Path(url.removeprefix("file://"))
    above, _, name = url.rpartition("/")
    stem = name.rpartition(".")[0] or name
    place = films_folder() / hashlib.sha256(f"{above}/{stem}".encode()).hexdigest()[:16] / name
    _passing[place] = url
    return place


def place_url(place: Path) -> str | None:
    """Return the URL that `passing_place` gave a place for."""
    return _passing.get(place)


def films_root() -> Path | None:
    """Return the folder named by `FILMCOMIC_FILMS`, below which every machine finds the same films, or None."""
    named = os.environ.get("FILMCOMIC_FILMS")
    return at_home(named).absolute() if named else None


def film_here(named: Path) -> Path:
    """Return where a film lies on this machine, given as another one may name it: a URL, or below the root of films."""
    url, root = as_url(named), films_root()
    if url is not None:
        return passing_place(url)
    if root is not None and not named.is_absolute() and not named.exists():
        return root / named
    return named


def film_everywhere(path: Path) -> str:
    """Name a film so that other machines find it: by its URL, else by where it lies below the root of films."""
    root = films_root()
    if (url := place_url(path)) is not None:
        return url
    return str(path.relative_to(root)) if root is not None and path.is_relative_to(root) else str(path)


def staging_root(url: str) -> Path:
    """Return the folder of this machine through which what lies at a URL is used; it may not exist yet."""
    speaking = re.sub(r"[^A-Za-z0-9]+", "-", url.partition("://")[2]).strip("-")[:40]
    folder = staging_home() / f"{speaking}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
    _staged[folder] = url
    return folder


def far_url(folder: Path) -> str | None:
    """Return the URL that a staging folder stands for; None of any other folder."""
    return _staged.get(folder)


def staging_above(path: Path) -> Path | None:
    """Return the staging folder that a path lies in; None where it lies in none."""
    return next((folder for folder in path.parents if folder in _staged), None) if _staged else None


def staging_limit_bytes() -> float:
    """Return how large a staging folder may become: `FILMCOMIC_STAGING_GB`, else 20 GB.

    Raises:
        InputError: It is no number.
    """
    told = os.environ.get("FILMCOMIC_STAGING_GB") or _STAGING_GB
    try:
        limit_gb = float(told)
    except ValueError:
        limit_gb = math.nan
    if not limit_gb > 0:
        raise InputError(f"FILMCOMIC_STAGING_GB is {told!r}", cure="give a number of gigabytes, as in 20")
    return limit_gb * 1e9


def weights_folder() -> Path | None:
    """Return the folder named by `FILMCOMIC_WEIGHTS`, or None."""
    named = os.environ.get("FILMCOMIC_WEIGHTS")
    return at_home(named).absolute() if named else None


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
