import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layouts.lettering.font_files import Style
from layouts.lettering.fonts import pick_fonts
from layouts.lettering.lettering import blocks, oval, straight

LATIN = pick_fonts(["Aa"])
WORD = st.text(alphabet="abcdeghimnoprstuđếữ", min_size=1, max_size=12)


def broken(text: str, widest: float = 200, profile=oval):
    return blocks(text, LATIN, 7.5, style=Style.REGULAR, profile=profile, widest_pt=widest)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORD, min_size=1, max_size=40).map(" ".join), st.floats(70, 300))
def test_every_way_to_break_keeps_all_words_in_order_and_within_the_width(text: str, widest: float) -> None:
    found = broken(text, widest)
    assert found
    for block in found:
        assert " ".join(block.lines) == text
        assert block.width_pt <= widest + 1e-6
        for line, width in zip(block.lines, block.widths_pt, strict=True):
            assert width == pytest.approx(LATIN.width_pt(line, 7.5), abs=1e-6)


def test_lines_are_balanced_into_a_diamond() -> None:
    text = "I have been walking all alone for as long as I can remember, and there is no end to it in sight."
    for count in (3, 4):
        widths = next(block.widths_pt for block in broken(text) if len(block.lines) == count)
        middle = max(widths[1:-1])
        assert widths[0] < middle > widths[-1]
        assert min(widths) > 0.5 * middle


def test_no_orphan_is_left_on_the_last_line() -> None:
    for block in broken("What brings you to the land of the gatekeepers of a", profile=straight)[:4]:
        assert block.widths_pt[-1] > 0.3 * block.width_pt


def test_a_word_longer_than_the_line_is_broken_as_the_last_resort() -> None:
    word = "Donaudampfschifffahrtsgesellschaft"
    whole, cut = broken(word, 300), broken(word, 90)
    assert whole[0].lines == (word,)
    assert "".join(cut[0].lines) == word
    assert cut[0].width_pt <= 90
    short_word = broken("I am so very happy", 60)
    assert all(set(" ".join(block.lines).split()) == {"I", "am", "so", "very", "happy"} for block in short_word)


def test_japanese_breaks_between_characters_but_not_before_closing_marks() -> None:
    from layouts.lettering.lettering import _pieces

    text = "「どうして、ここに？」と彼女は言った。"
    pieces = _pieces(text)
    assert "".join(pieces) == text
    assert len(pieces) > 8
    assert all(piece[0] not in "、。？」" for piece in pieces)
    assert all(piece[-1] != "「" for piece in pieces)
    assert _pieces("안녕하세요") == ["안녕하세요"]  # Korean is written with spaces
    assert _pieces("hello") == ["hello"]


def test_a_very_long_line_is_broken_quickly() -> None:
    text = " ".join(["gatekeepers of the lonely land"] * 24)
    found = broken(text, 220)
    assert len(text) > 700
    assert all(" ".join(block.lines) == text for block in found)


def test_written_rows_stand_where_they_fit_and_are_broken_anew_where_they_do_not() -> None:
    (block,) = broken("Paris,\nin the winter of 1943", profile=straight)
    assert block.lines == ("Paris,", "in the winter of 1943")
    for block in broken("Paris,\nin the winter of 1943", 60, straight):
        assert " ".join(block.lines) == "Paris, in the winter of 1943" and block.width_pt <= 60
