"""One byte flipped, a file cut short, emptied or gone, of every kind that the store holds: the comic is the same."""

import itertools
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from configs.errors import OutputError
from configs.recipes.recipe import Recipe
from flows.choosing import make_contact
from flows.comic import make_board, make_comic, render_board
from tasks.store.handles import Kept
from tasks.store.store import deliver
from tasks.store.uses import UPKEEP
from tests.film.drawn import Picture, draw

pytestmark = pytest.mark.usefixtures("prefect_server")

RECIPE = Recipe(page={"ppi": 72}, style="ink-line")
KINDS = {
    "dialogue",
    "shots",
    "keyframes",
    "gathered",
    "fetched",
    "frames",
    "notes",
    "loudness",
    "mouths",
    "storyboards",
    "books",
    "painted",
    "paintings",
    "cuts",
    "drawn",
    "editions",
    "packed",
    "adopted",
    "glances",
    "glanced",
}
REFOUND = ("frames", "notes", "glances")
"""They are found again, and written over, where their list is damaged."""
CUES = "1\n00:00:00,500 --> 00:00:01,500\nWho is there?\n\n2\n00:00:02,200 --> 00:00:03,000\nNobody.\n"


def scene(number: int) -> Picture:
    """Draw three shots of coloured blocks."""
    shot = number // 25
    low = 110 * (shot % 2)
    blocks = np.random.default_rng(shot).integers(low + 10, low + 130, (6, 10, 3), np.uint8)
    return np.ascontiguousarray(np.repeat(np.repeat(blocks, 16, axis=0), 16, axis=1))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = draw(tmp_path_factory.mktemp("film") / "film.mp4", scene, count=100)
    path.with_suffix(".srt").write_text(CUES)
    return path


def kind_of(path: Path, root: Path) -> str:
    parts = path.relative_to(root).parts
    return "notes" if parts[:2] == ("frames", "at") else parts[0]


def files(work: Path) -> dict[str, list[Path]]:
    """Return the files of a work folder that holds one film, by their kind; seals apart."""
    (root,) = (path for path in work.iterdir() if path.is_dir() and path.name != UPKEEP)
    found: dict[str, list[Path]] = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix not in (".seal", ".damaged"):
            found.setdefault(kind_of(path, root), []).append(path)
    return found


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def seal_flipped(path: Path) -> None:
    seal = path.with_name(path.name + ".seal")
    if seal.exists():
        flip(seal)


HARMS: list[Callable[[Path], None]] = [flip, truncate, empty, Path.unlink, seal_flipped]


