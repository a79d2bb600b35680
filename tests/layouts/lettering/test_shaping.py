"""Scripts that are shaped: joined letters, lines from the right, text that can be found again."""

import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pikepdf.pdfa
import pypdfium2
import pytest
from PIL import Image

from configs.errors import FontError
from configs.recipes.page_settings import load_format
from layouts.balloons.balloons import fill
from layouts.balloons.surroundings import Surroundings
from layouts.book.crops import painted_whole
from layouts.book.page import Rect, TextLine
from layouts.editions.pdf.pdf import write_pdf
from layouts.lettering.font_files import Style, bundled_face, face_path
from layouts.lettering.fonts import is_rtl, letterable, pick_fonts
from layouts.lettering.shaping import clusters, script_runs, shape
from tests.layouts.boards import board, panel, texts, words
from tests.layouts.composing import compose

DEJAVU = face_path(bundled_face(Style.REGULAR))
SAID = ["ما الذي أتى بك إلى أرض حراس البوابة؟", "أبحث عن John منذ 1940.", "שלום עולם, מה שלומך?"]


def joined(text: str) -> list[int]:
    return [glyph.number for glyph in shape(text, DEJAVU, 0, True)[0]]


def test_letters_join_their_neighbours() -> None:
    assert joined("بب")[0] != joined("ب")[0] and joined("بب")[1] != joined("ب")[0]
    assert len(joined("لا")) == 1, "lam and alif are one glyph"


def test_a_line_from_the_right_stands_reversed_and_keeps_its_text() -> None:
    (run,) = pick_fonts(["שלום"]).runs("שלום", 8)
    assert [glyph.text for glyph in run.glyphs] == ["ם", "ו", "ל", "ש"] and run.text == "שלום"
    lefts = [glyph.left for glyph in run.glyphs]
    assert lefts == sorted(lefts)
    assert sum(glyph.width for glyph in run.glyphs) * 8 == pytest.approx(run.width_pt, abs=1e-3)


@pytest.mark.parametrize("text", SAID)
def test_runs_tell_the_line_as_it_is_read(text: str) -> None:
    lettering = pick_fonts([text])
    line = TextLine(runs=lettering.runs(text, 8), x=0, baseline=0, size_pt=8)
    assert line.text == text and line.shaped
    assert line.width_pt == pytest.approx(lettering.width_pt(text, 8))


def test_numbers_and_names_inside_run_from_the_left() -> None:
    runs = pick_fonts(SAID).runs(SAID[1], 8)
    plain = [run.text for run in runs if not run.glyphs]
    assert plain == ["1940", "John"], "seen from the left: what is said later stands further left"


def test_latin_is_not_shaped() -> None:
    assert all(not run.glyphs and run.order == 0 for run in pick_fonts(["Điều gì?"]).runs("Điều gì?", 8))


def test_joiners_stay_where_they_join() -> None:
    assert letterable("می\u200cخواهم") == "می\u200cخواهم"
    assert letterable("a\u200cb") == "ab"
    persian = pick_fonts(["می\u200cخواهم"])
    assert persian.covers("می\u200cخواهم") and persian.width_pt("می\u200cخواهم", 8) > 0


def test_marks_are_never_parted_from_their_letter() -> None:
    assert clusters("สวัสดี") == ["ส", "วั", "ส", "ดี"]
    assert clusters("เป็น") == ["เป็", "น"]
    assert clusters("नमस्ते") == ["न", "म", "स्ते"]


def test_scripts_part_a_text() -> None:
    assert script_runs("مرحبا (John) 42") == ["مرحبا (", "John) 42"]
    assert script_runs("") == []


def test_the_side_on_which_one_begins() -> None:
    assert is_rtl("«مرحبا» John") and not is_rtl("John: مرحبا") and not is_rtl("1940")


def test_captions_from_the_right_are_set_at_the_right() -> None:
    said = words("لقد كنت وحيدة منذ أن وعيت على الدنيا، ولم يكن معي أحد قط.", "narration")
    done = fill(
        [said],
        Surroundings(rect=Rect(x=0, y=0, width=120, height=200)),
        load_format("us"),
        pick_fonts([said.text]),
        most_share=0.6,
    )
    assert done is not None
    lines = done[1][0].lines
    assert len(lines) > 1
    ends = [line.x + line.width_pt for line in lines]
    assert max(ends) - min(ends) < 0.5, "words have other widths alone than beside each other"


def test_a_script_that_runs_downwards_stops_with_one_line() -> None:
    with pytest.raises(FontError, match="Mongolian script runs from top to bottom"):
        pick_fonts(["ᠮᠣᠩᠭᠣᠯ"])


@pytest.fixture(scope="module")
def comic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shaped")
    said = board(
        [panel(1, words(SAID[0])), panel(2, words(SAID[1])), panel(3, words("انفجار", "sound"), words(SAID[2]))]
    )
    book = compose(said, load_format("us"), pick_fonts([*texts(said), said.film.title]))
    Image.fromarray(np.full((270, 480, 3), 180, np.uint8)).save(folder / "grey.png")
    pictures = {Fraction(at): folder / "grey.png" for at in (1, 2, 3)}
    write_pdf(book, painted_whole(book, pictures), folder / "comic.pdf")
    return folder / "comic.pdf"


def flat(text: str) -> str:
    """Leave out marks of direction and line breaks."""
    kept = "".join(char for char in text if char not in "\u202a\u202b\u202c\u202d\u202e\u200e\u200f\u2066\u2067\u2069")
    return " ".join(kept.split())


def test_poppler_finds_the_words_as_they_are_read(comic: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    found = flat(subprocess.run(["pdftotext", str(comic), "-"], capture_output=True, text=True, check=True).stdout)
    assert SAID[0] in found and SAID[2] in found and "انفجار" in found
    assert "John" in found and "1940" in found


def test_the_letters_are_drawn(comic: Path) -> None:
    page = pypdfium2.PdfDocument(comic)[1]
    dark = np.asarray(page.render(scale=2, grayscale=True).to_pil()) < 60
    assert dark.sum() > 2000


def test_the_pages_stay_archival(comic: Path) -> None:
    with pikepdf.open(comic) as pdf:
        report = pikepdf.pdfa.check(pdf, "2b")
        assert report.passed, report.summary()
