"""What became of each film of a batch so far: a table on the dashboard and a report on the disk, kept up as it goes on.

The report is written whole at every change, so a batch that is killed leaves what was true last. The table on the
dashboard is one that is kept up, not one for each change.
"""

import csv
import io
import json
import threading
import time
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import copy_context
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast
from uuid import UUID

from pydantic import NonNegativeFloat, NonNegativeInt

from configs.disk.files import check_writable, write_text
from configs.errors import InputError, OutputError
from configs.units import Frozen
from tasks.batch.folder.cells import escape_cell
from tasks.console.progress import notice
from tasks.showing.markdown import escape_markdown

REPORT_SUFFIXES = (".csv", ".json")
_EVERY_S = 1.0
"""The dashboard's table is sent no more often than this."""
_SHOWN_MOST = 60
"""Rows of the table that a terminal shows at the end; those of failures go first."""
_REASON_MOST = 90

State = Literal["queued", "running", "done", "unchanged", "failed"]
STATES: tuple[State, ...] = ("done", "unchanged", "failed", "running", "queued")


class FilmRow(Frozen):
    """One film of a batch."""

    film: str
    state: State = "queued"
    reason: str = ""
    """Why it failed."""
    seconds: NonNegativeFloat | None = None
    """That its run took."""
    pages: NonNegativeInt | None = None
    """Of its comic, with the cover and all else in it."""
    comic: str = ""
    priority: int = 0
    again: str = ""
    """Address of the dashboard's form that makes this film alone, filled in."""


