"""Flow tests take the weights that lie with the material, and paint roughly: how well is seen in tests/stylize."""

from collections.abc import Iterator

import pytest

from tasks.console.progress import Notice, Step, listening
from tests.material import SHARED


@pytest.fixture(autouse=True)
def _weights_at_hand(_folders_of_its_own: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test ask the network."""
    if (SHARED / "weights").is_dir():
        monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(SHARED / "weights"))


@pytest.fixture(autouse=True)
def _painted_roughly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pictures are painted at their own size, not at six times as many pixels."""
    monkeypatch.setattr("stylize.classical.scale._MOST_ENLARGED", 1.0)
    monkeypatch.setattr("tasks.making.planning.MOST_ENLARGED", 1.0)


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """Collect what a person is told."""
    notices: list[str] = []

    def hear(event: Step | Notice) -> None:
        if isinstance(event, Notice):
            notices.append(event.text)

    with listening(hear):
        yield notices
