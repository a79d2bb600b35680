"""Films made of nothing: stills and cues for the tests of the telling."""

import random
import re
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from configs.units import Box, Face
from layouts.book.storyboard import FilmRef, Panel, Storyboard
from layouts.telling.pacing import Still, TimedWords, tell

_TEXT = "the a dragon never I you we was gone into night come here please know what do not over under"
VOCABULARY = _TEXT.split()


def film_ref(duration_s: float | Fraction, title: str = "A film") -> FilmRef:
    return FilmRef(sha256="0" * 64, path="film.mkv", title=title, duration_s=duration_s, size_px=(1920, 1080))


def told(stills: list[Still], cues: list[TimedWords], **options: Any) -> Storyboard:
    end_s = max([Fraction(1), *(still.end_s for still in stills)])
    wanted = {"film": film_ref(end_s), "language": "en", "style": "ink-line", "format": "us"}
    return tell(stills, cues, **(wanted | options))


def still(at_s: float, shot: int = 0, span: tuple[float, float] = (0, 10), **more: Any) -> Still:
    return Still(
        at_s=at_s, shot=shot, scene=more.pop("scene", 0), start_s=span[0], end_s=span[1], size_px=(1920, 1080), **more
    )


def cue(index: int, start_s: float, end_s: float, text: str, **more: Any) -> TimedWords:
    return TimedWords(index=index, start_s=start_s, end_s=end_s, text=text, **more)


def make_film(*, shots: int, minutes: float, cues: int, seed: int = 1) -> tuple[list[Still], list[TimedWords]]:
    """A film like a real one: uneven shots in scenes of a dozen, some with several stills, cues as people talk."""
    dice = random.Random(seed)
    frames = int(minutes * 60 * 24)
    cuts = [0, *sorted(dice.sample(range(1, frames), shots - 1)), frames]
    stills: list[Still] = []
    scene = 0
    for shot, (begin, end) in enumerate(pairwise(cuts)):
        scene += shot > 0 and dice.random() < 1 / 14
        count = 1 + (end - begin > 150) + (end - begin > 300)
        for part in range(count):
            at = int(begin + (end - begin) * (part + 0.5) / count)
            stills.append(_still(dice, at, shot, scene, begin, end))
    return stills, _cues(dice, frames / 24, cues)


def _still(dice: random.Random, at: int, shot: int, scene: int, begin: int, end: int) -> Still:
    head = Box(x0=0.4, y0=0.2, x1=0.6, y1=0.25 + dice.random() * 0.6)
    faces = () if dice.random() < 0.4 else (Face(box=head, mouth=(0.5, 0.4), score=0.9),)
    times = {"at_s": Fraction(at, 24), "start_s": Fraction(begin, 24), "end_s": Fraction(end, 24)}
    motion, salience = dice.random() ** 2, (at * 7919 % 997) / 996
    return Still(shot=shot, scene=scene, size_px=(1920, 1080), faces=faces, motion=motion, salience=salience, **times)


def _cues(dice: random.Random, lasts_s: float, count: int) -> list[TimedWords]:
    starts = sorted(round(dice.uniform(0, lasts_s - 2), 3) for _ in range(count))
    cues = []
    for index, start_s in enumerate(starts):
        words = min(16, 1 + int(dice.expovariate(1 / 6)))
        text = " ".join(dice.choice(VOCABULARY) for _ in range(words)).capitalize() + dice.choice(".!?.,")
        cues.append(cue(index, start_s, start_s + 0.4 + 0.28 * words, text))
    return cues


def letters(text: str) -> str:
    """The text without its spaces: what must be told once and in order."""
    return re.sub(r"\s+", "", text)


def in_story_order(cues: list[TimedWords]) -> str:
    return letters("".join(each.text for each in sorted(cues, key=lambda each: (each.start_s, each.index))))


def panels(storyboard: Storyboard) -> list[Panel]:
    return [panel for page in storyboard.pages for panel in page.panels]


@st.composite
def films(draw: st.DrawFn) -> tuple[list[Still], list[TimedWords]]:
    """Any film: shots of any length in scenes, stills anywhere in them, cues anywhere at all."""
    lengths = draw(st.lists(st.integers(1, 400), min_size=1, max_size=25))
    stills: list[Still] = []
    begin = scene = 0
    for shot, length in enumerate(lengths):
        scene += draw(st.booleans()) and shot > 0
        places = draw(st.lists(st.integers(0, length - 1), max_size=3, unique=True))
        for place in sorted(places or ([0] if not stills else [])):
            times = {"at_s": Fraction(begin + place, 24), "start_s": Fraction(begin, 24)}
            motion = draw(st.sampled_from([0.0, 0.3, 0.9]))
            stills.append(
                Still(
                    shot=shot,
                    scene=scene,
                    end_s=Fraction(begin + length, 24),
                    size_px=(640, 360),
                    motion=motion,
                    **times,
                )
            )
        begin += length
    return stills, draw(_any_cues(begin / 24))


def _any_cues(lasts_s: float) -> st.SearchStrategy[list[TimedWords]]:
    time = st.decimals(-1, int(lasts_s) + 3, places=2)
    text = st.one_of(
        st.text(alphabet="ab .,!?…", max_size=60),
        st.integers(1, 60).map(lambda count: " ".join(VOCABULARY[at % len(VOCABULARY)] for at in range(count)) + "."),
        st.sampled_from(["私は長い間ずっと一人で旅をしてきました。", "Đi! Đi mau!", " "]),
    )
    speaker = st.sampled_from(["", "", "ANNA", "BO"])
    one = st.tuples(time, st.decimals(-1, 6, places=2), text, speaker)
    return st.lists(one, max_size=40).map(
        lambda rows: [
            TimedWords(index=index, start_s=start, end_s=start + length, text=words, speaker=who)
            for index, (start, length, words, who) in enumerate(rows)
        ]
    )
