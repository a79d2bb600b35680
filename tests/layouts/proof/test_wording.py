from hypothesis import given
from hypothesis import strategies as st

from layouts.proof.wording import compare, coverage, describe_change, tokens
from tests.layouts.films import VOCABULARY

texts = st.lists(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=6).map(" ".join), min_size=1, max_size=8)


@given(texts)
def test_case_punctuation_and_line_breaks_do_not_count(said: list[str]) -> None:
    loud = [f"<{text.upper()}!>" for text in said]
    assert compare(said, loud) == [] and compare(said, [" ".join(said)]) == [] and coverage(said, loud) == 1.0


@given(texts, st.data())
def test_a_lost_word_is_found_and_costs_coverage(said: list[str], data: st.DataObject) -> None:
    words = " ".join(said).split()
    at = data.draw(st.integers(0, len(words) - 1))
    left = words[:at] + words[at + 1 :]
    (change,) = compare(words, left)
    assert len(change.wanted) == 1 and not change.said
    assert coverage(words, left) == (len(words) - 1) / len(words)


def test_changes_are_told_in_few_words() -> None:
    def told(wanted: str, said: str) -> list[str]:
        return [describe_change(change) for change in compare([wanted], [said])]

    assert told("I was young and alone.", "I was alone.") == ['"young and" is lost']
    assert told("I was alone.", "I was was alone.") == ['"was" is doubled']
    assert told("Stay here. Please!", "Stay here. Stay here. Please!") == ['"stay here" is doubled']
    assert told("I was alone.", "I was, well, alone.") == ['"well" is added']
    assert told("The grey wolf.", "The gray wolf.") == ['says "gray" for "grey"']
    assert told("a " * 12, "") == ['"a a a a a a a a" and 4 more words is lost']


def test_scripts_without_spaces_are_read_letter_by_letter() -> None:
    assert tokens("旅をして") == list("旅をして") and tokens("Don’t STOP") == ["don't", "stop"]
    assert compare(["私は長い間旅をしてきました。"], ["私は長い間", "旅をして", "きました"]) == []
    assert [describe_change(each) for each in compare(["旅をして"], ["旅して"])] == ['"を" is lost']


def test_a_long_film_is_compared_in_a_moment() -> None:
    said = [f"{VOCABULARY[at % 19]} {VOCABULARY[at % 17]} {VOCABULARY[at % 13]}" for at in range(4000)]
    assert len(compare(said, [*said[:2000], *said[2001:]])) == 1
