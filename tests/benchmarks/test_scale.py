"""What is found in the store costs no more than the film is long: told by the calls of every stage, not by a clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from cProfile import Profile
from pathlib import Path

from benchmarks.scale import spend

SHORT, LONG = 3, 9
AT_MOST = 1.5
"""So many times what a minute of the short film takes a minute of the long one may take."""


class _Calls:
    """Counts the calls of every stage."""

    def __init__(self) -> None:
        self.made: dict[str, int] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        profile = Profile()
        with profile:
            yield
        self.made[stage] = sum(int(entry.callcount) for entry in profile.getstats())  # type: ignore[attr-defined]


@contextmanager
def _uncounted(stage: str) -> Iterator[None]:
    yield


def test_no_stage_of_a_cached_run_grows_faster_than_the_film(tmp_path: Path) -> None:
    made = {}
    for minutes in (SHORT, LONG):
        folder = tmp_path / str(minutes)
        folder.mkdir()
        spend(minutes, folder, _uncounted)
        count = _Calls()
        spend(minutes, folder, count)
        made[minutes] = count.made
    growth = {stage: made[LONG][stage] / made[SHORT][stage] / (LONG / SHORT) for stage in made[SHORT]}
    assert {stage: round(each, 2) for stage, each in growth.items() if each > AT_MOST} == {}
