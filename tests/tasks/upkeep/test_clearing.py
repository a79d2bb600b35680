"""What may go from a work folder and what may not; and that a run that begins meanwhile loses nothing."""

import os
from pathlib import Path

import pytest

from configs.disk.processes import mark
from configs.errors import InputError
from flows.cli import call
from tasks.store import uses
from tasks.store.uses import note_use, upkeep_folder
from tasks.upkeep import clearing
from tasks.upkeep.clearing import CleaningWish, plan_cleaning, read_age, remove
from tasks.upkeep.holdings import hold
from tests.tasks.store.test_uses import dead_mark
from tests.tasks.upkeep.stores import DAY_S, age, finish, key, make_store, put


def clean(work: Path, **wish: object) -> list[str]:
    """Clean, and return the names of the stores that are left."""
    remove(work, plan_cleaning(hold(work), CleaningWish.model_validate(wish)))
    return sorted(path.name[0] for path in work.iterdir() if len(path.name) == 16)


def tree(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_what_nothing_needs_goes_and_what_a_finished_comic_needs_stays(tmp_path: Path) -> None:
    work, comics = tmp_path / "work", tmp_path / "comics"
    roots = {letter: make_store(work, letter) for letter in "abcdef"}
    finish(roots["b"], comics / "b.pdf")
    finish(roots["c"], comics / "c.pdf")
    (comics / "c.pdf").unlink()
    finish(roots["d"], tmp_path / "share" / "d.pdf")
    (tmp_path / "share").rename(tmp_path / "not mounted")
    finish(roots["e"], comics / "e.pdf")
    (comics / "e.pdf").write_bytes(b"a person wrote into it")
    finish(roots["f"], comics / "b.pdf", content=b"what b's comic was written over")
    finish(roots["b"], comics / "b.pdf")
    for root in roots.values():
        age(root)
    assert clean(work) == ["b", "d", "e"]
    assert clean(work, everything=True) == []
    assert {path.name for path in work.rglob("*")} == {"upkeep"}, "nothing is left, no notes either"
    assert {path.name for path in comics.iterdir()} == {"b.pdf", "e.pdf"}


def test_what_a_run_uses_stays_whatever_is_asked(tmp_path: Path) -> None:
    work = tmp_path / "work"
    root = make_store(work)
    note_use(root)
    age(root)
    (plan,) = plan_cleaning(hold(work), CleaningWish(everything=True))
    assert not plan.whole and f"in use by process {os.getpid()}" in plan.why
    assert clean(work, everything=True) == ["a"]
    (upkeep_folder(root) / mark()).rename(upkeep_folder(root) / dead_mark())
    age(root)
    assert clean(work) == [], "the run was killed"


def test_what_changed_a_moment_ago_without_a_note_stays(tmp_path: Path) -> None:
    make_store(tmp_path)
    assert clean(tmp_path, everything=True) == ["a"], "a run of an older release may be on"


@pytest.mark.parametrize("quick", [False, True])
def test_a_run_that_begins_meanwhile_keeps_its_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick: bool
) -> None:
    root = make_store(tmp_path)
    age(root)
    before, asked = {path.relative_to(root) for path in root.rglob("*")}, []

    def users_of(store: Path) -> list[uses.StoreUser]:
        asked.append(store)
        if len(asked) == 2:  # it is out of the way by now
            note_use(store)
            if quick:
                put(store, f"shots/aa/{key('a')}.json", b"{}")
        return uses.users_of(store)

    monkeypatch.setattr(clearing, "users_of", users_of)
    freed, failed = remove(tmp_path, plan_cleaning(hold(tmp_path), CleaningWish()))
    assert freed == 0 and len(failed) == 1
    assert {path.relative_to(root) for path in root.rglob("*")} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a" * 16, "upkeep"]


def test_age_and_film_choose(tmp_path: Path) -> None:
    for letter, days in (("a", 3.0), ("b", 40.0)):
        age(make_store(tmp_path, letter), days * DAY_S)
    for film in ("b.mkv", "b", "bbbb"):
        plans = {plan.store.name: plan for plan in plan_cleaning(hold(tmp_path), CleaningWish(films=(film,)))}
        assert plans["b.mkv"].whole and not plans["a.mkv"].asked
    with pytest.raises(InputError, match=r"no store of this film.*a\.mkv, b\.mkv"):
        plan_cleaning(hold(tmp_path), CleaningWish(films=("bb",)))
    assert clean(tmp_path, older_s=30 * DAY_S) == ["a"]


