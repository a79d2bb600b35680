"""Tests touch nobody's files: caches, state, Prefect's home and the work folder are temporary ones."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import hypothesis
import pytest

# The same examples every time, however slow the machine: a new fault is looked for on purpose, by `HYPOTHESIS=random`.
hypothesis.settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("random", hypothesis.settings.get_profile("steady"), derandomize=False)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS", "steady"))

_DRAIN_S = 20
_TESTS = Path(__file__).parent

_HOME = Path(tempfile.mkdtemp(prefix="filmcomic-tests-"))

# Prefect reads its settings once, when it is first imported: test modules may do that while pytest collects them.
for _name in [name for name in os.environ if name.startswith("PREFECT_")]:
    del os.environ[_name]
# the dozens of processes that tests start need not compile our modules each for itself
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.update(
    PREFECT_HOME=str(_HOME / "prefect"),
    PREFECT_SERVER_ANALYTICS_ENABLED="false",
    PREFECT_SERVER_ALLOW_EPHEMERAL_MODE="false",  # a flow run without the fixture below fails at once
    PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL="CRITICAL",
    DO_NOT_TRACK="1",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: the last one to be begun keeps one process waiting for another."""
    first = ("test_notebook.py", "flows", "tasks")
    places = {_TESTS / name: place for place, name in enumerate(first)}
    items.sort(key=lambda item: min(places.get(path, len(first)) for path in (item.path, *item.path.parents)))


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def _folders_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test its own work folder, cache and state."""
    home = tmp_path_factory.mktemp("home")
    for name, folder in (("XDG_CACHE_HOME", "cache"), ("XDG_STATE_HOME", "state"), ("FILMCOMIC_WORK", "work")):
        monkeypatch.setenv(name, str(home / folder))
    monkeypatch.delenv("FILMCOMIC_WEIGHTS", raising=False)


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[str]:
    """A Prefect server for the whole session; flows called by a test that asks for it go there.

    Yields the address of its API. It takes some ten seconds to start: pure code needs no flow, and a task's `fn` runs
    without a server.
    """
    from prefect.events.worker import EventsWorker
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, get_current_settings, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED", "false")  # there are no automations to look after
        patch.setenv("PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE", "64")
        # When the harness ends it waits for the events to be sent, without limit; now and then one worker never ends.
        patch.setattr(EventsWorker, "drain_all", partial(EventsWorker.drain_all, timeout=_DRAIN_S))
        with prefect_test_harness(server_startup_timeout=280):
            url = get_current_settings().api.url
            assert url is not None
            # a run waits up to a second for the thread that sends them; what sets its own frequency keeps it
            with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
                yield url


@pytest.fixture
def no_system_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine with no fonts but those that come with the program."""
    from layouts.lettering import fonts

    fonts._candidates.cache_clear()
    monkeypatch.setattr(fonts, "_fontconfig", lambda pattern: "")
    yield
    fonts._candidates.cache_clear()
