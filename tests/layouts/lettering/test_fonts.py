from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

from configs.errors import FontError
from layouts.lettering import fonts
from layouts.lettering.font_files import Style, bundled_face, face_path, read_face, truetype_file
from layouts.lettering.fonts import letterable, pick_fonts, told_left_out


def postscript_font(path: Path, chars: str) -> Path:
    """A font with cubic outlines: a round-cornered bar for each character."""
    names = {char: f"uni{ord(char):04X}" for char in chars}
    order = [".notdef", *names.values()]
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap({ord(char): name for char, name in names.items()})
    drawn = {}
    for name in order:
        pen = T2CharStringPen(600, None)
        pen.moveTo((50, 0))
        pen.curveTo((50, 300), (200, 700), (500, 700))
        pen.lineTo((500, 0))
        pen.closePath()
        drawn[name] = pen.getCharString()
    builder.setupCFF("Made", {"FullName": "Made"}, drawn, {})
    builder.setupHorizontalMetrics(dict.fromkeys(order, (600, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Made", "styleName": "Regular", "psName": "Made-Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200, fsType=0)
    builder.setupPost()
    builder.save(path)
    return path


@pytest.mark.parametrize("text", ["Điều gì đưa cô đến vùng đất?", "Привет, мир!", "Καλημέρα", "♪ la la ♫", "¿Qué?"])
def test_the_bundled_font_letters_its_scripts(text: str, no_system_fonts: None) -> None:
    lettering = pick_fonts([text])
    for style in Style:
        assert "".join(run.text for run in lettering.runs(letterable(text), 8, style)) == letterable(text)


@pytest.mark.parametrize("text", ["مرحبا", "שלום"])
def test_arabic_and_hebrew_need_no_other_font(text: str, no_system_fonts: None) -> None:
    assert pick_fonts(["fine", text]).covers(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("नमस्ते", "letters Devanagari; install fonts-noto-core"),
        ("สวัสดี", "letters Thai; install fonts-noto-core"),
        ("日本のこと", "no font at hand letters Japanese; install fonts-noto-cjk or give a font with --font"),
        ("한국어", "letters Korean; install fonts-noto-cjk"),
        ("አማርኛ", "letters Ethiopic; install fonts-noto-core"),
        ("\u2e52", "letters the sign U+2E52 (tironian sign capital et); install fonts-symbola"),
    ],
)
def test_a_missing_glyph_is_told_with_the_cure(text: str, told: str, no_system_fonts: None) -> None:
    with pytest.raises(FontError) as caught:
        pick_fonts([text])
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_signs_without_a_font_are_told_and_stop_nothing(no_system_fonts: None) -> None:
    """Letters without one still do: words without them say something else."""
    lettering = pick_fonts(["Party \U0001f389\U0001f3fd!", "\ue000 I \u2665 it"])
    assert lettering.left_out == {"\U0001f389", "\U0001f3fd", "\ue000"}
    told = told_left_out(lettering.left_out)
    assert "U+1F389 (party popper)" in told and "fonts-symbola" in told and "\n" not in told
    with pytest.raises(FontError, match="Ethiopic"):
        pick_fonts(["\U0001f389 አማርኛ"])
    assert "and 3 more" in told_left_out(chr(0x1F600 + at) for at in range(8))


def test_decomposed_text_is_composed_and_invisible_characters_go() -> None:
    assert letterable("Tie\u0302\u0301ng Vie\u0323\u0302t") == "Tiếng Việt"
    assert letterable("a\u200b b\ufeff\n c\u00ad") == "a b c"


def test_a_face_for_missing_letters_is_found_on_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = postscript_font(tmp_path / "Made.otf", "あいう")
    fonts._candidates.cache_clear()
    monkeypatch.setattr(fonts, "_fontconfig", lambda pattern: f"{made}|0\n{tmp_path}/gone.ttf|0\n")
    lettering = pick_fonts(["ok あい"])
    runs = lettering.runs("ok あい", 10)
    assert [run.text for run in runs] == ["ok ", "あい"]
    assert [run.font for run in runs] == ["FilmcomicHand-Regular", "system:Made:0"]
    assert runs[1].width_pt == pytest.approx(12)
    fonts._candidates.cache_clear()


def test_postscript_outlines_become_truetype(tmp_path: Path) -> None:
    face = read_face(postscript_font(tmp_path / "Made.otf", "あいう"), "made")
    assert not face.plain
    with TTFont(truetype_file(face, "あう")) as font:
        assert "glyf" in font and "CFF " not in font
        assert set(font.getBestCmap()) >= {ord("あ"), ord("う")}
        assert ord("い") not in font.getBestCmap()
        assert font["glyf"][font.getBestCmap()[ord("あ")]].numberOfContours == 1


def test_a_font_of_ones_own_comes_first() -> None:
    path = face_path(bundled_face(Style.BOLD))
    lettering = pick_fonts(["Hello"], font=path)
    assert lettering.face_of("H", Style.REGULAR).path == path.absolute()
    assert lettering.digest != pick_fonts(["Hello"]).digest


def test_files_that_are_no_fonts_are_told_in_one_line(tmp_path: Path) -> None:
    text = tmp_path / "font.ttf"
    text.write_text("not a font")
    for path, told in (
        (text, "not a TrueType or OpenType font"),
        (tmp_path, "cannot be read"),
        (tmp_path / "no", "cannot be read"),
    ):
        with pytest.raises(FontError) as caught:
            pick_fonts(["a"], font=path)
        assert str(path) in str(caught.value) and told in str(caught.value)
        assert "\n" not in str(caught.value)
    cut = tmp_path / "cut.ttf"
    cut.write_bytes(face_path(bundled_face(Style.REGULAR)).read_bytes()[:3000])
    with pytest.raises(FontError):
        pick_fonts(["a"], font=cut)


def test_the_digest_is_of_the_files_not_of_their_place(tmp_path: Path) -> None:
    path = tmp_path / "DejaVuSans-Bold.ttf"
    path.write_bytes(face_path(bundled_face(Style.BOLD)).read_bytes())
    one = pick_fonts(["a"], font=path).digest
    assert one == pick_fonts(["b"], font=face_path(bundled_face(Style.BOLD))).digest


def test_what_is_only_hoped_for_stops_no_book(no_system_fonts: None) -> None:
    lettering = pick_fonts(["fine"], hoped=["千と千尋", "Ωmega"])
    assert lettering.covers("Ωmega") and not lettering.covers("千と千尋")
