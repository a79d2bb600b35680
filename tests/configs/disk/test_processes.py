"""Marks of processes: who lives, who is dead, who cannot be told."""

import os
import subprocess
import sys

from configs.disk.processes import MARK, birth, is_dead, mark
from tests.material import ROOT


def test_the_living_are_known_and_the_dead_are_told() -> None:
    assert MARK.fullmatch(mark()) and not is_dead(mark()) and birth(os.getpid())
    code = "from configs.disk.processes import mark; print(mark())"
    dead = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert is_dead(dead.strip())


def test_a_number_that_is_used_again_is_not_the_one_before() -> None:
    host, pid, _ = mark().split("-")
    assert is_dead(f"{host}-{pid}-00000001")


def test_what_another_machine_does_is_not_known() -> None:
    _, pid, _ = mark().split("-")
    assert not is_dead(f"abcdef-{pid}-00000001") and not is_dead("nothing")
