"""Cells of a CSV: no spreadsheet takes one for a formula, and each comes back as it was."""

import pytest

from tasks.batch.folder.cells import escape_cell, plain_cell


@pytest.mark.parametrize(
    "text", ["=1+1.mkv", "+49.mkv", "-dash.mp4", "@home.mkv", "\t=x", "\r=x", "＝1.mkv", "'=1", "''@a"]
)
def test_what_looks_like_a_formula_is_text(text: str) -> None:
    assert escape_cell(text) == f"'{text}" and plain_cell(escape_cell(text)) == text


@pytest.mark.parametrize("text", ["", "a=b.mkv", "'tis.mkv", "it's", "'", "/films/=b.mkv"])
def test_what_does_not_stays_as_it_is(text: str) -> None:
    assert escape_cell(text) == plain_cell(text) == text
