"""A comic that was made on one machine is made on another one without doing anything again: they share a bucket."""

import subprocess
import sys
from pathlib import Path

import pytest

from configs import settings
from configs.disk import sealed
from configs.recipes.recipe import Recipe
from film.decoding.ffmpeg import executable
from flows.comic import make_comic
from tasks.store.shared.twin import TWIN
from tests.material import ROOT, shared
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


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_a_film_survives_a_bucket_that_goes_and_workers_and_a_server_that_are_killed(tmp_path: Path) -> None:
    """Two clones, homes and staging folders that share a server and a bucket alone."""
    film = tmp_path / "part.mp4"
    cut = ["-nostdin", "-loglevel", "error", "-ss", "100", "-t", "40"]
    whole = shared("films/sintel_775s.mp4")
    subprocess.run([executable(), *cut, "-i", str(whole), "-c", "copy", str(film)], check=True)
    names = ("again", "gone", "killed", "lost", "server")
    trials = [sys.executable, "-m", "benchmarks.shared_store", str(film), *names]
    told = subprocess.run(trials, cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr[-2000:]
    same = [line for line in told.stdout.splitlines() if "same bytes" in line]
    assert len(same) == len(names) and all("True" in line for line in same), told.stdout
    assert told.stdout.count("sent, 0 of them twice") == 3, told.stdout
