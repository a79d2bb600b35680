"""What a described noise sounds like: told by its head, in its language."""

import pytest

from layouts.lettering.fonts import pick_fonts
from layouts.lettering.onomatopoeia import _lexicons, sound_word


@pytest.mark.parametrize(
    ("description", "word"),
    [
        ("GUNFIRE", "BLAM!"),
        ("distant gunfire", "BLAM!"),
        ("machine gun firing", "RATATATAT!"),
        ("explosion in the distance", "BOOM!"),
        ("door slams", "SLAM!"),
        ("knocking on door", "KNOCK KNOCK"),
        ("phone ringing", "RING RING"),
        ("bell rings", "DING DONG"),
        ("WIND HOWLS", "WHOOSH"),
        ("wolf howls", "AWOOOO"),
        ("glass shatters", "CRASH!"),
        ("footsteps approaching", "TAP TAP TAP"),
        ("door creaks open", "CREAK"),
        ("Both screaming !!!", "AAAAH!"),
        ("LIONS WHIMPER", None),
        ("dog whimpers", None),
        ("man reacts to gunshot", None),
        ("gunfire stops", None),
        ("dramatic music", None),
        ("silence", None),
        ("", None),
        ("...", None),
    ],
)
def test_the_head_of_a_description_decides(description: str, word: str | None) -> None:
    assert sound_word(description, "en") == word


@pytest.mark.parametrize(
    ("description", "language", "word"),
    [
        ("gähnen", "de", "GÄHN"),
        ("Hund bellt", "de", "WAU!"),
        ("coups de feu", "fr", "PAN!"),
        ("baille", "fr", "OUAAAH"),
        ("bostezos", "es", "UAAAH"),
        ("Bocejo", "pt-br", "UAAAH"),
        ("sbadiglio", "it", "YAWN"),
        ("strzały", "pl", "BANG!"),
        ("зевает", "ru", "АААХ"),
        ("skott", "sv", "PANG!"),
        ("gaber", "da", "GAB"),
        ("oscedo", "eo", "UAAH"),
        ("tiếng súng", "vi", "ĐOÀNG!"),
        ("あくび", "ja", "ふわぁ"),
        ("远处枪声", "zh", "砰！"),
        ("블록들이 부딪치다", "ko", "덜그럭"),
        ("เสียงปืน", "th", "ปัง!"),
        ("انفجار", "ar", "بوم!"),
        ("انفجار", "fa", "بوم!"),
        ("दोनों चिल्ला रहे हैं !!!", "hi", "आआआह!"),
        ("gunfire", "de", None),
        ("gunfire", "", "BLAM!"),
        ("あくび", "", "ふわぁ"),
        ("gunfire", "xx", None),
    ],
)
def test_each_language_has_its_own_words(description: str, language: str, word: str | None) -> None:
    assert sound_word(description, language) == word


@pytest.mark.parametrize(("word", "language"), [("MAMAAAN", "fr"), ("BANG", "en"), ("click... click...", "en")])
def test_a_sound_word_is_left_as_it_is(word: str, language: str) -> None:
    assert sound_word(word, language) == word


def test_every_sound_word_is_itself_again_and_can_be_lettered_as_its_description() -> None:
    for code, lexicon in _lexicons().items():
        for word in {word for _, word in lexicon.keys}:
            assert sound_word(word, code) is not None, (code, word)
    assert pick_fonts(word for _, word in _lexicons()["vi"].keys).left_out == frozenset()
