"""TTML and SCC read as ttconv reads them, a library that follows the standards, on documents made by chance."""

import random
from typing import Any
from xml.etree.ElementTree import ElementTree, fromstring

import pytest
from ttconv import model
from ttconv.imsc import reader as imsc_reader
from ttconv.scc import reader as scc_reader

from film.words.foreign.scenarist import read_scc
from film.words.foreign.ttml import read_ttml
from film.words.subtitles.formats import Reading
from tests.film.words.foreign.test_scenarist import pop, scc

Told = list[tuple[float, float, str]]


def by_reference(document: Any) -> Told:
    told = []
    for part in document.get_body().dfs_iterator():
        if isinstance(part, model.P):
            around, above = 0, part.parent()
            while above is not None and hasattr(above, "get_begin"):
                around, above = around + (above.get_begin() or 0), above.parent()
            leaves = [one.get_text() for one in part.dfs_iterator() if isinstance(one, model.Text)]
            begin_s, end_s = float(around + part.get_begin()), float(around + part.get_end())
            told.append((begin_s, end_s, " ".join("".join(leaves).split())))
    return told


def by_ours(reading: Reading) -> Told:
    return [(float(cue.start_s), float(cue.end_s), " ".join(cue.text.split())) for cue in reading.cues]


def expression(chance: random.Random, at_s: int) -> str:
    clock = f"{at_s // 3600:02d}:{at_s // 60 % 60:02d}:{at_s % 60:02d}"
    more = f"{clock}.{chance.randrange(1000):03d}", f"{clock}:{chance.randrange(24):02d}"
    return chance.choice([f"{at_s}s", f"{at_s * 24}f", f"{at_s * 10_000_000}t", *more])


@pytest.mark.parametrize("seed", range(20))
def test_ttml(seed: int) -> None:
    chance = random.Random(seed)
    rows, at_s = "", 0
    for _ in range(6):
        begin_s = at_s + chance.randrange(1, 9)
        lasts_s = chance.randrange(2, 6)
        at_s = begin_s + lasts_s
        end = chance.choice([f'end="{expression(chance, at_s)}"', f'dur="{expression(chance, lasts_s)}"'])
        rows += f'<p begin="{expression(chance, begin_s)}" {end}>He <span>l<span>lo</span></span> {at_s}</p>'
    rate = chance.choice(["", ' ttp:frameRateMultiplier="1000 1001"'])
    body, division = chance.choice(["", ' begin="5s"']), chance.choice(["", ' begin="2s"'])
    text = (
        '<tt xml:lang="en" xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"'
        f' ttp:frameRate="24"{rate} ttp:tickRate="10000000"><body{body}>'
        f"<div{division}>{rows}</div></body></tt>"
    )
    assert by_ours(read_ttml(text)) == by_reference(imsc_reader.to_model(ElementTree(fromstring(text))))


@pytest.mark.parametrize("seed", range(10))
def test_captions_that_pop_on(seed: int) -> None:
    chance = random.Random(seed)
    mark, frame = chance.choice(":;"), 0
    rows: list[tuple[str, str]] = []
    for codes in (pop("Hello there"), "942c 942c", pop("again and again"), "942c 942c", pop("Two"), "942c 942c"):
        frame += chance.randrange(60, 400)
        clock = f"00:{frame // 1800:02d}:{frame // 30 % 60:02d}{mark}{max(frame % 30, 2):02d}"
        rows.append((clock, codes))
    text = scc(*rows)
    ours, theirs = by_ours(read_scc(text)), by_reference(scc_reader.to_model(text))
    assert [words for *_, words in ours] == [words for *_, words in theirs]
    for mine, other in zip(ours, theirs, strict=True):
        assert mine[:2] == pytest.approx(other[:2], abs=0.04)
