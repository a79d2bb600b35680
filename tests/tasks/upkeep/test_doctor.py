"""The doctor: what is judged how, what helps, and that a round starts, fetches and breaks nothing."""

import json
import re
import sys
import time
from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from configs.errors import DeviceError, ServerError
from configs.weights import catalogue
from film.encoding.codecs import LibraryFacts, ProgramFacts
from flows.cli import call
from tasks.serving import server
from tasks.upkeep import doctor, machine_checks, place_checks, server_checks
from tasks.upkeep.findings import CheckResult, Health, fail, fine, guarded
from tasks.upkeep.machine_checks import check_fonts, check_gpu, check_weights, codecs_result, ffmpeg_result, gpu_result
from tasks.upkeep.place_checks import KNOWN, check_roots, check_shared, check_storage
from tasks.upkeep.server_checks import (
    PoolState,
    ServerAnswer,
    check_pools,
    check_server,
    clock_ahead_s,
    clock_result,
)
from tests.material import ROOT
from tests.tasks.serving.test_server import listener, named, web_server

PROGRAM = ProgramFacts(path="ffmpeg", version="7.0", too_old=False, undecoded=(), missing_filters=())
LIBRARY = LibraryFacts(version="18.1.0", undecoded=(), unencoded=())
ANSWER = ServerAnswer("http://server/api", "3.9.1", 0.0, (), 3)
ONE = PoolState("cpu", paused=False, online=("a",), offline=0)
MINUTE_S = 60.0


class _Room(NamedTuple):
    total: int
    used: int
    free: int


def verdict(result: CheckResult) -> str:
    """Return how well it is; whatever is not well has a cure, and all of it stands on one line."""
    assert (result.health is Health.OK) == (result.cure == ""), result
    assert "\n" not in result.found + result.cure and result.found
    return result.health.value


@pytest.mark.parametrize(
    ("result", "wanted", "word"),
    [
        (ffmpeg_result(PROGRAM), "ok", "7.0"),
        (ffmpeg_result(PROGRAM.model_copy(update={"too_old": True})), "fail", "IMAGEIO_FFMPEG_EXE"),
        (ffmpeg_result(PROGRAM.model_copy(update={"missing_filters": ("zscale",)})), "fail", "zscale"),
        (codecs_result(PROGRAM, LIBRARY), "ok", "AV1"),
        (codecs_result(PROGRAM.model_copy(update={"undecoded": ("AV1",)}), LIBRARY), "warn", "ffmpeg does not"),
        (codecs_result(PROGRAM, LIBRARY.model_copy(update={"undecoded": ("AV1",)})), "warn", "PyAV 18.1.0 does not"),
        (codecs_result(PROGRAM, LIBRARY.model_copy(update={"unencoded": ("libx264",)})), "fail", "libx264"),
        (
            codecs_result(
                PROGRAM.model_copy(update={"undecoded": ("AV1",)}), LIBRARY.model_copy(update={"undecoded": ("AV1",)})
            ),
            "fail",
            "neither",
        ),
        (gpu_result("", "", ""), "ok", "no PyTorch"),
        (gpu_result("", "", "2.11"), "ok", "processor"),
        (gpu_result("H100", "", "2.11"), "ok", "H100"),
        (gpu_result("H100", "", ""), "warn", "pip install"),
        (gpu_result("H100", "", "2.11+cpu"), "warn", "without CUDA"),
        (gpu_result("", "version mismatch", "2.11"), "fail", "mismatch"),
        (clock_result([("x", 2.0)]), "ok", "agrees"),
        (clock_result([("x", 2.0), ("y", -30.0)]), "warn", "y is 30 s behind"),
        (clock_result([("x", 3600.0)]), "fail", "x is 3600 s ahead"),
        (check_server(None, "3.9.1"), "ok", "brings up its own"),
        (check_server(ServerError("does not", cure="start it", path="http://x/api"), "3.9.1"), "fail", "http://x/api"),
        (check_server(ANSWER, "3.9.2"), "ok", "3.9.1"),
        (check_server(ANSWER, "3.10.0"), "warn", "older"),
        (check_server(ANSWER._replace(version="2.20.1"), "3.9.1"), "fail", "do not fit"),
        (check_server(ANSWER._replace(version=""), "3.9.1"), "ok", "answers"),
        (check_pools(None), "ok", "none"),
        (check_pools(ANSWER), "ok", "make worker"),
        (check_pools(ANSWER._replace(pools=(ONE,))), "ok", "1 worker online"),
        (check_pools(ANSWER._replace(pools=(ONE,), deployments=0)), "warn", "no deployment"),
        (check_pools(ANSWER._replace(pools=(ONE._replace(paused=True),))), "warn", "resume cpu"),
        (check_pools(ANSWER._replace(pools=(ONE._replace(online=(), offline=2),))), "warn", "make worker"),
        (check_pools(ANSWER._replace(pools=(ONE, PoolState("gpu", False, (), 0)))), "ok", "gpu: 0 workers"),
        (check_pools(ANSWER._replace(pools=(ONE, PoolState("gpu", False, (), 1)))), "warn", "make gpu-worker"),
    ],
)
def test_what_is_found_is_judged_and_has_a_cure(result: CheckResult, wanted: str, word: str) -> None:
    assert verdict(result) == wanted and word in f"{result.found} {result.cure}"