class FilmTable:
    """The rows of a batch's films, by any key; several threads may change them.

    Args:
        report: A file that is kept up, `.csv` or `.json`; None for none.
        shown: Whether there is a flow run on whose page the table is shown.
    """

    def __init__(self, report: Path | None = None, *, shown: bool = True) -> None:
        self._rows: dict[Hashable, FilmRow] = {}
        self._notes: tuple[str, ...] = ()
        self._report = report
        self._shown = shown
        self._artifact: UUID | None = None
        self._sent_s = 0.0
        self._later: threading.Timer | None = None
        self._lock = threading.RLock()
        self._told = False

    def begin(self, rows: Iterable[tuple[Hashable, FilmRow]], notes: Sequence[str] = ()) -> None:
        """Take up all rows at once, as they are before anything is made."""
        with self._lock:
            self._rows = dict(rows)
            self._notes = tuple(notes)
        self._keep_up()

    def change(self, film: Hashable, **fields: Any) -> None:
        """Change a film's row."""
        with self._lock:
            row = self._rows.get(film) or FilmRow(film=str(film))
            self._rows[film] = row.model_copy(update=fields)
        self._keep_up()

    def end(self) -> None:
        """Send and write all that there is; what still runs has been stopped."""
        with self._lock:
            self._rows = {
                film: row.model_copy(update={"state": "queued", "reason": "stopped"}) if row.state == "running" else row
                for film, row in self._rows.items()
            }
        self._keep_up(at_once=True)

    @property
    def counts(self) -> dict[str, int]:
        """How many films are in which state; states of none are left out."""
        states = [row.state for row in self._rows.values()]
        return {state: states.count(state) for state in STATES if state in states}

    @property
    def total(self) -> int:
        """How many films there are."""
        return len(self._rows)

    def lines(self) -> list[str]:
        """Return the table for a terminal; of many rows those that failed, and the first of the others."""
        rows = sorted(self._rows.values(), key=lambda row: row.state != "failed")
        cells = [("film", "state", "pages", "seconds", "reason"), *(_cells(row) for row in rows[:_SHOWN_MOST])]
        widths = [max(len(cell[at]) for cell in cells) for at in range(4)]
        lines = [
            "  ".join([*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)), row[4]]).rstrip()
            for row in cells
        ]
        more = len(rows) - _SHOWN_MOST
        counted = ", ".join(f"{count} {state}" for state, count in self.counts.items())
        return [*lines, *([f"and {more} more"] if more > 0 else []), counted]

    def _keep_up(self, *, at_once: bool = False) -> None:
        with self._lock:
            if self._report is not None:
                try:
                    write_text(self._report, self._written(self._report.suffix.lower()))
                except OutputError as error:  # the comics matter more
                    if not self._told:
                        notice(f"{error}: the report is not kept up")
                    self._told = True
            if not self._shown:
                return
            wait_s = 0.0 if at_once else self._sent_s + _EVERY_S - time.monotonic()
            if wait_s <= 0:
                self._send()
            elif self._later is None:
                self._later = threading.Timer(wait_s, copy_context().run, [self._send])  # it knows the server
                self._later.daemon = True
                self._later.start()

    def _send(self) -> None:
        """Show the table on the dashboard; one that cannot be shown must not stop the batch."""
        with self._lock, suppress(Exception):
            if self._later is not None:
                self._later.cancel()
            self._later, self._sent_s = None, time.monotonic()
            counted = ", ".join(f"{count} {state}" for state, count in self.counts.items())
            told = f"What became of each film: {counted}"
            rows = [_shown(row) for row in self._rows.values()]
            rows += [_shown(FilmRow(film=""), escape_markdown(note)) for note in self._notes]
            if self._artifact is None:
                from prefect.artifacts import create_table_artifact

                # Prefect's types leave room for an awaitable, which only async flows get
                self._artifact = cast(UUID, create_table_artifact(table=rows, key="films", description=told))
                return
            from prefect.client.orchestration import get_client
            from prefect.client.schemas.actions import ArtifactUpdate

            with get_client(sync_client=True) as client:
                client.update_artifact(self._artifact, ArtifactUpdate(data=json.dumps(rows), description=told))

    def _written(self, suffix: str) -> str:
        rows = [row.model_dump(exclude={"again"}) for row in self._rows.values()]
        if suffix == ".json":
            told = {"updated": datetime.now(UTC).isoformat(timespec="seconds"), "counts": self.counts, "films": rows}
            return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        text = io.StringIO()
        writer = csv.DictWriter(text, [name for name in FilmRow.model_fields if name != "again"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {name: escape_cell(value) if isinstance(value, str) else value for name, value in row.items()}
            for row in rows
        )
        return "\ufeff" + text.getvalue()  # by which spreadsheets know UTF-8


@contextmanager
def film_table(report: Path | None) -> Iterator[FilmTable]:
    """Yield a table of the current flow run; it is complete, and told, when the block ends, however it ends."""
    table = FilmTable(report)
    try:
        yield table
    finally:
        table.end()
        if table.total > 1:
            notice("\n".join(table.lines()))


def check_report(report: Path | None, inputs: Iterable[Path] = ()) -> None:
    """Refuse a report that cannot be kept up, or would take the place of what the batch reads.

    Args:
        report: The file; None for none.
        inputs: What the batch is given.

    Raises:
        InputError: Its kind is unknown, or it is one of the inputs.
        OutputError: It cannot be written there.
    """
    if report is None:
        return
    if report.suffix.lower() not in REPORT_SUFFIXES:
        kinds = " or ".join(REPORT_SUFFIXES)
        raise InputError("the kind of report is unknown", cure=f"end its name in {kinds}", path=report)
    if any(report.exists() and each.exists() and report.samefile(each) for each in inputs):
        raise InputError("the report would replace this list", cure="give another name with --report", path=report)
    check_writable(report)


def _cells(row: FilmRow) -> tuple[str, ...]:
    seconds = "" if row.seconds is None else f"{row.seconds:.1f}"
    reason = row.reason if len(row.reason) <= _REASON_MOST else f"{row.reason[:_REASON_MOST]}…"
    return Path(row.film).name, row.state, "" if row.pages is None else str(row.pages), seconds, reason


def _shown(row: FilmRow, note: str = "") -> dict[str, str]:
    """Return a row as the dashboard shows it; a note of what was left out stands alone."""
    _, state, pages, seconds, _ = _cells(row)
    return {
        "film": escape_markdown(Path(row.film).name),
        "state": note or state,
        "pages": pages,
        "seconds": seconds,
        "comic": escape_markdown(row.comic),
        "reason": escape_markdown(row.reason),
        "again": f"[make it again]({row.again})" if row.again else "",
    }