def test_ages_are_read_and_months_are_not_taken_for_minutes() -> None:
    assert [read_age(told) for told in ("30d", "12h", "2 W", "1y")] == [30 * DAY_S, DAY_S / 2, 14 * DAY_S, 365 * DAY_S]
    for told in ("6m", "30", "d", "-1d", "", "999999d"):
        with pytest.raises(InputError, match="30d"):
            read_age(told)


def test_of_a_store_that_is_needed_only_what_no_run_will_use_goes(tmp_path: Path) -> None:
    root = make_store(tmp_path)
    finish(root, tmp_path / "comic.pdf", [f"paintings/aa/{key('a')}.png"])
    put(root, f"shots/bb/{key('e')}.json.damaged")
    (root / "shots/aa" / f"{key('f')}.json").write_bytes(b"of a release before the seals")
    for owner in (mark(), dead_mark()):
        (root / f"shots/.x.{owner}.00000000.part.json").touch()
    put(root, f"paintings/cc/{key('9')}.png")
    age(root)
    young = root / "shots/aa" / f"{key('8')}.json"
    young.write_bytes(b"its seal is on its way")
    age(tmp_path / "upkeep" / root.name)
    assert clean(tmp_path) == ["a"]
    left = {path.name for path in root.rglob("*") if path.is_file() and not path.name.endswith(".seal")}
    kept = {f"{key('a')}.json", f"{key('a')}.png", f"{key('c')}.json", f"{key('d')}.jpg", young.name}
    assert left == {*kept, f".x.{mark()}.00000000.part.json"}


def test_without_yes_nothing_is_touched_and_with_it_the_command_says_how_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    work = tmp_path / "work"
    monkeypatch.setenv("FILMCOMIC_WORK", str(work))
    assert call(["clean", "--yes"]) == 0 and not work.exists()
    age(make_store(work))
    (work / "mine").mkdir()
    before = tree(work)
    assert call(["clean"]) == 0 and tree(work) == before
    told = capsys.readouterr().out
    assert "a.mkv" in told and "40 days ago" in told and "paintings" in told and "--yes" in told and "mine" in told
    assert call(["clean", "--yes", "--json"]) == 0 and sorted(path.name for path in work.iterdir()) == ["mine"]
    assert '"goes": true' in capsys.readouterr().out
    (work / "upkeep").mkdir()
    (work / "upkeep/layout").write_text("99\n")
    assert call(["clean", "--yes", "--all"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "newer release" in line


def test_comics_of_an_older_release_keep_their_store_since_nobody_knows_where_they_lie(tmp_path: Path) -> None:
    root = make_store(tmp_path)
    (root / "made").mkdir()
    (root / "made" / f"{key('a')}.json").write_text("{}")
    age(root)
    assert clean(tmp_path) == ["a"]
    assert clean(tmp_path, everything=True) == []


def test_while_one_comic_is_drawn_from_nobody_knows_what_no_try_counts_as_given_up(tmp_path: Path) -> None:
    root = make_store(tmp_path)
    finish(root, tmp_path / "comic.pdf", [f"paintings/aa/{key('a')}.png"])
    finish(root, tmp_path / "older.pdf", None)
    age(root)
    (holding,) = hold(tmp_path)
    assert holding.waste == () and len(holding.needed_by) == 2


def test_a_note_that_names_no_plain_file_is_not_followed(tmp_path: Path) -> None:
    root, pipe = make_store(tmp_path), tmp_path / "pipe"
    finish(root, pipe)
    pipe.unlink()
    os.mkfifo(pipe)  # to read it would be to wait for ever
    age(root)
    assert clean(tmp_path) == ["a"]


def test_notes_that_cannot_be_read_keep_a_store(tmp_path: Path) -> None:
    root = make_store(tmp_path)
    finish(root, tmp_path / "comic.pdf")
    (note,) = upkeep_folder(root).glob("*.json")
    note.write_text('{"place"')
    age(root)
    assert clean(tmp_path) == ["a"]


def test_a_link_is_no_store(tmp_path: Path) -> None:
    root = make_store(tmp_path / "other")
    age(root)
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / ("a" * 16)).symlink_to(root)
    assert hold(tmp_path / "work") == [] and root.is_dir()
