"""What a plan says is there must be there, and a run must do no more than the rest."""

from pathlib import Path

import pytest

from configs.recipes.recipe import Recipe
from flows.comic import make_comic
from tasks.showing import outlook
from tasks.showing.outlook import foresee, told_plan
from tasks.store.order import take_order
from tests.material import shared

RECIPE = Recipe(style="ink-line", page={"ppi": 100}, subtitles="none")


def test_before_a_run_all_is_to_be_done_and_after_it_nothing_but_the_pages(tmp_path: Path, prefect_server: str) -> None:
    film, comic, work = shared("nasty/one_fps.mp4"), tmp_path / "a.pdf", tmp_path / "work"
    run, stages = foresee(take_order(film, comic, RECIPE, work))
    assert [each.known for each in stages] == [0, 0, None, None, None, None, None]
    assert all(each.about_s is not None and each.where == "here" for each in stages)
    assert not any(run.root.rglob("*.jpg")), "nothing is decoded to tell it"

    make_comic(film, comic, RECIPE, work)
    run, stages = foresee(take_order(film, comic, RECIPE, work))
    done = {each.stage: (each.known == each.pieces, each.about_s) for each in stages}
    assert done.pop("pages") != (True, 0.0), "which page is drawn anew only the run can tell"
    assert set(done.values()) == {(True, 0.0)}

    _, stages = foresee(take_order(film, comic, RECIPE.model_copy(update={"style": "ink-noir"}), work))
    assert all(each.known == each.pieces for each in stages[:4]), "what was read of the film stays"
    assert stages[4].known == 0 and stages[5].known is None, "another style is another book"
    assert told_plan(run, stages)[-1].startswith("one_fps.mp4: ")


def test_a_worker_with_a_gpu_is_named_where_one_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlook, "found_server", lambda: ("http://127.0.0.1:9/api", None))
    monkeypatch.setattr(outlook, "worker_online", lambda pool: True)
    film = shared("nasty/one_fps.mp4")
    for style, where in (("atelier-colour", "pool gpu"), ("ink-line", "here")):
        order = take_order(film, tmp_path / "a.pdf", Recipe(style=style, subtitles="none"), tmp_path / "work")
        assert next(each for each in foresee(order)[1] if each.stage == "pictures").where == where


def test_what_other_workers_would_take_is_told_where_it_gains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlook, "found_server", lambda: ("http://127.0.0.1:9/api", None))
    monkeypatch.setattr(outlook, "others_online", lambda pool: 2)
    monkeypatch.setattr(outlook, "_PICK_S", 1000.0)
    film = shared("nasty/one_fps.mp4")
    told = {}
    for spread in (False, True):
        order = take_order(film, tmp_path / "a.pdf", RECIPE, tmp_path / "work", spread=spread)
        told[spread] = {each.stage: each for each in foresee(order)[1]}
    assert {each.where for each in told[False].values()} == {"here"}
    assert [name for name, each in told[True].items() if each.where == "here + 2 of pool cpu"] == ["keyframes"]
    alone_s, spread_s = (told[spread]["keyframes"].about_s for spread in (False, True))
    assert alone_s is not None and spread_s is not None and alone_s / 3 < spread_s < alone_s / 2
