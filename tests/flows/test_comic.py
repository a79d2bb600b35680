"""The main job on real films, whole, under one Prefect server."""

import json
import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from configs.errors import InputError, StoryboardError
from configs.recipes.recipe import Recipe, SceneLook
from flows.comic import make_board, make_comic, render_board
from tasks.making.reading import Keyframes
from tasks.store.uses import UPKEEP
from tests.material import shared

pytestmark = pytest.mark.usefixtures("prefect_server")

QUICK: dict[str, Any] = {"style": "ink-line", "page": {"ppi": 100}}
"""The quickest style, printed at half the resolution: what is proved here is not the style."""


def spoken(name: str) -> list[str]:
    """Return the words of each cue of a plain subtitle file, read without any code of ours."""
    cues = re.split(r"\n\n+", shared(f"films/{name}").read_text("utf-8-sig").strip())
    return [" ".join(" ".join(cue.splitlines()[2:]).split()) for cue in cues]


def words_of(pdf: Path) -> str:
    """Return the text of all pages with every run of white space as one space."""
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    return re.sub(r"\s+", " ", text.replace("\ufffe", "-"))


def in_order(needles: list[str], text: str) -> bool:
    """Tell whether all needles stand in the text, one after the other."""
    at = 0
    for needle in needles:
        at = text.find(needle, at)
        if at < 0:
            return False
        at += len(needle)
    return True


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One work folder for this module, so that the trailer is read once."""
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def trailer() -> Path:
    return shared("films/sintel_trailer.subs_srt_eng_vie_ara.mkv")


def test_the_trailer_speaks_english_and_vietnamese(trailer: Path, work: Path, tmp_path: Path) -> None:
    english = make_comic(trailer, tmp_path / "en.pdf", Recipe(language="eng", **QUICK), work)
    assert len(spoken("sintel_trailer.en.srt")) == 4 and in_order(spoken("sintel_trailer.en.srt"), words_of(english))
    vietnamese = make_comic(trailer, tmp_path / "vi.pdf", Recipe(language="vie", **QUICK), work)
    assert in_order(spoken("sintel_trailer.vi.srt"), words_of(vietnamese))


def test_the_trailer_speaks_arabic(trailer: Path, work: Path, tmp_path: Path) -> None:
    arabic = make_comic(trailer, tmp_path / "ar.pdf", Recipe(language="ara", **QUICK), work)
    said = spoken("sintel_trailer.ar.srt")
    assert len(said) == 4 and in_order(said, words_of(arabic))


def test_where_the_words_came_from_is_told(
    trailer: Path, work: Path, tmp_path: Path, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tables: dict[str, list[dict[str, str]]] = {}
    monkeypatch.setattr(
        "tasks.showing.report.create_table_artifact", lambda **given: tables.update({given["key"]: given["table"]})
    )
    comic = make_comic(trailer, tmp_path / "a.pdf", Recipe(track="2", **QUICK), work)
    assert in_order(spoken("sintel_trailer.en.srt"), words_of(comic))
    assert f"{trailer.name}: words from track 2 (eng)" in heard
    (made,) = [row["made"] for row in tables["made"] if row["what"] == "words from"]
    assert made.replace("\\", "") == "track 2 (eng)"


def test_two_empty_work_folders_give_the_same_bytes(trailer: Path, tmp_path: Path) -> None:
    recipe = Recipe(language="eng", end=10)
    first = make_comic(trailer, tmp_path / "a.pdf", recipe, tmp_path / "one")
    second = make_comic(trailer, tmp_path / "b.pdf", recipe, tmp_path / "two")
    assert first.read_bytes() == second.read_bytes()


def test_a_second_run_makes_nothing_anew(trailer: Path, work: Path, tmp_path: Path) -> None:
    recipe = Recipe(language="eng", **QUICK)
    make_comic(trailer, tmp_path / "a.pdf", recipe, work)
    before = {path: path.stat().st_mtime_ns for path in work.rglob("*") if path.is_file()}
    make_comic(trailer, tmp_path / "b.pdf", recipe, work)
    after = {path: path.stat().st_mtime_ns for path in work.rglob("*") if path.is_file()}
    assert {path: after[path] for path in before} == before
    assert {path.parts[-3] for path in set(after) - set(before)} == {UPKEEP}, "it is noted where the other copy lies"


def test_a_lost_file_is_made_again(trailer: Path, work: Path, tmp_path: Path) -> None:
    recipe = Recipe(language="eng", **QUICK)
    for painting in work.rglob("paintings/*/*.png"):  # those of other comics lie there too
        painting.unlink()
    first = make_comic(trailer, tmp_path / "a.pdf", recipe, work).read_bytes()
    lost, *others = sorted(work.rglob("paintings/*/*.png"))
    lost.unlink()
    next(work.rglob("editions/*/*.pdf")).unlink()
    assert make_comic(trailer, tmp_path / "b.pdf", recipe, work).read_bytes() == first
    assert lost.is_file() and all(other.is_file() for other in others)


def test_an_edited_storyboard_is_drawn_and_repaints_only_what_changed(
    trailer: Path, work: Path, tmp_path: Path
) -> None:
    board = make_board(trailer, tmp_path / "s.json", Recipe(language="eng", **QUICK), work)
    render_board(board, tmp_path / "a.pdf", Recipe(**QUICK), work)
    before = set(work.rglob("paintings/*/*.png"))
    edited = json.loads(board.read_text())
    panels = [panel for page in edited["pages"] for panel in page["panels"]]
    next(panel for panel in panels if panel.get("words"))["words"][0]["text"] = "This sword has a past."
    board.write_text(json.dumps(edited))
    pdf = render_board(board, tmp_path / "b.pdf", Recipe(**QUICK), work)
    assert "This sword has a past." in words_of(pdf)
    relettered = set(work.rglob("paintings/*/*.png"))
    assert relettered - before == set(), "no panel became another one"
    panels[0]["at_s"] = panels[0]["at_s"] + 0.5
    board.write_text(json.dumps(edited))
    render_board(board, tmp_path / "c.pdf", Recipe(**QUICK), work)
    beside = len(edited["pages"][0]["panels"])
    added = set(work.rglob("paintings/*/*.png")) - relettered
    assert 1 <= len(added) <= beside + 1, "what its page shows otherwise; the cover may show the same frame"


def test_a_range_in_another_style_repaints_that_range_alone(trailer: Path, work: Path, tmp_path: Path) -> None:
    recipe = Recipe(language="eng", **QUICK)
    plain = make_comic(trailer, tmp_path / "a.pdf", recipe, work).read_bytes()
    before = set(work.rglob("paintings/*/*.png"))
    dream = recipe.model_copy(update={"scenes": (SceneLook(start=10, end=20, style="ink-noir", strength=0.5),)})
    first = make_comic(trailer, tmp_path / "b.pdf", dream, work).read_bytes()
    added = set(work.rglob("paintings/*/*.png")) - before
    board = json.loads(make_board(trailer, tmp_path / "s.json", recipe, work).read_text())
    inside = {panel["at_s"] for page in board["pages"] for panel in page["panels"] if 10 <= panel["at_s"] < 20}
    assert inside and len(inside) <= len(added) <= len(inside) + 1, "the cover may show one of them larger"
    assert first != plain and make_comic(trailer, tmp_path / "c.pdf", dream, work).read_bytes() == first
    assert set(work.rglob("paintings/*/*.png")) == before | added


def test_a_storyboard_of_another_film_is_refused(trailer: Path, work: Path, tmp_path: Path) -> None:
    board = make_board(trailer, tmp_path / "s.json", Recipe(language="eng", **QUICK), work)
    with pytest.raises(StoryboardError, match="another film"):
        render_board(board, tmp_path / "x.pdf", Recipe(**QUICK), work, film=shared("films/bbb_480p_30s.mp4"))


def test_a_range_and_a_page_budget_are_kept(trailer: Path, work: Path, tmp_path: Path) -> None:
    pdf = make_comic(trailer, tmp_path / "a.pdf", Recipe(language="eng", start=10, end=25, pages=2, **QUICK), work)
    text = words_of(pdf)
    lines = spoken("sintel_trailer.en.srt")
    assert lines[0] in text and lines[3] not in text
    assert len(pypdfium2.PdfDocument(pdf)) <= 2 + 2, "a cover and a colophon do not count"


@pytest.mark.parametrize("recipe", [Recipe(start=4000), Recipe(style="ink-lime"), Recipe(edition="a3")])
def test_what_cannot_be_done_is_refused(trailer: Path, work: Path, tmp_path: Path, recipe: Recipe) -> None:
    with pytest.raises(InputError) as caught:
        make_comic(trailer, tmp_path / "a.pdf", recipe, work)
    assert "\n" not in str(caught.value) and not (tmp_path / "a.pdf").exists()


def test_no_keyframe_lies_inside_a_transition(trailer: Path, work: Path, tmp_path: Path) -> None:
    make_comic(trailer, tmp_path / "a.pdf", Recipe(language="eng", **QUICK), work)
    events = json.loads(shared("films/cuts.json").read_text())["sintel_trailer.mp4"]["events"]
    listed = max(work.rglob("gathered/*/*.json"), key=lambda path: path.stat().st_size)
    times = [float(frame.at_s) * 24 for frame in Keyframes.model_validate_json(listed.read_bytes()).frames]
    soft = [event for event in events if event["kind"] != "hard"]
    inside = [(at, event) for at in times for event in soft if event["start"] + 1 < at < event["end"] - 1]
    assert not inside
