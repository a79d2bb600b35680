"""Progress: what stages tell is what listeners hear."""

import threading

from tasks.console.progress import STAGES, Notice, Step, Tally, listening, notice, report, stage


def test_listeners_hear_steps_and_notices_only_while_they_listen() -> None:
    heard: list[Step | Notice] = []
    with listening(heard.append):
        report("shots", 0.5)
        notice("mind the gap")
    report("shots", 1)
    assert heard == [Step("shots", 0.5, 1.0), Notice("mind the gap")]


def test_the_percent_never_goes_back() -> None:
    assert sum(STAGES.values()) == 100
    percents = [Step(name, done, 2).percent for name in STAGES for done in (0, 1, 2)]
    assert percents == sorted(percents) and percents[0] == 0 and percents[-1] == 100


def test_a_tally_counts_across_threads() -> None:
    heard: list[Step | Notice] = []
    with listening(heard.append):
        tally = Tally("pictures", 50)
        threads = [threading.Thread(target=tally.add) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(step.done for step in heard if isinstance(step, Step)) == list(range(51))


def test_a_stage_that_fails_is_not_done() -> None:
    heard: list[Step | Notice] = []
    try:
        with listening(heard.append), stage("pages"):
            raise ValueError
    except ValueError:
        pass
    assert heard == [Step("pages", 0, 1.0)]