def test_a_clock_is_compared_as_far_as_whole_seconds_tell() -> None:
    assert clock_ahead_s(formatdate(1000, usegmt=True), 1000.7, 1000.9) == 0
    assert clock_ahead_s(formatdate(1003, usegmt=True), 1000.7, 1000.9) == pytest.approx(2.1)
    assert clock_ahead_s(formatdate(990, usegmt=True), 1000.7, 1000.9) == pytest.approx(-9.7)
    assert clock_ahead_s("", 1, 2) is None and clock_ahead_s("noon", 1, 2) is None


def test_folders_that_are_named_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "work"
    assert verdict(check_roots(work)) == "ok"
    monkeypatch.setenv("FILMCOMIC_ROOTS", f"{tmp_path}:{tmp_path / 'gone'}")
    assert verdict(check_roots(work)) == "warn"
    monkeypatch.setenv("FILMCOMIC_ROOTS", str(tmp_path))
    assert verdict(check_roots(work)) == "ok"
    assert verdict(check_roots(tmp_path.parent)) == "fail", "every run would be refused"
    monkeypatch.setenv("FILMCOMIC_ROOTS", "")
    assert verdict(check_roots(work)) == "fail"
    monkeypatch.delenv("FILMCOMIC_ROOTS")
    monkeypatch.setenv("FILMCOMIC_WEIGTHS", "x")  # misspelt
    assert "FILMCOMIC_WEIGTHS" in check_roots(work).found and verdict(check_roots(work)) == "warn"
    monkeypatch.delenv("FILMCOMIC_WEIGTHS")
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(tmp_path / "gone"))
    assert verdict(check_roots(work)) == verdict(guarded("weights", check_weights)) == "fail"
    monkeypatch.delenv("FILMCOMIC_WEIGHTS")
    monkeypatch.setenv("FILMCOMIC_WORK", "work")
    assert verdict(check_roots(None)) == "warn"
    work.write_text("a file")
    assert verdict(check_roots(work)) == "fail"


def test_every_variable_of_ours_is_known() -> None:
    code = "\n".join(path.read_text() for room in ("configs", "film", "flows", "layouts", "stylize", "tasks")
                     for path in (ROOT / room).rglob("*.py"))  # fmt: skip
    assert set(re.findall(r"\bFILMCOMIC_[A-Z_]+\b", code)) == set(KNOWN)


def test_a_shared_store_is_tried_and_nothing_is_left_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert verdict(check_shared(tmp_path)) == "ok"
    (share := tmp_path / "share").mkdir()
    monkeypatch.setenv("FILMCOMIC_WORK", f"file://{share}")
    assert verdict(check_shared(None)) == "ok" and f"file://{share}" in check_shared(None).found
    assert [path for path in share.rglob("*") if path.is_file()] == []
    share.rename(tmp_path / "elsewhere")
    gone = guarded("shared", lambda: check_shared(None))
    assert verdict(gone) == "fail" and "mount it" in gone.cure
    monkeypatch.setenv("FILMCOMIC_STAGING_GB", "much")
    assert verdict(guarded("shared", lambda: check_shared(None))) == "fail"


