"""What has become of films is known after a restart, to one process at a time, and only while it is undamaged."""

from pathlib import Path

import pytest

from configs.errors import InputError
from tasks.batch.watching import dealt
from tasks.batch.watching.dealt import DealtMemory


@pytest.fixture
def told() -> list[str]:
    return []


def memory(tmp_path: Path, told: list[str]) -> DealtMemory:
    return DealtMemory("folder", tmp_path / "work", told.append)


def test_films_stay_known_until_they_change(tmp_path: Path, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    first = memory(tmp_path, told)
    assert not first.known
    first.made({"a": "1", "b": "2"})
    first.refused("c", "3")
    first.failed("d", "4")
    again = memory(tmp_path, told)
    assert again.known and told == []
    assert all(again.holds(name, mark) for name, mark in zip("abcd", "1234", strict=True))
    assert not any(again.holds(name, "9") for name in "abcde")
    monkeypatch.setattr(dealt, "versions_digest", lambda: "a newer release")
    assert again.holds("a", "1") and not again.holds("c", "3"), "it may read what this one cannot"


def test_what_may_be_the_machines_fault_is_tried_twice_more(
    tmp_path: Path, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1e9]
    monkeypatch.setattr(dealt.time, "time", lambda: now[0])
    films = memory(tmp_path, told)
    for wait_s in (3600, 7200):
        films.failed("a", "1")
        now[0] += wait_s - 1
        assert films.holds("a", "1")
        now[0] += 1
        assert not films.holds("a", "1")
    films.failed("a", "1")
    now[0] += 1e6
    assert films.holds("a", "1") and not films.holds("a", "2")


def test_a_damaged_memory_is_told_and_none(tmp_path: Path, told: list[str]) -> None:
    films = memory(tmp_path, told)
    films.made({"a": "1"})
    films.path.write_text("{}")
    assert not memory(tmp_path, told).known
    assert len(told) == 1 and "damaged" in told[0]


def test_one_watches_at_a_time(tmp_path: Path, told: list[str]) -> None:
    with memory(tmp_path, told).held(tmp_path):
        with pytest.raises(InputError, match="another process watches it"), memory(tmp_path, told).held(tmp_path):
            pass
        with DealtMemory("another recipe", tmp_path / "work", told.append).held(tmp_path):
            pass
    with memory(tmp_path, told).held(tmp_path):
        pass
