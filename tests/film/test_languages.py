"""Languages by any code and by their English names."""

import pytest

from film.languages import closeness, known, normal, spoken_name


def test_languages_by_any_code() -> None:
    for asked, offered in [("vi", "vie"), ("eng", "en"), ("fr", "fre"), ("fra", "fr"), ("ger", "deu"), ("zh", "chi")]:
        assert closeness(asked, offered) == 2
    assert closeness("pt", "pt-BR") == 1 and closeness("pt-br", "pob") == 2 and closeness("vietnamese", "vie") == 2
    assert closeness("en", "de") == closeness("", "") == closeness("und", "und") == 0
    assert normal("UND") == "" and normal("xyz") == "xyz" and spoken_name("vie") == "Vietnamese (vie)"
    assert known("zh-Hans") and not known("1080p")


@pytest.mark.parametrize("code", ["de", "ger", "deu", "German", "gerMAN "])
def test_all_ways_to_write_a_language_are_one(code: str) -> None:
    assert normal(code) == "de" and known(code)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("iw", "he"), ("in", "id"), ("ji", "yi"), ("scr", "hr"), ("scc", "sr"), ("mo", "ro"), ("mol", "ro"),
        ("cmn", "zh"), ("yue-HK", "zh-hk"), ("arb", "ar"), ("pes", "fa"), ("fil", "tl"), ("tgl", "tl"),
        ("bokmål", "nb"), ("cht", "zh-hant"), ("cz", "cs"), ("zh_TW", "zh-tw"),
    ],
)  # fmt: skip
def test_retired_codes_single_dialects_and_common_mistakes(written: str, meant: str) -> None:
    assert normal(written) == meant and known(written)


@pytest.mark.parametrize("code", ["kau", "bre", "br", "cor"])
def test_a_code_that_is_right_is_not_taken_for_a_mistake(code: str) -> None:
    """`kr`, which many write for Korean, is the code of Kanuri: `kau` is not Korean for that."""
    assert not known(code) and spoken_name(code) == code


def test_rarer_languages_are_compared_by_any_code() -> None:
    assert closeness("br", "bre") == closeness("cor", "kw") == 2


@pytest.mark.parametrize("word", ["", "1080p", "the", "cut", "web", "hdr", "x", "i-klingon", "漢", "a" * 50])
def test_words_of_file_names_are_no_languages(word: str) -> None:
    assert not known(word) and normal(word) == word
