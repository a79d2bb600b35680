import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layouts.book.copyfitting import BALLOON_WORDS, ends_sentence, runs_on, split_words, word_count

WORDS = st.lists(st.text(alphabet="abcdeÀéấỄ.,!?…-'\"12", min_size=1, max_size=9), min_size=0, max_size=200)
MIXED = st.text(alphabet="ab .,!?\u00a0「」。、私は旅をสวัสดีก\u0301", max_size=200)


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(WORDS)
def test_keeps_every_word_once_and_in_order(words: list[str]) -> None:
    parts = split_words(" ".join(words))
    assert " ".join(parts).split() == words


@given(MIXED, st.integers(4, 30))
@settings(deadline=None)
def test_holds_the_limit_in_every_script(text: str, most: int) -> None:
    parts = split_words(text, most)
    assert bare("".join(parts)) == bare(text)
    assert all(part == part.strip() and part for part in parts)
    assert all(word_count(part) <= most for part in parts)


def test_short_text_stays_as_it_is() -> None:
    assert split_words("  I'm searching for someone. ") == ["I'm searching for someone."]
    assert split_words(" ") == []


def test_counts_words_by_script() -> None:
    assert word_count("I'm searching for someone.") == 4
    assert word_count("Tôi đang tìm một người.") == 5
    assert word_count("私は旅をする") == 3
    assert word_count("สวัสดีครับ") == 3
    assert word_count("") == 0
    assert word_count("Donaudampfschifffahrtsgesellschaft") == 3


def test_breaks_at_the_sentence() -> None:
    first = "I have walked for nineteen days over the ice to find the one who took my dragon."
    second = "Tell me where he is, old man, or the snow shall have you too."
    assert split_words(f"{first} {second}") == [first, second]


def test_breaks_at_the_clause_and_before_linking_words() -> None:
    clauses = (
        "He went into the mountains alone with nothing but a spear and an old map; "
        "nobody in the whole village ever saw him or his dog again after that"
    )
    assert split_words(clauses)[0].endswith("map;")
    linked = (
        "The keepers of the northern gate never let a stranger pass the bridge after dark "
        "because the wolves come down from the hills to hunt there"
    )
    assert split_words(linked)[1].startswith("because")


def test_does_not_break_after_an_abbreviation_or_before_a_mark() -> None:
    text = "Nobody in this house would ever believe a single word of it but Dr. Watson of Baker Street knew all along"
    assert not any(part.endswith("Dr.") for part in split_words(text, 12))
    spaced = split_words("Quoi ? " * 40)
    assert all(not part.startswith("?") for part in spaced)


def test_japanese_breaks_after_its_full_stop() -> None:
    text = "私は長い間ずっと一人で旅をしてきました。あなたは何を探しているのですか？"
    text += "門番の土地へようこそ、ここには誰もいません。"
    parts = split_words(text)
    assert parts[0].endswith(("。", "？")) and "".join(parts) == text
    assert not any(part[0] in "。、？" for part in parts)


@pytest.mark.parametrize("text", ["word " * 120, "x" * 600, "Long. " * 100, "語" * 600])
def test_six_hundred_characters(text: str) -> None:
    parts = split_words(text)
    assert len(parts) >= 2
    assert all(word_count(part) <= BALLOON_WORDS for part in parts)
    assert bare("".join(parts)) == bare(text)


def test_parts_are_of_like_length() -> None:
    lengths = [word_count(part) for part in split_words("one " * 52)]
    assert max(lengths) - min(lengths) <= 2


def test_tells_the_end_of_a_sentence() -> None:
    assert ends_sentence("Go!") and ends_sentence("“Go.”") and ends_sentence("行け。") and ends_sentence("So do I.")
    assert not ends_sentence("I went to…") and not ends_sentence("Ask Mr.") and not ends_sentence("and")
    assert runs_on("I've been alone for", "as long as I can remember.")
    assert runs_on("I went to…", "…the store.")
    assert not runs_on("I went.", "as ever") and not runs_on("I went", "Really?") and not runs_on("a", "")