@pytest.fixture(scope="module")
def edited(film: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A storyboard in which a person has given a panel another frame."""
    folder = tmp_path_factory.mktemp("edited")
    path = make_board(film, folder / "a.storyboard.json", RECIPE, folder / "work")
    told = json.loads(path.read_text())
    told["pages"][0]["panels"][0]["at_s"] += 0.24
    path.write_text(json.dumps(told))
    return path


@pytest.mark.timeout(900)  # three runs for each harm
def test_whatever_is_damaged_what_is_made_is_the_same(
    film: Path, edited: Path, tmp_path: Path, heard: list[str]
) -> None:
    work = tmp_path / "work"

    def make() -> list[bytes]:
        made = [
            make_comic(film, tmp_path / "a.cbz", RECIPE, work),
            render_board(edited, tmp_path / "b.pdf", RECIPE, work, film),
            make_contact(film, tmp_path / "c.html", RECIPE, work),
        ]
        content = [path.read_bytes() for path in made]
        for path in made:
            path.unlink()
        return content

    whole = make()
    stored = files(work)
    assert set(stored) == KINDS, "a new kind must be proved here too"
    assert not [line for line in heard if "set aside" in line]
    everything = [path for paths in stored.values() for path in paths]
    before = {path: path.read_bytes() for path in everything}
    for harm in HARMS:
        for path in everything:
            harm(path)
        heard.clear()
        assert make() == whole, harm
        told = [line for line in heard if "set aside" in line]
        if harm in (flip, truncate, empty):
            for path in [path for kind, paths in stored.items() for path in paths if kind not in REFOUND]:
                assert len([line for line in told if str(path) in line]) == 1, f"{path} was believed, or told twice"
        assert {path: path.read_bytes() for path in everything} == before, "it is made again"
        for path in work.rglob("*.damaged"):
            path.unlink()
    for some in (list(stored)[::2], list(stored)[1::2]):
        for kind in some:
            flip(stored[kind][len(stored[kind]) // 2])
        assert make() == whole, some


@pytest.mark.parametrize("times", [1, 9])
def test_a_comic_that_goes_bad_before_it_is_copied_does_not_replace_a_good_one(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, heard: list[str]
) -> None:
    work, out = tmp_path / "work", tmp_path / "a.pdf"
    whole = make_comic(film, out, RECIPE, work).read_bytes()
    left = itertools.count(1)

    def gone_bad(made: Kept[Any], target: Path) -> bool:
        if next(left) <= times:
            flip(made.file)
        return deliver(made, target)

    monkeypatch.setattr("tasks.making.composing.deliver", gone_bad)
    out.write_bytes(b"the old one")
    if times == 1:
        assert make_comic(film, out, RECIPE, work).read_bytes() == whole
        assert len([line for line in heard if "set aside" in line]) == 1
    else:
        with pytest.raises(OutputError, match="cannot be read again"):
            make_comic(film, out, RECIPE, work)
        assert out.read_bytes() == b"the old one"


def test_a_comic_that_has_not_changed_is_not_written_again(film: Path, tmp_path: Path) -> None:
    work, out = tmp_path / "work", tmp_path / "a.pdf"
    before = make_comic(film, out, RECIPE, work).stat()
    after = make_comic(film, out, RECIPE, work).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_store_that_is_a_link_is_not_followed(film: Path, tmp_path: Path) -> None:
    work, out, elsewhere = tmp_path / "work", tmp_path / "a.pdf", tmp_path / "elsewhere"
    make_comic(film, out, RECIPE, work)
    (root,) = (path for path in work.iterdir() if path.is_dir() and path.name != UPKEEP)
    for inside in (root, root / "cuts"):
        inside.rename(elsewhere)
        inside.symlink_to(elsewhere)
        out.unlink(missing_ok=True)
        with pytest.raises(OutputError, match="link"):
            make_comic(film, out, RECIPE, work)
        assert not out.exists()
        inside.unlink()
        elsewhere.rename(inside)


def test_a_second_home_finds_what_the_first_has_made(film: Path, tmp_path: Path) -> None:
    """What is done lies in the work folder, not in Prefect's home: of nothing a second record is kept there."""
    work = tmp_path / "work"
    make_comic(film, tmp_path / "a.pdf", RECIPE, work)
    before = {path: path.stat().st_mtime_ns for paths in files(work).values() for path in paths}
    records = Path(os.environ["PREFECT_HOME"], "storage")
    shutil.rmtree(records, ignore_errors=True)
    make_comic(film, tmp_path / "b.pdf", RECIPE, work)
    assert {path: path.stat().st_mtime_ns for paths in files(work).values() for path in paths} == before


def test_a_renamed_film_gets_its_new_title_and_its_storyboard_the_new_path(film: Path, tmp_path: Path) -> None:
    work, named = tmp_path / "work", tmp_path / "The Right Title.mp4"
    make_board(film, tmp_path / "a.json", RECIPE, work)
    shutil.copy(film, named)
    shutil.copy(film.with_suffix(".srt"), named.with_suffix(".srt"))
    told = json.loads(make_board(named, tmp_path / "b.json", RECIPE, work).read_text())
    assert told["film"]["title"] == "The Right Title" and told["film"]["path"] == str(named)
    moved = named.rename(tmp_path / "work" / named.name)
    named.with_suffix(".srt").rename(moved.with_suffix(".srt"))
    told = json.loads(make_board(moved, tmp_path / "b.json", RECIPE, work).read_text())
    assert told["film"]["path"] == str(moved)
