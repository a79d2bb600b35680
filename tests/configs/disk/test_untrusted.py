"""Words from outside: made harmless once, at the door."""

import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.disk.untrusted import harmless, is_text, one_line, private_signs, visible
from configs.recipes.recipe import Recipe, load_recipe
from tests.hostile import HOSTILE, WORDS, is_harmless

ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=80)


@given(ANY)
def test_whatever_comes_in_xml_and_utf_8_can_hold_it(text: str) -> None:
    tame = one_line(text)
    node = ElementTree.Element("a", {"b": tame})
    node.text = tame
    back = ElementTree.fromstring(ElementTree.tostring(node, encoding="utf-8"))
    assert back.text in (tame, None) and back.attrib["b"] == tame
    assert is_harmless(tame) and harmless(tame) == tame and one_line(tame) == tame


@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "S"]), max_size=60))
def test_words_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text == visible(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Tag\x0bged \x07Film", "Tag ged Film"),
        ("\x1b[1;31mRed\x1b[0m \x1b]8;;http://evil\x1b\\link", "Red link"),
        ("no\ufffe\uffff\ufdd0\U0010ffffne", "none"),
        ("Caf\udce9 \ud83d\ude00 \ud800.", "Café \U0001f600 ."),
        ("\u202egnp.exe\u202c \u2067x", "gnp.exe x"),
        ("\u200fسلام\u200f a\u200db", "\u200fسلام\u200f a\u200db"),
        ("icon \ue001\U000f0000!", "icon !"),
        ("nu\x00l", "nul"),
        ("<b>&amp;</b> {{7*7}}", "<b>&amp;</b> {{7*7}}"),
    ],
)
def test_what_goes_and_what_stays(text: str, left: str) -> None:
    assert one_line(text) == left


def test_rows_are_kept_where_they_matter() -> None:
    assert harmless("one\r\n\ttwo\x00\u2028three\x0c") == "one\r\n\ttwo\u2028three\n"
    assert private_signs("a\ue000\U00100000b") == 2 and private_signs("é✓") == 0


@given(ANY)
def test_a_terminal_obeys_nothing_and_nothing_is_lost(text: str) -> None:
    shown = visible(text)
    kinds = {unicodedata.category(letter) for letter in shown.replace("\n", "")}
    assert not kinds & {"Cc", "Cs", "Zl", "Zp"} and "\u202e" not in shown
    shown.encode()  # and it can be printed


def test_an_escape_shows_itself() -> None:
    assert visible("a \x1b[31mred\udce9\u202e\n") == "a \\x1b[31mred\\udce9\\u202e\n"
    assert is_text("Café") and not is_text("Caf\udce9")


def test_a_recipe_is_cleaned_however_it_comes() -> None:
    for recipe in (
        Recipe(title=HOSTILE, credit=HOSTILE, language=HOSTILE),
        load_recipe(None, {"title": HOSTILE, "credit": HOSTILE, "language": HOSTILE}),
    ):
        for text in (recipe.title, recipe.credit, recipe.language):
            assert is_harmless(text) and all(word in text for word in WORDS) and "é" in text
