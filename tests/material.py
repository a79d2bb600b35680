"""Films, subtitles and weights that lie outside the project: tests read them where they are and skip where not."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("FILMCOMIC_MATERIAL", ROOT.parent / "shared"))


def shared(name: str) -> Path:
    """Return a file or folder of the shared material, or skip the test with the reason."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the material {name} is not at {SHARED} (set FILMCOMIC_MATERIAL)")
    return path
