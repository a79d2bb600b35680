"""File names as text: compared as strict and as lax file systems do, and told in a line."""

import os
import unicodedata
from hashlib import sha256
from pathlib import Path


def fold_name(text: str) -> str:
    """Return a name as a file system that heeds neither case nor the form of accents compares it."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def is_plain(name: Path | str) -> bool:
    """Tell whether a name is text that JSON can hold: file names are bytes, and may be none."""
    try:
        str(name).encode()
    except UnicodeEncodeError:
        return False
    return True


def show_name(name: Path | str) -> str:
    """Return a name as one line of text; bytes that are no text become U+FFFD, line ends become spaces."""
    return " ".join(os.fsencode(name).decode("utf-8", "replace").splitlines())


def path_key(path: Path) -> str:
    """Return a digest of a path, whatever bytes it is made of."""
    return sha256(os.fsencode(path)).hexdigest()[:32]


def relative_name(path: Path, folder: Path) -> str:
    r"""Return a file's name below a folder as text that JSON can hold; bytes that are no text become `\xe9`."""
    return os.fsencode(path.relative_to(folder)).decode("utf-8", "backslashreplace")
