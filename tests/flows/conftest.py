"""Flow tests take the weights that lie with the material, and paint roughly: how well is seen in tests/stylize."""

import pytest

from tests.material import SHARED


@pytest.fixture(autouse=True)
def _weights_at_hand(_folders_of_its_own: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test ask the network."""
    if (SHARED / "weights").is_dir():
        monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(SHARED / "weights"))


@pytest.fixture(autouse=True)
def _painted_roughly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pictures are inked at their own size, not at six times as many pixels."""
    monkeypatch.setattr("stylize.scale._MOST_ENLARGED", 1.0)
