"""SCC: captions that pop on, roll up and are painted, and its two ways to count frames."""

from fractions import Fraction
from pathlib import Path

import pytest

from film.words.foreign.scenarist import hour_of, read_scc
from film.words.sources.subtitle_files import read_subtitles
from tests.material import shared

FRAME = Fraction(1001, 30000)


def sent(words: str) -> str:
    """Write letters as pairs of bytes with odd parity."""
    data = words.encode("latin-1") + b"\x80" * (len(words) % 2)
    odd = bytes(one | 0x80 if bin(one & 0x7F).count("1") % 2 == 0 else one & 0x7F for one in data)
    return " ".join(odd[at : at + 2].hex() for at in range(0, len(odd), 2))


def scc(*rows: tuple[str, str]) -> str:
    return "Scenarist_SCC V1.0\n\n" + "".join(f"{at}\t{codes}\n\n" for at, codes in rows)


def pop(words: str) -> str:
    return f"9420 9420 94ae 94ae 9470 9470 {sent(words)} 942f 942f"


def test_a_caption_of_the_field_pops_on_when_it_is_switched() -> None:
    (cue,) = read_subtitles(shared("field/film/09g_caps.scc")).cues
    assert cue.text == "Hello" and cue.start_s == (3 * 30 + 9) * FRAME


def test_captions_stand_until_they_are_erased() -> None:
    reading = read_scc(
        scc(("00:00:03:00", pop("Hello there")), ("00:00:05:00", "942c 942c"), ("00:00:10:00", pop("Two")))
    )
    assert [(cue.text, float(cue.start_s), float(cue.end_s)) for cue in reading.cues][:1] == [
        ("Hello there", pytest.approx(3.40, abs=0.01), pytest.approx(5.005, abs=0.001))
    ]
    assert reading.cues[1].text == "Two" and reading.cues[1].end_s > reading.cues[1].start_s


@pytest.mark.parametrize(("clock", "frames"), [("00:10:00:00", 18000), ("00:10:00;00", 17982), ("00:01:00;02", 1800)])
def test_frames_are_counted_in_both_ways(clock: str, frames: int) -> None:
    (cue,) = read_scc(scc((clock, pop("Hi")))).cues
    assert cue.start_s == (frames + 7) * FRAME


def test_rows_that_roll_up_and_words_that_are_painted() -> None:
    rolled = read_scc(
        scc(
            ("00:00:03:00", f"9425 9425 94ad 94ad 9470 9470 {sent('Where have you')}"),
            ("00:00:05:00", f"9425 9425 94ad 94ad 9470 9470 {sent('been?')}"),
            ("00:00:07:00", f"9425 9425 94ad 94ad 9470 9470 {sent('Far away.')}"),
            ("00:00:09:00", "942c 942c"),
        )
    )
    assert [cue.text for cue in rolled.cues] == ["Where have you been?", "Far away."]
    assert [float(cue.start_s) for cue in rolled.cues] == pytest.approx([3.2, 7.2], abs=0.05)
    painted = read_scc(scc(("00:00:03:00", f"9429 9429 9470 9470 {sent('Painted')}"), ("00:00:05:00", "942c 942c")))
    assert [(cue.text, round(float(cue.start_s), 1), round(float(cue.end_s), 1)) for cue in painted.cues] == [
        ("Painted", 3.1, 5.0)
    ]


@pytest.mark.parametrize(("mark", "hour_s"), [(":", Fraction("3603.6")), (";", Fraction(3600))])
def test_a_tapes_clock_begins_at_an_hour(tmp_path: Path, mark: str, hour_s: Fraction) -> None:
    text = scc((f"01:00:03{mark}00", pop("Hi")))
    assert hour_of(text) == hour_s
    (tmp_path / "film.scc").write_text(text)
    reading = read_subtitles(tmp_path / "film.scc", duration_s=Fraction(60))
    assert float(reading.cues[0].start_s) == pytest.approx(3.24, abs=0.02)
    assert reading.warnings == ("film.scc: its clock shows 1:00:00 where the film is taken to start",)
    assert read_subtitles(tmp_path / "film.scc", duration_s=Fraction(7000)).cues[0].start_s > 3600
