"""What a check of the doctor finds: one thing, how well it is, and what to do about it."""

from collections.abc import Callable
from enum import StrEnum

from configs.errors import FilmcomicError
from configs.units import Frozen


class Health(StrEnum):
    """How well a thing is."""

    OK = "ok"
    WARN = "warn"
    """Comics are made, but something will be slower, plainer or missing."""
    FAIL = "fail"
    """Some comics, or all, cannot be made until it is mended."""


class CheckResult(Frozen):
    """What one check found."""

    name: str
    health: Health
    found: str
    """One line."""
    cure: str = ""
    """One line, what to do; empty where all is well."""


Check = Callable[[], CheckResult]


def fine(name: str, found: str) -> CheckResult:
    """Say that all is well."""
    return CheckResult(name=name, health=Health.OK, found=found)


def warn(name: str, found: str, cure: str) -> CheckResult:
    """Say that something is not as it should be, though comics are made."""
    return CheckResult(name=name, health=Health.WARN, found=found, cure=cure)


def fail(name: str, found: str, cure: str) -> CheckResult:
    """Say that something must be mended."""
    return CheckResult(name=name, health=Health.FAIL, found=found, cure=cure)


def guarded(name: str, check: Check) -> CheckResult:
    """Return what a check finds; what it stumbles over is a finding too, and keeps no other check from being made."""
    try:
        return check()
    except FilmcomicError as error:
        where = f"{error.path}: " if error.path is not None else ""
        return fail(name, f"{where}{error.problem}", error.cure)
    except Exception as error:
        found = " ".join(f"the check itself failed: {type(error).__name__}: {error}".split())
        return fail(name, found, "run make install; if it fails again, report it")
