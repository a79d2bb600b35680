"""The lettering hand: shipped as its strokes draw it, complete for its languages, low enough for the leading."""

from pathlib import Path

import pytest
from fontTools.pens.basePen import decomposeQuadraticSegment
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from shapely.geometry import MultiLineString, Point

from layouts.lettering.font_files import Style, hand
from layouts.lettering.fonts import letterable, pick_fonts
from layouts.lettering.hand.build import CUTS, EM, build
from layouts.lettering.hand.nib import Nib, ink, outlines
from layouts.lettering.hand.strokes import Drawing
from tests.material import ROOT, shared

SHIPPED = ROOT / "layouts" / "lettering" / "hand" / "shipped"
LEADING = 1.22

ALPHABETS = {
    "vi": "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ",
    "western": "äöüßéèêëçñåøæœáíóúàâîôûãõÿþðīı",
    "central": "ąćęłńóśźżčďěňřšťůžőűăâîșțşğģķļņįų",
    "cyrillic": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяєіїґђјљњћџѕў",
    "greek": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "signs": "0123456789.,:;…!?¡¿'\"‘’“”„«»‹›()[]{}-–—/&@#%*+=<>§°•€£$¥©®™½♪♫♩♬♥★→←",
}


@pytest.mark.parametrize("language", ALPHABETS)
def test_capitals_of_every_language(language: str) -> None:
    codes = TTFont(SHIPPED / f"{hand(Style.REGULAR).name}.ttf").getBestCmap()
    letters = set(ALPHABETS[language]) | {char.upper() for char in ALPHABETS[language] if len(char.upper()) == 1}
    assert not {char for char in letters if ord(char) not in codes}


@pytest.mark.parametrize("film", ["vi", "en", "fr"])
def test_the_words_of_films_are_lettered_by_the_hand_alone(film: str) -> None:
    text = letterable(shared(f"films/sintel_trailer.{film}.srt").read_text(encoding="utf-8"))
    assert {run.font.partition("-")[0] for run in pick_fonts([text]).runs(text, 7.5)} <= {
        "FilmcomicHand",
        "FilmcomicHandBarred",
    }


@pytest.mark.parametrize("language", ["vi", "western", "cyrillic", "greek"])
def test_no_letter_reaches_into_the_line_above_or_below(language: str) -> None:
    font = TTFont(SHIPPED / f"{hand(Style.REGULAR).name}.ttf")
    glyphs, codes, tops, feet = font.getGlyphSet(), font.getBestCmap(), [], []
    for char in ALPHABETS[language]:
        pen = BoundsPen(glyphs)
        glyphs[codes[ord(char)]].draw(pen)
        feet.append(pen.bounds[1])
        tops.append(pen.bounds[3])
    assert max(tops) - min(feet) < LEADING * EM


@pytest.mark.parametrize("name", ["FilmcomicHandBarred-Regular", "FilmcomicHandBarred-Bold"])
def test_the_shipped_fonts_are_what_the_strokes_draw(name: str, tmp_path: Path) -> None:
    """To a unit or two of a thousand: other processors and libraries round otherwise, and cut curves elsewhere."""
    paths = tmp_path / "one.ttf", tmp_path / "two.ttf"
    for path in paths:
        build(CUTS[name]).save(path)
    assert paths[0].read_bytes() == paths[1].read_bytes(), "on one machine it is the same to the byte"
    drawn, shipped = TTFont(paths[0]), TTFont(SHIPPED / f"{name}.ttf")
    assert drawn.getGlyphOrder() == shipped.getGlyphOrder() and drawn.getBestCmap() == shipped.getBestCmap()
    for glyph in shipped.getGlyphOrder():
        assert drawn["hmtx"][glyph][0] == pytest.approx(shipped["hmtx"][glyph][0], abs=1)
        one, other = (outline(font, glyph) for font in (drawn, shipped))
        assert one.is_empty == other.is_empty
        assert one.is_empty or one.hausdorff_distance(other) < 2


def outline(font: TTFont, glyph: str) -> MultiLineString:
    """Return a glyph's outlines, its curves as chains of short lines."""
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[glyph].draw(pen)
    chains: list[list[tuple[float, float]]] = []
    for operation, points in pen.value:
        if operation == "moveTo":
            chains.append([*points])
        elif operation == "lineTo":
            chains[-1] += points
        elif operation == "qCurveTo":
            for handle, end in decomposeQuadraticSegment(points):
                start = chains[-1][-1]
                chains[-1] += [_on((start, handle, end), step / 8) for step in range(1, 9)]
    return MultiLineString([[*chain, chain[0]] for chain in chains])


def test_files_are_small_and_may_be_embedded() -> None:
    assert {path.stem for path in SHIPPED.glob("*.ttf")} == set(CUTS)
    for path in SHIPPED.glob("*.ttf"):
        assert path.stat().st_size < 100_000
        assert TTFont(path)["OS/2"].fsType == 0


def test_only_the_word_i_wears_bars() -> None:
    runs = pick_fonts(["a"]).runs("I am in It, and I'm II", 7.5)
    assert [run.text.strip() for run in runs if "Barred" in run.font] == ["I", "I"]
    assert "".join(run.text for run in runs) == "I am in It, and I'm II"
    mixed = pick_fonts(["a"], capitals=False).runs("I am", 7.5)
    assert [run.font for run in mixed] == ["FilmcomicHandMixed-Regular"]


def test_small_letters_of_the_capitals_are_drawn_anew() -> None:
    font = TTFont(SHIPPED / f"{hand(Style.REGULAR).name}.ttf")
    codes, glyphs = font.getBestCmap(), font["glyf"]
    big, small = (glyphs[codes[ord(char)]] for char in "Ee")
    assert big.getCoordinates(glyphs)[0] != small.getCoordinates(glyphs)[0]
    assert abs(font["hmtx"][codes[ord("E")]][0] - font["hmtx"][codes[ord("e")]][0]) < 40


def test_outlines_are_closed_curves_near_what_the_pen_left() -> None:
    areas = ink(Drawing.read("M 100 100 C 100 400 500 400 500 100"), Nib(90, 80))
    (curves,) = outlines(areas)
    assert all(one[2] == pytest.approx(other[0]) for one, other in zip(curves, [*curves[1:], curves[0]], strict=True))
    assert len(curves) < 60
    off = [areas[0].exterior.distance(Point(_on(curve, 0.5))) for curve in curves]
    assert max(off) < 2.0


def _on(curve: tuple[tuple[float, float], ...], share: float) -> tuple[float, float]:
    """Return the place on a quadratic curve after this share of it."""
    weights = (1 - share) ** 2, 2 * share * (1 - share), share**2
    x, y = (sum(w * point[axis] for w, point in zip(weights, curve, strict=True)) for axis in (0, 1))
    return x, y
