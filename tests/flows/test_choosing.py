"""The contact sheet of a real film, under one Prefect server."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from configs.errors import OutputError
from configs.recipes.recipe import Recipe
from flows.choosing import make_contact
from tests.material import shared


def test_every_shot_offers_the_chosen_frame_and_others(tmp_path: Path, prefect_server: str) -> None:
    film, work = shared("films/bbb_480p_30s.mp4"), tmp_path / "work"
    page = make_contact(film, tmp_path / "c.html", Recipe(subtitles="none"), work).read_text()
    sections = page.split("<section")[1:]
    assert len(sections) == 4
    for section in sections:
        times = [Fraction(text) for text in re.findall("<code>([0-9.]+)</code>", section)]
        assert times == sorted(set(times)) and len(times) >= 3
        start, end = (float(each) for each in re.findall(r"<small>([0-9.]+) to ([0-9.]+) s", section)[0])
        assert all(start - 0.01 <= at < end for at in times)
        assert 'class="chosen"' in section
    before = {path: path.stat().st_mtime_ns for path in work.rglob("*") if path.is_file()}
    assert make_contact(film, tmp_path / "d.html", Recipe(subtitles="none"), work).read_text() == page
    assert {path: path.stat().st_mtime_ns for path in work.rglob("*") if path.is_file()} == before


def test_only_a_page_is_drawn(tmp_path: Path, prefect_server: str) -> None:
    with pytest.raises(OutputError, match=r"ends in \.html"):
        make_contact(shared("nasty/two_frames.mp4"), tmp_path / "c.pdf", work=tmp_path / "work")
