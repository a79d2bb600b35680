"""Tracks whose codec nobody names: WebVTT, TTML and captions in MP4."""

from fractions import Fraction
from pathlib import Path

import pytest

from film.decoding.probe import probe
from film.model import LineKind
from film.words.dialogue import listen
from film.words.sources import payloads
from tests.film.boxed import NO_CUE, box, cue_box, write_boxed
from tests.film.captioned import ERASE, Pairs, pop, twice
from tests.material import shared

Told = list[tuple[float, float, str]]
GREETING = cue_box("<v Mai>Hello &amp; <i>good</i> day", iden="1", sttg="line:0 align:left")
WEBVTT = [
    (0, 1, NO_CUE),
    (1, 2, GREETING),
    (2, 3, GREETING + cue_box("Second\nrow")),
    (3, 4, cue_box("Second\nrow")),
    (4, 10, NO_CUE),
]


def ttml(*cues: tuple[float, float, str], head: str = '<?xml version="1.0"?>') -> bytes:
    rows = "".join(f'<p begin="{start}s" end="{end}s">{text}</p>' for start, end, text in cues)
    return f'{head}<tt xmlns="http://www.w3.org/ns/ttml"><body><div>{rows}</div></body></tt>'.encode()


def told(film: Path, language: str = "") -> Told:
    return [
        (float(line.start_s), float(line.end_s), line.text) for line in listen(probe(film), language=language).lines
    ]


@pytest.mark.parametrize("handler", [b"text", b"sbtl", b"subt"])
@pytest.mark.parametrize("flags", ["", "frag_keyframe+empty_moov"])
def test_webvtt_in_mp4(tmp_path: Path, handler: bytes, flags: str) -> None:
    options = {"movflags": flags} if flags else {}
    film = write_boxed(tmp_path / "film.mp4", b"wvtt", WEBVTT, handler=handler, language="eng", options=options)
    dialogue = listen(probe(film), language="en")
    assert [(line.start_s, line.end_s, line.text) for line in dialogue.lines] == [
        (Fraction(1), Fraction(3), "Hello & *good* day"), (Fraction(2), Fraction(4), "Second row"),
    ]  # fmt: skip
    assert dialogue.lines[0].speaker == "Mai" and dialogue.lines[0].kind is LineKind.SPEECH, "placed, and no sign"
    assert (dialogue.source, dialogue.language, dialogue.warnings) == ("track 1 (eng)", "en", ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_ttml_in_mp4(tmp_path: Path, encoding: str) -> None:
    text = ttml((2, 4, "One<br/>two &amp; three"), (12, 13.5, "Four")).decode()
    film = write_boxed(tmp_path / "film.mp4", b"stpp", [(0, 20, text.encode(encoding))], handler=b"subt")
    assert told(film) == [(2, 4, "One two & three"), (12, 13.5, "Four")]


def test_ttml_in_pieces_counts_from_the_film_or_from_the_piece(tmp_path: Path) -> None:
    across = ttml((7, 9, "across"))
    whole = [(0, 4, ttml((1, 2, "one"))), (4, 8, across), (8, 12, across), (12, 16, ttml((12.5, 13, "last")))]
    film = write_boxed(tmp_path / "film.mp4", b"stpp", whole, handler=b"subt")
    assert told(film) == [(1, 2, "one"), (7, 9, "across"), (12.5, 13, "last")]
    own = [(0, 4, ttml((1, 2, "one"))), (4, 8, ttml((1, 2, "two"))), (8, 12, ttml((0, 4, "three")))]
    film = write_boxed(tmp_path / "own.mp4", b"stpp", own, handler=b"subt")
    assert told(film) == [(1, 2, "one"), (5, 6, "two"), (8, 12, "three")]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b'<!DOCTYPE tt [<!ENTITY a "ha ha">]><tt><body><p begin="1s" end="2s">&a;</p></body></tt>', "entities"),
        (b'<?xml version="1.0"?><meta>x</meta>', ""),
        (ttml(), "no words"),
    ],
)
def test_no_xml_is_ever_lettered(tmp_path: Path, document: bytes, words: str) -> None:
    film = write_boxed(tmp_path / "film.mp4", b"stpp", [(0, 20, document)], handler=b"subt")
    dialogue = listen(probe(film))
    assert dialogue.lines == () and words in " ".join(dialogue.warnings)


def test_broken_xml_gives_the_words_before_it_breaks(tmp_path: Path) -> None:
    cut = ttml((2, 4, "One"), (5, 6, "Two"))[:-40]
    film = write_boxed(tmp_path / "film.mp4", b"stpp", [(0, 20, cut)], handler=b"subt")
    dialogue = listen(probe(film))
    assert dialogue.lines[0].text == "One" and "XML breaks" in dialogue.warnings[0]


def packet(pairs: Pairs) -> bytes:
    triplets = b"".join(bytes([0xFC, *pair]) for pair in pairs)
    return b"\x96\x69" + bytes([0, 0x4F, 0x43, 0, 1, 0x72, 0xE0 + len(pairs)]) + triplets + b"\x74\0\1\0"


def test_tracks_of_captions_in_mp4(tmp_path: Path) -> None:
    said, gone = pop("HELLO THERE"), twice(ERASE)
    samples = [(1, 2, box(b"ccdp", packet(said))), (5, 6, box(b"ccdp", packet(gone)))]
    film = write_boxed(tmp_path / "film.mp4", b"c708", samples, handler=b"clcp")
    assert told(film) == [(1, 5, "HELLO THERE")]
    bare = [(at, at + 1, box(b"cdat", bytes(sum(pairs, ())))) for at, pairs in ((1, said), (5, gone))]
    film = write_boxed(tmp_path / "bare.mp4", b"c608", bare, handler=b"clcp")
    assert told(film) == [(1, 5, "HELLO THERE")]


@pytest.mark.parametrize("data", [b"$GPRMC,123519,A", box(b"DEVC", b"\0\1\2\3" * 9), b"<?xml version='1.0'?><Meta/>"])
def test_data_that_is_no_words_is_no_track(tmp_path: Path, data: bytes) -> None:
    film = write_boxed(tmp_path / "film.mp4", b"gpmd", [(0, 4, data), (4, 8, data)], handler=b"meta")
    dialogue = listen(probe(film))
    assert dialogue.lines == () and dialogue.warnings == () and dialogue.left == ()


@pytest.mark.parametrize("name", ["11_wvtt_in_mp4.mp4", "11b_stpp_ttml.mp4"])
def test_films_from_the_field(name: str) -> None:
    assert told(shared(f"field/film/{name}")) == [
        (2.5, 4.5, "Are you in position up there?"),
        (7.0, 9.0, "Nearly. Give me a minute."),
        (14.0, 16.5, "I was young. I did not know what I was doing."),
    ]


def test_a_caption_track_from_the_field() -> None:
    assert told(shared("field/film/11c_c608.mov")) == [(3.0, 3 + 4 / 3, "Hello")]


def test_one_sample_of_countless_cues_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payloads, "MOST_CUES", 100)
    crowd = [(0, 1, cue_box("x") * 101)]
    dialogue = listen(probe(write_boxed(tmp_path / "film.mp4", b"wvtt", crowd)))
    assert dialogue.lines == () and "subtitles or" in dialogue.warnings[0]
    many = [(at, at + 1, ttml(*((at, at + 1, "x") for _ in range(40)))) for at in range(3)]
    dialogue = listen(probe(write_boxed(tmp_path / "more.mp4", b"stpp", many, handler=b"subt")))
    assert dialogue.lines == () and "subtitles or" in dialogue.warnings[0]
