"""A far store that does not answer is waited for, and not for ever."""

import threading

import pytest

from configs.errors import StoreError
from tasks.console.progress import stopping
from tasks.store.shared import patience
from tasks.store.shared.far import PassingError
from tasks.store.shared.patience import Patience

URL = "s3://comics/work"


def ask(one: Patience, failures: int) -> str:
    left = [failures]

    def question() -> str:
        left[0] -= 1
        if left[0] >= 0:
            raise PassingError
        return "answer"

    return one.ask(question)


def test_it_is_told_once_that_it_waits_and_once_that_it_goes_on(heard: list[str]) -> None:
    one = Patience(URL)
    assert ask(one, 0) == "answer" and heard == []
    assert ask(one, 3) == "answer"
    assert ["waiting" in line for line in heard] == [True, False] and all(URL in line for line in heard)


def test_it_gives_up_and_asks_anew_for_the_next_run() -> None:
    one = Patience(URL)
    with pytest.raises(StoreError, match=rf"{URL}: .*not answered.*run again"):
        ask(one, 9)
    with pytest.raises(StoreError):
        ask(one, 1)
    one.again()
    assert ask(one, 1) == "answer"


def test_a_person_can_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSES_S", (30.0, 30.0))
    timer = threading.Timer(0.1, stopping.set)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            ask(Patience(URL), 1)
    finally:
        stopping.clear()
