"""Cells of a CSV that spreadsheets open: what they would take for a formula is text, and comes back as it was.

Names of films come from anywhere, and a spreadsheet runs a cell that begins with one of a few signs. An apostrophe
before it says that it is text.
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""Also behind apostrophes of its own, so that reading takes away just the one that writing has put there."""
_MARK = "'"


def escape_cell(text: str) -> str:
    """Return a text as it may stand in a cell."""
    return _MARK + text if _FORMULA.match(text) else text


def plain_cell(cell: str) -> str:
    """Return what `escape_cell` was given."""
    return cell.removeprefix(_MARK) if cell.startswith(_MARK) and _FORMULA.match(cell) else cell
