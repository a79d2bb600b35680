"""EBU STL: its rows, letters, times and start of the programme, and blocks that are damaged."""

from fractions import Fraction
from pathlib import Path

import pytest

from configs.errors import SubtitleError
from film.words.cleaning import clean
from film.words.foreign.ebu_stl import is_ebu_stl, read_ebu_stl
from film.words.sources.subtitle_files import read_subtitles

Time = tuple[int, int, int, int]


def head(start: bytes = b"00000000", code: bytes = b"00", language: bytes = b"0F") -> bytes:
    fields = {
        0: b"850",
        3: b"STL25.01",
        11: b"1",
        12: code,
        14: language,
        238: b"0000200002001",
        251: b"4023",
        255: b"1",
    }
    written = bytearray(b" " * 1024)
    for at, value in {**fields, 256: start, 264: start, 272: b"11"}.items():
        written[at : at + len(value)] = value
    return bytes(written)


def block(number: int, begin: Time, end: Time, words: bytes, remark: int = 0) -> bytes:
    return bytes([0, number, 0, 0xFF, 0, *begin, *end, 20, 2, remark]) + words.ljust(112, b"\x8f")


TWO = block(1, (0, 0, 3, 0), (0, 0, 5, 0), b"\x0b\x0bD\xc2ej\xc1a vu ?\x0a\x0a\x8a\x0b\x0bDeux fois.") + block(
    2, (0, 0, 10, 12), (0, 0, 12, 0), b"\x80\xa8Oui\x81."
)


def told(data: bytes) -> list[tuple[Fraction | int, Fraction | int, str]]:
    return [(line.start_s, line.end_s, line.text) for line in clean(read_ebu_stl(data).cues)[0]]


def test_rows_accents_and_frames() -> None:
    data = head() + TWO
    assert is_ebu_stl(data) and read_ebu_stl(data).language == "fr"
    found = told(data)
    assert found[0] == (3, 5, "Déjà vu ? Deux fois.")
    assert found[1][:2] == (Fraction("10.48"), 12) and "Oui" in found[1][2]


@pytest.mark.parametrize(("start", "hour"), [(b"10000000", 10), (b"10000000", 0)])
def test_times_count_from_the_programmes_start(start: bytes, hour: int) -> None:
    data = head(start) + block(1, (hour, 0, 3, 0), (hour, 0, 5, 0), b"Hello")
    assert told(data) == [(3, 5, "Hello")]


def test_remarks_are_not_shown_and_a_damaged_block_loses_itself_alone(tmp_path: Path) -> None:
    remark = block(3, (0, 0, 6, 0), (0, 0, 7, 0), b"ask Anna", remark=1)
    path = tmp_path / "film.stl"
    path.write_bytes(head() + TWO + remark + TWO[:50])
    reading = read_subtitles(path)
    assert len(reading.cues) == 2 and reading.warnings == ("film.stl: 1 block that cannot be read left out",)
    path.write_bytes(b"850STL25.01" + b"\xff" * 1100)
    with pytest.raises(SubtitleError, match="head cannot be read"):
        read_subtitles(path)
