"""Programs that guess at columns read a page in the order in which it is told."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from configs.recipes.page_settings import load_format
from layouts.book.crops import painted_whole
from layouts.book.storyboard import Storyboard
from layouts.editions.pdf.pdf import write_pdf
from layouts.lettering.fonts import pick_fonts
from tests.layouts.composing import compose
from tests.layouts.films import make_film, panels, told


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
@pytest.mark.parametrize("slant", [0.0, 12.0])
def test_words_are_found_in_order_in_columns_and_along_slanted_gutters(tmp_path: Path, slant: float) -> None:
    stills, cues = make_film(shots=70, minutes=6, cues=100, seed=5)
    numbered = [cue.model_copy(update={"text": _numbered(cue.index)}) for cue in cues]
    storyboard = told(stills, numbered, pages=8)
    leaning = tuple(page.model_copy(update={"slant": slant}) for page in storyboard.pages)
    storyboard = storyboard.model_copy(update={"pages": leaning})
    for sheet, page in enumerate(storyboard.pages, start=3):  # behind the cover and the title page
        wanted = " ".join(words.text for panel in page.panels for words in panel.words)
        assert _told(_drawn(storyboard, tmp_path), sheet) == re.findall(r"w\d+[a-e]", wanted)


def _numbered(line: int) -> str:
    return f"w{line}a w{line}b, w{line}c w{line}d w{line}e."


def _drawn(storyboard: Storyboard, folder: Path) -> Path:
    target = folder / "comic.pdf"
    if not target.exists():
        grey = folder / "grey.png"
        Image.new("RGB", (192, 108), (120, 120, 120)).save(grey)
        book = compose(storyboard, load_format("us"), pick_fonts(["w0123456789abcde.,"]))
        write_pdf(book, painted_whole(book, {panel.at_s: grey for panel in panels(storyboard)}), target)
    return target


def _told(comic: Path, sheet: int) -> list[str]:
    command = ["pdftotext", "-f", str(sheet), "-l", str(sheet), str(comic), "-"]
    return re.findall(r"w\d+[a-e]", subprocess.run(command, capture_output=True, text=True, check=True).stdout)
