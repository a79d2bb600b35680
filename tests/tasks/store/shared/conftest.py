"""Machines that share a store: each has a staging folder of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from configs import settings
from configs.disk import sealed
from tasks.console.progress import Notice, Step, listening
from tasks.store.shared import patience
from tasks.store.shared.twin import TWIN
from tests.tasks.store.shared.bucket import Bucket, serving_bucket

Machine = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no test find what another one has shared."""
    monkeypatch.setattr(settings, "_staged", {})
    monkeypatch.setattr(settings, "_passing", {})
    monkeypatch.setattr(sealed, "_twin", None)
    monkeypatch.setattr(patience, "PAUSES_S", (0.0, 0.0, 0.0))
    monkeypatch.setattr(TWIN, "_fars", {})
    monkeypatch.setattr(TWIN, "_going", set())
    yield


@pytest.fixture(scope="session")
def served() -> Iterator[Bucket]:
    with serving_bucket() as bucket:
        yield bucket


@pytest.fixture
def bucket(served: Bucket, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """A bucket that this process finds; it is not empty."""
    for name, value in served.environment.items():
        monkeypatch.setenv(name, value)
    return served


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that all machines mount, which the work folder names."""
    (tmp_path / "share").mkdir()
    monkeypatch.setenv("FILMCOMIC_WORK", f"file://{tmp_path}/share")
    return tmp_path / "share"


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Go to a machine by its name; its work folder is returned."""

    def go(name: str) -> Path:
        monkeypatch.setenv("FILMCOMIC_STAGING", str(tmp_path / name))
        return settings.work_root()

    return go


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """Collect what a person is told."""
    notices: list[str] = []

    def hear(event: Step | Notice) -> None:
        if isinstance(event, Notice):
            notices.append(event.text)

    with listening(hear):
        yield notices
