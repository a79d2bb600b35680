"""Places, times and ends, in the languages of subtitles; and what only looks like them."""

import pytest

from film.words.roles.datelines import ends_film, gives_date, gives_place, passes_time


@pytest.mark.parametrize(
    "text",
    [
        "Three months later", "THREE MONTHS LATER...", "Day 12", "Day twelve", "Meanwhile, in Gotham",
        "The next morning",
        "Episode 3: Underground", "Drei Monate später", "Was bisher geschah:", "Trois mois plus tard",
        "Épisode 3 : Le sous-sol", "Précédemment :", "Tres meses después", "Três meses depois", "Tre mesi dopo",
        "Trzy miesiące później", "Odcinek 3.0: Underground", "Три месяца спустя", "Через два дня", "Tre månader senare",
        "I tidligere episoder:", "Antaŭe:", "Ba tháng sau", "3年後", "これまでのあらすじ:", "三个月后", "2년 후",
        "3 เดือนต่อมา", "بعد ثلاثة أشهر", "سه ماه بعد", "तीन महीने बाद",
    ],
)  # fmt: skip
def test_time_passes(text: str) -> None:
    assert passes_time(text)


@pytest.mark.parametrize(
    "text", ["Later we went home", "Two dogs later", "Room 12", "Three months", "A day", "", "..."]
)
def test_time_does_not_pass(text: str) -> None:
    assert not passes_time(text)


def test_dates_and_places_are_told_apart_from_sentences_with_figures() -> None:
    for text in ("6 June 1944", "June 6th, 1944", "le 6 juin 1944", "6. Juni 1944", "6 июня 1944 года", "10:32 a.m.",
                 "1943年6月", "Summer 1967"):  # fmt: skip
        assert gives_date(text) and not gives_place(text), text
    for text in ("PARIS, 1943", "Omaha Beach - June 6, 1944", "New York City, New York, 1985", "Париж, 1943 год",
                 "Rio de Janeiro, 1958", "باريس، 1943", "東京、1964年"):  # fmt: skip
        assert gives_place(text) and not gives_date(text), text
    for text in ("He was born in 1943", "I paid him 1943 dollars, cash", "12", "In May"):
        assert not gives_date(text) and not gives_place(text), text


@pytest.mark.parametrize("text", ["THE END", "The end.", "FIN", "Ende", "Koniec", "Конец", "終", "끝", "จบ", "النهاية"])
def test_a_film_ends(text: str) -> None:
    assert ends_film(text)


def test_nobody_is_told_the_end_in_the_middle_of_a_word() -> None:
    assert not ends_film("The end of it") and not ends_film("Final")
