"""What reaches the terminal and the dashboard: words, never orders."""

import html
import re
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tasks.batch.outcomes import FilmOutcome, show_outcomes
from tasks.console.progress import notice
from tasks.console.terminal import showing
from tasks.showing import report
from tasks.showing.markdown import escape_markdown
from tests.hostile import HOSTILE, WORDS


def test_a_notice_is_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    with showing():
        notice(f"film:smile:.mp4: [bold]{HOSTILE}")
    shown = capsys.readouterr().err
    assert "\x1b" not in shown and "\x07" not in shown and "\u202e" not in shown
    assert "film:smile:.mp4: [bold]" in shown and "\\x1b[31mred" in shown and "\\udce9" in shown


@pytest.mark.parametrize(
    "text",
    [HOSTILE, "a | b", "![x](http://evil/x.png)", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>",
     "http://evil.example", "www.evil.example", "# head", "- item", "1. one", "`code` **bold** _it_ ~~no~~", "a\n\n> b",
     "&lt;b&gt;", "a_b_c-d (1).mkv", "<http://evil>", "\\![x](http://evil)", "me@evil.example"],
)  # fmt: skip
def test_markdown_shows_words_as_they_are(text: str) -> None:
    made = MarkdownIt("gfm-like").disable("linkify").render(f"Film {escape_markdown(text)}")
    assert re.fullmatch(r"<p>[^<>]*</p>\s*", made), made
    told = html.unescape(made)
    assert all(word in told for word in (WORDS if text is HOSTILE else re.findall(r"\w+", text)))


def test_a_picture_is_our_own_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    from PIL import Image

    made: dict[str, str] = {}
    monkeypatch.setattr(report, "create_markdown_artifact", lambda **told: made.update(told))
    Image.new("RGB", (8, 8)).save(tmp_path / "p.jpg")
    report.show_picture("key", f"The pages of {HOSTILE}", tmp_path / "p.jpg")
    for shown in (made["markdown"], made["description"]):
        page = MarkdownIt("gfm-like").disable("linkify").render(shown)
        assert re.findall(r"<img src=\"([^\"]{0,10})", page) == ["data:image"], page
        assert not re.search(r"<(?!/?(?:p|strong|img)\b)", page) and "<script" not in page


def test_the_table_of_a_batch_is_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    told: dict[str, Any] = {}
    monkeypatch.setattr("prefect.artifacts.create_table_artifact", lambda **given: told.update(given))
    name = "a ![x](http:evil)<b>.mkv"
    show_outcomes([FilmOutcome(film=tmp_path / name, comic=tmp_path / name)], [])
    (row,) = told["table"]
    assert row["film"] == escape_markdown(name) and "![" not in row["film"] + row["comic"] and "<b>" not in row["comic"]
