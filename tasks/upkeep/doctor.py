"""The doctor's round: every check, one after the other, none of which starts a server or downloads anything."""

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from configs.settings import work_root
from tasks.upkeep.findings import CheckResult, Health, guarded
from tasks.upkeep.machine_checks import (
    check_codecs,
    check_ffmpeg,
    check_fonts,
    check_gpu,
    check_packages,
    check_weights,
)
from tasks.upkeep.place_checks import check_cache, check_roots, check_shared, check_storage
from tasks.upkeep.server_checks import ask_server, check_clock, check_pools, check_server


def make_round(work: Path | None, *, try_gpu: bool = False) -> Iterator[CheckResult]:
    """Yield what each check finds, as soon as it is known; no check keeps another from being made.

    Args:
        work: The work folder; None: FILMCOMIC_WORK or the user's cache.
        try_gpu: Import PyTorch and see whether it reaches the GPU, which takes some seconds.
    """
    yield guarded("packages", check_packages)
    yield guarded("ffmpeg", check_ffmpeg)
    yield guarded("codecs", check_codecs)
    yield guarded("fonts", check_fonts)
    yield guarded("weights", check_weights)
    yield guarded("gpu", lambda: check_gpu(try_gpu))
    yield guarded("roots", lambda: check_roots(work))
    yield guarded("storage", lambda: check_storage(work))
    yield guarded("shared", lambda: check_shared(work))
    yield guarded("caches", check_cache)
    answer = ask_server()
    yield guarded("server", lambda: check_server(answer, version("prefect")))
    yield guarded("pools", lambda: check_pools(answer))
    yield guarded("clock", lambda: check_clock(answer, work_root(work)))


def is_well(results: list[CheckResult]) -> bool:
    """Tell whether nothing must be mended; warnings do not count."""
    return all(result.health is not Health.FAIL for result in results)


def told(result: CheckResult) -> list[str]:
    """Write a result as one line, with its cure on a second one."""
    lines = [f"{result.health.value:<5} {result.name:<9} {result.found}"]
    return lines + ([f"{'':<15} -> {result.cure}"] if result.cure else [])
