"""How panels are drawn by their frame: what is stroked, read from the page's own operators."""

import re
from fractions import Fraction
from pathlib import Path

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from configs.recipes.page_settings import load_format
from configs.units import WHOLE
from layouts.book.page import PlacedPanel, Rect
from layouts.book.storyboard import Framing
from layouts.editions.pdf.drawing import Pen

US = load_format("us")
RECT = Rect(x=100, y=100, width=200, height=150)
SLANTED = ((100.0, 100.0), (300.0, 110.0), (290.0, 250.0), (100.0, 250.0))


def drawn(frame: Framing, folder: Path, corners=RECT.corners) -> Path:
    target = folder / f"{frame}.pdf"
    canvas = Canvas(str(target), pagesize=(US.width_pt, US.height_pt), pageCompression=0)

    def picture() -> None:
        canvas.setFillColorRGB(1, 0, 0)
        canvas.rect(0, 0, US.width_pt, US.height_pt, stroke=0, fill=1)

    panel = PlacedPanel(at_s=Fraction(0), rect=RECT, corners=corners, crop=WHOLE, frame=frame)
    Pen(canvas, US, {}, {}).panel(panel, picture)
    canvas.save()
    return target


@pytest.mark.parametrize(
    ("frame", "strokes"), [(Framing.BOX, 1), (Framing.INSET, 2), (Framing.BLEED, 0), (Framing.BORDERLESS, 0)]
)
def test_only_boxes_and_insets_have_a_border(frame: Framing, strokes: int, tmp_path: Path) -> None:
    content = drawn(frame, tmp_path).read_bytes()
    assert len(re.findall(rb"\bS\b", content)) == strokes


def test_pictures_are_cut_along_a_slanted_border(tmp_path: Path) -> None:
    page = pypdfium2.PdfDocument(drawn(Framing.BORDERLESS, tmp_path, SLANTED))[0]
    image = page.render(scale=2).to_pil().convert("RGB")
    assert image.getpixel((240, 280)) == image.getpixel((570, 240)) == (255, 0, 0)
    assert image.getpixel((590, 206)) == image.getpixel((594, 480)) == (255, 255, 255)
