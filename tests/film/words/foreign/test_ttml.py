"""TTML: its many ways to tell times, its nesting, and what a hostile or broken document comes to."""

import time
from fractions import Fraction

import pytest

from film.words.cleaning import clean
from film.words.foreign.ttml import read_ttml
from film.words.subtitles.formats import Reading
from tests.material import shared

HEAD = (
    '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"'
    ' xmlns:tts="http://www.w3.org/ns/ttml#styling" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"'
)


def document(body: str, root: str = "", head: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{HEAD} {root}><head>{head}</head><body>{body}</body></tt>'


def timed(reading: Reading) -> list[tuple[Fraction | int, Fraction | int, str]]:
    return [(cue.start_s, cue.end_s, cue.text) for cue in reading.cues]


def words(reading: Reading) -> list[str]:
    return [line.text for line in clean(reading.cues)[0]]


def test_a_broadcast_is_read() -> None:
    reading = read_ttml(shared("field/film/09b_broadcast.ttml").read_text())
    assert timed(reading) == [(3, 5, "At three seconds."), (10, 12, "At ten\nseconds.")]
    assert reading.language == "en" and reading.warnings == ()


NTSC = 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"'


@pytest.mark.parametrize(
    ("root", "written", "wanted"),
    [
        ("", "00:00:03.5", Fraction(7, 2)),
        ("", "01:00:03,25", Fraction("3603.25")),
        ("", "3.5s", Fraction(7, 2)),
        ("", "3500ms", Fraction(7, 2)),
        ("", "0.5h", 1800),
        ("", "2m", 120),
        ("", "00:00:03:15", Fraction(7, 2)),
        ('ttp:frameRate="24"', "00:00:03:12", Fraction(7, 2)),
        ('ttp:frameRate="24"', "36f", Fraction(3, 2)),
        ('ttp:frameRate="24" ttp:subFrameRate="2"', "00:00:03:12.1", 3 + Fraction(25, 48)),
        (NTSC, "00:00:03:15", 3 + Fraction(1001, 2000)),
        (f'ttp:timeBase="smpte" {NTSC} ttp:dropMode="nonDrop"', "00:01:00:00", Fraction("60.06")),
        (f'ttp:timeBase="smpte" {NTSC} ttp:dropMode="dropNTSC"', "00:01:00:02", Fraction(1800 * 1001, 30000)),
        (f'ttp:timeBase="smpte" {NTSC} ttp:dropMode="dropNTSC"', "00:10:00:00", Fraction(17982 * 1001, 30000)),
        ('ttp:tickRate="10000000"', "35000000t", Fraction(7, 2)),
        ('ttp:frameRate="25"', "50t", 2),
        ("", "12.5", Fraction(25, 2)),
    ],
)
def test_times_in_every_notation(root: str, written: str, wanted: Fraction) -> None:
    body = f'<div><p begin="{written}" dur="2s">Words</p></div>'
    assert timed(read_ttml(document(body, root))) == [(wanted, wanted + 2, "Words")]


def test_times_count_from_what_is_around() -> None:
    body = (
        '<div begin="10s" end="20s"><p begin="1s" end="3s">One</p><p begin="5s" dur="60s">Two</p><p>Whole</p></div>'
        '<div begin="30s" timeContainer="seq"><p dur="2s">Three</p><p begin="1s" dur="2s">Four</p></div>'
    )
    assert timed(read_ttml(document(body))) == [
        (11, 13, "One"), (15, 20, "Two"), (10, 20, "Whole"), (30, 32, "Three"), (33, 35, "Four"),
    ]  # fmt: skip


def test_spans_breaks_and_spaces() -> None:
    body = """<div><p begin="1s" end="2s">
        <span>Tom &amp; <span>Jerry</span></span>   run<br/>
        and &nbsp;run & run<br>again<br></br></p></div>"""
    assert words(read_ttml(document(body))) == ["Tom & Jerry run and run & run again"]


def test_spans_that_tell_the_times() -> None:
    body = (
        '<div><p><span begin="1s" end="2s">First of two.</span><br/><span begin="3s" end="4s">The second.</span></p>'
        '<p begin="10s" end="13s"><span begin="0s" end="1s">So</span> <span begin="1s" end="2s">it</span></p></div>'
    )
    found = timed(read_ttml(document(body)))
    assert found == [(1, 2, "First of two."), (3, 4, "The second."), (10, 13, "So it")]


def test_styles_regions_and_speakers() -> None:
    head = (
        '<styling><style xml:id="base" tts:color="white"/><style xml:id="i" style="base" tts:fontStyle="italic"/>'
        '<style xml:id="off" tts:display="none"/></styling>'
        '<layout><region xml:id="low"><style tts:origin="10% 80%" tts:extent="80% 15%"/></region>'
        '<region xml:id="top" tts:origin="10% 5%" tts:extent="80% 15%"/>'
        '<region xml:id="shop" tts:origin="60% 40%" tts:extent="20% 10%"/></layout>'
        '<metadata><ttm:agent xml:id="a" type="person"><ttm:name type="full">Anna</ttm:name></ttm:agent></metadata>'
    )
    body = (
        '<div><metadata><ttm:desc>not shown</ttm:desc></metadata>'
        '<p begin="1s" end="2s" region="low" style="i">Slanted</p>'
        '<p begin="2s" end="3s" region="top">A <span style="i">bit</span></p>'
        '<p begin="3s" end="4s" region="shop">BAKERY</p>'
        '<p begin="4s" end="5s" ttm:agent="a"><metadata ttm:title="x">y</metadata>It is me</p>'
        '<p begin="5s" end="6s" style="off">hidden</p></div>'
    )  # fmt: skip
    cues = read_ttml(document(body, head=head)).cues
    assert [(cue.text, cue.italic, cue.sign, cue.speaker) for cue in cues] == [
        ("Slanted", True, False, ""), ("A <i>bit</i>", False, False, ""), ("BAKERY", False, True, ""),
        ("It is me", False, False, "Anna"),
    ]  # fmt: skip


def test_readings_beside_characters_are_left_out() -> None:
    body = (
        '<div><p begin="1s" end="2s"><span tts:ruby="container"><span tts:ruby="base">漢字</span>'
        '<span tts:ruby="text">かんじ</span></span>です</p></div>'
    )
    assert words(read_ttml(document(body, 'xml:lang="ja"'))) == ["漢字です"]


def test_of_several_languages_one_is_taken() -> None:
    body = (
        '<div xml:lang="en"><p begin="1s" end="2s">Hello</p></div>'
        '<div xml:lang="fr"><p begin="1s" end="2s">Bonjour</p></div>'
    )
    taken = {asked: read_ttml(document(body), language=asked) for asked in ("", "fra", "de")}
    assert {asked: (words(one), one.language) for asked, one in taken.items()} == {
        "": (["Hello"], "en"), "fra": (["Bonjour"], "fr"), "de": (["Hello"], "en"),
    }  # fmt: skip


def test_divisions_in_turn_are_all_said() -> None:
    body = (
        '<div xml:lang="en-GB"><p begin="1s" end="2s">Hello</p></div><div><p begin="3s" end="4s">Again</p></div>'
        '<div xml:lang="fr"><p begin="5s" end="6s">Bonjour</p></div>'
    )
    reading = read_ttml(document(body, 'xml:lang="en"'), language="en")
    assert words(reading) == ["Hello", "Again", "Bonjour"] and reading.language == "en"


def test_old_names_undeclared_prefixes_and_the_programmes_start() -> None:
    old = '<tt xmlns="http://www.w3.org/2006/10/ttaf1"><body><p tts:color="red" begin="1s" end="2s">Old</p></body></tt>'
    assert timed(read_ttml(old)) == [(1, 2, "Old")]
    start = "<metadata><documentStartOfProgramme>10:00:00:00</documentStartOfProgramme></metadata>"
    body = '<div><p begin="10:00:03:00" end="10:00:04:00">Late</p></div>'
    assert timed(read_ttml(document(body, 'ttp:timeBase="smpte" ttp:frameRate="25"', start))) == [(3, 4, "Late")]


def test_words_without_a_time_are_told_or_take_that_of_their_sample() -> None:
    text = document('<div><p>One</p><p begin="soon">Two</p></div>')
    reading = read_ttml(text)
    assert reading.cues == () and reading.warnings == ("2 subtitles without a readable start left out",)
    assert timed(read_ttml(text, shown=(Fraction(3), Fraction(4)))) == [(3, 4, "One"), (3, 4, "Two")]


def test_pictures_of_words_are_told() -> None:
    body = '<div begin="1s" end="2s" smpte:backgroundImage="#img1"/><div smpte:backgroundImage="a.png"/>'
    assert read_ttml(document(body)).warnings == ("2 subtitles that are pictures of words left out",)


def test_prefixes_ticks_and_a_clock_of_frames_as_streams_and_shops_write_them() -> None:
    text = (
        '<?xml version="1.0" encoding="utf-8"?><tt:tt xmlns:tt="http://www.w3.org/ns/ttml" xmlns:x="http://www.w3.org/ns/'
        'ttml#parameter" x:tickRate="10000000" xml:lang="de"><tt:body><tt:div><tt:p xml:id="s1" begin="30000000t"'
        ' end="50000000t"><tt:span style="a">Guten</tt:span><tt:br/><tt:span> Tag.</tt:span></tt:p></tt:div></tt:body>'
        "</tt:tt>"
    )
    assert timed(read_ttml(text)) == [(3, 5, "Guten\nTag.")]
    shop = 'ttp:timeBase="smpte" ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001" ttp:dropMode="nonDrop"'
    (cue,) = read_ttml(document('<div><p begin="00:01:00:12" end="00:01:02:00">Words</p></div>', shop)).cues
    assert cue.start_s == Fraction("60.5") * Fraction(1001, 1000)


def test_what_stands_before_a_fault_is_read() -> None:
    whole = document('<div><p begin="1s" end="2s">One</p>\n<p begin="3s" end="4s">Two</p></div>')
    reading = read_ttml(whole[: whole.index("</p></div>")])
    assert words(reading) == ["One"] and reading.warnings == ("its XML breaks in row 3: what follows is left out",)


def test_bombs_do_not_go_off() -> None:
    lol = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
    bomb = f'<!DOCTYPE tt [<!ENTITY l0 "lol">{lol}]>{HEAD}><body><p begin="1s">&l9;</p></body></tt>'
    with pytest.raises(ValueError, match="entities"):
        read_ttml(bomb)
    begun = time.perf_counter()
    deep = "<span>" * 50_000 + "x" + "</span>" * 50_000
    assert timed(read_ttml(document(f'<div><p begin="1s" end="2s">{deep}</p></div>'))) == [(1, 2, "x")]
    assert time.perf_counter() - begun < 5
