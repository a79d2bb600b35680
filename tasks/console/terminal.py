"""The progress display in the terminal: stage, done of total, time left; quiet where there is no terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from configs.disk.untrusted import visible
from tasks.console.progress import Notice, Step, listening


@contextmanager
def showing() -> Iterator[None]:
    """Show steps as bars and notices as lines on stderr while the block runs.

    Bars are drawn only on a terminal; notices are printed anywhere, since a warning in a log is still wanted.
    """
    console = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)
    if not sys.stderr.isatty():
        with listening(lambda event: _print(console, event)):
            yield
        return
    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[count]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        drawn: dict[str, TaskID] = {}

        def draw(event: Step | Notice) -> None:
            if isinstance(event, Notice):
                _print(console, event)
                return
            if event.stage not in drawn:
                drawn[event.stage] = bars.add_task(event.stage, total=event.total, count="")
            count = f"{event.done:.0f}/{event.total:.0f}" if event.total > 1 else ""
            bars.update(drawn[event.stage], completed=event.done, total=event.total, count=count)

        with listening(draw):
            yield


def _print(console: Console, event: Step | Notice) -> None:
    if isinstance(event, Notice):
        console.print(visible(event.text))
