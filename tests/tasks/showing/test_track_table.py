"""The table of a film's words."""

from film.words.sources.listing import SourceRow
from tasks.showing.track_table import track_table


def test_columns_stand_under_their_heads_whatever_the_letters() -> None:
    rows = (
        SourceRow(
            track="1", language="zh", format="ASS", title="简体中文字幕", holds="all that is said", why="choice 2"
        ),
        SourceRow(
            track="2", language="eng", format="SubRip", title="x" * 90, flags=("default", "forced"), taken=True, why="a"
        ),
        SourceRow(title="film.sup", why="pictures of words"),
    )
    head, *lines = track_table(rows)
    assert head.split() == ["track", "language", "format", "title", "flags", "holds", "taken"]
    at = head.index("flags")
    assert lines[1][at:].startswith("default, forced") and lines[1][at - 3] == "…"
    assert "简体中文字幕" + " " * (at - head.index("title") - 12) + " " * 16 in lines[0], "wide letters count as two"
    assert [line.rsplit("  ", 1)[1] for line in lines] == ["no: choice 2", "yes: a", "no: pictures of words"]
    assert track_table(()) == []
    assert lines[2].startswith("- ") and all(line == line.rstrip() for line in lines)
