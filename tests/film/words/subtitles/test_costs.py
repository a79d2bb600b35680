"""What subtitle files cost: hostile ones, huge ones, and quick reading that gives what patient reading gave."""

import hashlib
import json
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from configs.errors import SubtitleError
from film.words.cleaning import clean
from film.words.sources import subtitle_files
from film.words.sources.subtitle_files import read_subtitles
from film.words.subtitles import formats, repair
from film.words.subtitles.cues import MOST_CUES
from film.words.subtitles.formats import parse
from tests.material import shared


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["<" * 9 + "i>" * 9, " ", "{\\p1}", "\\p1", "\\i1", "<v a>b", "- ", "[", "A", "-->", "1:", "&#10;"]
)
def test_hostile_repetition_costs_no_time(piece: str) -> None:
    for head in (
        "1\n00:01,000 --> 00:02,000\n",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n",
        "[Events]\nDialogue: 0,0:00:01,0:00:02,",
    ):
        cues, _ = parse(head + "{" * (piece[:1] == "\\") + piece * (200_000 // len(piece)))
        for _ in range(8):
            clean(cues or [])


READINGS: dict[str, str] = json.loads((Path(__file__).parent / "readings.json").read_text())
"""What real files gave when every row was read with patience: digests of all lines and warnings."""


@pytest.mark.parametrize("name", READINGS)
def test_quick_reading_gives_what_patient_reading_gave(name: str) -> None:
    reading = read_subtitles(shared(name), rate=Fraction(24))
    lines, warnings = clean(reading.cues, duration_s=Fraction(700))
    rows = [repr(line).replace(", described=False", "") for line in lines]  # told later than the digests were taken
    told = [*rows, *warnings, reading.language, *reading.warnings]
    assert hashlib.sha256("\n".join(told).encode()).hexdigest()[:16] == READINGS[name]


def many(count: int, kind: str) -> str:
    """Write a file of cues as they are common: one in five in italics, some with dashes, some with names."""
    clocks = [(at // 3600, at // 60 % 60, at % 60) for at in range(count)]
    words = ["Where are you, then?", "<i>Far away.</i>", "- Yes.\n- No.", "[door opens]\nCome in!", "JOHN: Never again"]
    if kind == "srt":
        rows = ("%d\n%02d:%02d:%02d,000 --> %02d:%02d:%02d,900\n%s %d\n\n", range(1, count + 1))
        return "".join(rows[0] % (at, *c, *c, words[at % 5], at) for at, c in zip(rows[1], clocks, strict=True))
    head = "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    row = "Dialogue: 0,%d:%02d:%02d.00,%d:%02d:%02d.90,Default,,0,0,0,,{\\an2}%s %d\n"
    return head + "".join(row % (*c, *c, words[at % 5].replace("\n", "\\N"), at) for at, c in enumerate(clocks))


@pytest.mark.parametrize("kind", ["srt", "ass"])
def test_a_cue_costs_little(kind: str) -> None:
    """Measured against plain arithmetic of the same machine and moment: about 50 times it, once 290 and 200."""
    text = many(8000, kind)
    clean(parse(text)[0] or [])  # patterns are compiled

    def cost(work: Callable[[], object]) -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    plain = min(cost(lambda: [Fraction(at, 1000) for at in range(40_000)]) for _ in range(3)) / 5
    assert min(cost(lambda: clean(parse(text)[0] or [])) for _ in range(3)) < 100 * plain


@pytest.mark.parametrize("kind", ["srt", "vtt", "ass", "sub"])
def test_more_cues_than_a_day_of_film_has_are_refused(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_CUES == 259_200
    for module in (repair, formats, subtitle_files):
        monkeypatch.setattr(module, "MOST_CUES", 1000)
    count = 1001
    path = tmp_path / f"bomb.{kind}"
    path.write_text({
        "srt": "0:1 --> 0:2\na\n\n" * count,
        "vtt": "WEBVTT\n\n" + "0:1 --> 0:2\na\n\n" * count,
        "ass": "[Events]\nFormat: Start, End, Text\n" + "Dialogue: 0:1,0:2,a\n" * count,
        "sub": "{1}{2}a\n" * count,
    }[kind])  # fmt: skip
    with pytest.raises(SubtitleError) as caught:
        read_subtitles(path, rate=Fraction(24))
    message = str(caught.value)
    assert "bomb" in message and "more than 1,000 subtitles" in message and "--subtitles" in message
