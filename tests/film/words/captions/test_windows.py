"""EIA-708 captions out of packets of services."""

import random
from fractions import Fraction

import pytest

from film.words.captions.rolling import Caption
from film.words.captions.windows import Services
from tests.film.captioned import packets

HIDE, SHOW, DELETE, CLEAR = (bytes([code, 0xFF]) for code in (0x8A, 0x89, 0x8C, 0x88))


def define(number: int = 0, *, visible: bool = False, rows: int = 2, down: int = 60) -> bytes:
    return bytes([0x98 + number, 0x20 if visible else 0, down, 10, rows - 1, 31, 0x11])


def read(*timed: tuple[float, bytes], service: int = 1) -> dict[str, tuple[Caption, ...]]:
    services = Services()
    for at_s, block in timed:
        triplets = packets(block, service=service)
        for at in range(0, len(triplets), 3):
            services.take(Fraction(at_s), triplets[at] & 3, triplets[at + 1], triplets[at + 2])
    return services.captions(Fraction(timed[-1][0]))


def test_a_window_that_is_filled_and_then_shown() -> None:
    found = read((1, define() + b"Who is\rup there?"), (2, SHOW), (4, HIDE), (5, CLEAR + b">> Me. >> No."), (6, SHOW))
    assert found["dtv1"] == (
        Caption(Fraction(2), Fraction(4), "Who is\nup there?", False),
        Caption(Fraction(6), 6 + 1 + Fraction(len(">> Me.\n>> No."), 15), ">> Me.\n>> No.", False),
    )


def test_rows_that_roll_up_become_sentences() -> None:
    rows = (b">> THE LAMP IS OUT AND", b"\rTHE SHIP IS", b"\rLOST. >> OH", b"\rNO!", b"\r")
    found = read((0, define(visible=True)), *((1 + at, row) for at, row in enumerate(rows)))
    assert [(one.text, float(one.start_s)) for one in found["dtv1"]] == [
        (">> THE LAMP IS OUT AND THE SHIP IS LOST.", 1.0), (">> OH NO!", 3.0),
    ]  # fmt: skip


def test_windows_that_come_and_go_together_are_one_caption() -> None:
    found = read(
        (1, define(1, down=70) + b"second row"), (1, define(0, down=60) + b"first row"), (2, SHOW), (4, DELETE),
    )  # fmt: skip
    assert found["dtv1"] == (Caption(Fraction(2), Fraction(4), "first row\nsecond row", False),)


def test_signs_styles_and_services() -> None:
    slanted = bytes([0x90, 0x05, 0x80])
    text = b"\x7f l\xe9na \x10\x2c \x18\xac\x00"
    found = read((1, define() + slanted + text), (2, SHOW), (3, HIDE), service=2)
    assert found == {"dtv2": (Caption(Fraction(2), Fraction(3), "♪ léna Œ 가", True),)}


def test_a_command_that_is_cut_in_two_waits_for_its_rest() -> None:
    whole = define() + b"Whole"
    found = read((1, whole[:3]), (1, whole[3:]), (2, SHOW[:1]), (2, SHOW[1:]), (3, HIDE))
    assert [one.text for one in found["dtv1"]] == ["Whole"]


@pytest.mark.parametrize("seed", range(20))
def test_noise_is_borne(seed: int) -> None:
    dice = random.Random(seed)
    services = Services()
    for at in range(5000):
        services.take(Fraction(at, 24), dice.choice((2, 2, 2, 3)), dice.randrange(256), dice.randrange(256))
    for captions in services.captions(Fraction(300)).values():
        assert all(one.end_s >= one.start_s for one in captions)
