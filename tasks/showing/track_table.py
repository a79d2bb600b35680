"""The table of a film's words in the terminal: which there are, which of them is taken, and why."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from film.words.sources.listing import SourceRow

_HEADS = ("track", "language", "format", "title", "flags", "holds", "taken")
_WIDEST = 40
"""Letters of a title; a longer one is cut."""


def track_table(rows: Sequence[SourceRow]) -> list[str]:
    """Return the lines of the table, its heads first, none where there are no rows; wide letters count as two."""
    if not rows:
        return []
    table = [_HEADS, *(_cells(row) for row in rows)]
    widths = [max(cell_len(cells[at]) for cells in table) for at in range(len(_HEADS))]
    lines = ("  ".join(map(set_cell_size, cells, widths)) for cells in table)
    return [line.rstrip() for line in lines]


def _cells(row: SourceRow) -> tuple[str, ...]:
    title = row.title if cell_len(row.title) <= _WIDEST else f"{set_cell_size(row.title, _WIDEST - 1).rstrip()}…"
    verdict = f"yes: {row.why}" if row.taken else f"no: {row.why}" if row.why else "no"
    return row.track or "-", row.language, row.format, title, ", ".join(row.flags), row.holds, verdict
