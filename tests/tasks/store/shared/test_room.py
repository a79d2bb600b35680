"""A staging folder stays small: what was used longest ago goes, and never what a run uses or nobody else has."""

from pathlib import Path

from tasks.store.shared.room import make_room


def test_the_oldest_go_first_and_what_is_needed_stays(tmp_path: Path) -> None:
    ages = {"used": 1.0, "unsent": 2.0, "old": 3.0, "newer": 4.0, "newest": 5.0}
    for name in ages:
        (tmp_path / name / "paintings").mkdir(parents=True)
        (tmp_path / name / "paintings" / "a.png").write_bytes(bytes(100_000))
    (tmp_path / "upkeep").mkdir()
    gone = make_room(
        tmp_path,
        350_000,
        used_s=lambda store: ages[store.name],
        in_use=lambda store: store.name == "used",
        is_safe=lambda store: store.name != "unsent",
    )
    assert [store.name for store in gone] == ["old", "newer"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["newest", "unsent", "upkeep", "used"]


def test_a_run_that_begins_meanwhile_keeps_its_store(tmp_path: Path) -> None:
    (tmp_path / "film").mkdir()
    (tmp_path / "film" / "a.json").write_bytes(bytes(10_000))
    asked = iter((False, True))
    assert make_room(
        tmp_path, 1, used_s=lambda store: 0, in_use=lambda store: next(asked), is_safe=lambda store: True
    ) == []  # fmt: skip
    assert (tmp_path / "film" / "a.json").is_file() and [path.name for path in tmp_path.iterdir()] == ["film"]
