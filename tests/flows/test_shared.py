"""A comic that was made on one machine is made on another one without doing anything again: they share a bucket."""

from pathlib import Path

import pytest

from configs import settings
from configs.disk import sealed
from configs.recipes.recipe import Recipe
from flows.comic import make_comic
from tasks.store.shared.twin import TWIN
from tests.material import shared
from tests.tasks.store.shared.bucket import needs_moto, serving_bucket

pytestmark = [pytest.mark.usefixtures("prefect_server"), needs_moto]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "_staged", {})
    monkeypatch.setattr(sealed, "_twin", None)
    monkeypatch.setattr(TWIN, "_fars", {})


def test_no_stage_is_done_again_on_another_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = shared("nasty/one_fps.mp4")
    recipe = Recipe(style="ink-line", page={"ppi": 100}, subtitles="none")
    with serving_bucket() as bucket:
        for name, value in (*bucket.environment.items(), ("FILMCOMIC_WORK", bucket.url)):
            monkeypatch.setenv(name, value)
        comics = []
        for machine in ("one", "other"):
            monkeypatch.setenv("FILMCOMIC_STAGING", str(tmp_path / machine))
            mark = bucket.mark()
            comics.append(make_comic(film, tmp_path / f"{machine}.pdf", recipe).read_bytes())
            sent = bucket.put_since(mark)
            assert bool(sent) == (machine == "one"), "the other one makes nothing that is new"
    assert comics[0] == comics[1]
