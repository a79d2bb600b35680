"""EIA-608 captions out of pairs of bytes."""

from fractions import Fraction

import pytest

from film.words.captions.line21 import BytePair, read_captions
from film.words.captions.rolling import Caption
from tests.film.captioned import (
    CARRIAGE,
    ERASE,
    PAINT,
    TEXT,
    Pairs,
    at_row,
    in_channel,
    pop,
    roll,
    schedule,
    twice,
    words,
)

RATE = 24


def read(first: Pairs, second: Pairs | None = None) -> dict[str, tuple[Caption, ...]]:
    both = [
        BytePair(Fraction(at, RATE), number, *pair)
        for at, pairs in enumerate(zip(first, second or [(0, 0)] * len(first), strict=True))
        for number, pair in enumerate(pairs, start=1)
    ]
    return read_captions(both)


def texts(first: Pairs, channel: str = "cc1") -> list[str]:
    return [caption.text for caption in read(first).get(channel, ())]


def row(text: str, rows: int = 3) -> Pairs:
    return twice(roll(rows), CARRIAGE, at_row(15)) + words(text)


def test_captions_that_pop_on_have_the_time_on_the_screen() -> None:
    loaded = pop("ARE YOU IN POSITION", "UP THERE?")
    found = read(schedule(200, (0, loaded), (100, twice(ERASE)), (120, pop("NEARLY.", slanted=True))))["cc1"]
    shown_s = Fraction(len(loaded) - 2, RATE)
    assert found[0] == (shown_s, Fraction(100, RATE), "ARE YOU IN POSITION\nUP THERE?", False)
    assert found[1].text == "NEARLY." and found[1].italic


def test_a_caption_stands_until_the_next_one_and_not_for_ever() -> None:
    first, second = pop("ONE"), pop("TWO")
    one, two = read(schedule(1000, (0, first), (100, second)))["cc1"]
    assert one.end_s == two.start_s == Fraction(100 + len(second) - 2, RATE)
    assert two.end_s - two.start_s == Fraction(6, 5), "nobody says: as long as it takes to read it"


def test_rows_that_roll_up_become_sentences_each_once() -> None:
    pairs = schedule(
        700,
        (0, row(">> THE WEATHER TODAY IS") + row("FINE. TOMORROW WE WILL") + row("SEE RAIN. >> OH NO!")),
        (200, row("GOOD")),
        (400, row("NIGHT")),
    )
    found = read(pairs)["cc1"]
    assert [one.text for one in found] == [
        ">> THE WEATHER TODAY IS FINE.", "TOMORROW WE WILL SEE RAIN.", ">> OH NO!", "GOOD", "NIGHT",
    ]  # fmt: skip
    starts = [one.start_s for one in found]
    assert starts == sorted(starts) and starts[0] == Fraction(6, RATE)
    assert all(one.end_s > one.start_s for one in found)


def test_painted_words_are_one_caption() -> None:
    painted = twice(PAINT, at_row(14)) + words("SLOWLY") + twice(at_row(15)) + words("WRITTEN")
    assert texts(schedule(200, (0, painted), (100, twice(ERASE)))) == ["SLOWLY\nWRITTEN"]
    over = twice(PAINT, at_row(14)) + words("ANOTHER")
    assert texts(schedule(300, (0, painted), (100, over))) == ["SLOWLY\nWRITTEN", "ANOTHER"]


def test_four_channels_are_kept_apart() -> None:
    one = schedule(200, (0, pop("ENGLISH")), (60, in_channel(pop("QUEBECOIS"), 2)))
    two = schedule(200, (0, pop("CASTELLANO")), (60, in_channel(pop("PORTUGUES"), 2)))
    found = read(one, two)
    assert {name: [each.text for each in captions] for name, captions in found.items()} == {
        "cc1": ["ENGLISH"], "cc2": ["QUEBECOIS"], "cc3": ["CASTELLANO"], "cc4": ["PORTUGUES"],
    }  # fmt: skip


def test_what_is_no_caption_is_passed_over() -> None:
    data = [(0x01, 0x03), *words("TITLE OF A SHOW"), (0x0F, 0x1D)]
    service = twice(TEXT) + words("HTTP ADDRESS")
    found = read(schedule(200), schedule(200, (0, data), (60, service)))
    assert found == {}
    cut = twice(at_row(15)) + words("HALF A CAPTION")  # nothing has told what it is to be
    assert texts(schedule(200, (0, cut), (60, pop("WHOLE")))) == ["WHOLE"]


def test_signs_beyond_ascii() -> None:
    note = twice((0x11, 0x37))
    pairs = [*twice((0x14, 0x20), at_row(15)), *note, *words("La ni"), (0x7E, 0x6F), *note, *words(" E")]
    pairs += [*twice((0x12, 0x21)), *words("u"), *twice((0x13, 0x33), (0x14, 0x2F))]
    assert texts(schedule(60, (0, pairs))) == ["♪La niño♪ Éö"]


def test_control_codes_count_once_and_corrections_are_made() -> None:
    typed = twice(roll(2), CARRIAGE, at_row(15)) + words("HELLP") + twice((0x14, 0x21)) + words("O.")
    assert texts(schedule(100, (0, typed), (60, twice(ERASE)))) == ["HELLO."]
    single = [(0x14, 0x20), at_row(15), *words("ONCE"), (0x14, 0x2F)]
    assert texts(schedule(100, (0, single), (60, single))) == ["ONCE", "ONCE"]


@pytest.mark.parametrize("seed", range(20))
def test_noise_is_borne(seed: int) -> None:
    import random

    dice = random.Random(seed)
    pairs = [(dice.randrange(256), dice.randrange(256)) for _ in range(3000)]
    for captions in read(pairs).values():
        assert all(one.end_s >= one.start_s and one.text.strip() for one in captions)
