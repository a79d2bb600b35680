"""Zip files that are the same every time: no clock, no order but the one they are written in."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

_DATE = (2000, 1, 1, 0, 0, 0)


def pack(target: Path, files: Iterable[tuple[str, bytes]], *, squeeze: bool = False) -> None:
    """Write a zip file.

    Args:
        target: The file; raises OSError where it cannot be written.
        files: Names and contents, in order.
        squeeze: Compress what is text; pictures never gain from it.
    """
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = 0o644 << 16
            text = name.endswith((".xhtml", ".xml", ".opf", ".css", ".ncx"))
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED if squeeze and text else zipfile.ZIP_STORED)