def test_storage_is_tried_and_nothing_is_left_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "not" / "yet"
    assert verdict(check_storage(work)) == "ok" and not list(tmp_path.iterdir())
    for free, wanted in ((5 << 30, "warn"), (1 << 20, "fail")):
        monkeypatch.setattr(place_checks, "disk_usage", lambda path, free=free: _Room(1 << 40, 0, free))
        assert verdict(check_storage(work)) == wanted
    monkeypatch.setattr(place_checks, "disk_usage", lambda path: _Room(1 << 40, 0, 1 << 39))
    (tmp_path / "x.json.damaged").touch()
    assert verdict(check_storage(tmp_path)) == "warn" and "clean" in check_storage(tmp_path).cure
    (tmp_path / "upkeep").mkdir()
    (tmp_path / "upkeep/layout").write_text("99")
    assert verdict(guarded("storage", lambda: check_storage(tmp_path))) == "fail"

    def refuse(folder: Path) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(place_checks, "_try_rename", refuse)
    assert "Read-only" in check_storage(work).found


def test_scripts_without_a_font_are_named_with_what_to_install(no_system_fonts: None) -> None:
    result = check_fonts()
    assert verdict(result) == "warn" and "Korean" in result.found and "fonts-noto-cjk" in result.cure
    assert "Vietnamese" in result.found.partition("but ")[2]


def test_weights_of_another_digest_or_size_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(tmp_path))
    assert verdict(check_weights()) == "warn" and "yunet" in check_weights().found
    for name in ("yunet", "vgg16"):
        path = tmp_path / catalogue.CATALOGUE[name].file_name
        path.write_bytes(b"something else")
        assert verdict(guarded("weights", check_weights)) == "fail"
        path.unlink()


def test_a_gpu_that_pytorch_does_not_reach_is_told_only_when_it_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def choose_device(name: str) -> None:
        raise DeviceError("no CUDA device is there", cure="use --device cpu or auto")

    torch = SimpleNamespace(choose_device=choose_device)  # PyTorch itself takes seconds to import
    monkeypatch.setitem(sys.modules, "stylize.neural.device", torch)
    monkeypatch.setattr(machine_checks, "_ask_driver", lambda: ("H100", ""))
    monkeypatch.setattr(machine_checks, "version", lambda name: "2.11")
    assert verdict(check_gpu(False)) == "ok"
    assert verdict(check_gpu(True)) == "fail"


def test_a_server_is_asked_and_one_that_is_silent_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_NAMED_WAIT_S", 0.3)
    pools = {"/api/health": (200, "true"), "/api/admin/version": (200, '"3.9.1"')}
    with web_server(pools) as api, named(api):
        answer = server_checks.ask_server()
        assert isinstance(answer, ServerError), "it knows nothing of pools"
        assert answer.path == api
    with listener() as api, named(api):
        assert isinstance(server_checks.ask_server(), ServerError)


def test_a_round_starts_no_server_and_fetches_nothing_and_one_check_spoils_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the doctor only looks")

    monkeypatch.setattr(catalogue, "fetch", refuse)
    monkeypatch.setattr(server, "own_server", refuse)
    monkeypatch.setattr(doctor, "check_fonts", lambda: 1 / 0)
    work = tmp_path / "work"
    began_s = time.monotonic()
    assert call(["doctor", "--json", "--work", str(work)]) == 4
    assert time.monotonic() - began_s < MINUTE_S and not work.exists()
    results = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert results["fonts"]["health"] == "fail" and "ZeroDivisionError" in results["fonts"]["found"]
    assert {"ffmpeg", "codecs", "weights", "gpu", "roots", "storage", "server", "pools", "clock"} <= set(results)
    assert all(row["health"] != "fail" for name, row in results.items() if name != "fonts"), results


def test_warnings_do_not_fail_and_cures_stand_below(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [fine("ffmpeg", "7.0"), CheckResult(name="fonts", health=Health.WARN, found="few", cure="install some")]
    monkeypatch.setattr(doctor, "make_round", lambda work, try_gpu: iter(found))
    assert call(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["ok", "ffmpeg", "7.0"] and lines[2].strip() == "-> install some"
    found.append(fail("storage", "full", "free some space"))
    assert call(["doctor"]) == 4
