"""Flows on a worker use the folders that it was given, and no others."""

import ast
from pathlib import Path
from typing import Any

import pytest

from configs.errors import PlaceError
from configs.recipes.recipe import Recipe
from flows.batch import make_comics, watch_folder
from flows.choosing import make_contact
from flows.comic import make_board, make_comic, render_board
from flows.painting import paint_pictures
from flows.sheet import make_sheet
from tasks.store.order import take_order
from tests.material import ROOT


def test_every_flow_begins_at_the_door() -> None:
    for path in (ROOT / "flows").glob("*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and any("flow(" in ast.unparse(mark) for mark in node.decorator_list):
                first = ast.unparse(node.body[1])
                assert first == "enter()", f"{node.name} does not begin with enter()"


@pytest.mark.parametrize(
    ("flow", "given"),
    [
        (make_comic, {"film": "/etc/a.mkv"}),
        (make_comic, {"film": "a.mkv", "out": "/etc/a.pdf"}),
        (make_comic, {"film": "a.mkv", "recipe": {"subtitles": "/etc/passwd"}}),
        (make_board, {"film": "a.mkv", "work": "/etc"}),
        (render_board, {"storyboard": "/etc/a.json"}),
        (make_contact, {"film": "/etc/a.mkv"}),
        (make_comics, {"folder": "/etc"}),
        (watch_folder, {"folder": "/etc"}),
        (make_sheet, {"films": ["/etc/a.mkv"], "out": "a.jpg"}),
    ],
)
def test_a_place_outside_is_refused_before_anything_is_done(
    flow: Any, given: dict[str, Any], prefect_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILMCOMIC_ROOTS", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PlaceError, match=r"/etc.*: lies outside the folders of this worker"):
        flow(**given)
    assert not list(tmp_path.iterdir())


def test_pictures_are_painted_where_the_worker_may(
    prefect_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILMCOMIC_ROOTS", str(tmp_path))
    manner = {"style": "ink-noir", "settings": {}, "device": "cpu", "dials": {}, "digest": "x", "made_of": "x"}
    picture = {"source": "../../etc/a.jpg", "sha256": "x", "size_px": [8, 8]}
    for root in ("/etc", str(tmp_path)):
        with pytest.raises(PlaceError):
            paint_pictures([{"root": root, "pictures": [picture], "manner": manner}])


def test_the_film_that_a_storyboard_names_is_looked_at_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILMCOMIC_ROOTS", str(tmp_path))
    with pytest.raises(PlaceError, match=r"/etc/a\.mkv"):
        take_order(Path("/etc/a.mkv"), tmp_path / "a.pdf", Recipe(), tmp_path / "work")
